//! Tokens to a tree, by recursive descent.
//!
//! The parser never fails: what is missing becomes an error and a node that says so. One kind of thing has a method
//! that reads it, and what it finds wrong it reports once: further errors are held back until the next separator or
//! closing bracket has been found.

mod collection;
mod declaration;
mod expression;
mod string;
mod types;

use super::token::{Token, TokenKind};
use super::tree::{
    ArrayItem, Declaration, Decorator, Expression, ExpressionKind, Link, Name, Object, ObjectItem,
    Part, Type, TypeKind,
};
use super::{Arena, Dialect, MAX_DEPTH, MAX_ERRORS};
use crate::source::Span;
use crate::syntax::error::SyntaxError;

/// What to do at an error.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Stop. The tokens are as the text has them.
    Strict,
    /// Report it and go on. The brackets of the tokens match.
    Recovering,
}

/// What a run of the parser gives.
pub(super) struct Parsed<'s> {
    pub(super) declarations: Vec<Declaration<'s>>,
    /// Empty in strict mode.
    pub(super) errors: Vec<SyntaxError>,
    /// Whether it stopped at an error, in strict mode.
    pub(super) stopped: bool,
}

/// Parses `tokens`, which end with the end of the file.
pub(super) fn parse<'s>(
    text: &'s str,
    tokens: &[Token],
    dialect: Dialect,
    mode: Mode,
    arena: &'s Arena,
) -> Parsed<'s> {
    let mut parser = Parser {
        text,
        tokens,
        dialect,
        mode,
        position: 0,
        end: 0,
        depth: 0,
        in_parens: false,
        recovering: false,
        stopped: false,
        errors: Vec::new(),
        arena,
        pending: Pending::default(),
    };
    let declarations = parser.file();
    Parsed {
        declarations,
        errors: parser.errors,
        stopped: parser.stopped,
    }
}

struct Parser<'s, 't> {
    text: &'s str,
    tokens: &'t [Token],
    dialect: Dialect,
    mode: Mode,
    /// Index of the next token.
    position: usize,
    /// Where the last token that is no line end ends.
    end: usize,
    /// How many nodes are being read inside each other.
    depth: u32,
    /// Whether the innermost bracket is a `(`, in which line ends separate nothing.
    in_parens: bool,
    /// Whether an error was reported and no place to go on has been reached since.
    recovering: bool,
    stopped: bool,
    errors: Vec<SyntaxError>,
    arena: &'s Arena,
    pending: Pending<'s>,
}

/// What has been read of the lists that are not at their end yet, of the innermost last: a finished list takes its own
/// from the end.
#[derive(Default)]
struct Pending<'s> {
    object_items: Vec<ObjectItem<'s>>,
    array_items: Vec<ArrayItem<'s>>,
    arguments: Vec<Expression<'s>>,
    links: Vec<Link<'s>>,
    parts: Vec<Part<'s>>,
    decorators: Vec<Decorator<'s>>,
}

impl<'s> Parser<'s, '_> {
    fn token_at(&self, position: usize) -> Token {
        match self.tokens.get(position) {
            Some(token) => *token,
            None => Token::new(TokenKind::EndOfFile, Span::point(self.text.len())),
        }
    }

    fn token(&self) -> Token {
        self.token_at(self.position)
    }

    fn peek(&self) -> TokenKind {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> TokenKind {
        match self.tokens.get(self.position + ahead) {
            Some(token) => token.kind,
            None => TokenKind::EndOfFile,
        }
    }

    fn at(&self, kind: TokenKind) -> bool {
        self.peek() == kind
    }

    /// The kind of the next token that is no line end.
    fn peek_past_line(&self) -> TokenKind {
        self.peek_at(usize::from(self.at(TokenKind::NewLine)))
    }

    /// The kind of the next token, where line ends mean something; elsewhere of the next that is no line end.
    fn peek_operator(&self) -> TokenKind {
        if self.in_parens {
            self.peek_past_line()
        } else {
            self.peek()
        }
    }

    /// Takes the next token, but never the end of the file.
    fn bump(&mut self) -> Token {
        let token = self.token();
        if token.kind != TokenKind::EndOfFile {
            self.position += 1;
        }
        if token.kind != TokenKind::NewLine {
            self.end = token.span.end as usize;
        }
        token
    }

    fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    /// Takes a line end, if there is one. (There are never two in a row.)
    fn line_end(&mut self) {
        self.eat(TokenKind::NewLine);
    }

    /// Takes a line end, if there is one and it means nothing here.
    fn line_end_in_parens(&mut self) {
        if self.in_parens {
            self.line_end();
        }
    }

    /// The text of a token.
    fn text_of(&self, token: Token) -> &'s str {
        self.text.get(token.span.range()).unwrap_or_default()
    }

    /// Whether the next token is this word.
    fn at_word(&self, word: &str) -> bool {
        self.is_word_at(0, word)
    }

    fn is_word_at(&self, ahead: usize, word: &str) -> bool {
        let token = self.token_at(self.position + ahead);
        token.kind == TokenKind::Identifier && self.text_of(token) == word
    }

    fn eat_word(&mut self, word: &str) -> Option<Span> {
        self.at_word(word).then(|| self.bump().span)
    }

    /// Where the next token begins.
    fn start(&self) -> usize {
        self.token().span.start as usize
    }

    /// From `start` to the end of the last token taken, which is where something is missing if that is before `start`.
    fn span_from(&self, start: usize) -> Span {
        Span::new(start.min(self.end), self.end)
    }

    /// Where something is missing: after the last token taken.
    fn gap(&self) -> Span {
        Span::point(self.end)
    }

    /// Reports that `what` should stand here. Held back where an error was reported just before.
    fn expected(&mut self, what: &str) {
        self.expected_with_help(what, None);
    }

    fn expected_with_help(&mut self, what: &str, help: Option<&'static str>) {
        if self.fails_strictly() {
            return;
        }
        let token = self.token();
        // The lexer has reported what it could not read.
        let is_reported = token.kind == TokenKind::Unrecognized || token.unterminated;
        if !self.recovering && !is_reported {
            let span = match token.kind {
                TokenKind::NewLine | TokenKind::EndOfFile => self.gap(),
                _ => token.span,
            };
            let found = match token.kind {
                TokenKind::Identifier if token.span.len() <= 40 => {
                    format!("`{}`", self.text_of(token))
                }
                kind => kind.description().to_owned(),
            };
            self.report(format!("expected {what}, found {found}"), span, help);
        }
        self.recovering = true;
    }

    /// Reports something that does not keep the parser from going on.
    fn error(&mut self, message: impl Into<String>, span: Span, help: Option<&'static str>) {
        if !self.fails_strictly() && !self.recovering {
            self.report(message.into(), span, help);
        }
    }

    fn report(&mut self, message: String, span: Span, help: Option<&'static str>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError {
                message,
                span,
                help,
            });
        }
    }

    /// Stops at an error in strict mode.
    fn fails_strictly(&mut self) -> bool {
        let strict = self.mode == Mode::Strict;
        if strict {
            self.stopped = true;
            self.position = self.tokens.len();
        }
        strict
    }

    /// Goes one level down, or skips what is too deep. Whoever goes down calls [`leave`](Self::leave).
    fn enter(&mut self) -> bool {
        if self.depth >= MAX_DEPTH {
            self.skip_too_deep();
            return false;
        }
        self.depth += 1;
        true
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Skips to the end of the item or of the group around, since what stands here is nested too deeply.
    fn skip_too_deep(&mut self) {
        let message = format!("this is nested more than {MAX_DEPTH} levels deep");
        let help = "it is not read; move a part of it into a variable";
        self.error(message, self.token().span, Some(help));
        self.recovering = true;
        if self.in_parens {
            self.skip_to(&[TokenKind::Comma]);
        } else {
            self.skip_to(&[TokenKind::NewLine, TokenKind::Comma]);
        }
    }

    /// Whether a node is too high to be kept. What stands around it is read all the same.
    fn is_too_high(&mut self, height: u32) -> bool {
        let is_too_high = height > MAX_DEPTH;
        if is_too_high {
            self.skip_too_deep();
        }
        is_too_high
    }

    fn expression_node(&mut self, kind: ExpressionKind<'s>, start: usize) -> Expression<'s> {
        let node = Expression::new(kind, self.span_from(start));
        if self.is_too_high(node.height()) {
            return self.missing_expression();
        }
        node
    }

    fn type_node(&mut self, kind: TypeKind<'s>, start: usize) -> Type<'s> {
        let node = Type::new(kind, self.span_from(start));
        if self.is_too_high(node.height()) {
            return self.missing_type();
        }
        node
    }

    fn missing_expression(&self) -> Expression<'s> {
        Expression::new(ExpressionKind::Error, self.gap())
    }

    fn missing_type(&self) -> Type<'s> {
        Type::new(TypeKind::Error, self.gap())
    }

    /// What stands for a missing object may have had any property.
    fn missing_object(&self) -> Object<'s> {
        let gap = self.gap();
        Object::new(self.arena.list(&[ObjectItem::Error(gap)]), gap)
    }

    /// Reads a name. The reserved words are reported, and taken all the same.
    fn name(&mut self, what: &str) -> Name<'s> {
        match self.peek() {
            TokenKind::Identifier => {}
            TokenKind::True | TokenKind::False | TokenKind::Null => self.expected(what),
            _ => {
                self.expected(what);
                return Name {
                    text: "",
                    span: self.gap(),
                };
            }
        }
        let token = self.bump();
        Name {
            text: self.text_of(token),
            span: token.span,
        }
    }

    /// Takes a token of this kind, or reports that it is missing.
    fn expect(&mut self, kind: TokenKind) -> bool {
        let found = self.eat(kind);
        if !found {
            self.expected(kind.description());
        }
        found
    }

    /// Whether nothing more can stand in the group.
    fn at_end_of_group(&self) -> bool {
        let kind = self.peek();
        kind.is_closer() || kind == TokenKind::EndOfFile
    }

    /// Reads the end of a group, after what could not be read in it.
    fn close(&mut self, closer: TokenKind) {
        if !self.at(closer) {
            self.expected(closer.description());
            self.skip_to(&[]);
        }
        if self.eat(closer) {
            self.recovering = false;
        }
    }

    /// Skips tokens, and groups as a whole, up to one of `stops` or the end of the group around.
    fn skip_to(&mut self, stops: &[TokenKind]) {
        while !self.at_end_of_group() && !stops.contains(&self.peek()) {
            self.skip_group();
        }
    }

    /// Skips one token, with what it opens.
    fn skip_group(&mut self) {
        let mut open = 0_usize;
        loop {
            let kind = self.bump().kind;
            if kind.is_closer() {
                open = open.saturating_sub(1);
            }
            if kind.closer().is_some() {
                open += 1;
            }
            if open == 0 || self.at(TokenKind::EndOfFile) {
                break;
            }
        }
    }

    /// Reads items that are separated by line ends or by commas, from the opening bracket on, which is the next token.
    /// `item` need not take anything if it reports an error.
    fn lines(&mut self, closer: TokenKind, mut item: impl FnMut(&mut Self)) {
        const HELP: &str = "line ends and commas separate alike: take one of them";
        let outside = std::mem::replace(&mut self.in_parens, false);
        self.bump();
        self.line_end();
        while !self.at_end_of_group() {
            item(self);
            if self.recovering {
                self.skip_to(&[TokenKind::NewLine, TokenKind::Comma]);
            }
            if self.eat(TokenKind::NewLine) {
                self.recovering = false;
            } else if self.at(TokenKind::Comma) {
                let comma = self.bump().span;
                self.recovering = false;
                if self.eat(TokenKind::NewLine) {
                    self.error("unexpected line end after `,`", comma, Some(HELP));
                }
            } else if !self.at_end_of_group() {
                self.expected(match closer {
                    TokenKind::RightBrace => "a new line, `,` or `}`",
                    _ => "a new line, `,` or `]`",
                });
            }
        }
        self.close(closer);
        self.in_parens = outside;
    }

    /// Reads items in parentheses that are separated by commas, from the `(` on. `item` need not take anything if it
    /// reports an error.
    fn commas(&mut self, mut item: impl FnMut(&mut Self)) {
        if !self.expect(TokenKind::LeftParen) {
            return;
        }
        let outside = std::mem::replace(&mut self.in_parens, true);
        self.line_end();
        while !self.at_end_of_group() {
            item(self);
            if self.recovering {
                self.skip_to(&[TokenKind::Comma]);
            }
            self.line_end();
            if self.eat(TokenKind::Comma) {
                self.recovering = false;
                self.line_end();
                if self.at(TokenKind::RightParen) {
                    self.expected("another item after `,`");
                }
            } else if !self.at_end_of_group() {
                self.expected("`,` or `)`");
            }
        }
        self.close(TokenKind::RightParen);
        self.in_parens = outside;
    }
}
