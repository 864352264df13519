//! The examples of rules, run like files of a user.
//!
//! In: a rule and one of its examples. Out: what the whole pipeline says of it. Nothing of it touches a disk unless the
//! example is a file beside its rule.

use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

use super::{Configured, Request, RunError, run};
use crate::discover::WalkOptions;
use crate::evaluate::Surroundings;
use crate::finding::{Assumed, FileStatus, Finding, Report, Verdict};
use crate::project::Project;
use crate::rules::{Example, ExampleFile, ExampleInput, Observed, Rule, RulesError, builtin_names};
use crate::source::{Source, Sources};
use crate::suppress::KnownRule;

/// The folder that examples seem to lie in. There is none of this name, so that nothing lies beside them.
const FOLDER: &str = "<example>";

/// Why an example could not be run.
#[derive(Debug, Error)]
pub enum ExampleError {
    /// Its file cannot be read.
    #[error("its file cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// Its data do not fit the rule.
    #[error("its data do not fit the rule: {0}")]
    Data(#[from] RulesError),
    /// The input is not understood.
    #[error("its input is not understood: {0}")]
    Input(String),
    /// It cannot be run.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// What the rule says of one of its examples.
///
/// # Errors
/// It cannot be run.
pub fn observe_example(rule: &Arc<Rule>, example: &Example) -> Result<Observed, ExampleError> {
    observe_text(rule, example, example.file(rule)?)
}

/// What the rule says of an example whose input is replaced by this one.
///
/// # Errors
/// It cannot be run.
pub(super) fn observe_text(
    rule: &Arc<Rule>,
    example: &Example,
    input: ExampleFile,
) -> Result<Observed, ExampleError> {
    let rule = if example.data.is_empty() {
        rule.clone()
    } else {
        Arc::new(rule.with_data(&example.data)?)
    };
    let around = match &example.input {
        ExampleInput::File(path) => {
            let folder = rule.file.path.as_deref().and_then(Path::parent);
            Some(folder.map_or_else(|| path.clone(), |folder| folder.join(path)))
        }
        _ => None,
    };
    let (folder, name) = match &around {
        // Its text stands for the file, beside what lies around that.
        Some(path) => (Path::new(""), path.to_string_lossy().into_owned()),
        None => (Path::new(FOLDER), input.name),
    };
    let sources = Arc::new(Sources::new(folder));
    let project = Project::new(sources.clone());
    let input = sources.insert(&name, input.text);
    let request = request(rule, example, input, around.is_some());
    let report = run(&project, &request)?.report;
    // What is left of an input after an error of syntax is not what its author meant.
    let broken = report.files.iter().find_map(|file| {
        let reason = file.reason.clone().unwrap_or_default();
        let is_broken = file.status == FileStatus::Failed
            || (file.status == FileStatus::Partial && reason.starts_with("syntax"));
        is_broken.then_some(reason)
    });
    if let Some(reason) = broken {
        return Err(ExampleError::Input(reason));
    }
    Ok(observed(&report, &sources))
}

fn request(
    rule: Arc<Rule>,
    example: &Example,
    input: Arc<Source>,
    parameter_files: bool,
) -> Request {
    Request {
        parameter_files,
        paths: Vec::new(),
        standard_input: Some(input),
        walk: WalkOptions {
            ignore_files: false,
            exclude: Vec::new(),
            threads: 1,
        },
        rules: vec![rule],
        parameters: Vec::new(),
        values: Vec::new(),
        surroundings: Surroundings::default(),
        closed_world: example.closed_world,
        include_generated: true,
        verdicts: vec![Verdict::Fail, Verdict::Open, Verdict::Pass],
        configured: Configured {
            known_rules: builtin_names()
                .map(|(id, name)| KnownRule {
                    id: id.into(),
                    name: name.into(),
                })
                .collect(),
            ..Configured::default()
        },
        ..Request::default()
    }
}

/// The verdict over all resources: a fail goes before an open one, that before a pass.
fn observed(report: &Report, sources: &Sources) -> Observed {
    let findings = |verdict: Verdict| -> Vec<&Finding> {
        report
            .findings
            .iter()
            .filter(|finding| finding.verdict == verdict && finding.suppression.is_none())
            .collect()
    };
    let verdict = [Verdict::Fail, Verdict::Open, Verdict::Pass]
        .into_iter()
        .find(|verdict| !findings(*verdict).is_empty())
        .unwrap_or(Verdict::NotApplicable);
    let mut telling = match verdict {
        Verdict::Fail | Verdict::Open => findings(verdict),
        Verdict::Pass | Verdict::NotApplicable => Vec::new(),
    };
    telling.sort_by_key(|finding| finding.place);
    let text = |finding: &&Finding| {
        let source = sources.get(finding.place.file);
        source.map_or_else(String::new, |source| {
            source.slice(finding.place.span).to_owned()
        })
    };
    let assumed = |value: &Assumed| match value {
        Assumed::Is(value) => value.clone(),
        Assumed::Not(values) => serde_json::json!({ "not": values }),
    };
    Observed {
        verdict,
        level: telling.iter().map(|finding| finding.level).max(),
        at: telling.iter().map(text).collect(),
        witness: telling.first().map_or_else(Vec::new, |finding| {
            let assumptions = finding.witness.iter();
            assumptions
                .map(|one| (one.name.clone(), assumed(&one.value)))
                .collect()
        }),
    }
}
