//! Where a secret comes from.

use super::Tested;
use crate::estate::truth::{Reason, Truth};
use crate::evaluate::origin::Step;
use crate::evaluate::partial::as_call;
use crate::evaluate::symbol::Term;
use crate::evaluate::token;
use crate::evaluate::value::{Kind, Value};
use crate::source::Place;

/// Choices inside choices are followed so deep.
const MAX_DEPTH: u32 = 8;

/// Whether the value is text that the template, or a file that it loads, spells out, if only as the value of a secure
/// parameter. Text that an expression computes is not, nor is a value from a parameter file or the command line. What is
/// chosen from several values is what all of them are.
pub(super) fn is_literal(value: &Value, at: Option<Tested<'_>>) -> Truth {
    of_each(value, &|chosen| is_literal_itself(chosen, at), MAX_DEPTH)
}

/// The answer for each value that the choice of an undecided one may give, where they agree; else it hangs on the choice.
fn of_each(value: &Value, test: &dyn Fn(&Value) -> Truth, depth: u32) -> Truth {
    let alternatives = alternatives(value, depth);
    if alternatives.is_empty() {
        return test(value);
    }
    let Some(depth) = depth.checked_sub(1) else {
        return Truth::hangs_on(value);
    };
    Truth::agreement(
        alternatives
            .iter()
            .map(|chosen| of_each(chosen, test, depth)),
        || Reason::of(value),
    )
}

/// The values among which a condition, a null or an undecided key chooses; empty where nothing is chosen.
fn alternatives(value: &Value, depth: u32) -> Vec<Value> {
    match as_call(value) {
        Some(("if", [_, then, otherwise])) => return vec![then.clone(), otherwise.clone()],
        Some(("coalesce", arguments)) => return arguments.to_vec(),
        _ => {}
    }
    match value.as_symbol().map(|symbol| &symbol.term) {
        Some(Term::Except { of, .. }) => alternatives(of, depth),
        Some(Term::Access { base, key, .. }) => members(base, key, depth),
        _ => Vec::new(),
    }
}

/// What may be at this key: all members of a known container, of each that may be chosen where it is undecided itself.
fn members(base: &Value, key: &Value, depth: u32) -> Vec<Value> {
    let containers = match depth.checked_sub(1) {
        Some(depth) if !base.is_known() => alternatives(base, depth),
        _ => vec![base.clone()],
    };
    let mut members = Vec::new();
    for container in &containers {
        match (container.as_object(), key.as_str()) {
            (Some(object), Some(key)) => {
                members.extend(object.get(key).map(|member| member.value.clone()));
            }
            _ if container.is_known() => container.each_part(|part| members.push(part.clone())),
            // Nothing is known of it, and so it agrees with no text.
            _ if containers.len() > 1 => members.push(container.clone()),
            _ => {}
        }
    }
    members
}

fn is_literal_itself(value: &Value, at: Option<Tested<'_>>) -> Truth {
    let Kind::String(text) = &value.kind else {
        return match written_secret(value).zip(at) {
            Some((place, at)) => match at.scope.subject.text(place) {
                Some(written) => spells(&written, None).into(),
                None => Truth::False,
            },
            None => Truth::False,
        };
    };
    if text.is_empty() || is_given_from_outside(value) {
        return Truth::False;
    }
    if let Some(unfilled) = token::unfilled(value) {
        return Truth::hangs_on(&unfilled);
    }
    if stands_in_a_loaded_file(value) {
        return Truth::True;
    }
    match at.and_then(|at| at.scope.subject.text(value.origin.place)) {
        Some(written) => spells(&written, Some(text)).into(),
        None => Truth::hangs_on(value),
    }
}

/// Where the text stands that a secure parameter is given, if this is the secret as a whole.
fn written_secret(value: &Value) -> Option<Place> {
    value.parameter()?;
    let mut steps = value.origin.steps();
    steps
        .find(|used| matches!(used.step, Step::Written(_)))
        .map(|_| value.origin.place)
}

/// Whether source text is a literal of JSON, Bicep or ARM's expressions rather than something that computes one.
fn spells(written: &str, text: Option<&str>) -> bool {
    let is_expression =
        written.starts_with("\"[") && !written.starts_with("\"[[") && written.ends_with("]\"");
    let is_interpolated = written.starts_with('\'')
        && written.contains("${")
        && !text.unwrap_or_default().contains("${");
    written.starts_with(['"', '\'']) && !is_expression && !is_interpolated
}

/// Whether whoever deploys gives the value, by a parameter file or on the command line.
fn is_given_from_outside(value: &Value) -> bool {
    let mut steps = value.origin.steps();
    steps.any(|used| matches!(used.step, Step::ParameterFile(_) | Step::CommandLine(_)))
}

/// Whether a `load…Content` function read the value, and nothing computed another one of it: what an expression computes
/// has its place in the template, where the call is.
fn stands_in_a_loaded_file(value: &Value) -> bool {
    let mut steps = value.origin.steps();
    steps.any(|used| {
        matches!(used.step, Step::File(_)) && used.place.file != value.origin.place.file
    })
}

/// Whether the value is what a parameter that is not secure was given. Secure ones are symbolic whatever their value, so
/// a known value from a parameter file or the command line is of a plain one. What is chosen from several values is what
/// all of them are.
pub(super) fn is_plain(value: &Value) -> Truth {
    of_each(value, &is_plain_itself, MAX_DEPTH)
}

fn is_plain_itself(value: &Value) -> Truth {
    let mut steps = value.origin.steps();
    if steps.any(|used| matches!(used.step, Step::Exposed(_))) {
        return Truth::True;
    }
    if value.is_known() {
        return is_given_from_outside(value).into();
    }
    let has_default = value
        .origin
        .steps()
        .any(|used| matches!(used.step, Step::Default(_)));
    let is_plain = value.parameter().is_some_and(|parameter| !parameter.secure);
    (!has_default && is_plain).into()
}
