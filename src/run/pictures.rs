//! What stands around each vault, as data for a picture of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::estate::relations::{Changed, Graph, Neighbours, Node, Relation};
use crate::estate::{Estate, Home, Member};
use crate::evaluate::assignment::Assignment;
use crate::evaluate::canonical;
use crate::evaluate::value::{Kind, Value};
use crate::finding::{DeploymentName, Drawn, Line, Picture, Role};

use super::finding::resource_name;

/// How many vaults are looked at; a report shows fewer.
const MOST_VAULTS: usize = 500;
/// How many resources a picture has.
const MOST_NODES: usize = 40;

/// The pictures of the vaults and managed HSMs of an estate, each once for the same name and surroundings.
pub(super) fn pictures(estate: &Estate, names: &[DeploymentName]) -> Vec<Picture> {
    let is_vault = |member: &&Member| {
        let kind = member.resource.kind.to_ascii_lowercase();
        let is_vault = matches!(
            kind.as_str(),
            "microsoft.keyvault/vaults" | "microsoft.keyvault/managedhsms"
        );
        is_vault && !member.resource.existing
    };
    let vaults = estate.members().iter().filter(is_vault).take(MOST_VAULTS);
    let mut deployments: BTreeMap<Picture, BTreeSet<DeploymentName>> = BTreeMap::new();
    for vault in vaults {
        let Some(picture) = picture(estate, vault) else {
            continue;
        };
        let of_picture = deployments.entry(picture).or_default();
        if let Home::Deployment(number) = vault.home {
            of_picture.extend(names.get(number as usize).cloned());
        }
    }
    let pictures = deployments
        .into_iter()
        .map(|(picture, deployments)| Picture {
            deployments: deployments.into_iter().collect(),
            ..picture
        });
    pictures.collect()
}

fn picture(estate: &Estate, vault: &Member) -> Option<Picture> {
    let graph = Graph::new(estate, &Assignment::default(), vault, Changed::default());
    let node = graph.member(vault.number)?;
    let mut sketch = Sketch {
        keys: Vec::new(),
        picture: Picture {
            resource: resource_name(vault),
            nodes: Vec::new(),
            lines: Vec::new(),
            is_cut: false,
            deployments: Vec::new(),
        },
    };
    let start = sketch.node(Role::Vault, &node)?;
    let endpoints = graph.related(&node, Relation::PrivateEndpoints, None);
    for (endpoint, at, _) in sketch.add(start, Role::Endpoint, "private link", &endpoints) {
        let subnets = graph.related(&endpoint, Relation::Subnet, None);
        for (subnet, at, _) in sketch.add(at, Role::Subnet, "in", &subnets) {
            let networks = graph.related(&subnet, Relation::VirtualNetwork, None);
            sketch.add(at, Role::Network, "of", &networks);
        }
        let zones = graph.related(&endpoint, Relation::DnsZones, None);
        for (zone, at, is_new) in sketch.add(at, Role::Zone, "DNS", &zones) {
            if !is_new {
                continue;
            }
            let links = graph.related(&zone, Relation::ZoneLinks, None);
            let linked = links.sure.iter().map(|link| (&link.node, true));
            let possible = links.possible.iter().map(|(link, _)| (&link.node, false));
            for (link, is_sure) in linked.chain(possible) {
                let mut networks = graph.related(link, Relation::VirtualNetwork, None);
                if !is_sure {
                    let sure = networks.sure.drain(..).map(|network| (network, Vec::new()));
                    networks.possible.extend(sure);
                }
                sketch.add(at, Role::Network, "linked to", &networks);
            }
        }
    }
    for id in admitted(node.body()) {
        let subnets = graph.related(&node, Relation::Resource, Some(&id));
        for (subnet, at, _) in sketch.add(start, Role::Subnet, "firewall admits", &subnets) {
            let networks = graph.related(&subnet, Relation::VirtualNetwork, None);
            sketch.add(at, Role::Network, "of", &networks);
        }
    }
    let perimeters = graph.related(&node, Relation::PerimeterAssociations, None);
    sketch.add(start, Role::Perimeter, "in perimeter", &perimeters);
    let logs = graph.related(&node, Relation::DiagnosticSettings, None);
    sketch.add(start, Role::Log, "logs", &logs);
    Some(sketch.picture)
}

/// The ids of the subnets that the firewall lists.
fn admitted(vault: &Value) -> Vec<Value> {
    let member = |value: &Value, name: &str| {
        let member = value.as_object()?.get(name)?;
        Some(member.value.clone())
    };
    let rules = member(vault, "properties")
        .and_then(|properties| member(&properties, "networkAcls"))
        .and_then(|acls| member(&acls, "virtualNetworkRules"));
    match rules.as_ref().map(|rules| &rules.kind) {
        Some(Kind::Array(rules)) => rules.iter().filter_map(|rule| member(rule, "id")).collect(),
        _ => Vec::new(),
    }
}

/// The name as people are told it. Of what is only referred to by an unknown id nothing is known.
fn label(node: &Node) -> String {
    let name = node.body().as_object().and_then(|body| body.get("name"));
    match name.map(|name| &name.value) {
        Some(name) if node.is_read() || !matches!(name.kind, Kind::Symbolic(_)) => {
            canonical::outline(name)
        }
        _ => "name not known".to_owned(),
    }
}

/// A picture that is being drawn.
struct Sketch {
    /// What tells the nodes of the picture apart.
    keys: Vec<(Role, String)>,
    picture: Picture,
}

impl Sketch {
    /// The number of a resource in the picture; `None` where the picture is full.
    fn node(&mut self, role: Role, node: &Node) -> Option<usize> {
        let key = (role, canonical::to_json(node.id()).to_string());
        if let Some(known) = self.keys.iter().position(|known| *known == key) {
            return Some(known);
        }
        if self.keys.len() >= MOST_NODES {
            self.picture.is_cut = true;
            return None;
        }
        self.picture.nodes.push(Drawn {
            role,
            label: label(node),
            is_declared: node.is_read(),
        });
        self.keys.push(key);
        Some(self.keys.len() - 1)
    }

    /// Draws lines from one resource to others. Gives those, their numbers, and whether they are new in the picture.
    fn add(
        &mut self,
        from: usize,
        role: Role,
        words: &str,
        found: &Neighbours,
    ) -> Vec<(Node, usize, bool)> {
        let sure = found.sure.iter().map(|found| (found, true));
        let possible = found.possible.iter().map(|(found, _)| (found, false));
        let mut added = Vec::new();
        for (neighbour, is_sure) in sure.chain(possible) {
            let known = self.keys.len();
            let Some(to) = self.node(role, &neighbour.node) else {
                continue;
            };
            let is_drawn = self
                .picture
                .lines
                .iter()
                .any(|line| line.from == from && line.to == to && line.words == words);
            if !is_drawn {
                self.picture.lines.push(Line {
                    from,
                    to,
                    words: words.to_owned(),
                    is_sure,
                });
            }
            added.push((neighbour.node.clone(), to, to >= known));
        }
        added
    }
}
