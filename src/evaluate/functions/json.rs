//! `json`: text to values.
//!
//! As lenient as Newtonsoft.Json, which the engine reads with: single-quoted strings, comments, trailing commas.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::invocation::Invocation;
use super::{FunctionError, Reduced};
use crate::evaluate::bounds;
use crate::evaluate::origin::Origin;
use crate::evaluate::value::{Kind, Member, Object, Value};

pub(super) fn json(call: &Invocation<'_>) -> Reduced {
    match &call.argument(0).kind {
        // `json(null())` is null, says the page.
        Kind::Null => call.gives(Kind::Null),
        _ => match call.string(0)? {
            Some(text) => parse(call, text).map(Some),
            None => Ok(None),
        },
    }
}

/// The value that a JSON text stands for, made by a call.
pub(super) fn parse(call: &Invocation<'_>, text: &str) -> Result<Value, FunctionError> {
    let strict = strict(text);
    let json: Json = serde_json::from_str(&strict)
        .map_err(|error| call.error(format!("the text is no JSON: {error}")))?;
    let value = value(json, call.origin);
    bounds::check(&value).map_err(|excess| call.too_large(excess))?;
    Ok(value)
}

/// JSON as a value, all of it at one origin.
fn value(json: Json, origin: &Origin) -> Value {
    let kind = match json {
        Json::Null => Kind::Null,
        Json::Bool(value) => Kind::Bool(value),
        Json::Number(number) => match number.as_i64() {
            Some(value) => Kind::Integer(value),
            None => Kind::Decimal(number.to_string().into()),
        },
        Json::String(text) => Kind::String(text.into()),
        Json::Array(items) => {
            Kind::Array(items.into_iter().map(|item| value(item, origin)).collect())
        }
        Json::Object(members) => {
            let members = members.into_iter().map(|(key, json)| Member {
                key: key.into(),
                key_place: origin.place,
                value: value(json, origin),
            });
            Kind::Object(std::sync::Arc::new(members.collect::<Object>()))
        }
    };
    Value::new(kind, origin.clone())
}

/// The text with what strict JSON does not know rewritten: single quotes, comments, trailing commas, raw line breaks
/// in strings.
fn strict(text: &str) -> Cow<'_, str> {
    if !text.contains(['\'', '/', ',', '\n', '\t', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        rest = match character {
            '"' | '\'' => string(&rest[1..], character, &mut out),
            '/' if rest.starts_with("//") => rest.find('\n').map_or("", |end| &rest[end..]),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or("", |end| &rest[end + 2..]),
            ']' | '}' => {
                let end = out.trim_end().len();
                if out[..end].ends_with(',') {
                    out.truncate(end - 1);
                }
                out.push(character);
                &rest[1..]
            }
            _ => {
                out.push(character);
                &rest[character.len_utf8()..]
            }
        };
    }
    Cow::Owned(out)
}

/// Copies a string up to its closing quote as a double-quoted one, and gives what follows it.
fn string<'a>(text: &'a str, quote: char, out: &mut String) -> &'a str {
    out.push('"');
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            _ if character == quote => {
                out.push('"');
                return &text[at + 1..];
            }
            '\\' => match characters.next() {
                Some((_, '\'')) => out.push('\''),
                Some((_, escaped)) => {
                    out.push('\\');
                    out.push(escaped);
                }
                None => out.push('\\'),
            },
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => out.push(character),
        }
    }
    // No closing quote: the parser will say so.
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lenient_json_is_made_strict() {
        for (text, expected) in [
            ("{'a': 'b\"c'}", r#"{"a": "b\"c"}"#),
            ("[1, 2, ]", "[1, 2]"),
            ("[1 /* one */, 2] // end", "[1 , 2] "),
            (r#"["it's", ',]']"#, r#"["it's", ",]"]"#),
            ("'it\\'s'", "\"it's\""),
            ("{\"a\":\"x\ny\"}", r#"{"a":"x\ny"}"#),
        ] {
            assert_eq!(strict(text), expected);
        }
    }
}
