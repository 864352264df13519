//! The tokens of an ARM expression. Every text has them: what is no token of the language is [`TokenKind::Unknown`],
//! and the parser says what it expected in its place.
use memchr::memchr;
use std::ops::Range;

/// A token and where it stands in the decoded string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind,
    pub(super) text: &'t str,
    pub(super) start: usize,
}

/// The kinds of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name: of a function, a namespace or a property.
    Identifier,
    /// Digits, with a minus sign or without.
    Integer,
    /// `1.5`, which the language does not have.
    Decimal,
    /// `'…'` with its quotes, a quote inside being doubled.
    String,
    /// A string without an end: all that is left.
    UnclosedString,
    Dot,
    Comma,
    LeftParenthesis,
    RightParenthesis,
    LeftBracket,
    RightBracket,
    /// A character that starts no token.
    Unknown,
    /// The bracket that closes the whole expression.
    End,
}

impl Token<'_> {
    /// Where it stands in the decoded string.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// Cuts the text of one expression into tokens.
#[derive(Debug, Clone)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    /// Where the text between the brackets ends.
    end: usize,
    at: usize,
}

impl<'t> Lexer<'t> {
    /// The tokens of `text`, which stands in brackets.
    pub(super) fn new(text: &'t str) -> Self {
        let at = usize::from(text.starts_with('['));
        let end = text.len() - usize::from(text.len() > at && text.ends_with(']'));
        Self { text, end, at }
    }

    /// The next token; at the end always [`TokenKind::End`].
    pub(super) fn next(&mut self) -> Token<'t> {
        self.skip_blanks();
        let start = self.at;
        let (kind, length) = match self.byte(start) {
            None => (TokenKind::End, self.text.len() - self.end),
            Some(b'\'') => self.string(),
            Some(b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'$') => {
                (TokenKind::Identifier, self.run(start, is_identifier))
            }
            Some(b'0'..=b'9') => self.number(0),
            Some(b'-') if self.is_digit(start + 1) => self.number(1),
            Some(b'.') => (TokenKind::Dot, 1),
            Some(b',') => (TokenKind::Comma, 1),
            Some(b'(') => (TokenKind::LeftParenthesis, 1),
            Some(b')') => (TokenKind::RightParenthesis, 1),
            Some(b'[') => (TokenKind::LeftBracket, 1),
            Some(b']') => (TokenKind::RightBracket, 1),
            Some(_) => (TokenKind::Unknown, self.character()),
        };
        if kind != TokenKind::End {
            self.at = start + length;
        }
        Token {
            kind,
            text: self.text.get(start..start + length).unwrap_or_default(),
            start,
        }
    }

    /// Whether a name stands directly after a string, which was meant to go on then: `'it's'`.
    pub(super) fn touches_quote(&self, token: &Token<'_>) -> bool {
        let before = self.text.get(..token.start).unwrap_or_default();
        token.kind == TokenKind::Identifier && before.ends_with('\'')
    }

    fn byte(&self, at: usize) -> Option<u8> {
        if at < self.end {
            self.text.as_bytes().get(at).copied()
        } else {
            None
        }
    }

    fn is_digit(&self, at: usize) -> bool {
        self.byte(at).is_some_and(|byte| byte.is_ascii_digit())
    }

    /// How many bytes from `at` are of this kind.
    fn run(&self, at: usize, is_of_kind: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(at..self.end).unwrap_or_default();
        rest.iter()
            .position(|&byte| !is_of_kind(byte))
            .unwrap_or(rest.len())
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte(self.at) {
            self.at += 1;
        }
    }

    fn number(&self, sign: usize) -> (TokenKind, usize) {
        let digits = |from: usize| self.run(from, |byte| byte.is_ascii_digit());
        let whole = sign + digits(self.at + sign);
        let point = self.at + whole;
        if self.byte(point) == Some(b'.') && self.is_digit(point + 1) {
            return (TokenKind::Decimal, whole + 1 + digits(point + 1));
        }
        (TokenKind::Integer, whole)
    }

    fn string(&self) -> (TokenKind, usize) {
        let bytes = self
            .text
            .as_bytes()
            .get(self.at..self.end)
            .unwrap_or_default();
        let mut at = 1;
        while let Some(offset) = memchr(b'\'', bytes.get(at..).unwrap_or_default()) {
            at += offset + 1;
            if bytes.get(at) != Some(&b'\'') {
                return (TokenKind::String, at);
            }
            at += 1;
        }
        (TokenKind::UnclosedString, bytes.len())
    }

    /// The length of the character here.
    fn character(&self) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        rest.chars().next().map_or(1, char::len_utf8)
    }
}

fn is_identifier(byte: u8) -> bool {
    IN_IDENTIFIER[usize::from(byte)]
}

/// Which bytes may be in a name.
const IN_IDENTIFIER: [bool; 256] = {
    let mut is_in = [false; 256];
    let mut byte = 0u8;
    while byte.is_ascii() {
        is_in[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
        byte += 1;
    }
    is_in
};
