//! The verdicts on a symbolic evaluation held against those on the evaluation with a draw: a pass never fails, and a
//! fail fails under its witness.

use std::collections::BTreeMap;
use std::sync::Arc;

use akvlint::estate::Estate;
use akvlint::evaluate::canonical::to_json;
use akvlint::evaluate::value::Value;
use akvlint::evaluate::{Evaluation, Resource};
use akvlint::finding::{Assumed, Assumption, Verdict};
use akvlint::rules::{Judge, Rule, RuleSet, RuleSettings, Running, Selection};
use akvlint::source::Sources;

use crate::functions::substitution::has_failure;

/// All rules, those that are off among them.
pub(super) fn rules() -> Vec<Arc<Rule>> {
    let set = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    let all = Selection {
        select: vec!["AKV".to_owned()],
        ignore: Vec::new(),
    };
    set.selected(&all).unwrap()
}

/// A rule, and the declaration and the call depth of what it was judged on.
pub(super) type Key = (String, u32, u32, usize);

/// What a rule says of the resources of one declaration.
#[derive(Default)]
pub(super) struct Said {
    pub(super) fails: Vec<Vec<Assumption>>,
    pub(super) open: bool,
    passes: bool,
}

/// What the rules say of a deployment.
pub(super) fn verdicts(
    evaluation: &Evaluation,
    rules: &[Arc<Rule>],
    sources: &Sources,
) -> BTreeMap<Key, Said> {
    let mut estate = Estate::new(false);
    estate.add_deployment(1, evaluation.resources.clone(), evaluation.unread.clone());
    let running = Running::new(rules.to_vec());
    let mut judge = Judge::new(&estate, sources, &running);
    let mut all: BTreeMap<Key, Said> = BTreeMap::new();
    for member in estate.members() {
        for (rule, rulings) in judge.member(member) {
            let said = all.entry(key(rule, &member.resource)).or_default();
            for ruling in rulings {
                match ruling.verdict {
                    Verdict::Fail => said.fails.push(ruling.witness),
                    Verdict::Open => said.open = true,
                    Verdict::Pass => said.passes = true,
                    Verdict::NotApplicable => {}
                }
            }
        }
    }
    all
}

fn key(rule: &Rule, resource: &Resource) -> Key {
    let span = resource.declared.span;
    (
        rule.id.to_string(),
        span.start,
        span.end,
        resource.calls.len(),
    )
}

/// Whether a vault or something of it is among the resources, so that rules have something to say.
pub(super) fn concerns_rules(evaluation: &Evaluation) -> bool {
    let mut resources = evaluation.resources.iter();
    resources.any(|one| one.kind.to_lowercase().starts_with("microsoft.keyvault/"))
}

/// Passes, and rules that do not apply, that fail with a draw; fails without a witness that do not.
pub(super) fn contradictions(
    symbolic: &BTreeMap<Key, Said>,
    drawn: &BTreeMap<Key, Said>,
    evaluation: &Evaluation,
) -> Vec<String> {
    let mut found = Vec::new();
    for (key, said) in drawn {
        let before = symbolic.get(key);
        let undecided = before.is_some_and(|before| before.open || !before.fails.is_empty());
        if !said.fails.is_empty() && !undecided && !fails_to_evaluate(key, evaluation) {
            let word = if before.is_some_and(|before| before.passes) {
                "passes"
            } else {
                "does not apply"
            };
            found.push(format!("{} {word}, and fails with the draw", key.0));
        }
    }
    for (key, said) in symbolic {
        if said.fails.iter().any(Vec::is_empty) && !holds(key, drawn, evaluation) {
            found.push(format!(
                "{} always fails, and does not with the draw",
                key.0
            ));
        }
    }
    found
}

/// Whether a fail stays one with a draw: it fails, or is not deployed, or cannot be evaluated.
pub(super) fn holds(key: &Key, drawn: &BTreeMap<Key, Said>, evaluation: &Evaluation) -> bool {
    drawn.get(key).is_some_and(|said| !said.fails.is_empty())
        || of(key, evaluation).next().is_none()
        || of(key, evaluation).all(|one| one.condition.as_bool() != Some(true))
        || fails_to_evaluate(key, evaluation)
}

fn of<'e>(key: &Key, evaluation: &'e Evaluation) -> impl Iterator<Item = &'e Resource> {
    let (_, start, end, calls) = key.clone();
    evaluation.resources.iter().filter(move |one| {
        let span = one.declared.span;
        (span.start, span.end, one.calls.len()) == (start, end, calls)
    })
}

fn fails_to_evaluate(key: &Key, evaluation: &Evaluation) -> bool {
    of(key, evaluation).any(|one| has_failure(&one.body) || has_failure(&one.id))
}

/// Whether a value of a parameter is what a witness assumes of the parameter, or of a member of it.
pub(super) fn fits(assumption: &Assumption, parameter: &str, value: &Value) -> bool {
    let Some(path) = assumption.name.strip_prefix(parameter) else {
        return false;
    };
    let mut member = Some(value);
    for name in path.split('.').skip(1) {
        let object = member.and_then(Value::as_object);
        member = object
            .and_then(|object| object.get(name))
            .map(|found| &found.value);
    }
    // What is left out is null.
    let json = member.map(to_json).unwrap_or_default();
    // In JSON the null members of an object are left out, and yet it is not empty.
    let object = member.and_then(Value::as_object);
    let is_exact = object.is_none_or(|object| object.iter().all(|one| !one.value.is_null()));
    match &assumption.value {
        Assumed::Is(expected) => is_exact && json == *expected,
        Assumed::Not(excluded) => !excluded.contains(&json),
    }
}
