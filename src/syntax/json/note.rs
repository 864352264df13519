//! What is not strict JSON and yet has one meaning, or is strict JSON that hides something from its reader.
use crate::source::Span;

/// Something in a text that its reader should know of, though it was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// Where it is.
    pub span: Span,
    /// What it is.
    pub kind: NoteKind,
}

/// The kinds of [`Note`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// A `//` comment, without the line break that ends it, or a `/* */` comment with its delimiters.
    Comment,
    /// A comma before `}` or `]`. The span is the comma.
    TrailingComma,
    /// A string with a line break in it: what ARM calls a multi-line string. The span is the string with its quotes.
    MultiLineString,
    /// A string with another raw control character in it, such as a tab. The span is the string with its quotes.
    ControlCharacter,
    /// A `\u` escape that is half of a surrogate pair without the other half; it became U+FFFD. The span is the escape.
    LoneSurrogate,
    /// A key that the object already has. Look-ups give the last one. The span is the later key with its quotes.
    DuplicateKey {
        /// The key before it.
        earlier: Span,
    },
    /// A key that the object already has in another letter case. ARM takes both for the same name; look-ups give the
    /// last one. The span is the later key with its quotes.
    CaseVariantKey {
        /// The key before it.
        earlier: Span,
    },
}

impl NoteKind {
    /// Whether RFC 8259 does not allow it, so that a strict parser refuses the text.
    pub fn is_not_strict(self) -> bool {
        match self {
            Self::Comment
            | Self::TrailingComma
            | Self::MultiLineString
            | Self::ControlCharacter => true,
            Self::LoneSurrogate | Self::DuplicateKey { .. } | Self::CaseVariantKey { .. } => false,
        }
    }
}
