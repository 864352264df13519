//! Tokens that a pipeline replaces before the deployment.
//!
//! In: a text. Out: the same with a hole for each token such as `#{VaultName}#`, since what stands there in the end is not
//! known offline.

use std::ops::Range;

use crate::evaluate::functions::compose;
use crate::evaluate::symbol::{Symbol, Term};
use crate::evaluate::value::{Kind, Part, Value};

/// What tokens begin and end with: those of the Replace Tokens task
/// (<https://github.com/qetza/replacetokens-task>), `__name__` and `{{name}}` among its other styles, macros of Azure
/// Pipelines (<https://learn.microsoft.com/azure/devops/pipelines/process/variables>), `envsubst`, and the one of the Azure
/// Verified Modules.
const STYLES: [(&str, &str); 6] = [
    ("#{", "}#"),
    ("#_", "_#"),
    ("__", "__"),
    ("{{", "}}"),
    ("${", "}"),
    ("$(", ")"),
];

/// A text with holes for its tokens; `None` where there is none in it.
pub(super) fn unfilled(value: &Value) -> Option<Value> {
    let text: Part;
    let parts = match &value.kind {
        Kind::String(known) => {
            text = Part::Text(known.clone());
            std::slice::from_ref(&text)
        }
        Kind::Mixed(parts) => &**parts,
        _ => return None,
    };
    let has_token = |part: &Part| matches!(part, Part::Text(text) if first_in(text).is_some());
    if !parts.iter().any(has_token) {
        return None;
    }
    let mut pieces = Vec::new();
    for part in parts {
        let Part::Text(text) = part else {
            pieces.push(part.clone());
            continue;
        };
        let mut rest = &**text;
        while let Some(token) = first_in(rest) {
            let (before, after) = rest.split_at_checked(token.start)?;
            let (token, after) = after.split_at_checked(token.len())?;
            let symbol = Symbol::new(Term::Token(token.into()));
            pieces.push(Part::Text(before.into()));
            pieces.push(Part::Hole(Value::symbolic(symbol, value.origin.clone())));
            rest = after;
        }
        pieces.push(Part::Text(rest.into()));
    }
    Some(compose(pieces, &value.origin))
}

fn first_in(text: &str) -> Option<Range<usize>> {
    // Hardly a text has one of the signs that they begin with. To look at all of it without a way out is faster.
    let may_begin_one = |found, byte| found | matches!(byte, b'#' | b'_' | b'{' | b'$');
    if !text.bytes().fold(false, may_begin_one) {
        return None;
    }
    let of_style = |(opener, closer): &(&str, &str)| {
        text.match_indices(opener).find_map(|(start, _)| {
            let inside = start + opener.len();
            let end = inside + text.get(inside..)?.find(closer)?;
            let name = text.get(inside..end)?.trim_matches(' ');
            is_name(name).then_some(start..end + closer.len())
        })
    };
    let found = STYLES.iter().filter_map(of_style);
    found.min_by_key(|token| token.start)
}

fn is_name(name: &str) -> bool {
    let may_be_in =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.');
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(may_be_in)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_told_from_text() {
        let cases = [
            ("#{VaultName}#", Some("#{VaultName}#")),
            ("kv-#{ env }#-1", Some("#{ env }#")),
            ("dep-#_namePrefix_#-kv", Some("#_namePrefix_#")),
            ("__Ip.Range__", Some("__Ip.Range__")),
            ("$(bypass)", Some("$(bypass)")),
            ("${name}{{other}}", Some("${name}")),
            ("a {{ b }} c", Some("{{ b }}")),
            ("10.0.0.0/8", None),
            ("kv__dev", None),
            ("a{}b", None),
            ("${}", None),
            ("{{1}}", None),
            ("#_é_#", None),
            ("____", None),
        ];
        for (text, expected) in cases {
            let found = first_in(text).map(|token| &text[token]);
            assert_eq!(found, expected, "{text}");
        }
    }
}
