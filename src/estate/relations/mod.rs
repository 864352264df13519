//! How the resources of an estate stand to one another: vaults, private endpoints, subnets, DNS zones, perimeters, logs.
//!
//! In: the members of an estate, an assignment of the decisions, and a resource to start at. Out: the resources that
//! surely stand in a relation to it, those that may with the reasons, and the reasons why there may be more. It refuses to
//! know rules.
//!
//! Two ids are the same where their known parts and their symbols are; ids that differ in a symbol only may be the same.
//! Inside a deployment both count. Across deployments, and between a deployment and an export, only ids that are wholly
//! known do, since the same name in two subscriptions is two resources. All exports show one and the same Azure.
mod consumer;
mod dns;
mod effort;
mod facts;
mod found;
mod graph;
mod identity;
mod index;
mod kind;
mod loops;
mod node;
mod private_link;
mod relation;
mod surroundings;
mod target;

use crate::estate::property::Property;
use crate::estate::resources::Home;
use crate::estate::truth::Reason;
use crate::evaluate::value::Value;
use effort::Effort;
use facts::LinkKind;
use found::Found;
use identity::Id;
use kind::Kind;

pub use found::{Neighbour, Neighbours};
pub use graph::{Changed, Graph};
pub(super) use index::Index;
pub use kind::{is_network, is_related};
pub use node::Node;
pub use relation::{RELATIONS, Relation, RelationEntry};

impl Graph<'_> {
    /// The resources that stand in a relation to a node. `of` is the value that some relations start at.
    pub fn related(&self, node: &Node, relation: Relation, of: Option<&Value>) -> Neighbours {
        self.effort.begin();
        let (mut found, mut unseen) = self.find(node, relation, of);
        if self.effort.is_over() {
            // It was not looked for to the end: what is there may be otherwise, and not all.
            let why = [Effort::reason()];
            found = found.into_iter().map(|found| found.doubted(&why)).collect();
            unseen.extend(why);
        }
        self.neighbours(node, found, unseen)
    }

    /// How much work all questions together have taken.
    pub fn work(&self) -> usize {
        self.effort.done()
    }

    fn find(
        &self,
        node: &Node,
        relation: Relation,
        of: Option<&Value>,
    ) -> (Vec<Found>, Vec<Reason>) {
        let home = node.home;
        let unseen = || self.unseen(relation, home);
        match relation {
            Relation::Resource => match of {
                Some(value) => self.resource(value, home),
                None => (Vec::new(), Vec::new()),
            },
            Relation::Vault => self.vaults(node),
            Relation::PrivateEndpoints => self.endpoints(node),
            Relation::ConcurrentEndpoints => (self.concurrent_endpoints(node), unseen()),
            Relation::SubscriptionVaults => (self.subscription_vaults(node), unseen()),
            Relation::NetworkInterfaces => {
                let found = self.interfaces(node);
                // Azure makes it, so that no template declares it in a closed world either.
                let more = if found.is_empty() {
                    vec![elsewhere(relation)]
                } else {
                    unseen()
                };
                (found, more)
            }
            Relation::Subnet => {
                let found = self.subnets_of_endpoint(node);
                let ids = self.subnet_ids(node);
                let missing = ids
                    .iter()
                    .flat_map(|link| self.missing(&found, &link.target, Relation::Subnet, home));
                let missing = missing.collect();
                (found, missing)
            }
            Relation::VirtualNetwork => self.networks(node),
            Relation::ZoneGroups => match node.kind {
                Kind::Zone => (self.groups_of_zone(node), unseen()),
                _ => self.groups_of_endpoint(node),
            },
            Relation::DnsZones => match node.kind {
                Kind::ZoneGroup => (self.zones_of_group(node), self.not_shown(node)),
                Kind::ZoneLink | Kind::Record => (self.zone_above(node), Vec::new()),
                _ => self.zones_of_endpoint(node),
            },
            Relation::ZoneLinks => {
                let mut more = unseen();
                more.extend(self.elsewhere(LinkKind::LinkZone, &node.id, home));
                (self.links_of_zone(node), more)
            }
            Relation::UnlinkedEndpoints => (self.unlinked_endpoints(node), unseen()),
            Relation::ZoneRecords => {
                let records = match node.kind {
                    Kind::Zone => self.records_of_zone(node),
                    Kind::Endpoint => self.records_of_endpoint(node),
                    _ => self.records_of_vault(node),
                };
                (records, unseen())
            }
            Relation::RivalRecords => (self.rival_records(node), unseen()),
            Relation::PerimeterAssociations => self.associations(node),
            Relation::PerimeterAccessRules => (self.access_rules(node), unseen()),
            Relation::DiagnosticSettings => self.diagnostics(node),
            Relation::TrustedConsumers => (self.consumers(node), unseen()),
        }
    }

    /// Why an exported resource may refer to others: its properties are not shown.
    pub(super) fn not_shown(&self, node: &Node) -> Vec<Reason> {
        let is_shown = node.home != Home::Export
            || !node.is_read()
            || !matches!(Property::of(node.body(), &["properties"]), Property::Absent);
        if is_shown {
            return Vec::new();
        }
        vec![Reason::NotExported {
            property: "properties".into(),
        }]
    }

    fn resource(&self, value: &Value, home: Home) -> (Vec<Found>, Vec<Reason>) {
        let id = Id::of(value.clone());
        let kinds: Vec<Kind> = match id.kind() {
            Some(kind) => vec![Kind::of(&kind)],
            // It may be any; these are the ones that rules ask for.
            None => vec![Kind::Subnet, Kind::Vault, Kind::Network, Kind::Zone],
        };
        let found = self.targets(&id, &kinds, home);
        let unseen = self.missing(&found, &id, Relation::Resource, home);
        (found, unseen)
    }

    fn vaults(&self, node: &Node) -> (Vec<Found>, Vec<Reason>) {
        match node.kind {
            Kind::Endpoint => (self.vaults_of_endpoint(node), Vec::new()),
            Kind::ZoneGroup => {
                let mut all = Vec::new();
                for endpoint in self.endpoints_of_group(node) {
                    let vaults = self.vaults_of_endpoint(&endpoint.node).into_iter();
                    all.extend(vaults.map(|vault| vault.doubted(&endpoint.doubts)));
                }
                (all, Vec::new())
            }
            Kind::Association => {
                let found = self.vaults_of_association(node);
                let unseen = self.unknown_of_association(node, &found);
                (found, unseen)
            }
            Kind::AccessRule => {
                let found = self.vaults_of_access_rule(node);
                let unseen = self.unseen(Relation::Vault, node.home);
                (found, unseen)
            }
            Kind::Record => {
                let found = self.vaults_of_record(node);
                let unseen = self.unseen(Relation::Vault, node.home);
                (found, unseen)
            }
            Kind::Vault => (Vec::new(), Vec::new()),
            _ => (self.vault_above(node), Vec::new()),
        }
    }

    fn endpoints(&self, node: &Node) -> (Vec<Found>, Vec<Reason>) {
        let unseen = || self.unseen(Relation::PrivateEndpoints, node.home);
        match node.kind {
            Kind::Vault => self.endpoints_of_vault(node),
            Kind::Subnet => (self.endpoints_in_subnet(node), unseen()),
            Kind::ZoneGroup => (self.endpoints_of_group(node), Vec::new()),
            Kind::Zone => (self.endpoints_of_zone(node), unseen()),
            Kind::Record => self.endpoints_of_record(node),
            _ => (Vec::new(), Vec::new()),
        }
    }
}

/// There may be more of these than was read.
fn elsewhere(relation: Relation) -> Reason {
    let plural = relation.entry().map_or("resources", |entry| entry.plural);
    Reason::Elsewhere {
        what: plural.into(),
    }
}
