//! Excerpts of sources, as miette draws them.
//!
//! In: marked places, the first of which matters most. Out: a small text of its own, in which each marked line stands
//! with its neighbours, made safe to print, and cut to a window around its mark where it is long. miette sees nothing
//! else, so neither the size of a file nor the length of a line costs anything (a file on one line makes it panic).
//!
//! Panels of several files are one text, in the order of the story.

use std::sync::Arc;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::place::Spot;
use super::text::{push_visible, shortened, visible};
use crate::source::{Position, Source, Span};

/// A place to show, and what is there.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) spot: Spot,
    pub(super) message: String,
}

/// How many lines around a marked line are shown, unless they are blank.
const CONTEXT: u32 = 1;
/// How far a line may be from a panel to become a part of it.
const NEAR: u32 = 3;
/// How many lines a panel has at most, neighbours aside.
const TALLEST: u32 = 10;
/// How many characters a label has at most.
const LONGEST_LABEL: usize = 120;
/// How many columns a tab counts when a line is cut; miette draws it to the next multiple.
const TAB: usize = 4;

/// The panels of one finding while they are put together.
#[derive(Debug)]
pub(super) struct Layout {
    panels: Vec<Draft>,
    /// How many columns of a line are shown.
    limit: usize,
}

impl Layout {
    /// A layout whose first panel is that of the primary mark. `None` where the run no longer holds its file.
    pub(super) fn new(primary: &Mark, limit: usize) -> Option<Self> {
        let limit = limit.max(20);
        let panel = Draft::new(Label::of(primary, true)?);
        Some(Self {
            panels: vec![panel],
            limit,
        })
    }

    /// How many panels there are.
    pub(super) fn len(&self) -> usize {
        self.panels.len()
    }

    /// Adds a mark to the first panel, if it is near; says whether it is shown.
    pub(super) fn add_near(&mut self, mark: &Mark) -> bool {
        let limit = self.limit;
        let label = Label::of(mark, false);
        let Some((label, panel)) = label.zip(self.panels.first_mut()) else {
            return false;
        };
        panel.take(label, limit).is_none()
    }

    /// Adds a mark to the first panel that is near, or as a panel of its own; says whether it is shown.
    pub(super) fn add(&mut self, mark: &Mark) -> bool {
        let Some(mut label) = Label::of(mark, false) else {
            return false;
        };
        for panel in &mut self.panels {
            match panel.take(label, self.limit) {
                None => return true,
                Some(back) => label = back,
            }
        }
        self.panels.push(Draft::new(label));
        true
    }

    /// The text for miette.
    pub(super) fn draw(&self) -> Excerpts {
        let mut excerpts = Excerpts::default();
        for panel in &self.panels {
            excerpts.push(panel, self.limit);
        }
        excerpts
    }
}

/// A mark on one line: what a place spans of its first line.
#[derive(Debug)]
struct Label {
    source: Arc<Source>,
    line: u32,
    span: Span,
    position: Position,
    message: String,
    primary: bool,
}

impl Label {
    fn of(mark: &Mark, primary: bool) -> Option<Self> {
        let source = mark.spot.source.clone()?;
        let position = mark.spot.range.start;
        let line = source.lines().line(source.text(), position.line)?;
        let clip = |offset: u32| offset.clamp(line.start, line.end) as usize;
        let (start, end) = (clip(mark.spot.span.start), clip(mark.spot.span.end));
        let shown = source.text().get(start..end)?.trim_end();
        Some(Self {
            line: position.line,
            span: Span::new(start, start + shown.len()),
            position,
            message: shortened(&visible(&mark.message), LONGEST_LABEL).into_owned(),
            primary,
            source,
        })
    }

    /// Whether both would need the same columns.
    fn overlaps(&self, other: &Self) -> bool {
        let end = |label: &Self| label.span.end.max(label.span.start + 1);
        self.line == other.line && self.span.start < end(other) && other.span.start < end(self)
    }
}

/// Neighbouring lines of one file.
#[derive(Debug)]
struct Draft {
    labels: Vec<Label>,
    first: u32,
    last: u32,
}

impl Draft {
    fn new(label: Label) -> Self {
        Self {
            first: label.line,
            last: label.line,
            labels: vec![label],
        }
    }

    /// Takes a label in, or gives it back where it is too far away or needs columns that another one has.
    fn take(&mut self, label: Label, limit: usize) -> Option<Label> {
        let is_other = |own: &Label| own.source.id() != label.source.id();
        if self.labels.first().is_none_or(is_other) {
            return Some(label);
        }
        let same = |own: &&mut Label| own.line == label.line && own.span == label.span;
        if let Some(own) = self.labels.iter_mut().find(same) {
            if own.message != label.message {
                own.message = format!("{}; {}", own.message, label.message);
            }
            return None;
        }
        let (first, last) = (self.first.min(label.line), self.last.max(label.line));
        let is_near = label.line + NEAR >= self.first && label.line <= self.last + NEAR;
        let in_window = self
            .window(label.line, &label.source, limit)
            .holds(label.span);
        let is_free = !self.labels.iter().any(|own| own.overlaps(&label));
        if !(is_near && last - first < TALLEST && is_free && in_window) {
            return Some(label);
        }
        (self.first, self.last) = (first, last);
        self.labels.push(label);
        None
    }

    /// What is shown of a line: around the first label on it; from its start, where there is none.
    fn window(&self, number: u32, source: &Source, limit: usize) -> Span {
        let text = source.text();
        let Some(line) = source.lines().line(text, number) else {
            return Span::default();
        };
        let label = self.labels.iter().find(|label| label.line == number);
        window(text, line, label.map(|label| label.span), limit)
    }
}

/// About `limit` columns of a line: its start, or from somewhat before the mark where that is further on.
fn window(text: &str, line: Span, mark: Option<Span>, limit: usize) -> Span {
    let head = forward(text, line.start as usize, line.end as usize, limit);
    let is_shown = mark.is_none_or(|mark| mark.end as usize <= head);
    if is_shown {
        return Span::new(line.start as usize, head);
    }
    let before = &text[line.start as usize..mark.unwrap_or(line).start as usize];
    let lead = before.char_indices().rev().take(limit / 4).last();
    let start = line.start as usize + lead.map_or(before.len(), |(at, _)| at);
    Span::new(start, forward(text, start, line.end as usize, limit))
}

/// The offset that is `columns` further on, at most `end`.
fn forward(text: &str, start: usize, end: usize, columns: usize) -> usize {
    let mut used = 0;
    let beyond = text[start..end].char_indices().find(|&(_, character)| {
        used += columns_of(character);
        used > columns
    });
    beyond.map_or(end, |(at, _)| start + at)
}

/// About how many columns a character takes when it is printed.
fn columns_of(character: char) -> usize {
    match character {
        '\t' => TAB,
        ' '..='~' => 1,
        // East Asian scripts and emoji.
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{ffdc}' | '\u{1f300}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// The lines to show and the labels on them.
#[derive(Debug, Default)]
pub(super) struct Excerpts {
    text: String,
    panels: Vec<Panel>,
    labels: Vec<LabeledSpan>,
}

/// A part of the text.
#[derive(Debug)]
struct Panel {
    start: usize,
    end: usize,
    /// The number of its first line, from 1.
    line: u32,
    lines: u32,
    /// The file's name, fit to print.
    name: String,
    /// What its heading says.
    head: Position,
}

impl Excerpts {
    /// The labels, in the order that miette draws them.
    pub(super) fn labels(&self) -> &[LabeledSpan] {
        &self.labels
    }

    fn push(&mut self, draft: &Draft, limit: usize) {
        let Some(main) = draft.labels.first() else {
            return;
        };
        let source = &main.source;
        let start = self.text.len();
        let text = source.text();
        let is_blank = |number: &u32| {
            let line = source.lines().line(text, *number);
            line.is_none_or(|line| source.slice(line).trim().is_empty())
        };
        let mut above = draft.first.saturating_sub(CONTEXT).max(1)..draft.first;
        let first = above.find(|line| !is_blank(line)).unwrap_or(draft.first);
        let below = draft.last + 1..=(draft.last + CONTEXT).min(source.lines().count());
        let last = below
            .rev()
            .find(|line| !is_blank(line))
            .unwrap_or(draft.last);
        for number in first..=last {
            self.push_line(draft, number, source, limit);
        }
        self.panels.push(Panel {
            start,
            end: self.text.len(),
            line: first,
            lines: last - first + 1,
            name: visible(source.name()).into_owned(),
            head: main.position,
        });
        // Keeps the last label of this panel and the first of the next apart.
        self.text.push('\n');
        self.labels.sort_by_key(LabeledSpan::offset);
    }

    fn push_line(&mut self, draft: &Draft, number: u32, source: &Source, limit: usize) {
        let text = source.text();
        let Some(line) = source.lines().line(text, number) else {
            return;
        };
        let window = draft.window(number, source, limit);
        // Where each character of the window starts here, and where the last one ends.
        let mut places = Vec::new();
        if window.start > line.start {
            self.text.push('…');
        }
        for (at, character) in source.slice(window).char_indices() {
            places.push((window.start as usize + at, self.text.len()));
            match character {
                '\t' => self.text.push('\t'),
                _ => push_visible(&mut self.text, character),
            }
        }
        places.push((window.end as usize, self.text.len()));
        if window.end < line.end {
            self.text.push('…');
        }
        self.text.push('\n');
        let here = |offset: u32| {
            let found = places.partition_point(|&(at, _)| at < offset as usize);
            places
                .get(found)
                .or(places.last())
                .map_or(0, |&(_, here)| here)
        };
        for label in draft.labels.iter().filter(|label| label.line == number) {
            let (start, end) = (here(label.span.start), here(label.span.end));
            let message = Some(label.message.clone()).filter(|message| !message.is_empty());
            let span = (start, end.saturating_sub(start));
            self.labels.push(if label.primary {
                LabeledSpan::new_primary_with_span(message, span)
            } else {
                LabeledSpan::new_with_span(message, span)
            });
        }
    }
}

impl SourceCode for Excerpts {
    /// The whole panel that holds the span; where no context is asked for, the span itself, which is how miette asks for
    /// the line and column of a heading. Spans over several panels are refused, so miette keeps them apart.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let holds = |panel: &&Panel| panel.start <= start && end <= panel.end;
        let panel = self
            .panels
            .iter()
            .find(holds)
            .ok_or(MietteError::OutOfBounds)?;
        let is_heading = lines_before == 0 && lines_after == 0;
        let (range, line, column, lines) = if is_heading {
            (start..end, panel.head.line, panel.head.column, 1)
        } else {
            (panel.start..panel.end, panel.line, 1, panel.lines)
        };
        let data = self.text.as_bytes().get(range.clone());
        Ok(Box::new(MietteSpanContents::new_named(
            panel.name.clone(),
            data.ok_or(MietteError::OutOfBounds)?,
            (range.start, range.len()).into(),
            line as usize - 1,
            column as usize - 1,
            lines as usize,
        )))
    }
}
