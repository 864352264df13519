//! Resources that use a vault through a trusted service, and how they name it.
//!
//! The services are those of Microsoft's table
//! (<https://learn.microsoft.com/azure/key-vault/general/overview-vnet-service-endpoints#trusted-services>) whose use of a
//! vault shows in a template.

use std::sync::LazyLock;

use super::facts::{Link, LinkKind, items, query};
use super::identity::Id;
use crate::estate::compare::{Literal, equals_any};
use crate::estate::property::Property;
use crate::evaluate::jsonpath::Query;
use crate::evaluate::symbol::{Symbol, Term};
use crate::evaluate::value::{Kind, Part, Value};

/// Where resources of a type name a vault.
struct Use {
    /// The types in lower case.
    kinds: &'static [&'static str],
    /// What uses the vault.
    query: LazyLock<Option<Query>>,
    /// Where in it the id of the vault is.
    id: &'static [&'static str],
    /// Where in it the URI of the vault, or of a key in it, is.
    uri: &'static [&'static str],
    /// Which of them do: the value of `type`, where only some do.
    only: &'static [&'static str],
}

static USES: [Use; 6] = [
    Use {
        kinds: &["microsoft.compute/virtualmachines"],
        query: query(|| Query::parse("$.properties.osProfile.secrets[*]").ok()),
        id: &["sourceVault", "id"],
        uri: &[],
        only: &[],
    },
    Use {
        kinds: &["microsoft.compute/virtualmachinescalesets"],
        query: query(|| {
            Query::parse("$.properties.virtualMachineProfile.osProfile.secrets[*]").ok()
        }),
        id: &["sourceVault", "id"],
        uri: &[],
        only: &[],
    },
    Use {
        kinds: &[
            "microsoft.compute/virtualmachines/extensions",
            "microsoft.compute/virtualmachinescalesets/extensions",
        ],
        query: query(|| Query::parse("$.properties").ok()),
        id: &["settings", "KeyVaultResourceId"],
        uri: &["settings", "KeyVaultURL"],
        only: &["AzureDiskEncryption", "AzureDiskEncryptionForLinux"],
    },
    Use {
        kinds: &["microsoft.compute/diskencryptionsets"],
        query: query(|| Query::parse("$.properties.activeKey").ok()),
        id: &["sourceVault", "id"],
        uri: &["keyUrl"],
        only: &[],
    },
    Use {
        kinds: &["microsoft.storage/storageaccounts"],
        query: query(|| Query::parse("$.properties.encryption.keyvaultproperties").ok()),
        id: &[],
        uri: &["keyvaulturi"],
        only: &[],
    },
    Use {
        kinds: &["microsoft.web/certificates"],
        query: query(|| Query::parse("$.properties").ok()),
        id: &["keyVaultId"],
        uri: &[],
        only: &[],
    },
];

/// The vaults that a resource uses.
pub(super) fn uses(body: &Value) -> Vec<Link> {
    let Property::Present(kind) = Property::of(body, &["type"]) else {
        return Vec::new();
    };
    let kind = kind.as_str().unwrap_or_default().to_ascii_lowercase();
    let of_kind = USES.iter().filter(|used| used.kinds.contains(&&*kind));
    of_kind.flat_map(|used| links(used, body)).collect()
}

fn links(used: &Use, body: &Value) -> Vec<Link> {
    let mut links = Vec::new();
    for item in items(body, &used.query) {
        // What may use any vault is no use of this one.
        if item.hidden.is_some() || !does(used, &item.value) {
            continue;
        }
        let named = at(&item.value, used.id)
            .map(|id| (LinkKind::ConsumerVault, id))
            .or_else(|| vault_of_uri(&at(&item.value, used.uri)?));
        links.extend(named.map(|(kind, target)| Link {
            kind,
            target: Id::of(target),
            value: Some(item.value),
            doubts: item.doubts,
        }));
    }
    links
}

fn does(used: &Use, item: &Value) -> bool {
    if used.only.is_empty() {
        return true;
    }
    let words: Vec<Literal> = used.only.iter().map(|word| Literal::text(word)).collect();
    at(item, &["type"]).is_some_and(|kind| equals_any(&kind, &words).is_true())
}

fn at(item: &Value, path: &[&str]) -> Option<Value> {
    match Property::of(item, path) {
        Property::Present(value) if !path.is_empty() => Some(value),
        _ => None,
    }
}

/// The id or the name of the vault that a URI starts with: `https://{name}.vault.azure.net/…`, or the `vaultUri` of a
/// resource.
fn vault_of_uri(uri: &Value) -> Option<(LinkKind, Value)> {
    let parts = match &uri.kind {
        Kind::String(text) => {
            let name = text.strip_prefix("https://")?.split('.').next()?;
            let name = Value::string(name, uri.origin.clone());
            return Some((LinkKind::ConsumerVaultName, name));
        }
        Kind::Symbolic(symbol) => return Some((LinkKind::ConsumerVault, referred(symbol)?)),
        Kind::Mixed(parts) => parts,
        _ => return None,
    };
    if let Some(Part::Hole(hole)) = parts.first() {
        let id = referred(hole.as_symbol()?)?;
        return Some((LinkKind::ConsumerVault, id));
    }
    let mut name = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        let Part::Text(text) = part else {
            name.push(part.clone());
            continue;
        };
        let text = if number == 0 {
            text.strip_prefix("https://")?
        } else {
            text
        };
        let (kept, ended) = match text.split_once('.') {
            Some((kept, _)) => (kept, true),
            None => (text, false),
        };
        if !kept.is_empty() {
            name.push(Part::Text(kept.into()));
        }
        if ended {
            let name = Value::from_parts(name, uri.origin.clone());
            let name = crate::evaluate::id::join([&name], &uri.origin);
            return Some((LinkKind::ConsumerVaultName, name));
        }
    }
    None
}

/// The id in `reference(id, …).vaultUri`.
fn referred(symbol: &Symbol) -> Option<Value> {
    let Term::Access { base, .. } = &symbol.term else {
        return None;
    };
    match &base.as_symbol()?.term {
        Term::Context(context) if &*context.function == "reference" => {
            context.arguments.first().cloned()
        }
        Term::Call {
            function,
            arguments,
        } if &**function == "reference" => arguments.first().cloned(),
        Term::Access { .. } => referred(base.as_symbol()?),
        _ => None,
    }
}
