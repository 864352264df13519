//! Type expressions.

use super::Parser;
use crate::syntax::bicep::token::TokenKind;
use crate::syntax::bicep::tree::{
    FunctionParameter, Name, TupleItem, Type, TypeKey, TypeKind, TypeProperty, UnaryOperator,
};

impl<'s> Parser<'s, '_> {
    /// A type where `resource 'type@version'` is one too; `untyped` says whether it may be without its string.
    pub(super) fn declared_type(&mut self, untyped: bool) -> Type<'s> {
        if !self.at_word("resource") || self.peek_at(1) == TokenKind::Less {
            return self.ty();
        }
        let start = self.start();
        self.bump();
        let is_string = matches!(self.peek(), TokenKind::String | TokenKind::StringStart);
        let resource = if untyped && !is_string {
            None
        } else {
            self.quoted("the type of a resource")
        };
        self.type_node(TypeKind::Resource(resource), start)
    }

    pub(super) fn ty(&mut self) -> Type<'s> {
        if !self.enter() {
            return self.missing_type();
        }
        let node = self.union();
        self.leave();
        node
    }

    /// Types with `|` between them, and perhaps before the first. A line may end before a `|`.
    fn union(&mut self) -> Type<'s> {
        let bar = self.eat_bar();
        let first = self.postfix_type();
        let start = bar.unwrap_or(first.span.start as usize);
        if bar.is_none() && self.peek_past_line() != TokenKind::Pipe {
            return first;
        }
        let mut members = vec![first];
        while self.eat_bar().is_some() {
            members.push(self.postfix_type());
        }
        self.type_node(TypeKind::Union(self.arena.list(&members)), start)
    }

    /// Takes a `|` and a line end before it; gives where the `|` begins.
    fn eat_bar(&mut self) -> Option<usize> {
        if self.peek_past_line() != TokenKind::Pipe {
            return None;
        }
        self.line_end();
        Some(self.bump().span.start as usize)
    }

    /// A type, perhaps with a sign before it, and what makes another one of it.
    fn postfix_type(&mut self) -> Type<'s> {
        let operator = match self.peek() {
            TokenKind::Minus => UnaryOperator::Minus,
            TokenKind::Exclamation => UnaryOperator::Not,
            _ => {
                let node = self.primary_type();
                return self.suffixes(node, true);
            }
        };
        let start = self.start();
        self.bump();
        let operand = self.primary_type();
        let operand = self.suffixes(operand, false);
        let operand = self.arena.node(operand);
        let node = self.type_node(TypeKind::Unary { operator, operand }, start);
        self.suffixes(node, true)
    }

    /// What follows a type to make another one of it; `?` and `!` only where they do not belong to an operand.
    fn suffixes(&mut self, mut node: Type<'s>, with_marks: bool) -> Type<'s> {
        let start = node.span.start as usize;
        loop {
            let kind = match self.peek() {
                TokenKind::Question if with_marks => {
                    self.bump();
                    TypeKind::Nullable(self.arena.node(node))
                }
                TokenKind::Exclamation if with_marks => {
                    self.bump();
                    TypeKind::NonNull(self.arena.node(node))
                }
                TokenKind::Dot => self.type_member(node),
                TokenKind::LeftBracket => self.type_index(node),
                _ => return node,
            };
            node = self.type_node(kind, start);
        }
    }

    /// `.name`, `.name<…>` or `.*`
    fn type_member(&mut self, base: Type<'s>) -> TypeKind<'s> {
        let base = self.arena.node(base);
        self.bump();
        if self.eat(TokenKind::Star) {
            return TypeKind::OtherProperties(base);
        }
        let name = self.name("the name of a property or type");
        let arguments = if self.at(TokenKind::Less) {
            self.type_arguments()
        } else {
            &[]
        };
        TypeKind::Property {
            base,
            name,
            arguments,
        }
    }

    /// `[]`, `[*]` or `[index]`
    fn type_index(&mut self, base: Type<'s>) -> TypeKind<'s> {
        let base = self.arena.node(base);
        let outside = std::mem::replace(&mut self.in_parens, false);
        self.bump();
        let kind = match (self.peek(), self.peek_at(1)) {
            (TokenKind::RightBracket, _) => TypeKind::Array(base),
            (TokenKind::Star, TokenKind::RightBracket) => {
                self.bump();
                TypeKind::Items(base)
            }
            _ => {
                let index = self.expression();
                let index = self.arena.node(index);
                TypeKind::Item { base, index }
            }
        };
        self.close(TokenKind::RightBracket);
        self.in_parens = outside;
        kind
    }

    fn primary_type(&mut self) -> Type<'s> {
        let start = self.start();
        let kind = match self.peek() {
            TokenKind::Identifier => {
                let token = self.bump();
                let text = self.text_of(token);
                if self.at(TokenKind::Less) {
                    let name = Name {
                        text,
                        span: token.span,
                    };
                    let arguments = self.type_arguments();
                    TypeKind::Generic { name, arguments }
                } else {
                    TypeKind::Name(text)
                }
            }
            TokenKind::String
            | TokenKind::StringStart
            | TokenKind::Integer
            | TokenKind::True
            | TokenKind::False
            | TokenKind::Null => {
                let literal = self.primary();
                TypeKind::Literal(self.arena.node(literal))
            }
            TokenKind::LeftBrace => self.object_type(),
            TokenKind::LeftBracket => self.tuple_type(),
            TokenKind::LeftParen => {
                let outside = std::mem::replace(&mut self.in_parens, true);
                self.bump();
                self.line_end();
                let inner = self.ty();
                self.line_end();
                self.close(TokenKind::RightParen);
                self.in_parens = outside;
                TypeKind::Parenthesized(self.arena.node(inner))
            }
            _ => {
                self.expected("a type");
                return self.missing_type();
            }
        };
        self.type_node(kind, start)
    }

    /// `<…>`
    fn type_arguments(&mut self) -> &'s [Type<'s>] {
        let mut arguments = Vec::new();
        self.bump();
        self.line_end();
        while !self.at(TokenKind::Greater) {
            arguments.push(self.ty());
            if matches!(self.peek_past_line(), TokenKind::Comma | TokenKind::Greater) {
                self.line_end();
            }
            if !self.eat(TokenKind::Comma) {
                break;
            }
            self.line_end();
        }
        self.expect(TokenKind::Greater);
        self.arena.list(&arguments)
    }

    fn object_type(&mut self) -> TypeKind<'s> {
        let mut properties = Vec::new();
        self.lines(TokenKind::RightBrace, |parser| {
            properties.extend(parser.type_property());
        });
        TypeKind::Object(self.arena.list(&properties))
    }

    fn type_property(&mut self) -> Option<TypeProperty<'s>> {
        let start = self.start();
        let decorators = self.decorators();
        let key = match self.peek() {
            TokenKind::Star => TypeKey::Any(self.bump().span),
            TokenKind::Identifier
            | TokenKind::String
            | TokenKind::StringStart
            | TokenKind::True
            | TokenKind::False
            | TokenKind::Null => TypeKey::Key(self.key()),
            _ => {
                self.expected("the name of a property or `*`");
                return None;
            }
        };
        self.expect(TokenKind::Colon);
        let value = self.ty();
        Some(TypeProperty {
            decorators,
            key,
            value,
            span: self.span_from(start),
        })
    }

    fn tuple_type(&mut self) -> TypeKind<'s> {
        let mut items = Vec::new();
        self.lines(TokenKind::RightBracket, |parser| {
            let decorators = parser.decorators();
            let value = parser.ty();
            let start = decorators
                .first()
                .map_or(value.span, |first| first.span)
                .start;
            items.push(TupleItem {
                decorators,
                value,
                span: parser.span_from(start as usize),
            });
        });
        TypeKind::Tuple(self.arena.list(&items))
    }

    /// `name type` of a function.
    pub(super) fn function_parameter(&mut self) -> FunctionParameter<'s> {
        let name = self.name("the name of a parameter");
        let value = self.declared_type(false);
        FunctionParameter { name, value }
    }
}
