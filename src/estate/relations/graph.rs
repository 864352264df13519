//! The resources of an estate under one assignment, and how they refer to one another.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::{HashMap, HashSet, HashSetExt};

use super::effort::Effort;
use super::facts::{Facts, Link, LinkKind};
use super::found::Found;
use super::identity::{Id, doubts};
use super::index::{Index, Spot, values};
use super::kind::Kind;
use super::node::Node;
use super::relation::Relation;
use crate::estate::resources::{Estate, Home, Member};
use crate::estate::truth::{Reason, Truth};
use crate::evaluate::assignment::Assignment;
use crate::evaluate::partial::as_call;
use crate::evaluate::substitute::substitute;
use crate::evaluate::value::Value;

/// The resources of an estate under one assignment of the decisions. It keeps what it has put the assignment into.
#[derive(Debug)]
pub struct Graph<'a> {
    pub(super) estate: &'a Estate,
    pub(super) index: &'a Index,
    pub(super) assignment: Assignment,
    /// What is taken to hold, since the resource that is judged is there.
    assumed: Vec<Value>,
    assumed_copies: Option<Value>,
    changed: Changed,
    pub(super) effort: Effort,
}

/// How many comparisons it is as much work as, to tell of a resource that it may be related.
const FOUND: usize = 4;

/// What an assignment makes of the members of an estate, as far as it has been asked for. Graphs of one estate under equal
/// assignments can share it.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// By member.
    facts: Rc<RefCell<HashMap<usize, Costly>>>,
}

/// What is known of a member, and the work that it took.
type Costly = (Arc<Facts>, usize);

/// What may be the one that is looked for, and why it may not be; nothing where it surely is.
type Doubted = (Spot, Vec<Reason>);

impl<'a> Graph<'a> {
    /// The estate as it is when this member is there.
    pub fn new(
        estate: &'a Estate,
        assignment: &Assignment,
        judged: &Member,
        changed: Changed,
    ) -> Self {
        let put = |value: &Value| substitute(value, assignment);
        let mut assumed = Vec::new();
        conjuncts(&put(&judged.resource.condition), &mut |part| {
            assumed.push(part.clone());
        });
        Self {
            estate,
            index: estate.index(),
            assignment: assignment.clone(),
            assumed,
            assumed_copies: judged.resource.copies.as_ref().map(put),
            changed,
            effort: Effort::default(),
        }
    }

    /// A member of the estate as the start of relations. `number` is its place in [`Estate::members`].
    pub fn member(&self, number: usize) -> Option<Node> {
        let member = self.estate.members().get(number)?;
        let facts = self.facts(number);
        Some(Node::of_member(number, &facts, member.home))
    }

    pub(super) fn facts(&self, number: usize) -> Arc<Facts> {
        let base = &self.index.facts[number];
        if base.is_fixed || self.assignment.is_empty() {
            return base.clone();
        }
        let member = &self.estate.members()[number];
        if !self.may_change(number, member) {
            return base.clone();
        }
        if let Some((known, work)) = self.changed.facts.borrow().get(&number) {
            self.effort.put_into(number, *work);
            return known.clone();
        }
        let (changed, work) = Facts::under(member, &self.assignment);
        let facts = changed.map_or_else(|| base.clone(), Arc::new);
        self.effort.put_into(number, work);
        let mut known = self.changed.facts.borrow_mut();
        known.insert(number, (facts.clone(), work));
        facts
    }

    /// Counts one comparison with what is not known in full. Whether the search is to end there.
    pub(super) fn is_over(&self) -> bool {
        self.effort.add(1);
        self.effort.is_over()
    }

    /// Whether the assignment may change anything of a resource.
    fn may_change(&self, number: usize, member: &Member) -> bool {
        values(member).any(|value| self.assignment.concerns(value))
            && self
                .assignment
                .is_about_any_of(self.index.symbols(number, member))
    }

    fn home(&self, number: usize) -> Home {
        self.estate.members()[number].home
    }

    /// The references of a node, of one kind.
    pub(super) fn links(&self, node: &Node, kind: LinkKind) -> Vec<Link> {
        match node.spot {
            Some(Spot { member, part: None }) => {
                let facts = self.facts(member);
                let of_kind = facts.links.iter().filter(|link| link.kind == kind);
                of_kind.cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Why a member may not be there; nothing where it surely is not.
    fn presence(&self, number: usize, facts: &Facts) -> Option<Vec<Reason>> {
        let mut reasons = Vec::new();
        let mut absent = false;
        conjuncts(&facts.condition, &mut |part| match part.as_bool() {
            Some(holds) => absent |= !holds,
            None if self.assumed.contains(part) => {}
            None => reasons.push(Reason::of(part)),
        });
        match &facts.copies {
            None => {}
            Some(count) if Some(count) == self.assumed_copies.as_ref() => {}
            Some(count) => match count.as_integer() {
                Some(count) => absent |= count < 1,
                None => reasons.push(Reason::of(count)),
            },
        }
        absent |= self.estate.members()[number].resource.unread;
        (!absent).then_some(reasons)
    }

    /// How many resources a node stands for, where it is not itself alone. In a loop over the count of the resource that is
    /// judged it is the one of the same index.
    /// Where none of its references is surely to `of`, though one may be, it may be that of all indexes.
    pub(super) fn copies(&self, node: &Node, of: &Node) -> Option<Value> {
        let facts = self.facts(node.spot?.member);
        let copies = facts.copies.clone()?;
        if Some(&copies) != self.assumed_copies.as_ref() {
            return Some(copies);
        }
        let to = facts.links.iter().map(|link| link.target.same(&of.id));
        let to: Vec<_> = to.filter(|same| !same.is_false()).collect();
        let is_one = to.is_empty() || to.iter().any(Truth::is_true);
        (!is_one).then_some(copies)
    }

    fn found(&self, spot: Spot, link: Option<&Link>, mut why: Vec<Reason>) -> Option<Found> {
        let facts = self.facts(spot.member);
        why.extend(self.presence(spot.member, &facts)?);
        why.extend(link.iter().flat_map(|link| link.doubts.clone()));
        let home = self.home(spot.member);
        let part = spot.part.and_then(|part| facts.parts.get(part));
        let node = match part {
            Some(part) => {
                why.extend(part.doubts.iter().cloned());
                Node::of_part(spot, part, home)
            }
            None if self.estate.members()[spot.member].resource.existing => {
                Node::existing(&facts, home)
            }
            None => Node::of_member(spot.member, &facts, home),
        };
        Some(Found {
            node,
            link: link.and_then(|link| link.value.clone()),
            doubts: why,
        })
    }

    /// The resources that refer to this id, as seen from a home.
    pub(super) fn owners(&self, kind: LinkKind, target: &Id, home: Home) -> Vec<Found> {
        self.owners_among(kind, target, home, None)
    }

    /// The same of certain members, and of those that an assignment can change.
    pub(super) fn owners_among(
        &self,
        kind: LinkKind,
        target: &Id,
        home: Home,
        among: Option<&BTreeSet<usize>>,
    ) -> Vec<Found> {
        let mut all = Vec::new();
        if let Some(key) = target.known() {
            let mut add = |member: usize, link: &Link| {
                // Those that an assignment can change are compared below.
                if self.home(member) != home || self.index.facts[member].is_fixed {
                    let spot = Spot::whole(member);
                    all.extend(self.found(spot, Some(link), Vec::new()));
                }
            };
            if let Some(among) = among {
                for member in among {
                    let links = self.index.facts[*member].links.iter();
                    let of_kind = links.filter(|link| link.kind == kind);
                    for link in of_kind.filter(|link| link.target.known() == Some(key)) {
                        add(*member, link);
                    }
                }
            } else {
                let known = self.index.links.get(&(kind, key.to_owned()));
                for (member, position) in known.into_iter().flatten() {
                    if let Some(link) = self.index.facts[*member].links.get(*position) {
                        add(*member, link);
                    }
                }
            }
        }
        for member in self.near(target, owner(kind), home) {
            if self.is_over() {
                break;
            }
            let facts = self.facts(*member);
            for link in facts.links.iter().filter(|link| link.kind == kind) {
                self.effort.add(1);
                let Some(why) = doubts(target.same(&link.target)) else {
                    continue;
                };
                self.effort.add(FOUND);
                let spot = Spot::whole(*member);
                all.extend(self.found(spot, Some(link), why));
            }
        }
        self.near_first(all, home)
    }

    /// The members of a home and kind that have to be compared with an id one by one: where it is known, those of which
    /// something is not known in full. From an export only ids that are known lead to others.
    fn near(&self, id: &Id, kind: Kind, home: Home) -> &[usize] {
        if id.known().is_some() {
            self.index.loose(home, kind)
        } else if home == Home::Export {
            &[]
        } else {
            self.index.of_kind(home, kind)
        }
    }

    /// The resources of these kinds that an id names, as seen from a home. Those that are only read count where there
    /// is no other.
    pub(super) fn targets(&self, id: &Id, kinds: &[Kind], home: Home) -> Vec<Found> {
        let mut spots = self.known_targets(id, home);
        for kind in kinds {
            self.near_targets(id, *kind, home, &mut spots);
            if *kind == Kind::Subnet {
                self.near_parts(id, Kind::Network, home, &mut spots);
            }
        }
        let all: Vec<Found> = spots
            .into_iter()
            .filter_map(|(spot, why)| self.found(spot, None, why))
            .collect();
        let mut all = self.near_first(all, home);
        // What surely is the one leaves no room for others, and what is declared is known better than what is read.
        let is_sure = |found: &Found| found.doubts.is_empty() && found.node.is_read();
        if all.iter().any(is_sure) {
            all.retain(is_sure);
        }
        all
    }

    /// What has this very id, but for parts that the assignment may give another one: they are compared one by one.
    fn known_targets(&self, id: &Id, home: Home) -> Vec<Doubted> {
        let known = id.known().and_then(|key| self.index.ids.get(key));
        let spots = known.into_iter().flatten().filter(|spot| {
            let is_fixed = self.index.facts[spot.member].is_fixed;
            spot.part.is_none() || self.home(spot.member) != home || is_fixed
        });
        spots.map(|spot| (*spot, Vec::new())).collect()
    }

    /// The resources of a home and kind that may have an id.
    fn near_targets(&self, id: &Id, kind: Kind, home: Home, spots: &mut Vec<Doubted>) {
        for member in self.near(id, kind, home) {
            if self.is_over() {
                break;
            }
            let facts = self.facts(*member);
            if id.known().is_none() || facts.id.known().is_none() {
                let spot = Spot::whole(*member);
                spots.extend(doubts(id.same(&facts.id)).map(|why| (spot, why)));
            }
        }
    }

    /// The parts of resources of a home and kind that may have an id.
    fn near_parts(&self, id: &Id, kind: Kind, home: Home, spots: &mut Vec<Doubted>) {
        for member in self.near(id, kind, home) {
            if self.is_over() {
                break;
            }
            let facts = self.facts(*member);
            for (part, inner) in facts.parts.iter().enumerate() {
                self.effort.add(1);
                let spot = Spot {
                    member: *member,
                    part: Some(part),
                };
                spots.extend(doubts(id.same(&inner.id)).map(|why| (spot, why)));
            }
        }
    }

    /// The resources of a kind and name, as seen from a home.
    pub(super) fn named(&self, kind: Kind, name: &Value, home: Home) -> Vec<Found> {
        debug_assert!(kind.is_named());
        let wanted = Id::of(name.clone());
        let mut members: Vec<usize> = Vec::new();
        match wanted.known_name() {
            Some(name) => {
                let known = self.index.names.get(&(home, kind, name));
                let known = known.into_iter().flatten();
                members.extend(known.filter(|member| self.index.facts[**member].is_fixed));
                members.extend(self.index.loose(home, kind));
            }
            None if home == Home::Export => {}
            None => members.extend(self.index.of_kind(home, kind)),
        }
        let mut all = Vec::new();
        for member in members {
            if self.is_over() {
                break;
            }
            let facts = self.facts(member);
            let own = facts.id.name().cloned().map(Id::of);
            let Some(why) = own.and_then(|own| doubts(wanted.same(&own))) else {
                continue;
            };
            let spot = Spot::whole(member);
            all.extend(self.found(spot, None, why));
        }
        if self.estate.is_closed() {
            all.extend(self.namesakes(kind, &wanted, home));
        }
        all
    }

    /// In a closed world: resources of this name in other deployments and exports. Whether they are meant is not sure.
    fn namesakes(&self, kind: Kind, wanted: &Id, home: Home) -> Vec<Found> {
        let Some(name) = wanted.known_name() else {
            return Vec::new();
        };
        let namesakes = self.index.homes.iter().filter(|other| **other != home);
        let namesakes = namesakes.filter_map(|other| {
            let known = self.index.names.get(&(*other, kind, name.clone()))?;
            Some(*known.first()?)
        });
        let why = Reason::Limit {
            what: format!("one called {name} is in another deployment or an export").into(),
        };
        namesakes
            .filter_map(|member| {
                let spot = Spot::whole(member);
                self.found(spot, None, vec![why.clone()])
            })
            .collect()
    }

    /// Each resource once for each element that makes the relation: the same one of another deployment counts only
    /// where this one has none.
    fn near_first(&self, mut all: Vec<Found>, home: Home) -> Vec<Found> {
        all.sort_by_key(|found| found.node.home != home);
        let mut near = HashSet::new();
        all.retain(|found| {
            let Some(key) = found.node.id.known() else {
                return true;
            };
            if found.node.home == home {
                near.insert(key.to_owned());
                return true;
            }
            // Of several deployments that show it the first counts.
            near.insert(key.to_owned())
        });
        all
    }

    /// Why there may be more in a relation than was read.
    pub(super) fn unseen(&self, relation: Relation, home: Home) -> Vec<Reason> {
        let Some(entry) = relation.entry().filter(|entry| entry.open) else {
            return Vec::new();
        };
        if !self.estate.is_closed() {
            return vec![Reason::Elsewhere {
                what: entry.plural.into(),
            }];
        }
        let Home::Deployment(number) = home else {
            return Vec::new();
        };
        let unread = self.estate.unread(number);
        unread
            .map(|unread| Reason::Unread {
                reference: unread.reference.as_str().into(),
                place: unread.place,
                why: None,
            })
            .collect()
    }

    /// In a closed world: what in another deployment or an export may refer to this id, though that is not sure. What
    /// refers to a resource of its own home does not.
    pub(super) fn elsewhere(&self, kind: LinkKind, target: &Id, home: Home) -> Vec<Reason> {
        if !self.estate.is_closed() {
            return Vec::new();
        }
        if self.index.blank.contains(&owner(kind)) {
            return vec![Reason::NotExported {
                property: "properties".into(),
            }];
        }
        // One is enough to keep it open. What is known on both sides is compared where the relation is looked up.
        self.index
            .dangling(self.estate.members(), kind)
            .iter()
            .filter(|(member, _)| self.home(*member) != home)
            .filter_map(|(member, link)| {
                let link = self.index.facts[*member].links.get(*link)?;
                doubts(target.same(&link.target))?.into_iter().next()
            })
            .take(1)
            .collect()
    }
}

/// What all has to hold for a condition to hold.
fn conjuncts(condition: &Value, visit: &mut dyn FnMut(&Value)) {
    let mut open = vec![condition.clone()];
    while let Some(next) = open.pop() {
        match as_call(&next) {
            Some(("and", parts)) => open.extend(parts.iter().rev().cloned()),
            _ => visit(&next),
        }
    }
}

/// The kind of the resources that have a kind of reference.
fn owner(kind: LinkKind) -> Kind {
    match kind {
        LinkKind::EndpointVault | LinkKind::EndpointSubnet | LinkKind::EndpointInterface => {
            Kind::Endpoint
        }
        LinkKind::InterfaceEndpoint => Kind::Interface,
        LinkKind::VaultEndpoint => Kind::Vault,
        LinkKind::ConnectionVault | LinkKind::ConnectionEndpoint => Kind::Connection,
        LinkKind::GroupEndpoint | LinkKind::GroupZone => Kind::ZoneGroup,
        LinkKind::LinkZone | LinkKind::LinkNetwork => Kind::ZoneLink,
        LinkKind::RecordZone => Kind::Record,
        LinkKind::AssociationVault | LinkKind::AssociationProfile => Kind::Association,
        LinkKind::AccessRuleProfile => Kind::AccessRule,
        LinkKind::DiagnosticScope => Kind::Diagnostic,
        LinkKind::ConsumerVault | LinkKind::ConsumerVaultName => Kind::Consumer,
    }
}
