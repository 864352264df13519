//! A text as far as edits need it: what stands where, in one form for JSON and Bicep.

use crate::evaluate::token;
use crate::source::Span;
use crate::syntax::bicep::tree::{
    ArrayItem, Declaration, DeclarationKind, Expression, ExpressionKind, LinkKind, Object,
    ObjectItem, Part,
};
use crate::syntax::bicep::{self, Dialect};
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
    /// The text as a tree; `None` where it has a syntax error, since nobody knows what an edit would do there.
    pub(super) fn read(text: &str, language: Language, dialect: Dialect) -> Option<Self> {
        match language {
            Language::Json => {
                let document = parse(text);
                document.errors.is_empty().then(|| of_node(&document.root))
            }
            Language::Bicep => {
                let file = bicep::parse(text, dialect);
                let declarations = file.declarations.iter().map(of_declaration);
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
                    Shape::Other(_) | Shape::Literal => None,
                    Shape::Object { .. } | Shape::Array { .. } => Some(found.value),
                },
                computed: found.computed || is_expression,
            };
            depth += 1;
        }
    }

    fn children(&self) -> Box<dyn Iterator<Item = &Written> + '_> {
        match &self.shape {
            Shape::Literal => Box::new(std::iter::empty()),
            Shape::Object { members, inner, .. } => {
                Box::new(members.iter().map(|member| &member.value).chain(inner))
            }
            Shape::Array { items, .. } | Shape::Other(items) => Box::new(items.iter()),
        }
    }
}

fn of_node(node: &Node<'_>) -> Written {
    let shape = match &node.kind {
        // ARM takes a string in brackets for an expression, unless it begins with two.
        Kind::String(text) if text.starts_with('[') && text.ends_with(']') => {
            Shape::Other(Vec::new())
        }
        // What stands there in the end comes from elsewhere, where the edit belongs.
        Kind::String(text) if token::is_in(text) => Shape::Other(Vec::new()),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => Shape::Literal,
        Kind::Invalid => Shape::Other(Vec::new()),
        Kind::Array(items) => Shape::Array {
            items: items.iter().map(of_node).collect(),
            spread: false,
        },
        Kind::Object(members) => Shape::Object {
            members: members
                .iter()
                .map(|member| Member {
                    span: member.key_span.to(member.value.span),
                    value: of_node(&member.value),
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

fn of_declaration(declaration: &Declaration<'_>) -> Written {
    let inside = match &declaration.kind {
        DeclarationKind::Parameter(node) => node.value.iter().map(of_expression).collect(),
        DeclarationKind::Variable(node) => vec![of_expression(&node.value)],
        DeclarationKind::Output(node) => vec![of_expression(&node.value)],
        DeclarationKind::Function(node) => vec![of_expression(&node.body)],
        DeclarationKind::Resource(node) => vec![of_object(&node.body.object)],
        DeclarationKind::Module(node) => vec![of_object(&node.body.object)],
        _ => Vec::new(),
    };
    Written {
        span: declaration.span,
        shape: Shape::Other(inside),
    }
}

fn of_object(object: &Object<'_>) -> Written {
    let mut members = Vec::new();
    let mut inner = Vec::new();
    let mut spread = false;
    for item in &object.items {
        match item {
            ObjectItem::Property(property) => members.push(Member {
                span: property.span,
                value: of_expression(&property.value),
            }),
            ObjectItem::Spread(_) => spread = true,
            ObjectItem::Resource(declaration) => inner.push(of_declaration(declaration)),
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
fn of_expression(expression: &Expression<'_>) -> Written {
    let several =
        |all: Vec<&Expression<'_>>| Shape::Other(all.into_iter().map(of_expression).collect());
    let shape = match &expression.kind {
        ExpressionKind::Null
        | ExpressionKind::Boolean(_)
        | ExpressionKind::Integer(_)
        | ExpressionKind::String(_) => Shape::Literal,
        ExpressionKind::Object(object) => of_object(object).shape,
        ExpressionKind::Array(all) => {
            let mut items = Vec::new();
            let mut spread = false;
            for item in all {
                match item {
                    ArrayItem::Value(value) => items.push(of_expression(value)),
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
            let mut inside = vec![&**base];
            for link in links {
                match &link.kind {
                    LinkKind::Call(call) => inside.extend(&call.arguments),
                    LinkKind::Index { index, .. } => inside.push(index),
                    _ => {}
                }
            }
            several(inside)
        }
        ExpressionKind::Binary(node) => several(vec![&node.left, &node.right]),
        ExpressionKind::Conditional(node) => {
            // To write another value into one side would leave a choice between nothing and nothing.
            let sides = [&node.when_true, &node.when_false].map(of_expression);
            let sides = sides
                .into_iter()
                .filter(|side| !matches!(side.shape, Shape::Literal));
            Shape::Other(sides.chain([of_expression(&node.condition)]).collect())
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
