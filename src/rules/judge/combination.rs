//! What is assumed of all that is undecided: one combination of the cases of decisions.

use std::sync::Arc;

use super::assumption::{Assumed, Taken};
use crate::evaluate::assignment::Assignment;
use crate::evaluate::bounds::Work;
use crate::evaluate::canonical;
use crate::evaluate::decision::Decision;
use crate::evaluate::declared;
use crate::evaluate::origin::Origin;
use crate::evaluate::substitute::substitute;
use crate::evaluate::symbol::{Symbol, Term};
use crate::evaluate::unknowns;
use crate::evaluate::value::{Kind, Value};
use crate::source::Place;

/// What is assumed.
#[derive(Debug, Clone, Default)]
pub(super) struct Combination {
    pub(super) assignment: Assignment,
    /// In the order in which it was decided; one entry for each undecided value.
    pub(super) assumed: Vec<Assumed>,
    /// How many decisions led to it.
    pub(super) steps: usize,
    /// The copies of loops that it is about: the number of the loop, and the index.
    indexes: Vec<(u32, i64)>,
    /// The first two assumptions, by their positions, of which one may exclude the other.
    pub(super) exclusion: Option<(usize, usize)>,
}

impl Combination {
    /// A value in it.
    pub(super) fn put_into(&self, value: &Value) -> Value {
        match self.assignment.is_empty() {
            true => value.clone(),
            false => substitute(value, &self.assignment),
        }
    }

    /// The same for one copy of a loop. `index` is the loop's variable.
    pub(super) fn with_index(&self, index: &Symbol, position: i64, place: Place) -> Self {
        let mut one = self.clone();
        if let Term::Bound(binder) = &index.term {
            one.indexes.push((binder.id, position));
        }
        let position = Value::new(Kind::Integer(position), Origin::at(place));
        one.assignment.assign(index, position);
        one
    }

    /// Equal for combinations that assume the same, in whatever order.
    pub(super) fn key(&self) -> String {
        if self.assumed.is_empty() && self.indexes.is_empty() {
            return String::new();
        }
        let mut parts: Vec<String> = self
            .assumed
            .iter()
            .map(|assumed| {
                let [a, b] = assumed.subject.key();
                let (word, values) = match &assumed.taken {
                    Taken::Is(value) => ("is", std::slice::from_ref(value)),
                    Taken::Not(values) => ("not", values.as_slice()),
                };
                let mut part = format!("{a:x} {b:x} {word}");
                for value in values {
                    part.push(' ');
                    part.push_str(&canonical::to_json(value).to_string());
                }
                part
            })
            .collect();
        parts.extend(
            self.indexes
                .iter()
                .map(|(id, index)| format!("{id} {index}")),
        );
        parts.sort_unstable();
        parts.join("\n")
    }

    /// This one with each case of a decision added, but for those that surely cannot be: of `n >= 5` and `n <= 5` only
    /// one number is left, so that it is not another one.
    pub(super) fn branches<'o>(
        &'o self,
        decision: &'o Decision,
        work: &Work,
    ) -> impl DoubleEndedIterator<Item = Self> + use<'o> {
        let unknowns: Arc<[Vec<String>]> = unknowns::unknowns(&decision.subject).into();
        work.add((1 + self.assumed.len()) * (1 + unknowns.len()) * decision.cases.len());
        let path = declared::path(&decision.subject);
        decision.cases.iter().filter_map(move |case| {
            let mut assignment = self.assignment.clone();
            assignment.assign(&decision.subject, case.replacement.clone());
            let added = Assumed::of(decision, case, unknowns.clone(), path.clone());
            // What was assumed of the same value before is part of this.
            let mut assumed = self.assumed.clone();
            let earlier = assumed
                .iter_mut()
                .find(|earlier| earlier.is_about_same(&added));
            let from = match earlier {
                Some(earlier) => {
                    *earlier = added;
                    0
                }
                None => {
                    assumed.push(added);
                    assumed.len() - 1
                }
            };
            let known = self.exclusion.filter(|_| from > 0);
            let exclusion = match known {
                Some(known) => Some(known),
                None => first_pair(&assumed, from, Assumed::may_exclude),
            };
            // What surely excludes another may do so.
            let is_impossible = exclusion.is_some()
                && first_pair(&assumed, from, Assumed::surely_excludes).is_some();
            (!is_impossible).then(|| Self {
                assignment,
                assumed,
                exclusion,
                steps: self.steps + 1,
                indexes: self.indexes.clone(),
            })
        })
    }
}

/// The first two assumptions of which one excludes the other in this sense, the second at this position or later.
fn first_pair(
    assumed: &[Assumed],
    from: usize,
    excludes: fn(&Assumed, &Assumed, &[&Assumed]) -> bool,
) -> Option<(usize, usize)> {
    let all: Vec<&Assumed> = assumed.iter().collect();
    let each = assumed.iter().enumerate().skip(from);
    each.into_iter().find_map(|(number, one)| {
        let earlier = assumed.get(..number)?;
        let other = earlier
            .iter()
            .position(|other| excludes(one, other, &all))?;
        Some((other, number))
    })
}
