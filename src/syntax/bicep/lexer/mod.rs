//! Text to tokens.
//!
//! In: the text of a file. Out: its tokens, comments, directives and the errors of single words. Between two tokens
//! there are only comments, directives, blanks and line ends, so the text can be put together again. It refuses to
//! know how tokens may follow each other; it only counts the braces inside the holes of strings, to find their ends.

mod class;
mod string;

use class::{BLANK, DIGIT, HYPHEN, LINE_END, NAME};
use string::Hole;

use super::MAX_ERRORS;
use super::token::{Token, TokenKind, Trivia, TriviaKind};
use crate::source::Span;
use crate::syntax::error::SyntaxError;

/// The words of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lexed {
    /// The tokens in order. The last one, and only that, is [`TokenKind::EndOfFile`].
    pub tokens: Vec<Token>,
    /// Comments and directives in order.
    pub trivia: Vec<Trivia>,
    /// What is wrong with single words, in the order in which it was noticed.
    pub errors: Vec<SyntaxError>,
}

/// The longest name that the compiler takes.
const MAX_NAME: usize = 255;

const DOUBLE_QUOTE_HELP: &str = "strings are written in single quotes: 'text'";
const SEMICOLON_HELP: &str = "a declaration ends with its line, without a semicolon";
const DIRECTIVE_HELP: &str =
    "the directives are `#disable-next-line`, `#disable-diagnostics` and `#restore-diagnostics`";

/// Splits `text` into tokens. Never fails: what is no token is of the kind [`TokenKind::Unrecognized`].
pub fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        position: if text.starts_with('\u{feff}') { 3 } else { 0 },
        holes: Vec::new(),
        lexed: Lexed {
            // Real files have one token in seven bytes.
            tokens: Vec::with_capacity(text.len() / 6 + 2),
            ..Lexed::default()
        },
    };
    while let Some(&byte) = lexer.bytes.get(lexer.position) {
        lexer.next(byte);
    }
    lexer.end();
    lexer.lexed
}

struct Lexer<'s> {
    text: &'s str,
    bytes: &'s [u8],
    position: usize,
    holes: Vec<Hole>,
    lexed: Lexed,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes
            .get(self.position.saturating_add(ahead))
            .copied()
            .unwrap_or(0)
    }

    /// Reports what stands between `start` and the position.
    fn error(&mut self, message: impl Into<String>, start: usize, help: Option<&'static str>) {
        if self.lexed.errors.len() < MAX_ERRORS {
            self.lexed.errors.push(SyntaxError {
                message: message.into(),
                span: Span::new(start, self.position),
                help,
            });
        }
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        let start = self.position;
        self.position += length;
        let span = Span::new(start, self.position);
        self.lexed.tokens.push(Token::new(kind, span));
    }

    /// Takes bytes of a class.
    fn take(&mut self, class: u8) {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        self.position += class::run(rest, class);
    }

    /// Takes the token, comment or blanks that begin with `byte`, and at least one byte.
    fn next(&mut self, byte: u8) {
        use TokenKind as Kind;
        let second = self.peek(1);
        match byte {
            b' ' | b'\t' => self.take(BLANK),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.name(),
            b'\n' | b'\r' => self.line_end(),
            b'0'..=b'9' => self.integer(),
            b'\'' => self.string(0),
            b'/' if second == b'/' => self.line_comment(),
            b'/' if second == b'*' => self.block_comment(),
            b'{' => {
                if let Some(hole) = self.holes.last_mut() {
                    hole.braces += 1;
                }
                self.push(Kind::LeftBrace, 1);
            }
            b'}' => self.right_brace(),
            b'[' => self.push(Kind::LeftBracket, 1),
            b']' => self.push(Kind::RightBracket, 1),
            b'(' => self.push(Kind::LeftParen, 1),
            b')' => self.push(Kind::RightParen, 1),
            b',' => self.push(Kind::Comma, 1),
            b'.' if second == b'.' && self.peek(2) == b'.' => self.push(Kind::Ellipsis, 3),
            b'.' => self.push(Kind::Dot, 1),
            b':' if second == b':' => self.push(Kind::DoubleColon, 2),
            b':' => self.push(Kind::Colon, 1),
            b'?' if second == b'?' => self.push(Kind::DoubleQuestion, 2),
            b'?' => self.push(Kind::Question, 1),
            b'!' if second == b'=' => self.push(Kind::NotEqual, 2),
            b'!' if second == b'~' => self.push(Kind::NotEqualInsensitive, 2),
            b'!' => self.push(Kind::Exclamation, 1),
            b'=' if second == b'=' => self.push(Kind::Equal, 2),
            b'=' if second == b'~' => self.push(Kind::EqualInsensitive, 2),
            b'=' if second == b'>' => self.push(Kind::Arrow, 2),
            b'=' => self.push(Kind::Assign, 1),
            b'<' if second == b'=' => self.push(Kind::LessOrEqual, 2),
            b'<' => self.push(Kind::Less, 1),
            b'>' if second == b'=' => self.push(Kind::GreaterOrEqual, 2),
            b'>' => self.push(Kind::Greater, 1),
            b'+' => self.push(Kind::Plus, 1),
            b'-' => self.push(Kind::Minus, 1),
            b'*' => self.push(Kind::Star, 1),
            b'/' => self.push(Kind::Slash, 1),
            b'%' => self.push(Kind::Percent, 1),
            b'&' if second == b'&' => self.push(Kind::And, 2),
            b'|' if second == b'|' => self.push(Kind::Or, 2),
            b'|' => self.push(Kind::Pipe, 1),
            b'^' => self.push(Kind::Caret, 1),
            b'@' => self.push(Kind::At, 1),
            b'$' => self.dollars(),
            b'#' if self.is_at_line_start() => self.directive(),
            _ => {
                let rest = self.text.get(self.position..).unwrap_or_default();
                let length = rest.chars().next().map_or(1, char::len_utf8);
                self.unrecognized(length);
            }
        }
    }

    fn name(&mut self) {
        let start = self.position;
        self.take(NAME);
        let kind = match self.bytes.get(start..self.position).unwrap_or_default() {
            b"true" => TokenKind::True,
            b"false" => TokenKind::False,
            b"null" => TokenKind::Null,
            name => {
                if name.len() > MAX_NAME {
                    self.error(
                        format!("a name has at most {MAX_NAME} characters"),
                        start,
                        None,
                    );
                }
                TokenKind::Identifier
            }
        };
        let span = Span::new(start, self.position);
        self.lexed.tokens.push(Token::new(kind, span));
    }

    fn integer(&mut self) {
        let start = self.position;
        self.take(DIGIT);
        let span = Span::new(start, self.position);
        self.lexed.tokens.push(Token::new(TokenKind::Integer, span));
    }

    /// A line end, which also ends the holes that are open.
    fn line_end(&mut self) {
        if self.end_holes_with_line() {
            return;
        }
        let start = self.position;
        self.take(LINE_END);
        let repeated = self
            .lexed
            .tokens
            .last()
            .is_some_and(|token| token.kind == TokenKind::NewLine);
        if !repeated {
            let span = Span::new(start, self.position);
            self.lexed.tokens.push(Token::new(TokenKind::NewLine, span));
        }
    }

    fn end(&mut self) {
        self.close_holes();
        self.push(TokenKind::EndOfFile, 0);
    }

    fn push_trivia(&mut self, kind: TriviaKind, start: usize) {
        self.lexed.trivia.push(Trivia {
            kind,
            span: Span::new(start, self.position),
        });
    }

    fn line_comment(&mut self) {
        let start = self.position;
        let rest = self.bytes.get(start..).unwrap_or_default();
        self.position += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        self.push_trivia(TriviaKind::LineComment, start);
    }

    fn block_comment(&mut self) {
        let start = self.position;
        let content = start + 2;
        let rest = self.bytes.get(content..).unwrap_or_default();
        match memchr::memmem::find(rest, b"*/") {
            Some(length) => self.position = content + length + 2,
            None => {
                self.position = content;
                self.error("this comment is not closed: expected `*/`", start, None);
                self.position = self.text.len();
            }
        }
        self.push_trivia(TriviaKind::BlockComment, start);
    }

    /// Whether there are only blanks before the position on its line.
    fn is_at_line_start(&self) -> bool {
        let before = self.bytes.get(..self.position).unwrap_or_default();
        let blanks = before
            .iter()
            .rev()
            .take_while(|&&byte| matches!(byte, b' ' | b'\t'))
            .count();
        let line = before.get(..before.len() - blanks).unwrap_or_default();
        matches!(line.last(), None | Some(b'\n' | b'\r')) || line == "\u{feff}".as_bytes()
    }

    fn directive(&mut self) {
        const DIRECTIVES: [(&str, TriviaKind); 3] = [
            ("disable-next-line", TriviaKind::DisableNextLine),
            ("disable-diagnostics", TriviaKind::DisableDiagnostics),
            ("restore-diagnostics", TriviaKind::RestoreDiagnostics),
        ];
        let start = self.position;
        self.position += 1;
        self.take(NAME | HYPHEN);
        let word = self.text.get(start + 1..self.position).unwrap_or_default();
        let Some((_, kind)) = DIRECTIVES.iter().find(|(name, _)| *name == word) else {
            self.error("unknown directive", start, Some(DIRECTIVE_HELP));
            return self.push_string(TokenKind::Unrecognized, start, false, false);
        };
        let mut end = self.position;
        loop {
            self.take(BLANK);
            while self.peek(0) == b',' {
                self.position += 1;
                self.take(BLANK);
            }
            let code = self.position;
            self.take(NAME | HYPHEN);
            if code == self.position {
                break;
            }
            end = self.position;
        }
        self.position = end;
        let trivia = Trivia {
            kind: *kind,
            span: Span::new(start, end),
        };
        if trivia.codes(self.text).next().is_none() {
            self.error("expected the code of a diagnostic", start, None);
        }
        self.lexed.trivia.push(trivia);
    }

    fn unrecognized(&mut self, length: usize) {
        let start = self.position;
        self.push(TokenKind::Unrecognized, length);
        let text = self.text.get(start..self.position).unwrap_or_default();
        let help = match text {
            "\"" => Some(DOUBLE_QUOTE_HELP),
            ";" => Some(SEMICOLON_HELP),
            _ => None,
        };
        let shown = match text.chars().next() {
            Some(visible) if visible.is_ascii_graphic() => visible.to_string(),
            other => other.unwrap_or_default().escape_debug().to_string(),
        };
        self.error(format!("unexpected character `{shown}`"), start, help);
    }
}
