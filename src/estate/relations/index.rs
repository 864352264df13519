//! What of an estate can be looked up: resources by id and by name, references by what they refer to.
//!
//! Built once, in one pass. What an assignment can change is listed by kind instead, and compared when it is asked for:
//! only deployments have such resources, and each of them has few.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::facts::{Facts, LinkKind};
use super::kind::Kind;
use crate::estate::property::Property;
use crate::estate::resources::{Home, Member};
use crate::evaluate::substitute::Assignment;

/// A resource, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) member: usize,
    /// The index of the part.
    pub(super) part: Option<usize>,
}

#[derive(Debug, Default)]
pub(in crate::estate) struct Index {
    /// What is known of each member without an assignment.
    pub(super) facts: Vec<Arc<Facts>>,
    /// Resources and parts of resources whose id is known.
    pub(super) ids: HashMap<String, Vec<Spot>>,
    /// References to a known id: the member and which of its links.
    pub(super) links: HashMap<(LinkKind, String), Vec<(usize, usize)>>,
    /// All references to known ids.
    pub(super) known_links: HashMap<LinkKind, Vec<(usize, usize)>>,
    /// References to an id that is not wholly known.
    pub(super) open_links: HashMap<LinkKind, Vec<(usize, usize)>>,
    /// The members of a home by kind.
    pub(super) kinds: HashMap<(Home, Kind), Vec<usize>>,
    /// Those of them that an assignment can change.
    pub(super) loose: HashMap<(Home, Kind), Vec<usize>>,
    /// The deployments, and the exports.
    pub(super) homes: BTreeSet<Home>,
    /// The kinds of which an export shows one without its properties, so that it may refer to anything.
    pub(super) blank: HashSet<Kind>,
    /// All of them by the last segment of their id.
    pub(super) names: HashMap<(Home, Kind, String), Vec<usize>>,
}

impl Index {
    pub(in crate::estate) fn of(members: &[Member]) -> Self {
        let none = Assignment::new();
        let mut index = Self::default();
        for (number, member) in members.iter().enumerate() {
            // What could not be read is no resource.
            let facts = Arc::new(Facts::of(member, &none));
            if !member.resource.unread {
                index.add(number, member.home, &facts);
            }
            index.facts.push(facts);
        }
        index
    }

    fn add(&mut self, number: usize, home: Home, facts: &Facts) {
        let of_kind = (home, facts.kind);
        self.homes.insert(home);
        let properties = Property::of(&facts.body, &["properties"]);
        if home == Home::Export && matches!(properties, Property::Absent) {
            self.blank.insert(facts.kind);
        }
        self.kinds.entry(of_kind).or_default().push(number);
        if !facts.is_fixed {
            self.loose.entry(of_kind).or_default().push(number);
        }
        if let Some(name) = facts.id.known_name() {
            let key = (home, facts.kind, name);
            self.names.entry(key).or_default().push(number);
        }
        let mut spot = |key: Option<&str>, part: Option<usize>| {
            if let Some(key) = key {
                let spot = Spot {
                    member: number,
                    part,
                };
                self.ids.entry(key.to_owned()).or_default().push(spot);
            }
        };
        spot(facts.id.known(), None);
        for (part, inner) in facts.parts.iter().enumerate() {
            spot(inner.id.known(), Some(part));
        }
        for (position, link) in facts.links.iter().enumerate() {
            let here = (number, position);
            match link.target.known() {
                Some(key) => {
                    self.known_links.entry(link.kind).or_default().push(here);
                    let key = (link.kind, key.to_owned());
                    self.links.entry(key).or_default().push(here);
                }
                None => self.open_links.entry(link.kind).or_default().push(here),
            }
        }
    }

    pub(super) fn loose(&self, home: Home, kind: Kind) -> &[usize] {
        self.loose.get(&(home, kind)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn of_kind(&self, home: Home, kind: Kind) -> &[usize] {
        self.kinds.get(&(home, kind)).map_or(&[], Vec::as_slice)
    }
}
