//! Functions of strings.

use super::display::{json_text, parts_of};
use super::invocation::Invocation;
use super::{FunctionError, Reduced, compose};
use crate::evaluate::bounds::{Excess, MAX_TEXT};
use crate::evaluate::composition::Composition;
use crate::evaluate::partial::{
    TextBounds, as_call, hole_bounds, is_surely, split as split_partly, text_bounds, utf16_length,
};
use crate::evaluate::symbol::{Shape, Symbol};
use crate::evaluate::value::{Kind, Part, Value};

pub(super) fn fail(call: &Invocation<'_>) -> Reduced {
    match call.string(0)? {
        Some(message) => Err(FunctionError::Fail(message.to_owned())),
        None => Ok(None),
    }
}

pub(super) fn to_lower(call: &Invocation<'_>) -> Reduced {
    recase(call, lower, |bounds| bounds.alphabet.is_lower_case())
}

pub(super) fn to_upper(call: &Invocation<'_>) -> Reduced {
    recase(call, upper, |_| false)
}

/// One character to one, as the invariant culture of .NET does.
fn lower(character: char) -> char {
    single(character.to_lowercase()).unwrap_or(character)
}

/// A dotless i is the one small letter whose capital has a small letter of its own: it stays.
/// <https://github.com/dotnet/runtime/blob/main/src/native/libs/System.Globalization.Native/pal_casing.c> (`ChangeCaseInvariant`)
fn upper(character: char) -> char {
    if character == '\u{131}' {
        return character;
    }
    single(character.to_uppercase()).unwrap_or(character)
}

fn single(mut characters: impl Iterator<Item = char>) -> Option<char> {
    let first = characters.next()?;
    characters.next().is_none().then_some(first)
}

/// Text changes its case; a hole becomes a call over it, unless its text is in that case already.
fn recase(
    call: &Invocation<'_>,
    letter: fn(char) -> char,
    is_so: fn(&TextBounds) -> bool,
) -> Reduced {
    let value = call.argument(0);
    let name = call.function.name;
    let in_case = |hole: &Value| {
        is_so(&hole_bounds(hole))
            || matches!(as_call(hole), Some((function, _)) if function == name)
    };
    match &value.kind {
        Kind::String(text) => call.gives_text(text.chars().map(letter).collect::<String>()),
        Kind::Mixed(parts) => {
            let parts = parts.iter().map(|part| match part {
                Part::Text(text) => Part::Text(text.chars().map(letter).collect::<String>().into()),
                Part::Hole(hole) if in_case(hole) => part.clone(),
                Part::Hole(hole) => call_over(call, hole, &[]),
            });
            call.gives_parts(parts)
        }
        Kind::Symbolic(_) if in_case(value) => Ok(Some(value.clone())),
        Kind::Symbolic(_) => Ok(None),
        _ => Err(call.type_error(0, "a string")),
    }
}

/// The hole of a string with the function applied to its text.
fn call_over(call: &Invocation<'_>, hole: &Value, more: &[Value]) -> Part {
    let text = compose([Part::Hole(hole.clone())], call.origin);
    let mut arguments = vec![text];
    arguments.extend(more.iter().cloned());
    let symbol = Symbol::call(call.function.name, arguments);
    Part::Hole(Value::symbolic(symbol, call.origin.clone()))
}

pub(super) fn trim(call: &Invocation<'_>) -> Reduced {
    let value = call.argument(0);
    match &value.kind {
        Kind::String(text) => call.gives_text(text.trim()),
        Kind::Mixed(parts) => {
            let mut parts = parts.to_vec();
            let start = parts
                .first_mut()
                .is_some_and(|part| trim_part(part, str::trim_start));
            let end = parts
                .last_mut()
                .is_some_and(|part| trim_part(part, str::trim_end));
            if start && end {
                call.gives_parts(parts)
            } else {
                Ok(None)
            }
        }
        Kind::Symbolic(_) if !hole_bounds(value).alphabet.admits(' ') => Ok(Some(value.clone())),
        Kind::Symbolic(_) => Ok(None),
        _ => Err(call.type_error(0, "a string")),
    }
}

/// Trims the part at an end of a string; false where blanks may go on beyond it, or be in a hole.
fn trim_part(part: &mut Part, trim: fn(&str) -> &str) -> bool {
    match part {
        Part::Text(text) => {
            let trimmed = trim(text);
            let has_more = !trimmed.is_empty();
            if trimmed.len() < text.len() {
                *text = trimmed.into();
            }
            has_more
        }
        Part::Hole(hole) => !hole_bounds(hole).alphabet.admits(' '),
    }
}

/// All occurrences; case-sensitive.
pub(super) fn replace(call: &Invocation<'_>) -> Reduced {
    let (text, old, new) = (call.string(0)?, call.string(1)?, call.string(2)?);
    if old == Some("") {
        return Err(call.error("the string to be replaced is empty"));
    }
    let (Some(old), Some(new)) = (old, new) else {
        return Ok(None);
    };
    if let Some(text) = text {
        let count = text.matches(old).count();
        let growth = count.saturating_mul(new.len().saturating_sub(old.len()));
        if text.len().saturating_add(growth) > MAX_TEXT {
            return Err(call.too_large(Excess::Text));
        }
        return call.gives_text(text.replace(old, new));
    }
    // What is longer than one character could begin in a text and end in a hole.
    let mut characters = old.chars();
    let (Some(character), None) = (characters.next(), characters.next()) else {
        return Ok(None);
    };
    let value = call.argument(0);
    let lacks = |hole: &Value| !hole_bounds(hole).alphabet.admits(character);
    match &value.kind {
        Kind::Mixed(parts) => {
            let parts = parts.iter().map(|part| match part {
                Part::Text(text) => Part::Text(text.replace(old, new).into()),
                Part::Hole(hole) if lacks(hole) => part.clone(),
                Part::Hole(hole) => call_over(call, hole, &call.arguments[1..]),
            });
            call.gives_parts(parts)
        }
        _ if lacks(value) => Ok(Some(value.clone())),
        _ => Ok(None),
    }
}

pub(super) fn starts_with(call: &Invocation<'_>) -> Reduced {
    has_end(call, |bounds| bounds.prefix.clone(), false)
}

pub(super) fn ends_with(call: &Invocation<'_>) -> Reduced {
    has_end(call, |bounds| bounds.suffix.clone(), true)
}

/// Whether a string begins or ends with another, whatever the case; by what is certain of both.
fn has_end(call: &Invocation<'_>, end: fn(&TextBounds) -> String, reversed: bool) -> Reduced {
    call.string(0)?;
    call.string(1)?;
    let (Some(whole), Some(wanted)) =
        (text_bounds(call.argument(0)), text_bounds(call.argument(1)))
    else {
        return Ok(None);
    };
    let folded = |text: String| -> Vec<char> {
        let letters = text.chars().map(upper);
        if reversed {
            letters.rev().collect()
        } else {
            letters.collect()
        }
    };
    let (known, asked) = (folded(end(&whole)), folded(end(&wanted)));
    let agrees = known.iter().zip(&asked).all(|(a, b)| a == b);
    let asked_is_all = call.argument(1).as_str().is_some();
    if !agrees || whole.max.is_some_and(|max| max < wanted.min) {
        return call.gives_bool(false);
    }
    if asked_is_all && known.len() >= asked.len() {
        return call.gives_bool(true);
    }
    Ok(None)
}

/// The position in UTF-16 units of the first occurrence, whatever the case.
pub(super) fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    let folded = upper_text(text);
    let index = folded.find(&upper_text(wanted))?;
    Some(units_before(text, &folded[..index]))
}

/// The position of the last occurrence; that of the empty string is the end.
pub(super) fn rfind_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    let folded = upper_text(text);
    let index = folded.rfind(&upper_text(wanted))?;
    Some(units_before(text, &folded[..index]))
}

fn upper_text(text: &str) -> String {
    text.chars().map(upper).collect()
}

/// How many UTF-16 units of a text stand where these folded characters stand.
fn units_before(text: &str, folded: &str) -> usize {
    let count = folded.chars().count();
    text.chars().take(count).map(char::len_utf16).sum()
}

/// `*` stands for any text; the case does not matter.
pub(super) fn like(call: &Invocation<'_>) -> Reduced {
    let (Some(text), Some(pattern)) = (call.string(0)?, call.string(1)?) else {
        return Ok(None);
    };
    let (text, pattern) = (upper_text(text), upper_text(pattern));
    let pieces: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = pieces.as_slice() else {
        return call.gives_bool(text == pattern);
    };
    let Some(rest) = text.strip_prefix(first) else {
        return call.gives_bool(false);
    };
    let Some(mut rest) = rest.strip_suffix(last) else {
        return call.gives_bool(false);
    };
    for piece in middle {
        match rest.find(piece) {
            Some(start) => rest = &rest[start + piece.len()..],
            None => return call.gives_bool(false),
        }
    }
    call.gives_bool(true)
}

/// Pads with blanks or another character on the left. The page names no limit of the total length; the engine has had
/// one of 16, which is not enforced here.
pub(super) fn pad_left(call: &Invocation<'_>) -> Reduced {
    let value = call.argument(0);
    if !matches!(
        value.kind,
        Kind::String(_) | Kind::Integer(_) | Kind::Mixed(_) | Kind::Symbolic(_)
    ) {
        return Err(call.type_error(0, "a string or an integer"));
    }
    let padding = match call.arguments.get(2) {
        Some(_) => call.string(2)?,
        None => Some(" "),
    };
    let Some(total) = call.integer(1)? else {
        return Ok(None);
    };
    let Ok(total) = usize::try_from(total) else {
        return Err(call.error(format!("the total length {total} is negative")));
    };
    if total > MAX_TEXT {
        return Err(call.too_large(Excess::Text));
    }
    let mut characters = padding.unwrap_or(" ").chars();
    let (Some(character), None) = (characters.next(), characters.next()) else {
        return Err(call.error("the padding must be a single character"));
    };
    let is_text = value.as_symbol().is_none() || is_surely(value, Shape::String);
    if is_text && hole_bounds(value).min >= total {
        return call.gives_parts([Part::Hole(value.clone())]);
    }
    match (super::display::display(value), padding) {
        (Some(text), Some(_)) => {
            let missing = total.saturating_sub(utf16_length(&text));
            let padded = std::iter::repeat_n(character, missing).chain(text.chars());
            call.gives_text(padded.collect::<String>())
        }
        _ => Ok(None),
    }
}

/// A string as it is; else JSON, or the text of the value.
pub(super) fn string(call: &Invocation<'_>) -> Reduced {
    let value = call.argument(0);
    match &value.kind {
        Kind::String(_) | Kind::Mixed(_) => Ok(Some(value.clone())),
        Kind::Array(_) | Kind::Object(_) => match json_text(value, '"') {
            Some(text) => call.gives_text(text),
            None => Ok(None),
        },
        Kind::Symbolic(_) => {
            let as_text = [Shape::String, Shape::Integer, Shape::Bool]
                .into_iter()
                .any(|shape| is_surely(value, shape));
            if as_text {
                call.gives_parts([Part::Hole(value.clone())])
            } else {
                Ok(None)
            }
        }
        _ => call.gives_parts(parts_of(value)),
    }
}

/// Items are written as `format` would write them.
pub(super) fn join(call: &Invocation<'_>) -> Reduced {
    let Some(items) = call.items(0)? else {
        return Ok(None);
    };
    call.string(1)?;
    let delimiter = call.argument(1);
    let mut joined = Composition::new();
    for (index, item) in items.iter().enumerate() {
        if matches!(item.kind, Kind::Array(_) | Kind::Object(_)) {
            return Err(call.type_error(0, "an array of strings, integers or bools"));
        }
        if index > 0 {
            joined.value(delimiter);
        }
        joined.value(item);
    }
    call.gives_composed(joined)
}

/// By one delimiter or several; empty pieces are kept, and an empty delimiter splits nothing.
pub(super) fn split(call: &Invocation<'_>) -> Reduced {
    let text = call.string(0)?;
    let Some(delimiters) = delimiters(call)? else {
        return Ok(None);
    };
    let Some(text) = text else {
        return match split_partly(call.argument(0), call.argument(1)) {
            Some(items) if items.is_exact() => call.gives_items(items.start),
            _ => Ok(None),
        };
    };
    let mut pieces = Vec::new();
    let (mut start, mut position) = (0, 0);
    while position < text.len() {
        let rest = &text[position..];
        match delimiters
            .iter()
            .find(|delimiter| rest.starts_with(**delimiter))
        {
            Some(delimiter) => {
                pieces.push(call.text_value(&text[start..position]));
                call.check_length(pieces.len())?;
                position += delimiter.len();
                start = position;
            }
            None => position += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    pieces.push(call.text_value(&text[start..]));
    call.gives_items(pieces)
}

fn delimiters<'a>(call: &Invocation<'a>) -> Result<Option<Vec<&'a str>>, FunctionError> {
    let expected = "a string or an array of strings";
    let list = match &call.argument(1).kind {
        Kind::Symbolic(_) | Kind::Mixed(_) => return Ok(None),
        Kind::String(text) => vec![&**text],
        Kind::Array(items) => {
            let mut list = Vec::new();
            for item in items.iter() {
                match &item.kind {
                    Kind::String(text) => list.push(&**text),
                    Kind::Symbolic(_) | Kind::Mixed(_) => return Ok(None),
                    _ => return Err(call.type_error(1, expected)),
                }
            }
            list
        }
        _ => return Err(call.type_error(1, expected)),
    };
    Ok(Some(
        list.into_iter().filter(|text| !text.is_empty()).collect(),
    ))
}

/// Out of range is an error, not a shorter string.
pub(super) fn substring(call: &Invocation<'_>) -> Reduced {
    let text = call.string(0)?;
    let start = match call.arguments.get(1) {
        Some(_) => call.integer(1)?,
        None => Some(0),
    };
    let length = match call.arguments.get(2) {
        Some(_) => call.integer(2)?.map(Some),
        None => Some(None),
    };
    let (Some(start), Some(length)) = (start, length) else {
        return Ok(None);
    };
    let index = |number: i64| {
        usize::try_from(number).map_err(|_| {
            call.error(format!(
                "the index and length must refer to a location within the string, and {number} is negative"
            ))
        })
    };
    let start = index(start)?;
    let length = length.map(index).transpose()?;
    let Some(text) = text else {
        return substring_partly(call, start, length);
    };
    let total = utf16_length(text);
    let end = start.saturating_add(length.unwrap_or(total.saturating_sub(start)));
    if start > total || end > total {
        return Err(call.error(format!(
            "the index and length must refer to a location within the string: index {start}, length {}, length of the string {total}",
            end - start
        )));
    }
    match (byte_of_unit(text, start), byte_of_unit(text, end)) {
        (Some(start), Some(end)) => call.gives_text(&text[start..end]),
        _ => Ok(None),
    }
}

fn substring_partly(call: &Invocation<'_>, start: usize, length: Option<usize>) -> Reduced {
    let value = call.argument(0);
    let Some(bounds) = text_bounds(value) else {
        return Ok(None);
    };
    let needed = start.saturating_add(length.unwrap_or(0));
    if bounds.max.is_some_and(|max| max < needed) {
        return Err(call.error(format!(
            "the string has at most {} characters, and {needed} are needed",
            bounds.max.unwrap_or(0)
        )));
    }
    match length {
        // Only a string that is long enough has such a part.
        _ if bounds.min < needed => Ok(None),
        None => skip(call, value, start),
        Some(length) => match skip(call, value, start)? {
            Some(rest) => take(call, &rest, length),
            None => Ok(None),
        },
    }
}

/// The first units of a string.
pub(super) fn take(call: &Invocation<'_>, value: &Value, count: usize) -> Reduced {
    if hole_bounds(value).max.is_some_and(|max| max <= count) {
        return Ok(Some(value.clone()));
    }
    let mut left = count;
    let mut parts = Vec::new();
    for part in parts_of(value) {
        if left == 0 {
            break;
        }
        let (min, max) = measured(&part);
        match &part {
            Part::Text(text) if min > left => {
                let Some(end) = byte_of_unit(text, left) else {
                    return Ok(None);
                };
                parts.push(Part::Text(text[..end].into()));
                left = 0;
            }
            _ if max == Some(min) && min <= left => {
                parts.push(part);
                left -= min;
            }
            _ => return Ok(None),
        }
    }
    call.gives_parts(parts)
}

/// What follows the first units of a string.
pub(super) fn skip(call: &Invocation<'_>, value: &Value, count: usize) -> Reduced {
    if count == 0 {
        return Ok(Some(value.clone()));
    }
    let mut left = count;
    let mut parts = Vec::new();
    for part in parts_of(value) {
        if left == 0 {
            parts.push(part);
            continue;
        }
        let (min, max) = measured(&part);
        match &part {
            Part::Text(text) if min > left => {
                let Some(start) = byte_of_unit(text, left) else {
                    return Ok(None);
                };
                parts.push(Part::Text(text[start..].into()));
                left = 0;
            }
            _ if max == Some(min) && min <= left => left -= min,
            _ => return Ok(None),
        }
    }
    call.gives_parts(parts)
}

/// The least and the greatest length of a part.
fn measured(part: &Part) -> (usize, Option<usize>) {
    match part {
        Part::Text(text) => {
            let length = utf16_length(text);
            (length, Some(length))
        }
        Part::Hole(hole) => {
            let bounds = hole_bounds(hole);
            (bounds.min, bounds.max)
        }
    }
}

/// The byte offset of a UTF-16 unit; `None` in the middle of a character of two.
fn byte_of_unit(text: &str, unit: usize) -> Option<usize> {
    if text.is_ascii() {
        return (unit <= text.len()).then_some(unit);
    }
    let mut units = 0;
    for (offset, character) in text.char_indices() {
        if units >= unit {
            return (units == unit).then_some(offset);
        }
        units += character.len_utf16();
    }
    (units == unit).then_some(text.len())
}
