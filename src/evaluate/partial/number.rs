//! Between which numbers an undecided integer lies.

use super::{as_call, emptiness, items, members, text_bounds};
use crate::evaluate::declared;
use crate::evaluate::symbol::Shape;
use crate::evaluate::value::Value;

/// The least and the greatest value of an integer that may be undecided: a length is never negative. `None` where it is
/// not surely an integer, or nothing is known of it.
pub fn integer_bounds(value: &Value) -> Option<(i64, i64)> {
    if let Some(value) = value.as_integer() {
        return Some((value, value));
    }
    if let Some(known) = value.as_symbol().and_then(|symbol| declared::of(symbol)) {
        let [least, greatest] = known.limits();
        let is_number = known.shape == Shape::Integer && !known.nullable;
        return is_number.then_some((least.unwrap_or(i64::MIN), greatest.unwrap_or(i64::MAX)));
    }
    match as_call(value)? {
        ("length", [measured]) => Some(length_bounds(measured)),
        _ => None,
    }
}

fn length_bounds(measured: &Value) -> (i64, i64) {
    let text = text_bounds(measured);
    let least = text.as_ref().map_or(0, |bounds| bounds.min);
    let least = least
        .max(items(measured).minimum)
        .max(members(measured).minimum())
        .max(usize::from(emptiness(measured) == Some(false)));
    let integer = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let declared = || {
        let known = declared::of(measured.as_symbol()?)?;
        known.limits()[1].filter(|_| known.shape == Shape::Array)
    };
    let greatest = text.and_then(|bounds| bounds.max).map(integer);
    (
        integer(least),
        greatest.or_else(declared).unwrap_or(i64::MAX),
    )
}
