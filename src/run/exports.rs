//! The exports of a run: all of them show one and the same Azure.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::discover::Kind;
use crate::estate::Estate;
use crate::estate::export::{Exported, Problem, merged, resources};
use crate::evaluate::{Code, Diagnostic};
use crate::project::Parsed;
use crate::syntax::json::parse_sequence;

use super::records::Fates;
use super::scan::{Scan, State};

/// Adds what the exports show that were asked for. Gives their number.
pub(super) fn read_exports(scan: &Scan, estate: &mut Estate, fates: &mut Fates) -> usize {
    let parsed: Vec<&Parsed> = scan
        .inputs
        .iter()
        .filter(|input| input.asked)
        .filter_map(|input| match &input.state {
            State::Parsed(parsed) if parsed.kind == Kind::Export => Some(parsed.as_ref()),
            _ => None,
        })
        .collect();
    let count = parsed.len();
    fates
        .used
        .extend(parsed.iter().map(|parsed| parsed.source.id()));
    // The trees are not kept from the scan: they are many times the text.
    let exported: Vec<Exported> = parsed
        .into_par_iter()
        .map(|parsed| {
            let sequence = parse_sequence(parsed.source.text());
            resources(&parsed.source, &sequence, &|_| true)
        })
        .collect();
    let mut exports = Vec::with_capacity(count);
    for Exported {
        resources,
        problems,
    } in exported
    {
        let problems: Vec<Diagnostic> = problems.into_iter().map(diagnostic).collect();
        fates.note(&problems);
        exports.push(resources);
    }
    estate.add_export(merged(exports));
    count
}

fn diagnostic(problem: Problem) -> Diagnostic {
    Diagnostic {
        place: problem.place,
        code: Code::Evaluate,
        message: problem.message,
    }
}
