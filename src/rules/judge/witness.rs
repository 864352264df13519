//! The smallest assignment under which a rule fails.

use foldhash::{HashMap, HashMapExt};

use super::assumption::{Assumed, Taken};
use super::explorer::{Leaf, State};
use crate::evaluate::bounds::Work;
use crate::evaluate::canonical;
use crate::evaluate::declared;
use crate::evaluate::origin::Origin;
use crate::evaluate::symbol::Term;
use crate::evaluate::value::{Kind, Value};
use crate::finding::{self, Assumption};

/// Up to so many assumptions every subset of them is tried; of more, they are left out one by one.
const MAXIMUM_TRIED: usize = 10;

/// How often it is asked whether assumptions exclude a combination, for all places of one rule on one resource. Past it a
/// witness is all that is assumed in a combination that fails.
const MAXIMUM_ASKED: usize = 5_000_000;

/// The smallest witness, and a combination in which it holds.
#[derive(Clone)]
pub(super) struct Smallest<'l> {
    /// The position of the combination.
    pub(super) leaf: usize,
    /// In order of declaration, parameters before guards.
    pub(super) assumed: Vec<&'l Assumed>,
}

/// The witnesses among the combinations of one rule on one resource. Many places fail in the same combinations.
pub(super) struct Witnesses<'l> {
    leaves: &'l [Leaf],
    /// One for each combination, once it has been asked for.
    tables: Vec<Option<Table<'l>>>,
    /// By the combinations that fail.
    known: HashMap<Vec<usize>, Option<Smallest<'l>>>,
    asked: Work,
}

/// Some of the assumptions of a combination, by their positions: a bit for each.
type Set = Vec<u64>;

/// What the assumptions of a combination say of the others.
struct Table<'l> {
    /// Parameters before guards, then in order of declaration.
    all: Vec<&'l Assumed>,
    /// For each combination, which of them exclude it.
    excluding: Vec<Set>,
    /// The subsets of few, the smallest first.
    subsets: Vec<u64>,
}

impl<'l> Witnesses<'l> {
    pub(super) fn among(leaves: &'l [Leaf]) -> Self {
        Self {
            leaves,
            tables: leaves.iter().map(|_| None).collect(),
            known: HashMap::new(),
            asked: Work::default(),
        }
    }

    /// The fewest assumptions under which it fails wherever it is deployed, and surely is in some combination. `failing`
    /// are the positions of the combinations in which it does, in order. `None` where each of them may be impossible.
    pub(super) fn smallest(&mut self, failing: &[usize]) -> Option<Smallest<'l>> {
        if let Some(known) = self.known.get(failing) {
            return known.clone();
        }
        let smallest = self.find(failing);
        self.known.insert(failing.to_vec(), smallest.clone());
        smallest
    }

    fn find(&mut self, failing: &[usize]) -> Option<Smallest<'l>> {
        let mut best: Option<Smallest<'_>> = None;
        for number in failing {
            let leaves = self.leaves;
            let Some(leaf) = leaves.get(*number).filter(|leaf| leaf.decided) else {
                continue;
            };
            let Some(known) = self.tables.get_mut(*number) else {
                continue;
            };
            let table = known.get_or_insert_with(|| Table::of(leaf, leaves));
            let Some(found) = table.smallest(leaf, leaves, failing, &self.asked) else {
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
}

/// Fewest first, then parameters before guards, then in order of declaration.
fn weight(assumed: &[&Assumed]) -> (usize, Vec<(bool, u32)>) {
    let order = assumed.iter().map(|each| (each.guard, each.order));
    (assumed.len(), order.collect())
}

impl<'l> Table<'l> {
    fn of(leaf: &'l Leaf, leaves: &[Leaf]) -> Self {
        let mut all: Vec<&Assumed> = leaf.assumed().iter().collect();
        all.sort_by_key(|assumed| (assumed.guard, assumed.order));
        let excluding = leaves.iter().map(|other| {
            let excludes = |assumed: &&Assumed| {
                let mut theirs = other.assumed().iter();
                theirs.any(|theirs| !assumed.is_compatible(theirs))
            };
            let mut set = vec![0; all.len().div_ceil(64)];
            for (position, _) in all.iter().enumerate().filter(|(_, one)| excludes(one)) {
                put(&mut set, position, true);
            }
            set
        });
        let excluding = excluding.collect();
        let mut subsets = Vec::new();
        if all.len() <= MAXIMUM_TRIED {
            subsets.extend(0..1u64 << all.len());
            subsets.sort_by_cached_key(|subset| {
                let positions = positions(&[*subset]).collect::<Vec<_>>();
                (positions.len(), positions)
            });
        }
        Self {
            all,
            excluding,
            subsets,
        }
    }

    fn smallest(
        &self,
        leaf: &Leaf,
        leaves: &[Leaf],
        failing: &[usize],
        asked: &Work,
    ) -> Option<Vec<&'l Assumed>> {
        // Where assumptions of the combination may exclude one another it may not exist: then the chosen ones must go
        // together, and whatever else is the case it must be deployed and fail.
        let is_possible = leaf.exclusion().is_none();
        let left = |other: &Leaf| is_possible && matches!(other.state, State::NotDeployed);
        let others = leaves.iter().enumerate().zip(&self.excluding);
        let others: Vec<&Set> = others
            .filter(|((number, other), _)| failing.binary_search(number).is_err() && !left(other))
            .map(|(_, excluding)| excluding)
            .collect();
        let suffices = |chosen: &[u64]| {
            let mut count = 0;
            let excludes = |excluding: &&Set| {
                count += 1;
                let mut both = excluding.iter().zip(chosen);
                both.any(|(one, other)| one & other != 0)
            };
            let all_are_excluded = others.iter().all(excludes);
            asked.add(count);
            all_are_excluded && (is_possible || self.go_together(chosen))
        };
        if !self.subsets.is_empty() && asked.done() <= MAXIMUM_ASKED {
            let mut tried = self.subsets.iter().map(std::slice::from_ref);
            return tried.find(|set| suffices(set)).map(|set| self.picked(set));
        }
        let mut chosen: Set = vec![0; self.all.len().div_ceil(64)];
        for position in 0..self.all.len() {
            put(&mut chosen, position, true);
        }
        if !suffices(&chosen) {
            return None;
        }
        if asked.done() > MAXIMUM_ASKED {
            return Some(self.picked(&chosen));
        }
        for position in (0..self.all.len()).rev() {
            put(&mut chosen, position, false);
            if !suffices(&chosen) {
                put(&mut chosen, position, true);
            }
        }
        Some(self.picked(&chosen))
    }

    /// Whether none of these may exclude another one of them.
    fn go_together(&self, chosen: &[u64]) -> bool {
        let chosen = self.picked(chosen);
        let mut each = chosen.iter();
        let excludes = |one: &Assumed, other| one.may_exclude(other, &chosen);
        each.all(|one| chosen.iter().all(|other| !excludes(one, other)))
    }

    fn picked(&self, chosen: &[u64]) -> Vec<&'l Assumed> {
        positions(chosen)
            .filter_map(|position| self.all.get(position).copied())
            .collect()
    }
}

fn put(set: &mut [u64], position: usize, is_in: bool) {
    if let Some(word) = set.get_mut(position / 64) {
        let bit = 1 << (position % 64);
        *word = if is_in { *word | bit } else { *word & !bit };
    }
}

fn positions(set: &[u64]) -> impl Iterator<Item = usize> + '_ {
    (0..set.len() * 64).filter(|position| {
        let word = set.get(position / 64).copied().unwrap_or_default();
        word >> (position % 64) & 1 == 1
    })
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
