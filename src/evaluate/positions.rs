//! Where names are in a list.
//!
//! In: the names, no two of which differ in case only, and one that is asked for in any case. Out: its position. It refuses
//! to keep the names.

use foldhash::{HashMap, HashMapExt};

/// From how many names on they are looked up rather than compared one by one.
pub(super) const MANY: usize = 32;

/// Where each of some names is.
#[derive(Debug, Clone, Default)]
pub(super) struct Positions {
    /// Those of many names, by the names in lower case.
    of_many: Option<Box<HashMap<String, usize>>>,
}

impl Positions {
    /// Where these names are. Of some that differ in case only the first is meant.
    pub(super) fn of<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> Self {
        if names.len() < MANY {
            return Self::default();
        }
        let mut positions = HashMap::with_capacity(names.len());
        for (position, name) in names.enumerate() {
            positions
                .entry(name.to_ascii_lowercase())
                .or_insert(position);
        }
        Self {
            of_many: Some(Box::new(positions)),
        }
    }

    /// Where a name is among these, which are those that this was made of.
    pub(super) fn find<'n>(
        &self,
        name: &str,
        mut names: impl Iterator<Item = &'n str>,
    ) -> Option<usize> {
        match &self.of_many {
            Some(positions) => positions.get(&name.to_ascii_lowercase()).copied(),
            None => names.position(|known| known.eq_ignore_ascii_case(name)),
        }
    }

    /// Notes that the last of these names was added to the others.
    pub(super) fn added<'n>(
        &mut self,
        mut names: impl ExactSizeIterator<Item = &'n str> + DoubleEndedIterator,
    ) {
        let count = names.len();
        match &mut self.of_many {
            Some(positions) => {
                let name = names.next_back().map(str::to_ascii_lowercase);
                positions.extend(name.map(|name| (name, count - 1)));
            }
            None if count < MANY => {}
            None => *self = Self::of(names),
        }
    }
}
