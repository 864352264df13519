//! Reading a property of an evaluated resource.

use crate::evaluate::partial::{Lookup, members};
use crate::evaluate::value::{Kind, Value};

use super::compare::is_null;
use super::truth::{Reason, Truth};

/// A property as the service sees it: null is absent.
#[derive(Debug, Clone)]
pub enum Property {
    /// It is there with this value, which may be symbolic, and null then.
    Present(Value),
    /// It is not specified.
    Absent,
    /// Whether it is there is undecided.
    Unknown(Vec<Reason>),
}

impl Property {
    /// The property at a path of member names.
    pub fn of(root: &Value, path: &[&str]) -> Self {
        let Some((name, rest)) = path.split_first() else {
            return match root.kind {
                Kind::Null => Self::Absent,
                _ => Self::Present(root.clone()),
            };
        };
        // The common case, without the copies that partial knowledge takes.
        if let Kind::Object(object) = &root.kind {
            return match object.get(name) {
                Some(member) => Self::of(&member.value, rest),
                None => Self::Absent,
            };
        }
        if is_null(root).is_true() {
            return Self::Absent;
        }
        match members(root).lookup(name) {
            // Null is absent.
            Lookup::Certain(member) | Lookup::Optional(member) => Self::of(&member.value, rest),
            Lookup::Absent => Self::Absent,
            Lookup::Present | Lookup::Possible => {
                Self::Unknown(vec![Reason::of_member(root, name)])
            }
        }
    }

    /// What a test says of the value; `absent` where there is none.
    pub fn test(&self, absent: Truth, test: impl FnOnce(&Value) -> Truth) -> Truth {
        match self {
            Self::Present(value) => test(value),
            Self::Absent => absent,
            Self::Unknown(reasons) => Truth::Unknown(reasons.clone()),
        }
    }
}
