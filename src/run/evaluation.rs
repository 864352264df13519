//! The evaluation of the deployments of a run, on all threads.
//!
//! In: what is planned. Out: what each deployment gives, in the order of the plan. The trees that no deployment needs any
//! more go on the way.

use std::sync::atomic::{AtomicUsize, Ordering};

use foldhash::{HashMap, HashSet};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use super::Request;
use super::deployments::Planned;
use super::graph::{Concern, Graph};
use crate::estate::export;
use crate::evaluate::{Entry, Evaluation, Wanted, evaluate};
use crate::project::Project;
use crate::source::FileId;

/// A deployment and what it gives.
pub(super) struct Evaluated {
    /// The entry point.
    pub(super) template: FileId,
    /// The parameter file that it was paired with.
    pub(super) parameters: Option<FileId>,
    unless_called: bool,
    /// What it gives.
    pub(super) evaluation: Evaluation,
}

/// Evaluates the deployments, and leaves out those of templates that others deploy and those that read no file that was
/// asked for. The tree of a file goes when no deployment needs it any more.
pub(super) fn evaluate_all(
    project: &Project,
    request: &Request,
    graph: &mut Graph<'_>,
    planned: Vec<Planned>,
    asked: &HashSet<FileId>,
) -> Vec<Evaluated> {
    let needs: Vec<Vec<FileId>> = planned
        .iter()
        .map(|planned| {
            let files = graph.closure(&planned.template).files.into_iter();
            let parameters = planned.parameters.as_ref().map(|pairing| pairing.file);
            files.chain(parameters).collect()
        })
        .collect();
    let mut users: HashMap<FileId, AtomicUsize> = HashMap::default();
    for file in needs.iter().flatten() {
        *users.entry(*file).or_default().get_mut() += 1;
    }
    project.release_others(|file| users.contains_key(&file));
    let numbered: Vec<_> = (0..).zip(planned).zip(needs).collect();
    let evaluated: Vec<Evaluated> = numbered
        .into_par_iter()
        // Some take a thousand times as long as others.
        .with_max_len(1)
        .filter_map(|((number, planned), needs)| {
            let evaluated = evaluate_one(project, request, number, planned, &needs);
            for file in needs {
                let users = users.get(&file);
                if users.is_some_and(|users| users.fetch_sub(1, Ordering::Relaxed) == 1) {
                    project.set_aside(file);
                }
            }
            evaluated
        })
        .collect();
    let called: HashSet<FileId> = evaluated
        .iter()
        .flat_map(|one| {
            let files = one.evaluation.files.iter().copied();
            files.filter(|file| *file != one.template)
        })
        .collect();
    evaluated
        .into_iter()
        .filter(|one| {
            let is_called = one.unless_called && called.contains(&one.template);
            let evaluation = &one.evaluation;
            let listed = evaluation.listed.iter().copied();
            let is_asked = evaluation
                .read()
                .chain(listed)
                .any(|file| asked.contains(&file));
            !is_called && is_asked
        })
        .collect()
}

/// Evaluates a deployment that leads to these files, as far as that can be read off. What its entry point says of itself
/// may not be so, and then there is none.
fn evaluate_one(
    project: &Project,
    request: &Request,
    number: u64,
    planned: Planned,
    leads: &[FileId],
) -> Option<Evaluated> {
    let template = planned.template.file;
    let file = planned.parameters.as_ref().map(|pairing| pairing.file);
    // What stands for a template that cannot be read is in no file.
    let is_stand_in = file == Some(template);
    let whole = match is_stand_in {
        true => planned.template,
        false => project.whole(template)?,
    };
    let given = planned.parameters.into_iter();
    let mut parameters: Vec<_> = given.map(|pairing| pairing.assignments).collect();
    if !request.parameters.is_empty() {
        parameters = request.parameters.clone();
    }
    let entry = Entry {
        template: whole,
        parameters,
        overrides: request.values.clone(),
        surroundings: request.surroundings.clone(),
        number,
    };
    let is_read = |kind: &str| request.judges(kind, true);
    let is_judged = |kind: &str| request.speaks_of(kind);
    let evaluated = |concern: Concern| {
        let wanted = Wanted {
            resources: &|kind| concern.is_about(kind) && request.wants(kind),
            reads: (concern == Concern::Resources).then_some(&is_read),
            in_policies: &is_judged,
            outputs: false,
        };
        evaluate(project, &entry, wanted)
    };
    let mut evaluation = evaluated(planned.concern);
    let is_known = |file: FileId| leads.contains(&file);
    if planned.concern != Concern::Resources && !evaluation.read().all(is_known) {
        // What else it leads to may be of any kind.
        evaluation = evaluated(Concern::Resources);
    }
    if planned.snapshot {
        export::place_by_id(&mut evaluation.resources);
    }
    Some(Evaluated {
        template,
        parameters: file.filter(|_| !is_stand_in),
        unless_called: planned.unless_called,
        evaluation,
    })
}
