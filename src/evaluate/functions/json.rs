//! `json`: text to values.
//!
//! As lenient as Newtonsoft.Json, which the engine reads with: single-quoted strings, names without quotes, comments,
//! trailing commas. What it reads as something that JSON has no word for (`NaN`, `undefined`, `0x1F`, `[,1]`) is left
//! undecided: it is no error, and what the engine makes of it is not documented.
//! <https://github.com/JamesNK/Newtonsoft.Json/blob/13.0.3/Src/Newtonsoft.Json/JsonTextReader.cs>

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::Reduced;
use super::invocation::Invocation;
use crate::evaluate::bounds;
use crate::evaluate::origin::Origin;
use crate::evaluate::value::{Kind, Member, Object, Value};

/// How many lists and objects a text may have to be read: fewer than `serde_json` follows into one another.
const MAXIMUM_BRACKETS: usize = 100;

pub(super) fn json(call: &Invocation<'_>) -> Reduced {
    match &call.argument(0).kind {
        // `json(null())` is null, says the page.
        Kind::Null => call.gives(Kind::Null),
        _ => match call.string(0)? {
            Some(text) => parse(call, text),
            None => Ok(None),
        },
    }
}

/// The value that a JSON text stands for, made by a call; `None` where it is undecided what the engine reads.
pub(super) fn parse(call: &Invocation<'_>, text: &str) -> Reduced {
    let json: Json = match serde_json::from_str(text) {
        Ok(json) => json,
        Err(_) => {
            let lenient = Lenient::read(text);
            if lenient.undecided {
                return Ok(None);
            }
            serde_json::from_str(&lenient.strict)
                .map_err(|error| call.error(format!("the text is no JSON: {error}")))?
        }
    };
    let value = value(json, call.origin);
    bounds::check(&value).map_err(|excess| call.too_large(excess))?;
    Ok(Some(value))
}

/// Whether a text may be what `string` writes of a value for which `may_be` holds: it writes strict JSON.
pub(crate) fn may_be_written(text: &str, origin: &Origin, may_be: impl Fn(&Value) -> bool) -> bool {
    let brackets = text.bytes().filter(|byte| matches!(byte, b'[' | b'{'));
    if brackets.count() > MAXIMUM_BRACKETS {
        return true;
    }
    match serde_json::from_str::<Json>(text) {
        Ok(json) => may_be(&value(json, origin)),
        Err(_) => false,
    }
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

/// A text with what strict JSON does not know rewritten.
#[derive(Default)]
struct Lenient {
    strict: String,
    /// Whether there is something in it that Newtonsoft.Json may read as what JSON has no word for.
    undecided: bool,
}

impl Lenient {
    fn read(text: &str) -> Self {
        let mut read = Self {
            strict: String::with_capacity(text.len() + 8),
            undecided: has_surrogates(text),
        };
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            rest = match character {
                '"' | '\'' => string(&rest[1..], character, &mut read.strict),
                // A comment parts what stands around it.
                '/' if rest.starts_with("//") => {
                    read.strict.push(' ');
                    rest.find('\n').map_or("", |end| &rest[end..])
                }
                '/' if rest.starts_with("/*") => {
                    read.strict.push(' ');
                    rest.find("*/").map_or("", |end| &rest[end + 2..])
                }
                _ if is_of_word(character) => read.word(rest),
                _ => {
                    read.mark(character);
                    &rest[character.len_utf8()..]
                }
            };
        }
        read
    }

    /// What was read so far, without blanks at its end.
    fn before(&self) -> &str {
        self.strict.trim_end()
    }

    fn mark(&mut self, character: char) {
        match character {
            ']' | '}' if self.before().ends_with(',') => {
                let end = self.before().len();
                self.strict.truncate(end - 1);
            }
            // Nothing where a value should be is `undefined`.
            ',' if self.before().ends_with(['[', ':', ',']) => self.undecided = true,
            _ => {}
        }
        let is_blank = character.is_whitespace() && !character.is_ascii();
        self.strict.push(if is_blank { ' ' } else { character });
    }

    /// A name without quotes, a number or a literal; gives what follows it.
    fn word<'t>(&mut self, text: &'t str) -> &'t str {
        let end = text.find(|character| !is_of_word(character));
        let (word, rest) = text.split_at(end.unwrap_or(text.len()));
        let is_name = rest.trim_start().starts_with(':') && self.before().ends_with(['{', ',']);
        if is_name && word.chars().all(is_of_name) {
            let _ = write!(self.strict, "\"{word}\"");
            return rest;
        }
        let is_special = matches!(word, "NaN" | "Infinity" | "-Infinity" | "undefined" | "new");
        // Octal and hexadecimal numbers, `.5`, and what no double can hold.
        let is_number = word.starts_with(|first: char| first.is_numeric() || "-.".contains(first))
            && serde_json::from_str::<Json>(word).is_err();
        self.undecided |= is_special || is_number;
        self.strict.push_str(word);
        rest
    }
}

fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

fn is_of_word(character: char) -> bool {
    is_of_name(character) || matches!(character, '-' | '+' | '.')
}

/// Whether there are escapes of halves of a character, which .NET takes one by one.
fn has_surrogates(text: &str) -> bool {
    text.contains("\\ud") || text.contains("\\uD")
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
            '\0'..' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
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
            ("[1 /* one */, 2] // end", "[1  , 2]  "),
            (r#"["it's", ',]']"#, r#"["it's", ",]"]"#),
            ("'it\\'s'", "\"it's\""),
            ("{a: 1, $b_2 :2}", r#"{"a": 1, "$b_2" :2}"#),
            ("{\"a\":'\u{1}'}", r#"{"a":"\u0001"}"#),
            ("{\"a\":\"x\ny\"}", r#"{"a":"x\ny"}"#),
        ] {
            assert_eq!(Lenient::read(text).strict, expected);
        }
    }
}
