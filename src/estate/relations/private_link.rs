//! Vaults, their private endpoints, and the subnets and virtual networks that these lie in.

use foldhash::HashSet;

use super::facts::{Link, LinkKind, with_state};
use super::found::{Found, Once};
use super::graph::Graph;
use super::identity::Id;
use super::kind::Kind as ResourceKind;
use super::loops::{self, Spread, hangs_on_index};
use super::node::Node;
use super::relation::Relation;
use super::target::{vault_type, written_type};
use crate::estate::property::Property;
use crate::estate::resources::Home;
use crate::estate::truth::Reason;
use crate::evaluate::substitute::substitute;
use crate::evaluate::value::Value;
use crate::source::Place;

const ENDPOINT: &str = "Microsoft.Network/privateEndpoints";

/// How many levels below a vault its children are.
const MAX_LEVELS: usize = 4;

impl Graph<'_> {
    /// The private endpoints of a vault, with the connections.
    pub(super) fn endpoints_of_vault(&self, vault: &Node) -> (Vec<Found>, Vec<Reason>) {
        let mut found = self.owners(LinkKind::EndpointVault, &vault.id, vault.home);
        // What the service lists is complete: what may be one of its endpoints and is not listed is none.
        let is_listed = vault.home == Home::Export && vault.is_read();
        let is_shown = matches!(
            Property::of(vault.body(), &["properties"]),
            Property::Present(_)
        );
        if is_listed && is_shown {
            found.retain(|found| found.doubts.is_empty());
        }
        let mut unseen = self.unseen(Relation::PrivateEndpoints, vault.home);
        unseen.extend(self.elsewhere(LinkKind::EndpointVault, &vault.id, vault.home));
        let listed = self.links(vault, LinkKind::VaultEndpoint);
        for link in &listed {
            self.add_connection(&mut found, vault.home, &link.target, link, Vec::new());
        }
        for child in self.owners(LinkKind::ConnectionVault, &vault.id, vault.home) {
            let from = self.links(&child.node, LinkKind::ConnectionEndpoint);
            let link = Link {
                kind: LinkKind::ConnectionVault,
                target: from
                    .first()
                    .map_or_else(|| child.node.id.clone(), |link| link.target.clone()),
                value: Some(child.node.body().clone()),
                doubts: Vec::new(),
            };
            self.add_connection(&mut found, vault.home, &link.target, &link, child.doubts);
        }
        if is_listed {
            unseen = if is_shown {
                Vec::new()
            } else {
                vec![Reason::NotExported {
                    property: "properties.privateEndpointConnections".into(),
                }]
            };
        }
        (found, unseen)
    }

    /// Adds a connection as the vault shows it: its state is the one that counts.
    fn add_connection(
        &self,
        found: &mut Vec<Found>,
        home: Home,
        endpoint: &Id,
        link: &Link,
        doubts: Vec<Reason>,
    ) {
        let state = link.value.as_ref().and_then(|connection| {
            let path = ["properties", "privateLinkServiceConnectionState"];
            match Property::of(connection, &path) {
                Property::Present(state) => Some(state),
                _ => None,
            }
        });
        let known = found
            .iter_mut()
            .find(|other| other.node.id.same(endpoint).is_true());
        if let Some(known) = known {
            if let (Some(own), Some(state), true) = (&known.link, state, doubts.is_empty()) {
                known.link = Some(with_state(own, state));
            }
            return;
        }
        let declared = self.targets(endpoint, &[ResourceKind::Endpoint], home);
        let node = match declared.into_iter().find(|found| found.doubts.is_empty()) {
            Some(declared) => declared.node,
            None => Node::referred(ResourceKind::Endpoint, endpoint, ENDPOINT, home),
        };
        let new = Found {
            node,
            link: link.value.clone(),
            doubts,
        };
        found.push(new.doubted(&link.doubts));
    }

    /// The vaults and managed HSMs that a private endpoint connects to, with the connections.
    pub(super) fn vaults_of_endpoint(&self, endpoint: &Node) -> Vec<Found> {
        let mut all = Vec::new();
        for link in self.links(endpoint, LinkKind::EndpointVault) {
            let Some((written, why)) = vault_type(&link) else {
                continue;
            };
            let found = self.vaults_with_id(&link.target, written, endpoint.home);
            all.extend(found.into_iter().map(|found| {
                let found = Found {
                    link: link.value.clone(),
                    ..found
                };
                found.doubted(&link.doubts).doubted(&why)
            }));
        }
        all
    }

    /// The vault with this id: that of the estate if it is there, else one of which no more is known.
    pub(super) fn vaults_with_id(&self, id: &Id, written: &str, home: Home) -> Vec<Found> {
        let mut found = self.targets(id, &[ResourceKind::Vault], home);
        if !found.iter().any(|found| found.doubts.is_empty()) {
            // It may be one of those that were found, or another one.
            let why = found.first().map(|found| found.doubts.clone());
            found.push(Found {
                node: Node::referred(ResourceKind::Vault, id, written, home),
                link: None,
                doubts: why.unwrap_or_default(),
            });
        }
        found
    }

    /// The vault that a resource below it belongs to.
    pub(super) fn vault_above(&self, node: &Node) -> Vec<Found> {
        let mut id = node.id.clone();
        let mut segments = if node.kind == ResourceKind::Diagnostic {
            4
        } else {
            2
        };
        for _ in 0..MAX_LEVELS {
            let Some(above) = id.without(segments) else {
                break;
            };
            segments = 2;
            id = above;
            match id.kind() {
                Some(kind) => {
                    if let Some(written) = written_type(&kind) {
                        return self.vaults_with_id(&id, written, node.home);
                    }
                }
                // The scope of a diagnostic setting, all of it unknown.
                None if node.kind == ResourceKind::Diagnostic => {
                    return self.targets(&id, &[ResourceKind::Vault], node.home);
                }
                None => {}
            }
        }
        Vec::new()
    }

    /// The ids of the subnets of a private endpoint.
    pub(super) fn subnet_ids(&self, endpoint: &Node) -> Vec<Link> {
        self.links(endpoint, LinkKind::EndpointSubnet)
    }

    pub(super) fn subnets_of_endpoint(&self, endpoint: &Node) -> Vec<Found> {
        let ids = self.subnet_ids(endpoint);
        let found = ids.iter().flat_map(|link| {
            let targets = self.targets(&link.target, &[ResourceKind::Subnet], endpoint.home);
            targets
                .into_iter()
                .map(|found| found.doubted(&link.doubts))
                .collect::<Vec<_>>()
        });
        found.collect()
    }

    /// The id of the virtual network of a private endpoint, a subnet or a virtual network link, with the reasons why it
    /// may be another.
    pub(super) fn network_ids(&self, node: &Node) -> Vec<(Option<Id>, Vec<Reason>)> {
        let above = |id: &Id| id.without(2).filter(|above| above.name().is_some());
        match node.kind {
            ResourceKind::Subnet => vec![(above(&node.id), Vec::new())],
            ResourceKind::ZoneLink => {
                let links = self.links(node, LinkKind::LinkNetwork).into_iter();
                links.map(|link| (Some(link.target), link.doubts)).collect()
            }
            _ => {
                let links = self.subnet_ids(node).into_iter();
                let network = |link: Link| match above(&link.target) {
                    Some(network) => Some((Some(network), link.doubts)),
                    // What is known and has no network above it leads to none.
                    None if link.target.known().is_some() => None,
                    None => {
                        let mut why = link.doubts;
                        why.push(Reason::of(&link.target.value));
                        Some((None, why))
                    }
                };
                links.filter_map(network).collect()
            }
        }
    }

    /// The virtual networks, and why there may be others than were read.
    pub(super) fn networks(&self, node: &Node) -> (Vec<Found>, Vec<Reason>) {
        let mut all = Vec::new();
        let mut unseen = Vec::new();
        for (id, why) in self.network_ids(node) {
            let Some(id) = id else {
                unseen.extend(why);
                continue;
            };
            let found = self.targets(&id, &[ResourceKind::Network], node.home);
            unseen.extend(self.missing(&found, &id, Relation::VirtualNetwork, node.home));
            all.extend(found.into_iter().map(|found| found.doubted(&why)));
        }
        (all, unseen)
    }

    /// Why the resource that an id names may be one that was not found.
    pub(super) fn missing(
        &self,
        found: &[Found],
        id: &Id,
        relation: Relation,
        home: Home,
    ) -> Vec<Reason> {
        if found.iter().any(|found| found.doubts.is_empty()) {
            return Vec::new();
        }
        let mut unseen = self.unseen(relation, home);
        if id.known().is_none() && self.estate.is_closed() {
            unseen.push(Reason::of(&id.value));
        }
        unseen
    }

    /// The private endpoints in a subnet.
    pub(super) fn endpoints_in_subnet(&self, subnet: &Node) -> Vec<Found> {
        self.owners(LinkKind::EndpointSubnet, &subnet.id, subnet.home)
    }

    /// The network interfaces of a private endpoint.
    pub(super) fn interfaces(&self, endpoint: &Node) -> Vec<Found> {
        let mut found = self.owners(LinkKind::InterfaceEndpoint, &endpoint.id, endpoint.home);
        for link in self.links(endpoint, LinkKind::EndpointInterface) {
            let targets = self.targets(&link.target, &[ResourceKind::Interface], endpoint.home);
            for target in targets {
                let is_new = !found
                    .iter()
                    .any(|known| known.node.id.same(&target.node.id).is_true());
                if is_new {
                    found.push(target.doubted(&link.doubts));
                }
            }
        }
        found
    }

    /// The other private endpoints of the same vault that are made at the same time, or the endpoint itself where its
    /// loop makes several so.
    pub(super) fn concurrent_endpoints(&self, endpoint: &Node) -> Vec<Found> {
        let (Home::Deployment(deployment), Some(own)) = (endpoint.home, endpoint.spot) else {
            return Vec::new();
        };
        let Some(order) = self.estate.order(deployment) else {
            return Vec::new();
        };
        let mut all = Once::default();
        let vaults = self.vaults_of_endpoint(endpoint);
        let sure = vaults.iter().rposition(|vault| vault.doubts.is_empty());
        let connects = |member: &usize| {
            let facts = self.facts(*member);
            let mut links = facts.links.iter();
            links.any(|link| link.kind == LinkKind::EndpointVault)
        };
        let near = self.index.of_kind(endpoint.home, ResourceKind::Endpoint);
        let near: Vec<usize> = near.iter().copied().filter(connects).collect();
        // One that stands for all copies is itself and the others, if all are of one vault.
        let copies = self.estate.members()[own.member].resource.copies.as_ref();
        let own_way = self.way_to(own.member);
        let mut met: HashSet<usize> = std::iter::once(own.member).collect();
        for (number, vault) in vaults.into_iter().enumerate() {
            // All have been met, and no vault that is left makes it surer.
            let is_rest = number > 0 && sure.is_none_or(|sure| sure < number);
            if is_rest && copies.is_none() && near.iter().all(|member| met.contains(member)) {
                break;
            }
            for other in self.owners(LinkKind::EndpointVault, &vault.node.id, endpoint.home) {
                let Some(spot) = other.node.spot.filter(|_| other.node.home == endpoint.home)
                else {
                    continue;
                };
                let is_self = spot.member == own.member;
                met.insert(spot.member);
                let shared = match is_self {
                    true => self.shared_by_copies(endpoint, &vault, own.member),
                    false => Some(Vec::new()),
                };
                let Some(shared) = shared else {
                    continue;
                };
                // Deployed once more, it is the same endpoint.
                if !is_self && other.node.id.same(&endpoint.id).is_true() {
                    continue;
                }
                if !order.are_concurrent(&own_way, &self.way_to(spot.member)) {
                    continue;
                }
                let other = other.doubted(&vault.doubts).doubted(&shared);
                let other = match copies.filter(|_| is_self) {
                    Some(count) => self.other_copies(other, count),
                    None => Some(other),
                };
                if let Some(other) = other {
                    all.add(other);
                }
            }
        }
        all.into_found()
    }

    /// Whether copies of an endpoint have a vault in common, with the reasons why they may not; nothing where each copy has
    /// a vault of its own.
    fn shared_by_copies(
        &self,
        endpoint: &Node,
        vault: &Found,
        member: usize,
    ) -> Option<Vec<Reason>> {
        let own = self.facts(member);
        let count = own.copies.as_ref()?;
        let links = own.links.iter();
        let leading: Vec<&Id> = links
            .filter(|link| link.kind == LinkKind::EndpointVault)
            .map(|link| &link.target)
            .filter(|target| !target.same(&vault.node.id).is_false())
            .collect();
        // Of a loop of as many copies each declares a vault of its own, since Azure refuses two of one name.
        let is_declared = |target: &Id| {
            let spot = vault.node.spot.filter(|_| vault.doubts.is_empty());
            spot.is_some_and(|spot| {
                hangs_on_index(&vault.node.id.value)
                    && self.facts(spot.member).copies.as_ref() == Some(count)
                    && target.same(&vault.node.id).is_true()
            })
        };
        let spread = |target: &&Id| match is_declared(target) {
            true => Spread::Distinct,
            false => Spread::of(&target.value, &endpoint.id.value),
        };
        let (spread, widest) = leading
            .iter()
            .map(|target| (spread(target), *target))
            .max_by_key(|(spread, _)| *spread)?;
        match spread {
            Spread::Same => Some(Vec::new()),
            // One connection of a copy may lead to the vault of another connection of another copy.
            Spread::Distinct if leading.len() == 1 => None,
            _ => Some(loops::doubts(&widest.value)),
        }
    }

    /// The deployments that a member is in, the outermost first, and the member itself: where each is declared.
    fn way_to(&self, member: usize) -> Vec<Place> {
        let resource = &self.estate.members()[member].resource;
        let outward = std::iter::once(resource.head).chain(resource.calls.iter().copied());
        let mut way: Vec<Place> = outward.collect();
        way.reverse();
        way
    }

    /// What an endpoint of a loop stands for beside itself: the other copies, unless there are none.
    fn other_copies(&self, endpoint: Found, count: &Value) -> Option<Found> {
        let count = substitute(count, &self.assignment);
        match count.as_integer() {
            Some(count) => (count >= 2).then_some(endpoint),
            None => Some(endpoint.doubted(&[Reason::of(&count)])),
        }
    }

    /// Of the first exported vault of a subscription: the exported vaults of the same type in it that have a private
    /// endpoint. Of any other vault nothing, so that a subscription is counted once.
    pub(super) fn subscription_vaults(&self, vault: &Node) -> Vec<Found> {
        let Some(subscription) = subscription_of(&vault.id).filter(|_| vault.home == Home::Export)
        else {
            return Vec::new();
        };
        let mut all = Vec::new();
        let mut is_first = true;
        for number in self.index.of_kind(Home::Export, ResourceKind::Vault) {
            let Some(node) = self.member(*number) else {
                continue;
            };
            let both = type_of(vault).zip(type_of(&node));
            let is_alike = both.is_some_and(|(one, other)| one.eq_ignore_ascii_case(other));
            if !is_alike || subscription_of(&node.id).as_ref() != Some(&subscription) {
                continue;
            }
            if std::mem::take(&mut is_first) && node.spot != vault.spot {
                return Vec::new();
            }
            let (endpoints, _) = self.endpoints_of_vault(&node);
            if endpoints.iter().any(|endpoint| endpoint.doubts.is_empty()) {
                all.push(Found {
                    node,
                    link: None,
                    doubts: Vec::new(),
                });
            }
        }
        all
    }
}

fn type_of(node: &Node) -> Option<&str> {
    node.body().as_object()?.get("type")?.value.as_str()
}

fn subscription_of(id: &Id) -> Option<String> {
    let rest = id.known()?.strip_prefix("/subscriptions/")?;
    Some(rest.split('/').next()?.to_owned())
}
