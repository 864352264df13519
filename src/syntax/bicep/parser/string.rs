//! Strings, with the expressions in their holes.

use super::Parser;
use crate::syntax::bicep::token::{Token, TokenKind};
use crate::syntax::bicep::tree::{ExpressionKind, Part, Quoted, Text};

/// How many bytes of each piece of a string are quotes, dollars and braces.
struct Marks {
    /// Before the text of the first piece.
    opener: usize,
    /// After the text of a piece before a hole.
    hole: usize,
    /// After the text of the last piece.
    closer: usize,
}

impl Marks {
    /// The marks of the string that begins with `text`.
    fn of(text: &str) -> Self {
        let dollars = text.bytes().take_while(|&byte| byte == b'$').count();
        let multi_line = dollars > 0 || text.starts_with("'''");
        if multi_line {
            Self {
                opener: dollars + 3,
                hole: dollars + 1,
                closer: 3,
            }
        } else {
            Self {
                opener: 1,
                hole: 2,
                closer: 1,
            }
        }
    }

    fn is_multi_line(&self) -> bool {
        self.closer == 3
    }
}

impl<'s> Parser<'s, '_> {
    /// Reads a string. The next token is its first.
    pub(super) fn string(&mut self) -> ExpressionKind<'s> {
        let token = self.bump();
        let marks = Marks::of(self.text_of(token));
        let text = self.piece(token, &marks);
        if token.kind == TokenKind::String {
            return ExpressionKind::String(text);
        }
        let first = self.pending.parts.len();
        self.push_text(text);
        let outside = std::mem::replace(&mut self.in_parens, false);
        loop {
            let hole = self.expression();
            self.pending.parts.push(Part::Hole(hole));
            if !matches!(self.peek(), TokenKind::StringMiddle | TokenKind::StringEnd) {
                self.expected("`}`");
                self.skip_to(&[]);
            }
            if !matches!(self.peek(), TokenKind::StringMiddle | TokenKind::StringEnd) {
                break;
            }
            self.recovering = false;
            let token = self.bump();
            let text = self.piece(token, &marks);
            self.push_text(text);
            if token.kind == TokenKind::StringEnd {
                break;
            }
        }
        self.in_parens = outside;
        let parts = &mut self.pending.parts;
        ExpressionKind::Interpolated(self.arena.list_from(parts, first))
    }

    /// Adds text, unless there is none.
    fn push_text(&mut self, text: Text<'s>) {
        if !text.span.is_empty() {
            self.pending.parts.push(Part::Text(text));
        }
    }

    /// The text of a piece of a string.
    fn piece(&self, token: Token, marks: &Marks) -> Text<'s> {
        let text = self.text_of(token);
        let is_first = matches!(token.kind, TokenKind::String | TokenKind::StringStart);
        let mut start = if is_first {
            marks.opener
        } else {
            // A hole that is not closed has no brace.
            usize::from(text.starts_with('}'))
        };
        let before_hole = matches!(token.kind, TokenKind::StringStart | TokenKind::StringMiddle);
        let end = text.len().saturating_sub(if token.unterminated {
            0
        } else if before_hole {
            marks.hole
        } else {
            marks.closer
        });
        if is_first && marks.is_multi_line() {
            let rest = text.get(start..end).unwrap_or_default();
            start += if rest.starts_with("\r\n") {
                2
            } else {
                usize::from(rest.starts_with('\n') || rest.starts_with('\r'))
            };
        }
        let raw = text.get(start..end).unwrap_or_default();
        Text::new(
            raw,
            token.span.start as usize + start.min(text.len()),
            token.escaped,
            self.arena,
        )
    }

    /// Reads a string without holes, where the language takes nothing else. `what` is what it stands for.
    pub(super) fn quoted(&mut self, what: &str) -> Option<Quoted<'s>> {
        match self.peek() {
            TokenKind::String => {
                let token = self.bump();
                let marks = Marks::of(self.text_of(token));
                Some(Quoted {
                    text: self.piece(token, &marks),
                    span: token.span,
                })
            }
            TokenKind::StringStart => {
                let start = self.start();
                self.string();
                let span = self.span_from(start);
                self.error(format!("{what} cannot have `${{…}}` in it"), span, None);
                None
            }
            _ => {
                self.expected(&format!("{what} in quotes"));
                None
            }
        }
    }
}
