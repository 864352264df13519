//! Many fixes on many texts: which go together, and the texts that they give.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::{Edit, Fix};
use crate::source::FileId;

/// Fixes that can be applied together.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Their edits by file, in order of place, none of which overlap.
    pub edits: BTreeMap<FileId, Vec<Edit>>,
}

impl Chosen {
    /// Adds a fix, unless an edit of it overlaps another one. An edit that is there already is shared.
    fn add(&mut self, fix: &Fix) -> bool {
        let is_free = |edit: &Edit| {
            let known = self.edits.get(&edit.place.file);
            known.is_none_or(|known| {
                known
                    .iter()
                    .all(|other| other == edit || !overlaps(other, edit))
            })
        };
        if !fix.edits.iter().all(is_free) {
            return false;
        }
        for edit in &fix.edits {
            let known = self.edits.entry(edit.place.file).or_default();
            if !known.contains(edit) {
                known.push(edit.clone());
                known.sort_by_key(|edit| edit.place);
            }
        }
        true
    }
}

/// Whether two edits touch one piece of text. Two insertions at one point do, since their order would matter.
fn overlaps(one: &Edit, other: &Edit) -> bool {
    let (one, other) = (one.place.span, other.place.span);
    one == other || one.start < other.end && other.start < one.end
}

/// The fixes that go together, the earlier before the later, and their positions.
pub fn choose(fixes: &[Arc<Fix>]) -> (Chosen, Vec<usize>) {
    let mut chosen = Chosen::default();
    let mut taken = Vec::new();
    for (index, fix) in fixes.iter().enumerate() {
        if chosen.add(fix) {
            taken.push(index);
        }
    }
    (chosen, taken)
}

/// The text after edits that are in order of place and do not overlap.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let range = edit.place.span.range();
        changed.push_str(text.get(at..range.start).unwrap_or_default());
        changed.push_str(&edit.text);
        at = range.end;
    }
    changed.push_str(text.get(at..).unwrap_or_default());
    changed
}
