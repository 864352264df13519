//! The functions of RFC 9535 §2.4 over values that may be unknown.

use super::compare::{Assumed, Type, type_of};
use super::filter::Comparand;
use super::layer::{Layer, layer};
use super::pattern::Pattern;
use super::text;
use super::truth::Truth;
use crate::evaluate::value::{Kind, Value};

/// `length` (§2.4.4): of a string in characters, of an array in items, of an object in members; of anything else
/// nothing.
pub(super) fn length(value: &Value) -> Comparand<'static> {
    match &value.kind {
        Kind::String(text) => Comparand::count(text.chars().count()),
        Kind::Mixed(parts) => Comparand::between((text::least_length(parts), None)),
        Kind::Array(items) => Comparand::count(items.len()),
        Kind::Object(object) => Comparand::count(object.len()),
        Kind::Symbolic(_) => length_of_symbol(value),
        Kind::Null | Kind::Bool(_) | Kind::Integer(_) | Kind::Decimal(_) => Comparand::Nothing,
    }
}

fn length_of_symbol(value: &Value) -> Comparand<'static> {
    match (type_of(&value.kind), layer(value)) {
        (Some(Type::Null | Type::Bool | Type::Number), _) => Comparand::Nothing,
        (Some(Type::Array), Layer::Partial(partial)) => Comparand::between(partial.item_count()),
        (Some(Type::Object), Layer::Partial(partial)) => Comparand::between(partial.member_count()),
        (Some(_), _) => Comparand::between((0, None)),
        (None, _) => Comparand::Unknown,
    }
}

/// `match` and `search` (§2.4.6, §2.4.7): false of anything but a string.
pub(super) fn matches(kind: &Kind, pattern: &Pattern) -> Truth {
    match kind {
        Kind::String(text) => pattern.matches(text).into(),
        Kind::Mixed(parts) if text::texts(parts).any(|text| pattern.matches_within(text)) => {
            Truth::True
        }
        Kind::Mixed(_) => Truth::Unknown,
        Kind::Symbolic(_) if !matches!(type_of(kind), Some(Type::String) | None) => Truth::False,
        Kind::Symbolic(symbol) => Assumed::of(symbol)
            .over_domain(|value| matches(value, pattern))
            .unwrap_or(Truth::Unknown),
        _ => Truth::False,
    }
}
