//! The grammar: values, arrays, objects, and the blanks and comments between them.
use super::damage::Damage;
use super::keys::note_repeated_keys;
use super::note::{Note, NoteKind};
use super::scan::{end_of_plain, end_of_spaces};
use super::string::{Fault, decode};
use super::tree::{Document, Kind, Member, Node, Sequence};
use crate::source::Span;
use crate::syntax::error::SyntaxError;
use memchr::{memchr2, memmem};
use std::borrow::Cow;

/// How deep arrays and objects may nest. Bicep and the compilers of templates stay far below; it keeps the parser and
/// everyone who walks the tree from running out of stack.
pub const MAX_DEPTH: usize = 256;

/// After so many errors the text is taken for something else than JSON and left alone.
const MAX_ERRORS: usize = 100;

/// Parses a text that should hold one value. Never fails: see [`Document::errors`].
pub fn parse(text: &str) -> Document<'_> {
    parse_sequence(text).into_document()
}

/// Parses a text that may hold any number of values one after the other. Never fails: see [`Sequence::errors`].
pub fn parse_sequence(text: &str) -> Sequence<'_> {
    let mut parser = Parser::new(text);
    let mut values = parser.values();
    let Parser {
        mut notes,
        mut errors,
        ..
    } = parser;
    notes.sort_unstable();
    notes.dedup();
    errors.sort_by_key(|error| error.span);
    Sequence {
        damage: Damage::find(&mut values, text, &errors),
        values,
        notes,
        errors,
    }
}

pub(super) struct Parser<'s> {
    pub(super) text: &'s str,
    pub(super) bytes: &'s [u8],
    /// The offset of the next byte; a character boundary.
    pub(super) at: usize,
    /// The opening brackets around this place, the outermost first.
    pub(super) open: Vec<u8>,
    /// The members of all open objects, the innermost last: a finished object takes its own from the end.
    pub(super) members: Vec<Member<'s>>,
    /// The elements of all open arrays, likewise.
    elements: Vec<Node<'s>>,
    notes: Vec<Note>,
    pub(super) errors: Vec<SyntaxError>,
    /// Whether it was reported that the text ends inside a bracket.
    pub(super) end_reported: bool,
}

/// What stands before the place where the parser is in an array or object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// The opening bracket.
    Start,
    /// Something that was reported and skipped: whatever follows is fine.
    Skipped,
    /// A value: a comma or the end must follow.
    Value,
    /// A comma: another value must follow.
    Comma(Span),
}

impl<'s> Parser<'s> {
    fn new(text: &'s str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            // Room for a small file, so that its parse does not grow them step by step.
            open: Vec::with_capacity(32),
            members: Vec::with_capacity(32),
            elements: Vec::with_capacity(16),
            notes: Vec::new(),
            errors: Vec::new(),
            end_reported: false,
        }
    }

    fn values(&mut self) -> Vec<Node<'s>> {
        let mut values = Vec::new();
        while let Some(byte) = self.peek() {
            if starts_value(byte) {
                let value = self.value();
                values.extend(Some(value).filter(|value| value.kind != Kind::Invalid));
            } else {
                self.skip_outside(byte);
            }
            if let Some(value) = values.last_mut() {
                self.reopen(value);
            }
        }
        values
    }

    /// The value that starts here; the next byte is neither a blank nor a comment.
    pub(super) fn value(&mut self) -> Node<'s> {
        let start = self.at;
        match self.byte() {
            Some(b'"') => {
                let (text, span) = self.string();
                Node {
                    kind: Kind::String(text),
                    span,
                }
            }
            Some(b'{') if self.may_open() => self.object(),
            Some(b'[') if self.may_open() => self.array(),
            Some(b'{' | b'[') => self.too_deep(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') if self.takes("true") => self.node(Kind::Bool(true), start),
            Some(b'f') if self.takes("false") => self.node(Kind::Bool(false), start),
            Some(b'n') if self.takes("null") => self.node(Kind::Null, start),
            _ => self.unreadable_value(),
        }
    }

    pub(super) fn node(&self, kind: Kind<'s>, start: usize) -> Node<'s> {
        Node {
            kind,
            span: Span::new(start, self.at),
        }
    }

    fn may_open(&self) -> bool {
        self.open.len() < MAX_DEPTH
    }

    fn object(&mut self) -> Node<'s> {
        let start = self.at;
        self.at += 1;
        self.rest_of_object(start, self.members.len(), Before::Start)
    }

    /// The object that was opened at `start`, and whose members lie in `members` from `base`.
    pub(super) fn rest_of_object(
        &mut self,
        start: usize,
        base: usize,
        mut before: Before,
    ) -> Node<'s> {
        self.open.push(b'{');
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.needs_comma(before);
                    let (key, key_span) = self.string();
                    self.member(key, key_span);
                    before = Before::Value;
                }
                Some(b',') => before = self.comma(before),
                Some(b'}') => {
                    self.note_trailing(before);
                    self.at += 1;
                    break;
                }
                Some(b']') if self.closes_outer(b']') => {
                    self.unclosed(start);
                    break;
                }
                Some(byte) => before = self.unreadable_member(byte, before),
                None => {
                    self.unclosed(start);
                    break;
                }
            }
        }
        self.open.pop();
        note_repeated_keys(
            self.members.get(base..).unwrap_or_default(),
            &mut self.notes,
        );
        let members = take_from(&mut self.members, base);
        self.node(Kind::Object(members), start)
    }

    /// What follows a key: the colon and the value. That this and the strings cost no call is a tenth of the time.
    #[inline(always)]
    pub(super) fn member(&mut self, key: Cow<'s, str>, key_span: Span) {
        if self.peek() == Some(b':') {
            self.at += 1;
            // One space is what nearly all writers put here.
            self.at += usize::from(self.byte() == Some(b' '));
            self.peek();
        } else {
            self.missing_colon();
        }
        let value = self.value();
        self.members.push(Member {
            key,
            key_span,
            value,
        });
    }

    fn array(&mut self) -> Node<'s> {
        let start = self.at;
        let base = self.elements.len();
        let mut before = Before::Start;
        self.at += 1;
        self.open.push(b'[');
        loop {
            match self.peek() {
                Some(b',') => before = self.comma(before),
                Some(b']') => {
                    self.note_trailing(before);
                    self.at += 1;
                    break;
                }
                Some(b'}') if self.closes_outer(b'}') => {
                    self.unclosed(start);
                    break;
                }
                Some(byte) if starts_value(byte) => {
                    self.needs_comma(before);
                    let value = self.value();
                    self.elements.push(value);
                    before = Before::Value;
                }
                Some(byte) => {
                    let element = self.unreadable_element(byte, before);
                    self.elements.extend(element);
                    before = Before::Skipped;
                }
                None => {
                    self.unclosed(start);
                    break;
                }
            }
        }
        self.open.pop();
        let elements = take_from(&mut self.elements, base);
        self.node(Kind::Array(elements), start)
    }

    /// Takes a comma.
    fn comma(&mut self, before: Before) -> Before {
        let span = Span::new(self.at, self.at + 1);
        match before {
            Before::Value | Before::Skipped => {}
            Before::Start | Before::Comma(_) => {
                self.error("a comma without a value before it", span)
            }
        }
        self.at += 1;
        Before::Comma(span)
    }

    fn note_trailing(&mut self, before: Before) {
        if let Before::Comma(span) = before {
            self.note(NoteKind::TrailingComma, span);
        }
    }

    /// The string that starts here, decoded, and its span with the quotes.
    #[inline(always)]
    pub(super) fn string(&mut self) -> (Cow<'s, str>, Span) {
        let start = self.at;
        let end = end_of_plain(self.bytes, start + 1);
        if self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            let text = self.text.get(start + 1..end).unwrap_or_default();
            return (Cow::Borrowed(text), Span::new(start, self.at));
        }
        self.special_string(start, end)
    }

    /// A string with something special at `at`: an escape, a control character, or the end of the text.
    #[cold]
    fn special_string(&mut self, start: usize, mut at: usize) -> (Cow<'s, str>, Span) {
        let mut escapes = false;
        let mut control = None;
        let mut line_end = None;
        loop {
            match self.bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escapes = true;
                    at += 2;
                }
                Some(byte) => {
                    control.get_or_insert(NoteKind::ControlCharacter);
                    if matches!(byte, b'\n' | b'\r') {
                        control = Some(NoteKind::MultiLineString);
                        line_end.get_or_insert(at);
                    }
                    at += 1;
                }
                None => return self.unclosed_string(start, line_end.unwrap_or(self.bytes.len())),
            }
            at = end_of_plain(self.bytes, at);
        }
        if let Some(line_end) = line_end
            && !self.may_end_string(at)
        {
            return self.unclosed_string(start, line_end);
        }
        self.at = at + 1;
        let span = Span::new(start, self.at);
        if let Some(kind) = control {
            self.note(kind, span);
        }
        let raw = self.text.get(start + 1..at).unwrap_or_default();
        let text = if escapes {
            self.decoded(raw, start + 1)
        } else {
            Cow::Borrowed(raw)
        };
        (text, span)
    }

    /// The text of a string with escapes, whose inside `raw` starts at `start`.
    pub(super) fn decoded(&mut self, raw: &'s str, start: usize) -> Cow<'s, str> {
        let decoded = decode(raw, |fault, offset, length| {
            let at = start + offset;
            match fault {
                Fault::LoneSurrogate => {
                    self.note(NoteKind::LoneSurrogate, Span::new(at, at + length))
                }
                Fault::Unknown => self.error_with_help(
                    "a backslash that starts no escape",
                    Span::new(at, at + length),
                    "write `\\\\` for a backslash",
                ),
            }
        });
        Cow::Owned(decoded)
    }

    fn number(&mut self) -> Node<'s> {
        let start = self.at;
        let end = end_of_number(self.bytes, start);
        match end {
            Some(end) if !self.bytes.get(end).copied().is_some_and(continues_word) => {
                self.at = end;
                let text = self.text.get(start..end).unwrap_or_default();
                self.node(Kind::Number(text), start)
            }
            _ => self.unreadable_value(),
        }
    }

    /// Takes `word` if it stands here on its own.
    fn takes(&mut self, word: &str) -> bool {
        let end = self.at + word.len();
        let stands = self.bytes.get(self.at..end) == Some(word.as_bytes())
            && !self.bytes.get(end).copied().is_some_and(continues_word);
        if stands {
            self.at = end;
        }
        stands
    }

    pub(super) fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Skips blanks and comments, and gives the byte after them.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        match self.byte() {
            Some(b'\0'..=b' ' | b'/') => self.skip_blanks(),
            other => other,
        }
    }

    fn skip_blanks(&mut self) -> Option<u8> {
        loop {
            match self.byte()? {
                // The indentation of the next line comes with the line break.
                b' ' | b'\n' => self.at = end_of_spaces(self.bytes, self.at + 1),
                b'\r' | b'\t' => self.at += 1,
                b'/' if self.comment() => {}
                byte => return Some(byte),
            }
        }
    }

    /// Takes the comment that starts here, if one does.
    fn comment(&mut self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = match rest.get(1) {
            Some(b'/') => memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()),
            Some(b'*') => match rest.get(2..).and_then(|inside| memmem::find(inside, b"*/")) {
                Some(inside) => inside + 4,
                None => {
                    self.error(
                        "this comment is never closed",
                        Span::new(self.at, self.at + 2),
                    );
                    rest.len()
                }
            },
            _ => return false,
        };
        self.note(NoteKind::Comment, Span::new(self.at, self.at + length));
        self.at += length;
        true
    }

    pub(super) fn note(&mut self, kind: NoteKind, span: Span) {
        self.notes.push(Note { span, kind });
    }

    pub(super) fn error(&mut self, message: impl Into<String>, span: Span) {
        self.report(SyntaxError::new(message, span));
    }

    pub(super) fn error_with_help(
        &mut self,
        message: impl Into<String>,
        span: Span,
        help: &'static str,
    ) {
        self.report(SyntaxError::new(message, span).with_help(help));
    }

    fn report(&mut self, error: SyntaxError) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(error);
        } else if self.at < self.bytes.len() {
            let rest = Span::new(self.at, self.text.len());
            self.errors.push(SyntaxError::new(
                "too many errors; the rest of the text is not read",
                rest,
            ));
            self.bytes = self.bytes.get(..self.at).unwrap_or_default();
            self.end_reported = true;
        }
    }
}

/// Takes the items from `base` on, in an allocation of just their size.
#[allow(
    clippy::drain_collect,
    reason = "taking the stack itself would take its spare room too"
)]
fn take_from<T>(stack: &mut Vec<T>, base: usize) -> Box<[T]> {
    if base == 0 {
        stack.drain(..).collect()
    } else {
        stack.split_off(base).into()
    }
}

pub(super) fn starts_value(byte: u8) -> bool {
    matches!(
        byte,
        b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n'
    )
}

/// Whether a byte after a number or `true` makes another word of it.
pub(super) fn continues_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'.' | b'+' | b'-' | b'$')
        || !byte.is_ascii()
}

/// Where the number at `at` ends: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
fn end_of_number(bytes: &[u8], mut at: usize) -> Option<usize> {
    at += usize::from(bytes.get(at) == Some(&b'-'));
    at = match bytes.get(at)? {
        b'0' => at + 1,
        _ => end_of_digits(bytes, at)?,
    };
    if bytes.get(at) == Some(&b'.') {
        at = end_of_digits(bytes, at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at = end_of_digits(bytes, at)?;
    }
    Some(at)
}

/// Where the digits from `at` end, of which there is at least one.
fn end_of_digits(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = bytes
        .get(at..)?
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    (digits > 0).then_some(at + digits)
}
