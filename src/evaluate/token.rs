//! Tokens that something replaces before the deployment: a pipeline, or the Azure Developer CLI.
//!
//! In: a text. Out: the same with a hole for each token such as `#{VaultName}#`, since what stands there in the end is not
//! known offline. A token that holds a default of its own stands for it in a parameter file, as the default of a parameter
//! does.

use std::ops::Range;

use super::functions::compose;
use super::symbol::{Symbol, Term};
use super::value::{Kind, Member, Object, Part, Value};
use crate::syntax::expression::Text;

/// What tokens begin and end with, of two at one place the first: those of the Replace Tokens task
/// (<https://github.com/qetza/replacetokens-task>), `__name__` and `{{name}}` among its other styles, those of Octopus
/// (<https://octopus.com/docs/projects/variables/variable-substitutions>), the one of the Azure Verified Modules, macros
/// of Azure Pipelines (<https://learn.microsoft.com/azure/devops/pipelines/process/variables>), and `envsubst`, which the
/// Azure Developer CLI uses too.
const STYLES: [(&str, &str); 8] = [
    ("#{", "}#"),
    ("#{", "}"),
    ("#_", "_#"),
    ("__", "__"),
    (EXPRESSION, "}}"),
    ("{{", "}}"),
    (VARIABLE, "}"),
    ("$(", ")"),
];

/// The style in which more than a name may stand: `${{ variables['vaultName'] }}` in Azure Pipelines
/// (<https://learn.microsoft.com/azure/devops/pipelines/process/expressions>). The Microsoft 365 Agents Toolkit names
/// variables of the environment so: `${{RESOURCE_SUFFIX}}`
/// (<https://learn.microsoft.com/microsoftteams/platform/toolkit/teamsfx-multi-env>).
const EXPRESSION: &str = "${{";

/// The style whose tokens may hold a default: `${AZURE_LOCATION=westeurope}`
/// (<https://learn.microsoft.com/azure/developer/azure-developer-cli/manage-environment-variables>).
const VARIABLE: &str = "${";

/// What stands between the name and the default.
const DEFAULTS: [&str; 3] = [":=", ":-", "="];

/// How deep the values of a parameter file are looked through.
const MAXIMUM_DEPTH: usize = 64;

/// How many bytes a text may have that is looked through: scripts have more, and are full of what looks like a token.
const MAXIMUM_TEXT: usize = 1024;

/// A text with holes for its tokens; `None` where there is none in it.
pub(crate) fn unfilled(value: &Value) -> Option<Value> {
    with_tokens(value, |_| None)
}

/// A value with a hole for each token in its texts, wherever in it they are.
pub(super) fn unfilled_within(value: Value) -> Value {
    filled(value, |_| None)
}

/// A value with the text of each token in place of its hole, also in the items of an array: what was taken out of a text
/// is text again.
pub(super) fn refilled(value: Value) -> Value {
    match &value.kind {
        Kind::Array(items) if items.iter().any(has_hole) => {
            let items = items.iter().cloned();
            Value::array(items.map(with_text).collect(), value.origin.clone())
        }
        _ => with_text(value),
    }
}

fn with_text(value: Value) -> Value {
    if !has_hole(&value) {
        return value;
    }
    let parts = match &value.kind {
        Kind::Mixed(parts) => parts.to_vec(),
        _ => vec![Part::Hole(value.clone())],
    };
    let parts = parts.into_iter().map(|part| match &part {
        Part::Hole(hole) => match token_of(hole) {
            Some(token) => Part::Text(token.clone()),
            None => part,
        },
        Part::Text(_) => part,
    });
    compose(parts, &value.origin)
}

/// Whether it is a token, or a text in which one has a hole.
fn has_hole(value: &Value) -> bool {
    match &value.kind {
        Kind::Mixed(parts) => parts
            .iter()
            .any(|part| matches!(part, Part::Hole(hole) if token_of(hole).is_some())),
        _ => token_of(value).is_some(),
    }
}

fn token_of(value: &Value) -> Option<&Text> {
    match &value.as_symbol()?.term {
        Term::Token(token) => Some(token),
        _ => None,
    }
}

/// What a parameter file gives, with what its tokens stand for. One that is all there is stays a symbol: what its default
/// is depends on the type of the parameter.
pub(super) fn in_parameter_file(value: Value) -> Value {
    match is_alone(&value) {
        true => unfilled(&value).unwrap_or(value),
        false => filled(value, default_in),
    }
}

/// The default of a value that is a token.
pub(super) fn default_of(value: &Value) -> Option<&str> {
    default_in(token_of(value)?)
}

/// A value with what the tokens in it stand for, or a hole for each. Most values have none, and are as they were.
fn filled(value: Value, stands_for: fn(&str) -> Option<&str>) -> Value {
    match is_within(&value, MAXIMUM_DEPTH) {
        true => filled_within(&value, MAXIMUM_DEPTH, stands_for),
        false => value,
    }
}

fn filled_within(value: &Value, depth: usize, stands_for: fn(&str) -> Option<&str>) -> Value {
    let Some(depth) = depth.checked_sub(1) else {
        return value.clone();
    };
    match &value.kind {
        Kind::Array(items) => {
            let items = items.iter();
            let items = items.map(|item| filled_within(item, depth, stands_for));
            Value::array(items.collect(), value.origin.clone())
        }
        Kind::Object(members) => {
            let mut all = Object::new();
            for member in members.iter() {
                all.insert(Member {
                    value: filled_within(&member.value, depth, stands_for),
                    ..member.clone()
                });
            }
            Value::object(all, value.origin.clone())
        }
        _ => with_tokens(value, stands_for).unwrap_or_else(|| value.clone()),
    }
}

/// A text with what each of its tokens stands for, or a hole; `None` where there is none in it.
fn with_tokens(value: &Value, stands_for: impl Fn(&str) -> Option<&str>) -> Option<Value> {
    let text: Part;
    let parts = match &value.kind {
        Kind::String(known) => {
            text = Part::Text(known.clone());
            std::slice::from_ref(&text)
        }
        Kind::Mixed(parts) => &**parts,
        _ => return None,
    };
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
            pieces.push(Part::Text(before.into()));
            pieces.push(match stands_for(token) {
                Some(default) => Part::Text(default.into()),
                None => {
                    let symbol = Symbol::new(Term::Token(token.into()));
                    Part::Hole(Value::symbolic(symbol, value.origin.clone()))
                }
            });
            rest = after;
        }
        pieces.push(Part::Text(rest.into()));
    }
    Some(compose(pieces, &value.origin))
}

/// Whether a value is a text that is a token and no more.
pub(super) fn is_alone(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| first_in(text) == Some(0..text.len()))
}

/// Whether a text in a value has a token in it.
fn is_within(value: &Value, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    match &value.kind {
        Kind::Array(items) => items.iter().any(|item| is_within(item, depth)),
        Kind::Object(members) => members.iter().any(|member| is_within(&member.value, depth)),
        Kind::String(text) => is_in(text),
        Kind::Mixed(parts) => parts.iter().any(has_token),
        _ => false,
    }
}

fn has_token(part: &Part) -> bool {
    matches!(part, Part::Text(text) if is_in(text))
}

/// Whether a text has a token in it.
pub(crate) fn is_in(text: &str) -> bool {
    first_in(text).is_some()
}

fn first_in(text: &str) -> Option<Range<usize>> {
    if text.len() > MAXIMUM_TEXT {
        return None;
    }
    // Hardly a text has one of the signs that they begin with. To look at all of it without a way out is faster.
    let may_begin_one = |found, byte| found | matches!(byte, b'#' | b'_' | b'{' | b'$');
    if !text.bytes().fold(false, may_begin_one) {
        return None;
    }
    let of_style = |(opener, closer): &(&str, &str)| {
        text.match_indices(opener).find_map(|(start, _)| {
            let inside = start + opener.len();
            let rest = text.get(inside..)?;
            let end = match *opener {
                VARIABLE => end_of_variable(rest)?,
                _ => rest.find(closer)?,
            };
            let mut name = rest.get(..end)?.trim_matches(' ');
            if *opener == VARIABLE
                && let Some((before, _)) = around_default(name)
            {
                name = before;
            }
            let is_token = *opener == EXPRESSION || is_name(name);
            is_token.then_some(start..inside + end + closer.len())
        })
    };
    let found = STYLES.iter().filter_map(of_style);
    found.min_by_key(|token| token.start)
}

/// Where a variable ends: its default may have braces of its own.
fn end_of_variable(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'{' => open += 1,
            b'}' if open == 0 => return true,
            b'}' => open -= 1,
            _ => {}
        }
        false
    })
}

/// The default that a token holds.
fn default_in(token: &str) -> Option<&str> {
    let inside = token.strip_prefix(VARIABLE)?.strip_suffix('}')?;
    Some(around_default(inside)?.1)
}

/// The name and the default of a variable that has one.
fn around_default(inside: &str) -> Option<(&str, &str)> {
    let splits = DEFAULTS.iter().filter_map(|sign| inside.split_once(sign));
    splits.min_by_key(|(name, _)| name.len())
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
            (
                "kv-#{Octopus.Environment}-1",
                Some("#{Octopus.Environment}"),
            ),
            ("dep-#_namePrefix_#-kv", Some("#_namePrefix_#")),
            ("kv${{SUFFIX}}{{b}}", Some("${{SUFFIX}}")),
            (
                "${{ variables['a b'] }}-kv",
                Some("${{ variables['a b'] }}"),
            ),
            ("${{SUFFIX}", None),
            ("#{}", None),
            ("__Ip.Range__", Some("__Ip.Range__")),
            ("$(bypass)", Some("$(bypass)")),
            ("${A_B=x y}", Some("${A_B=x y}")),
            ("a${B:-{}}c", Some("${B:-{}}")),
            ("${=a}", None),
            ("${a b=c}", None),
            ("${name}{{other}}", Some("${name}")),
            ("a {{ b }} c", Some("{{ b }}")),
            ("10.0.0.0/8", None),
            ("kv__dev", None),
            ("a{}b", None),
            ("${}", None),
            ("{{1}}", None),
            ("#_é_#", None),
            ("____", None),
            (&format!("#{{A}}#{}", "x".repeat(MAXIMUM_TEXT)), None),
        ];
        for (text, expected) in cases {
            let found = first_in(text).map(|token| &text[token]);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn some_tokens_hold_a_default() {
        let cases = [
            ("${A=b}", Some("b")),
            ("${A=b=c:-d}", Some("b=c:-d")),
            ("${A:-b}", Some("b")),
            ("${A:=b}", Some("b")),
            ("${A=}", Some("")),
            ("${A}", None),
            ("$(A=b)", None),
        ];
        for (token, expected) in cases {
            assert_eq!(default_in(token), expected, "{token}");
        }
    }
}
