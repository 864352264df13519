//! Which files a configuration means, and what is said of patterns that no file fits.
//!
//! In: patterns with the place where they are written, and the files of a run. Out: problems. It refuses to know what the
//! configuration wants of the files.

use std::path::Path;

use super::Configured;
use super::input::{Input, State};
use crate::discover::{Exclude, Kind};
use crate::finding::Problem;
use crate::project::Project;
use crate::source::Place;

/// Patterns of a configuration.
#[derive(Debug)]
pub struct Patterns {
    /// The files that fit them.
    pub files: Exclude,
    /// The patterns as people wrote them; empty where there are none.
    pub words: String,
    /// The part of the configuration that they are in.
    pub place: Place,
}

impl Patterns {
    /// Whether a resolved path fits them.
    pub(super) fn hold(&self, path: &Path) -> bool {
        self.files.holds(path, false)
    }
}

/// What a configuration says of files that are not there: most likely they have another name by now. Parameter files are
/// missed where their template is; a file that belongs to an override, or a template, only where all files were looked
/// for.
pub(super) fn idle(project: &Project, configured: &Configured, inputs: &[Input]) -> Vec<Problem> {
    let has = |patterns: &Patterns, could_be: &dyn Fn(&Input) -> bool| {
        inputs
            .iter()
            .any(|input| could_be(input) && patterns.hold(&input.candidate.canonical))
    };
    let problem = |patterns: &Patterns, what: &str, key: &str| {
        let place = patterns.place;
        let source = project.sources().get(place.file);
        let line = source.map(|source| source.position(place.span.start).line);
        Problem {
            path: project
                .sources()
                .name_of_file(place.file)
                .unwrap_or_default(),
            line,
            message: format!(
                "no {what} of the project fits {}; correct {key}",
                patterns.words
            ),
            named: false,
        }
    };
    let is_whole = configured.is_whole_project;
    let mut problems = Vec::new();
    for files in &configured.overrides.files {
        if is_whole && !has(files, &|_| true) {
            let key = "`paths` of this `[[overrides]]`, or remove it";
            problems.push(problem(files, "file", key));
        }
    }
    for pairing in &configured.parameter_files {
        let (templates, files) = (&pairing.templates, &pairing.files);
        if !has(templates, &could_be_template) {
            if is_whole {
                let key = "`templates` of this `[[parameters]]`, or remove it";
                problems.push(problem(templates, "template", key));
            }
        } else if !files.words.is_empty() && !has(files, &is_parameters) {
            let key = "`files` of this `[[parameters]]`, without which its templates are judged without any";
            problems.push(problem(files, "parameter file", key));
        }
    }
    problems
}

/// Whether a file is a template, as far as that was looked at.
fn could_be_template(input: &Input) -> bool {
    match input.kind() {
        Some(kind) => !is_parameters(input) && kind != Kind::Export,
        None => matches!(input.state, State::Other | State::Failed(_)),
    }
}

fn is_parameters(input: &Input) -> bool {
    matches!(
        input.kind(),
        Some(Kind::Parameters { .. } | Kind::BicepParameters)
    )
}
