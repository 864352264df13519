//! Strings: their pieces, escapes and holes.

use super::Lexer;
use super::class::{HEX, LINES, TEXT};
use crate::source::Span;
use crate::syntax::bicep::token::{Token, TokenKind};
use crate::syntax::bicep::{MAX_ERRORS, keyword};
use crate::syntax::error::SyntaxError;

const ESCAPE_HELP: &str =
    r"the escapes are `\n`, `\r`, `\t`, `\\`, `\'`, `\$` and `\u{…}` with a hexadecimal code point";

/// A hole of a string that is open.
pub(super) struct Hole {
    quotes: Quotes,
    /// Where the `${` begins.
    start: usize,
    /// How many braces are open in it.
    pub(super) braces: usize,
}

/// How a string is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// `'…'`
    Single,
    /// `'''…'''` with this many dollars before it: as many open a hole, none means that there are no holes.
    Triple { dollars: usize },
}

impl Lexer<'_> {
    /// Ends the holes that are open with their line, since the compiler takes no line end inside them. Gives whether a
    /// multi-line string goes on behind it, which has then been taken.
    pub(super) fn end_holes_with_line(&mut self) -> bool {
        while let Some(hole) = self.holes.pop() {
            self.unclosed_hole(&hole);
            match hole.quotes {
                Quotes::Single => self.missing_string_end(),
                Quotes::Triple { dollars } => {
                    self.triple_text(self.position, dollars, false);
                    return true;
                }
            }
        }
        false
    }

    /// Closes all holes, so that every opening piece of a string has its end.
    pub(super) fn close_holes(&mut self) {
        while let Some(hole) = self.holes.pop() {
            self.unclosed_hole(&hole);
            self.missing_string_end();
        }
    }

    fn unclosed_hole(&mut self, hole: &Hole) {
        let opener = match hole.quotes {
            Quotes::Single => 2,
            Quotes::Triple { dollars } => dollars + 1,
        };
        if self.lexed.errors.len() < MAX_ERRORS {
            self.lexed.errors.push(SyntaxError::new(
                "this interpolation is not closed: expected `}` on the same line",
                Span::new(hole.start, hole.start + opener),
            ));
        }
    }

    fn missing_string_end(&mut self) {
        self.push_string(TokenKind::StringEnd, self.position, false, true);
    }

    pub(super) fn push_string(
        &mut self,
        kind: TokenKind,
        start: usize,
        escaped: bool,
        unterminated: bool,
    ) {
        self.lexed.tokens.push(Token {
            kind,
            escaped,
            unterminated,
            span: Span::new(start, self.position),
        });
    }

    pub(super) fn right_brace(&mut self) {
        match self.holes.last_mut() {
            None => self.push(TokenKind::RightBrace, 1),
            Some(hole) if hole.braces > 0 => {
                hole.braces -= 1;
                self.push(TokenKind::RightBrace, 1);
            }
            Some(hole) => {
                let quotes = hole.quotes;
                self.holes.pop();
                let start = self.position;
                self.position += 1;
                match quotes {
                    Quotes::Single => self.single_text(start, false),
                    Quotes::Triple { dollars } => self.triple_text(start, dollars, false),
                }
            }
        }
    }

    /// Dollars, which mean something only before `'''`.
    pub(super) fn dollars(&mut self) {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let dollars = rest.iter().take_while(|&&byte| byte == b'$').count();
        if rest
            .get(dollars..)
            .is_some_and(|rest| rest.starts_with(b"'''"))
        {
            self.string(dollars);
        } else {
            self.unrecognized(dollars);
        }
    }

    /// A string from its opening quotes, with `dollars` before them.
    pub(super) fn string(&mut self, dollars: usize) {
        let start = self.position;
        self.position += dollars;
        if self.peek(1) == b'\'' && self.peek(2) == b'\'' {
            self.position += 3;
            self.triple_text(start, dollars, true);
        } else {
            self.position += 1;
            self.single_text(start, true);
        }
    }

    /// The rest of a piece of a `'…'` string, whose token begins at `start`.
    fn single_text(&mut self, start: usize, first: bool) {
        let (last, open) = if first {
            (TokenKind::String, TokenKind::StringStart)
        } else {
            (TokenKind::StringEnd, TokenKind::StringMiddle)
        };
        let mut escaped = false;
        loop {
            self.take(TEXT);
            match self.bytes.get(self.position) {
                Some(b'\'') => {
                    self.position += 1;
                    return self.push_string(last, start, escaped, false);
                }
                Some(b'$') if self.peek(1) == b'{' => {
                    self.open_hole(Quotes::Single, 2);
                    return self.push_string(open, start, escaped, false);
                }
                Some(b'$') => self.position += 1,
                Some(b'\\') => {
                    escaped = true;
                    self.escape();
                }
                _ => {
                    self.error(
                        "this string is not closed: expected `'` on the same line",
                        start,
                        None,
                    );
                    return self.push_string(last, start, escaped, true);
                }
            }
        }
    }

    /// Takes a backslash and what it escapes.
    fn escape(&mut self) {
        let start = self.position;
        self.position += 1;
        match self.peek(0) {
            b'n' | b'r' | b't' | b'\\' | b'\'' | b'$' => self.position += 1,
            b'u' if self.peek(1) == b'{' => {
                self.position += 2;
                let digits = self.position;
                self.take(HEX);
                let value = self
                    .text
                    .get(digits..self.position)
                    .and_then(|digits| u32::from_str_radix(digits, 16).ok());
                let closed = self.peek(0) == b'}';
                if closed {
                    self.position += 1;
                }
                if !closed || value.is_none_or(|value| value > 0x10_FFFF) {
                    self.error("not a Unicode code point", start, Some(ESCAPE_HELP));
                }
            }
            // The loop around takes what follows, so that a line end still ends the string.
            _ => {
                let next = self
                    .text
                    .get(self.position..)
                    .and_then(|rest| rest.chars().next());
                if next.is_some_and(|next| !matches!(next, '\n' | '\r')) {
                    self.position += next.map_or(0, char::len_utf8);
                    self.error("unknown escape sequence", start, Some(ESCAPE_HELP));
                }
            }
        }
    }

    /// The rest of a piece of a `'''…'''` string, whose token begins at `start`.
    fn triple_text(&mut self, start: usize, dollars: usize, first: bool) {
        let (last, open) = if first {
            (TokenKind::String, TokenKind::StringStart)
        } else {
            (TokenKind::StringEnd, TokenKind::StringMiddle)
        };
        let content = self.position;
        loop {
            self.take(LINES);
            let rest = self.bytes.get(self.position..).unwrap_or_default();
            let Some(&mark) = rest.first() else {
                return self.unterminated_triple(last, start, content);
            };
            let run = rest.iter().take_while(|&&byte| byte == mark).count();
            if mark == b'\'' && run >= 3 {
                // Quotes before the last three belong to the text.
                self.position += run;
                return self.push_string(last, start, false, false);
            }
            let opens = mark == b'$' && dollars > 0 && run >= dollars;
            if opens && rest.get(run) == Some(&b'{') {
                // So do dollars before as many as the string asks for.
                self.position += run - dollars;
                self.open_hole(Quotes::Triple { dollars }, dollars + 1);
                return self.push_string(open, start, false, false);
            }
            self.position += run;
        }
    }

    /// A `'''…'''` string without an end, which hides the rest of the file. It is cut off before the next line that
    /// begins like a declaration.
    fn unterminated_triple(&mut self, last: TokenKind, start: usize, content: usize) {
        self.position = content;
        // After a hole that is not closed there is nothing to point at, and that is reported already.
        if start < content {
            self.error("this string is not closed: expected `'''`", start, None);
        }
        self.position =
            keyword::end_before_declaration(self.text, content).unwrap_or(self.text.len());
        self.push_string(last, start, false, true);
        self.close_holes();
    }

    fn open_hole(&mut self, quotes: Quotes, length: usize) {
        self.holes.push(Hole {
            quotes,
            start: self.position,
            braces: 0,
        });
        self.position += length;
    }
}
