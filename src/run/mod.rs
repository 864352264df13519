//! A whole run: from paths to a report.
//!
//! In: paths, rules and what is known of the deployments. Out: a [`Report`] with findings and with what became of each
//! file. It joins the folders of the pipeline, as the command line does, and holds no knowledge of its own about
//! templates or rules. It refuses to know how a report is written and what the exit code is.

mod choice;
mod deployments;
mod evaluation;
mod examples;
mod finding;
mod findings;
mod gathering;
mod generated;
mod graph;
mod input;
mod judging;
mod mutation;
mod patterns;
mod pictures;
mod reading;
mod records;
mod scan;
mod suppressions;

use std::path::PathBuf;
use std::sync::Arc;

use foldhash::HashSet;

use crate::baseline::{self, Baseline, Left};
use crate::discover::{Kind, Vocabulary, WalkOptions};
use crate::estate::Estate;
use crate::estate::relations::is_related;
use crate::evaluate::value::Value;
use crate::evaluate::{Cloud, Surroundings};
use crate::finding::{BaselineState, Problem, Report, Verdict};
use crate::project::{Content, Project, root_of};
use crate::rules::{Rule, TypePattern};
use crate::source::{FileId, Source, canonical};
use crate::suppress::{self, KnownRule};
use crate::syntax::expression::Text;
use crate::syntax::template::ParameterFile;
use choice::Choice;
use deployments::{Pairing, Pairings, Plan, Planned, plan};
use evaluation::evaluate_all;
use findings::Findings;
use gathering::{Gathered, gather};
use graph::{Concern, Graph};
use input::{Input, State};
use judging::judge;
use records::{Seen, excluded, records};
use scan::{Scan, scan};

pub use choice::{Chosen, Overrides};
pub use deployments::ParameterFiles;
pub use examples::{ExampleError, observe_example};
pub use mutation::{Survivor, survivors};
pub use patterns::Patterns;

/// What is asked of a run.
#[derive(Debug, Default)]
pub struct Request {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// What came on standard input.
    pub standard_input: Option<Arc<Source>>,
    /// How to walk folders.
    pub walk: WalkOptions,
    /// The rules that run, in the order of their ids.
    pub rules: Vec<Arc<Rule>>,
    /// Parameter files of the command line, with their names. If there is one, or a value, there must be exactly one
    /// template among the paths.
    pub parameters: Vec<Arc<ParameterFile>>,
    /// Values of the command line.
    pub values: Vec<(Text, Value)>,
    /// Where entry points are deployed.
    pub surroundings: Surroundings,
    /// Whether everything that exists is among the paths.
    pub closed_world: bool,
    /// Whether parameter files are paired with templates.
    pub parameter_files: bool,
    /// Whether templates that were made from a Bicep file beside them are judged too.
    pub include_generated: bool,
    /// The cloud, where the user says so.
    pub cloud: Option<Cloud>,
    /// Whether the report draws what stands around vaults.
    pub pictures: bool,
    /// The verdicts whose findings are listed.
    pub verdicts: Vec<Verdict>,
    /// What is known already. The report tells of what is gone from it.
    pub baseline: Option<Baseline>,
    /// What was found in an earlier revision, which is not reported either.
    pub earlier: Option<Baseline>,
    /// What a configuration says beside all this.
    pub configured: Configured,
}

/// What a configuration says of findings, beside what the command line can say.
#[derive(Debug, Default)]
pub struct Configured {
    /// All rules that there are, whether or not they run: what suppressions can name.
    pub known_rules: Vec<KnownRule>,
    /// The suppressions in the configuration.
    pub suppressions: Vec<suppress::Entry>,
    /// Whether all of the folder that the configuration is for is looked at.
    pub is_whole_project: bool,
    /// Other rules for resources that some files declare.
    pub overrides: Overrides,
    /// Which parameter files are for which templates, in place of what their names say.
    pub parameter_files: Vec<ParameterFiles>,
}

impl Request {
    /// All rules that run somewhere, one of each id, in the order in which they are given.
    pub fn all_rules(&self) -> Vec<Arc<Rule>> {
        let mut known = HashSet::default();
        let everywhere = self.rules.iter().chain(&self.configured.overrides.rules);
        let mut all: Vec<Arc<Rule>> = everywhere
            .filter(|rule| known.insert(rule.id.clone()))
            .cloned()
            .collect();
        if all.len() > self.rules.len() {
            all.sort_by(|one, other| one.id.cmp(&other.id));
        }
        all
    }

    /// The words by which a file can concern one of the rules.
    fn vocabulary(&self) -> Vocabulary {
        let everywhere = self.rules.iter().chain(&self.configured.overrides.rules);
        let types = everywhere.flat_map(|rule| &rule.resources);
        Vocabulary::of(types.map(TypePattern::as_str))
    }

    /// Whether the user says which subscription templates are deployed to, so that ids are known in full.
    fn is_known_place(&self) -> bool {
        self.surroundings.subscription.is_some()
    }

    /// Whether resources of this type are evaluated: a rule looks at them, or a relation may lead to them.
    fn wants(&self, kind: &str) -> bool {
        is_related(kind) || self.speaks_of(kind)
    }

    /// Whether a rule looks at resources of this type.
    fn speaks_of(&self, kind: &str) -> bool {
        self.judges(kind, false)
    }

    /// Whether a rule looks at resources of this type, or at `existing` ones of it.
    fn judges(&self, kind: &str, existing: bool) -> bool {
        let mut everywhere = self.rules.iter().chain(&self.configured.overrides.rules);
        everywhere.any(|rule| rule.speaks_of(kind, existing))
    }
}

/// What a run gives.
#[derive(Debug)]
pub struct Outcome {
    /// All that a report prints.
    pub report: Report,
    /// What the baseline holds of files and rules that were not looked at.
    pub unseen: Baseline,
    /// The files that took part in a deployment or an export, whether or not they were asked for.
    pub used: HashSet<FileId>,
    /// A path of the command line could not be read or decoded, or standard input not be understood at all.
    pub input_failed: bool,
    /// The resources that were judged, and those that stand in a relation to them.
    pub estate: Estate,
}

/// Why a run cannot be done as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum RunError {
    /// Parameters are given, and it is not clear for which template.
    #[error("-p needs exactly one template on the command line, but there are {found}")]
    #[diagnostic(
        code(akvlint::run::parameters),
        help("name the one template that the parameters are for")
    )]
    Parameters {
        /// How many templates there are.
        found: usize,
    },
    /// Overrides that fit no rule together.
    #[error("the overrides of the configuration do not fit together: {message}")]
    #[diagnostic(code(akvlint::run::overrides))]
    Overrides {
        /// Why.
        message: String,
    },
}

/// Runs the rules over all that the paths lead to.
///
/// # Errors
///
/// When it cannot be done as asked. What cannot be read or understood is no error: the report tells of it.
pub fn run(project: &Project, request: &Request) -> Result<Outcome, RunError> {
    run_with(project, request, Effort::Needed)
}

/// The same, looking at everything, also at what surely concerns no rule. It takes longer and finds the same: tests hold
/// [`run`] to it.
///
/// # Errors
///
/// As of [`run`].
pub fn run_on_all(project: &Project, request: &Request) -> Result<Outcome, RunError> {
    run_with(project, request, Effort::All)
}

/// How many files a thread takes at a time, at most. By itself rayon leaves a quarter of all files to one of two threads,
/// and the other one idle in the end.
const FILES_IN_A_ROW: usize = 16;

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effort {
    /// What may concern a rule.
    Needed,
    /// Everything.
    All,
}

fn run_with(project: &Project, request: &Request, effort: Effort) -> Result<Outcome, RunError> {
    let vocabulary = request.vocabulary();
    let mut scan = scan(project, request, &vocabulary, effort);
    let mut graph = Graph::new(project, &vocabulary, scan.leaves(), scan.mentions());
    let mut plan = plan(
        project,
        &mut graph,
        &scan.inputs,
        Pairings {
            parameter_files: request.parameter_files,
            include_generated: request.include_generated,
        },
        &request.configured.parameter_files,
    );
    let asked = asked_files(project, &scan);
    if !request.parameters.is_empty() || !request.values.is_empty() {
        take_parameters(project, &mut plan, &scan, request)?;
    }
    keep_relevant(&mut plan, &mut graph, &asked, request, effort);
    scan.let_go();
    let deployments = std::mem::take(&mut plan.deployments);
    let evaluated = evaluate_all(project, request, &mut graph, deployments, &asked);
    scan.settle(project, request, &vocabulary);
    let Gathered {
        estate,
        reads,
        names,
        exports,
        fates,
        refused,
    } = gather(project, request, graph, &scan, evaluated);
    let (mut files, other_files) = records(&scan.inputs, &plan, &fates, project, &vocabulary);
    let (left_out, notes) = excluded(&scan.excluded, project.sources());
    files.extend(left_out);
    files.sort();
    let mut findings = Findings::new(
        project,
        &request.verdicts,
        editable(request, project, &scan, &plan),
    );
    let mut choice = Choice::new(project, request);
    let resources = judge(&mut choice, &estate, &names, &mut findings)?;
    judge(&mut choice, &reads, &names, &mut findings)?;
    generated::judge(&mut choice, &plan.compiled, &asked, &mut findings)?;
    let (mut findings, mut verdicts) = findings.finish();
    suppressions::apply(
        project,
        request,
        &mut choice,
        &asked,
        &fates,
        &mut findings,
        &mut verdicts,
    )?;
    let seen = Seen::of(
        &files,
        &scan.inputs,
        project.sources(),
        request,
        &mut choice,
    )?;
    let mut left = Left::default();
    if let Some(baseline) = &request.baseline {
        left = baseline.mark(&mut findings, project.sources(), &seen);
    }
    if let Some(earlier) = &request.earlier {
        earlier.mark(&mut findings, project.sources(), &seen);
    }
    baseline::recount(&findings, &mut verdicts);
    let fails = findings.iter().filter(|finding| {
        suppressions::counts(finding) && finding.baseline != Some(BaselineState::Unchanged)
    });
    let worst = fails.map(|finding| finding.level).max();
    findings.retain(|finding| request.verdicts.contains(&finding.verdict));
    let input_failed = !refused.is_empty()
        || scan.problems.iter().any(|problem| problem.is_named())
        || scan
            .inputs
            .iter()
            .any(|input| fails_the_job(input, request));
    let problems = scan.problems.iter().map(|problem| Problem {
        path: project.sources().name(problem.path()),
        message: problem.to_string(),
        line: None,
        named: problem.is_named(),
    });
    let pictures = match request.pictures {
        true => pictures::pictures(&estate, &names),
        false => Vec::new(),
    };
    Ok(Outcome {
        report: Report {
            files,
            other_files,
            deployments: names.len() + exports,
            resources,
            findings,
            worst,
            absent: left.absent,
            pictures,
            verdicts,
            problems: problems
                .chain(notes)
                .chain(refused)
                .chain(patterns::idle(project, &request.configured, &scan.inputs))
                .collect(),
        },
        unseen: left.unseen,
        used: fates.used,
        input_failed,
        estate,
    })
}

/// Whether a named file is an input that should have been understood. Hooks name every JSON file, so that one with an error
/// of syntax may be anything; what is piped in is meant, and whoever was to write it may have failed.
fn fails_the_job(input: &Input, request: &Request) -> bool {
    let State::Failed(failure) = &input.state else {
        return false;
    };
    let piped = request.standard_input.as_ref();
    let is_piped = piped.is_some_and(|source| source.canonical() == &*input.candidate.canonical);
    input.candidate.named && (is_piped || !failure.is_syntax())
}

/// The files that fixes may change: templates and parameter files of the project that nothing else is made from. A link
/// that leads out of what was named and out of its project leads to what nobody meant to change.
fn editable(request: &Request, project: &Project, scan: &Scan, plan: &Plan) -> HashSet<FileId> {
    let named = request.paths.iter().filter_map(|path| canonical(path).ok());
    let roots = request.paths.iter().filter_map(|path| root_of(path));
    let roots: Vec<PathBuf> = named.chain(roots).collect();
    let is_inside = |file: &FileId| {
        let source = project.sources().get(*file);
        source.is_some_and(|source| {
            roots
                .iter()
                .any(|root| source.canonical().starts_with(root))
        })
    };
    let files = scan.inputs.iter().filter_map(|input| match &input.state {
        State::Parsed(parsed) => Some((parsed.source.id(), parsed.kind)),
        State::Aside(aside) => Some((aside.file, aside.kind)),
        State::Other | State::Failed(_) => None,
    });
    files
        .filter(|(_, kind)| {
            matches!(
                kind,
                Kind::Bicep
                    | Kind::BicepParameters
                    | Kind::Template { .. }
                    | Kind::Parameters { .. }
            )
        })
        .map(|(file, _)| file)
        .filter(|file| !plan.made.contains(file) && is_inside(file))
        .collect()
}

/// The files that were asked for, those too that say nothing by themselves: a deployment may load them.
fn asked_files(project: &Project, scan: &Scan) -> HashSet<FileId> {
    let asked = scan.inputs.iter().filter(|input| input.asked);
    let sources = project.sources();
    let number = |input: &Input| {
        let file = input.file();
        file.or_else(|| sources.number_of_resolved(&input.candidate.canonical))
    };
    asked.filter_map(number).collect()
}

/// Makes the one template of the command line the entry point of the parameters there.
fn take_parameters(
    project: &Project,
    plan: &mut Plan,
    scan: &Scan,
    request: &Request,
) -> Result<(), RunError> {
    let templates: Vec<&Input> = scan
        .inputs
        .iter()
        .filter(|input| input.asked && input.template().is_some())
        .collect();
    let [only] = templates.as_slice() else {
        return Err(RunError::Parameters {
            found: templates.len(),
        });
    };
    // The scan may have kept the outline only.
    let whole = match &only.state {
        State::Parsed(parsed) => Some(parsed.clone()),
        _ => project.file(&only.candidate.canonical).ok(),
    };
    let Some(Content::Template(template)) = whole.as_deref().map(|whole| &whole.content) else {
        return Err(RunError::Parameters { found: 0 });
    };
    plan.generated.remove(&template.file);
    let mut paired: Vec<Planned> = plan
        .deployments
        .drain(..)
        .filter(|planned| {
            planned.template.file == template.file
                && planned.parameters.is_some()
                && request.parameters.is_empty()
        })
        .collect();
    if paired.is_empty() {
        let last = request.parameters.last();
        paired.push(Planned {
            template: template.clone(),
            parameters: last.map(|assignments| Pairing {
                file: assignments.template.file,
                assignments: assignments.clone(),
            }),
            unless_called: false,
            snapshot: false,
            concern: Concern::Resources,
        });
    }
    plan.deployments = paired;
    Ok(())
}

/// Leaves out deployments that concern no rule, or surely lead to no file that was asked for.
fn keep_relevant(
    plan: &mut Plan,
    graph: &mut Graph<'_>,
    asked: &HashSet<FileId>,
    request: &Request,
    effort: Effort,
) {
    let is_known_place = request.is_known_place();
    // What the command line gives may name a vault, as a parameter file may.
    let has_values = !request.values.is_empty() || !request.parameters.is_empty();
    plan.deployments.retain_mut(|planned| {
        let closure = graph.closure(&planned.template);
        let pairing = planned.parameters.iter();
        let parameters: Vec<_> = pairing
            .flat_map(|pairing| graph.chain(&pairing.assignments))
            .collect();
        let given: Vec<FileId> = parameters.iter().map(|one| one.template.file).collect();
        let mut files = closure.files.iter().chain(&given);
        let is_asked = files.any(|file| asked.contains(file));
        // What an evaluation alone can tell is looked at after it.
        let mut may_read_more = || {
            closure.open_ended
                || parameters
                    .iter()
                    .any(|one| !one.template.imports.is_empty())
                || graph.may_load(&closure.files)
                || graph.may_load(&given)
        };
        if !is_asked && !may_read_more() {
            return false;
        }
        let is_known_place = is_known_place || planned.snapshot;
        if effort == Effort::All {
            return true;
        }
        let concern = graph.concern(&closure, is_known_place);
        let is_given = has_values || given.iter().any(|file| graph.names_subject(*file));
        if let Some(concern) = concern {
            if !is_given {
                planned.concern = concern;
            }
            return true;
        }
        is_given
    });
}
