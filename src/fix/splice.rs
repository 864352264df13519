//! Additions to objects and lists, and removals from them, that leave all other text as it is.

use super::render::Style;
use super::written::{Language, Shape, Written};
use crate::source::Span;

/// A replacement in one text.
pub(super) type Splice = (Span, String);

/// What renders a new part, given the indentation of its line; on one line where there is none.
pub(super) type Part<'r> = &'r dyn Fn(Option<&str>) -> Option<String>;

/// Adds a member to an object, or an item to a list, at its end. `None` where that cannot be done without touching what
/// stands around it.
pub(super) fn append(
    text: &str,
    style: &Style,
    container: &Written,
    part: Part<'_>,
) -> Option<Vec<Splice>> {
    let spans = parts(container)?;
    let Some(last) = spans.last() else {
        return fill(text, style, container, part);
    };
    let indent = own_line(text, last.start);
    let end = last.end as usize;
    let Some(indent) = indent else {
        let part = part(None)?;
        return Some(vec![(Span::point(end), format!(", {part}"))]);
    };
    // An item of a list is laid out as the one before it.
    let before = &text[last.range()];
    let is_list = text[container.span.range()].starts_with('[');
    let has_parts = before.starts_with(['{', '[']);
    let part = part((!(is_list && has_parts) || before.contains('\n')).then_some(indent))?;
    let rest = &text[end..line_end(text, end)];
    let (comma, behind) = match rest.trim_start().strip_prefix(',') {
        Some(behind) => (true, behind),
        None => (false, rest),
    };
    let line = format!("{}{indent}{part}", style.newline);
    let is_free = behind.trim().is_empty() || behind.trim_start().starts_with("//");
    let at = Span::point(end + rest.trim_end().len());
    match (style.language, is_free) {
        (Language::Bicep, true) => Some(vec![(at, line)]),
        (Language::Json, true) if comma => Some(vec![(at, line + ",")]),
        (Language::Json, true) if at.start as usize == end => Some(vec![(at, format!(",{line}"))]),
        (Language::Json, true) => Some(vec![(Span::point(end), ",".to_owned()), (at, line)]),
        (Language::Json, false) if !comma => Some(vec![(Span::point(end), format!(",{line}"))]),
        (Language::Bicep, false) if !comma => Some(vec![(Span::point(end), line)]),
        _ => None,
    }
}

/// The first part of an empty object or list.
fn fill(text: &str, style: &Style, container: &Written, part: Part<'_>) -> Option<Vec<Splice>> {
    let start = container.span.start as usize;
    let inside = Span::new(start + 1, (container.span.end as usize).checked_sub(1)?);
    let line = &text[line_start(text, start)..start];
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    if !text.contains(['\n', '\r']) {
        let part = part(None)?;
        return text[inside.range()]
            .trim()
            .is_empty()
            .then(|| vec![(inside, part)]);
    }
    let inner = format!("{indent}{}", style.unit);
    let part = part(Some(&inner))?;
    let newline = style.newline;
    if text[inside.range()].trim().is_empty() {
        return Some(vec![(
            inside,
            format!("{newline}{inner}{part}{newline}{indent}"),
        )]);
    }
    let at = line_end(text, inside.start as usize);
    // A comment stands in it.
    (at < inside.end as usize).then(|| vec![(Span::point(at), format!("{newline}{inner}{part}"))])
}

/// Removes the member or item that ends with the value at `value`, with what separates it from the next one. `None`
/// where a comment stands there, which may be about something else.
pub(super) fn remove(text: &str, container: &Written, value: Span) -> Option<Splice> {
    let spans = parts(container)?;
    let index = spans.iter().position(|span| span.holds(value))?;
    let own = spans[index];
    let span = match (index.checked_sub(1), spans.get(index + 1)) {
        (_, Some(next)) => Span::new(own.start as usize, next.start as usize),
        (Some(before), None) => Span::new(spans[before].end as usize, own.end as usize),
        (None, None) => Span::new(
            container.span.start as usize + 1,
            (container.span.end as usize).checked_sub(1)?,
        ),
    };
    let around = [
        &text[span.start as usize..own.start as usize],
        &text[own.end as usize..span.end as usize],
    ];
    let has_comment = around
        .iter()
        .any(|gap| gap.contains("//") || gap.contains("/*"));
    (!has_comment && !has_comments(&text[own.range()])).then(|| (span, String::new()))
}

/// Whether something that looks like a comment is in it. A link in a string does too.
pub(super) fn has_comments(text: &str) -> bool {
    text.contains("//") || text.contains("/*")
}

/// The members or items; none where it takes in others.
fn parts(container: &Written) -> Option<Vec<Span>> {
    match &container.shape {
        Shape::Object {
            members,
            spread: false,
            ..
        } => Some(members.iter().map(|member| member.span).collect()),
        Shape::Array {
            items,
            spread: false,
        } => Some(items.iter().map(|item| item.span).collect()),
        _ => None,
    }
}

/// The blanks before `at`, if there is nothing else on its line before it.
fn own_line(text: &str, at: u32) -> Option<&str> {
    let at = at as usize;
    let before = &text[line_start(text, at)..at];
    before
        .bytes()
        .all(|byte| matches!(byte, b' ' | b'\t'))
        .then_some(before)
        .filter(|_| line_start(text, at) > 0)
}

/// The indentation of the line that `at` is on.
pub(super) fn indent_at(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..at];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..]
        .find(['\n', '\r'])
        .map_or(text.len(), |end| at + end)
}
