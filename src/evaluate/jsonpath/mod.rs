//! JSONPath (RFC 9535) over values that may be unknown.
//!
//! In: the text of a query; a value. Out: the nodes that the query surely selects, those that it may select, and the
//! symbolic values that may hide more, each node with its provenance and its path. It refuses to know rules, and what
//! an absent property means.
//!
//! The text is parsed by `jsonpath-rust`; what that parser lets pass is refused here, and the evaluation is ours. Names,
//! strings and patterns of a query ignore ASCII case, as Azure does, unless [`Case::Exact`] asks for the RFC to the
//! letter. A query may start with `@`, for the node at hand, as well as with `$`. As in RFC 9535 a member whose value is
//! null is there: `?@.a` holds of `{"a": null}`, and `@.a != null` of `{}`.

mod compare;
mod error;
mod evaluate;
mod filter;
mod functions;
mod layer;
mod lint;
mod number;
mod path;
mod pattern;
mod plan;
mod query;
mod text;
mod truth;
mod unknown;

pub use error::{Fault, QueryError};
pub use path::{Path, Step};
pub use query::{Query, Reach};

use crate::evaluate::value::Value;
use crate::source::Place;

/// Whether upper and lower case differ, in names, strings and patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Case {
    /// ASCII case does not matter: resource types, ids, property names and the enums of Azure.
    #[default]
    Ignore,
    /// It does, as in RFC 9535. Names that differ in case only are one member of a [`Value`] all the same.
    Exact,
}

impl Case {
    #[inline]
    fn equal(self, left: &str, right: &str) -> bool {
        match self {
            Self::Ignore => left.eq_ignore_ascii_case(right),
            Self::Exact => left == right,
        }
    }
}

/// A node that a query found.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its value; symbolic where it is there and not known.
    pub value: Value,
    /// The way to it from the node that the query starts at.
    pub path: Path,
    /// Where the name of the member is written; `None` for an item of an array and for the start.
    pub key_place: Option<Place>,
}

/// What a query finds. Nodes are in the order of RFC 9535.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The nodes that are surely selected.
    pub sure: Vec<Node>,
    /// The nodes that may be selected: a filter could not be decided, or the member only may be there.
    pub possible: Vec<Node>,
    /// The symbolic values that may hold more nodes that would be selected.
    pub hidden: Vec<Value>,
    /// Whether some of the sure nodes may be one and the same, as in a `union` of arrays.
    pub merged: bool,
    /// The values that leave it undecided whether the possible nodes are selected: those of filters, and those that may
    /// or may not have them as children.
    pub undecided: Vec<Value>,
}

impl Selection {
    /// Whether `sure` is all that there is.
    pub fn is_complete(&self) -> bool {
        self.possible.is_empty() && self.hidden.is_empty()
    }

    /// How many nodes are selected at least, and at most where that is known.
    pub fn count(&self) -> (usize, Option<usize>) {
        let sure = self.sure.len();
        let least = if self.merged { sure.min(1) } else { sure };
        let most = self.hidden.is_empty().then_some(sure + self.possible.len());
        (least, most)
    }
}
