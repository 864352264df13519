//! Values as text, as `format`, `string`, `concat` and `join` write them.

use crate::evaluate::bounds::MAX_TEXT;
use crate::evaluate::composition::Composition;
use crate::evaluate::origin::Origin;
use crate::evaluate::partial::is_surely;
use crate::evaluate::symbol::Shape;
use crate::evaluate::value::{Kind, Object, Part, Value};

/// A string made of parts: holes that are known become text, strings with holes are opened, and what is left of a
/// string that is one hole is the hole itself, where that is surely a string.
pub fn compose(parts: impl IntoIterator<Item = Part>, origin: &Origin) -> Value {
    finish(Composition::of(parts), origin)
}

/// The string that was put together; what is one hole is the hole itself, where that is surely a string.
pub(super) fn finish(composed: Composition, origin: &Origin) -> Value {
    match composed.lone_hole() {
        Some(value) if is_surely(value, Shape::String) => value.clone(),
        _ => composed.string(origin.clone()),
    }
}

/// A value as the parts of a string.
pub(super) fn parts_of(value: &Value) -> Vec<Part> {
    match &value.kind {
        Kind::Mixed(parts) => parts.to_vec(),
        _ => vec![match display(value) {
            Some(text) => Part::Text(text.into()),
            None => Part::Hole(value.clone()),
        }],
    }
}

/// A value as `format` writes it without a format specifier; `None` while it is undecided. Bools are capitalised and
/// JSON has single quotes, as the tests of the Bicep compiler record of the real engine.
pub(in crate::evaluate) fn display(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Null => Some(String::new()),
        Kind::Bool(true) => Some("True".to_owned()),
        Kind::Bool(false) => Some("False".to_owned()),
        Kind::Integer(value) => Some(value.to_string()),
        Kind::Decimal(text) => Some(decimal(text)),
        Kind::String(text) => Some(text.to_string()),
        Kind::Array(_) | Kind::Object(_) => json_text(value, '\''),
        Kind::Mixed(_) | Kind::Symbolic(_) => None,
    }
}

/// A value as compact JSON with this quote around strings, as Newtonsoft.Json writes it; `None` while anything in it
/// is undecided, and for one that is too long to be kept.
pub(super) fn json_text(value: &Value, quote: char) -> Option<String> {
    let mut out = String::new();
    write_json(value, quote, &mut out)?;
    Some(out)
}

fn write_json(value: &Value, quote: char, out: &mut String) -> Option<()> {
    if out.len() > MAX_TEXT {
        return None;
    }
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Integer(value) => out.push_str(&value.to_string()),
        Kind::Decimal(text) => {
            let text = decimal(text);
            out.push_str(&text);
            if text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-')
            {
                out.push_str(".0");
            }
        }
        Kind::String(text) => write_quoted(text, quote, out),
        Kind::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(item, quote, out)?;
            }
            out.push(']');
        }
        Kind::Object(object) => write_object(object, quote, out)?,
        Kind::Mixed(_) | Kind::Symbolic(_) => return None,
    }
    Some(())
}

fn write_object(object: &Object, quote: char, out: &mut String) -> Option<()> {
    out.push('{');
    for (index, member) in object.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_quoted(&member.key, quote, out);
        out.push(':');
        write_json(&member.value, quote, out)?;
    }
    out.push('}');
    Some(())
}

fn write_quoted(text: &str, quote: char, out: &mut String) {
    out.push(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ if character == quote => {
                out.push('\\');
                out.push(quote);
            }
            _ => out.push(character),
        }
    }
    out.push(quote);
}

/// A number that is no 64-bit integer, as .NET writes a double: the shortest digits that tell it apart, scientific
/// from 1E+15 up and from 1E-05 down.
/// <https://learn.microsoft.com/dotnet/api/system.double.tostring>
pub(super) fn decimal(text: &str) -> String {
    let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) else {
        return text.to_owned();
    };
    let scientific = format!("{number:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..15).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}E{sign}{:02}", exponent.unsigned_abs())
        }
        _ => format!("{number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_written_as_dotnet_does() {
        for (text, expected) in [
            ("1.5", "1.5"),
            ("1.50", "1.5"),
            ("3.0", "3"),
            ("-0.25", "-0.25"),
            ("1e3", "1000"),
            ("1e15", "1E+15"),
            ("123456789012345680", "1.2345678901234568E+17"),
            ("0.00001", "1E-05"),
            ("0.0001", "0.0001"),
        ] {
            assert_eq!(decimal(text), expected, "{text}");
        }
    }
}
