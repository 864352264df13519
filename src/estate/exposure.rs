//! Who can reach a vault or managed HSM over the network.
//!
//! In: the resource as evaluated, and whether a perimeter protects it. Out: its effective exposure, each part of it
//! three-valued. The properties overrule each other, so that no single one of them says it:
//! <https://learn.microsoft.com/azure/key-vault/general/network-security>.

use crate::evaluate::partial::emptiness;
use crate::evaluate::value::{Kind, Value};

use super::compare::{Literal, equals_any};
use super::property::Property;
use super::truth::{Reason, Truth};
use super::version::ApiVersion;

/// Who can open a connection to the data plane. Signing in is another matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every network.
    Internet,
    /// The addresses and subnets that the firewall lists, and private endpoints.
    Networks,
    /// What the rules of a network security perimeter admit, and private endpoints.
    Perimeter,
    /// Private endpoints only, besides trusted services where the bypass lets them in.
    Private,
}

/// The effective exposure of a vault or managed HSM.
#[derive(Debug, Clone)]
pub struct Exposure {
    /// `createMode` is `recover`: the old vault comes back with the network settings that it had.
    pub recovered: Truth,
    /// `publicNetworkAccess` is `Disabled`.
    pub disabled: Truth,
    /// `publicNetworkAccess` is `SecuredByPerimeter`.
    pub secured: Truth,
    /// A perimeter is associated in access mode `Enforced`.
    pub enforced: Truth,
    /// The firewall's `defaultAction` is `Deny`.
    pub denies: Truth,
    /// The firewall lists an address, a subnet or a service tag.
    pub lists: Truth,
}

/// Where a type of resource got its firewall.
struct Model {
    network_acls: &'static str,
    public_network_access: &'static str,
}

/// The first API version with each property, from the published type definitions.
const VAULT: Model = Model {
    network_acls: "2018-02-14-preview",
    public_network_access: "2021-06-01-preview",
};
const MANAGED_HSM: Model = Model {
    network_acls: "2021-04-01-preview",
    public_network_access: "2021-04-01-preview",
};

impl Exposure {
    /// The exposure of a resource.
    ///
    /// `body` is the whole resource. An export shows what the service has, whatever API version it was read with.
    /// `enforced` is whether a perimeter protects it, which its associations say: [`is_enforced`].
    pub fn of(body: &Value, is_export: bool, enforced: Truth) -> Self {
        let properties = Property::of(body, &["properties"]);
        let is_left_out = is_export && matches!(properties, Property::Absent);
        let read = |path: &[&str]| {
            if is_left_out {
                return Property::Unknown(vec![Reason::NotExported {
                    property: "properties".into(),
                }]);
            }
            match &properties {
                Property::Present(properties) => Property::of(properties, path),
                other => other.clone(),
            }
        };
        let is = |property: &Property, word: &str| {
            property.test(Truth::False, |value| {
                equals_any(value, &[Literal::text(word)])
            })
        };
        let version = if is_export { None } else { api_version(body) };
        let model = model(body);
        let lacks = |since: &str| {
            version
                .as_ref()
                .is_some_and(|(_, version)| Some(version) < ApiVersion::parse(since).as_ref())
        };

        let public = if lacks(model.public_network_access) {
            Property::Absent
        } else {
            read(&["publicNetworkAccess"])
        };
        let acls = read(&["networkAcls"]);
        let firewall = |truth: Truth| match (&acls, &version) {
            (Property::Present(_), Some((text, _))) if lacks(model.network_acls) => {
                Truth::unknown(Reason::NotModelled {
                    property: "properties.networkAcls".into(),
                    api_version: text.as_str().into(),
                })
            }
            _ => truth,
        };
        let acl = |name: &str| read(&["networkAcls", name]);
        let lists = ["ipRules", "virtualNetworkRules", "serviceTags"]
            .map(|name| acl(name).test(Truth::False, has_items));
        Self {
            // What a deployment is asked to do is no property of what is deployed: the service never returns it.
            recovered: match is(&read(&["createMode"]), "recover") {
                Truth::Unknown(_) if is_export && !is_left_out => Truth::False,
                recovered => recovered,
            },
            disabled: is(&public, "Disabled"),
            secured: is(&public, "SecuredByPerimeter"),
            enforced,
            denies: firewall(is(&acl("defaultAction"), "Deny")),
            lists: firewall(Truth::any(lists)),
        }
    }

    /// Whether this is who can reach it.
    pub fn is(&self, reach: Reach) -> Truth {
        let perimeter = self.enforced.clone().or(self.secured.clone());
        let denies = self.denies.clone();
        let of_acls = |by: Truth| {
            Truth::all([
                perimeter.clone().negate(),
                self.disabled.clone().negate(),
                by,
            ])
        };
        match reach {
            Reach::Perimeter => perimeter,
            Reach::Internet => of_acls(denies.negate()),
            Reach::Networks => of_acls(denies.and(self.lists.clone())),
            Reach::Private => perimeter.negate().and(
                self.disabled
                    .clone()
                    .or(denies.and(self.lists.clone().negate())),
            ),
        }
    }

    /// Whether the firewall is closed: it denies by default, or public access is disabled.
    pub fn is_closed(&self) -> Truth {
        self.denies.clone().or(self.disabled.clone())
    }
}

/// Whether an association with a perimeter, by its access mode, lets the rules of the perimeter decide.
pub fn is_enforced(access_mode: &Value) -> Truth {
    equals_any(access_mode, &[Literal::text("Enforced")])
}

/// The API version of a template's resource, as written and as read. None where it is no date, which Azure refuses.
fn api_version(body: &Value) -> Option<(String, ApiVersion)> {
    let Property::Present(value) = Property::of(body, &["apiVersion"]) else {
        return None;
    };
    let text = value.as_str()?;
    Some((text.to_owned(), ApiVersion::parse(text)?))
}

fn model(body: &Value) -> Model {
    let is_hsm = Property::of(body, &["type"]).test(Truth::False, |value| {
        equals_any(value, &[Literal::text("Microsoft.KeyVault/managedHSMs")])
    });
    if is_hsm.is_true() { MANAGED_HSM } else { VAULT }
}

/// Whether a list of rules has one. What is no list has none.
fn has_items(list: &Value) -> Truth {
    match (&list.kind, emptiness(list)) {
        (Kind::Array(items), _) => (!items.is_empty()).into(),
        (Kind::Symbolic(_), Some(empty)) => (!empty).into(),
        (Kind::Symbolic(_), None) => Truth::hangs_on(list),
        _ => Truth::False,
    }
}
