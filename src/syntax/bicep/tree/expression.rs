//! Expressions.

use super::{Declaration, Name, Text};
use crate::source::Span;

/// A node of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expression<'s> {
    /// What it is.
    pub kind: ExpressionKind<'s>,
    /// Where it stands.
    pub span: Span,
    height: u32,
}

/// What an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpressionKind<'s> {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number without a sign. Only with a minus before it may it be one more than the greatest `i64`.
    Integer(u64),
    /// A string of any form without holes.
    String(Text<'s>),
    /// A string of any form with holes: text and expressions in order, empty text left out.
    Interpolated(&'s [Part<'s>]),
    /// `[…]`, its items in order.
    Array(&'s [ArrayItem<'s>]),
    /// `{…}`
    Object(&'s Object<'s>),
    /// `[for item in items: body]`
    For(&'s For<'s>),
    /// A name on its own: a parameter, a variable, a resource, a loop variable, a namespace, …
    Variable(&'s str),
    /// `name(…)`
    Call(&'s Call<'s>),
    /// An expression and what is accessed in it, one link after the other: `a.b[0].c()!`. From a link that is `safe`
    /// on, all links to the right are skipped where the value is missing.
    Access {
        /// What stands first. Never an access itself.
        base: &'s Expression<'s>,
        /// At least one.
        links: &'s [Link<'s>],
    },
    /// `!a` or `-a`
    Unary(&'s Unary<'s>),
    /// Two operands and what stands between them. Operators of one precedence bind to the left.
    Binary(&'s Binary<'s>),
    /// `condition ? a : b`
    Conditional(&'s Conditional<'s>),
    /// `x => body` or `(x, y) => body`
    Lambda(&'s Lambda<'s>),
    /// `(…)`
    Parenthesized(&'s Expression<'s>),
    /// What could not be read, or is missing.
    Error,
}

/// A piece of a string with holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'s> {
    /// Text.
    Text(Text<'s>),
    /// What stands between `${` and `}`.
    Hole(Expression<'s>),
}

/// A place in an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrayItem<'s> {
    /// A value, [`Error`](ExpressionKind::Error) where it could not be read.
    Value(Expression<'s>),
    /// `...items`
    Spread(Spread<'s>),
}

/// `...value`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread<'s> {
    /// What is spread.
    pub value: Expression<'s>,
    /// With the dots.
    pub span: Span,
}

/// The contents of `{…}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object<'s> {
    /// What stands between the braces, in order. A key may occur twice.
    pub items: &'s [ObjectItem<'s>],
    /// With the braces. A point where the whole object is missing.
    pub span: Span,
    height: u32,
}

/// A member of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectItem<'s> {
    /// `key: value`
    Property(Property<'s>),
    /// `...value`
    Spread(Spread<'s>),
    /// A nested resource, in the body of a resource.
    Resource(&'s Declaration<'s>),
    /// What could not be read. The object may have had a property here.
    Error(Span),
}

/// `key: value`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Property<'s> {
    /// What it is called.
    pub key: Key<'s>,
    /// What it is.
    pub value: Expression<'s>,
    /// From the key to the value.
    pub span: Span,
}

/// What a property is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key<'s> {
    /// What it is.
    pub kind: KeyKind<'s>,
    /// Where it stands, with quotes.
    pub span: Span,
}

/// How a key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind<'s> {
    /// A plain name.
    Name(&'s str),
    /// A string without holes.
    Text(Text<'s>),
    /// A string with holes, whose value is the key.
    Interpolated(&'s [Part<'s>]),
}

impl Key<'_> {
    /// The key, if it is known without evaluation.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            KeyKind::Name(name) => Some(name),
            KeyKind::Text(text) => Some(text.value),
            KeyKind::Interpolated(_) => None,
        }
    }
}

/// `[for item in items: body]` as a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct For<'s> {
    /// The variables and what they run over.
    pub head: super::Loop<'s>,
    /// The value of each round.
    pub body: Expression<'s>,
}

/// `name(…)`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call<'s> {
    /// The function.
    pub name: Name<'s>,
    /// What it is given.
    pub arguments: &'s [Expression<'s>],
}

/// A step of an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link<'s> {
    /// What it is.
    pub kind: LinkKind<'s>,
    /// From its dot, colons or bracket on.
    pub span: Span,
}

/// What a step of an access does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind<'s> {
    /// `.name` or `.?name`
    Property {
        /// The property.
        name: Name<'s>,
        /// With a question mark: null where there is no such property.
        safe: bool,
    },
    /// `.name(…)`, a method or the function of a namespace.
    Call(&'s Call<'s>),
    /// `[index]`, `[?index]`, `[^index]` or `[?^index]`
    Index {
        /// What stands between the brackets.
        index: &'s Expression<'s>,
        /// With a question mark: null where there is no such item.
        safe: bool,
        /// With a hat: counted from the end, where 1 is the last item.
        from_end: bool,
    },
    /// `::name`, a nested resource.
    Resource(Name<'s>),
    /// `!`, the assurance that the value is not null.
    NonNull,
}

/// `!a` or `-a`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unary<'s> {
    /// What is done.
    pub operator: UnaryOperator,
    /// To what.
    pub operand: Expression<'s>,
}

/// An operator with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `!`
    Not,
    /// `-`
    Minus,
}

/// `a + b`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binary<'s> {
    /// What is done.
    pub operator: BinaryOperator,
    /// Where the operator stands.
    pub operator_span: Span,
    /// What stands before it.
    pub left: Expression<'s>,
    /// What stands after it.
    pub right: Expression<'s>,
}

/// An operator with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    EqualInsensitive,
    /// `!~`
    NotEqualInsensitive,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `??`
    Coalesce,
}

impl BinaryOperator {
    /// How closely it binds; more is closer.
    pub fn precedence(self) -> u8 {
        match self {
            Self::Multiply | Self::Divide | Self::Modulo => 7,
            Self::Add | Self::Subtract => 6,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 5,
            Self::Equal | Self::NotEqual | Self::EqualInsensitive | Self::NotEqualInsensitive => 4,
            Self::And => 3,
            Self::Or => 2,
            Self::Coalesce => 1,
        }
    }

    /// How it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::EqualInsensitive => "=~",
            Self::NotEqualInsensitive => "!~",
            Self::And => "&&",
            Self::Or => "||",
            Self::Coalesce => "??",
        }
    }
}

/// `condition ? when_true : when_false`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conditional<'s> {
    /// What is asked.
    pub condition: Expression<'s>,
    /// The value if so.
    pub when_true: Expression<'s>,
    /// The value if not.
    pub when_false: Expression<'s>,
}

/// `(a, b) => body`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lambda<'s> {
    /// What stands before the arrow.
    pub parameters: &'s [Name<'s>],
    /// What stands after it.
    pub body: Expression<'s>,
}

impl<'s> Expression<'s> {
    pub(in super::super) fn new(kind: ExpressionKind<'s>, span: Span) -> Self {
        let height = kind.height();
        Self { kind, span, height }
    }

    /// The number of levels from here down to the deepest leaf, counting each operator and each link of a chain.
    pub(in super::super) fn height(&self) -> u32 {
        self.height
    }
}

impl<'s> Object<'s> {
    pub(in super::super) fn new(items: &'s [ObjectItem<'s>], span: Span) -> Self {
        let height = 1 + highest(items, ObjectItem::height);
        Self {
            items,
            span,
            height,
        }
    }

    pub(in super::super) fn height(&self) -> u32 {
        self.height
    }
}

pub(super) fn highest<T>(nodes: &[T], height: impl Fn(&T) -> u32) -> u32 {
    nodes.iter().map(height).max().unwrap_or(0)
}

impl ExpressionKind<'_> {
    fn height(&self) -> u32 {
        match self {
            // It may stand for what was too high.
            Self::Error => 0,
            Self::Null
            | Self::Boolean(_)
            | Self::Integer(_)
            | Self::String(_)
            | Self::Variable(_) => 1,
            Self::Interpolated(parts) => 1 + highest(parts, Part::height),
            Self::Array(items) => 1 + highest(items, ArrayItem::height),
            Self::Object(object) => object.height,
            Self::For(node) => 1 + node.head.height().max(node.body.height),
            Self::Call(call) => 1 + call.height(),
            Self::Access { base, links } => {
                let inside = base.height.max(highest(links, Link::height));
                inside.saturating_add(u32::try_from(links.len()).unwrap_or(u32::MAX))
            }
            Self::Unary(node) => 1 + node.operand.height,
            Self::Binary(node) => 1 + node.left.height.max(node.right.height),
            Self::Conditional(node) => {
                let branches = node.when_true.height.max(node.when_false.height);
                1 + node.condition.height.max(branches)
            }
            Self::Lambda(node) => 1 + node.body.height,
            Self::Parenthesized(inner) => 1 + inner.height,
        }
    }
}

impl Part<'_> {
    pub(super) fn height(&self) -> u32 {
        match self {
            Self::Text(_) => 1,
            Self::Hole(expression) => expression.height,
        }
    }
}

impl ArrayItem<'_> {
    fn height(&self) -> u32 {
        match self {
            Self::Value(value) | Self::Spread(Spread { value, .. }) => value.height,
        }
    }
}

impl ObjectItem<'_> {
    fn height(&self) -> u32 {
        match self {
            Self::Property(property) => property.key.height().max(property.value.height),
            Self::Spread(spread) => spread.value.height,
            Self::Resource(declaration) => declaration.height(),
            Self::Error(_) => 1,
        }
    }
}

impl Key<'_> {
    pub(super) fn height(&self) -> u32 {
        match &self.kind {
            KeyKind::Name(_) | KeyKind::Text(_) => 1,
            KeyKind::Interpolated(parts) => 1 + highest(parts, Part::height),
        }
    }
}

impl Call<'_> {
    fn height(&self) -> u32 {
        highest(self.arguments, Expression::height)
    }
}

impl Link<'_> {
    fn height(&self) -> u32 {
        match &self.kind {
            LinkKind::Call(call) => call.height(),
            LinkKind::Index { index, .. } => index.height,
            LinkKind::Property { .. } | LinkKind::Resource(_) | LinkKind::NonNull => 1,
        }
    }
}
