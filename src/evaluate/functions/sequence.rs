//! Functions that take strings as well as arrays, and some of them objects too.

use super::array::contained;
use super::display::display;
use super::invocation::Invocation;
use super::{FunctionError, Reduced, text};
use crate::evaluate::access::access;
use crate::evaluate::declared;
use crate::evaluate::partial::{
    Lookup, TextBounds, as_call, emptiness, hole_bounds, is_surely, items, members, same, shape,
    text_bounds, utf16_length,
};
use crate::evaluate::substitute::apply_lambda;
use crate::evaluate::symbol::{Shape, Symbol, Term};
use crate::evaluate::value::{Kind, Object, Part, Value};

pub(super) fn empty(call: &Invocation<'_>) -> Reduced {
    let value = call.argument(0);
    match value.kind {
        Kind::Bool(_) | Kind::Integer(_) | Kind::Decimal(_) => {
            Err(call.type_error(0, "an object, an array or a string"))
        }
        _ => call.gives_decided(emptiness(value)),
    }
}

pub(super) fn length(call: &Invocation<'_>) -> Reduced {
    let value = call.argument(0);
    match &value.kind {
        Kind::String(text) => call.gives_count(utf16_length(text)),
        Kind::Array(items) => call.gives_count(items.len()),
        Kind::Object(object) => call.gives_count(object.len()),
        Kind::Mixed(_) | Kind::Symbolic(_) => {
            if let Some(Term::Loop { count, .. }) = value.as_symbol().map(|symbol| &symbol.term) {
                return Ok(Some(count.clone()));
            }
            if let Some(TextBounds {
                min,
                max: Some(max),
                ..
            }) = text_bounds(value)
                && min == max
            {
                return call.gives_count(min);
            }
            let items = items(value);
            if items.is_exact() && is_surely(value, Shape::Array) {
                return call.gives_count(items.start.len());
            }
            Ok(None)
        }
        _ => Err(call.type_error(0, "an array, an object or a string")),
    }
}

/// Whether an array has an item (deep, case-sensitive), an object a member (case-insensitive), a string a substring
/// (case-sensitive).
pub(super) fn contains(call: &Invocation<'_>) -> Reduced {
    let (container, wanted) = (call.argument(0), call.argument(1));
    match &container.kind {
        Kind::Array(items) => call.gives_decided(contained(wanted, items)),
        Kind::Object(object) => call.gives_decided(match member_named(call)? {
            Some(name) => Some(object.get(&name).is_some()),
            None => object.is_empty().then_some(false),
        }),
        Kind::String(_) | Kind::Mixed(_) => substring_in(call),
        Kind::Symbolic(_) => match shape(container) {
            Shape::Object => {
                let Some(name) = member_named(call)? else {
                    return Ok(None);
                };
                call.gives_decided(match members(container).lookup(&name) {
                    Lookup::Certain(_) | Lookup::Present => Some(true),
                    Lookup::Absent if is_surely(container, Shape::Object) => Some(false),
                    Lookup::Optional(_) | Lookup::Possible | Lookup::Absent => None,
                })
            }
            Shape::String => substring_in(call),
            _ => call.gives_decided(item_in(container, wanted)),
        },
        _ => Err(call.type_error(0, "an array, an object or a string")),
    }
}

/// The name or the text that is looked for: integers are written as text.
fn member_named(call: &Invocation<'_>) -> Result<Option<String>, FunctionError> {
    match &call.argument(1).kind {
        Kind::Symbolic(_) | Kind::Mixed(_) => Ok(None),
        Kind::String(_) | Kind::Integer(_) => Ok(display(call.argument(1))),
        _ => Err(call.type_error(1, "a string")),
    }
}

/// How many arrays are looked through that are made of one another.
const MAXIMUM_ARRAYS: u32 = 8;

/// What stands for each item of an array by its declared type, as far as that is known; `None` where it is not surely an
/// array.
fn any_item(array: &Value, patience: u32) -> Option<Value> {
    let patience = patience.checked_sub(1)?;
    match as_call(array) {
        Some(("map", [array, lambda])) => {
            let mut given = apply_lambda(lambda, &[any_item(array, patience)?])?;
            given.origin = array.origin.clone();
            Some(given)
        }
        Some(("filter" | "sort" | "skip" | "take" | "distinct", [array, ..])) => {
            any_item(array, patience)
        }
        Some(_) => None,
        None => {
            let items = declared::of(array.as_symbol()?)?;
            let index = Value::new(Kind::Integer(ANY_INDEX), array.origin.clone());
            let is_array = items.shape == Shape::Array && !items.nullable;
            is_array.then(|| {
                let item = Symbol::access(array.clone(), index);
                Value::symbolic(item, array.origin.clone())
            })
        }
    }
}

/// No array has so many items, so that nothing is known of this one that does not hold of all.
const ANY_INDEX: i64 = i64::MAX;

/// Whether an array that is not wholly known has an item.
fn item_in(container: &Value, wanted: &Value) -> Option<bool> {
    if let Some(item) = any_item(container, MAXIMUM_ARRAYS)
        && same(&item, wanted) == Some(false)
    {
        return Some(false);
    }
    let items = items(container);
    if items.known().any(|item| same(item, wanted) == Some(true)) {
        return Some(true);
    }
    let surely_not = !items.open
        && is_surely(container, Shape::Array)
        && items
            .known()
            .chain(&items.possible)
            .all(|item| same(item, wanted) == Some(false));
    surely_not.then_some(false)
}

fn substring_in(call: &Invocation<'_>) -> Reduced {
    let container = call.argument(0);
    let Some(wanted) = member_named(call)? else {
        // A text that the string surely lacks cannot be a part of what it has.
        let lacks = |part: &Part| match (part, container.as_str()) {
            (Part::Text(text), Some(whole)) => !whole.contains(&**text),
            _ => false,
        };
        let decided = match &call.argument(1).kind {
            Kind::Mixed(parts) if parts.iter().any(lacks) => Some(false),
            _ => None,
        };
        return call.gives_decided(decided);
    };
    if let Some(text) = container.as_str() {
        return call.gives_bool(text.contains(&wanted));
    }
    let parts: &[Part] = match &container.kind {
        Kind::Mixed(parts) => parts,
        _ => &[],
    };
    let in_text = parts
        .iter()
        .any(|part| matches!(part, Part::Text(text) if text.contains(&wanted)));
    let bounds = text_bounds(container);
    let in_ends = bounds
        .as_ref()
        .is_some_and(|bounds| bounds.prefix.contains(&wanted) || bounds.suffix.contains(&wanted));
    if wanted.is_empty() || in_text || in_ends {
        return call.gives_bool(true);
    }
    let too_long = bounds
        .and_then(|bounds| bounds.max)
        .is_some_and(|max| max < utf16_length(&wanted));
    let decided = (too_long || nowhere(container, parts, &wanted)).then_some(false);
    call.gives_decided(decided)
}

/// Whether a single character is in no text and can be in no hole.
fn nowhere(container: &Value, parts: &[Part], wanted: &str) -> bool {
    let mut characters = wanted.chars();
    let (Some(character), None) = (characters.next(), characters.next()) else {
        return false;
    };
    let excludes = |hole: &Value| !hole_bounds(hole).alphabet.admits(character);
    if parts.is_empty() {
        return excludes(container);
    }
    parts.iter().all(|part| match part {
        Part::Text(text) => !text.contains(character),
        Part::Hole(hole) => excludes(hole),
    })
}

pub(super) fn first(call: &Invocation<'_>) -> Reduced {
    end(call, End::First)
}

pub(super) fn last(call: &Invocation<'_>) -> Reduced {
    end(call, End::Last)
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    First,
    Last,
}

/// The first or last item, null where there is none; the first or last character, `''` where there is none.
fn end(call: &Invocation<'_>, end: End) -> Reduced {
    let value = call.argument(0);
    match &value.kind {
        Kind::Array(items) => match at(end, items) {
            Some(item) => Ok(Some(item.clone())),
            None => call.gives(Kind::Null),
        },
        Kind::String(text) if text.is_empty() => call.gives_text(""),
        Kind::String(text) => character(call, end, text),
        Kind::Mixed(_) | Kind::Symbolic(_) => {
            let items = items(value);
            let known = match end {
                End::First => items.start.first(),
                End::Last if items.is_exact() => items.start.last(),
                End::Last => items.end.last(),
            };
            if let Some(item) = known {
                return Ok(Some(item.clone()));
            }
            match text_bounds(value) {
                Some(bounds) if end == End::First => character(call, end, &bounds.prefix),
                Some(bounds) => character(call, end, &bounds.suffix),
                None => Ok(None),
            }
        }
        _ => Err(call.type_error(0, "an array or a string")),
    }
}

fn at(end: End, items: &[Value]) -> Option<&Value> {
    match end {
        End::First => items.first(),
        End::Last => items.last(),
    }
}

/// Undecided for characters of two UTF-16 units, of which .NET would give one.
fn character(call: &Invocation<'_>, end: End, text: &str) -> Reduced {
    let character = match end {
        End::First => text.chars().next(),
        End::Last => text.chars().next_back(),
    };
    match character.filter(|character| character.len_utf16() == 1) {
        Some(character) => call.gives_text(character.to_string()),
        None => Ok(None),
    }
}

pub(super) fn take(call: &Invocation<'_>) -> Reduced {
    let value = call.argument(0);
    let Some(count) = count(call)? else {
        return Ok(None);
    };
    match &value.kind {
        Kind::Array(items) => call.gives_items(items[..count.min(items.len())].to_vec()),
        Kind::String(_) | Kind::Mixed(_) => text::take(call, value, count),
        Kind::Symbolic(_) if count == 0 => match shape(value) {
            Shape::String => call.gives_text(""),
            Shape::Array => call.gives_items(Vec::new()),
            _ => Ok(None),
        },
        Kind::Symbolic(_) if is_surely(value, Shape::String) => text::take(call, value, count),
        Kind::Symbolic(_) => {
            let items = items(value);
            if count <= items.start.len() {
                return call.gives_items(items.start[..count].to_vec());
            }
            Ok(None)
        }
        _ => Err(call.type_error(0, "an array or a string")),
    }
}

pub(super) fn skip(call: &Invocation<'_>) -> Reduced {
    let value = call.argument(0);
    let Some(count) = count(call)? else {
        return Ok(None);
    };
    match &value.kind {
        Kind::Array(items) => call.gives_items(items[count.min(items.len())..].to_vec()),
        Kind::String(_) | Kind::Mixed(_) => text::skip(call, value, count),
        Kind::Symbolic(_) if is_surely(value, Shape::String) => text::skip(call, value, count),
        Kind::Symbolic(_) if count == 0 && is_surely(value, Shape::Array) => {
            Ok(Some(value.clone()))
        }
        Kind::Symbolic(_) => Ok(None),
        _ => Err(call.type_error(0, "an array or a string")),
    }
}

/// How many to take or skip; below 0 is none.
fn count(call: &Invocation<'_>) -> Result<Option<usize>, FunctionError> {
    let count = call.integer(1)?;
    Ok(count.map(|count| usize::try_from(count.max(0)).unwrap_or(usize::MAX)))
}

/// In a string: case-insensitive, in UTF-16 units. In an array: deep, case-sensitive. -1 where it is not found.
pub(super) fn index_of(call: &Invocation<'_>) -> Reduced {
    position(call, End::First)
}

pub(super) fn last_index_of(call: &Invocation<'_>) -> Reduced {
    position(call, End::Last)
}

fn position(call: &Invocation<'_>, end: End) -> Reduced {
    let (container, wanted) = (call.argument(0), call.argument(1));
    match &container.kind {
        Kind::Array(items) => {
            let order: Box<dyn Iterator<Item = usize>> = match end {
                End::First => Box::new(0..items.len()),
                End::Last => Box::new((0..items.len()).rev()),
            };
            for index in order {
                match same(&items[index], wanted) {
                    Some(true) => return call.gives_count(index),
                    Some(false) => {}
                    None => return Ok(None),
                }
            }
            call.gives_integer(-1)
        }
        Kind::String(haystack) => {
            let Some(needle) = call.string(1)? else {
                return Ok(None);
            };
            let found = match end {
                End::First => text::find_ignoring_case(haystack, needle),
                End::Last => text::rfind_ignoring_case(haystack, needle),
            };
            match found {
                Some(index) => call.gives_count(index),
                None => call.gives_integer(-1),
            }
        }
        Kind::Mixed(_) => {
            let (Some(needle), End::First) = (call.string(1)?, end) else {
                return Ok(None);
            };
            let known = text_bounds(container).map(|bounds| bounds.prefix);
            match known.and_then(|prefix| text::find_ignoring_case(&prefix, needle)) {
                Some(index) => call.gives_count(index),
                None => Ok(None),
            }
        }
        Kind::Symbolic(_) => Ok(None),
        _ => Err(call.type_error(0, "an array or a string")),
    }
}

pub(super) fn index_from_end(call: &Invocation<'_>) -> Reduced {
    let found = access(call.argument(0), call.argument(1), false, true, call.origin)?;
    Ok(Some(found))
}

pub(super) fn try_index_from_end(call: &Invocation<'_>) -> Reduced {
    let found = access(call.argument(0), call.argument(1), true, true, call.origin)?;
    safe_steps(call, found, &call.arguments[2..])
}

/// Walks members and items; null where one is missing.
pub(super) fn try_get(call: &Invocation<'_>) -> Reduced {
    safe_steps(call, call.argument(0).clone(), &call.arguments[1..])
}

fn safe_steps(call: &Invocation<'_>, start: Value, keys: &[Value]) -> Reduced {
    let mut value = start;
    for key in keys {
        // `createObject('value', 1, 'fromEnd', true())` is how the Bicep compiler writes `[?^1]` within a chain.
        let (key, from_end) = match &key.kind {
            Kind::Object(object) => step(object).ok_or_else(|| {
                call.error("an object as a key needs 'value', and may have 'fromEnd'")
            })?,
            _ => (key, false),
        };
        value = access(&value, key, true, from_end, call.origin)?;
    }
    Ok(Some(value))
}

fn step(object: &Object) -> Option<(&Value, bool)> {
    let from_end = match object.get("fromEnd") {
        Some(member) => member.value.as_bool()?,
        None => false,
    };
    Some((&object.get("value")?.value, from_end))
}
