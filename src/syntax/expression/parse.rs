//! The expression language of ARM templates.
//!
//! There is no published grammar. This one follows Microsoft's page "Syntax and expressions in ARM templates", the
//! pattern `expression` of the published template schema (`schemas/common/definitions.json`), and what the Bicep
//! compiler writes:
//!
//! ```text
//! expression = primary { "." identifier | "[" expression "]" }
//! primary    = string | integer | call
//! call       = identifier [ "." identifier ] "(" [ expression { "," expression } ] ")"
//! string     = "'" { any character but a quote | "''" } "'"
//! integer    = [ "-" ] digits
//! ```
//!
//! with blanks and line breaks between any two tokens. `true`, `false` and `null` are functions.
use super::lexer::{Lexer, Token, TokenKind};
use super::shared;
use super::tree::{Access, Call, Expression, ExpressionKind, Lambda, Referent, Text};
use crate::source::Span;
use crate::syntax::error::SyntaxError;
use std::ops::Range;

/// How many levels of calls, accesses and indexes an expression may have. What people and compilers write stays below
/// 50; the bound keeps everyone who walks the tree from running out of stack.
pub const MAX_DEPTH: usize = 128;

/// Whether a string of a template is an expression: it starts with one `[`, and ends with `]`. Blanks around the
/// brackets make it a literal. Everything else is a literal, to be read with [`unescape`].
pub fn is_expression(text: &str) -> bool {
    match text.as_bytes() {
        [b'[', b'[', ..] => false,
        [b'[', .., b']'] => true,
        _ => false,
    }
}

/// The text of a literal string of a template: `[[…]` stands for `[…]`. Without the bracket at the end nothing is
/// escaped.
pub fn unescape(text: &str) -> &str {
    match text.as_bytes() {
        [b'[', b'[', .., b']'] => text.get(1..).unwrap_or_default(),
        _ => text,
    }
}

/// Parses a string for which [`is_expression`] holds, brackets included.
///
/// `locate` gives the place in the file of a range of offsets into `text`: where the string is written without escapes
/// it adds the offset of its first character.
///
/// # Errors
///
/// The first thing that is against the grammar, at the place of the token that should be another. The brackets around
/// the expression are not optional: an empty expression is an error.
pub fn parse(text: &str, locate: &dyn Fn(Range<usize>) -> Span) -> Result<Expression, SyntaxError> {
    let mut lexer = Lexer::new(text);
    let token = lexer.next();
    let mut parser = Parser {
        lexer,
        token,
        end: token.start,
        locate,
        depth: 0,
        arguments: Vec::new(),
    };
    if token.kind == TokenKind::End {
        return Err(
            SyntaxError::new("the expression is empty", locate(0..text.len()))
                .with_help("write `[[]` for the text `[]`"),
        );
    }
    let parsed = parser.expression()?;
    match parser.token.kind {
        TokenKind::End => Ok(parsed.expression),
        _ => Err(parser.unexpected("the end of the expression")),
    }
}

const DOUBLED_QUOTE: &str = "write a quote inside a string twice: `''`";

struct Parser<'t, 'l> {
    lexer: Lexer<'t>,
    /// The next token.
    token: Token<'t>,
    /// Where the token before it ends.
    end: usize,
    locate: &'l dyn Fn(Range<usize>) -> Span,
    /// How many calls and indexes are open.
    depth: usize,
    /// The arguments of all open calls, the innermost last: a finished call takes its own from the end.
    arguments: Vec<Expression>,
}

/// An expression and how many levels it has.
struct Parsed {
    expression: Expression,
    height: usize,
}

type Result<T, E = SyntaxError> = std::result::Result<T, E>;

impl<'t> Parser<'t, '_> {
    fn expression(&mut self) -> Result<Parsed> {
        let start = self.token.start;
        let mut base = self.primary()?;
        loop {
            let key = match self.token.kind {
                TokenKind::Dot => self.property_name()?,
                TokenKind::LeftBracket => self.index()?,
                _ => return Ok(base),
            };
            let span = self.span(start..self.end);
            let height = 1 + base.height.max(key.height);
            let access = Access {
                base: base.expression,
                key: key.expression,
                safe: false,
                from_end: false,
            };
            base = self.parsed(ExpressionKind::Access(Box::new(access)), span, height)?;
        }
    }

    fn primary(&mut self) -> Result<Parsed> {
        let token = self.token;
        let span = self.span(token.range());
        let kind = match token.kind {
            TokenKind::Identifier => return self.call(),
            TokenKind::String => ExpressionKind::String(string(token.text)),
            TokenKind::Integer => integer(token.text),
            _ => return Err(self.unexpected("a function call, a string or a number")),
        };
        self.advance();
        self.parsed(kind, span, 1)
    }

    /// `.name`
    fn property_name(&mut self) -> Result<Parsed> {
        self.advance();
        let (name, span) = self.identifier("a property name after `.`")?;
        if self.token.text.starts_with('-') && self.token.start == self.end {
            return Err(self
                .unexpected("a letter, a digit, `_` or `$` in a property name")
                .with_help("a property with a dash in its name is read as `['a-b']`"));
        }
        self.parsed(ExpressionKind::String(shared(name)), span, 1)
    }

    /// `[index]`
    fn index(&mut self) -> Result<Parsed> {
        self.open()?;
        let index = self.expression()?;
        if self.token.kind != TokenKind::RightBracket {
            return Err(self.unexpected("`]` after the index"));
        }
        self.close();
        Ok(index)
    }

    /// `name(arguments)` or `namespace.name(arguments)`
    fn call(&mut self) -> Result<Parsed> {
        let start = self.token.start;
        let (mut name, mut name_span) = self.identifier("a function name")?;
        let mut namespace = None;
        if self.token.kind == TokenKind::Dot {
            self.advance();
            namespace = Some(name);
            (name, name_span) = self.identifier("a function name after `.`")?;
        }
        if self.token.kind != TokenKind::LeftParenthesis {
            return Err(self.no_call(name));
        }
        let reference = match namespace {
            None => self.reference(name),
            Some(_) => None,
        };
        if let Some(kind) = reference {
            return self.parsed(kind, self.span(start..self.end), 2);
        }
        self.open()?;
        let (arguments, height) = self.arguments(name)?;
        self.close();
        let kind = match namespace {
            None if name.eq_ignore_ascii_case("lambda") => lambda(arguments),
            _ => Err(arguments),
        };
        let kind = kind.unwrap_or_else(|arguments| {
            ExpressionKind::Call(Box::new(Call {
                namespace: namespace.map(shared),
                name: shared(name),
                name_span,
                arguments: arguments.into(),
            }))
        });
        self.parsed(kind, self.span(start..self.end), 1 + height)
    }

    /// The rest of `parameters('x')` and its kin, from the parenthesis on.
    fn reference(&mut self, function: &str) -> Option<ExpressionKind> {
        let referent = Referent::of_function(function)?;
        let mut ahead = self.lexer.clone();
        let (name, end) = (ahead.next(), ahead.next());
        if (name.kind, end.kind) != (TokenKind::String, TokenKind::RightParenthesis) {
            return None;
        }
        self.lexer = ahead;
        self.token = end;
        self.advance();
        Some(ExpressionKind::Reference(referent, string(name.text)))
    }

    /// The arguments up to the closing parenthesis, and how many levels they have.
    fn arguments(&mut self, function: &str) -> Result<(Vec<Expression>, usize)> {
        if self.token.kind == TokenKind::RightParenthesis {
            return Ok((Vec::new(), 0));
        }
        let base = self.arguments.len();
        let mut height = 0;
        loop {
            let argument = self.expression()?;
            height = height.max(argument.height);
            self.arguments.push(argument.expression);
            match self.token.kind {
                TokenKind::Comma => self.advance(),
                TokenKind::RightParenthesis => {
                    return Ok((self.arguments.split_off(base), height));
                }
                _ => {
                    let function = excerpt(function);
                    let expected = format!("`,` or `)` after an argument of `{function}`");
                    return Err(self.unexpected(&expected));
                }
            }
        }
    }

    fn identifier(&mut self, expected: &str) -> Result<(&'t str, Span)> {
        let token = self.token;
        if token.kind != TokenKind::Identifier {
            return Err(self.unexpected(expected));
        }
        self.advance();
        Ok((token.text, self.span(token.range())))
    }

    fn advance(&mut self) {
        self.end = self.token.range().end;
        self.token = self.lexer.next();
    }

    /// Takes an opening bracket.
    fn open(&mut self) -> Result<()> {
        if self.depth == MAX_DEPTH {
            return Err(too_deep(self.span(self.token.range())));
        }
        self.depth += 1;
        self.advance();
        Ok(())
    }

    /// Takes a closing bracket.
    fn close(&mut self) {
        self.depth -= 1;
        self.advance();
    }

    fn span(&self, range: Range<usize>) -> Span {
        (self.locate)(range)
    }

    fn parsed(&self, kind: ExpressionKind, span: Span, height: usize) -> Result<Parsed> {
        if height > MAX_DEPTH {
            return Err(too_deep(span));
        }
        Ok(Parsed {
            expression: Expression::new(kind, span),
            height,
        })
    }

    /// The next token is not what was expected.
    fn unexpected(&self, expected: &str) -> SyntaxError {
        let token = self.token;
        let error = |message: String| SyntaxError::new(message, self.span(token.range()));
        match token.kind {
            TokenKind::UnclosedString => {
                error("this string has no closing `'`".to_owned()).with_help(DOUBLED_QUOTE)
            }
            TokenKind::Decimal => error("expressions have no decimal numbers".to_owned())
                .with_help("write `json('1.5')`"),
            TokenKind::End => error(format!(
                "expected {expected}, found the end of the expression"
            )),
            _ => {
                let error = error(format!(
                    "expected {expected}, found `{}`",
                    excerpt(token.text)
                ));
                if self.lexer.touches_quote(&token) {
                    error.with_help(DOUBLED_QUOTE)
                } else if matches!(token.text, "\"" | "`" | "\u{2018}" | "\u{2019}") {
                    error.with_help("strings in expressions are written in single quotes: `'text'`")
                } else {
                    error
                }
            }
        }
    }

    /// A name without parentheses after it.
    fn no_call(&self, name: &str) -> SyntaxError {
        let error = self.unexpected(&format!("`(` after the function name `{}`", excerpt(name)));
        match name.to_ascii_lowercase().as_str() {
            "true" => error.with_help("write `true()`"),
            "false" => error.with_help("write `false()`"),
            "null" => error.with_help("write `null()`"),
            _ if error.help.is_some() => error,
            _ => error.with_help(
                "text stands in single quotes; parameters and variables are read by `parameters('name')` and \
                 `variables('name')`",
            ),
        }
    }
}

fn too_deep(span: Span) -> SyntaxError {
    let message = format!("the expression has more than {MAX_DEPTH} levels");
    SyntaxError::new(message, span).with_help("move parts of it into variables")
}

/// As much of a text as a message repeats: the start of its first line.
fn excerpt(text: &str) -> String {
    const LENGTH: usize = 40;
    let line = text.lines().next().unwrap_or_default();
    let mut excerpt: String = line.chars().take(LENGTH).collect();
    if excerpt.len() < text.len() {
        excerpt.push('…');
    }
    excerpt
}

/// The text of a string token.
fn string(token: &str) -> Text {
    let inside = token
        .get(1..token.len().saturating_sub(1))
        .unwrap_or_default();
    if inside.contains('\'') {
        inside.replace("''", "'").into()
    } else {
        shared(inside)
    }
}

/// A number token; one that does not fit 64 bits keeps its text.
fn integer(token: &str) -> ExpressionKind {
    token.parse().map_or_else(
        |_| ExpressionKind::Decimal(token.into()),
        ExpressionKind::Integer,
    )
}

/// `lambda('a', 'b', body)`. Gives the arguments back where they are others.
fn lambda(mut arguments: Vec<Expression>) -> Result<ExpressionKind, Vec<Expression>> {
    let names = arguments.split_last().and_then(|(_, names)| {
        let text = |name: &Expression| match &name.kind {
            ExpressionKind::String(text) => Some(text.clone()),
            _ => None,
        };
        names.iter().map(text).collect::<Option<Vec<_>>>()
    });
    match (names, arguments.pop()) {
        (Some(parameters), Some(body)) => Ok(ExpressionKind::Lambda(Box::new(Lambda {
            parameters,
            body,
        }))),
        (_, last) => {
            arguments.extend(last);
            Err(arguments)
        }
    }
}
