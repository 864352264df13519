//! What is certain of a value that is not wholly known.
//!
//! In: any value. Out: its shape, the members and items that it surely has or may have, whether it is empty, how its
//! text begins and ends and how long it is, whether it equals another. Every answer holds whatever the undecided parts
//! turn out to be; where none does, the answer is "undecided". It refuses to evaluate: what a function makes of
//! decided arguments is the matter of [`functions`](super::functions).
mod equality;
mod items;
mod members;
mod number;
mod shape;
mod text;

pub use equality::same;
pub use items::{Items, emptiness, items};
pub use members::{Lookup, Members, members};
pub use number::{integer_bounds, limits_by};
pub use shape::{is_surely, may_be_null, shape};
pub use text::{Alphabet, TextBounds, hole_bounds, text_bounds, utf16_length};
pub(crate) use {
    items::split,
    members::is_no_object,
    number::{any_index, with_offset},
};

use super::symbol::{Symbol, Term};
use super::value::Value;

/// How many choices and accesses an answer looks through. Symbols share operands, so that looking through all of them
/// could take forever; past this the answer is "undecided".
const PATIENCE: u32 = 6;

/// The function and arguments of a value that is an unreduced call, also behind an assumption.
pub(crate) fn as_call(value: &Value) -> Option<(&str, &[Value])> {
    call_of(value.as_symbol()?)
}

pub(crate) fn call_of(symbol: &Symbol) -> Option<(&str, &[Value])> {
    match &symbol.term {
        Term::Call {
            function,
            arguments,
        } => Some((function, arguments)),
        Term::Except { of, .. } => as_call(of),
        _ => None,
    }
}

/// The guard and the branches of a value that is a choice.
pub(crate) fn as_choice(value: &Value) -> Option<(&Value, &Value, &Value)> {
    match as_call(value)? {
        ("if", [guard, then, otherwise]) => Some((guard, then, otherwise)),
        _ => None,
    }
}
