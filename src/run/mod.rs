//! A whole run: from paths to a report.
//!
//! In: paths, rules and what is known of the deployments. Out: a [`Report`] with findings and with what became of each
//! file. It joins the folders of the pipeline, as the command line does, and holds no knowledge of its own about
//! templates or rules. It refuses to know how a report is written and what the exit code is.

mod choice;
mod deployments;
mod examples;
mod findings;
mod graph;
mod mutation;
mod records;
mod scan;
mod suppressions;

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::discover::{Kind, WalkOptions};
use crate::estate::export::{Exported, merged};
use crate::estate::relations::is_related;
use crate::estate::{Estate, Home, Member, export};
use crate::evaluate::value::Value;
use crate::evaluate::{Cloud, Code, Diagnostic, Entry, Evaluation, Surroundings, evaluate};
use crate::finding::{DeploymentName, Problem, Report, Verdict};
use crate::project::{Content, Parsed, Project};
use crate::rules::{Judge, Rule};
use crate::source::{FileId, Source};
use crate::suppress::{self, KnownRule};
use crate::syntax::expression::Text;
use crate::syntax::json::parse_sequence;
use crate::syntax::template::ParameterFile;
use choice::Choice;
use deployments::{Pairing, Pairings, Plan, Planned, plan};
use findings::{Findings, Ruled};
use graph::Graph;
use records::{Fates, records};
use scan::{Scan, State, scan};

pub use choice::{Chosen, Overrides};
pub use deployments::ParameterFiles;
pub use examples::{ExampleError, observe_example};
pub use mutation::{Survivor, survivors};

/// What is asked of a run.
#[derive(Debug)]
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
    /// The verdicts whose findings are listed.
    pub verdicts: Vec<Verdict>,
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
    /// The configuration, where there are suppressions in it.
    pub file: Option<FileId>,
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
        let mut known = HashSet::new();
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

    /// Whether a rule looks at resources of this type.
    fn speaks_of(&self, kind: &str) -> bool {
        let everywhere = self.rules.iter().chain(&self.configured.overrides.rules);
        let mut patterns = everywhere.flat_map(|rule| &rule.resources);
        patterns.any(|pattern| pattern.matches(kind))
    }
}

/// What a run gives.
#[derive(Debug)]
pub struct Outcome {
    /// All that a report prints.
    pub report: Report,
    /// A path of the command line could not be read or decoded.
    pub input_failed: bool,
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
    let scan = scan(project, request);
    let mut graph = Graph::new(project);
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
    let asked = asked_files(&scan);
    if !request.parameters.is_empty() || !request.values.is_empty() {
        take_parameters(project, &mut plan, &scan, request)?;
    }
    keep_relevant(&mut plan, &mut graph, &asked);
    let evaluated = evaluate_all(project, request, plan.deployments.clone(), &asked);
    let mut fates = Fates::default();
    let mut estate = Estate::new(request.closed_world);
    estate.set_cloud(request.cloud);
    let mut names = Vec::new();
    let mut refused = BTreeSet::new();
    for Evaluated {
        planned,
        evaluation,
    } in evaluated
    {
        let number = names.len() as u64;
        fates.note(&evaluation.diagnostics);
        let diagnostics = evaluation.diagnostics.iter();
        refused.extend(diagnostics.filter_map(|diagnostic| refused_value(project, diagnostic)));
        fates.used.extend(evaluation.files);
        // A module whose condition does not hold was looked at all the same.
        fates.used.extend(graph.closure(&planned.template).files);
        fates
            .used
            .extend(planned.parameters.iter().map(|pairing| pairing.file));
        names.push(deployment_name(project, &planned));
        estate.add_deployment(number, evaluation.resources, evaluation.unread);
        estate.add_secret_reads(number, evaluation.secret_reads);
        estate.add_order(number, evaluation.order);
    }
    let exports = read_exports(request, &scan, &mut estate, &mut fates);
    let (files, other_files) = records(&scan.inputs, &plan, &fates, project.sources());
    let mut findings = Findings::new(project);
    let mut choice = Choice::new(project, request);
    let resources = judge(&mut choice, &estate, &names, &mut findings)?;
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
    let fails = findings
        .iter()
        .filter(|finding| suppressions::counts(finding));
    let worst = fails.map(|finding| finding.level).max();
    findings.retain(|finding| request.verdicts.contains(&finding.verdict));
    let input_failed = !refused.is_empty()
        || scan.problems.iter().any(|problem| problem.is_named())
        || scan.inputs.iter().any(|input| {
            input.candidate.named
                && matches!(&input.state, State::Failed(failure) if failure.unread)
        });
    let problems = scan.problems.iter().map(|problem| Problem {
        path: project.sources().name(problem.path()),
        message: problem.to_string(),
        named: problem.is_named(),
    });
    Ok(Outcome {
        report: Report {
            files,
            other_files,
            deployments: names.len() + exports,
            resources,
            findings,
            worst,
            verdicts,
            problems: problems.chain(refused).chain(plan.problems).collect(),
        },
        input_failed,
    })
}

/// A value of the command line that the template does not take.
fn refused_value(project: &Project, diagnostic: &Diagnostic) -> Option<Problem> {
    let file = diagnostic.place.file;
    if diagnostic.code != Code::Parameter || !project.is_given(file) {
        return None;
    }
    // What stands behind the name may be a secret.
    let given = project.sources().get(file)?;
    let (name, _) = given.text().split_once('=')?;
    Some(Problem {
        path: format!("-p {name}"),
        message: diagnostic.message.clone(),
        named: true,
    })
}

/// The files that were asked for and understood.
fn asked_files(scan: &Scan) -> HashSet<FileId> {
    scan.inputs
        .iter()
        .filter(|input| input.asked)
        .filter_map(|input| match &input.state {
            State::Parsed(parsed) => Some(parsed.source.id()),
            _ => None,
        })
        .collect()
}

/// Makes the one template of the command line the entry point of the parameters there.
fn take_parameters(
    project: &Project,
    plan: &mut Plan,
    scan: &Scan,
    request: &Request,
) -> Result<(), RunError> {
    let templates: Vec<_> = scan
        .inputs
        .iter()
        .filter(|input| input.asked)
        .filter_map(|input| match &input.state {
            State::Parsed(parsed) => match &parsed.content {
                Content::Template(_) => Some(parsed),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let [only] = templates.as_slice() else {
        return Err(RunError::Parameters {
            found: templates.len(),
        });
    };
    // The scan may have kept the outline only.
    let whole = project.parsed(&only.source);
    let Content::Template(template) = &whole.content else {
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
        });
    }
    plan.deployments = paired;
    Ok(())
}

/// Leaves out deployments that concern no rule, or surely lead to no file that was asked for.
fn keep_relevant(plan: &mut Plan, graph: &mut Graph<'_>, asked: &HashSet<FileId>) {
    plan.deployments.retain(|planned| {
        let closure = graph.closure(&planned.template);
        let mut files = closure.files.iter().copied();
        let of_parameters = planned.parameters.as_ref().map(|pairing| pairing.file);
        let is_asked = files.any(|file| asked.contains(&file))
            || of_parameters.is_some_and(|file| asked.contains(&file));
        (is_asked || closure.open_ended) && graph.concerns_rules(&closure)
    });
}

/// A deployment and what it gives.
struct Evaluated {
    planned: Planned,
    evaluation: Evaluation,
}

/// Evaluates the deployments, and leaves out those of templates that others deploy and those that read no file that was
/// asked for.
fn evaluate_all(
    project: &Project,
    request: &Request,
    planned: Vec<Planned>,
    asked: &HashSet<FileId>,
) -> Vec<Evaluated> {
    let numbered: Vec<(u64, Planned)> = (0..).zip(planned).collect();
    let evaluated: Vec<Evaluated> = numbered
        .into_par_iter()
        .map(|(number, planned)| {
            let given = planned.parameters.iter();
            let mut parameters: Vec<_> = given.map(|pairing| pairing.assignments.clone()).collect();
            if !request.parameters.is_empty() {
                parameters = request.parameters.clone();
            }
            let entry = Entry {
                template: planned.template.clone(),
                parameters,
                overrides: request.values.clone(),
                surroundings: request.surroundings.clone(),
                number,
            };
            let wanted = |kind: &str| request.speaks_of(kind) || is_related(kind);
            let mut evaluation = evaluate(project, &entry, &wanted, false);
            if planned.snapshot {
                export::place_by_id(&mut evaluation.resources);
            }
            Evaluated {
                planned,
                evaluation,
            }
        })
        .collect();
    let called: HashSet<FileId> = evaluated
        .iter()
        .flat_map(|one| {
            let own = one.planned.template.file;
            one.evaluation
                .files
                .iter()
                .copied()
                .filter(move |file| *file != own)
        })
        .collect();
    evaluated
        .into_iter()
        .filter(|one| {
            let is_called =
                one.planned.unless_called && called.contains(&one.planned.template.file);
            let is_asked = one.evaluation.files.iter().any(|file| asked.contains(file));
            !is_called && is_asked
        })
        .collect()
}

fn deployment_name(project: &Project, planned: &Planned) -> DeploymentName {
    let name = |file: FileId| {
        let source = project.sources().get(file);
        source.map_or_else(String::new, |source| source.name().to_owned())
    };
    DeploymentName {
        file: name(planned.template.file),
        parameters: planned
            .parameters
            .as_ref()
            .map(|pairing| name(pairing.file)),
    }
}

/// Adds the exports that were asked for. Gives their number.
fn read_exports(request: &Request, scan: &Scan, estate: &mut Estate, fates: &mut Fates) -> usize {
    let exports: Vec<&Arc<Parsed>> = scan
        .inputs
        .iter()
        .filter(|input| input.asked)
        .filter_map(|input| match &input.state {
            State::Parsed(parsed) if parsed.kind == Kind::Export => Some(parsed),
            _ => None,
        })
        .collect();
    let wanted = |kind: &str| request.speaks_of(kind) || is_related(kind);
    let read: Vec<Exported> = exports
        .par_iter()
        .map(|parsed| {
            let sequence = parse_sequence(parsed.source.text());
            export::resources(&parsed.source, &sequence, &wanted)
        })
        .collect();
    for (parsed, exported) in exports.iter().zip(&read) {
        fates.used.insert(parsed.source.id());
        let problems = exported.problems.iter().map(|problem| Diagnostic {
            place: problem.place,
            code: Code::Evaluate,
            message: problem.message.clone(),
        });
        fates.note(&problems.collect::<Vec<_>>());
    }
    estate.add_export(merged(read.into_iter().map(|exported| exported.resources)));
    exports.len()
}

/// How many resources of an export are judged at a time.
const EXPORTED_AT_A_TIME: usize = 64;

/// How many deployments, or parts of exports, are judged before their findings are put together.
const GROUPS_AT_A_TIME: usize = 64;

/// Judges all resources. Gives how many of them a rule speaks of.
fn judge(
    choice: &mut Choice<'_>,
    estate: &Estate,
    names: &[DeploymentName],
    findings: &mut Findings<'_>,
) -> Result<usize, RunError> {
    let request = choice.request;
    let mut members: Vec<(usize, &Member)> = Vec::new();
    for member in estate
        .members()
        .iter()
        .filter(|member| !member.resource.existing && !member.resource.extension)
        .filter(|member| request.speaks_of(&member.resource.kind))
    {
        members.push((choice.of_member(member)?, member));
    }
    let of_one_home = |one: &(usize, &Member), other: &(usize, &Member)| {
        one.0 == other.0 && one.1.home == other.1.home
    };
    let groups: Vec<&[(usize, &Member)]> = members
        .chunk_by(of_one_home)
        .flat_map(|group| match group.first().map(|(_, member)| member.home) {
            Some(Home::Export) => group.chunks(EXPORTED_AT_A_TIME),
            _ => group.chunks(usize::MAX),
        })
        .collect();
    let sources = choice.project.sources();
    // What is said of all resources of a large tree or export at once takes more memory than all else.
    for some in groups.chunks(GROUPS_AT_A_TIME) {
        let judged: Vec<Vec<Vec<Ruled<'_>>>> = some
            .par_iter()
            .map(|group| {
                let chosen = group.first().map_or(0, |(chosen, _)| *chosen);
                let mut judge = Judge::new(estate, sources, choice.rules(chosen));
                let of_member = |(_, member)| said_of(&mut judge, member);
                group.iter().copied().map(of_member).collect()
            })
            .collect();
        for ruled in judged.iter().flatten() {
            let home = ruled.first().map(|ruled| ruled.member.home);
            let deployment = match home {
                Some(Home::Deployment(number)) => names.get(number as usize),
                _ => None,
            };
            findings.add(ruled, deployment);
        }
    }
    Ok(members.len())
}

/// What the rules say of a resource.
fn said_of<'a>(judge: &mut Judge<'a>, member: &'a Member) -> Vec<Ruled<'a>> {
    let all = judge.member(member).into_iter();
    let ruled = all.map(|(rule, rulings)| Ruled {
        rule,
        member,
        rulings,
    });
    ruled.collect()
}
