//! The expression tree.
//!
//! ARM has no operators and Bicep has many; the tree has ARM's view: `a == b` is `equals(a, b)`, `'x${y}'` is
//! `format('x{0}', y)`, `c ? a : b` is `if(c, a, b)`. A Bicep file and the JSON compiled from it therefore give the same
//! tree but for spans. Parameters and variables, by far the most frequent calls of ARM, are no calls here but references.

use std::sync::Arc;

use super::shared;
use crate::source::Span;

/// Immutable text that is cheap to share between the tree, values and findings.
pub type Text = Arc<str>;

/// One expression and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it is written: for a literal in JSON the whole token, for a part of an ARM expression that part of the
    /// string.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExpressionKind {
    /// `null`.
    Null,
    /// `true` or `false`, as a JSON or Bicep literal.
    Bool(bool),
    /// A whole number that fits 64 bits.
    Integer(i64),
    /// Any other JSON number, as its source text: ARM expressions have no literal for it, JSON documents do.
    Decimal(Text),
    /// A string literal, unescaped.
    String(Text),
    /// `[a, b]`, or the arguments of Bicep's array literal.
    Array(Box<[Expression]>),
    /// `{k: v}`, in source order. Duplicate keys are kept; the last wins when it is evaluated.
    Object(Box<[Property]>),
    /// A parameter or a variable by its name: `parameters('p')`, or `p` in Bicep. Where the name is computed it is a call.
    Reference(Referent, Text),
    /// A function call. Bicep's operators are calls too.
    Call(Box<Call>),
    /// `base.key` or `base[key]`.
    Access(Box<Access>),
    /// An argument of `map`, `filter` and their kin.
    Lambda(Box<Lambda>),
    /// A property, variable or output loop: `copy` in JSON, `[for …]` in Bicep.
    Loop(Box<Loop>),
    /// Text that could not be parsed; the message was reported as a syntax error at this span. It evaluates to an
    /// unknown value, so that only what holds it is undecided.
    Invalid(Text),
    /// What a front end cannot tell the meaning of, though it is well-formed. It evaluates to an unknown value.
    Undecided(Box<Undecided>),
}

/// An expression whose meaning is not known.
#[derive(Debug, Clone, PartialEq)]
pub struct Undecided {
    /// As what it prints.
    pub text: Text,
    /// Why it is not known, in the user's words.
    pub message: Text,
}

/// What a reference refers to. Names are case-insensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Referent {
    /// A parameter of the template, or of the function whose body it is in.
    Parameter,
    /// A variable of the template.
    Variable,
    /// The variable of a lambda, or of a loop in Bicep.
    Local,
}

impl Referent {
    const ALL: [Self; 3] = [Self::Parameter, Self::Variable, Self::Local];

    /// The function of ARM that gives its value.
    pub fn function(self) -> &'static str {
        match self {
            Self::Parameter => "parameters",
            Self::Variable => "variables",
            Self::Local => "lambdaVariables",
        }
    }

    /// What the function of this name refers to, if it is one that does.
    pub(super) fn of_function(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|referent| referent.function().eq_ignore_ascii_case(name))
    }
}

/// `name(arguments)` or `namespace.name(arguments)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The namespace of a user-defined function; `None` for a built-in one. Case-insensitive.
    pub namespace: Option<Text>,
    /// The function's name as written. Case-insensitive.
    pub name: Text,
    /// Where the name is written.
    pub name_span: Span,
    /// The arguments in order.
    pub arguments: Box<[Expression]>,
}

/// A step from a value to a member or an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Access {
    /// What is accessed.
    pub base: Expression,
    /// The member's name (a string) or the item's index (an integer).
    pub key: Expression,
    /// `.?name` or `[?index]`: null where there is no such member. In Bicep it makes the rest of the chain safe too;
    /// the lowering marks each access of the chain.
    pub safe: bool,
    /// `[^index]`: counted from the end, from 1.
    pub from_end: bool,
}

/// `lambda('a', 'b', body)`, Bicep's `(a, b) => body`. The body refers to a parameter by `lambdaVariables('a')`.
#[derive(Debug, Clone, PartialEq)]
pub struct Lambda {
    /// The names of the parameters. Case-insensitive.
    pub parameters: Vec<Text>,
    /// What it gives.
    pub body: Expression,
}

/// An array made by a loop, from `body`.
#[derive(Debug, Clone, PartialEq)]
pub struct Loop {
    /// The loop's name, for `copyIndex`. `None` in an output, whose `copyIndex()` has no argument.
    pub name: Option<Text>,
    /// What it runs over.
    pub over: Rounds,
    /// One element.
    pub body: Expression,
}

/// What a loop runs over.
///
/// The Bicep compiler writes `length(items)` for the count and `items[copyIndex('name')]` wherever the item is named.
/// Here the items stand once: copies of them in copies of them would grow without bound.
#[derive(Debug, Clone, PartialEq)]
pub enum Rounds {
    /// So many rounds, as in JSON; the position is read by `copyIndex('name')`.
    Count(Expression),
    /// Each item of an array, as in Bicep.
    Items {
        /// The array.
        items: Expression,
        /// The item's variable, read by `lambdaVariables('item')`.
        item: Text,
        /// The variable of its position, where there is one, read in the same way.
        position: Option<Text>,
    },
}

impl Rounds {
    /// The count, or the items that are counted.
    pub fn expression(&self) -> &Expression {
        match self {
            Self::Count(expression)
            | Self::Items {
                items: expression, ..
            } => expression,
        }
    }
}

/// One `key: value` of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// The key: a string, or an expression in ARM (`"[variables('k')]": …`) and Bicep (`'${k}': …`).
    pub key: Expression,
    /// The value.
    pub value: Expression,
}

impl Expression {
    /// An expression of this kind at this span.
    pub fn new(kind: ExpressionKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// The value of a member of an object literal, by its name in any case.
    pub fn member(&self, name: &str) -> Option<&Expression> {
        let ExpressionKind::Object(properties) = &self.kind else {
            return None;
        };
        let is = |property: &&Property| {
            property
                .key
                .as_str()
                .is_some_and(|key| key.eq_ignore_ascii_case(name))
        };
        properties
            .iter()
            .rev()
            .find(is)
            .map(|property| &property.value)
    }

    /// A string literal.
    pub fn string(text: impl AsRef<str>, span: Span) -> Self {
        Self::new(ExpressionKind::String(shared(text.as_ref())), span)
    }

    /// A parameter or a variable by its name.
    pub fn reference(referent: Referent, name: &str, span: Span) -> Self {
        Self::new(ExpressionKind::Reference(referent, shared(name)), span)
    }

    /// A call of a built-in function, its name standing at the whole span: for what a front end lowers to a call.
    pub fn call(name: &str, arguments: Vec<Expression>, span: Span) -> Self {
        Self::new(
            ExpressionKind::Call(Box::new(Call {
                namespace: None,
                name: shared(name),
                name_span: span,
                arguments: arguments.into(),
            })),
            span,
        )
    }

    /// `base.key` or `base[key]`.
    pub fn access(base: Expression, key: Expression, safe: bool, span: Span) -> Self {
        Self::new(
            ExpressionKind::Access(Box::new(Access {
                base,
                key,
                safe,
                from_end: false,
            })),
            span,
        )
    }

    /// The text of a string literal.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ExpressionKind::String(text) => Some(text),
            _ => None,
        }
    }
}
