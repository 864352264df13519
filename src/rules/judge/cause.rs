//! Why a verdict is open, in the words of the user: which parameter, which function, and where.

use foldhash::{HashSet, HashSetExt};

use super::assumption::Assumed;
use crate::estate::truth::Reason;
use crate::evaluate::canonical;
use crate::evaluate::functions::{self, FunctionKind};
use crate::evaluate::origin::Origin;
use crate::evaluate::symbol::{ParameterSymbol, Symbol, Term};
use crate::evaluate::value::{Kind, Value};
use crate::finding::Cause;
use crate::source::Place;

/// How many characters of an expression a cause quotes.
const MAXIMUM_QUOTED: usize = 80;

/// How many symbols are looked at for the unknowns in one value.
const MAXIMUM_SYMBOLS: usize = 20_000;

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
            Reason::Value(value) => of_value(value, place).into_iter().for_each(&mut add),
            other => add(Cause {
                message: other.to_string(),
                place,
            }),
        }
    }
    causes
}

/// The unknowns in a value; the value itself where there is none that can be named.
fn of_value(value: &Value, judged: Place) -> Vec<Cause> {
    let mut named = Named {
        causes: Vec::new(),
        seen: HashSet::new(),
        hashed: Vec::new(),
        judged,
    };
    named.value(value);
    for hashed in std::mem::take(&mut named.hashed) {
        if named.causes.is_empty() {
            hashed.iter().for_each(|argument| named.value(argument));
        }
    }
    if named.causes.is_empty() {
        named.causes.push(Cause {
            message: format!("{} is not known offline", quoted(value)),
            place: value.origin.place,
        });
    }
    named.causes
}

/// The unknowns that have a name. What is in one of them is not asked: it would not be known if that were.
struct Named {
    causes: Vec<Cause>,
    seen: HashSet<[u64; 2]>,
    /// What hashes are made of: they look alike whatever that is, so that it is hardly ever the cause.
    hashed: Vec<Vec<Value>>,
    /// The place that is judged, which an export that leaves something out is told of.
    judged: Place,
}

impl Named {
    fn value(&mut self, value: &Value) {
        match &value.kind {
            Kind::Symbolic(symbol) => self.symbol(symbol, value.origin.place),
            _ => value.each_part(|part| self.value(part)),
        }
    }

    fn symbol(&mut self, symbol: &Symbol, place: Place) {
        if let Term::Except { of, .. } = &symbol.term {
            self.value(of);
            return;
        }
        if self.seen.len() > MAXIMUM_SYMBOLS || !self.seen.insert(symbol.key()) {
            return;
        }
        let cause = match &symbol.term {
            Term::NotExported { property, .. } => {
                let property = property.clone();
                Some(Cause {
                    message: Reason::NotExported { property }.to_string(),
                    place: self.judged,
                })
            }
            _ => of_run_time(symbol, place).or_else(|| of_symbol(symbol, place)),
        };
        if let Some(cause) = cause {
            if !self.causes.contains(&cause) {
                self.causes.push(cause);
            }
            return;
        }
        if let Term::Call {
            function,
            arguments,
        } = &symbol.term
            && matches!(&**function, "uniqueString" | "guid")
        {
            self.hashed.push(arguments.clone());
            return;
        }
        let before = self.seen.len();
        for operand in symbol.operands() {
            self.value(operand);
        }
        if let Term::Loop { count, .. } = &symbol.term
            && self.seen.len() == before
            && !count.is_concrete()
        {
            self.causes.push(Cause {
                message: format!("{} decides how many there are", quoted(count)),
                place: count.origin.place,
            });
        }
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
        Term::Parameter(parameter) => {
            match parameter.given.as_ref().filter(|_| !parameter.secure) {
                Some(given) => of_given(given),
                None => cause(of_parameter(parameter), parameter.declared),
            }
        }
        Term::Context(context) if is_run_time(&context.function) => {
            let call = canonical::call_expression(&context.function, &context.arguments);
            cause(
                format!("`{}` is known only at run time", shortened(&call)),
                place,
            )
        }
        Term::Context(context) => cause(
            format!("`{}()` is known only when it is deployed", context.function),
            place,
        ),
        Term::Token(token) => cause(
            format!("`{token}` is replaced by something else before the deployment"),
            place,
        ),
        Term::Failed { message, place, .. } => cause(
            format!("an expression cannot be evaluated: {message}"),
            *place,
        ),
        Term::Call {
            function,
            arguments,
        } if is_run_time(function) => {
            let call = canonical::call_expression(function, arguments);
            cause(
                format!("`{}` is known only at run time", shortened(&call)),
                place,
            )
        }
        _ => None,
    }
}

/// What is read of a resource that is not declared where it could be seen, in the words of who wrote it.
fn of_run_time(symbol: &Symbol, place: Place) -> Option<Cause> {
    let mut keys = Vec::new();
    let mut read = symbol;
    while let Term::Access { base, key, .. } = &read.term {
        keys.push(key);
        read = base.as_symbol()?;
    }
    let (function, arguments) = match &read.term {
        Term::Context(context) => (&context.function, &context.arguments),
        Term::Call {
            function,
            arguments,
        } => (function, arguments),
        _ => return None,
    };
    let id = arguments.first().filter(|_| &**function == "reference")?;
    if !matches!(id.kind, Kind::String(_) | Kind::Mixed(_)) {
        return None;
    }
    let id = canonical::outline(id);
    let name = id.rsplit_once("/providers/").map_or(&*id, |(_, name)| name);
    let names: Vec<Option<&str>> = keys.iter().rev().map(|key| key.as_str()).collect();
    let deployment = name.strip_prefix("Microsoft.Resources/deployments/");
    let what = match (deployment, names.as_slice()) {
        (Some(deployment), [Some("outputs"), Some(output), ..]) => {
            let deployment = shortened(deployment);
            format!("output '{output}' of deployment '{deployment}'")
        }
        (_, []) => format!("`{}`", shortened(name)),
        _ => {
            let mut path = String::new();
            for key in keys.iter().rev() {
                match (&key.kind, path.is_empty()) {
                    (Kind::String(name), true) => path.push_str(name),
                    (Kind::String(name), false) => {
                        path.push('.');
                        path.push_str(name);
                    }
                    _ => {
                        path.push('[');
                        path.push_str(&canonical::outline(key));
                        path.push(']');
                    }
                }
            }
            format!("`{}` of `{}`", shortened(&path), shortened(name))
        }
    };
    Some(Cause {
        message: format!("{what} is known only at run time"),
        place,
    })
}

fn is_run_time(function: &str) -> bool {
    functions::find(function).is_some_and(|function| function.kind == FunctionKind::RunTime)
}

/// What gives a parameter its value when it is deployed.
fn of_given(given: &Value) -> Option<Cause> {
    let place = given.origin.place;
    let symbol = given.as_symbol();
    if let Some(Term::Failed { message, place, .. }) = symbol.map(|symbol| &symbol.term) {
        return Some(Cause {
            message: message.to_string(),
            place: *place,
        });
    }
    symbol
        .and_then(|symbol| of_symbol(symbol, place))
        .or_else(|| {
            Some(Cause {
                message: format!("{} is not known offline", quoted(given)),
                place,
            })
        })
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
