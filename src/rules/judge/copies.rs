//! The copies of a resource loop whose count is undecided in general, and known in one combination of the decisions.
//!
//! In: a combination, and what the verdict on the one instance that stands for all copies hangs on. Out: the combination
//! once for each copy, with its index. It refuses to take apart what does not hang on the index, and more copies than are
//! worth it.

use std::sync::Arc;

use super::combination::Combination;
use crate::estate::Member;
use crate::evaluate::symbol::{Symbol, Term};
use crate::evaluate::unknowns::{symbols_in, walk};
use crate::evaluate::value::Value;

/// How many copies are looked at one by one.
const MAXIMUM_COPIES: i64 = 32;

/// How many there are of the resource of a loop in a combination; `None` where that is not known, or it is of no loop whose
/// count is undecided.
pub(super) fn count(member: &Member, combination: &Combination) -> Option<i64> {
    let count = member.resource.copies.as_ref()?;
    combination.put_into(count).as_integer()
}

/// The combination for each of so many copies, if one of the values hangs on which one it is.
pub(super) fn each<'v>(
    member: &Member,
    combination: &Combination,
    count: i64,
    mut hangs_on: impl Iterator<Item = &'v Value>,
) -> Vec<Combination> {
    if count > MAXIMUM_COPIES {
        return Vec::new();
    }
    let Some(index) = hangs_on.find_map(index_in) else {
        return Vec::new();
    };
    (0..count)
        .map(|position| combination.with_index(&index, position, member.resource.declared))
        .collect()
}

/// The index of a resource loop in a value.
fn index_in(value: &Value) -> Option<Arc<Symbol>> {
    let mut outermost = Vec::new();
    symbols_in(value, &mut outermost);
    let mut found = None;
    for symbol in outermost {
        walk(symbol, &mut |inner| {
            if let Term::Bound(binder) = &inner.term
                && binder.is_of_resources()
            {
                found.get_or_insert_with(|| inner.clone());
            }
        });
    }
    found
}
