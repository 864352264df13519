//! One template: its unknowns, and what is tried with them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use akvlint::evaluate::assignment::Assignment;
use akvlint::evaluate::canonical::to_json;
use akvlint::evaluate::id::segments;
use akvlint::evaluate::substitute::substitute;
use akvlint::evaluate::symbol::{Symbol, Term};
use akvlint::evaluate::value::{Kind, Part, Value};
use akvlint::evaluate::{Entry, Evaluation, Surroundings, Wanted, evaluate};
use akvlint::finding::Assumption;
use akvlint::project::Project;
use akvlint::rules::Rule;
use akvlint::syntax::expression::Text;
use akvlint::syntax::template::{Parameter, Template};

use super::Tally;
use super::compare::{broken_facts, differences, filled, shares_names};
use super::draw::{DEEPEST, Draw};
use super::verdicts::{self, Key, Said};

/// One template to sample.
pub(super) struct Sample<'p> {
    pub(super) project: &'p Project,
    pub(super) rules: &'p [Arc<Rule>],
    pub(super) name: String,
    pub(super) template: Arc<Template>,
}

/// An undecided parameter.
type Unknown<'t> = (&'t Parameter, Arc<Symbol>);

/// The verdicts on a symbolic evaluation.
type Verdicts = BTreeMap<Key, Said>;

impl Sample<'_> {
    fn evaluated(&self, overrides: Vec<(Text, Value)>) -> Evaluation {
        let entry = Entry {
            template: self.template.clone(),
            parameters: Vec::new(),
            overrides,
            surroundings: Surroundings::default(),
            number: 1,
        };
        evaluate(self.project, &entry, Wanted::ALL)
    }

    fn judged(&self, evaluation: &Evaluation) -> Verdicts {
        verdicts::verdicts(evaluation, self.rules, self.project.sources())
    }

    pub(super) fn run(&self, draws: u64, seed: u64, tally: &mut Tally) {
        let symbolic = self.evaluated(Vec::new());
        let symbols = parameters(&symbolic, 1 << 20);
        if symbols.is_empty() {
            return;
        }
        tally.templates += 1;
        // Judging a large estate under many draws would take minutes.
        let judged = symbolic.resources.len() <= 60 && verdicts::concerns_rules(&symbolic);
        let said = judged.then(|| self.judged(&symbolic));
        let mut draw = Draw::new(&self.template, seed);
        let unknowns: Vec<Unknown<'_>> = self
            .template
            .parameters
            .iter()
            .filter(|parameter| !draw.is_secret(parameter) && draw.knows(&parameter.kind, DEEPEST))
            .filter_map(|parameter| {
                let named = |symbol: &&Arc<Symbol>| name(symbol) == Some(&parameter.name.text);
                Some((parameter, symbols.iter().find(named)?.clone()))
            })
            .collect();
        for _ in 0..draws {
            let values: Vec<(Text, Value)> = unknowns
                .iter()
                .map(|(parameter, _)| (parameter.name.text.clone(), draw.parameter(parameter)))
                .collect();
            let wrong = self.attempt(
                &symbolic,
                said.as_ref(),
                &unknowns,
                &values,
                &mut draw,
                tally,
            );
            if !wrong.is_empty() {
                // The first contradictions of a template are enough.
                let first: Vec<_> = wrong.into_iter().take(3).collect();
                let values = shown(&values);
                let found = format!("{}\n  {}\n  {values}", self.name, first.join("\n  "));
                tally.wrong.push(found);
                return;
            }
        }
    }

    /// What contradicts the symbolic evaluation with one draw.
    fn attempt(
        &self,
        symbolic: &Evaluation,
        said: Option<&Verdicts>,
        unknowns: &[Unknown<'_>],
        values: &[(Text, Value)],
        draw: &mut Draw<'_>,
        tally: &mut Tally,
    ) -> Vec<String> {
        let mut together = Assignment::new();
        let (mut half, mut rest) = (Vec::new(), Assignment::new());
        for ((_, symbol), (name, value)) in unknowns.iter().zip(values) {
            together.assign(symbol, value.clone());
            if draw.dice.once_in(2) {
                half.push((name.clone(), value.clone()));
            } else {
                rest.assign(symbol, value.clone());
            }
        }
        let concrete = self.evaluated(values.to_vec());
        let mut diagnostics = concrete.diagnostics.iter();
        if has_slash_in_a_name(symbolic, &together)
            || shares_names(&concrete)
            || diagnostics.any(|one| refuses_a_name(&one.message))
        {
            return Vec::new();
        }
        tally.draws += 1;
        let wrong = differences(&filled(symbolic, &together), &concrete);
        if !wrong.is_empty() {
            return wrong;
        }
        let half = self.evaluated(half);
        let wrong = differences(&filled(&half, &rest), &concrete);
        if !wrong.is_empty() {
            let half = wrong.into_iter().map(|one| format!("half given: {one}"));
            return half.collect();
        }
        let mut wrong = broken_facts(symbolic, &together);
        if let Some(said) = said {
            tally.judged += 1;
            wrong.extend(verdicts::contradictions(
                said,
                &self.judged(&concrete),
                &concrete,
            ));
            for (key, said) in said {
                for witness in &said.fails {
                    let tried = self.witnessed(key, witness, unknowns, values, draw, tally);
                    wrong.extend(tried);
                }
            }
        }
        wrong
    }

    /// What is wrong with a witness: a draw in which it holds, and the rule does not fail.
    fn witnessed(
        &self,
        key: &Key,
        witness: &[Assumption],
        unknowns: &[Unknown<'_>],
        values: &[(Text, Value)],
        draw: &mut Draw<'_>,
        tally: &mut Tally,
    ) -> Option<String> {
        let place = |parameter: &Parameter| parameter.name.span;
        let assumes = |parameter: &Parameter| {
            let (file, span) = (self.template.file, place(parameter));
            let witness = witness.iter();
            witness.filter(move |one| one.place.file == file && one.place.span == span)
        };
        let named = unknowns
            .iter()
            .flat_map(|(parameter, _)| assumes(parameter));
        if witness.is_empty() || named.count() < witness.len() {
            // It assumes something of a guard or of a module's parameter, which cannot be drawn.
            return None;
        }
        let chosen: Option<Vec<(Text, Value)>> = unknowns
            .iter()
            .zip(values)
            .map(|((parameter, _), (name, value))| {
                if assumes(parameter).next().is_none() {
                    return Some((name.clone(), value.clone()));
                }
                let mut tries = (0..200).map(|_| draw.parameter(parameter));
                let fitting = tries
                    .find(|value| assumes(parameter).all(|one| verdicts::fits(one, name, value)))?;
                Some((name.clone(), fitting))
            })
            .collect();
        let chosen = chosen?;
        tally.witnesses += 1;
        let concrete = self.evaluated(chosen.clone());
        if verdicts::holds(key, &self.judged(&concrete), &concrete) {
            return None;
        }
        let names: Vec<&str> = witness.iter().map(|one| &*one.name).collect();
        Some(format!(
            "{} does not fail under its witness ({}) with {}",
            key.0,
            names.join(", "),
            shown(&chosen)
        ))
    }
}

fn shown(values: &[(Text, Value)]) -> String {
    let values = values.iter();
    let values: Vec<String> = values
        .map(|(name, value)| format!("{name}={}", to_json(value)))
        .collect();
    values.join(" ")
}

/// Whether a name that was drawn makes the template one that Azure refuses.
fn refuses_a_name(message: &str) -> bool {
    let refusals = [
        " segments, but a",
        "is the id of no management group",
        " characters, but that of a deployment",
    ];
    refusals.iter().any(|refusal| message.contains(refusal))
}

/// With a slash in a name a deployment has other resources than the template means; Azure refuses it.
fn has_slash_in_a_name(symbolic: &Evaluation, draw: &Assignment) -> bool {
    let count = |name: &Value| segments(name).map(|pieces| pieces.len());
    let mut names = symbolic.resources.iter().map(|resource| &resource.name);
    names.any(|name| count(name) != count(&substitute(name, draw)))
}

fn name(symbol: &Symbol) -> Option<&Text> {
    match &symbol.term {
        Term::Parameter(parameter) => Some(&parameter.name),
        _ => None,
    }
}

/// The undecided parameters of one deployment in all that an evaluation gives.
fn parameters(evaluation: &Evaluation, deployment: u64) -> Vec<Arc<Symbol>> {
    fn read(
        value: &Value,
        deployment: u64,
        seen: &mut HashSet<[u64; 2]>,
        found: &mut Vec<Arc<Symbol>>,
    ) {
        let mut inner = |value: &Value| read(value, deployment, seen, found);
        match &value.kind {
            Kind::Mixed(parts) => parts.iter().for_each(|part| {
                if let Part::Hole(hole) = part {
                    inner(hole);
                }
            }),
            Kind::Array(items) => items.iter().for_each(inner),
            Kind::Object(object) => object.iter().for_each(|member| inner(&member.value)),
            Kind::Symbolic(symbol) if seen.insert(symbol.key()) => match &symbol.term {
                Term::Parameter(parameter) if parameter.deployment == deployment => {
                    found.push(symbol.clone());
                }
                Term::Context(context) => {
                    context
                        .arguments
                        .iter()
                        .for_each(|value| read(value, deployment, seen, found));
                    for member in context.members.iter() {
                        read(&member.value, deployment, seen, found);
                    }
                }
                _ => {
                    for operand in symbol.operands() {
                        read(operand, deployment, seen, found);
                    }
                }
            },
            _ => {}
        }
    }
    let (mut seen, mut found) = Default::default();
    for resource in &evaluation.resources {
        let values = [
            &resource.id,
            &resource.name,
            &resource.body,
            &resource.condition,
        ];
        for value in values.into_iter().chain(&resource.copies) {
            read(value, deployment, &mut seen, &mut found);
        }
    }
    for (_, value) in &evaluation.outputs {
        read(value, deployment, &mut seen, &mut found);
    }
    found
}
