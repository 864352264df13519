//! The resource types that relations know.

/// What a resource is to the relations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A vault or managed HSM.
    Vault,
    /// A connection from a private endpoint, as a child of a vault or managed HSM.
    Connection,
    Endpoint,
    Interface,
    ZoneGroup,
    Network,
    Subnet,
    Zone,
    ZoneLink,
    /// An A record.
    Record,
    Association,
    Profile,
    AccessRule,
    Diagnostic,
    /// A trusted service that can use a vault.
    Consumer,
    /// Anything else; it can still be named by its id.
    Other,
}

const KINDS: &[(&str, Kind)] = &[
    ("microsoft.keyvault/vaults", Kind::Vault),
    ("microsoft.keyvault/managedhsms", Kind::Vault),
    (
        "microsoft.keyvault/vaults/privateendpointconnections",
        Kind::Connection,
    ),
    (
        "microsoft.keyvault/managedhsms/privateendpointconnections",
        Kind::Connection,
    ),
    ("microsoft.network/privateendpoints", Kind::Endpoint),
    ("microsoft.network/networkinterfaces", Kind::Interface),
    (
        "microsoft.network/privateendpoints/privatednszonegroups",
        Kind::ZoneGroup,
    ),
    ("microsoft.network/virtualnetworks", Kind::Network),
    ("microsoft.network/virtualnetworks/subnets", Kind::Subnet),
    ("microsoft.network/privatednszones", Kind::Zone),
    (
        "microsoft.network/privatednszones/virtualnetworklinks",
        Kind::ZoneLink,
    ),
    ("microsoft.network/privatednszones/a", Kind::Record),
    (
        "microsoft.network/networksecurityperimeters/resourceassociations",
        Kind::Association,
    ),
    (
        "microsoft.network/networksecurityperimeters/profiles",
        Kind::Profile,
    ),
    (
        "microsoft.network/networksecurityperimeters/profiles/accessrules",
        Kind::AccessRule,
    ),
    ("microsoft.insights/diagnosticsettings", Kind::Diagnostic),
    ("microsoft.compute/virtualmachines", Kind::Consumer),
    ("microsoft.compute/virtualmachinescalesets", Kind::Consumer),
    (
        "microsoft.compute/virtualmachines/extensions",
        Kind::Consumer,
    ),
    (
        "microsoft.compute/virtualmachinescalesets/extensions",
        Kind::Consumer,
    ),
    ("microsoft.compute/diskencryptionsets", Kind::Consumer),
    ("microsoft.storage/storageaccounts", Kind::Consumer),
    ("microsoft.web/certificates", Kind::Consumer),
    ("microsoft.resources/deployments", Kind::Consumer),
];

/// The type of diagnostic settings that are written as children: `Microsoft.KeyVault/vaults/providers/diagnosticSettings`.
const DIAGNOSTIC_CHILD: &str = "/providers/diagnosticsettings";

impl Kind {
    /// What a resource type is.
    pub(super) fn of(full: &str) -> Self {
        let full = full.trim_end_matches('/');
        let start = full.len().checked_sub(DIAGNOSTIC_CHILD.len());
        let end = start.and_then(|start| full.get(start..));
        if end.is_some_and(|end| end.eq_ignore_ascii_case(DIAGNOSTIC_CHILD)) {
            return Self::Diagnostic;
        }
        KINDS
            .iter()
            .find(|(kind, _)| kind.eq_ignore_ascii_case(full))
            .map_or(Self::Other, |(_, kind)| *kind)
    }

    /// Whether it is looked up by its name: an A record has the name of the vault that it is for.
    pub(super) fn is_named(self) -> bool {
        matches!(self, Self::Vault | Self::Record)
    }
}

/// Whether other resources name those of this type by their ids to say where they are: networks, and what is in them.
pub fn is_network(full: &str) -> bool {
    matches!(
        Kind::of(full),
        Kind::Network | Kind::Subnet | Kind::Interface
    )
}

/// Whether a relation may lead to a resource of this type, or needs it on the way. A run has to evaluate these besides
/// those that a rule looks at.
pub fn is_related(full: &str) -> bool {
    Kind::of(full) != Kind::Other
}
