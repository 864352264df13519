//! What became of each file.

use foldhash::{HashMap, HashSet};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::choice::Choice;
use super::deployments::Plan;
use super::input::{Input, State, file_kind, kind_of};
use super::{FILES_IN_A_ROW, Request, RunError};
use crate::baseline::Judged;
use crate::discover::{Excluded, Format, Kind, Vocabulary};
use crate::evaluate::{Code, Diagnostic};
use crate::finding::{FileKind, FileRecord, FileStatus, Problem};
use crate::project::Project;
use crate::source::{FileId, Place, Sources};
use crate::syntax::error::SyntaxError;
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
    /// others may give other findings. A rule that does not run for a file finds nothing in it. A module that is not there
    /// or an expression that fails hides nothing that the file declares; a syntax error may.
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
        let mut asked: HashMap<String, usize> = HashMap::default();
        let mut rules: HashMap<usize, HashSet<Text>> = HashMap::default();
        for input in inputs.iter().filter(|input| input.asked) {
            let Some(file) = input.file() else {
                continue;
            };
            let name = sources.name_of(&input.candidate.path, &input.candidate.canonical);
            let chosen = choice.of_file(file)?;
            let ids = || {
                choice
                    .rules(chosen)
                    .all()
                    .iter()
                    .map(|rule| rule.id.clone())
            };
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
                line: None,
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
    vocabulary: &Vocabulary,
) -> (Vec<FileRecord>, usize) {
    let told = Teller {
        plan,
        fates,
        project,
        vocabulary,
    };
    let inputs_in_rows = inputs.par_iter().with_max_len(FILES_IN_A_ROW);
    let records = inputs_in_rows.filter_map(|input| told.record(input));
    let mut records: Vec<FileRecord> = records.collect();
    records.sort();
    let is_passed_over = |input: &&Input| {
        input.asked && matches!(input.state, State::Other) && !told.is_loaded(input)
    };
    (records, inputs.iter().filter(is_passed_over).count())
}

/// Why a template that speaks of what rules look at was not judged.
const NOT_DEPLOYED: &str = "unrelated: no deployment of this run deploys it, since the conditions and loops around its calls \
                            leave it out";

/// Why a template that does not was not.
const UNRELATED: &str = "unrelated: nothing in it concerns a rule";

type Fate = (FileStatus, Option<String>, Option<Place>);

/// Tells what became of files that were found, and why.
struct Teller<'r> {
    plan: &'r Plan,
    fates: &'r Fates,
    project: &'r Project,
    vocabulary: &'r Vocabulary,
}

impl Teller<'_> {
    /// The record of a file, where it is listed.
    fn record(&self, input: &Input) -> Option<FileRecord> {
        let found = &input.candidate;
        let sources = self.project.sources();
        let path = || sources.name_of(&found.path, &found.canonical);
        match &input.state {
            State::Other => None,
            // It was tried as JSON because it is named; what it is, the one that loads it says.
            State::Failed(failure)
                if failure.is_syntax()
                    && Format::of(&found.path).is_none()
                    && self.is_loaded(input) =>
            {
                None
            }
            State::Failed(failure) => input.asked.then(|| FileRecord {
                path: path(),
                kind: failure.kind,
                status: FileStatus::Failed,
                reason: Some(failure.reason.clone()),
                place: None,
            }),
            State::Parsed(_) | State::Aside(_) => {
                let (file, kind) = (input.file()?, input.kind()?);
                let (status, reason, place) = self.of(file, kind);
                // What lies around the paths of the command line is told of where it matters.
                let matters = self.fates.used.contains(&file) && status != FileStatus::Analysed;
                (input.asked || matters).then(|| FileRecord {
                    path: path(),
                    kind: file_kind(kind).unwrap_or(FileKind::Arm),
                    status,
                    reason,
                    place,
                })
            }
        }
    }

    /// Whether a deployment loads what is none of the kinds.
    fn is_loaded(&self, input: &Input) -> bool {
        let sources = self.project.sources();
        let file = sources.number_of_resolved(&input.candidate.canonical);
        file.is_some_and(|file| self.fates.used.contains(&file))
    }

    fn of(&self, file: FileId, kind: Kind) -> Fate {
        if let Some(error) = self.project.lost(file) {
            let reason = format!("{}: {error}", error.reason());
            return (FileStatus::Failed, Some(reason), None);
        }
        if self.fates.used.contains(&file) {
            return self.syntax(file).unwrap_or_else(|| self.shortcoming(file));
        }
        let reason = self.not_used(file, kind);
        let is_generated = reason.starts_with("generated");
        // A file that says nothing because of its errors was not understood. What is wrong with what a template declares is
        // no matter where no word of it concerns a rule, and is not looked for in a folder.
        let is_template = matches!(kind, Kind::Template { .. } | Kind::Bicep);
        let fault = match is_template && reason == UNRELATED {
            true => self.project.malformed(file),
            false => self.project.fault(file),
        };
        match fault {
            Some(fault) if !is_generated => self.not_understood(file, &fault),
            _ => (FileStatus::Skipped, Some(reason), None),
        }
    }

    fn syntax(&self, file: FileId) -> Option<Fate> {
        let fault = self.project.fault(file)?;
        Some(self.not_understood(file, &fault))
    }

    fn not_understood(&self, file: FileId, fault: &SyntaxError) -> Fate {
        let place = Place::new(file, fault.span);
        let reason = format!("syntax: line {}: {}", self.line(place), fault.message);
        (FileStatus::Partial, Some(reason), Some(place))
    }

    /// Whether a template speaks of what rules look at, as far as its text is at hand.
    fn declares_what_matters(&self, file: FileId) -> bool {
        let source = self.project.sources().get(file);
        source.is_some_and(|source| {
            let text = source.text().as_bytes();
            self.vocabulary.mentions_subjects(text)
        })
    }

    fn shortcoming(&self, file: FileId) -> Fate {
        let is_reached = self.fates.reached.contains(&file);
        match self.fates.problems.get(&file) {
            None if is_reached || !self.declares_what_matters(file) => {
                (FileStatus::Analysed, None, None)
            }
            None => (FileStatus::Analysed, Some(NOT_DEPLOYED.to_owned()), None),
            Some(problem) => {
                let word = match problem.code {
                    Code::Module => "module",
                    Code::Evaluate | Code::Parameter | Code::Limit => "evaluate",
                };
                let line = self.line(problem.place);
                (
                    FileStatus::Partial,
                    Some(format!("{word}: line {line}: {}", problem.message)),
                    Some(problem.place),
                )
            }
        }
    }

    /// The line where a place starts, counted from one.
    fn line(&self, place: Place) -> u32 {
        let source = self.project.sources().get(place.file);
        source.map_or(1, |source| source.position(place.span.start).line)
    }

    fn not_used(&self, file: FileId, kind: Kind) -> String {
        let plan = self.plan;
        let name = |file: FileId| {
            self.project
                .sources()
                .name_of_file(file)
                .unwrap_or_default()
        };
        if plan.generated.contains(&file) {
            return "generated: it is compiled from the Bicep file beside it, which stands for it"
                .to_owned();
        }
        let is_parameters = matches!(kind, Kind::Parameters { .. } | Kind::BicepParameters);
        match plan.paired.get(&file) {
            _ if !is_parameters && self.declares_what_matters(file) => NOT_DEPLOYED.to_owned(),
            _ if !is_parameters => UNRELATED.to_owned(),
            None => match plan.replaced.get(&file) {
                Some(template) => format!(
                    "unpaired: the configuration gives {} other parameter files",
                    name(*template)
                ),
                None => "unpaired: no template is there that these parameters are for".to_owned(),
            },
            Some(_) if plan.without_parameters => {
                "unpaired: parameter files are left out, as `--no-parameter-files` asks".to_owned()
            }
            Some(template) => format!("unrelated: nothing in {} concerns a rule", name(*template)),
        }
    }
}
