//! Private endpoints and their names: zone groups, private DNS zones, virtual network links, A records.

use std::collections::BTreeSet;

use super::facts::LinkKind;
use super::found::{Found, Once};
use super::graph::Graph;
use super::identity::{doubts, same_segment};
use super::kind::Kind;
use super::node::Node;
use super::relation::Relation;
use crate::estate::resources::Home;
use crate::estate::truth::Reason;
use crate::evaluate::value::Value;

const ZONE: &str = "Microsoft.Network/privateDnsZones";

impl Graph<'_> {
    pub(super) fn groups_of_endpoint(&self, endpoint: &Node) -> (Vec<Found>, Vec<Reason>) {
        let found = self.owners(LinkKind::GroupEndpoint, &endpoint.id, endpoint.home);
        let mut unseen = self.unseen(Relation::ZoneGroups, endpoint.home);
        unseen.extend(self.elsewhere(LinkKind::GroupEndpoint, &endpoint.id, endpoint.home));
        (found, unseen)
    }

    /// The private endpoint that a zone group belongs to.
    pub(super) fn endpoints_of_group(&self, group: &Node) -> Vec<Found> {
        let parents = self.links(group, LinkKind::GroupEndpoint);
        let found = parents
            .iter()
            .flat_map(|link| self.targets(&link.target, &[Kind::Endpoint], group.home));
        found.collect()
    }

    /// The zones that a zone group names. Of one that was not read the id says the name.
    pub(super) fn zones_of_group(&self, group: &Node) -> Vec<Found> {
        let mut all = Vec::new();
        for link in self.links(group, LinkKind::GroupZone) {
            let mut found = self.targets(&link.target, &[Kind::Zone], group.home);
            if !found.iter().any(|found| found.doubts.is_empty()) {
                let why = found.first().map(|found| found.doubts.clone());
                let is_zone = link
                    .target
                    .kind()
                    .is_none_or(|kind| kind.eq_ignore_ascii_case(ZONE));
                if is_zone {
                    found.push(Found {
                        node: Node::referred(Kind::Zone, &link.target, ZONE, group.home),
                        link: None,
                        doubts: why.unwrap_or_default(),
                    });
                }
            }
            all.extend(found.into_iter().map(|found| {
                let found = Found {
                    link: link.value.clone(),
                    ..found
                };
                found.doubted(&link.doubts)
            }));
        }
        all
    }

    pub(super) fn zones_of_endpoint(&self, endpoint: &Node) -> (Vec<Found>, Vec<Reason>) {
        let (groups, mut unseen) = self.groups_of_endpoint(endpoint);
        let mut all = Vec::new();
        for group in groups {
            unseen.extend(self.not_shown(&group.node));
            let zones = self.zones_of_group(&group.node).into_iter();
            all.extend(zones.map(|zone| zone.doubted(&group.doubts)));
        }
        (all, unseen)
    }

    /// The zone of a virtual network link or an A record.
    pub(super) fn zone_above(&self, node: &Node) -> Vec<Found> {
        let kind = match node.kind {
            Kind::Record => LinkKind::RecordZone,
            _ => LinkKind::LinkZone,
        };
        let mut all = Vec::new();
        for link in self.links(node, kind) {
            let found = self.targets(&link.target, &[Kind::Zone], node.home);
            if found.is_empty() {
                all.push(Found {
                    node: Node::referred(Kind::Zone, &link.target, ZONE, node.home),
                    link: None,
                    doubts: Vec::new(),
                });
            }
            all.extend(found);
        }
        all
    }

    pub(super) fn groups_of_zone(&self, zone: &Node) -> Vec<Found> {
        self.owners(LinkKind::GroupZone, &zone.id, zone.home)
    }

    pub(super) fn links_of_zone(&self, zone: &Node) -> Vec<Found> {
        self.owners(LinkKind::LinkZone, &zone.id, zone.home)
    }

    pub(super) fn records_of_zone(&self, zone: &Node) -> Vec<Found> {
        self.owners(LinkKind::RecordZone, &zone.id, zone.home)
    }

    /// The A records that have the name of a vault.
    pub(super) fn records_of_vault(&self, vault: &Node) -> Vec<Found> {
        let name = vault.id.name();
        name.map_or_else(Vec::new, |name| self.named(Kind::Record, name, vault.home))
    }

    pub(super) fn records_of_endpoint(&self, endpoint: &Node) -> Vec<Found> {
        let mut all = Once::default();
        for vault in self.vaults_of_endpoint(endpoint) {
            for record in self.records_of_vault(&vault.node) {
                all.add(record.doubted(&vault.doubts));
            }
        }
        all.into_found()
    }

    /// The vaults that an A record has the name of.
    pub(super) fn vaults_of_record(&self, record: &Node) -> Vec<Found> {
        let name = record.id.name();
        name.map_or_else(Vec::new, |name| self.named(Kind::Vault, name, record.home))
    }

    /// The private endpoints of the vaults that an A record has the name of.
    pub(super) fn endpoints_of_record(&self, record: &Node) -> (Vec<Found>, Vec<Reason>) {
        let mut all = Once::default();
        let mut unseen = Vec::new();
        for vault in self.vaults_of_record(record) {
            let (endpoints, more) = self.endpoints_of_vault(&vault.node);
            for endpoint in endpoints {
                all.add(endpoint.doubted(&vault.doubts));
            }
            unseen.extend(more);
        }
        (all.into_found(), unseen)
    }

    /// The private endpoints that a zone serves: through zone groups, or by records of their vault's name.
    pub(super) fn endpoints_of_zone(&self, zone: &Node) -> Vec<Found> {
        let mut all = Once::default();
        for group in self.groups_of_zone(zone) {
            for endpoint in self.endpoints_of_group(&group.node) {
                all.add(endpoint.doubted(&group.doubts));
            }
        }
        for record in self.records_of_zone(zone) {
            let (endpoints, _) = self.endpoints_of_record(&record.node);
            for endpoint in endpoints {
                all.add(endpoint.doubted(&record.doubts));
            }
        }
        all.into_found()
    }

    /// The private endpoints that a zone serves and whose virtual network none of its links reaches.
    pub(super) fn unlinked_endpoints(&self, zone: &Node) -> Vec<Found> {
        let links = self.links_of_zone(zone);
        let mut elsewhere = self.unseen(Relation::ZoneLinks, zone.home);
        elsewhere.extend(self.elsewhere(LinkKind::LinkZone, &zone.id, zone.home));
        let mut all = Vec::new();
        for endpoint in self.endpoints_of_zone(zone) {
            for (network, why) in self.network_ids(&endpoint.node) {
                let endpoint = endpoint.clone().doubted(&why);
                let Some(network) = network else {
                    all.push(endpoint.doubted(&elsewhere));
                    continue;
                };
                let mut doubted = Vec::new();
                let mut is_linked = false;
                for link in &links {
                    for to in self.links(&link.node, LinkKind::LinkNetwork) {
                        let is_known = network.known().and(to.target.known()).is_some();
                        if !is_known && self.is_over() {
                            break;
                        }
                        let Some(mut why) = doubts(network.same(&to.target)) else {
                            continue;
                        };
                        why.extend(link.doubts.iter().cloned());
                        is_linked |= why.is_empty();
                        doubted.extend(why);
                    }
                }
                if is_linked {
                    continue;
                }
                let declared_together = links.is_empty()
                    && matches!(zone.home, Home::Deployment(number)
                        if self.estate.unread(number).next().is_none())
                    && endpoint.node.is_read()
                    && endpoint.node.home == zone.home
                    && self
                        .targets(&network, &[Kind::Network], zone.home)
                        .iter()
                        .any(|found| {
                            found.doubts.is_empty()
                                && found.node.is_read()
                                && found.node.home == zone.home
                        });
                let open: &[Reason] = if declared_together && !self.estate.is_closed() {
                    &[]
                } else {
                    &elsewhere
                };
                all.push(endpoint.doubted(&doubted).doubted(open));
            }
        }
        all
    }

    /// What writes the same record as a zone group.
    pub(super) fn rival_records(&self, group: &Node) -> Vec<Found> {
        let mut all = Once::default();
        for own in self.endpoints_of_group(group) {
            let vaults = self.vaults_of_endpoint(&own.node);
            let records = self.records_that_may_be_of(&vaults);
            for zone in self.zones_of_group(group) {
                let near = own.clone().doubted(&zone.doubts).doubts;
                self.rival_groups(group, &own.node, &vaults, &zone.node, &near, &mut all);
                let (id, home) = (&zone.node.id, zone.node.home);
                let records = records.as_ref();
                for record in self.owners_among(LinkKind::RecordZone, id, home, records) {
                    // What an export shows may be what the zone group wrote.
                    if record.node.home == Home::Export {
                        continue;
                    }
                    for vault in &vaults {
                        if self.effort.is_over() {
                            break;
                        }
                        let names = (record.node.id.name(), vault.node.id.name());
                        let (Some(a), Some(b)) = names else { continue };
                        if !(a.is_known() && b.is_known()) {
                            self.effort.add(1);
                        }
                        let why = match same_segment(a, b) {
                            Some(true) => Vec::new(),
                            Some(false) => continue,
                            None => reasons_of([a, b]),
                        };
                        let record = record.clone().doubted(&why).doubted(&near);
                        all.add(record.doubted(&vault.doubts));
                    }
                }
            }
        }
        all.into_found()
    }

    /// The A records that may have the name of one of these vaults; `None` where any may.
    fn records_that_may_be_of(&self, vaults: &[Found]) -> Option<BTreeSet<usize>> {
        let names = vaults.iter().map(|vault| vault.node.id.known_name());
        let names: Vec<String> = names.collect::<Option<_>>()?;
        let records = self.index.records(self.estate.members());
        Some(records.with(names.iter().map(String::as_str)))
    }

    /// The zone groups whose endpoints may connect to one of these vaults; `None` where any may.
    fn groups_that_may_be_of(&self, vaults: &[Found]) -> Option<BTreeSet<usize>> {
        let ids = vaults.iter().map(|vault| vault.node.id.known());
        let ids: Vec<&str> = ids.collect::<Option<_>>()?;
        let groups = self.index.groups(self.estate.members());
        Some(groups.with(ids.into_iter()))
    }

    /// The other zone groups that write a record into the same zone for one of these vaults, through an endpoint that is
    /// not `own`, which is that of `group`. `near` is why it may be another zone.
    fn rival_groups(
        &self,
        group: &Node,
        own: &Node,
        vaults: &[Found],
        zone: &Node,
        near: &[Reason],
        all: &mut Once,
    ) {
        let groups = self.groups_that_may_be_of(vaults);
        let (id, home) = (&zone.id, zone.home);
        for other in self.owners_among(LinkKind::GroupZone, id, home, groups.as_ref()) {
            if other.node.spot == group.spot || other.node.id.same(&group.id).is_true() {
                continue;
            }
            for endpoint in self.endpoints_of_group(&other.node) {
                if endpoint.node.spot == own.spot || endpoint.node.id.same(&own.id).is_true() {
                    continue;
                }
                for theirs in self.vaults_of_endpoint(&endpoint.node) {
                    for ours in vaults {
                        let ids = (&theirs.node.id, &ours.node.id);
                        let is_known = ids.0.known().and(ids.1.known()).is_some();
                        if !is_known && self.is_over() {
                            break;
                        }
                        let Some(why) = doubts(theirs.node.id.same(&ours.node.id)) else {
                            continue;
                        };
                        let rival = other.clone().doubted(&why).doubted(near);
                        let rival = rival.doubted(&theirs.doubts).doubted(&ours.doubts);
                        all.add(rival.doubted(&endpoint.doubts));
                    }
                }
            }
        }
    }
}

fn reasons_of(values: [&Value; 2]) -> Vec<Reason> {
    let undecided = values.into_iter().filter(|value| !value.is_known());
    undecided.map(Reason::of).collect()
}
