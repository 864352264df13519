//! What all parsers here say about text that they could not read.

use crate::source::Span;

/// One thing that is wrong with the text of a file: what was expected or not understood, where, and what to do about it.
///
/// The parsers go on after an error, so a file may have several, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// What is wrong, as a sentence fragment: "expected `]`, found `}`".
    pub message: String,
    /// Where. It lies inside the text, and is a point where something is missing.
    pub span: Span,
    /// What to write instead, where the mistake is a known one.
    pub help: Option<&'static str>,
}

impl SyntaxError {
    /// An error without a help text.
    pub fn new(message: impl Into<String>, span: Span) -> Self {
        Self {
            message: message.into(),
            span,
            help: None,
        }
    }

    /// The same error with a help text.
    pub fn with_help(self, help: &'static str) -> Self {
        Self {
            help: Some(help),
            ..self
        }
    }
}
