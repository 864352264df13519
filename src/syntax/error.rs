//! What is wrong with the grammar of a text, and where. Shared by every parser of this crate.
use crate::source::Span;
use thiserror::Error;

/// One violation of a grammar. The parser that reports it has gone on after it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// What is wrong, in a sentence without its end stop: "expected `,` or `}`".
    pub message: String,
    /// Where, in byte offsets of the text that was parsed; a point where something is missing.
    pub span: Span,
    /// What to write instead, where that is known.
    pub help: Option<&'static str>,
}

impl SyntaxError {
    /// An error without advice.
    pub fn new(message: impl Into<String>, span: Span) -> Self {
        Self {
            message: message.into(),
            span,
            help: None,
        }
    }

    /// The same error with advice on what to write instead.
    #[must_use]
    pub fn with_help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }
}
