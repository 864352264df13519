//! Brackets that do not match: where the missing ones belong, and which ones are too many.
//!
//! In: the tokens of a file that did not parse. Out: the same tokens with closing brackets put in and left out so that
//! all match, and an error for each. The parser can then leave a broken group by going to its end, so that an error
//! costs the item, the group or the declaration that it is in, and nothing after it. It refuses to know what stands
//! inside the brackets.
//!
//! No group reaches beyond a line that begins, at its very start, as a declaration does, unless that is a nested
//! resource in a group that is closed. What stands between two such lines is left alone if its brackets match. Otherwise
//! it is repaired in two ways, and the one that takes fewer changes is kept:
//! - By indentation: a closing bracket that begins a line closes the group that was opened in a line of the same
//!   indentation, and is too many if there is none but in a line of less. A group over several lines that is not closed
//!   so ends before a line that is indented no more than the one it begins in.
//! - By order: a closing bracket closes the innermost group of its kind.
//!
//! In both, a group that is not closed ends with its line if there is more than the opening bracket on it, but what ends
//! with a comma goes on in the next line, and otherwise with the group around it.

use super::token::{Token, TokenKind};
use super::{MAX_DEPTH, MAX_ERRORS, keyword};
use crate::source::Span;
use crate::syntax::error::SyntaxError;

/// Tokens whose brackets match.
pub(super) struct Balanced {
    pub(super) tokens: Vec<Token>,
    /// What was put in and left out, not in order.
    pub(super) errors: Vec<SyntaxError>,
}

/// Makes the brackets of `tokens` match.
pub(super) fn balance(text: &str, tokens: &[Token]) -> Balanced {
    let mut balanced = Balanced {
        tokens: Vec::with_capacity(tokens.len() + 8),
        errors: Vec::new(),
    };
    let begins = |token: &Token| begins_declaration(text, *token);
    let parts: Vec<&[Token]> = tokens.chunk_by(|_, next| !begins(next)).collect();
    let mut rest = parts.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let count = balanced_parts(text, rest);
        for part in rest.iter().take(count) {
            balanced.tokens.extend_from_slice(part);
        }
        rest = if count == 0 {
            let by_indentation = Repair::new(text, true).part(first);
            let by_order = Repair::new(text, false).part(first);
            let best = if by_order.errors.len() < by_indentation.errors.len() {
                by_order
            } else {
                by_indentation
            };
            balanced.tokens.extend(best.tokens);
            let room = MAX_ERRORS.saturating_sub(balanced.errors.len());
            balanced.errors.extend(best.errors.into_iter().take(room));
            others
        } else {
            rest.get(count..).unwrap_or_default()
        };
    }
    balanced
}

/// How many of the first parts have brackets that match: mostly one, more if what follows is resources that are nested
/// in it without indentation, and none if they do not match.
fn balanced_parts(text: &str, parts: &[&[Token]]) -> usize {
    /// What is not closed after so many parts never will be.
    const LIMIT: usize = 64;
    let mut open = Groups::default();
    for (index, part) in parts.iter().take(LIMIT).enumerate() {
        let is_nested = part.first().and_then(|first| text.get(first.span.range()));
        if index > 0 && !matches!(is_nested, Some("@" | "resource")) {
            break;
        }
        for &token in *part {
            if token.kind.is_closer() && !open.close_innermost(token.kind) {
                return 0;
            }
            open.open(token, Opener::default());
        }
        if open.stack.is_empty() {
            return index + 1;
        }
    }
    0
}

/// Whether a declaration seems to begin here, at the very start of a line.
fn begins_declaration(text: &str, token: Token) -> bool {
    let start = token.span.start as usize;
    matches!(token.kind, TokenKind::Identifier | TokenKind::At)
        && text
            .get(..start)
            .is_some_and(|before| before.is_empty() || before.ends_with(['\n', '\r']))
        && text.get(start..).is_some_and(keyword::begins_declaration)
}

/// How many bytes stand before a token on its line.
fn indentation(text: &str, token: Token) -> usize {
    let before = text.get(..token.span.start as usize).unwrap_or_default();
    before.len()
        - before
            .rfind(['\n', '\r'])
            .map_or(0, |line_end| line_end + 1)
}

/// What is known of a token that opens a group.
#[derive(Clone, Copy, Default)]
struct Opener {
    /// Its number in the part of the file.
    index: usize,
    /// The indentation of its line.
    indentation: usize,
    /// Whether the group has an end.
    closed: bool,
    /// Whether nothing but a comment follows it on its line.
    block: bool,
}

/// A group that is open.
#[derive(Clone, Copy)]
struct Group {
    token: Token,
    closer: TokenKind,
    opener: Opener,
    /// For a hole: the brackets that are open around it, which nothing inside it can close.
    outside: [usize; 3],
}

/// The groups that are open, outermost first.
#[derive(Default)]
struct Groups {
    stack: Vec<Group>,
    /// How many groups of each kind of bracket are open in the innermost hole.
    brackets: [usize; 3],
    holes: usize,
}

impl Groups {
    fn bracket(closer: TokenKind) -> Option<usize> {
        match closer {
            TokenKind::RightBrace => Some(0),
            TokenKind::RightBracket => Some(1),
            TokenKind::RightParen => Some(2),
            _ => None,
        }
    }

    /// Opens a group if `token` does so.
    fn open(&mut self, token: Token, opener: Opener) {
        let Some(closer) = token.kind.closer() else {
            return;
        };
        let outside = self.brackets;
        match Self::bracket(closer).and_then(|kind| self.brackets.get_mut(kind)) {
            Some(count) => *count += 1,
            None => {
                self.brackets = [0; 3];
                self.holes += 1;
            }
        }
        self.stack.push(Group {
            token,
            closer,
            opener,
            outside,
        });
    }

    /// Closes the innermost group if `closer` does so.
    fn close_innermost(&mut self, closer: TokenKind) -> bool {
        let closes = self
            .stack
            .last()
            .is_some_and(|group| group.is_closed_by(closer));
        if closes {
            self.pop();
        }
        closes
    }

    fn pop(&mut self) -> Option<Group> {
        let group = self.stack.pop()?;
        self.brackets = group.outside;
        if Self::bracket(group.closer).is_none() {
            self.holes = self.holes.saturating_sub(1);
        }
        Some(group)
    }

    /// How many groups stand inside the one that `closer` closes; nothing if it closes none. `indentation` is that of
    /// its line, if it begins one and that is to be heeded.
    fn inside(&self, closer: TokenKind, indentation: Option<usize>) -> Option<usize> {
        let counts = Self::bracket(closer).map(|kind| self.brackets.get(kind));
        let is_open = counts.map_or(self.holes > 0, |count| {
            count.is_some_and(|&count| count > 0)
        });
        if !is_open {
            return None;
        }
        let groups = || self.stack.iter().rev().enumerate();
        let innermost = || groups().find(|(_, group)| group.is_closed_by(closer));
        let at_margin = indentation.and_then(|indentation| {
            groups()
                .take_while(|(_, group)| Self::bracket(group.closer).is_some())
                // Deeper than this a file is not read anyway.
                .take(MAX_DEPTH as usize)
                .find(|(_, group)| {
                    group.is_closed_by(closer) && group.opener.indentation <= indentation
                })
        });
        match (at_margin, indentation) {
            (Some((_, group)), Some(indentation)) if group.opener.indentation < indentation => None,
            (found, _) => found.or_else(innermost).map(|(inside, _)| inside),
        }
    }
}

impl Group {
    /// Every piece of a string after the first closes the hole before it.
    fn is_closed_by(&self, closer: TokenKind) -> bool {
        self.closer == closer
            || (self.closer == TokenKind::StringEnd && closer == TokenKind::StringMiddle)
    }
}

/// The repair of a part of a file whose brackets do not match.
struct Repair<'s> {
    text: &'s str,
    /// Whether the indentation of lines is heeded.
    by_indentation: bool,
    open: Groups,
    tokens: Vec<Token>,
    errors: Vec<SyntaxError>,
}

impl Repair<'_> {
    fn new(text: &str, by_indentation: bool) -> Repair<'_> {
        Repair {
            text,
            by_indentation,
            open: Groups::default(),
            tokens: Vec::new(),
            errors: Vec::new(),
        }
    }

    fn part(mut self, tokens: &[Token]) -> Balanced {
        let openers = self.openers(tokens);
        for (index, &token) in tokens.iter().enumerate() {
            match token.kind {
                TokenKind::EndOfFile => while self.close_missing() {},
                TokenKind::NewLine => {
                    let next = tokens.get(index + 1).copied();
                    while self.ends_with_line(next) && self.close_missing() {}
                }
                TokenKind::LeftBrace => while self.ends_before_brace() && self.close_missing() {},
                kind if kind.is_closer() => {
                    let indentation = self.line_indentation(tokens, index);
                    let Some(inside) = self.open.inside(kind, indentation) else {
                        self.error(format!("unexpected {}", kind.description()), token.span);
                        continue;
                    };
                    for _ in 0..inside {
                        self.close_missing();
                    }
                    self.open.close_innermost(kind);
                }
                _ => {}
            }
            // A bracket may have stood alone on its line.
            let is_repeated =
                |last: &Token| last.kind == TokenKind::NewLine && token.kind == TokenKind::NewLine;
            if !self.tokens.last().is_some_and(is_repeated) {
                self.tokens.push(token);
            }
            self.open
                .open(token, openers.get(index).copied().unwrap_or_default());
        }
        while self.close_missing() {}
        Balanced {
            tokens: self.tokens,
            errors: self.errors,
        }
    }

    /// For each token, what is known of it as an opener.
    fn openers(&self, tokens: &[Token]) -> Vec<Opener> {
        let mut openers = vec![Opener::default(); tokens.len()];
        let mut open = Groups::default();
        let mut indentation = 0;
        for (index, &token) in tokens.iter().enumerate() {
            let own = self.line_indentation(tokens, index);
            indentation = own.unwrap_or(indentation);
            if token.kind.is_closer()
                && let Some(inside) = open.inside(token.kind, own)
            {
                for _ in 0..inside {
                    open.pop();
                }
                if let Some(group) = open.pop()
                    && let Some(opener) = openers.get_mut(group.opener.index)
                {
                    opener.closed = true;
                }
            }
            let next = tokens
                .get(index + 1)
                .map_or(TokenKind::EndOfFile, |next| next.kind);
            let opener = Opener {
                index,
                indentation,
                closed: false,
                block: next == TokenKind::NewLine,
            };
            if let Some(place) = openers.get_mut(index) {
                *place = opener;
            }
            open.open(token, opener);
        }
        openers
    }

    /// The indentation of a token that begins a line, if it is heeded.
    fn line_indentation(&self, tokens: &[Token], index: usize) -> Option<usize> {
        let begins_line = index
            .checked_sub(1)
            .and_then(|before| tokens.get(before))
            .is_none_or(|before| before.kind == TokenKind::NewLine);
        let token = tokens
            .get(index)
            .filter(|_| begins_line && self.by_indentation)?;
        Some(indentation(self.text, *token))
    }

    /// Whether the innermost group ends with the line that ends here. `next` begins the next line.
    fn ends_with_line(&self, next: Option<Token>) -> bool {
        let (Some(group), Some(last)) = (self.open.stack.last(), self.tokens.last()) else {
            return false;
        };
        if group.opener.closed || last.span == group.token.span {
            return false;
        }
        if group.opener.block && group.closer != TokenKind::RightParen {
            let Some(next) = next.filter(|next| self.by_indentation && !next.kind.is_closer())
            else {
                return false;
            };
            return indentation(self.text, next) <= group.opener.indentation;
        }
        last.kind != TokenKind::Comma
    }

    /// Whether the innermost group is an `if (` that ends before the brace that comes here: inside parentheses, no
    /// brace follows an operand.
    fn ends_before_brace(&self) -> bool {
        let (Some(group), Some(last)) = (self.open.stack.last(), self.tokens.last()) else {
            return false;
        };
        let ends_operand = match last.kind {
            TokenKind::Identifier | TokenKind::Integer | TokenKind::String => true,
            TokenKind::True | TokenKind::False | TokenKind::Null => true,
            kind => kind.is_closer() && kind != TokenKind::StringMiddle,
        };
        !group.opener.closed && group.closer == TokenKind::RightParen && ends_operand
    }

    /// Puts in the closer of the innermost group, before the line end that was taken last. Gives whether there is one.
    fn close_missing(&mut self) -> bool {
        let Some(group) = self.open.pop() else {
            return false;
        };
        self.error(
            format!(
                "this {} is not closed: expected {}",
                group.token.kind.description(),
                group.closer.description()
            ),
            group.token.span,
        );
        let line_end = self.tokens.pop_if(|last| last.kind == TokenKind::NewLine);
        let end = self.tokens.last().map_or(0, |last| last.span.end as usize);
        self.tokens.push(Token::new(group.closer, Span::point(end)));
        self.tokens.extend(line_end);
        true
    }

    fn error(&mut self, message: String, span: Span) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError::new(message, span));
        }
    }
}
