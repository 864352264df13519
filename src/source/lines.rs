//! Byte offsets to lines and columns, as SARIF and editors count them.
use super::Span;
use memchr::memchr2_iter;

/// A place for people and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in UTF-16 code units, from 1.
    pub column: u32,
}

/// A range for people and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// The place of the first character.
    pub start: Position,
    /// The place after the last character.
    pub end: Position,
}

/// Where the lines of a text start. A line ends at LF, CRLF or a lone CR; what follows the last of them is a line too,
/// if only an empty one.
///
/// In a text of ASCII a look-up is a binary search, however long the lines are. In another text it also reads at most
/// `BLOCK` bytes before the offset and before the start of its line.
#[derive(Debug, Clone)]
pub struct LineIndex {
    /// The offset of the first byte of each line.
    starts: Vec<u32>,
    /// The UTF-16 code units before each block of the text; empty for a text of ASCII.
    units: Vec<u32>,
    /// The length of the text in bytes.
    length: u32,
}

/// Bytes per entry of `units`.
const BLOCK: usize = 256;

impl LineIndex {
    /// Reads the whole text once.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr2_iter(b'\n', b'\r', bytes) {
            let is_first_of_two =
                bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
            if !is_first_of_two {
                starts.push(offset(at + 1));
            }
        }
        let units = if text.is_ascii() {
            Vec::new()
        } else {
            units_before_blocks(bytes)
        };
        Self {
            starts,
            units,
            length: offset(text.len()),
        }
    }

    /// The number of lines, at least 1.
    pub fn count(&self) -> u32 {
        offset(self.starts.len())
    }

    /// The place of the byte at `at` in `text`, which must be the text that the index was made of. An offset past the end
    /// is taken for the end; one inside a character for its start.
    pub fn position(&self, text: &str, at: u32) -> Position {
        let mut at = at.min(self.length);
        while !text.is_char_boundary(at as usize) {
            at -= 1;
        }
        let line = self.starts.partition_point(|&start| start <= at);
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or_default();
        let column = self.units_before(text, at) - self.units_before(text, start) + 1;
        Position {
            line: offset(line),
            column,
        }
    }

    /// The places of both ends of a span.
    pub fn range(&self, text: &str, span: Span) -> Range {
        Range {
            start: self.position(text, span.start),
            end: self.position(text, span.end),
        }
    }

    /// The span of a line, from 1, without what ends it; `None` where the text has no such line.
    pub fn line(&self, text: &str, line: u32) -> Option<Span> {
        let index = line.checked_sub(1)? as usize;
        let start = *self.starts.get(index)? as usize;
        let end = self
            .starts
            .get(index + 1)
            .map_or(text.len(), |&next| next as usize);
        let content = text.get(start..end)?.trim_end_matches(['\n', '\r']);
        Some(Span::new(start, start + content.len()))
    }

    /// The UTF-16 code units of the text before `at`.
    fn units_before(&self, text: &str, at: u32) -> u32 {
        let block = at as usize / BLOCK;
        let Some(&before) = self.units.get(block) else {
            return at;
        };
        let rest = text
            .as_bytes()
            .get(block * BLOCK..at as usize)
            .unwrap_or_default();
        before + units(rest)
    }
}

/// The UTF-16 code units of the characters that start in a piece of UTF-8: one each, two beyond U+FFFF, where the first
/// of four bytes is 0xf0 or more.
fn units(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .map(|&byte| u32::from((byte & 0xc0) != 0x80) + u32::from(byte >= 0xf0))
        .sum()
}

fn units_before_blocks(bytes: &[u8]) -> Vec<u32> {
    let mut total = 0;
    let after = bytes.chunks(BLOCK).map(|block| {
        total += units(block);
        total
    });
    std::iter::once(0).chain(after).collect()
}

/// Files are far below 4 GiB (see [`SIZE_LIMIT`](super::SIZE_LIMIT)).
fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )]
    use super::*;

    /// The definition, character by character.
    fn expected(text: &str, at: usize) -> Position {
        let before = &text[..at];
        let rest = &text[at..];
        let mut lines: Vec<&str> = Vec::new();
        let mut start = 0;
        for (place, character) in before.char_indices() {
            let next = text[place + character.len_utf8()..].chars().next();
            if character == '\n' || (character == '\r' && next != Some('\n')) {
                lines.push(&before[start..place]);
                start = place + character.len_utf8();
            }
        }
        assert!(before.len() + rest.len() == text.len());
        let column = before[start..].encode_utf16().count() + 1;
        Position {
            line: lines.len() as u32 + 1,
            column: column as u32,
        }
    }

    #[test]
    fn positions_are_those_of_the_definition() {
        let long = format!(
            "{}é😀{}\n{}",
            "x".repeat(250),
            "ü".repeat(300),
            "😀".repeat(200)
        );
        let texts = [
            "",
            "\n",
            "a",
            "a\nb\n",
            "a\r\nb\rc\n\rd\r\r\n",
            "é\n漢字\r😀!\r\nx",
            "\r",
            "\r\n",
            "\t x",
            &long,
        ];
        for text in texts {
            let index = LineIndex::new(text);
            for at in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
                assert_eq!(
                    index.position(text, at as u32),
                    expected(text, at),
                    "{at} of {text:?}"
                );
            }
            assert_eq!(index.count(), expected(text, text.len()).line);
        }
    }

    #[test]
    fn a_span_is_a_range() {
        let text = "{\r\n  \"😀\": 1\r\n}";
        let index = LineIndex::new(text);
        let range = index.range(text, Span::new(5, 11));
        assert_eq!(range.start, Position { line: 2, column: 3 });
        assert_eq!(range.end, Position { line: 2, column: 7 });
    }

    #[test]
    fn lines_come_without_their_ends() {
        let text = "one\r\n\rthree\n";
        let index = LineIndex::new(text);
        let lines: Vec<_> = (0..6)
            .map(|line| index.line(text, line).map(|span| &text[span.range()]))
            .collect();
        assert_eq!(
            lines,
            [None, Some("one"), Some(""), Some("three"), Some(""), None]
        );
    }

    #[test]
    fn offsets_outside_are_taken_for_the_nearest_place() {
        let text = "aé";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 99).column, 3);
        assert_eq!(index.position(text, 2).column, 2);
    }

    /// Ten thousand look-ups in a line of 8 MB with wide characters, which no look-up may scan.
    #[test]
    fn long_lines_cost_no_scan() {
        let text = "x".repeat(4_000_000) + "é" + &"y".repeat(4_000_000);
        let index = LineIndex::new(&text);
        let begun = std::time::Instant::now();
        for step in 0..10_000u32 {
            let position = index.position(&text, step * 800);
            assert_eq!(
                position.column,
                step * 800 + 1 - u32::from(step * 800 > 4_000_000)
            );
        }
        assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    }
}
