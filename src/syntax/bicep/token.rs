//! The words of the language: tokens, and the comments and directives between them.

use crate::source::Span;

/// What a token is. Keywords are no kind of their own: all but `true`, `false` and `null` are names with a meaning in
/// certain places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// The end of a line. One token stands for all line ends up to the next token of another kind; its span is the
    /// first run of them.
    NewLine,
    /// `[A-Za-z_][A-Za-z0-9_]*`, other than the literals `true`, `false` and `null`.
    Identifier,
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
    /// Decimal digits.
    Integer,
    /// A whole string of any form, with its quotes.
    String,
    /// A string from its opening quote up to and with the `${` of its first hole.
    StringStart,
    /// The text between two holes, with the `}` before and the `${` after it.
    StringMiddle,
    /// The text after the last hole, with the `}` before it and the closing quote.
    StringEnd,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `...`
    Ellipsis,
    /// `:`
    Colon,
    /// `::`
    DoubleColon,
    /// `?`
    Question,
    /// `??`
    DoubleQuestion,
    /// `!`
    Exclamation,
    /// `=`
    Assign,
    /// `=>`
    Arrow,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    EqualInsensitive,
    /// `!~`
    NotEqualInsensitive,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
    /// `^`
    Caret,
    /// `@`
    At,
    /// A character that no token begins with.
    Unrecognized,
    /// After the last token. Its span is a point.
    EndOfFile,
}

impl TokenKind {
    /// How an error message names it.
    pub fn description(self) -> &'static str {
        match self {
            Self::NewLine => "the end of the line",
            Self::Identifier => "a name",
            Self::True => "`true`",
            Self::False => "`false`",
            Self::Null => "`null`",
            Self::Integer => "a number",
            Self::String | Self::StringStart => "a string",
            Self::StringMiddle | Self::StringEnd => "the end of the interpolation",
            Self::LeftBrace => "`{`",
            Self::RightBrace => "`}`",
            Self::LeftBracket => "`[`",
            Self::RightBracket => "`]`",
            Self::LeftParen => "`(`",
            Self::RightParen => "`)`",
            Self::Comma => "`,`",
            Self::Dot => "`.`",
            Self::Ellipsis => "`...`",
            Self::Colon => "`:`",
            Self::DoubleColon => "`::`",
            Self::Question => "`?`",
            Self::DoubleQuestion => "`??`",
            Self::Exclamation => "`!`",
            Self::Assign => "`=`",
            Self::Arrow => "`=>`",
            Self::Equal => "`==`",
            Self::NotEqual => "`!=`",
            Self::EqualInsensitive => "`=~`",
            Self::NotEqualInsensitive => "`!~`",
            Self::Less => "`<`",
            Self::LessOrEqual => "`<=`",
            Self::Greater => "`>`",
            Self::GreaterOrEqual => "`>=`",
            Self::Plus => "`+`",
            Self::Minus => "`-`",
            Self::Star => "`*`",
            Self::Slash => "`/`",
            Self::Percent => "`%`",
            Self::And => "`&&`",
            Self::Or => "`||`",
            Self::Pipe => "`|`",
            Self::Caret => "`^`",
            Self::At => "`@`",
            Self::Unrecognized => "an unknown character",
            Self::EndOfFile => "the end of the file",
        }
    }

    /// The token that closes what this one opens. A hole of a string is closed by the next piece of the string, for
    /// which [`StringEnd`](Self::StringEnd) stands.
    pub(crate) fn closer(self) -> Option<Self> {
        match self {
            Self::LeftBrace => Some(Self::RightBrace),
            Self::LeftBracket => Some(Self::RightBracket),
            Self::LeftParen => Some(Self::RightParen),
            Self::StringStart | Self::StringMiddle => Some(Self::StringEnd),
            _ => None,
        }
    }

    /// Whether it closes a bracket or a hole.
    pub(crate) fn is_closer(self) -> bool {
        matches!(
            self,
            Self::RightBrace
                | Self::RightBracket
                | Self::RightParen
                | Self::StringMiddle
                | Self::StringEnd
        )
    }
}

/// One token of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Whether it is a piece of a string with a backslash in it. A multi-line string has no escapes.
    pub escaped: bool,
    /// Whether it is a piece of a string that ends without its quote.
    pub unterminated: bool,
    /// Where it stands.
    pub span: Span,
}

impl Token {
    /// A token that is no piece of a string.
    pub(crate) fn new(kind: TokenKind, span: Span) -> Self {
        Self {
            kind,
            escaped: false,
            unterminated: false,
            span,
        }
    }
}

/// What a piece of trivia is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TriviaKind {
    /// `// …`, without the end of the line.
    LineComment,
    /// `/* … */`
    BlockComment,
    /// `#disable-next-line CODE …`
    DisableNextLine,
    /// `#disable-diagnostics CODE …`
    DisableDiagnostics,
    /// `#restore-diagnostics CODE …`
    RestoreDiagnostics,
}

impl TriviaKind {
    /// Whether it is one of the directives.
    pub fn is_directive(self) -> bool {
        !matches!(self, Self::LineComment | Self::BlockComment)
    }
}

/// A comment or a directive. Directives stand alone at the start of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trivia {
    /// What it is.
    pub kind: TriviaKind,
    /// Where it stands, without the blanks after it.
    pub span: Span,
}

impl Trivia {
    /// The diagnostic codes that a directive names, each with its place in `text`, the text of the file. None for a
    /// comment.
    pub fn codes(self, text: &str) -> impl Iterator<Item = (&str, Span)> {
        let directive = if self.kind.is_directive() {
            text.get(self.span.range()).unwrap_or_default()
        } else {
            ""
        };
        let base = self.span.start as usize;
        directive
            .split([' ', '\t', ','])
            .scan(base, |start, word| {
                let span = Span::new(*start, *start + word.len());
                *start += word.len() + 1;
                Some((word, span))
            })
            .skip(1)
            .filter(|(word, _)| !word.is_empty())
    }
}
