//! The exports of a run together: one resource in several of them.

use foldhash::{HashMap, HashMapExt};

use crate::evaluate::value::Value;
use crate::evaluate::{Resource, id};

/// The resources of all exports of a run, given in the order of the files, each of them once.
///
/// Resources are the same where their ids are, in any letter case; one whose id is not fully known is itself only. Of
/// several the one that tells most stays: with all properties rather than with some, with some rather than none. Where
/// two that tell as much have other properties, both stay: which of the files is newer is not known, and each finding
/// says which one it speaks of.
pub fn merged(exports: impl IntoIterator<Item = Vec<Resource>>) -> Vec<Resource> {
    let mut kept: Vec<Option<Resource>> = Vec::new();
    let mut by_id: HashMap<String, Vec<usize>> = HashMap::new();
    for resource in exports.into_iter().flatten() {
        if let Some(id) = resource.id.as_str() {
            let same = by_id.entry(id::folded(id)).or_default();
            let rank = detail(&resource);
            let of = |index: &usize| kept.get(*index).and_then(Option::as_ref);
            let best = same.iter().filter_map(of).map(detail).max();
            let is_known = |known: &Resource| properties(known) == properties(&resource);
            if best > Some(rank) || (best == Some(rank) && same.iter().filter_map(of).any(is_known))
            {
                continue;
            }
            if best < Some(rank) {
                for index in same.drain(..) {
                    if let Some(slot) = kept.get_mut(index) {
                        *slot = None;
                    }
                }
            }
            same.push(kept.len());
        }
        kept.push(Some(resource));
    }
    kept.into_iter().flatten().collect()
}

fn properties(resource: &Resource) -> Option<&Value> {
    Some(&resource.body.as_object()?.get("properties")?.value)
}

/// How much an export tells of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// That it exists.
    Existence,
    /// Some of its properties.
    Some,
    /// All of them.
    All,
}

fn detail(resource: &Resource) -> Detail {
    match properties(resource) {
        None => Detail::Existence,
        Some(properties) if properties.is_null() => Detail::Existence,
        Some(properties) if properties.is_concrete() => Detail::All,
        Some(_) => Detail::Some,
    }
}
