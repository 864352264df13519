//! How the parser goes on after an error, so that one mistake costs one value and not the file.
use super::parser::{Before, Parser};
use super::scan::end_of_plain;
use super::tree::{Kind, Node};
use crate::source::Span;
use memchr::memchr2;
use std::borrow::Cow;

/// How much of an unreadable text a message repeats, in characters.
const QUOTED: usize = 40;

/// How much of `text` stands before a value: up to what an assignment or a call on the first line starts with, else up
/// to a line that starts with a bracket, else up to any bracket.
fn length_outside(text: &str) -> usize {
    const OPENING: [char; 2] = ['{', '['];
    let line = text.lines().next().unwrap_or_default();
    if let Some((before, _)) = line.split_once(OPENING)
        && before.trim_end().ends_with(['=', '('])
    {
        return before.len();
    }
    let lines = text
        .split_inclusive('\n')
        .take_while(|line| !line.trim_start().starts_with(OPENING));
    let length = lines.map(str::len).sum();
    if length < text.len() {
        length
    } else {
        text.find(OPENING).unwrap_or(length)
    }
}

impl<'s> Parser<'s> {
    /// Reports that a comma is missing between the value before and this one.
    #[inline]
    pub(super) fn needs_comma(&mut self, before: Before) {
        if before == Before::Value {
            let end = self
                .text
                .get(..self.at)
                .map_or(self.at, |text| text.trim_end().len());
            self.error("expected a comma", Span::point(end));
        }
    }

    /// Reports that the bracket opened at `start` is not closed. At the end of the text only the innermost one is.
    pub(super) fn unclosed(&mut self, start: usize) {
        let at_end = self.at >= self.bytes.len();
        if at_end && self.end_reported {
            return;
        }
        self.end_reported |= at_end;
        let (bracket, closing) = if self.open.last() == Some(&b'{') {
            ('{', '}')
        } else {
            ('[', ']')
        };
        let place = if at_end {
            "before the end of the text"
        } else {
            "before the bracket around it"
        };
        let message = format!("expected `{closing}` {place}: this `{bracket}` is not closed");
        self.error(message, Span::new(start, start + 1));
    }

    /// In an array at `}` or in an object at `]`: whether it closes a bracket further out, so that the one for the
    /// innermost is missing, rather than being one too many. What follows tells: it must fit where it then stands.
    pub(super) fn closes_outer(&self, closing: u8) -> bool {
        let opening = if closing == b'}' { b'{' } else { b'[' };
        let Some(outer) = self.open.iter().rposition(|&open| open == opening) else {
            return false;
        };
        let around = outer
            .checked_sub(1)
            .and_then(|index| self.open.get(index))
            .copied();
        self.fits(around, self.at + 1) || !self.fits(self.open.last().copied(), self.at + 1)
    }

    /// Whether the text from `at` can follow a value inside the bracket `open`, or outside of all.
    fn fits(&self, open: Option<u8>, at: usize) -> bool {
        let at = self.end_of_blanks(at);
        match (open, self.bytes.get(at)) {
            (_, None) | (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) => true,
            (Some(b'{'), Some(b',')) => self.is_key(self.end_of_blanks(at + 1)),
            (Some(b'['), Some(b',')) => !self.is_key(self.end_of_blanks(at + 1)),
            _ => false,
        }
    }

    /// Whether a string with a colon behind it stands at `at`.
    fn is_key(&self, at: usize) -> bool {
        self.bytes.get(at) == Some(&b'"') && {
            let end = self.end_of_blanks(self.end_of_string(at));
            self.bytes.get(end) == Some(&b':')
        }
    }

    /// Where the string that starts at `at` ends, its closing quote included.
    fn end_of_string(&self, at: usize) -> usize {
        let mut at = at + 1;
        loop {
            at = end_of_plain(self.bytes, at);
            match self.bytes.get(at) {
                Some(b'"') => return at + 1,
                Some(b'\\') => at += 2,
                Some(_) => at += 1,
                None => return self.bytes.len(),
            }
        }
    }

    fn end_of_blanks(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            .count()
    }

    /// Whether the quote at `at` may end a string that has line breaks in it. If something else than punctuation
    /// follows, it is more likely the opening quote of a later string, and the closing one of this is missing.
    pub(super) fn may_end_string(&self, at: usize) -> bool {
        matches!(
            self.bytes.get(self.end_of_blanks(at + 1)),
            None | Some(b',' | b':' | b'}' | b']' | b'"' | b'/')
        )
    }

    /// A string from `start` whose closing quote is missing: it ends at `end`, before the comma there if there is one.
    pub(super) fn unclosed_string(&mut self, start: usize, end: usize) -> (Cow<'s, str>, Span) {
        let inside = self.text.get(start + 1..end).unwrap_or_default().trim_end();
        let raw = inside.strip_suffix(',').unwrap_or(inside);
        self.at = start + 1 + raw.len();
        let span = Span::new(start, self.at);
        self.error("this string is not closed on its line", span);
        (self.decoded(raw, start + 1), span)
    }

    /// Something in an object that is neither a quoted key, nor a comma, nor the end.
    pub(super) fn unreadable_member(&mut self, byte: u8, before: Before) -> Before {
        match byte {
            b']' => {
                self.stray(byte);
                before
            }
            b':' => self.late_key(before),
            b'\'' => {
                self.needs_comma(before);
                let (key, span) = self.single_quoted();
                self.member(key, span);
                Before::Value
            }
            b'{' | b'[' => {
                self.error("a value without a key", Span::new(self.at, self.at + 1));
                self.value();
                Before::Skipped
            }
            _ => self.unquoted_key(before),
        }
    }

    /// A colon after a complete member: its "value" is the key of the next one, and its own value is missing.
    fn late_key(&mut self, before: Before) -> Before {
        if before == Before::Value
            && let Some(last) = self.members.last_mut()
            && let Kind::String(text) = &mut last.value.kind
        {
            let (key, key_span) = (std::mem::take(text), last.value.span);
            let missing = Span::point(last.key_span.end as usize + 1);
            last.value = Node {
                kind: Kind::Invalid,
                span: missing,
            };
            self.error("expected a value and a comma after the colon", missing);
            self.member(key, key_span);
            return Before::Value;
        }
        self.stray(b':');
        Before::Skipped
    }

    /// A word with a colon behind it is a key without its quotes; anything else is skipped.
    fn unquoted_key(&mut self, before: Before) -> Before {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        let is_part = |character: char| {
            character.is_alphanumeric() || matches!(character, '_' | '$' | '-' | '.')
        };
        let word = rest
            .split(|character| !is_part(character))
            .next()
            .unwrap_or_default();
        let end = start + word.len();
        if word.is_empty() || self.bytes.get(self.end_of_blanks(end)) != Some(&b':') {
            self.unexpected();
            return Before::Skipped;
        }
        self.needs_comma(before);
        self.at = end;
        let span = Span::new(start, end);
        self.error("a key without quotes", span);
        self.member(Cow::Borrowed(word), span);
        Before::Value
    }

    /// After a key without a colon: reports it, unless the value is missing too, which is reported as such.
    pub(super) fn missing_colon(&mut self) {
        match self.byte() {
            None | Some(b',' | b'}' | b']') => {}
            Some(b'=') => {
                self.error(
                    "expected `:` instead of `=`",
                    Span::new(self.at, self.at + 1),
                );
                self.at += 1;
                self.peek();
            }
            Some(_) => {
                let end = self
                    .text
                    .get(..self.at)
                    .map_or(self.at, |text| text.trim_end().len());
                self.error("expected `:` after the key", Span::point(end));
            }
        }
    }

    /// Something in an array that is neither the start of a value, nor a comma, nor the end.
    pub(super) fn unreadable_element(&mut self, byte: u8, before: Before) -> Option<Node<'s>> {
        match byte {
            b'}' | b':' => {
                self.stray(byte);
                None
            }
            b'.' => {
                self.unexpected();
                None
            }
            _ => {
                self.needs_comma(before);
                Some(self.value())
            }
        }
    }

    /// A place where a value should start and none does.
    pub(super) fn unreadable_value(&mut self) -> Node<'s> {
        let start = self.at;
        match self.byte() {
            None | Some(b',' | b'}' | b']' | b':') => {
                self.error("expected a value", Span::point(start));
            }
            Some(b'\'') => {
                let (text, span) = self.single_quoted();
                return Node {
                    kind: Kind::String(text),
                    span,
                };
            }
            Some(_) => {
                let span = self.unreadable_text();
                let message = format!("expected a value, found `{}`", self.quoted(span));
                self.error_with_help(
                    message,
                    span,
                    "write strings in double quotes, and true, false and null in small letters",
                );
            }
        }
        self.node(Kind::Invalid, start)
    }

    /// A string in single quotes, which ends on its line.
    fn single_quoted(&mut self) -> (Cow<'s, str>, Span) {
        let start = self.at;
        let rest = self.bytes.get(start + 1..).unwrap_or_default();
        let line = memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let Some(length) = rest.iter().take(line).position(|&byte| byte == b'\'') else {
            return self.unclosed_string(start, start + 1 + line);
        };
        self.at = start + 1 + length + 1;
        let span = Span::new(start, self.at);
        self.error_with_help(
            "a string in single quotes",
            span,
            "write it in double quotes",
        );
        let raw = self
            .text
            .get(start + 1..start + 1 + length)
            .unwrap_or_default();
        (self.decoded(raw, start + 1), span)
    }

    /// Arrays or objects nested too deep: the outermost that is, unread.
    pub(super) fn too_deep(&mut self) -> Node<'s> {
        let start = self.at;
        let mut depth = 0usize;
        loop {
            match self.byte() {
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => depth -= 1,
                Some(b'"') => self.at = self.end_of_string(self.at) - 1,
                Some(_) => {}
                None => {
                    self.end_reported = true;
                    break;
                }
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
        let message = format!("nested deeper than {} levels; not read", super::MAX_DEPTH);
        self.error(message, Span::new(start, start + 1));
        self.node(Kind::Invalid, start)
    }

    /// Text outside of any value. Log lines of the tool that wrote an export may stand before it, a prompt after it.
    pub(super) fn skip_outside(&mut self, byte: u8) {
        if matches!(byte, b',' | b'}' | b']' | b':') {
            self.stray(byte);
            return;
        }
        let start = self.at;
        self.at = start + length_outside(self.text.get(start..).unwrap_or_default());
        let end = self
            .text
            .get(..self.at)
            .map_or(self.at, |text| text.trim_end().len());
        let span = Span::new(start, end);
        let message = format!("text outside of a JSON value: `{}`", self.quoted(span));
        self.error(message, span);
    }

    /// An object at the top with members behind it: a closing bracket inside was one too many. Goes on with the object.
    pub(super) fn reopen(&mut self, value: &mut Node<'s>) {
        while let Kind::Object(members) = &mut value.kind
            && let Some(before) = self.member_follows()
        {
            let base = self.members.len();
            self.members.extend(std::mem::take(members));
            let end = value.span.end as usize;
            self.error(
                "this bracket closes the outermost object, but more members follow",
                Span::new(end - 1, end),
            );
            *value = self.rest_of_object(value.span.start as usize, base, before);
        }
    }

    fn member_follows(&mut self) -> Option<Before> {
        match self.peek()? {
            b'"' if self.is_key(self.at) => Some(Before::Skipped),
            b',' if self.is_key(self.end_of_blanks(self.at + 1)) => Some(Before::Value),
            _ => None,
        }
    }

    /// Takes a single byte of punctuation that has no business here.
    fn stray(&mut self, byte: u8) {
        let span = Span::new(self.at, self.at + 1);
        self.error(format!("unexpected `{}`", char::from(byte)), span);
        self.at += 1;
    }

    /// Takes text that is no JSON, such as the `...` of an example.
    fn unexpected(&mut self) {
        let span = self.unreadable_text();
        let message = match self.quoted(span) {
            text if text.starts_with("...") || text.starts_with('…') => {
                "something is left out here".to_owned()
            }
            text => format!("unexpected `{text}`"),
        };
        self.error(message, span);
    }

    /// Takes text up to the punctuation or the end of line that ends it. Brackets inside are part of it if they are
    /// closed on the line, since `{{x}}` and `#{x}#` stand for values that another tool fills in.
    fn unreadable_text(&mut self) -> Span {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let line = memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let mut depth = 0usize;
        let mut first_bracket = None;
        let mut length = 0;
        for (offset, byte) in rest.iter().take(line).enumerate() {
            match byte {
                b'{' | b'[' => {
                    first_bracket.get_or_insert(offset);
                    depth += 1;
                }
                b'}' | b']' if depth > 0 => depth -= 1,
                b'}' | b']' | b',' | b'"' if depth == 0 => break,
                _ => {}
            }
            length = offset + 1;
        }
        if depth > 0 {
            length = first_bracket.unwrap_or(length);
        }
        let text = self
            .text
            .get(start..start + length)
            .unwrap_or_default()
            .trim_end();
        let first = self.text.get(start..).and_then(|text| text.chars().next());
        self.at = start + text.len().max(first.map_or(0, char::len_utf8));
        Span::new(start, self.at)
    }

    /// The text of a span, short enough for a message.
    fn quoted(&self, span: Span) -> String {
        let text = self.text.get(span.range()).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default();
        let mut quoted: String = line.chars().take(QUOTED).collect();
        if quoted.len() < text.len() {
            quoted.push('…');
        }
        quoted
    }
}
