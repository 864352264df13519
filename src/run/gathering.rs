//! The resources of a run, put together.
//!
//! In: what the deployments gave, and the exports that were asked for. Out: one estate of all of them, and what became of
//! the files on the way.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::Request;
use super::evaluation::Evaluated;
use super::graph::Graph;
use super::input::State;
use super::records::Fates;
use super::scan::Scan;
use crate::discover::Kind;
use crate::estate::Estate;
use crate::estate::export::{Exported, merged, resources};
use crate::evaluate::{Code, Diagnostic};
use crate::finding::{DeploymentName, Problem};
use crate::project::{Parsed, Project};
use crate::source::FileId;
use crate::syntax::json::parse_sequence;

/// What deployments and exports give together.
pub(super) struct Gathered {
    /// The resources.
    pub(super) estate: Estate,
    /// What is only read, and is no part of what a deployment makes.
    pub(super) reads: Estate,
    /// The deployments by their numbers.
    pub(super) names: Vec<DeploymentName>,
    /// How many exports there are.
    pub(super) exports: usize,
    /// What became of the files.
    pub(super) fates: Fates,
    /// Values of the command line that templates do not take.
    pub(super) refused: BTreeSet<Problem>,
}

/// Puts together what the deployments and the exports give.
pub(super) fn gather(
    project: &Project,
    request: &Request,
    mut graph: Graph<'_>,
    scan: &Scan,
    evaluated: Vec<Evaluated>,
) -> Gathered {
    let mut all = Gathered {
        estate: Estate::new(request.closed_world),
        reads: Estate::new(true),
        names: Vec::with_capacity(evaluated.len()),
        exports: 0,
        fates: Fates::default(),
        refused: BTreeSet::new(),
    };
    let (estate, fates) = (&mut all.estate, &mut all.fates);
    estate.set_cloud(request.cloud);
    let resources = evaluated.iter().map(|one| one.evaluation.resources.len());
    estate.reserve(resources.sum());
    for Evaluated {
        template,
        parameters,
        evaluation,
        ..
    } in evaluated
    {
        let number = all.names.len() as u64;
        fates.note(&evaluation.diagnostics);
        let diagnostics = evaluation.diagnostics.iter();
        let refused = diagnostics.filter_map(|diagnostic| refused_value(project, diagnostic));
        all.refused.extend(refused);
        fates.reached.extend(evaluation.read());
        fates.used.extend(evaluation.read());
        // A module whose condition does not hold was looked at all the same.
        fates.used.extend(graph.closure_of(template).files);
        fates.used.extend(parameters);
        fates.reached.extend(parameters);
        all.names
            .push(deployment_name(project, template, parameters));
        estate.add_deployment(number, evaluation.resources, evaluation.unread);
        all.reads
            .add_deployment(number, evaluation.version_reads, Vec::new());
        estate.add_secret_reads(number, evaluation.secret_reads);
        estate.add_order(number, evaluation.order);
    }
    all.exports = read_exports(request, scan, estate, fates);
    all
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
        line: None,
        path: format!("-p {name}"),
        message: diagnostic.message.clone(),
        named: true,
    })
}

fn deployment_name(
    project: &Project,
    template: FileId,
    parameters: Option<FileId>,
) -> DeploymentName {
    let name = |file: FileId| project.sources().name_of_file(file).unwrap_or_default();
    DeploymentName {
        file: name(template),
        parameters: parameters.map(name),
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
    let read: Vec<Exported> = exports
        .par_iter()
        .with_max_len(1)
        .map(|parsed| {
            let sequence = parse_sequence(parsed.source.text());
            resources(&parsed.source, &sequence, &|kind| request.wants(kind))
        })
        .collect();
    for (parsed, exported) in exports.iter().zip(&read) {
        fates.used.insert(parsed.source.id());
        fates.reached.insert(parsed.source.id());
        let problems = exported.problems.iter().map(|problem| Diagnostic {
            place: problem.place,
            code: Code::Evaluate,
            message: problem.message.clone(),
        });
        fates.note(&problems.collect::<Vec<_>>());
    }
    if read.iter().any(|exported| exported.is_cut_short) {
        estate.leave_open();
    }
    estate.add_export(merged(read.into_iter().map(|exported| exported.resources)));
    exports.len()
}
