//! What a combination assumes of one undecided value, and whether two assumptions go together.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::evaluate::decision::{Case, Decision};
use crate::evaluate::declared::{self, Path};
use crate::evaluate::partial;
use crate::evaluate::symbol::{Shape, Symbol};
use crate::evaluate::value::Value;
use crate::source::Place;

/// What has been assumed of one undecided value.
#[derive(Debug, Clone)]
pub(super) struct Assumed {
    /// The undecided value.
    pub(super) subject: Arc<Symbol>,
    /// Where it is declared or written.
    pub(super) place: Place,
    /// Its order of declaration.
    pub(super) order: u32,
    /// Whether it is a guard.
    pub(super) guard: bool,
    /// What it is taken to be.
    pub(super) taken: Taken,
    /// The unknowns in it, sorted.
    unknowns: Arc<[Vec<String>]>,
    /// Where it is a parameter or a declared member of one, which.
    path: Option<Path>,
    /// Where it compares one of these with a number, which, and the limits that it leaves to it.
    limits: Option<(Path, [Option<i64>; 2])>,
    /// It cannot be anything else.
    certain: bool,
}

/// What an undecided value is taken to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Taken {
    /// This.
    Is(Value),
    /// None of these.
    Not(Vec<Value>),
}

impl Assumed {
    /// What a case of a decision assumes. `unknowns` are those in what is decided, and `path` is the declared member that
    /// it is, if it is one.
    pub(super) fn of(
        decision: &Decision,
        case: &Case,
        unknowns: Arc<[Vec<String>]>,
        path: Option<Path>,
    ) -> Self {
        Self {
            subject: decision.subject.clone(),
            place: decision.place,
            order: decision.order,
            guard: decision.guard,
            taken: if case.excluded.is_empty() {
                Taken::Is(case.replacement.clone())
            } else {
                Taken::Not(case.excluded.clone())
            },
            unknowns,
            path,
            limits: limits(&decision.subject, &case.replacement),
            certain: decision.cases.len() == 1,
        }
    }

    /// Whether they assume something of the same undecided value, or of the same member however it is read.
    pub(super) fn is_about_same(&self, other: &Self) -> bool {
        *self.subject == *other.subject || self.path.is_some() && self.path == other.path
    }

    /// Whether both can be the case.
    pub(super) fn is_compatible(&self, other: &Self) -> bool {
        if !self.is_about_same(other) {
            let goes_together = self.goes_together(other, &[]) != Some(false);
            return goes_together && !self.denies(other) && !other.denies(self);
        }
        match (&self.taken, &other.taken) {
            (Taken::Is(one), Taken::Is(other)) => one == other,
            (Taken::Is(one), Taken::Not(excluded)) | (Taken::Not(excluded), Taken::Is(one)) => {
                !excluded.contains(one)
            }
            (Taken::Not(_), Taken::Not(_)) => true,
        }
    }

    /// Whether they speak of the same unknown in two ways, so that one may exclude the other, among all that is assumed.
    pub(super) fn may_exclude(&self, other: &Self, all: &[&Self]) -> bool {
        !self.is_about_same(other)
            && !self.certain
            && !other.certain
            && self.goes_together(other, all) != Some(true)
            && !self.grants(other)
            && !other.grants(self)
            && (self.holds_unknown_of(other) || other.holds_unknown_of(self))
    }

    /// Whether the limits that are assumed leave no number to both.
    pub(super) fn surely_excludes(&self, other: &Self, all: &[&Self]) -> bool {
        self.goes_together(other, all) == Some(false)
    }

    /// Whether one of its unknowns is one of the other's, or within one.
    fn holds_unknown_of(&self, other: &Self) -> bool {
        self.unknowns.iter().any(|path| {
            (1..=path.len()).any(|length| {
                let start = path.get(..length).unwrap_or_default();
                let known = &other.unknowns;
                known
                    .binary_search_by(|known| known.as_slice().cmp(start))
                    .is_ok()
            })
        })
    }

    /// Whether two comparisons of one number leave some to it together, or a comparison and that it is none of some numbers,
    /// with what else is assumed; `None` where they are nothing like that. Of more than two comparisons that do so in pairs
    /// all do so together.
    fn goes_together(&self, other: &Self, all: &[&Self]) -> Option<bool> {
        let among = || [all, &[self, other]].concat();
        match (&self.limits, &other.limits) {
            (Some((own, one)), Some((path, other))) => {
                (own == path).then(|| !left_by([*one, *other]).is_empty())
            }
            (Some((path, _)), None) => other.leaves_some(path, &among()),
            (None, Some((path, _))) => self.leaves_some(path, &among()),
            (None, None) => None,
        }
    }

    /// Whether a number of this path can be none of those that this one excludes, and be within the limits that are assumed.
    /// `None` where it is not about the number.
    fn leaves_some(&self, path: &Path, all: &[&Self]) -> Option<bool> {
        let Taken::Not(excluded) = &self.taken else {
            return None;
        };
        let known = declared::of(&self.subject).filter(|known| known.shape == Shape::Integer)?;
        if self.path.as_ref() != Some(path) {
            return None;
        }
        let excluded: Option<BTreeSet<i64>> = excluded.iter().map(Value::as_integer).collect();
        let excluded = excluded?;
        let of_path = all.iter().filter_map(|one| one.limits.as_ref());
        let of_path = of_path.filter(|(own, _)| own == path);
        let limits = of_path.map(|(_, limits)| *limits).chain([known.limits()]);
        let mut left = left_by(limits).take(excluded.len() + 1);
        Some(left.any(|number| !excluded.contains(&number)))
    }

    fn leads_to(&self, other: &Self) -> bool {
        let both = self.path.as_ref().zip(other.path.as_ref());
        both.is_some_and(|(one, other)| one.leads_to(other))
    }

    /// Whether the other one is of a member of what has none by this one, and takes it not to be null.
    fn denies(&self, other: &Self) -> bool {
        let has_none = matches!(&self.taken, Taken::Is(value) if has_no_members(value));
        let is_there = matches!(&other.taken, Taken::Is(value) if !value.is_null());
        has_none && is_there && self.leads_to(other)
    }

    /// Whether the other one is of a member of what only has members by this one: whatever the member is goes with that,
    /// since its cases were asked for under it.
    fn grants(&self, other: &Self) -> bool {
        let has_some =
            matches!(&self.taken, Taken::Not(values) if values.iter().all(has_no_members));
        has_some && (self.leads_to(other) || self.is_around(other))
    }

    /// Whether the other one is made of what is within this one, and not of this one itself.
    fn is_around(&self, other: &Self) -> bool {
        let (Some(_), [own]) = (&self.path, &*self.unknowns) else {
            return false;
        };
        let mut within = other.unknowns.iter().filter(|path| path.starts_with(own));
        within.all(|path| path.len() > own.len())
    }
}

/// The numbers that are within all of these limits.
fn left_by(limits: impl IntoIterator<Item = [Option<i64>; 2]>) -> RangeInclusive<i64> {
    let limits = limits.into_iter();
    limits.fold(i64::MIN..=i64::MAX, |range, [least, greatest]| {
        let least = least.map_or(*range.start(), |least| least.max(*range.start()));
        let greatest = greatest.map_or(*range.end(), |most| most.min(*range.end()));
        least..=greatest
    })
}

fn has_no_members(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(|object| object.is_empty())
}

/// What a comparison that is taken to hold, or not to, leaves to the number that it is of.
fn limits(subject: &Symbol, taken: &Value) -> Option<(Path, [Option<i64>; 2])> {
    let (limited, limits) = partial::limits_by(subject, taken.as_bool()?)?;
    Some((declared::path(limited)?, limits))
}
