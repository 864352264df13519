//! Whether somebody gives a value to what is tested.
//!
//! What stands in for a value that only whoever deploys knows is given, though it might be an empty text: a template
//! cannot say more than to require it.

use crate::estate::truth::Truth;
use crate::evaluate::declared;
use crate::evaluate::partial::{as_call, as_choice, emptiness, may_be_null, shape};
use crate::evaluate::symbol::{Shape, Term};
use crate::evaluate::value::{Kind, Part, Value};

/// How many choices and calls are looked through.
const PATIENCE: u32 = 8;

/// Whether a value is given; unknown with what that hangs on.
pub(super) fn is_given(value: &Value) -> Truth {
    match within(value, PATIENCE) {
        Some(given) => given.into(),
        None => Truth::hangs_on(value),
    }
}

fn within(value: &Value, patience: u32) -> Option<bool> {
    if let Some(empty) = emptiness(value) {
        return Some(!empty);
    }
    let patience = patience.checked_sub(1)?;
    let parts = match &value.kind {
        Kind::Symbolic(symbol) => {
            if let Some((_, then, otherwise)) = as_choice(value) {
                let (then, otherwise) = (within(then, patience)?, within(otherwise, patience)?);
                return (then == otherwise).then_some(then);
            }
            if let Some(("toLower" | "toUpper" | "string", [of])) = as_call(value) {
                return within(of, patience).filter(|given| *given);
            }
            let of = match &symbol.term {
                Term::Except { of, .. } => of.as_symbol()?,
                _ => symbol,
            };
            // An empty text among the declared values is one that somebody means to give.
            let is_free = declared::of(of).is_some_and(|known| known.domain().is_none());
            let is_plain = matches!(shape(value), Shape::String | Shape::Integer | Shape::Bool);
            return (is_free && is_plain && !may_be_null(value)).then_some(true);
        }
        Kind::Mixed(parts) => parts,
        // A number or a bool.
        _ => return Some(true),
    };
    let holes = parts.iter().filter_map(|part| match part {
        Part::Hole(hole) => Some(hole),
        Part::Text(_) => None,
    });
    let mut given = holes.map(|hole| within(hole, patience));
    given.any(|given| given == Some(true)).then_some(true)
}
