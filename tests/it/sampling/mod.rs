//! Soundness by sampling: what is evaluated with unknowns must hold for whatever they turn out to be.
//!
//! Values are drawn for the undecided parameters of a template. Filling them into the symbolic evaluation must give the
//! same as evaluating with them: the same resources, ids, members and outputs. Half of them given and half filled in
//! must give that too. The verdicts must hold with every draw: a pass never fails, and a fail fails under its witness.
//! Secure parameters stay out: their values are never used. Templates are those of `testdata/sampling` and
//! `testdata/verdicts`, and those of the folder that `AKVLINT_CORPUS` names:
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
mod sample;
mod verdicts;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use akvlint::project::{Content, Project};
use akvlint::source::Sources;
use akvlint::syntax::template::Template;

use crate::dice::number;
use sample::Sample;

/// What was tried and what was found.
#[derive(Default)]
struct Tally {
    templates: usize,
    draws: usize,
    /// Draws of templates on which rules have something to say.
    judged: usize,
    /// Witnesses that were tried.
    witnesses: usize,
    /// Contradictions, each with the template and the draw.
    wrong: Vec<String>,
}

/// A template whose parameters have lost their defaults, so that nothing of it is decided.
fn without_defaults(template: &Template) -> Template {
    let mut stripped = template.clone();
    for parameter in &mut stripped.parameters {
        parameter.default = None;
    }
    stripped
}

fn sample_file(samples: &Samples<'_>, path: &Path, name: &str, tally: &mut Tally) {
    let Ok(parsed) = samples.project.file(path) else {
        return;
    };
    let Content::Template(template) = &parsed.content else {
        return;
    };
    let mut run = |name: String, template: Arc<Template>| {
        let sample = Sample {
            project: samples.project,
            rules: &samples.rules,
            name,
            template,
        };
        sample.run(samples.draws, samples.seed, tally);
    };
    run(name.to_owned(), template.clone());
    let mut parameters = template.parameters.iter();
    if parameters.any(|parameter| parameter.default.is_some()) {
        let stripped = Arc::new(without_defaults(template));
        run(format!("{name} without defaults"), stripped);
    }
}

/// How templates are sampled.
struct Samples<'p> {
    project: &'p Project,
    rules: Vec<Arc<akvlint::rules::Rule>>,
    draws: u64,
    seed: u64,
}

/// The endings of ARM templates.
const JSON: [&str; 2] = ["json", "jsonc"];

fn template_files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            template_files(&path, endings, found);
        } else if path
            .extension()
            .is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted))
        {
            found.push(path);
        }
    }
}

fn sample_folder(folder: &Path, endings: &[&str], draws: u64) -> Tally {
    let mut files = Vec::new();
    template_files(folder, endings, &mut files);
    let only = std::env::var("AKVLINT_TEST_ONLY").unwrap_or_default();
    let project = Project::new(Arc::new(Sources::new(folder)));
    let mut tally = Tally::default();
    let samples = Samples {
        project: &project,
        rules: verdicts::rules(),
        draws,
        seed: number("AKVLINT_TEST_SEED", 7),
    };
    for path in files {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        if !name.contains(&only) {
            continue;
        }
        sample_file(&samples, &path, &name, &mut tally);
    }
    tally
}

fn check(tally: &Tally) {
    println!(
        "{} templates, {} draws ({} judged), {} witnesses, {} contradictions",
        tally.templates,
        tally.draws,
        tally.judged,
        tally.witnesses,
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
    let tally = sample_folder(&folder, &JSON, number("AKVLINT_TEST_DRAWS", 60));
    check(&tally);
    assert!(
        tally.templates >= 20,
        "only {} templates were sampled",
        tally.templates
    );
}

#[test]
fn so_it_is_for_the_templates_whose_verdicts_are_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/verdicts");
    let tally = sample_folder(&folder, &["json", "bicep"], number("AKVLINT_TEST_DRAWS", 6));
    check(&tally);
    assert!(
        tally.witnesses >= 100,
        "only {} witnesses were tried",
        tally.witnesses
    );
}

#[test]
#[ignore = "needs a corpus"]
fn so_it_is_for_the_templates_of_a_corpus() {
    let folder = std::env::var_os("AKVLINT_CORPUS").expect("AKVLINT_CORPUS names the folder");
    check(&sample_folder(
        Path::new(&folder),
        &JSON,
        number("AKVLINT_TEST_DRAWS", 6),
    ));
}
