//! Arrays and objects.

use super::Parser;
use crate::syntax::bicep::token::TokenKind;
use crate::syntax::bicep::tree::{
    ArrayItem, ExpressionKind, Key, KeyKind, Object, ObjectItem, Property, Spread,
};

const PROPERTY_HELP: &str = "a property is written `name: value`";

impl<'s> Parser<'s, '_> {
    pub(super) fn array(&mut self) -> ExpressionKind<'s> {
        let first = self.pending.array_items.len();
        self.lines(TokenKind::RightBracket, |parser| {
            let item = if parser.at(TokenKind::Ellipsis) {
                ArrayItem::Spread(parser.spread())
            } else {
                ArrayItem::Value(parser.expression())
            };
            parser.pending.array_items.push(item);
        });
        let items = &mut self.pending.array_items;
        ExpressionKind::Array(self.arena.list_from(items, first))
    }

    fn spread(&mut self) -> Spread<'s> {
        let start = self.start();
        self.bump();
        let value = self.expression();
        Spread {
            value,
            span: self.span_from(start),
        }
    }

    /// `{…}`. In the body of a resource there may be nested resources.
    pub(super) fn object(&mut self, in_resource: bool) -> Object<'s> {
        let start = self.start();
        if !self.at(TokenKind::LeftBrace) {
            self.expected(TokenKind::LeftBrace.description());
            return self.missing_object();
        }
        let first = self.pending.object_items.len();
        self.lines(TokenKind::RightBrace, |parser| {
            let item = parser.object_item(in_resource);
            parser.pending.object_items.push(item);
        });
        let items = &mut self.pending.object_items;
        let items = self.arena.list_from(items, first);
        let object = Object::new(items, self.span_from(start));
        if self.is_too_high(object.height()) {
            return self.missing_object();
        }
        object
    }

    fn object_item(&mut self, in_resource: bool) -> ObjectItem<'s> {
        match self.peek() {
            TokenKind::Ellipsis => ObjectItem::Spread(self.spread()),
            TokenKind::At => self.nested_resource(in_resource),
            TokenKind::Identifier
                if self.peek_at(1) == TokenKind::Identifier && self.at_word("resource") =>
            {
                self.nested_resource(in_resource)
            }
            TokenKind::Identifier
            | TokenKind::String
            | TokenKind::StringStart
            | TokenKind::True
            | TokenKind::False
            | TokenKind::Null => ObjectItem::Property(self.property()),
            _ => {
                self.expected("the name of a property");
                ObjectItem::Error(self.token().span)
            }
        }
    }

    fn nested_resource(&mut self, in_resource: bool) -> ObjectItem<'s> {
        let start = self.token().span;
        if !in_resource {
            let message = "a nested resource stands directly in the body of a resource";
            self.error(message, start, None);
        }
        if !self.enter() {
            return ObjectItem::Error(start);
        }
        let declaration = self.declaration(true);
        self.leave();
        match declaration {
            Some(declaration) => ObjectItem::Resource(self.arena.node(declaration)),
            None => ObjectItem::Error(start),
        }
    }

    fn property(&mut self) -> Property<'s> {
        let start = self.start();
        let key = self.key();
        if self.at(TokenKind::Assign) {
            self.expected_with_help("`:`", Some(PROPERTY_HELP));
            self.bump();
        } else {
            self.expect(TokenKind::Colon);
        }
        let value = self.expression();
        Property {
            key,
            value,
            span: self.span_from(start),
        }
    }

    /// The key of a property, of a value or of a type.
    pub(super) fn key(&mut self) -> Key<'s> {
        let start = self.start();
        let kind = match self.peek() {
            TokenKind::String | TokenKind::StringStart => match self.string() {
                ExpressionKind::String(text) => KeyKind::Text(text),
                ExpressionKind::Interpolated(parts) => KeyKind::Interpolated(parts),
                _ => KeyKind::Name(""),
            },
            _ => KeyKind::Name(self.name("the name of a property").text),
        };
        Key {
            kind,
            span: self.span_from(start),
        }
    }
}
