//! What can be wrong with a query.

use miette::Diagnostic;
use thiserror::Error;

use crate::source::Span;

/// A query that cannot be used. Whoever wrote the query can mend it.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[error("{fault}")]
#[diagnostic(forward(fault))]
pub struct QueryError {
    /// What is wrong.
    #[source]
    pub fault: Fault,
    /// Where: byte offsets into the text of the query.
    pub span: Span,
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
pub enum Fault {
    /// The text is not in the grammar of RFC 9535. The parser knows the place roughly: it may be the token before.
    #[error("JSONPath syntax error near {found}")]
    #[diagnostic(help("{}", help_near(found)))]
    Syntax {
        /// What stands there: the text in backquotes, or `the end`.
        found: String,
    },
    /// An operator that RFC 9535 does not have.
    #[error("JSONPath has no operator `{found}`")]
    #[diagnostic(help("{}", help_for_operator(found)))]
    Operator {
        /// What is written.
        found: String,
    },
    /// A word that is no literal, no function and no name after a dot.
    #[error("`{name}` means nothing here")]
    #[diagnostic(help("{}", help_for_word(name)))]
    Word {
        /// The word.
        name: String,
    },
    /// Blank space around the query.
    #[error("blank before or after a JSONPath query")]
    #[diagnostic(help("remove it: a query starts with `$` or `@` and ends with its last segment"))]
    OuterSpace,
    /// The parser refuses it without saying where.
    #[error("not a JSONPath query: {message}")]
    #[diagnostic(help(
        "queries are written as in RFC 9535: `$.properties.ipRules[?@.value == 'x']`"
    ))]
    Malformed {
        /// The parser's words.
        message: String,
    },
    /// Brackets and parentheses in brackets and parentheses, without end.
    #[error("brackets are nested more than {limit} deep")]
    #[diagnostic(help("split the query"))]
    TooDeep {
        /// How deep they may be.
        limit: usize,
    },
    /// A string without its closing quote.
    #[error("the string has no closing quote")]
    #[diagnostic(help("a quote inside a string is written `\\'` or `\\\"`"))]
    OpenString,
    /// A control character in a string.
    #[error("control character U+{code:04X} in a string")]
    #[diagnostic(help("write it as `\\u{code:04x}`"))]
    ControlCharacter {
        /// The character.
        code: u32,
    },
    /// A blank between `.` or `..` and what it selects.
    #[error("blank after `{dot}`")]
    #[diagnostic(help("write the name right after `{dot}`"))]
    SpaceAfterDot {
        /// `.` or `..`.
        dot: &'static str,
    },
    /// Two words after a dot. The stock parser takes them as one name.
    #[error("blank in the name `{name}`")]
    #[diagnostic(help(
        "a name with a blank is written `['{name}']`; there are no word operators: use `==`, `&&`, `||`, `!`"
    ))]
    SpaceInName {
        /// The words.
        name: String,
    },
    /// A function that is not in RFC 9535.
    #[error("unknown function `{name}`")]
    #[diagnostic(help("the functions are `count`, `length`, `match`, `search` and `value`"))]
    UnknownFunction {
        /// Its name.
        name: String,
    },
    /// `@.a.length()`.
    #[error("`{name}` is called like a method")]
    #[diagnostic(help("a function takes the query as its argument: `length(@.a)`"))]
    MethodCall {
        /// The name after the dot.
        name: String,
    },
    /// `count (@.*)`.
    #[error("blank between `{name}` and its parenthesis")]
    #[diagnostic(help("write `{name}(`"))]
    SpaceBeforeParenthesis {
        /// The function.
        name: String,
    },
    /// Too few or too many arguments.
    #[error("`{name}` takes {expected} argument(s), not {found}")]
    #[diagnostic(help("{}", signature(name)))]
    ArgumentCount {
        /// The function.
        name: String,
        /// How many it takes.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// An argument of the wrong type (RFC 9535 §2.4.3).
    #[error("`{name}` cannot take this argument")]
    #[diagnostic(help("{}", signature(name)))]
    ArgumentType {
        /// The function.
        name: String,
    },
    /// A function that gives a value where a test is wanted.
    #[error("`{name}` gives a value, which is no test")]
    #[diagnostic(help("compare it: `{name}(…) > 0`"))]
    ValueAsTest {
        /// The function.
        name: String,
    },
    /// A function that is a test where a value is wanted.
    #[error("`{name}` is a test and has no value to compare")]
    #[diagnostic(help("write `{name}(…)` or `!{name}(…)` alone"))]
    TestAsValue {
        /// The function.
        name: String,
    },
    /// A pattern of `match` or `search` that is no I-Regexp (RFC 9485), or too large.
    #[error("the pattern is no I-Regexp: {message}")]
    #[diagnostic(help(
        "RFC 9485 has `.`, `[a-z]`, `\\p{{L}}`, `( | )`, `* + ?` and `{{2,3}}`; write `[0-9]` for `\\d`. Case is ignored already in the queries of rules"
    ))]
    Pattern {
        /// What is wrong with it.
        message: String,
    },
}

impl QueryError {
    pub(super) fn new(fault: Fault, span: Span) -> Self {
        Self { fault, span }
    }
}

fn help_near(found: &str) -> &'static str {
    match found.trim_matches('`') {
        "the end" => "a name, an operand or a closing bracket is missing",
        "=" | "!" | "<" | ">" => {
            "what is compared is a literal, a function, or a query of single names and indexes; for several nodes use `count`, `value` or a filter in the filter"
        }
        "]" => "a selector, a test or a `)` is missing; a literal alone is no test",
        number if number.len() > 15 && number.bytes().all(|digit| digit.is_ascii_digit()) => {
            "whole numbers in a query go up to 9007199254740991"
        }
        _ => "queries are written as in RFC 9535: `$.properties.ipRules[?@.value == 'x']`",
    }
}

fn help_for_operator(found: &str) -> &'static str {
    match found {
        "=" => "equality is written `==`",
        "=~" => "a pattern is written `match(@.name, 'pattern')` or `search(@.name, 'pattern')`",
        "&" => "`and` is written `&&`",
        "|" => "`or` is written `||`",
        "-" => "a negative number has no blank after `-`; a name with a dash is written `['a-b']`",
        _ => "the operators are `==`, `!=`, `<`, `<=`, `>`, `>=`, `&&`, `||` and `!`",
    }
}

fn help_for_word(name: &str) -> &'static str {
    match name {
        "and" => "write `&&`",
        "or" => "write `||`",
        "not" => "write `!`",
        "in" | "contains" => "write `@ == 'a' || @ == 'b'`",
        _ => {
            "a name follows a dot or is quoted in brackets: `$.name`, `$['name']`; a string has quotes"
        }
    }
}

fn signature(function: &str) -> &'static str {
    match function {
        "count" => "`count(@.items[*])`: any query",
        "value" => "`value(@..name)`: any query",
        "length" => "`length(@.name)`: a query of single names and indexes, or a literal",
        "match" => "`match(@.name, 'pattern')`: queries of single names and indexes, or literals",
        _ => "`search(@.name, 'pattern')`: queries of single names and indexes, or literals",
    }
}
