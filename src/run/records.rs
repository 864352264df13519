//! What became of each file.

use std::collections::{HashMap, HashSet};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::choice::Choice;
use super::deployments::Plan;
use super::scan::{Aside, Input, State, file_kind, kind_of};
use super::{Request, RunError};
use crate::baseline::Judged;
use crate::discover::{Excluded, Format, Kind, concerns_rules};
use crate::evaluate::{Code, Diagnostic};
use crate::finding::{FileKind, FileRecord, FileStatus, Problem};
use crate::project::Project;
use crate::source::{FileId, Place, Sources};
use crate::syntax::expression::Text;

/// What happened to the files of a run.
#[derive(Debug, Default)]
pub(super) struct Fates {
    /// Files that took part in a deployment or export that was judged.
    pub(super) used: HashSet<FileId>,
    /// Of those, the ones that deployments went through, rather than only named.
    pub(super) reached: HashSet<FileId>,
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
    /// By name, with whether all modules that it calls could be read, and the choice of rules for it.
    files: HashMap<&'a str, (bool, usize)>,
    /// The rules of each choice.
    rules: HashMap<usize, HashSet<Text>>,
}

impl<'a> Seen<'a> {
    /// Those that were asked for and judged, or that concern no rule; none where the command line gives parameters, since
    /// others may give other findings. A rule that does not run for a file finds nothing in it. A module that is not there or an expression that fails hides nothing that the file
    /// declares, a syntax error may.
    pub(super) fn of(
        records: &'a [FileRecord],
        inputs: &[Input],
        sources: &Sources,
        request: &'a Request,
        choice: &mut Choice<'_>,
    ) -> Result<Self, RunError> {
        if request.baseline.is_none() {
            return Ok(Self::default());
        }
        let mut asked: HashMap<String, usize> = HashMap::new();
        let mut rules: HashMap<usize, HashSet<Text>> = HashMap::new();
        for input in inputs.iter().filter(|input| input.asked) {
            let Some(file) = input.file() else {
                continue;
            };
            let name = sources.name_of(&input.candidate.path, &input.candidate.canonical);
            let chosen = choice.of_file(file)?;
            let ids = || choice.rules(chosen).iter().map(|rule| rule.id.clone());
            rules.entry(chosen).or_insert_with(|| ids().collect());
            asked.insert(name, chosen);
        }
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
            let chosen = *asked.get(&record.path).filter(|_| is_as_usual)?;
            Some((record.path.as_str(), (in_full, chosen)))
        };
        Ok(Self {
            files: records.iter().filter_map(file).collect(),
            rules,
        })
    }
}

impl Judged for Seen<'_> {
    fn is_judged(&self, path: &str, rule: &str, modules: bool) -> bool {
        let Some((in_full, chosen)) = self.files.get(path) else {
            return false;
        };
        let mut runs = self.rules.get(chosen).into_iter().flatten();
        (*in_full || !modules) && runs.any(|id| **id == *rule)
    }
}

/// What is told of paths that are named and left out: records of files, and notes on folders.
pub(super) fn excluded(
    excluded: &[Excluded],
    sources: &Sources,
) -> (Vec<FileRecord>, Vec<Problem>) {
    let (mut records, mut notes) = (Vec::new(), Vec::new());
    for one in excluded {
        let (path, pattern) = (sources.name(&one.path), &one.pattern);
        if one.is_folder {
            notes.push(Problem {
                message: format!(
                    "{path} is not looked at, since the pattern `{pattern}` of `exclude` leaves it out"
                ),
                path,
                named: false,
            });
        } else {
            records.push(FileRecord {
                path,
                kind: kind_of(Format::of(&one.path).unwrap_or(Format::Json)),
                status: FileStatus::Skipped,
                reason: Some(format!(
                    "excluded: the pattern `{pattern}` of `exclude` leaves it out"
                )),
                place: None,
            });
        }
    }
    (records, notes)
}

/// The records of the files that are listed, in order of their names, and how many JSON files are none of the kinds.
pub(super) fn records(
    inputs: &[Input],
    plan: &Plan,
    fates: &Fates,
    project: &Project,
) -> (Vec<FileRecord>, usize) {
    let records = inputs.par_iter();
    let mut records: Vec<FileRecord> = records
        .filter_map(|input| record(input, plan, fates, project))
        .collect();
    records.sort();
    let is_other = |input: &&Input| input.asked && matches!(input.state, State::Other);
    (records, inputs.iter().filter(is_other).count())
}

/// The record of a file, where it is listed.
fn record(input: &Input, plan: &Plan, fates: &Fates, project: &Project) -> Option<FileRecord> {
    let sources = project.sources();
    let path = || sources.name_of(&input.candidate.path, &input.candidate.canonical);
    match &input.state {
        State::Other => None,
        State::Failed(failure) => input.asked.then(|| FileRecord {
            path: path(),
            kind: failure.kind,
            status: FileStatus::Failed,
            reason: Some(failure.reason.clone()),
            place: None,
        }),
        State::Parsed(_) | State::Aside(_) => {
            let known = Known::of(input, fates, project)?;
            let record = of_known(&known, path(), plan, fates, sources);
            // What lies around the paths of the command line is told of where it matters.
            let matters = fates.used.contains(&known.file) && record.status != FileStatus::Analysed;
            (input.asked || matters).then_some(record)
        }
    }
}

/// What is known of a file that was understood.
struct Known {
    file: FileId,
    kind: Kind,
    error: Option<(String, Place)>,
}

impl Known {
    fn of(input: &Input, fates: &Fates, project: &Project) -> Option<Self> {
        let of = |aside: &Aside| Self {
            file: aside.file,
            kind: aside.kind,
            error: aside.error.clone(),
        };
        match &input.state {
            State::Parsed(parsed) => Some(of(&Aside::of(parsed))),
            // One that was taken for generated, and is a part of a deployment all the same.
            State::Aside(aside)
                if aside.outline.is_some()
                    && !aside.unrelated
                    && fates.used.contains(&aside.file) =>
            {
                let parsed = project.file(&input.candidate.canonical).ok();
                Some(parsed.map_or_else(|| of(aside), |parsed| of(&Aside::of(&parsed))))
            }
            State::Aside(aside) => Some(of(aside)),
            State::Other | State::Failed(_) => None,
        }
    }
}

fn of_known(
    known: &Known,
    path: String,
    plan: &Plan,
    fates: &Fates,
    sources: &Sources,
) -> FileRecord {
    let syntax = || {
        let (reason, place) = known.error.clone()?;
        Some((FileStatus::Partial, Some(reason), Some(place)))
    };
    let (status, reason, place) = if fates.used.contains(&known.file) {
        syntax().unwrap_or_else(|| shortcoming(known.file, fates, sources))
    } else {
        let reason = not_used(known, plan, sources);
        let is_generated = reason.starts_with("generated");
        // A file that says nothing because of its errors was not understood.
        match syntax() {
            Some(partial) if !is_generated => partial,
            _ => (FileStatus::Skipped, Some(reason), None),
        }
    };
    FileRecord {
        path,
        kind: file_kind(known.kind).unwrap_or(FileKind::Arm),
        status,
        reason,
        place,
    }
}

/// Whether a template speaks of what rules look at, as far as its text is at hand.
fn declares_what_matters(file: FileId, sources: &Sources) -> bool {
    let source = sources.get(file);
    source.is_some_and(|source| concerns_rules(source.text().as_bytes()))
}

type Fate = (FileStatus, Option<String>, Option<Place>);

fn shortcoming(file: FileId, fates: &Fates, sources: &Sources) -> Fate {
    match fates.problems.get(&file) {
        None if fates.reached.contains(&file) || !declares_what_matters(file, sources) => {
            (FileStatus::Analysed, None, None)
        }
        None => {
            let reason = "unrelated: no deployment of this run deploys it, since the conditions and loops around its calls \
                          leave it out";
            (FileStatus::Analysed, Some(reason.to_owned()), None)
        }
        Some(problem) => {
            let word = match problem.code {
                Code::Module => "module",
                Code::Evaluate | Code::Parameter | Code::Limit => "evaluate",
            };
            let start = problem.place.span.start;
            let source = sources.get(file);
            let line = source.map_or(1, |source| source.position(start).line);
            (
                FileStatus::Partial,
                Some(format!("{word}: line {line}: {}", problem.message)),
                Some(problem.place),
            )
        }
    }
}

fn not_used(known: &Known, plan: &Plan, sources: &Sources) -> String {
    if plan.generated.contains(&known.file) {
        return "generated: it is compiled from the Bicep file beside it, which stands for it"
            .to_owned();
    }
    let is_parameters = matches!(known.kind, Kind::Parameters { .. } | Kind::BicepParameters);
    match plan.paired.get(&known.file) {
        _ if !is_parameters => "unrelated: nothing in it concerns a rule".to_owned(),
        None => match plan.replaced.get(&known.file) {
            Some(template) => format!(
                "unpaired: the configuration gives {} other parameter files",
                sources.name_of_file(*template).unwrap_or_default()
            ),
            None => "unpaired: no template is there that these parameters are for".to_owned(),
        },
        Some(_) if plan.without_parameters => {
            "unpaired: parameter files are left out, as `--no-parameter-files` asks".to_owned()
        }
        Some(template) => format!(
            "unrelated: nothing in {} concerns a rule",
            sources.name_of_file(*template).unwrap_or_default()
        ),
    }
}
