//! Who can reach a vault or managed HSM over the network.
//!
//! In: the resource as evaluated, and whether a perimeter protects it. Out: its effective exposure, each part of it
//! three-valued. The properties overrule each other, so that no single one of them says it:
//! <https://learn.microsoft.com/azure/key-vault/general/network-security>.

use crate::evaluate::partial::{as_call, emptiness};
use crate::evaluate::symbol::Term;
use crate::evaluate::token;
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
            property.test(Truth::False, |value| is_word(value, word))
        };
        let version = if is_export {
            Version::Newest
        } else {
            Version::of(body)
        };
        let model = model(body);
        // A property that the version does not know is not there.
        let public = |word: &str| {
            let property = read(&["publicNetworkAccess"]);
            let knows = version.lacks(model.public_network_access).negate();
            is(&property, word).and(knows)
        };
        let acls = read(&["networkAcls"]);
        let firewall = |truth: Truth| match (&acls, &version, version.lacks(model.network_acls)) {
            (Property::Present(_), Version::Known(text, _), Truth::True) => {
                Truth::unknown(Reason::NotModelled {
                    property: "properties.networkAcls".into(),
                    api_version: text.as_str().into(),
                })
            }
            // What the firewall does not do it does by no version.
            (Property::Present(_), Version::Undecided(_), lacks) => truth.and(lacks),
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
            disabled: public("Disabled"),
            secured: public("SecuredByPerimeter"),
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
    is_word(access_mode, "Enforced")
}

/// Whether a value is this word; a token of a pipeline in it may be anything.
fn is_word(value: &Value, word: &str) -> Truth {
    let unfilled = token::unfilled(value);
    equals_any(unfilled.as_ref().unwrap_or(value), &[Literal::text(word)])
}

/// The API version of a template's resource.
enum Version {
    /// As written and as read.
    Known(String, ApiVersion),
    /// What says which it is.
    Undecided(Value),
    /// One that has all properties, as far as it matters: there is none, or it is no date, which Azure refuses.
    Newest,
}

impl Version {
    fn of(body: &Value) -> Self {
        let Property::Present(value) = Property::of(body, &["apiVersion"]) else {
            return Self::Newest;
        };
        let value = token::unfilled(&value).unwrap_or(value);
        if !value.is_known() {
            return if is_newest(&value) {
                Self::Newest
            } else {
                Self::Undecided(value)
            };
        }
        let text = value.as_str().unwrap_or_default();
        match ApiVersion::parse(text) {
            Some(version) => Self::Known(text.to_owned(), version),
            None => Self::Newest,
        }
    }

    /// Whether it is earlier than the one in which a property came.
    fn lacks(&self, since: &str) -> Truth {
        match self {
            Self::Known(_, version) => (Some(version) < ApiVersion::parse(since).as_ref()).into(),
            Self::Undecided(value) => Truth::hangs_on(value),
            Self::Newest => Truth::False,
        }
    }
}

/// Whether it is `providers(namespace, type).apiVersions[0]`: the list begins with the newest.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#providers>
fn is_newest(version: &Value) -> bool {
    let versions = match as_call(version) {
        Some(("first", [versions])) => Some(versions),
        _ => accessed(version)
            .filter(|(_, key)| key.as_integer() == Some(0))
            .map(|(versions, _)| versions),
    };
    versions.and_then(accessed).is_some_and(|(provider, key)| {
        let is_versions = |key: &str| key.eq_ignore_ascii_case("apiVersions");
        key.as_str().is_some_and(is_versions) && matches!(as_call(provider), Some(("providers", _)))
    })
}

/// What a member or an item is taken of, and by which key.
fn accessed(value: &Value) -> Option<(&Value, &Value)> {
    match &value.as_symbol()?.term {
        Term::Access { base, key, .. } => Some((base, key)),
        _ => None,
    }
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
