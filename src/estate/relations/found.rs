//! What has been found on the way to an answer, and the answer.

use foldhash::HashMap;

use super::graph::Graph;
use super::index::Spot;
use super::node::Node;
use crate::estate::truth::Reason;
use crate::evaluate::value::Value;

/// A resource that stands in a relation to another.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// The resource.
    pub node: Node,
    /// The element that makes the relation; `None` where that is the resource itself.
    pub link: Option<Value>,
    /// How many resources this one stands for, where it is not itself alone.
    pub copies: Option<Value>,
}

/// The resources that stand in a relation to another.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    /// Those that surely do.
    pub sure: Vec<Neighbour>,
    /// Those that may, and why that is undecided.
    pub possible: Vec<(Neighbour, Vec<Reason>)>,
    /// Why there may be more than these; empty where these are all.
    pub unseen: Vec<Reason>,
}

/// A resource on the way to an answer.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) node: Node,
    pub(super) link: Option<Value>,
    /// Why it may not be one.
    pub(super) doubts: Vec<Reason>,
}

impl Found {
    pub(super) fn doubted(mut self, more: &[Reason]) -> Self {
        for reason in more {
            if !self.doubts.contains(reason) {
                self.doubts.push(reason.clone());
            }
        }
        self
    }
}

/// Resources that several ways lead to, each of them once: the way with the fewest doubts counts.
#[derive(Debug, Default)]
pub(super) struct Once {
    all: Vec<Found>,
    known: HashMap<Mark, usize>,
    /// Those of which too little is known to look them up.
    vague: Vec<usize>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum Mark {
    Spot(Spot),
    Id(String),
}

impl Once {
    pub(super) fn add(&mut self, new: Found) {
        let mark = match (new.node.spot, new.node.id.known()) {
            (Some(spot), _) => Some(Mark::Spot(spot)),
            (None, Some(id)) => Some(Mark::Id(id.to_owned())),
            (None, None) => None,
        };
        let known = match &mark {
            Some(mark) => self.known.get(mark).copied(),
            None => self.vague.iter().copied().find(|vague| {
                let other = self.all.get(*vague);
                other.is_some_and(|other| other.node.id.same(&new.node.id).is_true())
            }),
        };
        if let Some(known) = known.and_then(|known| self.all.get_mut(known)) {
            if new.doubts.len() < known.doubts.len() {
                *known = new;
            }
            return;
        }
        match mark {
            Some(mark) => {
                self.known.insert(mark, self.all.len());
            }
            None => self.vague.push(self.all.len()),
        }
        self.all.push(new);
    }

    pub(super) fn into_found(self) -> Vec<Found> {
        self.all
    }
}

/// What has been found, told apart by whether it is sure.
impl Graph<'_> {
    pub(super) fn neighbours(
        &self,
        node: &Node,
        found: Vec<Found>,
        unseen: Vec<Reason>,
    ) -> Neighbours {
        let mut all = Neighbours {
            unseen,
            ..Neighbours::default()
        };
        for found in found {
            let neighbour = Neighbour {
                copies: self.copies(&found.node, node),
                node: found.node,
                link: found.link,
            };
            if found.doubts.is_empty() {
                all.sure.push(neighbour);
            } else {
                all.possible.push((neighbour, found.doubts));
            }
        }
        all
    }
}
