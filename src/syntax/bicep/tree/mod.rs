//! The syntax tree of a Bicep file: what was written, with the place of each part, before any meaning is given to it.
//!
//! Text is borrowed from the file, and the nodes stand in an [`Arena`](super::Arena), where they refer to each other:
//! they can be copied, and are dropped with it. Brackets that only group are kept, since they end a chain of accesses.
//! What could not be read is there as well, as an `Error` node or a name without text, so that nothing looks absent that
//! is only broken.
//!
//! No tree is higher than [`MAX_DEPTH`](super::MAX_DEPTH), counting every operator of a chain such as `a + b + c` and
//! every link of one such as `a.b.c`, so recursion over it, and over what it is lowered to, is safe.

mod declaration;
mod expression;
mod text;
mod types;

pub use declaration::{
    Body, Declaration, DeclarationKind, Decorator, Extension, ExtensionName, Function, Import,
    ImportedName, ImportedSymbol, ImportedSymbols, Loop, Module, Output, Parameter, Resource, Test,
    TypeAlias, Using, UsingTarget, Variable,
};
pub use expression::{
    ArrayItem, Binary, BinaryOperator, Call, Conditional, Expression, ExpressionKind, For, Key,
    KeyKind, Lambda, Link, LinkKind, Object, ObjectItem, Part, Property, Spread, Unary,
    UnaryOperator,
};
pub use text::{Quoted, Text};
pub use types::{FunctionParameter, TupleItem, Type, TypeKey, TypeKind, TypeProperty};

use super::token::Trivia;
use crate::source::Span;
use crate::syntax::error::SyntaxError;

/// A parsed `.bicep` or `.bicepparam` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File<'s> {
    /// The declarations in order. One that could be read in part is here with the parts that were.
    pub declarations: Vec<Declaration<'s>>,
    /// Comments and directives in order.
    pub trivia: Vec<Trivia>,
    /// What is wrong with the text, in its order. At most some hundreds are kept.
    pub errors: Vec<SyntaxError>,
}

/// A name as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'s> {
    /// The name. Empty where one is missing.
    pub text: &'s str,
    /// Where it stands.
    pub span: Span,
}

impl Name<'_> {
    /// Whether a name was expected here and not found.
    pub fn is_missing(&self) -> bool {
        self.text.is_empty()
    }
}
