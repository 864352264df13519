//! The smallest assignment under which a rule fails.

use super::combination::{Assumed, Leaf, State, Taken};
use crate::evaluate::canonical;
use crate::evaluate::declared;
use crate::evaluate::origin::Origin;
use crate::evaluate::symbol::Term;
use crate::evaluate::value::{Kind, Value};
use crate::finding::{self, Assumption};

/// Up to so many assumptions every subset of them is tried; of more, they are left out one by one.
const MAXIMUM_TRIED: usize = 10;

/// The smallest witness, and a combination in which it holds.
pub(super) struct Smallest<'l> {
    /// The position of the combination.
    pub(super) leaf: usize,
    /// In order of declaration, parameters before guards.
    pub(super) assumed: Vec<&'l Assumed>,
}

/// The fewest assumptions under which it fails wherever it is deployed, and surely is in some combination. `failing`
/// are the positions of the combinations in which it does, in order. `None` where each of them may be impossible.
pub(super) fn smallest<'l>(leaves: &'l [Leaf], failing: &[usize]) -> Option<Smallest<'l>> {
    let mut best: Option<Smallest<'_>> = None;
    for number in failing {
        let Some(leaf) = leaves.get(*number).filter(|leaf| leaf.decided) else {
            continue;
        };
        let Some(found) = smallest_of(leaf, leaves, failing) else {
            continue;
        };
        let is_better = best
            .as_ref()
            .is_none_or(|known| weight(&found) < weight(&known.assumed));
        if is_better {
            best = Some(Smallest {
                leaf: *number,
                assumed: found,
            });
        }
        // Nothing is smaller than what always holds.
        if best.as_ref().is_some_and(|best| best.assumed.is_empty()) {
            break;
        }
    }
    best
}

/// Fewest first, then parameters before guards, then in order of declaration.
fn weight(assumed: &[&Assumed]) -> (usize, Vec<(bool, u32)>) {
    let order = assumed.iter().map(|each| (each.guard, each.order));
    (assumed.len(), order.collect())
}

fn smallest_of<'l>(
    leaf: &'l Leaf,
    leaves: &'l [Leaf],
    failing: &[usize],
) -> Option<Vec<&'l Assumed>> {
    let mut all: Vec<&Assumed> = leaf.assumed().iter().collect();
    all.sort_by_key(|assumed| (assumed.guard, assumed.order));
    // Those that do not fail, each with what of the assumptions it excludes.
    let others: Vec<(&Leaf, Vec<bool>)> = leaves
        .iter()
        .enumerate()
        .filter(|(number, _)| failing.binary_search(number).is_err())
        .map(|(_, other)| {
            let excludes = |assumed: &&Assumed| {
                let mut theirs = other.assumed().iter();
                theirs.any(|theirs| !assumed.is_compatible(theirs))
            };
            (other, all.iter().map(excludes).collect())
        })
        .collect();
    let suffices = |chosen: &[usize]| {
        // Where assumptions of the combination may exclude one another it may not exist: then the chosen ones must go
        // together, and whatever else is the case it must be deployed and fail.
        let is_possible = leaf.exclusion.is_none();
        let left = |other: &Leaf| is_possible && matches!(other.state, State::NotDeployed);
        let is_consistent = || {
            let pairs = chosen
                .iter()
                .flat_map(|one| chosen.iter().map(move |other| (one, other)));
            pairs
                .filter_map(|(one, other)| Some((all.get(*one)?, all.get(*other)?)))
                .all(|(one, other)| !one.may_exclude(other))
        };
        others.iter().all(|(other, excludes)| {
            left(other)
                || chosen
                    .iter()
                    .any(|position| excludes.get(*position).copied().unwrap_or(false))
        }) && (is_possible || is_consistent())
    };
    let picked = |chosen: &[usize]| {
        let picked = chosen.iter().filter_map(|position| all.get(*position));
        picked.copied().collect::<Vec<_>>()
    };
    if all.len() <= MAXIMUM_TRIED {
        let mut subsets: Vec<Vec<usize>> = (0..1u32 << all.len())
            .map(|subset| {
                let positions = 0..all.len();
                positions.filter(|bit| subset >> bit & 1 == 1).collect()
            })
            .collect();
        subsets.sort_by(|one, other| (one.len(), one).cmp(&(other.len(), other)));
        return subsets
            .iter()
            .find(|chosen| suffices(chosen))
            .map(|chosen| picked(chosen));
    }
    let mut chosen: Vec<usize> = (0..all.len()).collect();
    if !suffices(&chosen) {
        return None;
    }
    for position in (0..all.len()).rev() {
        let fewer: Vec<usize> = chosen
            .iter()
            .copied()
            .filter(|kept| *kept != position)
            .collect();
        if suffices(&fewer) {
            chosen = fewer;
        }
    }
    Some(picked(&chosen))
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

/// A parameter by its name, a declared member by its path, anything else by its canonical form in brackets.
fn name(subject: &Value) -> String {
    match subject.as_symbol().map(|symbol| (&symbol.term, symbol)) {
        Some((Term::Parameter(parameter), _)) => parameter.name.to_string(),
        Some((Term::Except { of, .. }, _)) => name(of),
        Some((Term::Access { base, key, .. }, symbol)) if declared::path(symbol).is_some() => {
            let base = name(base);
            match key.as_str() {
                Some(key) if is_identifier(key) => format!("{base}.{key}"),
                _ => format!("{base}[{}]", canonical::expression(key)),
            }
        }
        _ => format!("[{}]", canonical::expression(subject)),
    }
}

fn is_identifier(text: &str) -> bool {
    let is_part = |character: char| character == '_' || character.is_ascii_alphanumeric();
    text.chars().all(is_part) && !text.starts_with(|first: char| first.is_ascii_digit())
}
