//! A text as far as edits need it: what stands where, in one form for JSON and Bicep, around the values that are asked
//! about.

use crate::evaluate::token;
use crate::source::Span;
use crate::syntax::bicep::tree::{
    ArrayItem, Declaration, DeclarationKind, Expression, ExpressionKind, LinkKind, Object,
    ObjectItem, Part,
};
use crate::syntax::bicep::{self, Arena, Dialect};
use crate::syntax::json::{Kind, Node, parse};

/// The language of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// ARM templates and parameter files.
    Json,
    /// `.bicep` and `.bicepparam`.
    Bicep,
}

/// A value as it is written.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) span: Span,
    pub(super) shape: Shape,
}

/// What is written.
#[derive(Debug)]
pub(super) enum Shape {
    /// A string, number, bool or null that no expression computes.
    Literal,
    /// An object.
    Object {
        members: Vec<Member>,
        /// What is written in it and is no member: nested resources.
        inner: Vec<Written>,
        /// Whether it takes in others with `...`.
        spread: bool,
    },
    /// A list; `spread` as for an object.
    Array { items: Vec<Written>, spread: bool },
    /// An expression, with the values that are written in it.
    Other(Vec<Written>),
    /// Whatever it is, nothing in it is asked about.
    Unread,
}

/// A member of an object, from its name to the end of its value.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) span: Span,
    pub(super) value: Written,
}

/// A value that was looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'w> {
    pub(super) value: &'w Written,
    /// The object or list around it.
    pub(super) around: Option<&'w Written>,
    /// Whether it is a part of an expression, such as one side of a choice.
    pub(super) computed: bool,
}

impl Written {
    /// The text as a tree of what is around the values at these places, which are sorted; `None` where it has a syntax
    /// error, since nobody knows what an edit would do there.
    pub(super) fn read(
        text: &str,
        language: Language,
        dialect: Dialect,
        asked: &[Span],
    ) -> Option<Self> {
        let reader = Reader { asked };
        match language {
            Language::Json => {
                let document = parse(text);
                let is_sound = document.errors.is_empty();
                is_sound.then(|| reader.node(&document.root))
            }
            Language::Bicep => {
                let arena = Arena::for_text(text.len());
                let file = bicep::parse(text, dialect, &arena);
                let declarations = file.declarations.iter();
                let declarations = declarations.map(|one| reader.declaration(one));
                file.errors.is_empty().then(|| Self {
                    span: Span::new(0, text.len()),
                    shape: Shape::Other(declarations.collect()),
                })
            }
        }
    }

    /// The value that is written exactly there.
    pub(super) fn find(&self, span: Span) -> Option<Found<'_>> {
        let mut found = Found {
            value: self,
            around: None,
            computed: false,
        };
        // The root of a Bicep file and its declarations are no expressions.
        let mut depth = 0;
        loop {
            if found.value.span == span && !matches!(found.value.shape, Shape::Other(_)) {
                return Some(found);
            }
            let next = found
                .value
                .children()
                .find(|child| child.span.holds(span))?;
            let is_expression = matches!(found.value.shape, Shape::Other(_)) && depth > 1;
            found = Found {
                value: next,
                around: match found.value.shape {
                    Shape::Other(_) | Shape::Literal | Shape::Unread => None,
                    Shape::Object { .. } | Shape::Array { .. } => Some(found.value),
                },
                computed: found.computed || is_expression,
            };
            depth += 1;
        }
    }

    fn children(&self) -> Box<dyn Iterator<Item = &Written> + '_> {
        match &self.shape {
            Shape::Literal | Shape::Unread => Box::new(std::iter::empty()),
            Shape::Object { members, inner, .. } => {
                Box::new(members.iter().map(|member| &member.value).chain(inner))
            }
            Shape::Array { items, .. } | Shape::Other(items) => Box::new(items.iter()),
        }
    }
}

/// Makes trees of parsed texts.
struct Reader<'a> {
    /// The places of the values that are asked about, sorted.
    asked: &'a [Span],
}

impl Reader<'_> {
    /// Whether something in it is asked about, or it itself.
    fn is_asked(&self, span: Span) -> bool {
        let from = self.asked.partition_point(|asked| asked.start < span.start);
        let later = self.asked.iter().skip(from);
        // What begins in it is in it, but for what is around it and begins with it.
        let mut begin_in_it = later.take_while(|asked| asked.start <= span.end);
        begin_in_it.any(|asked| span.holds(*asked))
    }

    fn node(&self, node: &Node<'_>) -> Written {
        let shape = match &node.kind {
            _ if !self.is_asked(node.span) => Shape::Unread,
            // ARM takes a string in brackets for an expression, unless it begins with two.
            Kind::String(text) if text.starts_with('[') && text.ends_with(']') => {
                Shape::Other(Vec::new())
            }
            // What stands there in the end comes from elsewhere, where the edit belongs.
            Kind::String(text) if token::is_in(text) => Shape::Other(Vec::new()),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => Shape::Literal,
            Kind::Invalid => Shape::Other(Vec::new()),
            Kind::Array(items) => Shape::Array {
                items: items.iter().map(|item| self.node(item)).collect(),
                spread: false,
            },
            Kind::Object(members) => Shape::Object {
                members: members
                    .iter()
                    .map(|member| Member {
                        span: member.key_span.to(member.value.span),
                        value: self.node(&member.value),
                    })
                    .collect(),
                inner: Vec::new(),
                spread: false,
            },
        };
        Written {
            span: node.span,
            shape,
        }
    }

    fn declaration(&self, declaration: &Declaration<'_>) -> Written {
        let expression = |node| self.expression(node);
        let inside = match &declaration.kind {
            _ if !self.is_asked(declaration.span) => Vec::new(),
            DeclarationKind::Parameter(node) => node.value.iter().map(expression).collect(),
            DeclarationKind::Variable(node) => vec![expression(&node.value)],
            DeclarationKind::Output(node) => vec![expression(&node.value)],
            DeclarationKind::Function(node) => vec![expression(&node.body)],
            DeclarationKind::Resource(node) => vec![self.object(&node.body.object)],
            DeclarationKind::Module(node) => vec![self.object(&node.body.object)],
            _ => Vec::new(),
        };
        Written {
            span: declaration.span,
            shape: Shape::Other(inside),
        }
    }

    fn object(&self, object: &Object<'_>) -> Written {
        if !self.is_asked(object.span) {
            return Written {
                span: object.span,
                shape: Shape::Unread,
            };
        }
        let mut members = Vec::new();
        let mut inner = Vec::new();
        let mut spread = false;
        for item in object.items {
            match item {
                ObjectItem::Property(property) => members.push(Member {
                    span: property.span,
                    value: self.expression(&property.value),
                }),
                ObjectItem::Spread(_) => spread = true,
                ObjectItem::Resource(declaration) => inner.push(self.declaration(declaration)),
                ObjectItem::Error(_) => {}
            }
        }
        Written {
            span: object.span,
            shape: Shape::Object {
                members,
                inner,
                spread,
            },
        }
    }

    /// The parser bounds the depth.
    fn expression(&self, expression: &Expression<'_>) -> Written {
        let of = |node: &Expression<'_>| self.expression(node);
        let several = |all: Vec<&Expression<'_>>| Shape::Other(all.into_iter().map(of).collect());
        let shape = match &expression.kind {
            ExpressionKind::String(text) if token::is_in(text.value) => Shape::Other(Vec::new()),
            ExpressionKind::Null
            | ExpressionKind::Boolean(_)
            | ExpressionKind::Integer(_)
            | ExpressionKind::String(_) => Shape::Literal,
            _ if !self.is_asked(expression.span) => Shape::Unread,
            ExpressionKind::Object(object) => self.object(object).shape,
            ExpressionKind::Array(all) => {
                let mut items = Vec::new();
                let mut spread = false;
                for item in *all {
                    match item {
                        ArrayItem::Value(value) => items.push(of(value)),
                        ArrayItem::Spread(_) => spread = true,
                    }
                }
                Shape::Array { items, spread }
            }
            ExpressionKind::For(node) => several(vec![&node.head.collection, &node.body]),
            ExpressionKind::Interpolated(parts) => several(
                parts
                    .iter()
                    .filter_map(|part| match part {
                        Part::Hole(hole) => Some(hole),
                        Part::Text(_) => None,
                    })
                    .collect(),
            ),
            ExpressionKind::Call(call) => several(call.arguments.iter().collect()),
            ExpressionKind::Access { base, links } => {
                let mut inside = vec![*base];
                for link in *links {
                    match &link.kind {
                        LinkKind::Call(call) => inside.extend(call.arguments),
                        LinkKind::Index { index, .. } => inside.push(index),
                        _ => {}
                    }
                }
                several(inside)
            }
            ExpressionKind::Binary(node) => several(vec![&node.left, &node.right]),
            ExpressionKind::Conditional(node) => {
                // To write another value into one side would leave a choice between nothing and nothing.
                let sides = [&node.when_true, &node.when_false].map(of);
                let sides = sides
                    .into_iter()
                    .filter(|side| !matches!(side.shape, Shape::Literal));
                Shape::Other(sides.chain([of(&node.condition)]).collect())
            }
            ExpressionKind::Parenthesized(inner) => several(vec![inner]),
            ExpressionKind::Lambda(node) => several(vec![&node.body]),
            ExpressionKind::Variable(_) | ExpressionKind::Unary(_) | ExpressionKind::Error => {
                Shape::Other(Vec::new())
            }
        };
        Written {
            span: expression.span,
            shape,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;

    #[test]
    fn what_is_asked_about_is_found_among_what_is_not() {
        let text = r#"{"a": {"b": [1, {"c": 2}]}, "d": 3, "e": {"f": {}}}"#;
        let span = |part: &str| {
            let start = text.find(part).unwrap();
            Span::new(start, start + part.len())
        };
        let (item, three) = (span(r#"{"c": 2}"#), span("3"));
        let tree = Written::read(text, Language::Json, Dialect::Template, &[item, three]).unwrap();
        let found = tree.find(item).unwrap();
        assert!(matches!(found.value.shape, Shape::Object { .. }));
        assert_eq!(found.around.unwrap().span, span(r#"[1, {"c": 2}]"#));
        let found = tree.find(three).unwrap();
        assert!(matches!(found.value.shape, Shape::Literal));
        let members: Vec<&Written> = tree.children().collect();
        let is_unread = |member: &&Written| matches!(member.shape, Shape::Unread);
        assert_eq!(
            (
                members.len(),
                members.iter().filter(|one| is_unread(one)).count()
            ),
            (3, 1)
        );
    }

    #[test]
    fn what_is_around_a_value_and_begins_with_it_does_not_hide_it() {
        let asked = [(0, 3), (0, 7), (4, 5)].map(|(start, end)| Span::new(start, end));
        let reader = Reader { asked: &asked };
        for (start, end, is_asked) in [
            (0, 9, true),
            (0, 3, true),
            (0, 2, false),
            (0, 6, true),
            (1, 3, false),
            (3, 6, true),
            (4, 4, false),
            (6, 9, false),
        ] {
            assert_eq!(reader.is_asked(Span::new(start, end)), is_asked, "{start}");
        }
    }
}
