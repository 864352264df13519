//! JSON documents that are written as they are made, and that show in a terminal what they hold.

use std::io::{self, Write};

use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSlice;
use serde::{Serialize, Serializer};
use serde_json::ser::{Formatter, PrettyFormatter};

use super::text::is_plain;

/// How many items of a list are made before they are written.
const ITEMS_AT_A_TIME: usize = 512;

/// How many of them a thread makes in one go.
const ITEMS_IN_A_ROW: usize = 32;

/// Writes a value and a line end.
pub(super) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    write_within(0, value, &mut *out)?;
    writeln!(out)
}

/// An object whose last members are lists. Their items are made on all threads, some at a time, and written in order.
pub(super) struct WithLists<'o> {
    out: &'o mut dyn Write,
}

impl<'o> WithLists<'o> {
    /// Writes the members before the lists: an object with one member or more.
    pub(super) fn after(members: &impl Serialize, out: &'o mut dyn Write) -> io::Result<Self> {
        let mut text = Vec::new();
        write_within(0, members, &mut text)?;
        out.write_all(text.strip_suffix(b"\n}").unwrap_or(&text))?;
        Ok(Self { out })
    }

    /// Writes the next list.
    pub(super) fn list<'t, T: Sync, I: Serialize>(
        &mut self,
        name: &str,
        of: &'t [T],
        item: impl Fn(&'t T) -> I + Sync,
    ) -> io::Result<()> {
        write!(self.out, ",\n  \"{name}\": [")?;
        let made = |row: &'t [T]| {
            let mut text = Vec::new();
            for each in row {
                text.extend_from_slice(b",\n    ");
                write_within(2, &item(each), &mut text)?;
            }
            Ok(text)
        };
        let mut is_first = true;
        for some in of.chunks(ITEMS_AT_A_TIME) {
            let rows = some.par_chunks(ITEMS_IN_A_ROW);
            let texts: Vec<io::Result<Vec<u8>>> = rows.map(made).collect();
            for text in texts {
                // Nothing stands before the first item that a comma would part it from.
                self.out.write_all(&text?[usize::from(is_first)..])?;
                is_first = false;
            }
        }
        write!(self.out, "{}", if of.is_empty() { "]" } else { "\n  ]" })
    }

    /// Writes the end of the object and of the line.
    pub(super) fn end(self) -> io::Result<()> {
        writeln!(self.out, "\n}}")
    }
}

/// Writes a value that stands in so many objects and lists.
fn write_within(depth: usize, value: &impl Serialize, out: impl Write) -> io::Result<()> {
    let mut layout = Layout(PrettyFormatter::new());
    for _ in 0..depth {
        layout.begin_array(&mut io::sink())?;
    }
    let mut serializer = serde_json::Serializer::with_formatter(out, layout);
    Ok(value.serialize(&mut serializer)?)
}

/// An array whose items are made while it is written.
pub(super) struct Streamed<F>(pub(super) F);

impl<F, I> Serialize for Streamed<F>
where
    F: Fn() -> I,
    I: IntoIterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Indented JSON in which the characters that a terminal would act on, or that hide or reorder others, are escaped, which
/// JSON leaves to the writer for all but the first 32 (RFC 8259 §7).
struct Layout(PrettyFormatter<'static>);

impl Formatter for Layout {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Most text is of such letters, and to look at all bytes, without a way out, takes no time.
        let is_of_letters = |so_far, byte| so_far & matches!(byte, b' '..=b'~');
        if fragment.bytes().fold(true, is_of_letters) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, character)) = rest.char_indices().find(|&(_, each)| !is_plain(each)) {
            let (before, from) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &from[character.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;

    #[test]
    fn a_document_holds_no_character_that_does_something() {
        let text = "a\u{1b}[2J\u{9b}31m\u{202e}\u{7f}\u{e0041}é😀\n";
        let mut out = Vec::new();
        write(&[text], &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        let expected = "[\n  \"a\\u001b[2J\\u009b31m\\u202e\\u007f\\udb40\\udc41é😀\\n\"\n]\n";
        assert_eq!(written, expected);
        assert_eq!(
            serde_json::from_str::<[String; 1]>(&written).unwrap(),
            [text]
        );
    }

    #[test]
    fn lists_that_are_made_on_all_threads_read_like_others() {
        #[derive(Serialize)]
        struct Whole {
            name: &'static str,
            few: Vec<Vec<usize>>,
            many: Vec<Vec<usize>>,
        }
        #[derive(Serialize)]
        struct Head {
            name: &'static str,
        }
        let item = |number: &usize| vec![*number; 2];
        let list = |length| (0..length).collect::<Vec<usize>>();
        for (few, many) in [(0, 0), (0, 3), (1, ITEMS_AT_A_TIME + 1)] {
            let (few, many) = (list(few), list(many));
            let whole = Whole {
                name: "a",
                few: few.iter().map(item).collect(),
                many: many.iter().map(item).collect(),
            };
            let (mut together, mut apart) = (Vec::new(), Vec::new());
            write(&whole, &mut together).unwrap();
            let mut document = WithLists::after(&Head { name: "a" }, &mut apart).unwrap();
            document.list("few", &few, item).unwrap();
            document.list("many", &many, item).unwrap();
            document.end().unwrap();
            assert_eq!(
                String::from_utf8(apart).unwrap(),
                String::from_utf8(together).unwrap()
            );
        }
    }

    #[test]
    fn items_are_made_one_after_the_other() {
        let items = Streamed(|| (0..3).map(|number| number * 2));
        let mut out = Vec::new();
        write(&items, &mut out).unwrap();
        assert_eq!(out, b"[\n  0,\n  2,\n  4\n]\n");
    }
}
