//! What can be wrong with a call.

use miette::Diagnostic;
use thiserror::Error;

use super::Arity;
use crate::evaluate::access::AccessError;
use crate::evaluate::bounds::Excess;

/// A call that fails when it is evaluated, as it would fail in a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
pub enum FunctionError {
    /// Too few or too many arguments.
    #[error("'{function}' takes {arity}, and got {given}")]
    #[diagnostic(code(akvlint::evaluate::argument_count), help("see {url}"))]
    Arguments {
        /// The function.
        function: &'static str,
        /// How many it takes.
        arity: Arity,
        /// How many it got.
        given: usize,
        /// Where the function is documented.
        url: String,
    },
    /// An argument of a type that the function does not take.
    #[error("argument {position} of '{function}' must be {expected}, and is {given}")]
    #[diagnostic(code(akvlint::evaluate::argument_type), help("see {url}"))]
    Type {
        /// The function.
        function: &'static str,
        /// Which argument, from 1.
        position: usize,
        /// What it takes.
        expected: &'static str,
        /// The type of what it got.
        given: &'static str,
        /// Where the function is documented.
        url: String,
    },
    /// Arguments of the right types that make no sense.
    #[error("'{function}': {message}")]
    #[diagnostic(code(akvlint::evaluate::argument), help("see {url}"))]
    Argument {
        /// The function.
        function: &'static str,
        /// What makes no sense.
        message: String,
        /// Where the function is documented.
        url: String,
    },
    /// A result that no 64-bit integer can hold.
    #[error("'{function}' overflows a 64-bit integer with {left} and {right}")]
    #[diagnostic(
        code(akvlint::evaluate::overflow),
        help("integers go from -9223372036854775808 to 9223372036854775807")
    )]
    Overflow {
        /// The function.
        function: &'static str,
        /// The first operand.
        left: i64,
        /// The second operand.
        right: i64,
    },
    /// A result that is too large to be kept.
    #[error("the value of '{function}' {excess}")]
    #[diagnostic(
        code(akvlint::evaluate::too_large),
        help("no deployment needs a value like this; check the counts that lead to it")
    )]
    TooLarge {
        /// The function.
        function: &'static str,
        /// What it has too much of.
        excess: Excess,
    },
    /// The template called `fail`.
    #[error("the template fails on purpose: {0}")]
    #[diagnostic(
        code(akvlint::evaluate::fail),
        help("the arguments of the deployment lead to a call of fail()")
    )]
    Fail(String),
    /// A step to a member or item that is not there.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Access(#[from] AccessError),
}
