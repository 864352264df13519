//! The bare rule set that `az keyvault network-rule list` prints: the firewall of a vault that it does not name.

use super::reader::{Path, Reader};
use crate::evaluate::value::{Member, Object, Value};
use crate::syntax::json::Node;

/// Whether `node` is a rule set rather than a resource.
pub(super) fn is_rule_set(node: &Node<'_>) -> bool {
    ["bypass", "defaultAction"]
        .iter()
        .all(|name| node.get(name).is_some())
        && ["id", "resourceId", "name", "vaultName", "type"]
            .iter()
            .all(|name| node.get(name).and_then(Node::as_str).is_none())
}

/// The properties of the vault: its firewall, and whatever else.
pub(super) fn properties(reader: &Reader<'_>, node: &Node<'_>) -> Value {
    let root = Path::root("properties");
    let path = root.below("networkAcls");
    let is_powershell = ["ipAddressRanges", "virtualNetworkResourceIds"]
        .iter()
        .any(|name| node.get(name).is_some());
    let value = if is_powershell {
        super::powershell::network_acls(reader, node, &path)
    } else {
        reader.value(node, &path)
    };
    let mut known = Object::new();
    known.insert(Member {
        key: "networkAcls".into(),
        key_place: reader.head(node),
        value,
    });
    known.insert(no_create_mode(reader, node));
    reader.partial(known, reader.left_out("properties.*", node))
}

/// `createMode` is write-only: no export shows it, and none leaves it out.
pub(super) fn no_create_mode(reader: &Reader<'_>, node: &Node<'_>) -> Member {
    Member {
        key: "createMode".into(),
        key_place: reader.head(node),
        value: Value::null(reader.origin(node)),
    }
}
