//! The type and name in an ARM id, and the documented case of types.

use crate::syntax::expression::Text;

/// The types that rules look at or that relations lead to, as they are documented. Resource Graph prints types in lower
/// case, and services print each other's in any case.
const DOCUMENTED: [&str; 33] = [
    "Microsoft.Insights/diagnosticSettings",
    "Microsoft.KeyVault/managedHSMs",
    "Microsoft.KeyVault/managedHSMs/keys",
    "Microsoft.KeyVault/managedHSMs/privateEndpointConnections",
    "Microsoft.KeyVault/vaults",
    "Microsoft.KeyVault/vaults/accessPolicies",
    "Microsoft.KeyVault/vaults/keys",
    "Microsoft.KeyVault/vaults/keys/versions",
    "Microsoft.KeyVault/vaults/networkSecurityPerimeterConfigurations",
    "Microsoft.KeyVault/vaults/privateEndpointConnections",
    "Microsoft.KeyVault/vaults/secrets",
    "Microsoft.Network/applicationGateways",
    "Microsoft.Network/networkInterfaces",
    "Microsoft.Network/networkSecurityGroups",
    "Microsoft.Network/networkSecurityPerimeters",
    "Microsoft.Network/networkSecurityPerimeters/links",
    "Microsoft.Network/networkSecurityPerimeters/loggingConfigurations",
    "Microsoft.Network/networkSecurityPerimeters/profiles",
    "Microsoft.Network/networkSecurityPerimeters/profiles/accessRules",
    "Microsoft.Network/networkSecurityPerimeters/resourceAssociations",
    "Microsoft.Network/privateDnsZones",
    "Microsoft.Network/privateDnsZones/A",
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    "Microsoft.Network/privateEndpoints",
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
    "Microsoft.Network/privateEndpoints/privateLinkServiceConnections",
    "Microsoft.Network/virtualNetworks",
    "Microsoft.Network/virtualNetworks/subnets",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
    "Microsoft.Security/pricings",
    "Microsoft.Compute/diskEncryptionSets",
    "Microsoft.Storage/storageAccounts",
    "Microsoft.Sql/servers",
];

/// Whether every resource of a type has a location, so that an export without one leaves it out.
pub(super) fn has_location(kind: &str) -> bool {
    const KINDS: [&str; 6] = [
        "Microsoft.KeyVault/managedHSMs",
        "Microsoft.KeyVault/vaults",
        "Microsoft.Network/privateDnsZones",
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        "Microsoft.Network/privateEndpoints",
        "Microsoft.Network/virtualNetworks",
    ];
    KINDS.contains(&kind)
}

/// The type in its documented case; one that is not known stays as it is.
pub(super) fn documented(kind: &str) -> Text {
    DOCUMENTED
        .iter()
        .find(|known| known.eq_ignore_ascii_case(kind))
        .map_or_else(|| kind.into(), |known| (*known).into())
}

/// The full type and name of the resource with this id: what follows the last `providers`. `None` where nothing does,
/// or a type has no name.
pub(super) fn parse(id: &str) -> Option<(String, String)> {
    let mut segments: Vec<&str> = id.trim_end_matches('/').split('/').collect();
    let providers = segments
        .iter()
        .rposition(|segment| segment.eq_ignore_ascii_case("providers"))?;
    let mut own = segments.drain(providers + 1..);
    let mut kind = own
        .next()
        .filter(|namespace| !namespace.is_empty())?
        .to_owned();
    let mut names: Vec<&str> = Vec::new();
    while let Some(word) = own.next() {
        kind = format!("{kind}/{word}");
        names.push(own.next().filter(|name| !name.is_empty())?);
    }
    (!names.is_empty()).then(|| (kind, names.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_tell_types_and_names() {
        let group = "/subscriptions/s/resourceGroups/g/providers";
        for (id, expected) in [
            (
                "Microsoft.KeyVault/vaults/kv",
                Some(("Microsoft.KeyVault/vaults", "kv")),
            ),
            (
                "Microsoft.KeyVault/vaults/kv/privateEndpointConnections/c/",
                Some((
                    "Microsoft.KeyVault/vaults/privateEndpointConnections",
                    "kv/c",
                )),
            ),
            (
                "microsoft.keyvault/vaults/kv/Providers/microsoft.insights/diagnosticSettings/logs",
                Some(("microsoft.insights/diagnosticSettings", "logs")),
            ),
            ("Microsoft.KeyVault/vaults", None),
            ("Microsoft.KeyVault/vaults/kv/secrets", None),
            ("Microsoft.KeyVault", None),
            ("", None),
        ] {
            let found = parse(&format!("{group}/{id}"));
            let found = found.as_ref().map(|(kind, name)| (&**kind, &**name));
            assert_eq!(found, expected, "{id}");
        }
        assert_eq!(parse("/subscriptions/s/resourceGroups/g"), None);
    }

    #[test]
    fn known_types_are_spelt_as_documented() {
        assert_eq!(
            &*documented("microsoft.keyvault/vaults"),
            "Microsoft.KeyVault/vaults"
        );
        assert_eq!(
            &*documented("contoso.widgets/Things"),
            "contoso.widgets/Things"
        );
    }
}
