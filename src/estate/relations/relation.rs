//! The relations by name: what rules can ask for.

/// How resources can stand to one another, as far as rules ask. [`RELATIONS`] says what they mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// `resource`
    Resource,
    /// `vault`
    Vault,
    /// `private-endpoints`
    PrivateEndpoints,
    /// `concurrent-endpoints`
    ConcurrentEndpoints,
    /// `subscription-vaults`
    SubscriptionVaults,
    /// `network-interfaces`
    NetworkInterfaces,
    /// `subnet`
    Subnet,
    /// `virtual-network`
    VirtualNetwork,
    /// `zone-groups`
    ZoneGroups,
    /// `dns-zones`
    DnsZones,
    /// `zone-links`
    ZoneLinks,
    /// `unlinked-endpoints`
    UnlinkedEndpoints,
    /// `zone-records`
    ZoneRecords,
    /// `rival-records`
    RivalRecords,
    /// `perimeter-associations`
    PerimeterAssociations,
    /// `perimeter-access-rules`
    PerimeterAccessRules,
    /// `diagnostic-settings`
    DiagnosticSettings,
    /// `trusted-consumers`
    TrustedConsumers,
}

/// A relation as rule files and messages have it.
#[derive(Debug)]
pub struct RelationEntry {
    /// The relation.
    pub relation: Relation,
    /// The word for it in rule files.
    pub name: &'static str,
    /// What it leads to, in the singular: `private endpoint`.
    pub singular: &'static str,
    /// The same in the plural.
    pub plural: &'static str,
    /// What it means, for the author of a rule.
    pub description: &'static str,
    /// Whether in an open world there may be more than was read. Where not, only what was read counts.
    pub open: bool,
}

/// Every relation, in the order of the enum.
pub const RELATIONS: &[RelationEntry] = &[
    entry(
        Relation::Resource,
        "resource",
        ["resource", "resources"],
        "The resource whose id the path `of` holds.",
        true,
    ),
    entry(
        Relation::Vault,
        "vault",
        ["vault", "vaults"],
        "The vault or managed HSM that a key, a secret, an access policy, a diagnostic setting, a perimeter association \
         or a perimeter access rule belongs to, that a private endpoint or a zone group serves (`@` is the connection), \
         or that an A record is named after. Of one that was not read only its id, type and name are known.",
        true,
    ),
    entry(
        Relation::PrivateEndpoints,
        "private-endpoints",
        ["private endpoint", "private endpoints"],
        "The private endpoints of a vault or managed HSM, in a subnet, of a zone group, or of the vaults that a private \
         DNS zone or an A record serves. `@` is the connection to a vault; that of a manual one is Pending unless it says \
         otherwise. An exported vault lists all that it has.",
        true,
    ),
    entry(
        Relation::ConcurrentEndpoints,
        "concurrent-endpoints",
        ["other private endpoint", "other private endpoints"],
        "The other private endpoints of the same vault in the same deployment that neither wait for it nor it for them; \
         also the endpoint itself where its loop makes several at a time. Only what was read counts.",
        false,
    ),
    entry(
        Relation::SubscriptionVaults,
        "subscription-vaults",
        ["vault of the subscription", "vaults of the subscription"],
        "From the first exported vault of a subscription, every exported vault or managed HSM in it that has a private \
         endpoint; from any other nothing. Only what was read counts.",
        false,
    ),
    entry(
        Relation::NetworkInterfaces,
        "network-interfaces",
        ["network interface", "network interfaces"],
        "The network interfaces of a private endpoint.",
        true,
    ),
    entry(
        Relation::Subnet,
        "subnet",
        ["subnet", "subnets"],
        "The subnet of a private endpoint, declared in its virtual network or by itself.",
        true,
    ),
    entry(
        Relation::VirtualNetwork,
        "virtual-network",
        ["virtual network", "virtual networks"],
        "The virtual network of a private endpoint, a subnet or a virtual network link.",
        true,
    ),
    entry(
        Relation::ZoneGroups,
        "zone-groups",
        ["private DNS zone group", "private DNS zone groups"],
        "The private DNS zone groups of a private endpoint, or that name a private DNS zone (`@` is the configuration).",
        true,
    ),
    entry(
        Relation::DnsZones,
        "dns-zones",
        ["private DNS zone", "private DNS zones"],
        "The private DNS zones that serve a private endpoint, that a zone group names (`@` is the configuration), or \
         that a virtual network link or an A record belongs to. Of one that was not read only its id, type and name are \
         known.",
        true,
    ),
    entry(
        Relation::ZoneLinks,
        "zone-links",
        ["virtual network link", "virtual network links"],
        "The virtual network links of a private DNS zone.",
        true,
    ),
    entry(
        Relation::UnlinkedEndpoints,
        "unlinked-endpoints",
        ["private endpoint", "private endpoints"],
        "The private endpoints that a private DNS zone serves and whose virtual network no link of the zone reaches. \
         Links may be made elsewhere in an open world, unless one deployment declares the zone, the endpoint and its \
         virtual network, and no link to the zone at all.",
        false,
    ),
    entry(
        Relation::ZoneRecords,
        "zone-records",
        ["A record", "A records"],
        "The A records of a private DNS zone, or those named after a vault, or after the vault of a private endpoint.",
        true,
    ),
    entry(
        Relation::RivalRecords,
        "rival-records",
        ["rival record", "rival records"],
        "What writes the same record as a zone group: the zone groups of other private endpoints of the same vault that \
         name the same zone, and the A records of the vault's name in it. Only what was read counts.",
        false,
    ),
    entry(
        Relation::PerimeterAssociations,
        "perimeter-associations",
        [
            "association with a network security perimeter",
            "associations with a network security perimeter",
        ],
        "The associations of a vault with network security perimeters.",
        true,
    ),
    entry(
        Relation::PerimeterAccessRules,
        "perimeter-access-rules",
        [
            "access rule of a network security perimeter",
            "access rules of a network security perimeter",
        ],
        "The access rules of the perimeter profiles that a vault is associated with.",
        true,
    ),
    entry(
        Relation::DiagnosticSettings,
        "diagnostic-settings",
        ["diagnostic setting", "diagnostic settings"],
        "The diagnostic settings of a resource.",
        true,
    ),
    entry(
        Relation::TrustedConsumers,
        "trusted-consumers",
        ["consumer", "consumers that are trusted services"],
        "What uses a vault through a trusted service; `@` is the use. A secret that a template reads is one of type \
         `Microsoft.Resources/deployments`. Only what was read counts.",
        false,
    ),
];

const fn entry(
    relation: Relation,
    name: &'static str,
    [singular, plural]: [&'static str; 2],
    description: &'static str,
    open: bool,
) -> RelationEntry {
    RelationEntry {
        relation,
        name,
        singular,
        plural,
        description,
        open,
    }
}

impl Relation {
    /// How rule files and messages have it.
    pub fn entry(self) -> Option<&'static RelationEntry> {
        RELATIONS.iter().find(|entry| entry.relation == self)
    }
}
