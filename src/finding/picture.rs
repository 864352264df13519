//! What stands around a vault, as plain data for a report that draws it.

use super::{DeploymentName, ResourceName};

/// A vault or managed HSM and the resources that stand in a relation to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Picture {
    /// The vault.
    pub resource: ResourceName,
    /// The resources. The first one is the vault.
    pub nodes: Vec<Drawn>,
    /// How they stand to one another.
    pub lines: Vec<Line>,
    /// Whether there are more than a picture takes.
    pub is_cut: bool,
    /// The deployments in which all of this is so; an export is none.
    pub deployments: Vec<DeploymentName>,
}

/// A resource of a picture.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drawn {
    /// What it is.
    pub role: Role,
    /// Its name as people are told it.
    pub label: String,
    /// Whether it is declared in what was read, and not only referred to.
    pub is_declared: bool,
}

/// What a resource is in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A vault or managed HSM.
    Vault,
    /// A private endpoint.
    Endpoint,
    /// A subnet.
    Subnet,
    /// A virtual network.
    Network,
    /// A private DNS zone.
    Zone,
    /// An association with a network security perimeter.
    Perimeter,
    /// A diagnostic setting.
    Log,
}

/// A relation of a picture.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The number of the node that it starts at.
    pub from: usize,
    /// The number of the node that it leads to.
    pub to: usize,
    /// What it is: `private link`.
    pub words: String,
    /// Whether it is sure.
    pub is_sure: bool,
}
