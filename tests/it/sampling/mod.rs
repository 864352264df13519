//! Soundness by sampling: what is evaluated with unknowns must hold for whatever they turn out to be.
//!
//! Values are drawn for the undecided parameters of a template. Filling them into the symbolic evaluation must give the
//! same as evaluating with them: the same resources, ids, members and outputs. Half of them given and half filled in
//! must give that too. Secure parameters stay out: their values are never used. Templates are those of
//! `testdata/sampling`, and those of the folder that `AKVLINT_CORPUS` names:
//! `AKVLINT_CORPUS=… cargo test --profile fast --test it sampling -- --ignored --nocapture`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests may panic, and what is tried is read by people"
)]

mod compare;
mod draw;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use akvlint::evaluate::id::segments;
use akvlint::evaluate::substitute::{Assignment, substitute};
use akvlint::evaluate::symbol::{Symbol, Term};
use akvlint::evaluate::value::{Kind, Part, Value};
use akvlint::evaluate::{Entry, Evaluation, Surroundings, evaluate};
use akvlint::project::{Content, Project};
use akvlint::source::Sources;
use akvlint::syntax::expression::Text;
use akvlint::syntax::template::Template;

use crate::dice::number;
use compare::{broken_facts, differences, filled};
use draw::Draw;

/// What was tried and what was found.
#[derive(Default)]
struct Tally {
    templates: usize,
    draws: usize,
    /// Contradictions, each with the template and the draw.
    wrong: Vec<String>,
}

/// One template to sample.
struct Sample<'p> {
    project: &'p Project,
    name: String,
    template: Arc<Template>,
}

impl Sample<'_> {
    fn evaluated(&self, overrides: Vec<(Text, Value)>) -> Evaluation {
        let entry = Entry {
            template: self.template.clone(),
            parameters: Vec::new(),
            overrides,
            surroundings: Surroundings::default(),
            number: 1,
        };
        evaluate(self.project, &entry, &|_| true, true)
    }

    fn run(&self, draws: u64, seed: u64, tally: &mut Tally) {
        let symbolic = self.evaluated(Vec::new());
        let unknowns = parameters(&symbolic, 1 << 20);
        if unknowns.is_empty() {
            return;
        }
        tally.templates += 1;
        let mut draw = Draw::new(&self.template, seed);
        let declared: Vec<_> = self
            .template
            .parameters
            .iter()
            .filter(|parameter| !draw.is_secret(parameter))
            .filter_map(|parameter| {
                let named = |symbol: &&Arc<Symbol>| name(symbol) == Some(&parameter.name.text);
                Some((parameter, unknowns.iter().find(named)?))
            })
            .collect();
        for _ in 0..draws {
            let drawn: Vec<(Text, &Arc<Symbol>, Value)> = declared
                .iter()
                .map(|(parameter, symbol)| {
                    (
                        parameter.name.text.clone(),
                        *symbol,
                        draw.parameter(parameter),
                    )
                })
                .collect();
            let all: Vec<_> = drawn
                .iter()
                .map(|(name, _, value)| (name.clone(), value.clone()))
                .collect();
            let concrete = self.evaluated(all.clone());
            let mut together = Assignment::new();
            let (mut half, mut rest) = (Vec::new(), Assignment::new());
            for (name, symbol, value) in &drawn {
                together.assign(symbol, value.clone());
                if draw.dice.once_in(2) {
                    half.push((name.clone(), value.clone()));
                } else {
                    rest.assign(symbol, value.clone());
                }
            }
            let whole = filled(&symbolic, &together);
            if has_slash_in_a_name(&symbolic, &together)
                || concrete
                    .diagnostics
                    .iter()
                    .any(|one| one.message.contains(" segments, but a"))
            {
                continue;
            }
            tally.draws += 1;
            let mut wrong = differences(&whole, &concrete);
            if wrong.is_empty() && drawn.len() > 1 {
                let half = self.evaluated(half);
                wrong = differences(&filled(&half, &rest), &concrete);
                wrong
                    .iter_mut()
                    .for_each(|one| one.insert_str(0, "half given: "));
            }
            if wrong.is_empty() {
                wrong = broken_facts(&symbolic, &together);
            }
            if !wrong.is_empty() {
                let values: Vec<String> = all
                    .iter()
                    .map(|(name, value)| {
                        format!("{name}={}", akvlint::evaluate::canonical::to_json(value))
                    })
                    .collect();
                wrong.truncate(3);
                tally.wrong.push(format!(
                    "{}\n  {}\n  {}",
                    self.name,
                    wrong.join("\n  "),
                    values.join(" ")
                ));
                // The first contradictions of a template are enough.
                return;
            }
        }
    }
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
        seen: &mut std::collections::HashSet<[u64; 2]>,
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

/// A template whose parameters have lost their defaults, so that nothing of it is decided.
fn without_defaults(template: &Template) -> Template {
    let mut stripped = template.clone();
    for parameter in &mut stripped.parameters {
        parameter.default = None;
    }
    stripped
}

fn sample_file(
    project: &Project,
    path: &Path,
    name: String,
    draws: u64,
    seed: u64,
    tally: &mut Tally,
) {
    let Ok(parsed) = project.file(path) else {
        return;
    };
    let Content::Template(template) = &parsed.content else {
        return;
    };
    let given = Sample {
        project,
        name: name.clone(),
        template: template.clone(),
    };
    given.run(draws, seed, tally);
    if template
        .parameters
        .iter()
        .any(|parameter| parameter.default.is_some())
    {
        let stripped = Sample {
            project,
            name: format!("{name} without defaults"),
            template: Arc::new(without_defaults(template)),
        };
        stripped.run(draws, seed, tally);
    }
}

fn json_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            json_files(&path, found);
        } else if path
            .extension()
            .is_some_and(|ending| ending == "json" || ending == "jsonc")
        {
            found.push(path);
        }
    }
}

fn sample_folder(folder: &Path, draws: u64) -> Tally {
    let mut files = Vec::new();
    json_files(folder, &mut files);
    let only = std::env::var("AKVLINT_TEST_ONLY").unwrap_or_default();
    let project = Project::new(Arc::new(Sources::new(folder)));
    let mut tally = Tally::default();
    let seed = number("AKVLINT_TEST_SEED", 7);
    for path in files {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        if !name.contains(&only) {
            continue;
        }
        sample_file(&project, &path, name, draws, seed, &mut tally);
    }
    tally
}

fn check(tally: &Tally) {
    println!(
        "{} templates, {} draws, {} contradictions",
        tally.templates,
        tally.draws,
        tally.wrong.len()
    );
    assert!(
        tally.wrong.is_empty(),
        "{} contradictions:\n{}",
        tally.wrong.len(),
        tally.wrong.join("\n")
    );
}

#[test]
fn a_symbolic_evaluation_with_a_draw_filled_in_is_the_evaluation_with_that_draw() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/sampling");
    let tally = sample_folder(&folder, number("AKVLINT_TEST_DRAWS", 60));
    check(&tally);
    assert!(
        tally.templates >= 20,
        "only {} templates were sampled",
        tally.templates
    );
}

#[test]
#[ignore = "needs a corpus"]
fn so_it_is_for_the_templates_of_a_corpus() {
    let folder = std::env::var_os("AKVLINT_CORPUS").expect("AKVLINT_CORPUS names the folder");
    check(&sample_folder(
        Path::new(&folder),
        number("AKVLINT_TEST_DRAWS", 6),
    ));
}
