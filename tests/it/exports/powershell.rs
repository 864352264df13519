//! What `Get-AzKeyVault` and `Get-AzResource` print, whole and cut off.

use super::{at, fixture, leaves_out, missing, of_text, text, vault_id};
use akvlint::estate::property::Property;
use akvlint::evaluate::Resource;
use akvlint::evaluate::canonical::to_json;

#[test]
fn a_vault_of_powershell_has_the_names_of_arm() {
    for (name, line) in [
        ("get-azkeyvault.json", 31),
        ("get-azkeyvault-utf16.json", 31),
    ] {
        let read = fixture(name);
        let vault = read.one();
        let known = |path: &[&str]| match Property::of(&vault.body, path) {
            Property::Present(value) => value,
            other => panic!("{path:?}: {other:?}"),
        };
        let acls = |name| known(&["properties", "networkAcls", name]);
        assert_eq!(vault.id.as_str(), Some(&*vault_id("kv-billing")));
        assert_eq!(read.at(&acls("bypass")), (line, "\"None\""));
        assert_eq!(acls("defaultAction").as_str(), Some("Deny"));
        let rules = acls("ipRules");
        assert_eq!(
            to_json(&rules).to_string(),
            r#"[{"value":"198.51.100.0/28"},{"value":"198.51.100.64/28"}]"#
        );
        assert!(
            to_json(&acls("virtualNetworkRules"))
                .to_string()
                .contains("subnets/web")
        );
        assert_eq!(
            known(&["properties", "sku", "name"]).as_str(),
            Some("Premium")
        );
        assert_eq!(text(vault, "location"), "northeurope");
        let policies = known(&["properties", "accessPolicies"]);
        let policy = to_json(&policies).to_string();
        assert!(policy.contains(r#""secrets":["get","list"]"#), "{policy}");
        assert_eq!(
            missing(vault, &["properties", "privateEndpointConnections"]),
            leaves_out("properties.privateEndpointConnections")
        );
        let recovered = Property::of(&vault.body, &["properties", "createMode"]);
        assert!(matches!(recovered, Property::Absent));
    }
}

#[test]
fn lists_that_windows_powershell_counts_are_lists() {
    let read = of_text(
        r#"{"VaultName": "kv", "VaultUri": "x", "NetworkAcls": {"DefaultAction": 1, "Bypass": 1, "IpAddressRanges": {"value": ["1.2.3.4"], "Count": 1}},
            "ResourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv"}"#,
    );
    assert_eq!(acl(read.one(), "ipRules"), r#"[{"value":"1.2.3.4"}]"#);
    assert_eq!(
        missing(
            read.one(),
            &["properties", "networkAcls", "virtualNetworkRules"]
        ),
        leaves_out("properties.networkAcls.virtualNetworkRules")
    );
}

fn acl(resource: &Resource, name: &str) -> String {
    match Property::of(&resource.body, &["properties", "networkAcls", name]) {
        Property::Present(value) => to_json(&value).to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn powershell_may_print_enums_as_numbers() {
    let read = fixture("get-azkeyvault-numbers.json");
    let (closed, open) = (read.named("kv-billing"), read.named("kv-open"));
    assert_eq!(acl(closed, "defaultAction"), r#""Deny""#);
    assert_eq!(acl(closed, "bypass"), r#""None""#);
    assert_eq!(acl(open, "defaultAction"), r#""Allow""#);
    assert_eq!(acl(open, "bypass"), r#""AzureServices""#);
    let Property::Present(sku) = Property::of(&closed.body, &["properties", "sku", "name"]) else {
        panic!()
    };
    assert_eq!(sku.as_str(), Some("premium"));
}

#[test]
fn what_convertto_json_cut_off_is_unknown() {
    let read = fixture("get-azkeyvault-cut-off.json");
    let [lists, acls] = read.exported.resources.as_slice() else {
        panic!()
    };
    assert_eq!(
        acl(lists, "ipRules"),
        r#"[{"value":"198.51.100.0/28"},{"value":"198.51.100.64/28"}]"#
    );
    // The text beside the list has it too.
    assert!(acl(lists, "virtualNetworkRules").contains("subnets/web"));
    assert_eq!(
        missing(lists, &["properties", "accessPolicies"]),
        leaves_out("properties.accessPolicies")
    );
    assert_eq!(
        missing(acls, &["properties", "networkAcls", "bypass"]),
        leaves_out("properties.networkAcls.bypass")
    );
    let [problem] = read.exported.problems.as_slice() else {
        panic!("{:?}", read.exported.problems)
    };
    assert!(problem.message.contains("-Depth"));

    let read = fixture("get-azresource-cut-off.json");
    let vault = read.one();
    assert_eq!(text(vault, "properties.publicNetworkAccess"), "Enabled");
    assert_eq!(
        missing(vault, &["properties", "networkAcls"]),
        leaves_out("properties.networkAcls")
    );
}

#[test]
fn what_the_service_answered_goes_before_what_powershell_made_of_it() {
    let read = fixture("get-azkeyvault-original.json");
    let vault = read.one();
    assert_eq!(text(vault, "properties.networkAcls.bypass"), "None");
    assert_eq!(text(vault, "properties.publicNetworkAccess"), "Disabled");
    assert_eq!(
        at(vault, "properties.enableSoftDelete").as_bool(),
        Some(true)
    );
    assert!(at(vault, "properties.privateEndpointConnections").is_null());
}
