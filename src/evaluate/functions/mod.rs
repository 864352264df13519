//! The built-in functions of ARM templates and Bicep.
//!
//! In: a function and its evaluated arguments, which may be undecided wholly or in part. Out: the value, or nothing
//! where it depends on what is undecided; the caller then keeps the call as a symbol. One table says what there is:
//! names, how many arguments, where it is documented. Refuses to know templates, parameters and resources: `parameters`,
//! `reference` and their kin are in the table, but their values are the evaluator's matter, and so is leaving the
//! branches of `if` unevaluated.
mod array;
mod base64;
mod collation;
mod comparison;
mod date;
mod date_format;
mod display;
mod environment;
mod error;
mod format;
mod hash;
mod invocation;
mod json;
mod lambda;
mod logic;
mod network;
mod number;
mod number_format;
mod object;
mod resource_id;
mod sequence;
mod table;
mod text;
mod uri;

pub use display::compose;
pub(in crate::evaluate) use display::display;
pub use environment::{Cloud, environment};
pub use error::FunctionError;
pub use logic::choose;
pub use resource_id::{DeploymentScope, Scope, resource_id};

pub(crate) use json::may_be_written;
pub(crate) use object::{entry, merge_objects};

use invocation::Invocation;

use super::bounds::{Excess, MAX_DEPTH};
use super::canonical;
use super::origin::Origin;
use super::symbol::{Shape, Symbol, Term};
use super::value::{Kind, Value};

/// What a function makes of its arguments; nothing where that depends on what is undecided.
pub type Reduced = Result<Option<Value>, FunctionError>;

/// A built-in function.
#[derive(Debug)]
pub struct Function {
    /// Its name in the documented case.
    pub name: &'static str,
    /// How many arguments it takes.
    pub arity: Arity,
    /// Who knows its value.
    pub kind: FunctionKind,
    /// The shape of its value; [`Shape::Any`] where that depends on the arguments, or may be null.
    pub returns: Shape,
    page: table::Page,
    body: Body,
}

/// Who knows the value of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    /// The arguments alone.
    Pure,
    /// The arguments, some of which are lambdas: see [`reduce_lambda`].
    Lambda,
    /// The arguments and the scope of the deployment: see [`resource_id`].
    ResourceId,
    /// The surroundings of the deployment: `resourceGroup`, `subscription`, `deployment` …
    Context,
    /// The Bicep compiler alone, which reads files and its own surroundings: `loadTextContent`,
    /// `readEnvironmentVariable` …
    File,
    /// Only the run time, unless the evaluator knows what is referred to: `reference`, `listKeys` …
    RunTime,
    /// The evaluator: `parameters`, `variables`, `copyIndex`, and what must not evaluate all its arguments (`if`,
    /// `and`, `or`, `coalesce`). Over evaluated arguments [`reduce`] knows the latter too.
    Special,
}

/// How many arguments a function takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arity {
    /// At least so many.
    pub min: usize,
    /// At most so many, if there is a limit.
    pub max: Option<usize>,
}

impl std::fmt::Display for Arity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let arguments = |count: usize| if count == 1 { "argument" } else { "arguments" };
        match self.max {
            Some(max) if max == self.min => write!(formatter, "{max} {}", arguments(max)),
            Some(max) => write!(formatter, "{} to {max} arguments", self.min),
            None => write!(formatter, "at least {} {}", self.min, arguments(self.min)),
        }
    }
}

/// What computes a function.
#[derive(Clone, Copy)]
enum Body {
    Pure(fn(&Invocation<'_>) -> Reduced),
    Lambda(fn(&Invocation<'_>, &mut dyn Apply) -> Reduced),
    Elsewhere,
}

impl std::fmt::Debug for Body {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Pure(_) => "Pure",
            Self::Lambda(_) => "Lambda",
            Self::Elsewhere => "Elsewhere",
        })
    }
}

/// Applies the lambdas among the arguments of a call.
pub trait Apply {
    /// Applies the lambda that is the argument of this index (from 0) to values. It takes as many of them as it has
    /// parameters: a lambda of `map` may leave out the index.
    ///
    /// # Errors
    /// Whatever evaluating the body gives.
    fn apply(&mut self, argument: usize, values: &[Value]) -> Result<Value, FunctionError>;
}

impl Function {
    /// Where it is documented.
    pub fn url(&self) -> String {
        self.page.url(self.name)
    }

    /// Whether it takes so many arguments.
    ///
    /// # Errors
    /// If it does not.
    pub fn check_arguments(&self, given: usize) -> Result<(), FunctionError> {
        if given < self.arity.min || self.arity.max.is_some_and(|max| given > max) {
            return Err(FunctionError::Arguments {
                function: self.name,
                arity: self.arity,
                given,
                url: self.url(),
            });
        }
        Ok(())
    }
}

/// The function of this name, whatever its case. Any other name that begins with `list` is an operation of a resource
/// provider, and found as `list*`.
pub fn find(name: &str) -> Option<&'static Function> {
    table::find(name)
}

/// What a function makes of evaluated arguments. Nothing for functions whose value is known elsewhere.
///
/// # Errors
/// When the call fails whatever the undecided parts are.
pub fn reduce(function: &'static Function, arguments: &[Value], origin: &Origin) -> Reduced {
    function.check_arguments(arguments.len())?;
    match function.body {
        Body::Pure(body) => body(&Invocation {
            function,
            arguments,
            origin,
        }),
        Body::Lambda(_) | Body::Elsewhere => Ok(None),
    }
}

/// What a function with lambdas makes of its arguments. What stands in `arguments` in the place of a lambda does not
/// matter.
///
/// # Errors
/// When the call fails whatever the undecided parts are.
pub fn reduce_lambda(
    function: &'static Function,
    arguments: &[Value],
    lambdas: &mut dyn Apply,
    origin: &Origin,
) -> Reduced {
    function.check_arguments(arguments.len())?;
    let invocation = Invocation {
        function,
        arguments,
        origin,
    };
    match function.body {
        Body::Lambda(body) => body(&invocation, lambdas),
        Body::Pure(body) => body(&invocation),
        Body::Elsewhere => Ok(None),
    }
}

/// The value of a call over evaluated arguments: reduced, or the call as a symbol.
///
/// # Errors
/// When the call fails whatever the undecided parts are.
pub fn apply(
    function: &'static Function,
    arguments: Vec<Value>,
    origin: &Origin,
) -> Result<Value, FunctionError> {
    match reduce(function, &arguments, origin)? {
        Some(value) => Ok(value),
        None => call(function.name, arguments, origin),
    }
}

/// A call that cannot be reduced, as a symbol.
///
/// # Errors
/// When its arguments nest too deep.
pub fn call(
    function: &'static str,
    arguments: Vec<Value>,
    origin: &Origin,
) -> Result<Value, FunctionError> {
    let symbol = Symbol::call(function, arguments);
    if symbol.depth() > MAX_DEPTH {
        return Err(FunctionError::TooLarge {
            function,
            excess: Excess::Depth,
        });
    }
    Ok(Value::symbolic(symbol, origin.clone()))
}

/// The symbol of an expression that failed, with the text that it prints as.
pub fn failed(text: &str, message: &str, origin: &Origin) -> Value {
    failure(text, message, true, origin)
}

/// The symbol of an expression whose meaning is not known, so that a deployment may well survive it.
pub(super) fn unreadable(text: &str, message: &str, origin: &Origin) -> Value {
    failure(text, message, false, origin)
}

fn failure(text: &str, message: &str, surely: bool, origin: &Origin) -> Value {
    let term = Term::Failed {
        text: text.into(),
        message: message.into(),
        place: origin.place,
        surely,
    };
    Value::symbolic(Symbol::new(term), origin.clone())
}

/// The symbol of a call that failed.
pub fn failed_call(
    function: &str,
    arguments: &[Value],
    error: &FunctionError,
    origin: &Origin,
) -> Value {
    let text = canonical::call_expression(function, arguments);
    failed(&text, &error.to_string(), origin)
}

/// The name of a value's type in messages.
pub fn type_name(value: &Value) -> &'static str {
    match &value.kind {
        Kind::Null => "null",
        Kind::Bool(_) => "bool",
        Kind::Integer(_) => "int",
        Kind::Decimal(_) => "float",
        Kind::String(_) | Kind::Mixed(_) => "string",
        Kind::Array(_) => "array",
        Kind::Object(_) => "object",
        Kind::Symbolic(_) => "undecided",
    }
}
