//! The lines of a configuration file that an error points at.
//!
//! In: a text and a span of it. Out: the line that the span begins on and its neighbours, fit to print, and cut where they
//! are long. miette sees nothing else, so what a line holds besides costs nothing.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// How many characters of a line are shown.
const WIDTH: usize = 120;
/// How many of them stand before the mark, where the line is cut there.
const LEAD: usize = 30;

/// A few lines of a file.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The file, as it is called.
    name: String,
    text: String,
    /// The number of the first line that is shown, from 0.
    first: usize,
    /// How many lines there are.
    lines: usize,
    /// Line and column of the mark in the file, from 0.
    mark: (usize, usize),
}

impl Excerpt {
    /// The lines around a span, in bytes of `text`, and where the span is in them.
    pub(super) fn new(name: String, text: &str, span: Range<usize>) -> (Self, SourceSpan) {
        let boundary = |at: usize| {
            let down = (0..=at.min(text.len())).rev();
            down.into_iter()
                .find(|at| text.is_char_boundary(*at))
                .unwrap_or(0)
        };
        let start = boundary(span.start);
        let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let end = boundary(span.end).clamp(start, line_end);
        let number = text[..line].matches('\n').count();
        let column = text[line..start].chars().count();
        let mut excerpt = Self {
            name,
            text: String::new(),
            first: number,
            lines: 0,
            mark: (number, column),
        };
        let above = text[..line].lines().next_back();
        if let Some(above) = above.filter(|above| !above.trim().is_empty()) {
            excerpt.first -= 1;
            excerpt.push(above, WIDTH);
            excerpt.end_line();
        }
        let marked = text[start..end].chars().count();
        let lead = match column + marked > WIDTH {
            true => column.min(LEAD),
            false => column,
        };
        if lead < column {
            excerpt.text.push('…');
        }
        let before: String = text[line..start].chars().skip(column - lead).collect();
        excerpt.push(&before, WIDTH);
        let at = excerpt.text.len();
        excerpt.push(text[start..end].trim_end(), WIDTH - lead);
        let label = (at, excerpt.text.len() - at).into();
        let rest = (WIDTH - lead).saturating_sub(marked);
        excerpt.push(text[end..line_end].trim_end(), rest);
        excerpt.end_line();
        let below = text[line_end..].lines().nth(1);
        if let Some(below) = below.filter(|below| !below.trim().is_empty()) {
            excerpt.push(below, WIDTH);
            excerpt.end_line();
        }
        (excerpt, label)
    }

    /// Adds a text of one line, of which `width` characters are shown.
    fn push(&mut self, text: &str, width: usize) {
        for (number, character) in text.chars().enumerate() {
            if number >= width {
                // What was cut off before is cut off still.
                if !self.text.ends_with('…') {
                    self.text.push('…');
                }
                return;
            }
            let is_plain = character == '\t' || !character.is_control();
            self.text.push(if is_plain {
                character
            } else {
                char::REPLACEMENT_CHARACTER
            });
        }
    }

    fn end_line(&mut self) {
        self.text.push('\n');
        self.lines += 1;
    }
}

impl SourceCode for Excerpt {
    /// All lines; where no context is asked for, the span itself, which is how miette asks for the line and column of a
    /// heading.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let is_heading = lines_before == 0 && lines_after == 0;
        let (range, (line, column), lines) = if is_heading {
            (span.offset()..span.offset() + span.len(), self.mark, 1)
        } else {
            (0..self.text.len(), (self.first, 0), self.lines)
        };
        let data = self.text.as_bytes().get(range.clone());
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data.ok_or(MietteError::OutOfBounds)?,
            (range.start, range.len()).into(),
            line,
            column,
            lines,
        )))
    }
}
