//! What became of each file.

use std::collections::{HashMap, HashSet};

use super::Request;
use super::deployments::Plan;
use super::scan::{Input, State, file_kind};
use crate::baseline::Judged;
use crate::evaluate::{Code, Diagnostic};
use crate::finding::{FileKind, FileRecord, FileStatus};
use crate::project::{Content, Parsed};
use crate::source::{FileId, Place, Sources};

/// What happened to the files of a run.
#[derive(Debug, Default)]
pub(super) struct Fates {
    /// Files that took part in a deployment or export that was judged.
    pub(super) used: HashSet<FileId>,
    /// The first problem of the evaluation in each file.
    pub(super) problems: HashMap<FileId, Diagnostic>,
}

impl Fates {
    /// Notes problems of an evaluation.
    pub(super) fn note(&mut self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            let known = self.problems.entry(diagnostic.place.file);
            let known = known.or_insert_with(|| diagnostic.clone());
            if *diagnostic < *known {
                *known = diagnostic.clone();
            }
        }
    }
}

/// The files in which all there is to find was found.
#[derive(Debug, Default)]
pub(super) struct Seen<'a> {
    /// By name, with whether all modules that it calls could be read.
    files: HashMap<&'a str, bool>,
    rules: HashSet<&'a str>,
}

impl<'a> Seen<'a> {
    /// Those that were asked for and judged, or that concern no rule; none where the command line gives parameters, since
    /// others may give other findings. A module that is not there or an expression that fails hides nothing that the file
    /// declares, a syntax error may.
    pub(super) fn of(
        records: &'a [FileRecord],
        inputs: &[Input],
        sources: &Sources,
        request: &'a Request,
    ) -> Self {
        if request.baseline.is_none() {
            return Self::default();
        }
        let asked = inputs.iter().filter(|input| input.asked);
        let asked: HashSet<String> = asked
            .map(|input| sources.name_of(&input.candidate.path, &input.candidate.canonical))
            .collect();
        let is_as_usual =
            request.parameters.is_empty() && request.values.is_empty() && request.parameter_files;
        let file = |record: &'a FileRecord| {
            let reason = record.reason.as_deref().unwrap_or_default();
            let in_full = match record.status {
                FileStatus::Analysed => true,
                FileStatus::Partial if !reason.starts_with("syntax") => false,
                FileStatus::Skipped if reason.starts_with("unrelated") => true,
                _ => return None,
            };
            let is_told = is_as_usual && asked.contains(&record.path);
            is_told.then_some((record.path.as_str(), in_full))
        };
        Self {
            files: records.iter().filter_map(file).collect(),
            rules: request.rules.iter().map(|rule| &*rule.id).collect(),
        }
    }
}

impl Judged for Seen<'_> {
    fn is_judged(&self, path: &str, rule: &str, modules: bool) -> bool {
        let in_full = self.files.get(path);
        in_full.is_some_and(|in_full| *in_full || !modules) && self.rules.contains(rule)
    }
}

/// The records of the files that are listed, in order of their names, and how many JSON files are none of the kinds.
pub(super) fn records(
    inputs: &[Input],
    plan: &Plan,
    fates: &Fates,
    sources: &Sources,
) -> (Vec<FileRecord>, usize) {
    let mut records = Vec::new();
    let mut others = 0;
    for input in inputs {
        let path = sources.name_of(&input.candidate.path, &input.candidate.canonical);
        match &input.state {
            State::Other => others += usize::from(input.asked),
            State::Failed(failure) if input.asked => records.push(FileRecord {
                path,
                kind: failure.kind,
                status: FileStatus::Failed,
                reason: Some(failure.reason.clone()),
                place: None,
            }),
            State::Failed(_) => {}
            State::Parsed(parsed) => {
                let record = of_parsed(parsed, path, plan, fates, sources);
                // What lies around the paths of the command line is told of where it matters.
                let matters = fates.used.contains(&parsed.source.id())
                    && record.status != FileStatus::Analysed;
                if input.asked || matters {
                    records.push(record);
                }
            }
        }
    }
    records.sort();
    (records, others)
}

fn of_parsed(
    parsed: &Parsed,
    path: String,
    plan: &Plan,
    fates: &Fates,
    sources: &Sources,
) -> FileRecord {
    let file = parsed.source.id();
    let kind = file_kind(parsed.kind).unwrap_or(FileKind::Arm);
    let (status, reason, place) = if fates.used.contains(&file) {
        shortcoming(parsed, fates)
    } else {
        let reason = not_used(parsed, file, plan, sources);
        // A file that says nothing because of its errors was not understood.
        match parsed.errors.first() {
            Some(error) if !reason.starts_with("generated") => {
                let (_, reason, place) = syntax(parsed, error.span.start);
                (FileStatus::Partial, reason, place)
            }
            _ => (FileStatus::Skipped, Some(reason), None),
        }
    };
    FileRecord {
        path,
        kind,
        status,
        reason,
        place,
    }
}

type Fate = (FileStatus, Option<String>, Option<Place>);

fn shortcoming(parsed: &Parsed, fates: &Fates) -> Fate {
    if let Some(error) = parsed.errors.first() {
        return syntax(parsed, error.span.start);
    }
    match fates.problems.get(&parsed.source.id()) {
        None => (FileStatus::Analysed, None, None),
        Some(problem) => {
            let word = match problem.code {
                Code::Module => "module",
                Code::Evaluate | Code::Parameter | Code::Limit => "evaluate",
            };
            let line = parsed.source.position(problem.place.span.start).line;
            (
                FileStatus::Partial,
                Some(format!("{word}: line {line}: {}", problem.message)),
                Some(problem.place),
            )
        }
    }
}

fn syntax(parsed: &Parsed, start: u32) -> Fate {
    let error = parsed.errors.iter().find(|error| error.span.start == start);
    let line = parsed.source.position(start).line;
    (
        FileStatus::Partial,
        error.map(|error| format!("syntax: line {line}: {}", error.message)),
        error.map(|error| Place::new(parsed.source.id(), error.span)),
    )
}

fn not_used(parsed: &Parsed, file: FileId, plan: &Plan, sources: &Sources) -> String {
    if plan.generated.contains(&file) {
        return "generated: it is compiled from the Bicep file beside it, which stands for it"
            .to_owned();
    }
    let name_of = |file: FileId| sources.get(file).map(|source| source.name().to_owned());
    match (&parsed.content, plan.paired.get(&file)) {
        (Content::Parameters(_), None) => {
            "unpaired: no template is there that these parameters are for".to_owned()
        }
        (Content::Parameters(_), Some(_)) if plan.without_parameters => {
            "unpaired: parameter files are left out, as `--no-parameter-files` asks".to_owned()
        }
        (Content::Parameters(_), Some(template)) => format!(
            "unrelated: nothing in {} concerns a rule",
            name_of(*template).unwrap_or_default()
        ),
        _ => "unrelated: nothing in it concerns a rule".to_owned(),
    }
}
