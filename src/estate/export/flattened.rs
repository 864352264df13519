//! Which members of a flattened resource stay where they are.
//!
//! `az network`, `az monitor` and the PowerShell of networks print the members of `properties` beside `id` and `name`,
//! and so do lists of sub-resources in them. The envelope of a resource is in the ARM RPC,
//! <https://github.com/cloud-and-ai-microsoft/resource-provider-contract/blob/master/v1.0/common-api-details.md>.

use crate::syntax::json::Node;

/// The envelope, and what commands add to it.
const ENVELOPE: [&str; 28] = [
    "apiVersion",
    "changedTime",
    "createdTime",
    "etag",
    "extendedLocation",
    "extensionResourceName",
    "extensionResourceType",
    "id",
    "identity",
    "kind",
    "location",
    "managedBy",
    "name",
    "parentResource",
    "plan",
    "properties",
    "resourceGroup",
    "resourceGroupName",
    "resourceId",
    "resourceName",
    "resources",
    "resourceType",
    "sku",
    "subscriptionId",
    "systemData",
    "tags",
    "tagsTable",
    "zones",
];

/// Lists of sub-resources, by their property.
const SUB_RESOURCES: [&str; 9] = [
    "frontendIPConfigurations",
    "ipConfigurations",
    "manualPrivateLinkServiceConnections",
    "privateDnsZoneConfigs",
    "privateEndpointConnections",
    "privateLinkServiceConnections",
    "subnets",
    "virtualNetworkPeerings",
    "securityRules",
];

/// Whether a member is part of the envelope of a resource rather than of its `properties`.
pub(super) fn stays_on_top(name: &str) -> bool {
    is_one_of(name, &ENVELOPE)
        || ["type", "tenantId"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether an item of the list `list` is a sub-resource without its `properties`.
pub(super) fn is_sub_resource(list: &str, item: &Node<'_>) -> bool {
    is_one_of(list, &SUB_RESOURCES)
        && item.get("properties").is_none()
        && ["id", "name", "etag", "provisioningState"]
            .iter()
            .any(|name| item.get(name).is_some())
        && item
            .members()
            .iter()
            .any(|member| !stays_on_top(&member.key))
}

/// Whether a sub-resource shows only what a query chose of it: commands print the state of these.
pub(super) fn is_projected(list: &str, item: &Node<'_>) -> bool {
    const STATED: [&str; 4] = [
        "manualPrivateLinkServiceConnections",
        "privateEndpointConnections",
        "privateLinkServiceConnections",
        "subnets",
    ];
    is_one_of(list, &STATED) && !has_state(item)
}

/// Commands print the version or the state of what they print in full, and a query for chosen columns hardly asks for
/// them.
fn has_state(item: &Node<'_>) -> bool {
    ["etag", "provisioningState"]
        .iter()
        .any(|name| item.get(name).is_some())
}

/// Whether the members of a resource that do not stay on top are those of its `properties`.
///
/// A vault is printed with `properties` by every command, or without by one that lists ids and names only, so what
/// else stands there is a column that a query made. The generic lists have a state without having properties.
pub(super) fn is_flattened(kind: &str, item: &Node<'_>) -> bool {
    !is_nested_always(kind)
        && item.members().iter().any(|member| {
            !stays_on_top(&member.key) && !member.key.eq_ignore_ascii_case("provisioningState")
        })
}

/// Whether a flattened resource surely has all its properties. A diagnostic setting has no state; it is printed with its
/// metrics, though there be none.
pub(super) fn is_whole(kind: &str, item: &Node<'_>) -> bool {
    let is = |known: &str| kind.eq_ignore_ascii_case(known);
    has_state(item)
        || (is("Microsoft.Insights/diagnosticSettings")
            && ["logs", "metrics"]
                .iter()
                .all(|name| item.get(name).is_some()))
        || (is("Microsoft.Security/pricings") && item.get("pricingTier").is_some())
}

fn is_nested_always(kind: &str) -> bool {
    const KINDS: [&str; 5] = [
        "Microsoft.KeyVault/vaults",
        "Microsoft.KeyVault/managedHSMs",
        "Microsoft.KeyVault/vaults/keys",
        "Microsoft.KeyVault/vaults/secrets",
        "Microsoft.KeyVault/managedHSMs/keys",
    ];
    is_one_of(kind, &KINDS)
}

fn is_one_of(name: &str, known: &[&str]) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(name))
}
