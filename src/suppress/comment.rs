//! Suppressions in comments, and in the directives of Bicep.
//!
//! ```text
//! // akvlint: ignore[AKV101, AKV102] reason
//! // akvlint: ignore-file[AKV101] reason
//! #disable-next-line AKV101 // reason
//! ```
//!
//! A comment behind code is about its line, one that stands alone about the first line of code below it, with nothing but
//! comments and directives between them.

use std::collections::BTreeMap;

use super::{Entry, KnownRule, Target, Word};
use crate::source::{FileId, Place, Source, Span};
use crate::syntax::bicep::lexer::lex;
use crate::syntax::bicep::token::TriviaKind;
use crate::syntax::json::{NoteKind, parse_sequence};

/// What a suppression in a comment begins with.
const KEYWORD: &str = "akvlint:";
/// The directive of Bicep that is an alias.
const DIRECTIVE: &str = "#disable-next-line";

/// How a text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// JSON with comments.
    Json,
    /// Bicep, templates and parameter files.
    Bicep,
}

/// A comment or directive.
#[derive(Debug, Clone, Copy)]
struct Comment {
    span: Span,
    /// `#disable-next-line`.
    disables: bool,
}

/// The suppressions in the comments of a text, in order of place. `declared` has the declarations by each offset that
/// stands for one: where it begins, where its type is.
pub fn of_text(
    source: &Source,
    dialect: Dialect,
    declared: &BTreeMap<u32, Vec<Span>>,
    rules: &[KnownRule],
) -> Vec<Entry> {
    let text = source.text();
    let comments = comments(text, dialect);
    let lines = Lines::of(text);
    let targets = targets(text, &comments, &lines);
    let mut entries = Vec::new();
    for (comment, target) in comments.iter().zip(targets) {
        let written = text.get(comment.span.range()).unwrap_or_default();
        let reading = Reading {
            file: source.id(),
            lines: &lines,
            declared,
            target,
        };
        if comment.disables {
            entries.extend(reading.directive(text, comment.span, rules));
        } else {
            let mut start = comment.span.start as usize;
            for line in written.split_inclusive(['\n', '\r']) {
                entries.extend(reading.comment_line(line, start));
                start += line.len();
            }
        }
    }
    entries
}

fn comments(text: &str, dialect: Dialect) -> Vec<Comment> {
    match dialect {
        Dialect::Json => {
            let notes = parse_sequence(text).notes.into_iter();
            let comments = notes.filter(|note| note.kind == NoteKind::Comment);
            let mut comments: Vec<Comment> = comments
                .map(|note| Comment {
                    span: note.span,
                    disables: false,
                })
                .collect();
            comments.sort_unstable_by_key(|comment| comment.span);
            comments.dedup_by_key(|comment| comment.span);
            comments
        }
        Dialect::Bicep => {
            let trivia = lex(text).trivia.into_iter();
            trivia
                .map(|trivia| {
                    let disables = trivia.kind == TriviaKind::DisableNextLine;
                    let span = match trivia.kind.is_directive() {
                        true => whole_line(text, trivia.span),
                        false => trivia.span,
                    };
                    Comment { span, disables }
                })
                .collect()
        }
    }
}

/// What follows a word, in whatever case it is written.
fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let start = text.get(..word.len())?;
    start
        .eq_ignore_ascii_case(word)
        .then(|| &text[word.len()..])
}

/// From the start of a span to the end of its line.
fn whole_line(text: &str, span: Span) -> Span {
    let start = span.start as usize;
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    Span::new(start, start + length)
}

/// The lines of a text.
struct Lines {
    starts: Vec<usize>,
    length: usize,
}

impl Lines {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let ends = bytes.get(at) == Some(&b'\n') || bytes.get(at + 1) != Some(&b'\n');
            if ends {
                starts.push(at + 1);
            }
        }
        Self {
            starts,
            length: text.len(),
        }
    }

    fn number(&self, offset: usize) -> usize {
        let after = self.starts.partition_point(|start| *start <= offset);
        after.saturating_sub(1)
    }

    /// The line of an offset; its end is the last offset on it.
    fn at(&self, offset: usize) -> Span {
        let number = self.number(offset);
        let start = self.starts.get(number).copied().unwrap_or(0);
        let next = self.starts.get(number + 1).copied();
        Span::new(
            start,
            next.map_or(self.length, |next| next.saturating_sub(1)),
        )
    }
}

/// For each comment the line of code that it is about. Each byte between comments is looked at once or twice.
fn targets(text: &str, comments: &[Comment], lines: &Lines) -> Vec<Option<Span>> {
    let bytes = text.as_bytes();
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
    // Behind code on its own line.
    let mut behind: Vec<bool> = Vec::with_capacity(comments.len());
    let mut before = Span::point(0);
    for comment in comments {
        let start = comment.span.start as usize;
        let line = lines.at(start).start as usize;
        let from = line.max(before.end as usize);
        let has_code = |part: Option<&[u8]>| part.is_some_and(|part| !part.iter().all(blank));
        let follows = before.end as usize > line
            && lines.at(before.start as usize).start as usize == line
            && behind.last() == Some(&true);
        behind.push(follows || has_code(bytes.get(from..start)));
        before = comment.span;
    }
    // Backwards, since a comment above another one is about what that one is about.
    let mut targets = vec![None; comments.len()];
    for (number, comment) in comments.iter().enumerate().rev() {
        if behind.get(number) == Some(&true) {
            if let Some(target) = targets.get_mut(number) {
                *target = Some(lines.at(comment.span.start as usize));
            }
            continue;
        }
        let end = comment.span.end as usize;
        let next = comments
            .get(number + 1)
            .map(|next| next.span.start as usize);
        let gap = bytes
            .get(end..next.unwrap_or(bytes.len()))
            .unwrap_or_default();
        let blanks = gap.iter().take_while(|byte| blank(byte)).count();
        let code = end + blanks;
        let is_near = lines.number(code)
            <= lines.number(end.saturating_sub(1).max(comment.span.start as usize)) + 1;
        let found = match blanks < gap.len() {
            _ if !is_near => None,
            true => Some(lines.at(code)),
            false => targets.get(number + 1).copied().flatten(),
        };
        if let Some(target) = targets.get_mut(number) {
            *target = found;
        }
    }
    targets
}

/// What is known while a comment is read.
struct Reading<'a> {
    file: FileId,
    lines: &'a Lines,
    declared: &'a BTreeMap<u32, Vec<Span>>,
    /// The line that it is about.
    target: Option<Span>,
}

impl Reading<'_> {
    fn place(&self, start: usize, length: usize) -> Place {
        Place::new(self.file, Span::new(start, start + length))
    }

    fn line(&self, line: Option<Span>) -> Target {
        let Some(line) = line else {
            return Target::Nothing;
        };
        let declared = self.declared.range(line.start..=line.end);
        let spans = declared.flat_map(|(_, spans)| spans);
        Target::Line {
            line: Place::new(self.file, line),
            declarations: spans.map(|span| Place::new(self.file, *span)).collect(),
        }
    }

    /// One line of a comment, which starts at `start`.
    fn comment_line(&self, line: &str, start: usize) -> Option<Entry> {
        let decoration = |c: char| c.is_whitespace() || matches!(c, '/' | '*');
        let content = line.trim_start_matches(decoration);
        let start = start + line.len() - content.len();
        let content = content.trim_end();
        let content = content.strip_suffix("*/").unwrap_or(content).trim_end();
        let rest = strip_word(content, KEYWORD)?;
        let whole = self.place(start, content.len());
        let not_understood = |problem: &str| Entry {
            target: Target::Nothing,
            place: whole,
            words: Vec::new(),
            reason: None,
            problem: Some(problem.to_owned()),
        };
        let rest = rest.trim_start();
        let (of_file, rest) = match (strip_word(rest, "ignore-file"), strip_word(rest, "ignore")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => {
                return Some(not_understood(
                    "it is neither `ignore[…]` nor `ignore-file[…]`",
                ));
            }
        };
        let Some(inside) = rest.trim_start().strip_prefix('[') else {
            return Some(not_understood("the rules are missing: `ignore[AKV101]`"));
        };
        let Some((list, reason)) = inside.split_once(']') else {
            return Some(not_understood("`]` is missing behind the rules"));
        };
        let words = self.words(list, start + content.len() - inside.len());
        if words.is_empty() {
            return Some(not_understood("no rule is named: `ignore[AKV101]`"));
        }
        Some(Entry {
            target: match of_file {
                true => Target::File(self.file),
                false => self.line(self.target),
            },
            place: whole,
            words,
            reason: reason_of(reason),
            problem: None,
        })
    }

    /// The words of a list with commas, which starts at `start`.
    fn words(&self, list: &str, start: usize) -> Vec<Word> {
        let mut at = start;
        let mut words = Vec::new();
        for item in list.split(',') {
            let word = item.trim();
            if !word.is_empty() {
                let lead = item.len() - item.trim_start().len();
                words.push(Word {
                    text: word.into(),
                    place: self.place(at + lead, word.len()),
                });
            }
            at += item.len() + 1;
        }
        words
    }

    /// `#disable-next-line CODE… // reason`: of use where a code is one of ours. The compiler takes words behind the
    /// codes for more codes, so a reason may also stand there without `//`.
    fn directive(&self, text: &str, span: Span, rules: &[KnownRule]) -> Option<Entry> {
        let written = text.get(span.range())?;
        let (codes, comment) = match written.split_once("//") {
            Some((codes, comment)) => (codes, Some(comment)),
            None => (written, None),
        };
        let mut words = Vec::new();
        let mut at = span.start as usize;
        let mut reason = comment;
        for (number, code) in codes.split([' ', '\t', ',']).enumerate() {
            let start = at;
            at += code.len() + 1;
            if number == 0 || code.is_empty() {
                continue;
            }
            if is_ours(code, rules) {
                words.push(Word {
                    text: code.into(),
                    place: self.place(start, code.len()),
                });
            } else if comment.is_none() && !words.is_empty() && !is_code_of_bicep(code) {
                reason = text.get(start..span.end as usize);
                break;
            }
        }
        if words.is_empty() {
            return None;
        }
        let next = self.lines.number(span.start as usize) + 1;
        let next = self
            .lines
            .starts
            .get(next)
            .map(|start| self.lines.at(*start));
        let length = written.trim_end().len();
        Some(Entry {
            target: self.line(next),
            place: self.place(span.start as usize, length),
            words,
            reason: reason.and_then(reason_of),
            problem: None,
        })
    }
}

/// Whether a code in a directive names a rule, rather than something that the Bicep compiler says.
fn is_ours(code: &str, rules: &[KnownRule]) -> bool {
    looks_like_id(code)
        || rules
            .iter()
            .any(|rule| rule.name.eq_ignore_ascii_case(code))
}

/// Whether a text has a line with a directive of Bicep, or something that reads like one, with a word behind it that
/// names a rule.
pub(super) fn disables_one_of(text: &str, rules: &[KnownRule]) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), DIRECTIVE.as_bytes()).any(|at| {
        let line = text.get(at..).and_then(|rest| rest.lines().next());
        let mut words = line.unwrap_or_default().split([' ', '\t', ',', '/', '\r']);
        words.any(|word| is_ours(word, rules))
    })
}

/// Capital letters and digits, as in `AKV101`.
fn looks_like_id(code: &str) -> bool {
    let rest = code.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = code.len() - rest.len();
    letters > 1
        && !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_digit())
        && !code.starts_with("BCP")
}

/// `BCP036`, `no-unused-params`.
fn is_code_of_bicep(code: &str) -> bool {
    code.starts_with("BCP") || code.contains('-')
}

/// The reason in what follows the rules; `None` where there is no word in it.
pub(super) fn reason_of(text: &str) -> Option<String> {
    let mark = |c: char| c.is_whitespace() || matches!(c, ':' | '-' | '–' | '—');
    let reason = text.trim_start_matches(mark).trim_end();
    let has_word = reason.chars().any(char::is_alphanumeric);
    has_word.then(|| reason.to_owned())
}
