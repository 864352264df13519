//! The escapes of a string, and the way back from its decoded text to the source.
use crate::source::Span;
use memchr::memchr;

/// What one backslash stands for.
pub(super) struct Escape {
    /// How many bytes of the source it takes, the backslash included.
    pub(super) length: usize,
    /// The character it stands for.
    pub(super) character: char,
    pub(super) fault: Option<Fault>,
}

/// What is wrong with an escape.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Half of a surrogate pair; it stands for U+FFFD.
    LoneSurrogate,
    /// Not an escape: the backslash stands for itself.
    Unknown,
}

/// The escape at the start of `raw`, which starts with a backslash.
fn escape(raw: &str) -> Escape {
    let sound = |length, character| Escape {
        length,
        character,
        fault: None,
    };
    match raw.as_bytes().get(1) {
        Some(&byte @ (b'"' | b'\\' | b'/')) => sound(2, char::from(byte)),
        Some(b'b') => sound(2, '\u{8}'),
        Some(b'f') => sound(2, '\u{c}'),
        Some(b'n') => sound(2, '\n'),
        Some(b'r') => sound(2, '\r'),
        Some(b't') => sound(2, '\t'),
        Some(b'u') => unicode_escape(raw),
        _ => Escape {
            length: 1,
            character: '\\',
            fault: Some(Fault::Unknown),
        },
    }
}

/// A `\u` escape. Characters beyond U+FFFF are two of them, a high and a low surrogate (RFC 8259 section 7).
fn unicode_escape(raw: &str) -> Escape {
    let Some(unit) = code_unit(raw) else {
        return Escape {
            length: 1,
            character: '\\',
            fault: Some(Fault::Unknown),
        };
    };
    let low = raw.get(6..).and_then(code_unit);
    let units = [unit, low.unwrap_or(0)];
    match char::decode_utf16(units).next() {
        Some(Ok(character)) => {
            let length = if character.len_utf16() == 2 { 12 } else { 6 };
            Escape {
                length,
                character,
                fault: None,
            }
        }
        _ => Escape {
            length: 6,
            character: char::REPLACEMENT_CHARACTER,
            fault: Some(Fault::LoneSurrogate),
        },
    }
}

/// The number in `\uXXXX` at the start of `raw`.
fn code_unit(raw: &str) -> Option<u16> {
    let digits = raw.strip_prefix("\\u")?.get(..4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}

/// Decodes what stands between the quotes, and tells of every escape that has a fault with its offset in `raw`.
pub(super) fn decode(raw: &str, mut tell: impl FnMut(Fault, usize, usize)) -> String {
    let mut decoded = String::with_capacity(raw.len());
    let mut at = 0;
    for (offset, escape) in Escapes::of(raw) {
        decoded.push_str(raw.get(at..offset).unwrap_or_default());
        decoded.push(escape.character);
        at = offset + escape.length;
        if let Some(fault) = escape.fault {
            tell(fault, offset, escape.length);
        }
    }
    decoded.push_str(raw.get(at..).unwrap_or_default());
    decoded
}

/// All escapes of a raw string, each with its offset.
struct Escapes<'s> {
    raw: &'s str,
    at: usize,
}

impl<'s> Escapes<'s> {
    fn of(raw: &'s str) -> Self {
        Self { raw, at: 0 }
    }
}

impl Iterator for Escapes<'_> {
    type Item = (usize, Escape);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.raw.get(self.at..)?;
        let offset = self.at + memchr(b'\\', rest.as_bytes())?;
        let escape = escape(self.raw.get(offset..)?);
        self.at = offset + escape.length;
        Some((offset, escape))
    }
}

/// The way from an offset in the decoded text of a string back to the source.
///
/// Expressions are parsed in the decoded text, and their errors must point at the exact character of the file. Making
/// a map reads the string once and keeps a word per escape; a look-up is a binary search.
#[derive(Debug, Clone)]
pub struct StringMap {
    /// Where decoded offset 0 lies in the source.
    start: usize,
    /// Per escape: the decoded offset of its character, and the source offset of its backslash.
    escapes: Vec<(usize, usize)>,
    /// Per escape: the decoded and the source offset of what follows it.
    follows: Vec<(usize, usize)>,
}

impl StringMap {
    /// The map of the string that `span` covers in `text`, quotes included, as in [`Node::span`](super::Node).
    pub fn new(text: &str, span: Span) -> Self {
        let start = span.start as usize + 1;
        let inside = text
            .get(span.range())
            .and_then(|quoted| quoted.get(1..))
            .unwrap_or_default();
        let raw = inside.strip_suffix('"').unwrap_or(inside);
        let mut escapes = Vec::new();
        let mut follows = Vec::new();
        let mut saved = 0;
        for (offset, escape) in Escapes::of(raw) {
            let length = escape.character.len_utf8();
            escapes.push((offset - saved, start + offset));
            saved += escape.length - length;
            follows.push((
                offset + escape.length - saved,
                start + offset + escape.length,
            ));
        }
        Self {
            start,
            escapes,
            follows,
        }
    }

    /// The source offset of the byte at `decoded`. Inside the character of an escape it is the escape's backslash; at
    /// the end of the text it is the closing quote.
    pub fn source_offset(&self, decoded: usize) -> usize {
        let before = self
            .escapes
            .partition_point(|&(offset, _)| offset <= decoded);
        let Some(last) = before.checked_sub(1) else {
            return self.start + decoded;
        };
        match (self.escapes.get(last), self.follows.get(last)) {
            (_, Some(&(after, source))) if decoded >= after => source + (decoded - after),
            (Some(&(_, backslash)), _) => backslash,
            _ => self.start + decoded,
        }
    }

    /// The source span of a range of the decoded text.
    pub fn source_span(&self, decoded: std::ops::Range<usize>) -> Span {
        Span::new(
            self.source_offset(decoded.start),
            self.source_offset(decoded.end),
        )
    }
}
