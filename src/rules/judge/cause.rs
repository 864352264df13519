//! Why a verdict is open, in the words of the user: which parameter, which function, and where.

use std::sync::Arc;

use super::combination::Assumed;
use crate::estate::truth::Reason;
use crate::evaluate::canonical;
use crate::evaluate::decision::walk;
use crate::evaluate::functions::{self, FunctionKind};
use crate::evaluate::origin::Origin;
use crate::evaluate::symbol::{ParameterSymbol, Symbol, Term};
use crate::evaluate::value::{Kind, Part, Value};
use crate::finding::Cause;
use crate::source::Place;

/// How many characters of an expression a cause quotes.
const MAXIMUM_QUOTED: usize = 80;

/// The causes of these reasons, each once, in the order of the reasons. `place` is that of the judgement.
pub(super) fn causes(reasons: &[Reason], place: Place) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    let mut add = |cause: Cause| {
        if !causes.contains(&cause) {
            causes.push(cause);
        }
    };
    for reason in reasons {
        match reason {
            Reason::Value(value) => of_value(value).into_iter().for_each(&mut add),
            other => add(Cause {
                message: other.to_string(),
                place,
            }),
        }
    }
    causes
}

/// The unknowns in a value; the value itself where there is none that can be named.
fn of_value(value: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    symbols(value, &mut |symbol| {
        walk(symbol, &mut |inner| {
            causes.extend(of_symbol(inner, value.origin.place));
        });
    });
    if causes.is_empty() {
        causes.push(Cause {
            message: format!("{} is not known offline", quoted(value)),
            place: value.origin.place,
        });
    }
    causes
}

fn symbols(value: &Value, visit: &mut dyn FnMut(&Arc<Symbol>)) {
    match &value.kind {
        Kind::Symbolic(symbol) => visit(symbol),
        Kind::Mixed(parts) => {
            for part in parts.iter() {
                if let Part::Hole(hole) = part {
                    symbols(hole, visit);
                }
            }
        }
        Kind::Array(items) => items.iter().for_each(|item| symbols(item, visit)),
        Kind::Object(object) => object
            .iter()
            .for_each(|member| symbols(&member.value, visit)),
        _ => {}
    }
}

/// What an undecided value is called.
pub(super) fn name(assumed: &Assumed) -> String {
    let origin = Origin::at(assumed.place);
    quoted(&Value::new(Kind::Symbolic(assumed.subject.clone()), origin))
}

fn of_symbol(symbol: &Symbol, place: Place) -> Option<Cause> {
    let cause = |message: String, place: Place| Some(Cause { message, place });
    match &symbol.term {
        Term::Parameter(parameter) => cause(of_parameter(parameter), parameter.declared),
        Term::Context(context) => cause(
            format!("`{}()` is known only when it is deployed", context.function),
            place,
        ),
        Term::Failed { message, place, .. } => cause(
            format!("an expression cannot be evaluated: {message}"),
            *place,
        ),
        Term::Loop { count, .. } => cause(
            format!("{} decides how many there are", quoted(count)),
            count.origin.place,
        ),
        Term::Call {
            function,
            arguments,
        } if functions::find(function)
            .is_some_and(|function| function.kind == FunctionKind::RunTime) =>
        {
            let call = canonical::call_expression(function, arguments);
            cause(
                format!("`{}` is known only at run time", shortened(&call)),
                place,
            )
        }
        _ => None,
    }
}

fn of_parameter(parameter: &ParameterSymbol) -> String {
    let name = &parameter.name;
    if parameter.secure {
        format!("parameter '{name}' is a secret, whose value is never looked at")
    } else if parameter.domain.is_some() {
        format!("parameter '{name}' has no value")
    } else {
        format!("parameter '{name}' has no value and no default")
    }
}

fn quoted(value: &Value) -> String {
    format!("`{}`", shortened(&canonical::expression(value)))
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= MAXIMUM_QUOTED {
        return text.to_owned();
    }
    let start: String = text.chars().take(MAXIMUM_QUOTED).collect();
    format!("{start}…")
}
