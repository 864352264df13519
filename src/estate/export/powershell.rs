//! What `Get-AzKeyVault | ConvertTo-Json` prints: names of its own, flat, enums as text or as numbers.
//!
//! The classes are `PSKeyVault` and `PSKeyVaultNetworkRuleSet`:
//! <https://github.com/Azure/azure-powershell/tree/main/src/KeyVault/KeyVault/Models>. `OriginalVault` is what the
//! service answered, and goes before the rest where it is there.

use super::firewall::no_create_mode;
use super::reader::{Path, Reader, uncounted};
use crate::evaluate::value::{Member, Object, Value};
use crate::syntax::json::{self, Node};

/// Properties that have the same name, but for its case.
const SAME: [&str; 9] = [
    "vaultUri",
    "tenantId",
    "enabledForDeployment",
    "enabledForTemplateDeployment",
    "enabledForDiskEncryption",
    "enableSoftDelete",
    "enablePurgeProtection",
    "enableRbacAuthorization",
    "softDeleteRetentionInDays",
];

/// Whether it is a vault of `Get-AzKeyVault`.
pub(super) fn is_vault(node: &Node<'_>) -> bool {
    node.get("properties").is_none() && node.get("vaultName").and_then(Node::as_str).is_some()
}

/// The properties of the vault; `None` for an item of the list without `-VaultName`, which has none.
pub(super) fn properties(reader: &Reader<'_>, node: &Node<'_>) -> Option<Value> {
    const OF_VAULT: [&str; 5] = [
        "vaultUri",
        "networkAcls",
        "publicNetworkAccess",
        "accessPolicies",
        "originalVault",
    ];
    OF_VAULT.iter().find(|name| node.get(name).is_some())?;
    let path = Path::root("properties");
    let original = node
        .get("originalVault")
        .and_then(|vault| vault.get("properties"))
        .filter(|properties| properties.is_object());
    let original = original.map(|properties| reader.value(properties, &path));
    let is_whole = original
        .as_ref()
        .is_some_and(|value| value.as_object().is_some());
    let mut known = match original.as_ref().and_then(Value::as_object) {
        Some(original) => original.clone(),
        None => Object::new(),
    };
    for member in flat(reader, node, &path) {
        // The answer has the SKU as an enum, which may have become a number.
        let is_told = !member.key.eq_ignore_ascii_case("sku")
            && known
                .get(&member.key)
                .is_some_and(|told| told.value.as_symbol().is_none());
        if !is_told {
            known.insert(member);
        }
    }
    if is_whole {
        return Some(Value::object(known, reader.origin(node)));
    }
    known.insert(no_create_mode(reader, node));
    Some(reader.partial(known, reader.left_out("properties.*", node)))
}

/// The properties that stand flat in the vault.
fn flat(reader: &Reader<'_>, node: &Node<'_>, path: &Path<'_>) -> Vec<Member> {
    let mut members = Vec::new();
    let mut insert = |name: &str, read: &dyn Fn(&json::Member<'_>, &Path<'_>) -> Value| {
        if let Some(member) = node.member(name) {
            members.push(Member {
                value: read(member, &path.below(name)),
                key: name.into(),
                key_place: reader.place(member.key_span),
            });
        }
    };
    for name in SAME {
        insert(name, &|member, path| reader.value(&member.value, path));
    }
    insert(
        "publicNetworkAccess",
        &|member, path| match member.value.as_str() {
            Some("") => Value::null(reader.origin(&member.value)),
            _ => reader.value(&member.value, path),
        },
    );
    insert("sku", &|member, path| sku(reader, member, path));
    insert("accessPolicies", &|member, path| {
        policies(reader, &member.value, path)
    });
    insert("networkAcls", &|member, path| {
        if member.value.is_object() {
            network_acls(reader, &member.value, path)
        } else {
            object_or_unknown(reader, &member.value, path)
        }
    });
    members
}

/// A value that is an object, null, or cut off.
fn object_or_unknown(reader: &Reader<'_>, node: &Node<'_>, path: &Path<'_>) -> Value {
    match &node.kind {
        json::Kind::String(_) => reader.cut_off(node, path),
        _ => reader.value(node, path),
    }
}

/// `Sku`: the name of it alone.
fn sku(reader: &Reader<'_>, member: &json::Member<'_>, path: &Path<'_>) -> Value {
    if member.value.is_object() {
        return reader.value(&member.value, path);
    }
    let origin = reader.origin(&member.value);
    let name = enumerated(reader, &member.value, &["standard", "premium"], path);
    let family = Value::string("A", origin.clone());
    let members = [("family", family), ("name", name)].map(|(key, value)| Member {
        key: key.into(),
        key_place: reader.place(member.key_span),
        value,
    });
    Value::object(members.into_iter().collect(), origin)
}

/// An enum as text, or as the number of its word.
fn enumerated(reader: &Reader<'_>, node: &Node<'_>, words: &[&str], path: &Path<'_>) -> Value {
    let word = match &node.kind {
        json::Kind::Number(text) => text
            .parse()
            .ok()
            .and_then(|number: usize| words.get(number)),
        _ => return reader.value(node, path),
    };
    match word {
        Some(word) => Value::string(*word, reader.origin(node)),
        None => reader.left_out(path.text(), node),
    }
}

/// `NetworkAcls`. `PSKeyVaultNetworkRuleDefaultActionEnum` is `Allow = 0, Deny`, `PSKeyVaultNetworkRuleBypassEnum` is
/// `None = 0, AzureServices`; Windows PowerShell prints the numbers.
pub(super) fn network_acls(reader: &Reader<'_>, node: &Node<'_>, path: &Path<'_>) -> Value {
    let mut acls = Object::new();
    for (name, words) in [
        ("defaultAction", ["Allow", "Deny"]),
        ("bypass", ["None", "AzureServices"]),
    ] {
        if let Some(member) = node.member(name) {
            acls.insert(Member {
                value: enumerated(reader, &member.value, &words, &path.below(name)),
                key: name.into(),
                key_place: reader.place(member.key_span),
            });
        }
    }
    acls.insert(rules(
        reader,
        node,
        "ipAddressRanges",
        ("ipRules", "value"),
        path,
    ));
    acls.insert(rules(
        reader,
        node,
        "virtualNetworkResourceIds",
        ("virtualNetworkRules", "id"),
        path,
    ));
    Value::object(acls, reader.origin(node))
}

/// A list of texts as a list of rules that hold them. Where PowerShell cut the list off, it is in one text beside it.
fn rules(
    reader: &Reader<'_>,
    node: &Node<'_>,
    list: &str,
    (name, key): (&'static str, &'static str),
    path: &Path<'_>,
) -> Member {
    const SEPARATORS: [char; 2] = [',', ' '];
    let path = path.below(name);
    let rule = |value: Value| {
        if value.as_str().is_none() {
            return value;
        }
        let origin = value.origin.clone();
        let member = Member {
            key: key.into(),
            key_place: origin.place,
            value,
        };
        Value::object(std::iter::once(member).collect(), origin)
    };
    let beside = node.get(&format!("{list}Text"));
    let beside = beside.filter(|text| text.as_str().is_some_and(|text| !text.is_empty()));
    let member = node.member(list);
    let value = member.map_or(node, |member| uncounted(&member.value));
    let rules = match (&value.kind, beside) {
        (json::Kind::Array(_), _) => match reader.value(value, &path) {
            list if list.as_array().is_some() => {
                let rules = list
                    .as_array()
                    .unwrap_or_default()
                    .iter()
                    .cloned()
                    .map(rule);
                Value::array(rules.collect(), list.origin.clone())
            }
            other => other,
        },
        (_, Some(text)) => {
            let pieces = reader.pieces(text, &SEPARATORS).into_iter().map(rule);
            Value::array(pieces.collect(), reader.origin(text))
        }
        (json::Kind::Null, None) => reader.value(value, &path),
        (json::Kind::String(text), None) if text.is_empty() => {
            Value::array(Vec::new(), reader.origin(value))
        }
        (json::Kind::String(text), None) if !json::is_cut_off(text) => {
            let pieces = reader.pieces(value, &SEPARATORS).into_iter().map(rule);
            Value::array(pieces.collect(), reader.origin(value))
        }
        (json::Kind::String(_), None) => reader.cut_off(value, &path),
        _ => reader.left_out(path.text(), value),
    };
    Member {
        key: name.into(),
        key_place: member.map_or_else(|| reader.head(node), |member| reader.place(member.key_span)),
        value: rules,
    }
}

/// `AccessPolicies`: permissions stand flat in them.
fn policies(reader: &Reader<'_>, node: &Node<'_>, path: &Path<'_>) -> Value {
    let node = uncounted(node);
    if !node.is_array() {
        return object_or_unknown(reader, node, path);
    }
    let policies = node.elements().iter().map(|policy| {
        if !policy.is_object() {
            return object_or_unknown(reader, policy, path);
        }
        policy_of(reader, policy, path)
    });
    Value::array(policies.collect(), reader.origin(node))
}

fn policy_of(reader: &Reader<'_>, node: &Node<'_>, path: &Path<'_>) -> Value {
    let read = |from: &str, to: &'static str, path: &Path<'_>| {
        let member = node.member(from)?;
        Some(Member {
            value: match &member.value.kind {
                // What is cut off of a list of permissions is not worth taking apart.
                json::Kind::String(_) if from.starts_with("permissions") => {
                    reader.left_out(path.below(to).text(), &member.value)
                }
                _ => reader.value(&member.value, &path.below(to)),
            },
            key: to.into(),
            key_place: reader.place(member.key_span),
        })
    };
    let mut policy: Object = ["tenantId", "objectId", "applicationId"]
        .into_iter()
        .filter_map(|name| read(name, name, path))
        .collect();
    let below = path.below("permissions");
    let permissions: Object = [
        ("permissionsToKeys", "keys"),
        ("permissionsToSecrets", "secrets"),
        ("permissionsToCertificates", "certificates"),
        ("permissionsToStorage", "storage"),
    ]
    .into_iter()
    .filter_map(|(from, to)| read(from, to, &below))
    .collect();
    policy.insert(Member {
        key: "permissions".into(),
        key_place: reader.head(node),
        value: Value::object(permissions, reader.origin(node)),
    });
    Value::object(policy, reader.origin(node))
}
