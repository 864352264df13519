//! Which findings a report for people tells together.
//!
//! In: findings in the order of a report. Out: groups of those that several rules have of one resource, at one place, for
//! the same causes: an unknown list of IP rules is one thing to mend, though each rule about IP rules is open for it.
//! Reports for programs do not group: each rule has its verdict.

use std::collections::BTreeMap;

use crate::finding::Finding;

/// What several rules say of a resource for the same causes at the same place.
pub(super) struct Alike<'f> {
    /// The finding that is told.
    pub(super) first: &'f Finding,
    /// The other rules, in order.
    pub(super) also: Vec<&'f str>,
}

impl<'f> Alike<'f> {
    /// A finding that stands alone.
    pub(super) fn alone(finding: &'f Finding) -> Self {
        Self {
            first: finding,
            also: Vec::new(),
        }
    }

    /// All rules that say it.
    pub(super) fn rules(&self) -> impl Iterator<Item = &'f str> + Clone {
        std::iter::once(&*self.first.rule).chain(self.also.iter().copied())
    }
}

/// The groups, in the order of their first findings. What has no cause stands alone, and so does what a rule says again.
pub(super) fn alike<'f>(findings: &[&'f Finding]) -> Vec<Alike<'f>> {
    let mut groups: Vec<Alike<'_>> = Vec::new();
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for finding in findings {
        let causes: Vec<_> = finding
            .causes
            .iter()
            .map(|cause| (cause.place, &cause.message))
            .collect();
        let number = groups.len();
        let group = match causes.is_empty() {
            true => number,
            false => *known
                .entry((finding.place, &finding.resource, causes))
                .or_insert(number),
        };
        match groups.get_mut(group) {
            Some(group) if group.rules().all(|rule| *rule != *finding.rule) => {
                group.also.push(&finding.rule);
            }
            _ => groups.push(Alike::alone(finding)),
        }
    }
    for group in &mut groups {
        group.also.sort_unstable();
    }
    groups
}
