//! The one expression tree of ARM templates and Bicep.
//!
//! In: the text between `[` and `]` of an ARM template string; the Bicep front end makes the same tree from its own
//! syntax. Out: [`Expression`] with a span on every node. It refuses to know what a function does.
mod lexer;
mod parse;
mod text;
mod tree;

pub use parse::{MAX_DEPTH, is_expression, parse, unescape};
pub use text::shared;
pub use tree::{
    Access, Call, Expression, ExpressionKind, Lambda, Loop, Property, Referent, Rounds, Text,
    Undecided,
};
