//! Names of Azure regions.
//!
//! A region has a name and a display name, and Azure takes either: `West Europe` is `westeurope`
//! (<https://learn.microsoft.com/azure/reliability/regions-list>).

use super::Tested;
use crate::estate::truth::Truth;
use crate::evaluate::id::Key;
use crate::evaluate::jsonpath::Query;
use crate::evaluate::partial::same;
use crate::evaluate::symbol::Term;
use crate::evaluate::value::Value;

/// Whether a value names the same region as what a path of the judged resource has.
pub(super) fn is_of_judged(value: &Value, query: &Query, at: Tested<'_>) -> Truth {
    let judged = at.scope.of_judged();
    let other = match judged.one(query) {
        Ok(Some(node)) => node.value,
        Ok(None) => return Truth::False,
        Err(reasons) => return Truth::Unknown(reasons),
    };
    if let (Some(one), Some(other)) = (value.as_str(), other.as_str()) {
        return (name(one) == name(other)).into();
    }
    let related = at.scope.subject.id();
    if located_by(&other, related) || located_by(value, judged.subject.id()) {
        return Truth::True;
    }
    match same(value, &other) {
        Some(true) => Truth::True,
        // Another spelling may be the same region.
        _ => Truth::all(
            [value, &other]
                .into_iter()
                .filter(|value| !value.is_known())
                .map(Truth::hangs_on),
        )
        .and(if value.is_known() && other.is_known() {
            Truth::False
        } else {
            Truth::True
        }),
    }
}

/// Whether a location is `reference(id, …, 'Full').location` of this id.
fn located_by(location: &Value, of: Option<&Value>) -> bool {
    let Some(Term::Access { base, key, .. }) = location.as_symbol().map(|symbol| &symbol.term)
    else {
        return false;
    };
    let referred = match base.as_symbol().map(|symbol| &symbol.term) {
        Some(Term::Context(context)) if &*context.function == "reference" => {
            context.arguments.first()
        }
        _ => None,
    };
    let is_location = key
        .as_str()
        .is_some_and(|key| key.eq_ignore_ascii_case("location"));
    match (referred, of) {
        (Some(referred), Some(of)) => is_location && Key::of(referred) == Key::of(of),
        _ => false,
    }
}

fn name(region: &str) -> String {
    region
        .chars()
        .filter(|character| !character.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}
