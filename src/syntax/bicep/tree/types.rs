//! Type expressions.

use super::expression::highest;
use super::{Decorator, Expression, Key, Name, Quoted, UnaryOperator};
use crate::source::Span;

/// A node of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Type<'s> {
    /// What it is.
    pub kind: TypeKind<'s>,
    /// Where it stands.
    pub span: Span,
    height: u32,
}

/// What a type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeKind<'s> {
    /// A name: `string`, `array`, or what a `type` or `import` declares.
    Name(&'s str),
    /// A name with arguments: `resourceInput<'Microsoft.KeyVault/vaults@2023-07-01'>`.
    Generic {
        /// The name.
        name: Name<'s>,
        /// What stands between the angle brackets.
        arguments: &'s [Type<'s>],
    },
    /// `base.name`: a property of a type, or a type of a namespace. With arguments where they follow.
    Property {
        /// What stands before the dot.
        base: &'s Type<'s>,
        /// What stands after it.
        name: Name<'s>,
        /// What stands between angle brackets after that; empty without them.
        arguments: &'s [Type<'s>],
    },
    /// `base.*`: the type of the other properties of an object type.
    OtherProperties(&'s Type<'s>),
    /// `base[0]`: the type of an item of a tuple.
    Item {
        /// What stands before the bracket.
        base: &'s Type<'s>,
        /// What stands in it.
        index: &'s Expression<'s>,
    },
    /// `base[*]`: the type of the items of an array type.
    Items(&'s Type<'s>),
    /// `base[]`
    Array(&'s Type<'s>),
    /// `base?`
    Nullable(&'s Type<'s>),
    /// `base!`
    NonNull(&'s Type<'s>),
    /// `a | b`, or one type with a bar before it.
    Union(&'s [Type<'s>]),
    /// A string, number, boolean or null that is its own type.
    Literal(&'s Expression<'s>),
    /// `-a` or `!a`, of a literal or the name of one.
    Unary {
        /// What is done.
        operator: UnaryOperator,
        /// To what.
        operand: &'s Type<'s>,
    },
    /// `{…}`
    Object(&'s [TypeProperty<'s>]),
    /// `[…]`
    Tuple(&'s [TupleItem<'s>]),
    /// `resource 'type@version'`, or `resource` alone where the value says which.
    Resource(Option<Quoted<'s>>),
    /// `(…)`
    Parenthesized(&'s Type<'s>),
    /// What could not be read, or is missing.
    Error,
}

/// A property of an object type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeProperty<'s> {
    /// What stands above it.
    pub decorators: &'s [Decorator<'s>],
    /// What it is called.
    pub key: TypeKey<'s>,
    /// Its type.
    pub value: Type<'s>,
    /// From its first decorator to its type.
    pub span: Span,
}

/// What a property of an object type is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeKey<'s> {
    /// A name or a string.
    Key(Key<'s>),
    /// `*`: every property that is not named.
    Any(Span),
}

/// An item of a tuple type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TupleItem<'s> {
    /// What stands above it.
    pub decorators: &'s [Decorator<'s>],
    /// Its type.
    pub value: Type<'s>,
    /// From its first decorator to its type.
    pub span: Span,
}

/// A parameter of a function, `name type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionParameter<'s> {
    /// What it is called.
    pub name: Name<'s>,
    /// What it takes.
    pub value: Type<'s>,
}

impl<'s> Type<'s> {
    pub(in super::super) fn new(kind: TypeKind<'s>, span: Span) -> Self {
        let height = kind.height();
        Self { kind, span, height }
    }

    pub(in super::super) fn height(&self) -> u32 {
        self.height
    }
}

impl TypeKind<'_> {
    fn height(&self) -> u32 {
        match self {
            Self::Error => 0,
            Self::Name(_) | Self::Resource(_) => 1,
            Self::Generic { arguments, .. } => 1 + highest(arguments, Type::height),
            Self::Property {
                base, arguments, ..
            } => 1 + base.height.max(highest(arguments, Type::height)),
            Self::Item { base, index } => 1 + base.height.max(index.height()),
            Self::OtherProperties(base)
            | Self::Items(base)
            | Self::Array(base)
            | Self::Nullable(base)
            | Self::NonNull(base)
            | Self::Parenthesized(base)
            | Self::Unary { operand: base, .. } => 1 + base.height,
            Self::Union(members) => 1 + highest(members, Type::height),
            Self::Literal(value) => value.height(),
            Self::Object(properties) => 1 + highest(properties, TypeProperty::height),
            Self::Tuple(items) => 1 + highest(items, TupleItem::height),
        }
    }
}

impl TypeProperty<'_> {
    fn height(&self) -> u32 {
        let key = match &self.key {
            TypeKey::Key(key) => key.height(),
            TypeKey::Any(_) => 1,
        };
        let decorators = highest(self.decorators, Decorator::height);
        key.max(decorators).max(self.value.height)
    }
}

impl TupleItem<'_> {
    fn height(&self) -> u32 {
        highest(self.decorators, Decorator::height).max(self.value.height)
    }
}
