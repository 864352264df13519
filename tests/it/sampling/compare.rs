//! A symbolic evaluation with a draw filled in, held against the evaluation with that draw.

use std::collections::BTreeMap;

use akvlint::evaluate::assignment::Assignment;
use akvlint::evaluate::canonical::{expression, to_json};
use akvlint::evaluate::substitute::Substitution;
use akvlint::evaluate::symbol::{Binder, Symbol, Term};
use akvlint::evaluate::value::{Kind, Part, Value};
use akvlint::evaluate::{Evaluation, Resource};

use crate::functions::facts::broken;
use crate::functions::substitution::has_failure;

/// An evaluation under an assignment: what is then surely not deployed is left out, and loops whose count is then
/// known are expanded.
pub(super) fn filled(evaluation: &Evaluation, assignment: &Assignment) -> Evaluation {
    let mut substitution = Substitution::new(assignment);
    let mut resources = Vec::new();
    for resource in &evaluation.resources {
        let filled = substituted(resource, &mut substitution);
        let count = filled.copies.as_ref().and_then(Value::as_integer);
        let copies = match (count, indexes(&filled).as_slice()) {
            (None, _) => vec![filled],
            (Some(count), []) => (0..count).map(|_| without_count(filled.clone())).collect(),
            (Some(count), [binder]) => {
                let instances = (0..count).map(|index| {
                    let mut assignment = Assignment::new();
                    let symbol = Symbol::new(Term::Bound(binder.clone()));
                    let index = Value::new(Kind::Integer(index), filled.name.origin.clone());
                    assignment.assign(&symbol, index);
                    without_count(substituted(&filled, &mut Substitution::new(&assignment)))
                });
                instances.collect()
            }
            // Which index counts how far is not said of a loop within a loop.
            (Some(_), _) => vec![filled],
        };
        let deployed = |copy: &Resource| copy.condition.as_bool() != Some(false);
        resources.extend(copies.into_iter().filter(deployed));
    }
    Evaluation {
        resources,
        outputs: evaluation
            .outputs
            .iter()
            .map(|(name, value)| (name.clone(), substitution.apply(value)))
            .collect(),
        diagnostics: Vec::new(),
        unread: evaluation.unread.clone(),
        order: evaluation.order.clone(),
        secret_reads: Vec::new(),
        version_reads: Vec::new(),
        files: Vec::new(),
        loaded: Vec::new(),
        listed: Vec::new(),
    }
}

fn without_count(resource: Resource) -> Resource {
    Resource {
        copies: None,
        ..resource
    }
}

fn substituted(resource: &Resource, substitution: &mut Substitution<'_>) -> Resource {
    Resource {
        id: substitution.apply(&resource.id),
        name: substitution.apply(&resource.name),
        body: substitution.apply(&resource.body),
        condition: substitution.apply(&resource.condition),
        copies: resource
            .copies
            .as_ref()
            .map(|count| substitution.apply(count)),
        ..resource.clone()
    }
}

/// The indexes of undecided resource loops that a resource reads.
fn indexes(resource: &Resource) -> Vec<Binder> {
    let mut found = Vec::new();
    for value in [
        &resource.id,
        &resource.name,
        &resource.body,
        &resource.condition,
    ] {
        read(value, &mut found, 0);
    }
    found.sort_by_key(|binder| binder.id);
    found.dedup();
    found
}

fn read(value: &Value, found: &mut Vec<Binder>, depth: u32) {
    match &value.kind {
        _ if depth > 60 => {}
        Kind::Mixed(parts) => {
            for part in parts.iter() {
                if let Part::Hole(hole) = part {
                    read(hole, found, depth + 1);
                }
            }
        }
        Kind::Array(items) => items.iter().for_each(|item| read(item, found, depth + 1)),
        Kind::Object(object) => {
            object
                .iter()
                .for_each(|member| read(&member.value, found, depth + 1));
        }
        Kind::Symbolic(symbol) => match &symbol.term {
            Term::Bound(binder) if binder.id >= 1 << 16 => found.push(binder.clone()),
            _ => {
                for operand in symbol.operands() {
                    read(operand, found, depth + 1);
                }
            }
        },
        _ => {}
    }
}

/// In what a filled evaluation differs from one with the draw from the start, up to what fails with the draw.
pub(super) fn differences(filled: &Evaluation, drawn: &Evaluation) -> Vec<String> {
    let mut found = Vec::new();
    if filled.unread != drawn.unread {
        // A linked template whose path hangs on a parameter: what it deploys is known with the draw only.
        return found;
    }
    let (mut left, mut right) = (by_place(filled), by_place(drawn));
    let keys: Vec<_> = left.keys().chain(right.keys()).copied().collect();
    for key in keys {
        let (left, right) = (left.remove(&key), right.remove(&key));
        let (left, right) = (left.unwrap_or_default(), right.unwrap_or_default());
        resources(left, right, &mut found);
    }
    let outputs = |evaluation: &Evaluation| -> BTreeMap<String, Value> {
        let outputs = evaluation.outputs.iter();
        outputs
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect()
    };
    let (left, right) = (outputs(filled), outputs(drawn));
    for name in left
        .keys()
        .chain(right.keys().filter(|name| !left.contains_key(*name)))
    {
        let at = format!("output {name}");
        match (left.get(name), right.get(name)) {
            (Some(left), Some(right)) => differ(&at, left, right, &mut found),
            (Some(left), None) if left.is_null() || has_failure(left) => {}
            (None, Some(right)) if right.is_null() || has_failure(right) => {}
            (left, right) => found.push(format!(
                "{at}: {:?} / {:?}",
                left.map(to_json),
                right.map(to_json)
            )),
        }
    }
    found
}

/// Whether two resources have one id, which Azure refuses, or two of different types one name: which of them
/// `reference` means is chance then.
pub(super) fn shares_names(evaluation: &Evaluation) -> bool {
    let (mut kinds, mut ids) = (BTreeMap::new(), BTreeMap::new());
    let mut resources = evaluation.resources.iter();
    resources.any(|one| {
        let kind = one.kind.to_lowercase();
        let place = (one.declared, one.calls.clone());
        let id = expression(&one.id).to_lowercase();
        *kinds
            .entry(expression(&one.name))
            .or_insert_with(|| kind.clone())
            != kind
            || *ids.entry(id).or_insert_with(|| place.clone()) != place
    })
}

/// The resources by the place of their declaration and of the deployments that they were reached through.
fn by_place(evaluation: &Evaluation) -> BTreeMap<(u32, u32, usize), Vec<&Resource>> {
    let mut all: BTreeMap<_, Vec<&Resource>> = BTreeMap::new();
    for resource in &evaluation.resources {
        let span = resource.declared.span;
        let key = (span.start, span.end, resource.calls.len());
        all.entry(key).or_default().push(resource);
    }
    all
}

/// Holds the copies of one declared resource against each other, in their order.
fn resources(left: Vec<&Resource>, right: Vec<&Resource>, found: &mut Vec<String>) {
    // What is in a loop within a loop stands for many.
    if left
        .iter()
        .chain(&right)
        .any(|one| one.copies.is_some() && indexes(one).len() > 1)
    {
        return;
    }
    let fails = |one: &&&Resource| {
        has_failure(&one.id)
            || has_failure(&one.condition)
            || one.copies.as_ref().is_some_and(|count| {
                has_failure(count) || count.is_known() && count.as_integer().is_none()
            })
    };
    let excused = right.iter().any(|one| fails(&one)) || left.iter().any(|one| fails(&one));
    if left.len() != right.len() {
        if !excused {
            let shown = |all: &[&Resource]| -> Vec<String> {
                all.iter()
                    .map(|one| format!("{} if {}", expression(&one.id), expression(&one.condition)))
                    .collect()
            };
            found.push(format!(
                "{} / {} resources: {:?} / {:?}",
                left.len(),
                right.len(),
                shown(&left),
                shown(&right)
            ));
        }
        return;
    }
    for (left, right) in left.into_iter().zip(right) {
        let at = expression(&right.id);
        differ(&format!("{at} id"), &left.id, &right.id, found);
        differ(&format!("{at} name"), &left.name, &right.name, found);
        differ(
            &format!("{at} condition"),
            &left.condition,
            &right.condition,
            found,
        );
        match (&left.copies, &right.copies) {
            (Some(left), Some(right)) => differ(&format!("{at} copies"), left, right, found),
            (None, None) => {}
            (left, right) => found.push(format!(
                "{at} copies: {:?} / {:?}",
                left.as_ref().map(to_json),
                right.as_ref().map(to_json)
            )),
        }
        differ(&at, &left.body, &right.body, found);
    }
}

/// Whether a value names a resource of the deployment by what was undecided: which it means, or in which scope its id
/// lies, is not looked for again when a draw is filled in.
fn asks_the_deployment(value: &Value) -> bool {
    let text = expression(value);
    ["reference(", "list", "resourceId("]
        .iter()
        .any(|word| text.contains(word))
}

/// Where two values differ. What fails with the draw may be anything without it.
fn differ(at: &str, filled: &Value, drawn: &Value, found: &mut Vec<String>) {
    match (&filled.kind, &drawn.kind) {
        (Kind::Array(left), Kind::Array(right)) if left.len() == right.len() => {
            for (index, (left, right)) in left.iter().zip(right.iter()).enumerate() {
                differ(&format!("{at}[{index}]"), left, right, found);
            }
        }
        (Kind::Object(left), Kind::Object(right)) => {
            for member in right.iter() {
                let at = format!("{at}.{}", member.key);
                match left.get(&member.key) {
                    Some(other) => differ(&at, &other.value, &member.value, found),
                    None if member.value.is_null() || has_failure(&member.value) => {}
                    None => found.push(format!("{at}: nothing / {}", to_json(&member.value))),
                }
            }
            for member in left.iter() {
                if right.get(&member.key).is_none() && !member.value.is_null() {
                    found.push(format!(
                        "{at}.{}: {} / nothing",
                        member.key,
                        to_json(&member.value)
                    ));
                }
            }
        }
        _ if has_failure(drawn) => {}
        _ if !filled.is_concrete() && asks_the_deployment(filled) => {}
        _ if has_failure(filled) && asks_the_deployment(drawn) => {}
        _ => {
            let (left, right) = (to_json(filled), to_json(drawn));
            // Names of members that differ in case only are the same to the evaluator, which keeps either.
            let lower = |json: &serde_json::Value| json.to_string().to_lowercase();
            if left != right && lower(&left) != lower(&right) {
                found.push(format!("{at}: {left} / {right}"));
            }
        }
    }
}

/// What is said to be certain of the values of a symbolic evaluation, and does not hold with the draw.
pub(super) fn broken_facts(symbolic: &Evaluation, assignment: &Assignment) -> Vec<String> {
    let mut found = Vec::new();
    let mut substitution = Substitution::new(assignment);
    let values = symbolic.resources.iter().map(|resource| &resource.body);
    for value in values.chain(symbolic.outputs.iter().map(|(_, value)| value)) {
        facts(value, assignment, &mut substitution, &mut found, 0);
    }
    found
}

fn facts(
    value: &Value,
    assignment: &Assignment,
    substitution: &mut Substitution<'_>,
    found: &mut Vec<String>,
    depth: u32,
) {
    match &value.kind {
        _ if depth > 8 => {}
        Kind::Array(items) => {
            for item in items.iter() {
                facts(item, assignment, substitution, found, depth + 1);
            }
        }
        Kind::Object(object) => {
            for member in object.iter() {
                facts(&member.value, assignment, substitution, found, depth + 1);
            }
        }
        Kind::Mixed(_) | Kind::Symbolic(_) => {
            let known = substitution.apply(value);
            if known.is_concrete() {
                for fact in broken(value, &known, assignment) {
                    found.push(format!(
                        "{}\n  is {}, and it was certain that {fact}",
                        expression(value),
                        to_json(&known)
                    ));
                }
            }
        }
        _ => {}
    }
}
