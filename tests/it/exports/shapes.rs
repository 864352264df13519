//! Each shape: type, name, id, properties and places.

use super::{VAULT, at, fixture, leaves_out, missing, of_text, text, vault_id};
use akvlint::estate::export::merged;
use akvlint::estate::property::Property;
use akvlint::evaluate::Resource;
use akvlint::evaluate::canonical::to_json;
use akvlint::syntax::json::parse_sequence;

#[test]
fn a_vault_of_az_keyvault_show() {
    let read = fixture("az-keyvault-show.json");
    let vault = read.one();
    assert_eq!(&*vault.kind, VAULT);
    assert_eq!(vault.name.as_str(), Some("kv-billing"));
    assert_eq!(vault.id.as_str(), Some(&*vault_id("kv-billing")));
    assert_eq!(vault.condition.as_bool(), Some(true));
    assert_eq!(text(vault, "location"), "northeurope");
    assert_eq!(text(vault, "tags.team"), "billing");
    assert!(vault.api_version.is_none() && vault.calls.is_empty());
    let bypass = at(vault, "properties.networkAcls.bypass");
    assert_eq!(read.at(bypass), (16, "\"None\""));
    let keys: Vec<&str> = vault
        .body
        .as_object()
        .unwrap()
        .iter()
        .map(|member| &*member.key)
        .collect();
    assert_eq!(keys[..2], ["type", "name"]);
    assert_eq!(
        read.source.slice(vault.head.span),
        "\"Microsoft.KeyVault/vaults\""
    );
    // The list of connections is flattened.
    let status = "properties.privateEndpointConnections.0.properties.privateLinkServiceConnectionState.status";
    assert_eq!(text(vault, status), "Approved");
    assert_eq!(read.at(at(vault, status)), (42, "\"Approved\""));
}

#[test]
fn one_resource_for_each_item_of_any_wrapping() {
    for (name, count) in [
        ("az-keyvault-list-group.json", 2),
        ("az-keyvault-list.json", 2),
        ("rest-page.json", 1),
        ("resource-graph.json", 2),
        ("lines.ndjson", 3),
        ("get-azkeyvault-numbers.json", 2),
        ("get-azkeyvault-list.json", 2),
        ("get-azresource.json", 1),
    ] {
        let read = fixture(name);
        let resources = &read.exported.resources;
        assert_eq!(resources.len(), count, "{name}");
        assert_eq!(read.exported.problems, [], "{name}");
        let vault = &resources[0];
        assert_eq!(&*vault.kind, VAULT, "{name}");
        assert_eq!(vault.name.as_str(), Some("kv-billing"), "{name}");
        assert_eq!(vault.id.as_str(), Some(&*vault_id("kv-billing")), "{name}");
        assert_eq!(text(vault, "type"), VAULT, "{name}");
        assert!(
            vault.body.as_object().unwrap().get("apiVersion").is_none(),
            "{name}"
        );
    }
}

#[test]
fn lists_of_names_have_no_properties() {
    for name in [
        "az-keyvault-list.json",
        "az-resource-list.json",
        "get-azkeyvault-list.json",
    ] {
        let read = fixture(name);
        for resource in &read.exported.resources {
            let properties = Property::of(&resource.body, &["properties"]);
            assert!(matches!(properties, Property::Absent), "{name}");
        }
    }
}

#[test]
fn a_row_of_a_table_is_a_resource() {
    let read = fixture("resource-graph-table.json");
    let vault = read.one();
    assert_eq!(&*vault.kind, VAULT);
    assert_eq!(vault.id.as_str(), Some(&*vault_id("kv-billing")));
    let bypass = at(vault, "properties.networkAcls.bypass");
    assert_eq!(read.at(bypass), (15, "\"None\""));
}

#[test]
fn a_rule_set_is_the_firewall_of_a_vault_of_unknown_name() {
    let read = fixture("az-keyvault-network-rule-list.json");
    let vault = read.one();
    assert_eq!(&*vault.kind, VAULT);
    assert!(vault.id.as_str().is_none() && vault.name.as_str().is_none());
    let Property::Present(bypass) =
        Property::of(&vault.body, &["properties", "networkAcls", "bypass"])
    else {
        panic!("{}", to_json(&vault.body));
    };
    assert_eq!(read.at(&bypass), (2, "\"None\""));
    assert_eq!(
        missing(vault, &["properties", "publicNetworkAccess"]),
        leaves_out("properties.publicNetworkAccess")
    );
    let other = fixture("az-keyvault-network-rule-list.json");
    let both = merged([read.exported.resources, other.exported.resources]);
    assert_eq!(both.len(), 2, "nothing says that they are of one vault");
}

#[test]
fn children_have_full_names() {
    let read = fixture("az-keyvault-private-endpoint-connection-list.json");
    let connection = read.one();
    assert_eq!(
        &*connection.kind,
        "Microsoft.KeyVault/vaults/privateEndpointConnections"
    );
    assert_eq!(connection.name.as_str(), Some("kv-billing/pec-1"));
    let state = "properties.privateLinkServiceConnectionState.status";
    assert_eq!(text(connection, state), "Pending");
    assert!(text(connection, "properties.privateEndpoint.id").ends_with("/pe-billing"));
}

#[test]
fn what_the_api_version_does_not_model_is_left_out() {
    let read = fixture("az-resource-show-old-version.json");
    let vault = read.one();
    assert_eq!(
        missing(vault, &["properties", "publicNetworkAccess"]),
        leaves_out("properties.publicNetworkAccess")
    );
    assert_eq!(text(vault, "properties.networkAcls.bypass"), "None");
}

#[test]
fn properties_may_be_json_in_a_string() {
    let read = fixture("resource-graph-text.json");
    let vault = read.one();
    let bypass = at(vault, "properties.networkAcls.bypass");
    assert_eq!(bypass.as_str(), Some("None"));
    // The place is that of the value in the string, escapes and all.
    assert_eq!(read.at(bypass).1, "\\\"None\\\"");

    let cut = of_text(
        r#"[{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv", "properties": "{\"networkAcls\": {\"bypass\": \"None\""}]"#,
    );
    let acls = ["properties", "networkAcls", "defaultAction"];
    let lost = Property::of(&cut.one().body, &acls);
    assert!(matches!(lost, Property::Unknown(_)), "{lost:?}");
    let no_json = of_text(
        r#"[{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv", "properties": "none"}]"#,
    );
    assert_eq!(no_json.exported.problems.len(), 1);
    assert_eq!(
        missing(no_json.one(), &["properties"]),
        leaves_out("properties")
    );
}

#[test]
fn columns_of_a_query_are_single_properties() {
    let read = fixture("resource-graph-columns.json");
    let vault = read.one();
    let Property::Present(bypass) =
        Property::of(&vault.body, &["properties", "networkAcls", "bypass"])
    else {
        panic!("{}", to_json(&vault.body));
    };
    assert_eq!(bypass.as_str(), Some("None"));
    assert_eq!(
        missing(vault, &["properties", "networkAcls", "ipRules"]),
        leaves_out("properties.networkAcls.ipRules")
    );
    assert_eq!(
        missing(vault, &["properties", "enableSoftDelete"]),
        leaves_out("properties.enableSoftDelete")
    );
}

#[test]
fn an_id_that_a_query_left_out_is_made_as_far_as_it_is_known() {
    let read = fixture("resource-graph-without-id.json");
    let vault = read.one();
    assert_eq!(vault.name.as_str(), Some("kv-billing"));
    let id = to_json(&vault.id).to_string();
    assert!(
        id.contains("rg-secrets") && id.contains("kv-billing"),
        "{id}"
    );
    assert!(vault.id.as_str().is_none());
}

#[test]
fn a_private_endpoint_gets_its_properties_back() {
    let read = fixture("az-network-private-endpoint-show.json");
    let endpoint = read.one();
    assert_eq!(&*endpoint.kind, "Microsoft.Network/privateEndpoints");
    assert!(text(endpoint, "properties.subnet.id").ends_with("/subnets/endpoints"));
    let connection = "properties.privateLinkServiceConnections.0";
    assert_eq!(text(endpoint, &format!("{connection}.name")), "to-vault");
    assert_eq!(
        text(endpoint, &format!("{connection}.properties.groupIds.0")),
        "vault"
    );
    let target = format!("{connection}.properties.privateLinkServiceId");
    assert_eq!(text(endpoint, &target), vault_id("kv-billing"));
    assert_eq!(text(endpoint, "location"), "northeurope");
    assert!(endpoint.body.as_object().unwrap().get("subnet").is_none());
}

#[test]
fn networks_and_interfaces_get_their_properties_back() {
    let read = fixture("az-network-vnet-list.json");
    let network = read.one();
    let service = "properties.subnets.0.properties.serviceEndpoints.0.service";
    assert_eq!(text(network, service), "Microsoft.KeyVault");
    assert_eq!(
        text(network, "properties.addressSpace.addressPrefixes.0"),
        "10.20.0.0/16"
    );

    let read = fixture("az-network-vnet-subnet-show.json");
    let subnet = read.one();
    assert_eq!(&*subnet.kind, "Microsoft.Network/virtualNetworks/subnets");
    assert_eq!(subnet.name.as_str(), Some("vnet-apps/web"));
    assert!(at(subnet, "properties.serviceEndpoints").is_null());

    let read = fixture("az-network-nic-show.json");
    let interface = read.one();
    let configuration = "properties.ipConfigurations.0.properties";
    assert_eq!(
        text(interface, &format!("{configuration}.privateIPAddress")),
        "10.20.0.4"
    );
    let group = format!("{configuration}.privateLinkConnectionProperties.groupId");
    assert_eq!(text(interface, &group), "vault");
}

#[test]
fn zones_links_records_and_zone_groups_get_their_properties_back() {
    let read = fixture("az-network-private-dns.json");
    let zone = "privatelink.vaultcore.azure.net";
    let link = read.named(&format!("{zone}/to-apps"));
    assert_eq!(
        &*link.kind,
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks"
    );
    assert!(text(link, "properties.virtualNetwork.id").ends_with("/vnet-apps"));
    let record = read.named(&format!("{zone}/kv-billing"));
    assert_eq!(&*record.kind, "Microsoft.Network/privateDnsZones/A");
    assert_eq!(
        text(record, "properties.aRecords.0.ipv4Address"),
        "10.20.0.4"
    );
    assert_eq!(at(record, "properties.ttl").as_integer(), Some(10));
    let group = read.named("pe-billing/default");
    assert_eq!(
        &*group.kind,
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"
    );
    let id = text(
        group,
        "properties.privateDnsZoneConfigs.0.properties.privateDnsZoneId",
    );
    assert!(id.ends_with(zone));
    assert_eq!(read.named(zone).name.as_str(), Some(zone));
}

#[test]
fn diagnostic_settings_get_their_properties_back() {
    let read = fixture("az-monitor-diagnostic-settings-list.json");
    let setting = read.one();
    assert_eq!(&*setting.kind, "Microsoft.Insights/diagnosticSettings");
    assert_eq!(setting.name.as_str(), Some("audit"));
    assert_eq!(text(setting, "properties.logs.0.category"), "AuditEvent");
}

#[test]
fn chosen_columns_of_a_network_are_not_all_of_it() {
    let read = of_text(
        r#"{"data": [{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v", "addressSpace": {}}]}"#,
    );
    assert_eq!(
        missing(read.one(), &["properties", "subnets"]),
        leaves_out("properties.subnets")
    );
    let read = of_text(
        r#"{"data": [{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v", "acl": {}}]}"#,
    );
    assert!(matches!(
        Property::of(&read.one().body, &["properties"]),
        Property::Absent
    ));
}

#[test]
fn subscriptions_and_groups_are_no_resources() {
    let read = of_text(
        r#"[{"id": "/subscriptions/s", "type": "Microsoft.Subscription"}, {"id": "/subscriptions/s/resourceGroups/g"},
            {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv"}, {"id": "/providers/x"}]"#,
    );
    assert_eq!(read.exported.resources.len(), 1);
    let [problem] = read.exported.problems.as_slice() else {
        panic!("{:?}", read.exported.problems)
    };
    assert_eq!(
        read.source.slice(problem.place.span),
        r#"{"id": "/providers/x"}"#
    );
}

#[test]
fn resources_in_resources_are_resources() {
    let read = fixture("psrule-export.json");
    assert_eq!(read.exported.resources.len(), 3);
    let setting = read.named("audit");
    assert_eq!(&*setting.kind, "Microsoft.Insights/diagnosticSettings");
    assert_eq!(text(setting, "properties.logs.0.categoryGroup"), "audit");
    assert!(
        read.named("kv-billing")
            .body
            .as_object()
            .unwrap()
            .get("resources")
            .is_none()
    );
}

#[test]
fn the_value_of_a_secret_is_not_kept() {
    let read = fixture("psrule-export.json");
    let secret = read.named("kv-billing/db");
    assert_eq!(&*secret.kind, "Microsoft.KeyVault/vaults/secrets");
    let all = format!("{:?}", read.exported.resources);
    assert!(!all.contains("correct horse"));
    assert_eq!(
        at(secret, "properties.attributes.enabled").as_bool(),
        Some(true)
    );
}

#[test]
fn what_is_lost_at_the_end_of_a_cut_file_is_unknown() {
    let read = fixture("truncated.json");
    let vault = read.one();
    let Property::Present(bypass) =
        Property::of(&vault.body, &["properties", "networkAcls", "bypass"])
    else {
        panic!("{}", to_json(&vault.body));
    };
    assert_eq!(bypass.as_str(), Some("None"));
    let lost = Property::of(&vault.body, &["properties", "publicNetworkAccess"]);
    assert!(matches!(lost, Property::Unknown(_)), "{lost:?}");
}

#[test]
fn types_that_are_not_wanted_are_left_out() {
    let read = fixture("lines.ndjson");
    let sequence = parse_sequence(read.source.text());
    let wanted = |kind: &str| kind == VAULT;
    let exported = akvlint::estate::export::resources(&read.source, &sequence, &wanted);
    assert_eq!(exported.resources.len(), 2);
}

#[test]
fn of_several_exports_of_a_resource_the_fullest_stays() {
    let of = |name: &str| fixture(name).exported.resources;
    let lines = |resources: &[Resource]| resources.len();
    let list = || of("az-keyvault-list.json");
    for exports in [
        [list(), of("az-keyvault-show.json")],
        [of("az-keyvault-show.json"), list()],
    ] {
        let all = merged(exports);
        assert_eq!(lines(&all), 2);
        let full = |resource: &&Resource| {
            resource
                .body
                .as_object()
                .unwrap()
                .get("properties")
                .is_some()
        };
        assert_eq!(all.iter().filter(full).count(), 1);
    }
    let same = merged([of("az-keyvault-show.json"), of("az-keyvault-show.json")]);
    assert_eq!(lines(&same), 1);
    let differ = merged([
        of("az-keyvault-show.json"),
        of("az-keyvault-show-bypass.json"),
    ]);
    assert_eq!(lines(&differ), 2, "which one is newer is not known");
    let partial = merged([
        of("get-azkeyvault.json"),
        of("az-keyvault-show.json"),
        of("get-azkeyvault-list.json"),
    ]);
    let vaults: Vec<_> = partial
        .iter()
        .filter(|vault| vault.name.as_str() == Some("kv-billing"))
        .collect();
    assert_eq!(vaults.len(), 1);
    assert_eq!(text(vaults[0], "properties.networkAcls.bypass"), "None");
}

/// Alone in a file it would be judged as a template.
#[test]
fn a_template_within_a_list_of_template_specs_is_told() {
    let spec = |main: &str| {
        format!(
            r#"{{"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Resources/templateSpecs/s/versions/1", "name": "1", "type": "Microsoft.Resources/templateSpecs/versions", "properties": {{"mainTemplate": {main}}}}}"#
        )
    };
    let told = spec(r#"{"contentVersion": "1.0.0.0", "resources": []}"#);
    let vault = format!(
        r#"{{"id": "{}", "name": "kv", "type": "Microsoft.KeyVault/vaults", "properties": {{"tenantId": "t"}}}}"#,
        vault_id("kv")
    );
    let read = of_text(&format!(
        r#"{{"value": [{vault}, {told}, {}]}}"#,
        spec("null")
    ));
    assert_eq!(read.exported.resources.len(), 3);
    let [problem] = read.exported.problems.as_slice() else {
        panic!("{:?}", read.exported.problems)
    };
    assert!(
        problem.message.contains("a file of its own"),
        "{}",
        problem.message
    );
}

#[test]
fn names_in_snake_case_are_read_as_those_of_arm_but_for_tags() {
    let read = fixture("python-as-dict.json");
    let [vault, endpoint] = read.exported.resources.as_slice() else {
        panic!("{:?}", read.exported)
    };
    assert_eq!(text(vault, "properties.networkAcls.defaultAction"), "Deny");
    assert_eq!(
        text(vault, "properties.networkAcls.ipRules.0.value"),
        "51.144.0.0/16"
    );
    assert_eq!(text(vault, "tags.cost_center"), "42");
    let connection = "properties.privateLinkServiceConnections.0.properties";
    assert_eq!(
        text(endpoint, &format!("{connection}.privateLinkServiceId")),
        vault_id("kv-python")
    );
    assert_eq!(text(endpoint, &format!("{connection}.groupIds.0")), "vault");
}

#[test]
fn names_in_snake_case_are_found_wherever_they_stand() {
    let kept = r#""id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv", "name": "kv""#;
    let type_ = r#""type": "Microsoft.KeyVault/vaults""#;
    let read = of_text(&format!(
        r#"{{{kept}, {type_}, "properties": {{"networkAcls": {{"default_action": "Deny"}}}}}}"#
    ));
    let [vault] = read.exported.resources.as_slice() else {
        panic!("{:?}", read.exported)
    };
    assert_eq!(text(vault, "properties.networkAcls.defaultAction"), "Deny");
    // The rule set alone, `vault.properties.network_acls.as_dict()`.
    let read = of_text(
        r#"{"bypass": "None", "default_action": "Allow", "ip_rules": [], "virtual_network_rules": []}"#,
    );
    let [vault] = read.exported.resources.as_slice() else {
        panic!("{:?}", read.exported)
    };
    let shown = to_json(&vault.body).to_string();
    assert!(shown.contains("'defaultAction', 'Allow'"), "{shown}");
}
