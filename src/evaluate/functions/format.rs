//! `format`: composite format strings as .NET has them.
//!
//! `{index[,alignment][:specifier]}`, with `{{` and `}}` for braces.
//! <https://learn.microsoft.com/dotnet/standard/base-types/composite-formatting>

use memchr::memchr2;

use super::display::display;
use super::invocation::Invocation;
use super::{Reduced, number_format};
use crate::evaluate::bounds::{Excess, MAX_TEXT};
use crate::evaluate::composition::Composition;
use crate::evaluate::partial::utf16_length;
use crate::evaluate::symbol::Symbol;
use crate::evaluate::value::{Kind, Value};

/// How many pieces most format strings have at most.
const USUAL_PIECES: usize = 8;

/// A piece of a format string.
#[derive(Debug, PartialEq)]
enum Piece<'p> {
    Text(&'p str),
    Item {
        index: usize,
        /// The least width; negative for left-aligned.
        width: i64,
        specifier: Option<&'p str>,
    },
}

pub(super) fn format(call: &Invocation<'_>) -> Reduced {
    let Some(pattern) = call.string(0)? else {
        return Ok(None);
    };
    let pieces = parse(pattern).map_err(|message| call.error(message))?;
    let mut formatted = Composition::new();
    // Blanks take little to ask for.
    let mut blanks = 0i64;
    for piece in pieces {
        match piece {
            Piece::Text(text) => formatted.text(text),
            Piece::Item {
                index,
                width,
                specifier,
            } => {
                let Some(value) = call.arguments.get(index + 1) else {
                    let count = call.arguments.len() - 1;
                    return Err(call.error(format!(
                        "the format string asks for argument {{{index}}}, and there are {count}"
                    )));
                };
                blanks = blanks.saturating_add(width.saturating_abs());
                if usize::try_from(blanks).is_ok_and(|blanks| blanks > MAX_TEXT) {
                    return Err(call.too_large(Excess::Text));
                }
                add(call, value, width, specifier, &mut formatted);
            }
        }
    }
    call.gives_composed(formatted)
}

/// Adds the text of one argument. What is undecided, or formatted in a way that is not known here, stays a call of `format`
/// in a hole of its own.
fn add(
    call: &Invocation<'_>,
    value: &Value,
    width: i64,
    specifier: Option<&str>,
    formatted: &mut Composition,
) {
    // Only numbers heed a specifier.
    let specifier = specifier.filter(|_| {
        !matches!(
            value.kind,
            Kind::String(_) | Kind::Mixed(_) | Kind::Bool(_) | Kind::Null
        )
    });
    if width == 0 && specifier.is_none() {
        return formatted.value(value);
    }
    let text = match specifier {
        None => display(value),
        Some(specifier) => match &value.kind {
            Kind::Integer(number) => number_format::integer(*number, specifier),
            Kind::Decimal(text) => number_format::decimal(text, specifier),
            Kind::Array(_) | Kind::Object(_) => display(value),
            _ => None,
        },
    };
    let Some(text) = text else {
        return formatted.hole(single(call, value, width, specifier));
    };
    let missing = usize::try_from(width.unsigned_abs())
        .unwrap_or(usize::MAX)
        .saturating_sub(utf16_length(&text));
    let blanks = " ".repeat(missing);
    let aligned = if width < 0 {
        [text, blanks]
    } else {
        [blanks, text]
    };
    aligned.iter().for_each(|text| formatted.text(text));
}

/// `format('{0:D2}', value)`.
fn single(call: &Invocation<'_>, value: &Value, width: i64, specifier: Option<&str>) -> Value {
    let mut pattern = "{0".to_owned();
    if width != 0 {
        pattern.push_str(&format!(",{width}"));
    }
    if let Some(specifier) = specifier {
        pattern.push(':');
        pattern.push_str(specifier);
    }
    pattern.push('}');
    let arguments = vec![call.text_value(pattern), value.clone()];
    Value::symbolic(Symbol::call("format", arguments), call.origin.clone())
}

fn parse(pattern: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::with_capacity(USUAL_PIECES);
    let mut rest = pattern;
    while let Some(at) = memchr2(b'{', b'}', rest.as_bytes()) {
        let (text, brace) = rest.split_at(at);
        if brace.starts_with("{{") || brace.starts_with("}}") {
            // The first of the two stands for both.
            add_text(&mut pieces, &rest[..=at]);
            rest = &brace[2..];
        } else if let Some(inside) = brace.strip_prefix('{') {
            let end = inside
                .find('}')
                .ok_or("the format string has a '{' without its '}'")?;
            add_text(&mut pieces, text);
            pieces.push(parse_item(&inside[..end])?);
            rest = &inside[end + 1..];
        } else {
            return Err("the format string has a '}' without its '{'".to_owned());
        }
    }
    add_text(&mut pieces, rest);
    Ok(pieces)
}

fn add_text<'p>(pieces: &mut Vec<Piece<'p>>, text: &'p str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
}

fn parse_item(item: &str) -> Result<Piece<'_>, String> {
    let malformed = || format!("'{{{item}}}' is no item of a format string");
    let (head, specifier) = match item.split_once(':') {
        Some((head, specifier)) => (head, Some(specifier)),
        None => (item, None),
    };
    let (index, width) = match head.split_once(',') {
        Some((index, width)) => {
            let width = width.trim().parse::<i32>().map_err(|_| malformed())?;
            (index, i64::from(width))
        }
        None => (head, 0),
    };
    let index = index.trim_end();
    let is_number = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(malformed());
    }
    Ok(Piece::Item {
        index: index.parse().map_err(|_| malformed())?,
        width,
        specifier: specifier.filter(|specifier| !specifier.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;

    #[test]
    fn items_have_an_index_an_alignment_and_a_specifier() {
        assert_eq!(
            parse("a{{{0 , -5 :N0}}}").unwrap(),
            [
                Piece::Text("a{"),
                Piece::Item {
                    index: 0,
                    width: -5,
                    specifier: Some("N0")
                },
                Piece::Text("}"),
            ]
        );
    }

    #[test]
    fn braces_must_pair() {
        for pattern in ["{", "}", "{0", "a}b", "{a}", "{}", "{-1}", "{0,}"] {
            assert!(parse(pattern).is_err(), "{pattern}");
        }
    }
}
