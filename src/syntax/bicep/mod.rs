//! Bicep: the text of a `.bicep` or `.bicepparam` file to a syntax tree.
//!
//! In: the decoded text. Out: a [`tree::File`] with its declarations, comments, directives and syntax errors.
//! Everything the language has is parsed, whether or not a feature flag would be needed. It refuses to know what a
//! name stands for, and which functions, types and resources there are.
//!
//! The grammar is that of the compiler's parser (`Azure/bicep`, `src/Bicep.Core/Parsing`), which is stricter about line
//! ends than its documentation: they separate declarations, properties and items, and may not stand around an
//! operator. The one liberty taken is inside parentheses, where a line end separates nothing and is skipped.
//!
//! A file is parsed twice if it has a syntax error: first as if it had none, and then, with its brackets made to match,
//! so that an error costs no more than the declaration, and mostly no more than the property, that it is in.

pub mod lexer;
pub mod lower;
pub mod token;
pub mod tree;

mod arena;
mod damage;
mod keyword;
mod parser;
mod recovery;

pub use arena::Arena;

use parser::Mode;
use tree::File;

/// The greatest height of a tree, in levels: brackets, holes of strings, types, operators of a chain such as
/// `a + b + c` and links of one such as `a.b.c` count one each. What goes deeper is an error, and not kept.
pub const MAX_DEPTH: u32 = 256;

/// How many errors each of the lexer, the matching of brackets and the parser keeps.
const MAX_ERRORS: usize = 500;

/// Which of the two languages a file is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `.bicep`
    Template,
    /// `.bicepparam`
    Parameters,
}

impl Dialect {
    /// Whether it has declarations that begin with this keyword.
    fn declares(self, keyword: &str) -> bool {
        let in_parameters = matches!(keyword, "using" | "extends" | "extensionConfig");
        let in_template = matches!(
            keyword,
            "resource"
                | "module"
                | "output"
                | "targetScope"
                | "extension"
                | "provider"
                | "assert"
                | "test"
        );
        match self {
            Self::Template => !in_parameters,
            Self::Parameters => !in_template,
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Template => "a template",
            Self::Parameters => "a parameter file",
        }
    }
}

/// Parses the text of a file, which is less than 4 GiB long, into nodes of `arena`. Never fails; see
/// [`errors`](File::errors).
pub fn parse<'s>(text: &'s str, dialect: Dialect, arena: &'s Arena) -> File<'s> {
    let lexed = lexer::lex(text);
    let mut errors = lexed.errors;
    let mut parsed = parser::parse(text, &lexed.tokens, dialect, Mode::Strict, arena);
    if parsed.stopped {
        let balanced = recovery::balance(text, &lexed.tokens);
        parsed = parser::parse(text, &balanced.tokens, dialect, Mode::Recovering, arena);
        errors.extend(balanced.errors);
    }
    errors.append(&mut parsed.errors);
    // Stable, so that of several errors at one place the more basic comes first.
    errors.sort_by_key(|error| error.span.start);
    damage::mark(&parsed.declarations, &errors, text);
    File {
        declarations: parsed.declarations,
        trivia: lexed.trivia,
        errors,
    }
}
