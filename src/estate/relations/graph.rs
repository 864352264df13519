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
use super::relation::Relation;
use crate::estate::resources::{Estate, Home, Member};
use crate::estate::truth::Reason;
use crate::evaluate::partial::as_call;
use crate::evaluate::substitute::{Assignment, substitute};
use crate::evaluate::symbol::{Symbol, Term};
use crate::evaluate::value::{self, Object, Value};
use crate::source::Place;

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

/// A resource of the estate, a part of one, or one that is only referred to.
#[derive(Debug, Clone)]
pub struct Node {
    pub(super) kind: Kind,
    pub(super) id: Id,
    pub(super) home: Home,
    pub(super) spot: Option<Spot>,
    body: Value,
}

impl Node {
    /// The resource with `type`, `name` and what else it has. What is not known of it is symbolic.
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// A resource that is no member of the estate.
    pub(super) fn of_body(kind: Kind, id: Id, home: Home, body: Value) -> Self {
        Self {
            kind,
            id,
            home,
            spot: None,
            body,
        }
    }

    /// Its id; of a secret's reader that of the vault.
    pub fn id(&self) -> &Value {
        &self.id.value
    }

    /// Where it comes from, or what refers to it does.
    pub fn home(&self) -> Home {
        self.home
    }

    /// What to point at when it is meant as a whole.
    pub fn head(&self, estate: &Estate) -> Place {
        match self.spot {
            Some(Spot { member, part: None }) => estate
                .members()
                .get(member)
                .map_or(self.body.origin.place, |member| member.resource.head),
            _ => self.body.origin.place,
        }
    }

    /// Whether the estate holds it.
    pub fn is_read(&self) -> bool {
        self.spot.is_some()
    }
}

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
        Some(Node {
            kind: facts.kind,
            id: facts.id.clone(),
            home: member.home,
            spot: Some(Spot {
                member: number,
                part: None,
            }),
            body: facts.body.clone(),
        })
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
    pub(super) fn copies(&self, node: &Node) -> Option<Value> {
        let facts = self.facts(node.spot?.member);
        let copies = facts.copies.clone();
        copies.filter(|count| Some(count) != self.assumed_copies.as_ref())
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
                Node {
                    kind: part.kind,
                    id: part.id.clone(),
                    home,
                    spot: Some(spot),
                    body: part.body.clone(),
                }
            }
            None if self.estate.members()[spot.member].resource.existing => {
                let body = unknown_but(&facts.body, &facts.id.value);
                Node {
                    kind: facts.kind,
                    id: facts.id.clone(),
                    home,
                    spot: None,
                    body,
                }
            }
            None => Node {
                kind: facts.kind,
                id: facts.id.clone(),
                home,
                spot: Some(spot),
                body: facts.body.clone(),
            },
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
                    let spot = Spot { member, part: None };
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
        let near = if target.known().is_some() {
            self.index.loose(home, owner(kind))
        } else if home == Home::Export {
            &[]
        } else {
            self.index.of_kind(home, owner(kind))
        };
        for member in near {
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
                let spot = Spot {
                    member: *member,
                    part: None,
                };
                all.extend(self.found(spot, Some(link), why));
            }
        }
        self.near_first(all, home)
    }

    /// The resources of these kinds that an id names, as seen from a home. Those that are only read count where there
    /// is no other.
    pub(super) fn targets(&self, id: &Id, kinds: &[Kind], home: Home) -> Vec<Found> {
        let mut spots = Vec::new();
        if let Some(key) = id.known() {
            let known = self.index.ids.get(key).into_iter().flatten();
            for spot in known {
                let facts = &self.index.facts[spot.member];
                let is_changed =
                    spot.part.is_some() && self.home(spot.member) == home && !facts.is_fixed;
                if !is_changed {
                    spots.push((*spot, Vec::new()));
                }
            }
        }
        for kind in kinds {
            let near = if id.known().is_some() {
                self.index.loose(home, *kind)
            } else if home == Home::Export {
                &[]
            } else {
                self.index.of_kind(home, *kind)
            };
            for member in near {
                if self.is_over() {
                    break;
                }
                let facts = self.facts(*member);
                if id.known().is_none() || facts.id.known().is_none() {
                    let spot = Spot {
                        member: *member,
                        part: None,
                    };
                    spots.extend(doubts(id.same(&facts.id)).map(|why| (spot, why)));
                }
            }
            if *kind != Kind::Subnet {
                continue;
            }
            let networks = if id.known().is_some() {
                self.index.loose(home, Kind::Network)
            } else if home == Home::Export {
                &[]
            } else {
                self.index.of_kind(home, Kind::Network)
            };
            for member in networks {
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
        let all: Vec<Found> = spots
            .into_iter()
            .filter_map(|(spot, why)| self.found(spot, None, why))
            .collect();
        let mut all = self.near_first(all, home);
        // What surely is the one leaves no room for others, and what is declared is known better than what is read.
        if all
            .iter()
            .any(|found| found.doubts.is_empty() && found.node.is_read())
        {
            all.retain(|found| found.doubts.is_empty() && found.node.is_read());
        }
        all
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
            let spot = Spot { member, part: None };
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
                let spot = Spot { member, part: None };
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

    /// A resource that is only referred to.
    pub(super) fn referred(&self, kind: Kind, id: &Id, written: &str, home: Home) -> Node {
        let origin = &id.value.origin;
        let member = |key: &str, value: Value| value::Member {
            key: key.into(),
            key_place: origin.place,
            value,
        };
        let mut body = Object::new();
        body.insert(member("type", Value::string(written, origin.clone())));
        if let Some(name) = id.name() {
            body.insert(member("name", name.clone()));
        }
        let body = Value::object(body, origin.clone());
        Node {
            kind,
            id: id.clone(),
            home,
            spot: None,
            body: unknown_but(&body, &id.value),
        }
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

/// The head of a resource with everything else not known.
fn unknown_but(body: &Value, id: &Value) -> Value {
    let origin = &body.origin;
    let run_time = Value::symbolic(Symbol::call("reference", vec![id.clone()]), origin.clone());
    let mut kept: Object = ["type", "name", "apiVersion"]
        .iter()
        .filter_map(|key| body.as_object()?.get(key).cloned())
        .collect();
    let mut set = |key: &str, value: Value| {
        kept.insert(value::Member {
            key: key.into(),
            key_place: origin.place,
            value,
        });
    };
    let text = |text: &str| Value::string(text, origin.clone());
    let whole = Symbol::call("reference", vec![id.clone(), text("Full")]);
    set(
        "location",
        Value::symbolic(
            Symbol::new(Term::Access {
                base: Value::symbolic(whole, origin.clone()),
                key: text("location"),
                safe: false,
                from_end: false,
            }),
            origin.clone(),
        ),
    );
    set("properties", run_time);
    Value::object(kept, origin.clone())
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
