//! Expressions, by precedence.

use super::Parser;
use crate::syntax::bicep::token::TokenKind;
use crate::syntax::bicep::tree::{
    Binary, BinaryOperator, Call, Conditional, Expression, ExpressionKind, For, Lambda, Link,
    LinkKind, Loop, Name, Unary, UnaryOperator,
};

const FLOAT_HELP: &str = "there are no numbers with a fraction; write json('1.5')";
const NEGATION_HELP: &str = "put the operand in parentheses: `!(!x)`";

impl<'s> Parser<'s, '_> {
    pub(super) fn expression(&mut self) -> Expression<'s> {
        if !self.enter() {
            return self.missing_expression();
        }
        let condition = self.binary(0);
        // Whether it is in brackets or not, the compiler takes a line end before `?` and `:`.
        let node = if self.peek_past_line() == TokenKind::Question {
            self.conditional(condition)
        } else {
            condition
        };
        self.leave();
        node
    }

    /// `? a : b` after its condition.
    fn conditional(&mut self, condition: Expression<'s>) -> Expression<'s> {
        let start = condition.span.start as usize;
        self.line_end();
        self.bump();
        self.line_end_in_parens();
        let when_true = self.expression();
        if self.peek_past_line() == TokenKind::Colon {
            self.line_end();
        }
        let when_false = if self.expect(TokenKind::Colon) {
            self.line_end_in_parens();
            self.expression()
        } else {
            self.missing_expression()
        };
        let node = Conditional {
            condition,
            when_true,
            when_false,
        };
        self.expression_node(ExpressionKind::Conditional(self.arena.node(node)), start)
    }

    /// Operands and the operators between them that bind more closely than `precedence`.
    fn binary(&mut self, precedence: u8) -> Expression<'s> {
        let mut left = self.unary();
        let start = left.span.start as usize;
        while let Some(operator) = binary_operator(self.peek_operator()) {
            if operator.precedence() <= precedence {
                break;
            }
            self.line_end_in_parens();
            let operator_span = self.bump().span;
            self.line_end_in_parens();
            let right = if self.enter() {
                let right = self.binary(operator.precedence());
                self.leave();
                right
            } else {
                self.missing_expression()
            };
            let node = Binary {
                operator,
                operator_span,
                left,
                right,
            };
            left = self.expression_node(ExpressionKind::Binary(self.arena.node(node)), start);
        }
        left
    }

    fn unary(&mut self) -> Expression<'s> {
        let operator = match self.peek() {
            TokenKind::Exclamation => UnaryOperator::Not,
            TokenKind::Minus => UnaryOperator::Minus,
            _ => return self.access(),
        };
        let start = self.start();
        self.bump();
        if matches!(self.peek(), TokenKind::Exclamation | TokenKind::Minus) {
            self.expected_with_help("an operand", Some(NEGATION_HELP));
        }
        let operand = if self.enter() {
            let operand = self.unary();
            self.leave();
            operand
        } else {
            self.missing_expression()
        };
        let node = Unary { operator, operand };
        self.expression_node(ExpressionKind::Unary(self.arena.node(node)), start)
    }

    /// A primary expression and what is accessed in it.
    fn access(&mut self) -> Expression<'s> {
        let base = self.primary();
        let start = base.span.start as usize;
        let first = self.pending.links.len();
        while let Some(link) = self.link() {
            self.pending.links.push(link);
            let length = u32::try_from(self.pending.links.len() - first).unwrap_or(u32::MAX);
            if self.is_too_high(length) {
                self.pending.links.truncate(first);
                return self.missing_expression();
            }
        }
        let links = self.arena.list_from(&mut self.pending.links, first);
        if links.is_empty() {
            return base;
        }
        let base = self.arena.node(base);
        self.expression_node(ExpressionKind::Access { base, links }, start)
    }

    fn link(&mut self) -> Option<Link<'s>> {
        let kind = match self.peek_operator() {
            TokenKind::Dot | TokenKind::DoubleColon => {
                self.line_end_in_parens();
                self.peek()
            }
            _ => self.peek(),
        };
        let start = self.start();
        let kind = match kind {
            TokenKind::Dot => {
                self.bump();
                self.member()
            }
            TokenKind::DoubleColon => {
                self.bump();
                LinkKind::Resource(self.name("the name of a nested resource"))
            }
            TokenKind::LeftBracket => self.index(),
            TokenKind::Exclamation => {
                self.bump();
                LinkKind::NonNull
            }
            _ => return None,
        };
        Some(Link {
            kind,
            span: self.span_from(start),
        })
    }

    /// What follows a dot.
    fn member(&mut self) -> LinkKind<'s> {
        let question = self.token().span;
        let safe = self.eat(TokenKind::Question);
        let name = self.member_name();
        if !self.at(TokenKind::LeftParen) {
            return LinkKind::Property { name, safe };
        }
        if safe {
            self.error("`.?` cannot be used with a function", question, None);
        }
        let arguments = self.arguments();
        LinkKind::Call(self.arena.node(Call { name, arguments }))
    }

    fn member_name(&mut self) -> Name<'s> {
        if self.at(TokenKind::Integer) {
            self.expected_with_help("the name of a property or function", Some(FLOAT_HELP));
        }
        self.name("the name of a property or function")
    }

    fn index(&mut self) -> LinkKind<'s> {
        let outside = std::mem::replace(&mut self.in_parens, false);
        self.bump();
        let safe = self.eat(TokenKind::Question);
        let from_end = self.eat(TokenKind::Caret);
        let index = self.expression();
        self.close(TokenKind::RightBracket);
        self.in_parens = outside;
        LinkKind::Index {
            index: self.arena.node(index),
            safe,
            from_end,
        }
    }

    pub(super) fn arguments(&mut self) -> &'s [Expression<'s>] {
        let first = self.pending.arguments.len();
        self.commas(|parser| {
            let argument = parser.expression();
            parser.pending.arguments.push(argument);
        });
        let arguments = &mut self.pending.arguments;
        self.arena.list_from(arguments, first)
    }

    /// A literal, a name, a call, a lambda or something in brackets.
    pub(super) fn primary(&mut self) -> Expression<'s> {
        let start = self.start();
        let kind = match self.peek() {
            TokenKind::Identifier => match self.peek_at(1) {
                TokenKind::LeftParen => self.call(),
                TokenKind::Arrow => self.lambda(),
                _ => {
                    let token = self.bump();
                    ExpressionKind::Variable(self.text_of(token))
                }
            },
            TokenKind::String | TokenKind::StringStart => self.string(),
            TokenKind::LeftBrace => {
                let object = self.object(false);
                ExpressionKind::Object(self.arena.node(object))
            }
            TokenKind::LeftBracket if self.is_loop() => self.for_expression(),
            TokenKind::LeftBracket => self.array(),
            TokenKind::LeftParen if self.is_lambda() => self.lambda(),
            TokenKind::LeftParen => self.parenthesized(),
            TokenKind::Integer => self.integer(),
            TokenKind::True | TokenKind::False => {
                let token = self.bump();
                ExpressionKind::Boolean(token.kind == TokenKind::True)
            }
            TokenKind::Null => {
                self.bump();
                ExpressionKind::Null
            }
            _ => {
                self.expected("an expression");
                return self.missing_expression();
            }
        };
        self.expression_node(kind, start)
    }

    fn integer(&mut self) -> ExpressionKind<'s> {
        let token = self.bump();
        match self.text_of(token).parse() {
            Ok(value) => ExpressionKind::Integer(value),
            Err(_) => {
                self.error("this number does not fit into 64 bits", token.span, None);
                ExpressionKind::Error
            }
        }
    }

    fn call(&mut self) -> ExpressionKind<'s> {
        let name = self.name("the name of a function");
        let arguments = self.arguments();
        ExpressionKind::Call(self.arena.node(Call { name, arguments }))
    }

    /// `(…)` around one expression.
    fn parenthesized(&mut self) -> ExpressionKind<'s> {
        let errors = self.errors.len();
        let inner = self.in_parentheses();
        if !self.at(TokenKind::Arrow) {
            return ExpressionKind::Parenthesized(self.arena.node(inner));
        }
        // The parameters of a lambda were meant, but they are no plain names.
        if errors == self.errors.len() {
            self.error(
                "expected the names of parameters before `=>`",
                inner.span,
                None,
            );
        }
        self.bump();
        self.lambda_body();
        ExpressionKind::Error
    }

    /// `(expression)`; gives what is inside.
    pub(super) fn in_parentheses(&mut self) -> Expression<'s> {
        if !self.expect(TokenKind::LeftParen) {
            return self.missing_expression();
        }
        let outside = std::mem::replace(&mut self.in_parens, true);
        self.line_end();
        let inner = self.expression();
        self.line_end();
        self.close(TokenKind::RightParen);
        self.in_parens = outside;
        inner
    }

    /// Whether the parenthesis here encloses the parameters of a lambda. Looks no further than its first token that
    /// can be none of them.
    fn is_lambda(&self) -> bool {
        let parameters = |kind| {
            matches!(
                kind,
                TokenKind::Identifier | TokenKind::Comma | TokenKind::NewLine
            )
        };
        let mut ahead = 1;
        while parameters(self.peek_at(ahead)) {
            ahead += 1;
        }
        self.peek_at(ahead) == TokenKind::RightParen && self.peek_at(ahead + 1) == TokenKind::Arrow
    }

    fn lambda(&mut self) -> ExpressionKind<'s> {
        let mut parameters = Vec::new();
        if self.at(TokenKind::LeftParen) {
            self.commas(|parser| parameters.push(parser.name("the name of a parameter")));
        } else {
            parameters.push(self.name("the name of a parameter"));
        }
        self.expect(TokenKind::Arrow);
        let body = self.lambda_body();
        let parameters = self.arena.list(&parameters);
        ExpressionKind::Lambda(self.arena.node(Lambda { parameters, body }))
    }

    /// What follows `=>`. It may stand on the next line, unless that is a declaration.
    pub(super) fn lambda_body(&mut self) -> Expression<'s> {
        if self.at(TokenKind::NewLine) && !self.is_declaration_at(1) {
            self.line_end();
        }
        self.expression()
    }

    /// Whether the bracket here begins a loop.
    pub(super) fn is_loop(&self) -> bool {
        let ahead = 1 + usize::from(self.peek_at(1) == TokenKind::NewLine);
        self.is_word_at(ahead, "for")
    }

    fn for_expression(&mut self) -> ExpressionKind<'s> {
        let outside = std::mem::replace(&mut self.in_parens, false);
        let head = self.loop_head();
        let body = self.expression();
        self.line_end();
        self.close(TokenKind::RightBracket);
        self.in_parens = outside;
        ExpressionKind::For(self.arena.node(For { head, body }))
    }

    /// `[for item in items:` of a loop.
    pub(super) fn loop_head(&mut self) -> Loop<'s> {
        self.bump();
        self.line_end();
        let start = self.start();
        self.bump();
        let (item, index) = self.loop_variables();
        let collection = if self.eat_word("in").is_some() {
            self.expression()
        } else {
            self.expected("`in`");
            self.skip_to(&[TokenKind::Colon, TokenKind::NewLine]);
            self.missing_expression()
        };
        let span = self.span_from(start);
        if self.at(TokenKind::Colon) {
            self.recovering = false;
        }
        self.expect(TokenKind::Colon);
        Loop {
            item,
            index,
            collection,
            span,
        }
    }

    fn loop_variables(&mut self) -> (Name<'s>, Option<Name<'s>>) {
        if !self.at(TokenKind::LeftParen) {
            return (self.name("the name of the loop variable"), None);
        }
        let start = self.start();
        let errors = self.errors.len();
        let mut names = Vec::new();
        self.commas(|parser| names.push(parser.name("the name of a loop variable")));
        if names.len() != 2 && errors == self.errors.len() {
            let span = self.span_from(start);
            self.error(
                "expected two names, of the item and of its index",
                span,
                None,
            );
        }
        let mut names = names.into_iter();
        let item = names.next().unwrap_or(Name {
            text: "",
            span: self.gap(),
        });
        (item, names.next())
    }
}

fn binary_operator(kind: TokenKind) -> Option<BinaryOperator> {
    Some(match kind {
        TokenKind::Star => BinaryOperator::Multiply,
        TokenKind::Slash => BinaryOperator::Divide,
        TokenKind::Percent => BinaryOperator::Modulo,
        TokenKind::Plus => BinaryOperator::Add,
        TokenKind::Minus => BinaryOperator::Subtract,
        TokenKind::Less => BinaryOperator::Less,
        TokenKind::LessOrEqual => BinaryOperator::LessOrEqual,
        TokenKind::Greater => BinaryOperator::Greater,
        TokenKind::GreaterOrEqual => BinaryOperator::GreaterOrEqual,
        TokenKind::Equal => BinaryOperator::Equal,
        TokenKind::NotEqual => BinaryOperator::NotEqual,
        TokenKind::EqualInsensitive => BinaryOperator::EqualInsensitive,
        TokenKind::NotEqualInsensitive => BinaryOperator::NotEqualInsensitive,
        TokenKind::And => BinaryOperator::And,
        TokenKind::Or => BinaryOperator::Or,
        TokenKind::DoubleQuestion => BinaryOperator::Coalesce,
        _ => return None,
    })
}
