//! The Bicep lexer and parser, from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests may panic, and those run by hand print"
)]

mod brackets;
mod corpus;
mod depth;
mod invariants;
pub(crate) mod mutation;
mod outline;
mod recovery;
mod tokens;
mod valid;

use akvlint::syntax::bicep::{Arena, Dialect, parse, tree::File};

fn template<'s>(text: &'s str, arena: &'s Arena) -> File<'s> {
    parse(text, Dialect::Template, arena)
}
