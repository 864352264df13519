//! Patterns of `match` and `search`: I-Regexp (RFC 9485), translated for the `regex` crate.
//!
//! In: the text of a pattern. Out: a compiled expression, or what is wrong with it. A pattern that RFC 9485 does not
//! have is refused, so that a rule means the same to every reader of its query. `^` and `$`, which its grammar takes
//! for ordinary characters and the mapping of its §5 for anchors, are anchors here, as in the compliance suite.

use std::iter::Peekable;
use std::str::Chars;

use regex::{Regex, RegexBuilder};

use super::Case;

/// The compiled form of a large pattern may take this many bytes; the same again for what matching caches.
const SIZE_LIMIT: usize = 1 << 20;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    regex: Regex,
    /// It has `^` or `$`, so what it finds in a part of a string it may not find in the whole.
    anchored: bool,
}

impl Pattern {
    /// Compiles a pattern, for the whole string (`match`) or any part of it (`search`).
    pub(super) fn new(text: &str, whole: bool, case: Case) -> Result<Self, String> {
        let mut translation = Translation {
            rest: text.chars().peekable(),
            regex: String::with_capacity(text.len() + 8),
            anchored: false,
        };
        translation.run()?;
        let regex = if whole {
            format!(r"\A(?:{})\z", translation.regex)
        } else {
            translation.regex
        };
        let regex = RegexBuilder::new(&regex)
            .case_insensitive(case == Case::Ignore)
            .size_limit(SIZE_LIMIT)
            .dfa_size_limit(SIZE_LIMIT)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(limit) => {
                    format!("it compiles to more than {limit} bytes")
                }
                _ => String::from("a range is out of order, or groups are nested too deep"),
            })?;
        Ok(Self {
            regex,
            anchored: whole || translation.anchored,
        })
    }

    /// Whether it matches this string.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Whether it surely matches each string that contains this text.
    pub(super) fn matches_within(&self, part: &str) -> bool {
        !self.anchored && self.regex.is_match(part)
    }
}

struct Translation<'t> {
    rest: Peekable<Chars<'t>>,
    regex: String,
    anchored: bool,
}

impl Translation<'_> {
    fn run(&mut self) -> Result<(), String> {
        let mut groups = 0usize;
        // Whether a quantifier may follow what was read last.
        let mut atom = false;
        while let Some(character) = self.rest.next() {
            match character {
                '(' => {
                    self.regex.push_str("(?:");
                    groups += 1;
                    atom = false;
                    continue;
                }
                ')' => {
                    groups = groups.checked_sub(1).ok_or("`)` without `(`")?;
                    self.regex.push(')');
                }
                '|' => {
                    self.regex.push('|');
                    atom = false;
                    continue;
                }
                '*' | '+' | '?' | '{' if !atom => {
                    return Err(format!("nothing for `{character}` to repeat"));
                }
                '*' | '+' | '?' => {
                    self.regex.push(character);
                    atom = false;
                    continue;
                }
                '{' => {
                    self.range_quantifier()?;
                    atom = false;
                    continue;
                }
                // RFC 9485 §5.3: `.` stands for anything but a line break.
                '.' => self.regex.push_str(r"[^\n\r]"),
                '[' => self.class()?,
                '\\' => self.escape()?,
                '^' | '$' => {
                    self.anchored = true;
                    self.regex.push(character);
                }
                ']' | '}' => return Err(format!("`{character}` is written `\\{character}`")),
                _ => self.literal(character),
            }
            atom = true;
        }
        if groups > 0 {
            return Err(String::from("`(` without `)`"));
        }
        Ok(())
    }

    fn literal(&mut self, character: char) {
        let mut buffer = [0; 4];
        self.regex
            .push_str(&regex::escape(character.encode_utf8(&mut buffer)));
    }

    /// `{2}`, `{2,}` or `{2,3}`, of which the brace has been read.
    fn range_quantifier(&mut self) -> Result<(), String> {
        self.regex.push('{');
        self.digits()?;
        if self.rest.next_if_eq(&',').is_some() {
            self.regex.push(',');
            if self.rest.peek() != Some(&'}') {
                self.digits()?;
            }
        }
        self.rest.next_if_eq(&'}').ok_or("`{` without `}`")?;
        self.regex.push('}');
        Ok(())
    }

    fn digits(&mut self) -> Result<(), String> {
        let before = self.regex.len();
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            self.regex.push(digit);
        }
        if self.regex.len() == before {
            return Err(String::from("`{` without a number"));
        }
        Ok(())
    }

    /// An escape outside or inside of a class, of which the backslash has been read.
    fn escape(&mut self) -> Result<(), String> {
        match self.rest.next() {
            Some(letter @ ('p' | 'P')) => self.category(letter),
            Some(control @ ('n' | 'r' | 't')) => {
                self.regex.extend(['\\', control]);
                Ok(())
            }
            Some(
                escaped @ ('(' | ')' | '*' | '+' | '-' | '.' | '?' | '[' | '\\' | ']' | '^' | '{'
                | '|' | '}'),
            ) => {
                self.literal(escaped);
                Ok(())
            }
            Some(other) => Err(format!("it has no escape `\\{other}`")),
            None => Err(String::from("a backslash at the end")),
        }
    }

    /// `\p{Lu}` or `\P{Lu}`, of which the letter has been read.
    fn category(&mut self, letter: char) -> Result<(), String> {
        let mut name = String::new();
        self.rest.next_if_eq(&'{').ok_or("`\\p` without `{`")?;
        while let Some(part) = self.rest.next_if(char::is_ascii_alphabetic) {
            name.push(part);
        }
        self.rest.next_if_eq(&'}').ok_or("`\\p{` without `}`")?;
        if !is_category(&name) {
            return Err(format!("no general category of Unicode is named `{name}`"));
        }
        self.regex.push_str(&format!(r"\{letter}{{{name}}}"));
        Ok(())
    }

    /// `[…]`, of which the bracket has been read. What the `regex` crate has beyond RFC 9485 (nested classes, `&&`,
    /// `--`, `~~`) is escaped away.
    fn class(&mut self) -> Result<(), String> {
        self.regex.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.regex.push('^');
        }
        let mut first = true;
        loop {
            match self.rest.next() {
                None => return Err(String::from("`[` without `]`")),
                Some(']') if first => return Err(String::from("`[]` matches nothing")),
                Some(']') => break,
                Some('-') if first || self.rest.peek() == Some(&']') => self.literal('-'),
                Some('-') => return Err(String::from("`-` between ranges is written `\\-`")),
                Some(character) => {
                    if self.class_character(character)? && self.rest.peek() == Some(&'-') {
                        self.range_end()?;
                    }
                }
            }
            first = false;
        }
        self.regex.push(']');
        Ok(())
    }

    /// The `-z` of a range `a-z`, or a `-` that ends the class.
    fn range_end(&mut self) -> Result<(), String> {
        let mut ahead = self.rest.clone();
        ahead.next();
        if ahead.peek() == Some(&']') {
            return Ok(());
        }
        self.rest.next();
        self.regex.push('-');
        match self.rest.next() {
            Some('-') | None => Err(String::from("a range without an end")),
            Some(end) if self.class_character(end)? => Ok(()),
            Some(_) => Err(String::from("a range cannot end with a category")),
        }
    }

    /// One character of a class; whether a range may start or end with it.
    fn class_character(&mut self, character: char) -> Result<bool, String> {
        match character {
            '\\' => {
                let category = matches!(self.rest.peek(), Some('p' | 'P'));
                self.escape()?;
                Ok(!category)
            }
            '[' => Err(String::from("`[` in a class is written `\\[`")),
            other => {
                self.literal(other);
                Ok(true)
            }
        }
    }
}

/// The general categories of RFC 9485 §3 (`IsCategory`).
fn is_category(name: &str) -> bool {
    let mut letters = name.chars();
    let kinds = match letters.next() {
        Some('L') => "lmotu",
        Some('M') => "cen",
        Some('N') => "dlo",
        Some('P') => "cdefios",
        Some('Z') => "lps",
        Some('S') => "ckmo",
        Some('C') => "cfno",
        _ => return false,
    };
    letters.next().is_none_or(|kind| kinds.contains(kind)) && letters.next().is_none()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]

    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern, true, Case::Exact)
            .unwrap()
            .matches(text)
    }

    #[test]
    fn a_dot_is_anything_but_a_line_break() {
        assert!(matches("a.c", "a\u{2028}c"));
        assert!(!matches("a.c", "a\nc"));
        assert!(!matches("a.c", "a\rc"));
        assert!(matches("a[.]c", "a.c"));
        assert!(!matches("a[.]c", "abc"));
        assert!(matches(r"a\.c", "a.c"));
    }

    #[test]
    fn classes_mean_what_rfc_9485_says_and_not_what_the_crate_adds() {
        assert!(matches("[a&&b]", "&"));
        assert!(matches("[a-c~~#]+", "b~#"));
        assert!(matches("[-a]", "-"));
        assert!(matches("[a-]", "-"));
        assert!(matches("[^-a]", "b"));
        assert!(!matches("[^-a]", "-"));
        assert!(matches(r"[\p{Lu}0-9]{2,3}", "Ж7"));
        assert!(matches(r"[\^\-\]]+", "^-]"));
        assert!(matches("a<b>", "a<b>"));
    }

    #[test]
    fn a_match_is_of_the_whole_string_whatever_the_branches() {
        assert!(matches("a|ab", "ab"));
        assert!(!matches("a|b", "ab"));
        assert!(matches("", ""));
        assert!(!matches("a$", "a\n"));
        let search = Pattern::new("b|c", false, Case::Ignore).unwrap();
        assert!(search.matches("aBd"));
        assert!(search.matches_within("xb"));
        assert!(
            !Pattern::new("^b", false, Case::Ignore)
                .unwrap()
                .matches_within("b")
        );
    }

    #[test]
    fn what_rfc_9485_does_not_have_is_refused() {
        for pattern in [
            r"\d+",
            r"\bx",
            "a*?",
            "a**",
            "*a",
            "(?i)a",
            "(?=a)",
            "(a",
            "a)",
            "[a",
            "[]",
            "[a[b]]",
            "[a-b-c]",
            "[+--]",
            "[b-a]",
            r"[a-\p{L}]",
            "a]",
            "a}",
            "a{",
            "a{,2}",
            "a{1",
            "a{3,2}",
            r"\p{Latin}",
            r"\pL",
            r"\p{Lx}",
            r"a\",
            "(((a{900}){900}){900})",
        ] {
            assert!(
                Pattern::new(pattern, false, Case::Exact).is_err(),
                "{pattern}"
            );
        }
    }
}
