//! What the relations need of one resource: its id, whether it exists, and the ids that it refers to.

use std::sync::LazyLock;

use super::consumer;
use super::identity::Id;
use super::kind::Kind;
use super::loops::Rename;
use super::target::vault_type;
use crate::estate::property::Property;
use crate::estate::resources::Member;
use crate::estate::truth::{Reason, Truth};
use crate::evaluate::assignment::Assignment;
use crate::evaluate::id;
use crate::evaluate::jsonpath::Query;
use crate::evaluate::origin::Origin;
use crate::evaluate::substitute::Substitution;
use crate::evaluate::symbol::Symbol;
use crate::evaluate::value::{self, Object, Value};

/// How one resource refers to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum LinkKind {
    /// A private endpoint connects to a vault; the value is the connection.
    EndpointVault,
    /// A private endpoint lies in a subnet.
    EndpointSubnet,
    /// A private endpoint has a network interface.
    EndpointInterface,
    /// A network interface belongs to a private endpoint.
    InterfaceEndpoint,
    /// A vault lists a connection from a private endpoint; the value is the connection.
    VaultEndpoint,
    /// A connection of a vault belongs to it.
    ConnectionVault,
    /// A connection of a vault comes from a private endpoint.
    ConnectionEndpoint,
    /// A zone group belongs to a private endpoint.
    GroupEndpoint,
    /// A zone group names a zone; the value is the configuration.
    GroupZone,
    /// A virtual network link belongs to a zone.
    LinkZone,
    /// A virtual network link reaches a virtual network.
    LinkNetwork,
    /// An A record belongs to a zone.
    RecordZone,
    /// An association with a perimeter is one of a vault.
    AssociationVault,
    /// An association with a perimeter has a profile.
    AssociationProfile,
    /// An access rule belongs to a profile.
    AccessRuleProfile,
    /// A diagnostic setting is one of a resource.
    DiagnosticScope,
    /// A trusted service uses a vault; the value is the use.
    ConsumerVault,
    /// A trusted service uses a vault of which only the name is known; the value is the use.
    ConsumerVaultName,
}

/// A reference from one resource to another.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) kind: LinkKind,
    pub(super) target: Id,
    /// What makes the reference, where that is not the resource itself.
    pub(super) value: Option<Value>,
    /// Why it may not be there.
    pub(super) doubts: Vec<Reason>,
}

/// A resource that is written inside of another one: a subnet in its virtual network.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) kind: Kind,
    pub(super) id: Id,
    pub(super) body: Value,
    pub(super) doubts: Vec<Reason>,
}

/// What the relations need of one resource, under an assignment.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) kind: Kind,
    pub(super) id: Id,
    pub(super) body: Value,
    pub(super) condition: Value,
    pub(super) copies: Option<Value>,
    pub(super) links: Vec<Link>,
    pub(super) parts: Vec<Part>,
    /// Whether no assignment changes any of it.
    pub(super) is_fixed: bool,
}

impl Facts {
    /// What is known of a resource as it is declared.
    pub(super) fn of(member: &Member) -> Self {
        let resource = &member.resource;
        let is_fixed = resource.condition.is_concrete()
            && resource.copies.is_none()
            && resource.id.is_concrete()
            && resource.body.is_concrete();
        let facts = Self {
            kind: Kind::of(&resource.kind),
            id: Id::of(resource.id.clone()),
            body: resource.body.clone(),
            condition: resource.condition.clone(),
            copies: resource.copies.clone(),
            links: Vec::new(),
            parts: Vec::new(),
            is_fixed,
        };
        facts.complete(member)
    }

    /// What an assignment makes of a resource, nothing where it changes nothing, and how many values that took.
    pub(super) fn under(member: &Member, assignment: &Assignment) -> (Option<Self>, usize) {
        let resource = &member.resource;
        let mut substitution = Substitution::new(assignment);
        let mut changed = |value: &Value| substitution.changed(value);
        let (id, body) = (changed(&resource.id), changed(&resource.body));
        let condition = changed(&resource.condition);
        let copies = resource.copies.as_ref().and_then(changed);
        let steps = substitution.steps();
        if [&id, &body, &condition, &copies]
            .into_iter()
            .all(Option::is_none)
        {
            return (None, steps);
        }
        let or = |new: Option<Value>, old: &Value| new.unwrap_or_else(|| old.clone());
        let facts = Self {
            kind: Kind::of(&resource.kind),
            id: Id::of(or(id, &resource.id)),
            body: or(body, &resource.body),
            condition: or(condition, &resource.condition),
            copies: copies.or_else(|| resource.copies.clone()),
            links: Vec::new(),
            parts: Vec::new(),
            is_fixed: false,
        };
        (Some(facts.complete(member)), steps)
    }

    fn complete(mut self, member: &Member) -> Self {
        // What is only read says nothing of itself.
        if !member.resource.existing {
            self.read();
        }
        self.name_index();
        self
    }

    /// Names the index of a loop after its count.
    fn name_index(&mut self) {
        let Some(copies) = &self.copies else {
            return;
        };
        let targets = self.links.iter().map(|link| &link.target.value);
        let ids = std::iter::once(&self.id.value).chain(targets);
        let Some(rename) = Rename::of(copies, ids) else {
            return;
        };
        self.id = rename.apply(&self.id);
        for link in &mut self.links {
            link.target = rename.apply(&link.target);
        }
        for part in &mut self.parts {
            part.id = rename.apply(&part.id);
        }
    }

    fn read(&mut self) {
        match self.kind {
            Kind::Vault => self.list(&CONNECTIONS, VAULT_ENDPOINT, LinkKind::VaultEndpoint),
            Kind::Connection => {
                self.parent(LinkKind::ConnectionVault, 2);
                self.one(
                    &["properties", "privateEndpoint", "id"],
                    LinkKind::ConnectionEndpoint,
                );
            }
            Kind::Endpoint => {
                self.list(&AUTOMATIC, TARGET, LinkKind::EndpointVault);
                let manual = self.links.len();
                self.list(&MANUAL, TARGET, LinkKind::EndpointVault);
                for link in &mut self.links[manual..] {
                    link.value = link.value.take().map(|value| pending(&value));
                }
                // An endpoint of something else is no candidate, though its target is not known.
                self.links.retain(|link| vault_type(link).is_some());
                self.one(&["properties", "subnet", "id"], LinkKind::EndpointSubnet);
                self.list(&INTERFACES, &["id"], LinkKind::EndpointInterface);
            }
            Kind::Interface => self.one(
                &["properties", "privateEndpoint", "id"],
                LinkKind::InterfaceEndpoint,
            ),
            Kind::ZoneGroup => {
                self.parent(LinkKind::GroupEndpoint, 2);
                self.list(&CONFIGURATIONS, CONFIGURED_ZONE, LinkKind::GroupZone);
            }
            Kind::ZoneLink => {
                self.parent(LinkKind::LinkZone, 2);
                self.one(
                    &["properties", "virtualNetwork", "id"],
                    LinkKind::LinkNetwork,
                );
            }
            Kind::Record => self.parent(LinkKind::RecordZone, 2),
            Kind::Association => {
                let vault = ["properties", "privateLinkResource", "id"];
                self.one(&vault, LinkKind::AssociationVault);
                self.one(
                    &["properties", "profile", "id"],
                    LinkKind::AssociationProfile,
                );
            }
            Kind::AccessRule => self.parent(LinkKind::AccessRuleProfile, 2),
            Kind::Diagnostic => self.parent(LinkKind::DiagnosticScope, 4),
            Kind::Consumer => self.links.extend(consumer::uses(&self.body)),
            Kind::Network => self.subnets(),
            _ => {}
        }
    }

    fn parent(&mut self, kind: LinkKind, segments: usize) {
        self.links
            .extend(self.id.without(segments).map(|target| Link {
                kind,
                target,
                value: None,
                doubts: Vec::new(),
            }));
    }

    fn one(&mut self, path: &[&str], kind: LinkKind) {
        let body = self.body.clone();
        self.refer(&body, path, kind, None, Vec::new());
    }

    fn list(&mut self, query: &LazyLock<Option<Query>>, path: &[&str], kind: LinkKind) {
        for item in items(&self.body, query) {
            if let Some(hidden) = item.hidden {
                self.links.push(Link {
                    kind,
                    target: Id::of(hidden),
                    value: Some(item.value),
                    doubts: item.doubts,
                });
                continue;
            }
            let value = Some(item.value.clone());
            self.refer(&item.value, path, kind, value, item.doubts);
        }
    }

    fn refer(
        &mut self,
        from: &Value,
        path: &[&str],
        kind: LinkKind,
        value: Option<Value>,
        mut doubts: Vec<Reason>,
    ) {
        let target = match Property::of(from, path) {
            Property::Present(target) => target,
            Property::Absent => return,
            Property::Unknown(reasons) => {
                // What hides the id stands for it: it may be any.
                doubts.extend(reasons);
                unseen_item(from)
            }
        };
        self.links.push(Link {
            kind,
            target: Id::of(target),
            value,
            doubts,
        });
    }

    fn subnets(&mut self) {
        for item in items(&self.body, &SUBNETS) {
            let doubts = item.doubts;
            let item = item.value;
            let name = match Property::of(&item, &["name"]) {
                Property::Present(name) => name,
                Property::Absent => continue,
                Property::Unknown(_) => item.clone(),
            };
            let origin = &item.origin;
            let own_name = item.as_object().and_then(|object| object.get("name"));
            let head = own_name.map_or(origin.place, |member| member.key_place);
            let written = |text: &str| Value::string(text, origin.clone());
            let full = id::join([&self.id.value, &written("/subnets/"), &name], origin);
            let mut body = item.as_object().cloned().unwrap_or_else(|| {
                // Whatever it has stands for its properties.
                let properties = item.clone();
                let member = value::Member {
                    key: "properties".into(),
                    key_place: origin.place,
                    value: properties,
                };
                std::iter::once(member).collect()
            });
            let mut set = |key: &str, value: Value| {
                body.insert(value::Member {
                    key: key.into(),
                    key_place: origin.place,
                    value,
                });
            };
            set("type", written("Microsoft.Network/virtualNetworks/subnets"));
            let network = self.id.name().cloned().unwrap_or_else(|| name.clone());
            set("name", id::join([&network, &written("/"), &name], origin));
            self.parts.push(Part {
                kind: Kind::Subnet,
                id: Id::of(full),
                body: Value::object(body, Origin::at(head)),
                doubts,
            });
        }
    }
}

/// An item of a list.
pub(super) struct Item {
    pub(super) value: Value,
    /// Why it may not be there.
    pub(super) doubts: Vec<Reason>,
    /// What may hold any number of items, for which this one stands.
    pub(super) hidden: Option<Value>,
}

/// The items that a query selects. What may hide more is an item too.
pub(super) fn items(body: &Value, query: &LazyLock<Option<Query>>) -> Vec<Item> {
    let Some(query) = query.as_ref() else {
        return Vec::new();
    };
    let selection = query.select(body, body);
    let undecided = Truth::all(selection.undecided.iter().map(Truth::hangs_on));
    let sure = selection.sure.into_iter().map(|node| Item {
        value: node.value,
        doubts: Vec::new(),
        hidden: None,
    });
    let possible = selection.possible.into_iter().map(|node| Item {
        doubts: match &undecided {
            Truth::Unknown(reasons) => reasons.clone(),
            _ => vec![Reason::of(&node.value)],
        },
        value: node.value,
        hidden: None,
    });
    let hidden = selection.hidden.into_iter().map(|value| Item {
        value: unseen_item(&value),
        doubts: vec![Reason::of(&value)],
        hidden: Some(value),
    });
    sure.chain(possible).chain(hidden).collect()
}

/// What may stand in a value of which not all is known.
fn unseen_item(value: &Value) -> Value {
    let symbol = Symbol::call("unseenItem", vec![value.clone()]);
    Value::symbolic(symbol, value.origin.clone())
}

/// A manual connection: it is Pending until someone approves it.
fn pending(connection: &Value) -> Value {
    let origin = &connection.origin;
    let state = ["properties", "privateLinkServiceConnectionState", "status"];
    if !matches!(Property::of(connection, &state), Property::Absent) {
        return connection.clone();
    }
    let status = single("status", Value::string("Pending", origin.clone()));
    with_state(connection, status)
}

/// A connection in another state.
pub(super) fn with_state(connection: &Value, state: Value) -> Value {
    let Some(object) = connection.as_object() else {
        return connection.clone();
    };
    let mut object = object.clone();
    let properties = object.get("properties").map(|member| &member.value);
    let mut properties = properties
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let set = |object: &mut Object, key: &str, value: Value| {
        object.insert(value::Member {
            key: key.into(),
            key_place: connection.origin.place,
            value,
        });
    };
    set(&mut properties, "privateLinkServiceConnectionState", state);
    let properties = Value::object(properties, connection.origin.clone());
    set(&mut object, "properties", properties);
    Value::object(object, connection.origin.clone())
}

/// An object of one member.
pub(super) fn single(key: &str, value: Value) -> Value {
    let origin = value.origin.clone();
    let member = value::Member {
        key: key.into(),
        key_place: origin.place,
        value,
    };
    Value::object(std::iter::once(member).collect(), origin)
}

const TARGET: &[&str] = &["properties", "privateLinkServiceId"];
const VAULT_ENDPOINT: &[&str] = &["properties", "privateEndpoint", "id"];
const CONFIGURED_ZONE: &[&str] = &["properties", "privateDnsZoneId"];

/// A query of akvlint's own.
pub(super) const fn query(read: fn() -> Option<Query>) -> LazyLock<Option<Query>> {
    LazyLock::new(read)
}

static AUTOMATIC: LazyLock<Option<Query>> =
    query(|| Query::parse("$.properties.privateLinkServiceConnections[*]").ok());
static MANUAL: LazyLock<Option<Query>> =
    query(|| Query::parse("$.properties.manualPrivateLinkServiceConnections[*]").ok());
static CONNECTIONS: LazyLock<Option<Query>> =
    query(|| Query::parse("$.properties.privateEndpointConnections[*]").ok());
static INTERFACES: LazyLock<Option<Query>> =
    query(|| Query::parse("$.properties.networkInterfaces[*]").ok());
static CONFIGURATIONS: LazyLock<Option<Query>> =
    query(|| Query::parse("$.properties.privateDnsZoneConfigs[*]").ok());
static SUBNETS: LazyLock<Option<Query>> = query(|| Query::parse("$.properties.subnets[*]").ok());
