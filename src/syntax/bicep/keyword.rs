//! The words that declarations begin with, and how to see in broken text where the next one begins.

/// Whether a declaration begins with this word.
pub(super) fn is_declaration(word: &str) -> bool {
    matches!(
        word,
        "param"
            | "var"
            | "resource"
            | "module"
            | "output"
            | "type"
            | "func"
            | "metadata"
            | "targetScope"
            | "import"
            | "extension"
            | "provider"
            | "assert"
            | "test"
            | "using"
            | "extends"
            | "extensionConfig"
    )
}

/// Whether `text` begins as a declaration does at the start of a line: a keyword, and after it what can follow it, or
/// a decorator.
///
/// It is asked of text whose brackets or quotes do not match, so it would rather miss a broken declaration than take
/// a property or a line of a script for one.
pub(super) fn begins_declaration(text: &str) -> bool {
    if let Some(decorator) = text.strip_prefix('@') {
        return begins_name(decorator);
    }
    let word = text
        .find(|c: char| !c.is_ascii_alphabetic())
        .and_then(|end| text.get(..end));
    let Some(word) = word else {
        return false;
    };
    let rest = text.get(word.len()..).unwrap_or_default();
    let after = rest.trim_start_matches([' ', '\t']);
    let spaced = after.len() < rest.len();
    match word {
        "param" | "var" | "output" | "type" | "func" | "resource" | "module" | "metadata"
        | "assert" | "test" | "extensionConfig" => spaced && begins_name(after),
        "import" => after.starts_with(['{', '*', '\'']),
        "extension" => after.starts_with('\'') || spaced && begins_name(after),
        "provider" | "using" | "extends" => after.starts_with('\''),
        "targetScope" => after.starts_with('='),
        _ => false,
    }
}

fn begins_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// The first line end at or after `from` whose next line begins like a declaration.
pub(super) fn end_before_declaration(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    memchr::memchr2_iter(b'\n', b'\r', rest.as_bytes())
        .find(|&end| rest.get(end + 1..).is_some_and(begins_declaration))
        .map(|end| from + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_told_from_other_lines() {
        for text in [
            "param x string",
            "resource  kv 'a@b' = {",
            "import {a} from 'x'",
            "import * as a from 'x'",
            "extension az",
            "using 'main.bicep'",
            "targetScope = 'tenant'",
            "@secure()",
        ] {
            assert!(begins_declaration(text), "{text}");
        }
        for text in [
            "",
            "param",
            "param: 3",
            "params x",
            "resource.id",
            "resource",
            "import os",
            "using namespace x",
            "@",
            "}",
            "var\n",
            "Var x",
        ] {
            assert!(!begins_declaration(text), "{text}");
        }
    }

    #[test]
    fn the_line_end_before_the_next_declaration_is_found() {
        let text = "a\r\nb\r\nvar x = 1";
        assert_eq!(end_before_declaration(text, 0), Some(5));
        assert_eq!(end_before_declaration(text, 6), None);
    }
}
