//! The members of an object that is put together, where names may be computed.
//!
//! In: members in source order. Out: the object. Of two with one written name the later counts, as JSON is read. Where one of
//! the two names is computed (`"[concat('network', 'Acls')]"` beside `"networkAcls"`), no documentation says which counts
//! or whether the deployment fails: the member is then undecided.

use super::functions;
use super::origin::Origin;
use super::value::{Member, Object};
use crate::syntax::expression::Text;

/// An object that is put together.
pub(super) struct Members {
    object: Object,
    /// The names that were computed.
    computed: Vec<Text>,
}

impl Members {
    /// None yet, with room for so many.
    pub(super) fn of_size(size: usize) -> Self {
        Self {
            object: Object::of_size(size),
            computed: Vec::new(),
        }
    }

    /// Adds a member whose name is written.
    pub(super) fn insert(&mut self, member: Member) {
        let is_computed = |name: &Text| name.eq_ignore_ascii_case(&member.key);
        let member = match self.computed.iter().any(is_computed) {
            true => undecided(member),
            false => member,
        };
        self.object.insert(member);
    }

    /// Adds a member whose name is computed.
    pub(super) fn insert_computed(&mut self, member: Member) {
        self.computed.push(member.key.clone());
        let member = match self.object.get(&member.key) {
            Some(_) => undecided(member),
            None => member,
        };
        self.object.insert(member);
    }

    /// The object.
    pub(super) fn finish(self) -> Object {
        self.object
    }
}

fn undecided(member: Member) -> Member {
    let message = "two members have this name, one of them by an expression, and which one counts is not known";
    let origin = Origin::at(member.key_place);
    Member {
        value: functions::unreadable(&member.key, message, &origin),
        ..member
    }
}
