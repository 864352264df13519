//! `and`, `or`, `not`, `if`, `coalesce`, `bool`.
//!
//! Truth has three values here: what a false operand decides is false whatever the others turn out to be.

use super::invocation::Invocation;
use super::{FunctionError, Reduced};
use crate::evaluate::bounds::{Excess, MAX_DEPTH};
use crate::evaluate::origin::Origin;
use crate::evaluate::partial::{as_call, is_surely, may_be_null};
use crate::evaluate::symbol::{Shape, Symbol};
use crate::evaluate::value::{Kind, Value};

pub(super) fn truth(call: &Invocation<'_>) -> Reduced {
    call.gives_bool(true)
}

pub(super) fn falsehood(call: &Invocation<'_>) -> Reduced {
    call.gives_bool(false)
}

pub(super) fn and(call: &Invocation<'_>) -> Reduced {
    joined(call, false)
}

pub(super) fn or(call: &Invocation<'_>) -> Reduced {
    joined(call, true)
}

/// Operands from first to last; one that is `decisive` decides, and the engine does not evaluate those after it.
fn joined(call: &Invocation<'_>, decisive: bool) -> Reduced {
    let mut undecided: Vec<&Value> = Vec::new();
    for index in 0..call.arguments.len() {
        let value = call.argument(index);
        let truth = match truth_value(call, index) {
            // An operand that is undecided yet may turn out to decide, and then this one is not evaluated.
            Err(_) if !undecided.is_empty() => return Ok(None),
            truth => truth?,
        };
        match truth {
            Some(known) if known == decisive => return call.gives_bool(decisive),
            Some(_) => {}
            None if undecided.iter().any(|other| opposite(other, value)) => {
                return call.gives_bool(decisive);
            }
            None if undecided.contains(&value) => {}
            None => undecided.push(value),
        }
    }
    match undecided.as_slice() {
        [] => call.gives_bool(!decisive),
        [only] if is_surely(only, Shape::Bool) => Ok(Some((*only).clone())),
        rest if rest.len() < call.arguments.len() => {
            let rest = rest.iter().map(|value| (*value).clone()).collect();
            super::call(call.function.name, rest, call.origin).map(Some)
        }
        _ => Ok(None),
    }
}

fn truth_value(call: &Invocation<'_>, index: usize) -> Result<Option<bool>, FunctionError> {
    match &call.argument(index).kind {
        Kind::Bool(value) => Ok(Some(*value)),
        Kind::Symbolic(_) => Ok(None),
        _ => Err(call.type_error(index, "a bool")),
    }
}

/// Whether one is the negation of the other.
fn opposite(a: &Value, b: &Value) -> bool {
    let negates = |a: &Value, b: &Value| matches!(as_call(a), Some(("not", [inner])) if inner == b);
    negates(a, b) || negates(b, a)
}

pub(super) fn not(call: &Invocation<'_>) -> Reduced {
    if let Some(value) = truth_value(call, 0)? {
        return call.gives_bool(!value);
    }
    match as_call(call.argument(0)) {
        Some(("not", [inner])) if is_surely(inner, Shape::Bool) => Ok(Some(inner.clone())),
        _ => Ok(None),
    }
}

pub(super) fn if_else(call: &Invocation<'_>) -> Reduced {
    truth_value(call, 0)?;
    let [guard, then, otherwise] = call.arguments else {
        return Ok(None);
    };
    Ok(Some(choose(guard, then, otherwise, call.origin)))
}

/// One of two values, by a guard that may be undecided: `if` over branches that are evaluated already. The branch that
/// is chosen keeps its origin. A guard that is neither a bool nor undecided chooses nothing: the choice stays.
pub fn choose(guard: &Value, then: &Value, otherwise: &Value, origin: &Origin) -> Value {
    match guard.as_bool() {
        Some(true) => return then.clone(),
        Some(false) => return otherwise.clone(),
        None => {}
    }
    if then == otherwise {
        return then.clone();
    }
    if is_surely(guard, Shape::Bool) {
        match (then.as_bool(), otherwise.as_bool()) {
            (Some(true), Some(false)) => return guard.clone(),
            (Some(false), Some(true)) => return negation(guard, origin),
            _ => {}
        }
    }
    let branches = vec![guard.clone(), then.clone(), otherwise.clone()];
    let symbol = Symbol::call("if", branches);
    if symbol.depth() > MAX_DEPTH {
        let message = format!("the choice {}", Excess::Depth);
        return super::failed("…", &message, origin);
    }
    Value::symbolic(symbol, origin.clone())
}

/// The opposite of an undecided bool.
pub(super) fn negation(guard: &Value, origin: &Origin) -> Value {
    match as_call(guard) {
        Some(("not", [inner])) => inner.clone(),
        _ => Value::symbolic(Symbol::call("not", vec![guard.clone()]), origin.clone()),
    }
}

/// The first operand that is not null. Nulls go, and so does what follows an operand that is surely not null.
pub(super) fn coalesce(call: &Invocation<'_>) -> Reduced {
    let mut rest: Vec<Value> = Vec::new();
    for value in call.arguments {
        if value.is_null() {
            continue;
        }
        rest.push(value.clone());
        if !may_be_null(value) {
            break;
        }
    }
    match rest.as_slice() {
        [] => call.gives(Kind::Null),
        // A null that follows changes nothing.
        [only] => Ok(Some(only.clone())),
        _ if rest.len() < call.arguments.len() => {
            super::call(call.function.name, rest, call.origin).map(Some)
        }
        _ => Ok(None),
    }
}

/// `true` and `false` in any case, and numbers, of which 0 is false.
pub(super) fn bool(call: &Invocation<'_>) -> Reduced {
    let value = call.argument(0);
    match &value.kind {
        Kind::Bool(known) => call.gives_bool(*known),
        Kind::Integer(number) => call.gives_bool(*number != 0),
        Kind::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => call.gives_bool(true),
            "false" | "0" => call.gives_bool(false),
            _ => Err(call.error(format!("'{text}' is neither 'true' nor 'false'"))),
        },
        Kind::Symbolic(_) if is_surely(value, Shape::Bool) => Ok(Some(value.clone())),
        Kind::Symbolic(_) | Kind::Mixed(_) => Ok(None),
        _ => Err(call.type_error(0, "a string or an integer")),
    }
}
