//! What else surrounds a vault: network security perimeters, diagnostic settings, consumers that are trusted services.

use super::facts::{LinkKind, single};
use super::found::{Found, Once};
use super::graph::Graph;
use super::identity::{Id, doubts};
use super::kind::Kind;
use super::node::Node;
use super::relation::Relation;
use crate::estate::resources::Home;
use crate::estate::truth::Reason;
use crate::evaluate::SecretRead;
use crate::evaluate::origin::Origin;
use crate::evaluate::substitute::substitute;
use crate::evaluate::value::{self, Object, Value};
use crate::syntax::template::DEPLOYMENT_TYPE;

impl Graph<'_> {
    pub(super) fn associations(&self, vault: &Node) -> (Vec<Found>, Vec<Reason>) {
        let found = self.owners(LinkKind::AssociationVault, &vault.id, vault.home);
        let mut unseen = self.unseen(Relation::PerimeterAssociations, vault.home);
        unseen.extend(self.elsewhere(LinkKind::AssociationVault, &vault.id, vault.home));
        (found, unseen)
    }

    /// The access rules of the profiles that a vault is associated with.
    pub(super) fn access_rules(&self, vault: &Node) -> Vec<Found> {
        let mut all = Once::default();
        for association in self.associations(vault).0 {
            for link in self.links(&association.node, LinkKind::AssociationProfile) {
                for rule in self.owners(LinkKind::AccessRuleProfile, &link.target, vault.home) {
                    let rule = rule.doubted(&association.doubts).doubted(&link.doubts);
                    all.add(rule);
                }
            }
        }
        all.into_found()
    }

    /// The reasons why an association may be one of a vault that is not among those that were found.
    pub(super) fn unknown_of_association(
        &self,
        association: &Node,
        found: &[Found],
    ) -> Vec<Reason> {
        if found.iter().any(|found| found.doubts.is_empty()) {
            return Vec::new();
        }
        let links = self.links(association, LinkKind::AssociationVault);
        let unknown = links
            .iter()
            .map(|link| &link.target)
            .filter(|target| target.known().is_none() && target.kind().is_none());
        unknown.map(|target| Reason::of(&target.value)).collect()
    }

    /// The vault of an association.
    pub(super) fn vaults_of_association(&self, association: &Node) -> Vec<Found> {
        let mut all = Vec::new();
        for link in self.links(association, LinkKind::AssociationVault) {
            let written = match link.target.kind().as_deref() {
                Some("microsoft.keyvault/managedhsms") => "Microsoft.KeyVault/managedHSMs",
                Some("microsoft.keyvault/vaults") => "Microsoft.KeyVault/vaults",
                Some(_) => continue,
                None => {
                    // It may be of any type: only what was read can be a vault.
                    all.extend(self.targets(&link.target, &[Kind::Vault], association.home));
                    continue;
                }
            };
            let found = self.vaults_with_id(&link.target, written, association.home);
            all.extend(found.into_iter().map(|found| found.doubted(&link.doubts)));
        }
        all
    }

    /// The vaults that are associated with the profile of an access rule.
    pub(super) fn vaults_of_access_rule(&self, rule: &Node) -> Vec<Found> {
        let mut all = Once::default();
        for profile in self.links(rule, LinkKind::AccessRuleProfile) {
            let associations =
                self.owners(LinkKind::AssociationProfile, &profile.target, rule.home);
            for association in associations {
                for vault in self.vaults_of_association(&association.node) {
                    all.add(vault.doubted(&association.doubts));
                }
            }
        }
        all.into_found()
    }

    pub(super) fn diagnostics(&self, node: &Node) -> (Vec<Found>, Vec<Reason>) {
        let found = self.owners(LinkKind::DiagnosticScope, &node.id, node.home);
        let mut unseen = self.unseen(Relation::DiagnosticSettings, node.home);
        unseen.extend(self.elsewhere(LinkKind::DiagnosticScope, &node.id, node.home));
        (found, unseen)
    }

    /// What uses a vault through a trusted service.
    pub(super) fn consumers(&self, vault: &Node) -> Vec<Found> {
        let mut all = self.owners(LinkKind::ConsumerVault, &vault.id, vault.home);
        if let Some(name) = vault.id.name() {
            let name = Id::of(name.clone());
            all.extend(self.owners(LinkKind::ConsumerVaultName, &name, vault.home));
        }
        let near = |number: u64| vault.home == Home::Deployment(number);
        for (number, read) in self.reads(vault) {
            if vault.id.known().is_none() && self.is_over() {
                break;
            }
            let id = if near(number) {
                Id::of(substitute(&read.vault, &self.assignment))
            } else {
                Id::of(read.vault.clone())
            };
            let Some(mut why) = doubts(vault.id.same(&id)) else {
                continue;
            };
            let condition = substitute(&read.condition, &self.assignment);
            match condition.as_bool() {
                Some(false) => continue,
                Some(true) => {}
                None => why.push(Reason::of(&condition)),
            }
            all.push(Found {
                node: reader(read, vault.home),
                link: Some(single("secret", read.secret.clone())),
                doubts: why,
            });
        }
        all
    }
}

impl Graph<'_> {
    /// The secrets that may be read from a vault, in order: those that its own deployment reads, and those of others if
    /// both ids are known and equal.
    fn reads(&self, vault: &Node) -> Vec<(u64, &SecretRead)> {
        let near = match vault.home {
            Home::Deployment(number) => self.index.reads.get(&number),
            Home::Export => None,
        };
        let known = vault.id.known();
        let known = known.and_then(|key| self.index.known_reads.get(key));
        let mut places: Vec<usize> = near.into_iter().chain(known).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        let reads = self.estate.secret_reads();
        places
            .into_iter()
            .filter_map(|place| reads.get(place))
            .map(|(number, read)| (*number, read))
            .collect()
    }
}

/// The deployment that reads a secret.
fn reader(read: &SecretRead, home: Home) -> Node {
    let origin = Origin::at(read.place);
    let member = |key: &str, text: &str| value::Member {
        key: key.into(),
        key_place: read.place,
        value: Value::string(text, origin.clone()),
    };
    let body: Object = [
        member("type", DEPLOYMENT_TYPE),
        member("name", &read.parameter),
    ]
    .into_iter()
    .collect();
    Node::of_body(
        Kind::Consumer,
        Id::of(read.vault.clone()),
        home,
        Value::object(body, origin),
    )
}
