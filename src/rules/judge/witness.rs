//! The smallest assignment under which a rule fails.

use super::combination::{Assumed, Leaf, Taken};
use crate::evaluate::canonical;
use crate::evaluate::origin::Origin;
use crate::evaluate::symbol::Term;
use crate::evaluate::value::{Kind, Value};
use crate::finding::{self, Assumption};

/// Up to so many assumptions every subset of them is tried; of more, they are left out one by one.
const MAXIMUM_TRIED: usize = 10;

/// The fewest assumptions under which all combinations fail, and some surely possible one does. `failing` are the
/// positions of those that fail among `deployed`. `None` where every failing combination may be impossible.
pub(super) fn smallest<'l>(deployed: &[&'l Leaf], failing: &[usize]) -> Option<Vec<&'l Assumed>> {
    let possible = failing
        .iter()
        .filter_map(|number| deployed.get(*number))
        .filter(|leaf| leaf.decided);
    let mut best: Option<Vec<&Assumed>> = None;
    for leaf in possible {
        let found = smallest_of(leaf, deployed, failing);
        let is_better = best
            .as_ref()
            .is_none_or(|known| weight(&found) < weight(known));
        if is_better {
            best = Some(found);
        }
    }
    best
}

/// Fewest first, then parameters before guards, then in order of declaration.
fn weight(assumed: &[&Assumed]) -> (usize, Vec<(bool, u32)>) {
    let order = assumed.iter().map(|each| (each.guard, each.order));
    (assumed.len(), order.collect())
}

fn smallest_of<'l>(leaf: &'l Leaf, deployed: &[&'l Leaf], failing: &[usize]) -> Vec<&'l Assumed> {
    let mut all: Vec<&Assumed> = leaf.assumed.iter().collect();
    all.sort_by_key(|assumed| (assumed.guard, assumed.order));
    let suffices = |chosen: &[&Assumed]| {
        deployed.iter().enumerate().all(|(number, other)| {
            failing.binary_search(&number).is_ok()
                || chosen.iter().any(|assumed| {
                    other
                        .assumed
                        .iter()
                        .any(|theirs| !assumed.is_compatible(theirs))
                })
        })
    };
    if all.len() <= MAXIMUM_TRIED {
        let mut subsets: Vec<u32> = (0..1u32 << all.len()).collect();
        subsets.sort_by_key(|subset| {
            let positions: Vec<u32> = (0..32).filter(|bit| subset >> bit & 1 == 1).collect();
            (positions.len(), positions)
        });
        for subset in subsets {
            let chosen: Vec<&Assumed> = all
                .iter()
                .enumerate()
                .filter(|(position, _)| subset >> position & 1 == 1)
                .map(|(_, assumed)| *assumed)
                .collect();
            if suffices(&chosen) {
                return chosen;
            }
        }
    }
    let mut position = all.len();
    while position > 0 {
        position -= 1;
        let left_out = all.remove(position);
        if !suffices(&all) {
            all.insert(position, left_out);
        }
    }
    all
}

/// Assumptions as findings have them.
pub(super) fn assumptions(assumed: &[&Assumed]) -> Vec<Assumption> {
    assumed
        .iter()
        .map(|assumed| {
            let subject = Value::new(
                Kind::Symbolic(assumed.subject.clone()),
                Origin::at(assumed.place),
            );
            Assumption {
                name: name(&subject),
                value: match &assumed.taken {
                    Taken::Is(value) => finding::Assumed::Is(canonical::to_json(value)),
                    Taken::Not(values) => {
                        finding::Assumed::Not(values.iter().map(canonical::to_json).collect())
                    }
                },
                place: assumed.place,
            }
        })
        .collect()
}

/// A parameter by its name, anything else by its canonical form in brackets.
fn name(subject: &Value) -> String {
    match subject.as_symbol().map(|symbol| &symbol.term) {
        Some(Term::Parameter(parameter)) => parameter.name.to_string(),
        Some(Term::Except { of, .. }) => name(of),
        _ => format!("[{}]", canonical::expression(subject)),
    }
}
