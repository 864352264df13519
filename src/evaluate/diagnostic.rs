//! What went wrong while evaluating: never fatal, each at its place.

use crate::source::Place;

/// One problem of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where.
    pub place: Place,
    /// What kind of problem.
    pub code: Code,
    /// What is wrong and what to do, in one or two sentences.
    pub message: String,
}

/// The kinds of problem. The words that [`Code::word`] gives are part of `expand`'s contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// An expression fails whatever the unknowns are.
    Evaluate,
    /// A value does not fit its parameter.
    Parameter,
    /// A module, linked template or loaded file could not be read.
    Module,
    /// A bound of the evaluator was reached.
    Limit,
}

impl Code {
    /// As `expand` prints it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Evaluate => "evaluate",
            Self::Parameter => "parameter",
            Self::Module => "module",
            Self::Limit => "limit",
        }
    }
}
