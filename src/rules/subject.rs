//! What a rule is judged on, as far as the rule can see.

use crate::estate::exposure::Exposure;
use crate::estate::property::Property;
use crate::estate::truth::Reason;
use crate::evaluate::value::Value;
use crate::source::Place;
use crate::syntax::expression::Text;

/// A resource under one assignment of the decisions, with its surroundings.
pub trait Subject {
    /// The resource: `type` (in full), `name` (in full), `apiVersion`, `location`, `properties` and what else it has.
    /// No choice is left in it; symbolic values may be.
    fn body(&self) -> &Value;

    /// Whether it comes from an export of deployed resources rather than from a template.
    fn is_export(&self) -> bool;

    /// Whether everything that exists is in the estate.
    fn closed_world(&self) -> bool;

    /// The source text at a place, where it is at hand.
    fn text(&self, place: Place) -> Option<Text>;

    /// The resources that stand in a relation to it. `of` is the value that some relations start at, an id for
    /// [`Relation::Resource`].
    fn related(&self, relation: Relation, of: Option<&Value>) -> Related<'_>;

    /// Who can reach it over the network.
    fn exposure(&self) -> Exposure {
        let associations = self.related(Relation::PerimeterAssociations, None);
        let modes: Vec<Value> = associations
            .sure
            .iter()
            .filter_map(|association| {
                match Property::of(association.subject.body(), &["properties", "accessMode"]) {
                    Property::Present(mode) => Some(mode),
                    Property::Absent | Property::Unknown(_) => None,
                }
            })
            .collect();
        Exposure::of(self.body(), self.is_export(), &modes)
    }
}

/// The resources that stand in a relation to another one.
#[derive(Default)]
pub struct Related<'a> {
    /// Those that surely do.
    pub sure: Vec<RelatedResource<'a>>,
    /// Those that may, and why that is undecided: their condition, or a name that may be the one.
    pub possible: Vec<(RelatedResource<'a>, Vec<Reason>)>,
    /// Why there may be more than these; empty where these are all.
    pub unseen: Vec<Reason>,
}

/// One resource of a relation.
pub struct RelatedResource<'a> {
    /// The resource.
    pub subject: Box<dyn Subject + 'a>,
    /// The element of it that makes the relation (the connection of a private endpoint, say); `@` in the conditions of
    /// a rule. `None` where that is the resource itself.
    pub link: Option<Value>,
}

impl<'a> Related<'a> {
    /// None, and no others can be.
    pub fn none() -> Self {
        Self::default()
    }

    /// None in what was read; there may be some elsewhere.
    pub fn elsewhere(relation: Relation) -> Self {
        Self {
            unseen: vec![Reason::Elsewhere {
                what: relation
                    .entry()
                    .map_or("resources", |entry| entry.plural)
                    .into(),
            }],
            ..Self::default()
        }
    }

    /// None in what was read; in an open world there may be some elsewhere, if the relation is of that kind.
    pub fn unread(relation: Relation, closed_world: bool) -> Self {
        if closed_world || relation.entry().is_none_or(|entry| !entry.open) {
            Self::none()
        } else {
            Self::elsewhere(relation)
        }
    }
}

/// How resources can stand to one another, as far as rules ask. [`RELATIONS`] says what they mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// `resource`
    Resource,
    /// `vault`
    Vault,
    /// `private-endpoints`
    PrivateEndpoints,
    /// `perimeter-associations`
    PerimeterAssociations,
    /// `perimeter-access-rules`
    PerimeterAccessRules,
    /// `diagnostic-settings`
    DiagnosticSettings,
    /// `trusted-consumers`
    TrustedConsumers,
    /// `virtual-network`
    VirtualNetwork,
    /// `zone-groups`
    ZoneGroups,
    /// `dns-zones`
    DnsZones,
    /// `zone-links`
    ZoneLinks,
    /// `zone-records`
    ZoneRecords,
}

/// A relation as rule files and messages have it.
#[derive(Debug)]
pub struct RelationEntry {
    /// The relation.
    pub relation: Relation,
    /// The word for it in rule files.
    pub name: &'static str,
    /// What it leads to, in the plural.
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
        "resources",
        "The resource whose id the path `of` holds.",
        true,
    ),
    entry(
        Relation::Vault,
        "vault",
        "vaults",
        "The vault or managed HSM that a key, a secret, an access policy or a diagnostic setting belongs to.",
        true,
    ),
    entry(
        Relation::PrivateEndpoints,
        "private-endpoints",
        "private endpoints",
        "The private endpoints of a vault or managed HSM. `@` is the connection; that of a manual one is Pending unless it says otherwise.",
        true,
    ),
    entry(
        Relation::PerimeterAssociations,
        "perimeter-associations",
        "associations with a network security perimeter",
        "The associations of a vault with network security perimeters.",
        true,
    ),
    entry(
        Relation::PerimeterAccessRules,
        "perimeter-access-rules",
        "access rules of a network security perimeter",
        "The access rules of the perimeter profiles that a vault is associated with.",
        true,
    ),
    entry(
        Relation::DiagnosticSettings,
        "diagnostic-settings",
        "diagnostic settings",
        "The diagnostic settings of a resource.",
        true,
    ),
    entry(
        Relation::TrustedConsumers,
        "trusted-consumers",
        "consumers that are trusted services",
        "What uses a vault through a trusted service (a secret read in a template, a disk encryption set); `@` is the use. Only what was read counts.",
        false,
    ),
    entry(
        Relation::VirtualNetwork,
        "virtual-network",
        "virtual networks",
        "The virtual network of a private endpoint's subnet.",
        true,
    ),
    entry(
        Relation::ZoneGroups,
        "zone-groups",
        "private DNS zone groups",
        "The private DNS zone groups of a private endpoint.",
        true,
    ),
    entry(
        Relation::DnsZones,
        "dns-zones",
        "private DNS zones",
        "The private DNS zones that serve a private endpoint, or that a zone group names.",
        true,
    ),
    entry(
        Relation::ZoneLinks,
        "zone-links",
        "virtual network links",
        "The virtual network links of a private DNS zone.",
        true,
    ),
    entry(
        Relation::ZoneRecords,
        "zone-records",
        "A records",
        "The A records of a private DNS zone.",
        true,
    ),
];

const fn entry(
    relation: Relation,
    name: &'static str,
    plural: &'static str,
    description: &'static str,
    open: bool,
) -> RelationEntry {
    RelationEntry {
        relation,
        name,
        plural,
        description,
        open,
    }
}

impl Relation {
    /// The relation of this name.
    pub fn named(name: &str) -> Option<Self> {
        let entry = RELATIONS.iter().find(|entry| entry.name == name)?;
        Some(entry.relation)
    }

    /// How rule files and messages have it.
    pub fn entry(self) -> Option<&'static RelationEntry> {
        RELATIONS.iter().find(|entry| entry.relation == self)
    }
}
