//! The text of a query, before it is parsed.
//!
//! In: the text. Out: where its functions and literals stand, in order, or the first fault. The stock parser takes
//! `$.a b` for the member `a b`, has functions that RFC 9535 does not, and keeps no positions in its tree; this reads
//! the tokens and no more.

use super::error::{Fault, QueryError};
use crate::source::Span;

/// Positions that the stock parser's tree does not have.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// The function calls, in the order in which their names stand in the text.
    pub(super) calls: Vec<Call>,
    /// The literals that are compared or given to functions, in order; neither name selectors nor indexes.
    pub(super) literals: Vec<Span>,
}

/// Where a function call stands.
#[derive(Debug)]
pub(super) struct Call {
    /// Its name.
    pub(super) name: Span,
    /// Its arguments.
    pub(super) arguments: Vec<Span>,
}

/// Reads the tokens of a query.
pub(super) fn marks(text: &str) -> Result<Marks, QueryError> {
    let mut reader = Reader {
        text,
        at: 0,
        previous: Token::Start,
        open: Vec::new(),
        marks: Marks::default(),
    };
    while reader.token()? {}
    Ok(reader.marks)
}

/// The functions of RFC 9535 §2.4 and how many arguments they take.
fn arity(function: &str) -> Option<usize> {
    match function {
        "count" | "length" | "value" => Some(1),
        "match" | "search" => Some(2),
        _ => None,
    }
}

/// Functions that are tests (`LogicalType`) and have no value to compare.
pub(super) fn is_test(function: &str) -> bool {
    matches!(function, "match" | "search")
}

#[derive(Clone, Copy, PartialEq)]
enum Token {
    Start,
    Open,
    Separator,
    Comparison,
    Other,
}

/// A bracket or parenthesis that is open.
enum Open {
    Bracket,
    Group,
    /// The parenthesis of a call: which one, and where the argument at hand starts.
    Call {
        index: usize,
        argument: usize,
    },
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    previous: Token,
    open: Vec<Open>,
    marks: Marks,
}

impl Reader<'_> {
    /// Reads one token; false at the end.
    fn token(&mut self) -> Result<bool, QueryError> {
        self.skip(is_blank);
        let start = self.at;
        let Some(first) = self.peek() else {
            return Ok(false);
        };
        let token = match first {
            '\'' | '"' => {
                self.string(first)?;
                self.literal(start);
                Token::Other
            }
            '.' => {
                self.dot()?;
                Token::Other
            }
            '0'..='9' => self.number(),
            '-' if self.digit_follows() => self.number(),
            '(' | '[' => {
                self.at += 1;
                self.open.push(if first == '[' {
                    Open::Bracket
                } else {
                    Open::Group
                });
                Token::Open
            }
            ')' | ']' => {
                self.close(start)?;
                Token::Other
            }
            ',' => {
                self.argument(start);
                self.at += 1;
                Token::Separator
            }
            ':' => {
                self.at += 1;
                Token::Separator
            }
            '=' | '!' | '<' | '>' | '&' | '|' | '~' | '-' => self.operator()?,
            first if is_name_first(first) => self.word()?,
            other => {
                self.at += other.len_utf8();
                Token::Other
            }
        };
        self.previous = token;
        Ok(true)
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn skip(&mut self, accept: impl Fn(char) -> bool) {
        while let Some(character) = self.peek().filter(|character| accept(*character)) {
            self.at += character.len_utf8();
        }
    }

    fn digit_follows(&self) -> bool {
        let rest = self.slice(self.at + 1, self.text.len());
        rest.starts_with(|next: char| next.is_ascii_digit())
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn string(&mut self, quote: char) -> Result<(), QueryError> {
        let start = self.at;
        self.at += 1;
        while let Some(character) = self.peek() {
            let span = Span::new(self.at, self.at + character.len_utf8());
            self.at += character.len_utf8();
            match character {
                _ if character == quote => return Ok(()),
                '\\' => self.at += self.peek().filter(|c| *c >= ' ').map_or(0, char::len_utf8),
                control if control < ' ' => {
                    let code = u32::from(control);
                    return Err(QueryError::new(Fault::ControlCharacter { code }, span));
                }
                _ => {}
            }
        }
        Err(QueryError::new(
            Fault::OpenString,
            Span::new(start, self.at),
        ))
    }

    /// Notes a literal, unless it is a selector: right after `[`, `,` or `:` of a bracket.
    fn literal(&mut self, start: usize) {
        let in_brackets = matches!(self.open.last(), Some(Open::Bracket));
        if !(in_brackets && matches!(self.previous, Token::Open | Token::Separator)) {
            self.marks.literals.push(Span::new(start, self.at));
        }
    }

    fn operator(&mut self) -> Result<Token, QueryError> {
        let rest = self.slice(self.at, self.text.len());
        let two = rest.get(..2).unwrap_or_default();
        let (token, length) = match two {
            "==" | "!=" | "<=" | ">=" => (Token::Comparison, 2),
            "&&" | "||" => (Token::Other, 2),
            _ if rest.starts_with(['<', '>']) => (Token::Comparison, 1),
            _ if rest.starts_with('!') => (Token::Other, 1),
            _ => {
                let length = if two == "=~" { 2 } else { 1 };
                let span = Span::new(self.at, self.at + length);
                let found = self.slice(self.at, self.at + length).to_owned();
                return Err(QueryError::new(Fault::Operator { found }, span));
            }
        };
        self.at += length;
        Ok(token)
    }

    fn number(&mut self) -> Token {
        let start = self.at;
        self.at += 1;
        self.skip(|character| character.is_ascii_digit());
        if self.peek() == Some('.') {
            self.at += 1;
            self.skip(|character| character.is_ascii_digit());
        }
        if let Some('e' | 'E') = self.peek() {
            self.at += 1;
            if let Some('+' | '-') = self.peek() {
                self.at += 1;
            }
            self.skip(|character| character.is_ascii_digit());
        }
        self.literal(start);
        Token::Other
    }

    /// `.` or `..` and the name after it.
    fn dot(&mut self) -> Result<(), QueryError> {
        let dots = self.at;
        self.skip(|character| character == '.');
        let start = self.at;
        if self.peek().is_some_and(is_blank) {
            let dot = if start - dots == 1 { "." } else { ".." };
            let span = Span::new(dots, start + 1);
            return Err(QueryError::new(Fault::SpaceAfterDot { dot }, span));
        }
        self.skip(is_name);
        let end = self.at;
        if end == start {
            return Ok(());
        }
        let name = self.slice(start, end).to_owned();
        if self.peek() == Some('(') {
            let span = Span::new(start, end);
            return Err(QueryError::new(Fault::MethodCall { name }, span));
        }
        self.skip(is_blank);
        if self.peek().is_some_and(is_name) {
            self.skip(is_name);
            let name = self.slice(start, self.at).to_owned();
            let span = Span::new(start, self.at);
            return Err(QueryError::new(Fault::SpaceInName { name }, span));
        }
        self.at = end;
        Ok(())
    }

    /// `true`, `false`, `null` or the name of a function.
    fn word(&mut self) -> Result<Token, QueryError> {
        let start = self.at;
        self.skip(is_name);
        let span = Span::new(start, self.at);
        let name = self.slice(start, self.at).to_owned();
        let after_name = self.at;
        self.skip(is_blank);
        let called = self.peek() == Some('(');
        if matches!(&*name, "true" | "false" | "null") && !called {
            self.at = after_name;
            self.literal(start);
            return Ok(Token::Other);
        }
        if !called || matches!(&*name, "and" | "or" | "not" | "in") && self.at > after_name {
            return Err(QueryError::new(Fault::Word { name }, span));
        }
        if self.at > after_name {
            return Err(QueryError::new(
                Fault::SpaceBeforeParenthesis { name },
                span,
            ));
        }
        if arity(&name).is_none() {
            return Err(QueryError::new(Fault::UnknownFunction { name }, span));
        }
        if self.previous == Token::Comparison && is_test(&name) {
            return Err(QueryError::new(Fault::TestAsValue { name }, span));
        }
        self.at += 1;
        self.open.push(Open::Call {
            index: self.marks.calls.len(),
            argument: self.at,
        });
        self.marks.calls.push(Call {
            name: span,
            arguments: Vec::new(),
        });
        Ok(Token::Open)
    }

    /// Ends the argument of the call at hand, if there is one.
    fn argument(&mut self, end: usize) {
        if let Some(Open::Call { index, argument }) = self.open.last_mut() {
            let start = std::mem::replace(argument, end + 1);
            let text = self.text.get(start..end).unwrap_or_default();
            let before = text.len() - text.trim_start().len();
            let span = Span::new(start + before, start + before + text.trim().len());
            if let Some(call) = self.marks.calls.get_mut(*index) {
                call.arguments.push(span);
            }
        }
    }

    /// `)` or `]`.
    fn close(&mut self, start: usize) -> Result<(), QueryError> {
        self.argument(start);
        self.at += 1;
        let Some(Open::Call { index, .. }) = self.open.pop() else {
            return Ok(());
        };
        let Some(call) = self.marks.calls.get_mut(index) else {
            return Ok(());
        };
        if let [only] = call.arguments[..]
            && only.is_empty()
        {
            call.arguments.clear();
        }
        let (span, found) = (call.name, call.arguments.len());
        let name = self.text.get(span.range()).unwrap_or_default().to_owned();
        if let Some(expected) = arity(&name)
            && expected != found
        {
            let fault = Fault::ArgumentCount {
                name,
                expected,
                found,
            };
            return Err(QueryError::new(fault, span));
        }
        let rest = self
            .slice(self.at, self.text.len())
            .trim_start_matches(is_blank);
        if is_test(&name) && rest.starts_with(['=', '<', '>']) | rest.starts_with("!=") {
            return Err(QueryError::new(Fault::TestAsValue { name }, span));
        }
        Ok(())
    }
}

/// Blank space (RFC 9535 §2.1.1).
pub(super) fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

fn is_name_first(character: char) -> bool {
    character.is_ascii_alphabetic() || character == '_' || !character.is_ascii()
}

/// Part of a name after a dot (RFC 9535 §2.5.1, `name-char`).
pub(super) fn is_name(character: char) -> bool {
    is_name_first(character) || character.is_ascii_digit()
}
