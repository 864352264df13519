//! The text of strings, and the way back from a place in it to the place in the file.

use std::ops::Range;

use crate::source::Span;
use crate::syntax::bicep::Arena;

/// Text between the quotes and holes of a string, without its escapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<'s> {
    /// What the string means here.
    pub value: &'s str,
    /// Where it is written, without quotes. In a multi-line string it begins after the line end that follows the
    /// quotes, which is no part of the text.
    pub span: Span,
}

impl<'s> Text<'s> {
    /// The text that is written as `raw` at `start`; `escaped` says whether backslashes mean something in it.
    pub(crate) fn new(raw: &'s str, start: usize, escaped: bool, arena: &'s Arena) -> Self {
        let value = if escaped {
            arena.text(unescape(raw).map(|(_, character)| character))
        } else {
            raw
        };
        Self {
            value,
            span: Span::new(start, start + raw.len()),
        }
    }

    /// Where a part of [`value`](Self::value) is written, given in bytes. `source` is the text of the file. Ends
    /// beyond the value give its end, and those inside a character or an escape take it in whole.
    pub fn span_of(&self, source: &str, part: Range<usize>) -> Span {
        let raw = source.get(self.span.range()).unwrap_or_default();
        let mut written = raw.len()..raw.len();
        let mut end = 0;
        for (offset, character) in self.characters(raw) {
            if end <= part.start {
                written.start = offset;
            }
            if end >= part.end {
                written.end = offset;
                break;
            }
            end += character.len_utf8();
        }
        if end <= part.start {
            written.start = written.end;
        }
        let base = self.span.start as usize;
        Span::new(base + written.start, base + written.end)
    }

    /// The characters of the value, each with the offset in `raw` where it is written.
    fn characters(&self, raw: &'s str) -> impl Iterator<Item = (usize, char)> + use<'s> {
        // What an escape stands for is shorter than the escape.
        let escaped = self.value.len() < raw.len();
        let (plain, decoded) = if escaped { ("", raw) } else { (raw, "") };
        plain.char_indices().chain(unescape(decoded))
    }
}

/// A whole string without holes, where the language takes no other expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quoted<'s> {
    /// What it says.
    pub text: Text<'s>,
    /// Where it stands, with its quotes.
    pub span: Span,
}

/// The characters that `raw`, the inside of a `'…'` string, means, each with the offset where it is written. What is
/// no escape sequence means itself.
fn unescape(raw: &str) -> impl Iterator<Item = (usize, char)> {
    let mut position = 0;
    std::iter::from_fn(move || {
        let rest = raw.get(position..)?;
        let (character, length) = next_character(rest)?;
        let offset = position;
        position += length;
        Some((offset, character))
    })
}

/// The first character that `raw` means, and the number of bytes that say it.
fn next_character(raw: &str) -> Option<(char, usize)> {
    let first = raw.chars().next()?;
    let itself = Some((first, first.len_utf8()));
    let Some(escape) = raw.strip_prefix('\\') else {
        return itself;
    };
    let character = match escape.chars().next() {
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some(same @ ('\\' | '\'' | '$')) => same,
        Some('u') => {
            let digits = escape.strip_prefix("u{").unwrap_or_default();
            let length = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
            let (digits, rest) = digits.split_at(length);
            return match u32::from_str_radix(digits, 16) {
                // The compiler takes half of a surrogate pair, which is no character.
                Ok(value @ ..=0x10_FFFF) if rest.starts_with('}') => Some((
                    char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER),
                    r"\u{}".len() + length,
                )),
                _ => itself,
            };
        }
        _ => return itself,
    };
    Some((character, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'s>(raw: &'s str, arena: &'s Arena) -> Text<'s> {
        Text::new(raw, 0, raw.contains('\\'), arena)
    }

    #[test]
    fn escapes_are_resolved() {
        for (raw, value) in [
            ("plain", "plain"),
            (r"a\nb\r\t", "a\nb\r\t"),
            (r"it\'s \\ \$ \${x}", r"it's \ $ ${x}"),
            (r"\u{1F600}\u{e9}\u{0000041}", "😀éA"),
            (r"\u{d800}", "\u{fffd}"),
            // No escapes: kept as they are, the lexer has reported them.
            (
                r"\x \u \u{ \u{} \u{110000} \u{+41} \",
                r"\x \u \u{ \u{} \u{110000} \u{+41} \",
            ),
        ] {
            assert_eq!(text(raw, &Arena::default()).value, value, "{raw}");
        }
    }

    #[test]
    fn a_part_of_the_value_is_found_in_the_source() {
        for (raw, part, written) in [
            ("plain", 1..3, "la"),
            ("plain", 3..99, "in"),
            (r"a\'b\u{e9}c", 0..1, "a"),
            (r"a\'b\u{e9}c", 1..2, r"\'"),
            (r"a\'b\u{e9}c", 2..3, "b"),
            (r"a\'b\u{e9}c", 3..5, r"\u{e9}"),
            (r"a\'b\u{e9}c", 4..6, r"\u{e9}c"),
            (r"a\'b\u{e9}c", 0..6, r"a\'b\u{e9}c"),
            (r"a\'b\u{e9}c", 6..9, ""),
            (r"a\'b\u{e9}c", 2..2, ""),
        ] {
            let span = text(raw, &Arena::default()).span_of(raw, part.clone());
            assert_eq!(&raw[span.range()], written, "{raw} {part:?}");
        }
    }
}
