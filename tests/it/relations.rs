//! The relations between resources, as the rules see them: across modules, deployments and exports, under what is not
//! known.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use std::sync::Arc;
use std::time::Instant;

use akvlint::estate::truth::{Reason, Truth};
use akvlint::evaluate::Cloud;
use akvlint::rules::{Rule, RuleSet, RuleSettings};
use serde_json::{Value as Json, json};

use crate::world::{Said, World};

const SCOPE: &str =
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers";
const ZONE: &str = "privatelink.vaultcore.azure.net";

fn rule(id: &str) -> Arc<Rule> {
    let rules = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    rules.find(id).unwrap().clone()
}

fn said(world: &World, id: &str) -> Vec<Said> {
    world.judge(&rule(id))
}

/// The one thing that a rule says.
fn only(world: &World, id: &str) -> Said {
    let mut all = said(world, id);
    // What passes beside it is not the matter.
    if all.len() > 1 {
        all.retain(|said| !said.judgement.truth.is_false());
    }
    assert_eq!(all.len(), 1, "{id}: {all:#?}");
    all.remove(0)
}

fn fails(world: &World, id: &str) -> Said {
    let said = only(world, id);
    assert!(said.judgement.truth.is_true(), "{id}: {said:#?}");
    said
}

fn passes(world: &World, id: &str) {
    let said = said(world, id);
    assert!(
        !said.is_empty() && said.iter().all(|said| said.judgement.truth.is_false()),
        "{id}: {said:#?}"
    );
}

fn is_open(world: &World, id: &str) -> Vec<Reason> {
    let said = only(world, id);
    match said.judgement.truth {
        Truth::Unknown(reasons) => reasons,
        _ => panic!("{id}: {said:#?}"),
    }
}

fn template(resources: &[Json]) -> String {
    with_parameters(&json!({}), resources)
}

fn with_parameters(parameters: &Json, resources: &[Json]) -> String {
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "resources": resources,
    })
    .to_string()
}

fn module(name: &str, resources: &[Json]) -> Json {
    json!({
        "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": name,
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "template": serde_json::from_str::<Json>(&template(resources)).unwrap(),
        },
    })
}

fn vault(properties: &Json) -> Json {
    json!({"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv1", "location": "westeurope",
           "properties": properties})
}

fn endpoint(name: &str, target: &str) -> Json {
    json!({"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2024-05-01", "name": name,
           "location": "westeurope",
           "properties": {
               "subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet', 'endpoints')]"},
               "privateLinkServiceConnections": [
                   {"name": "kv1", "properties": {"privateLinkServiceId": target, "groupIds": ["vault"]}}]}})
}

const VAULT_ID: &str = "[resourceId('Microsoft.KeyVault/vaults', 'kv1')]";

fn own_endpoint() -> Json {
    endpoint("pe", VAULT_ID)
}

fn network() -> Json {
    json!({"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2024-05-01", "name": "vnet",
           "location": "westeurope",
           "properties": {"subnets": [{"name": "endpoints", "properties": {"addressPrefix": "10.0.1.0/24"}}]}})
}

fn zone(name: &str) -> Json {
    json!({"type": "Microsoft.Network/privateDnsZones", "apiVersion": "2024-06-01", "name": name, "location": "global"})
}

fn zone_group(zone: &str) -> Json {
    json!({"type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "apiVersion": "2024-05-01",
           "name": "pe/default",
           "properties": {"privateDnsZoneConfigs": [{"name": "kv1", "properties": {
               "privateDnsZoneId": format!("[resourceId('Microsoft.Network/privateDnsZones', '{zone}')]")}}]}})
}

fn link(network: &str) -> Json {
    json!({"type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks", "apiVersion": "2024-06-01",
           "name": format!("{ZONE}/link"), "location": "global",
           "properties": {"registrationEnabled": false, "virtualNetwork": {
               "id": format!("[resourceId('Microsoft.Network/virtualNetworks', '{network}')]")}}})
}

fn exported_vault(name: &str, properties: &Json) -> Json {
    json!({"id": format!("{SCOPE}/Microsoft.KeyVault/vaults/{name}"), "name": name,
           "type": "Microsoft.KeyVault/vaults", "location": "westeurope", "properties": properties})
}

fn exported_endpoint(name: &str, vault: &str, status: &str) -> Json {
    json!({"id": format!("{SCOPE}/Microsoft.Network/privateEndpoints/{name}"), "name": name,
           "type": "Microsoft.Network/privateEndpoints", "location": "westeurope",
           "properties": {
               "subnet": {"id": format!("{SCOPE}/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints")},
               "privateLinkServiceConnections": [{"name": "kv1", "properties": {
                   "privateLinkServiceId": format!("{SCOPE}/Microsoft.KeyVault/vaults/{vault}"),
                   "groupIds": ["vault"],
                   "privateLinkServiceConnectionState": {"status": status}}}]}})
}

fn closed_vault() -> Json {
    vault(&json!({"publicNetworkAccess": "Disabled"}))
}

// The troubleshooting list of Microsoft's guide to Key Vault and Private Link, one case each
// (https://learn.microsoft.com/azure/key-vault/general/private-link-diagnostics).

#[test]
fn the_connection_is_not_approved() {
    let mut manual = own_endpoint();
    let properties = manual["properties"].as_object_mut().unwrap();
    let connections = properties.remove("privateLinkServiceConnections").unwrap();
    properties.insert(
        "manualPrivateLinkServiceConnections".to_owned(),
        connections,
    );
    let world = World::open().deploy(&template(&[closed_vault(), manual]));
    let said = fails(&world, "AKV402");
    assert!(said.judgement.message.contains("stays Pending"));
    // It has an endpoint all the same.
    passes(&world, "AKV401");

    let exports = json!([
        exported_vault(
            "kv1",
            &json!({"publicNetworkAccess": "Disabled", "networkAcls": {"bypass": "None"}}),
        ),
        exported_endpoint("pe", "kv1", "Rejected"),
    ]);
    let world = World::open().export(&exports.to_string());
    fails(&world, "AKV401");
    assert_eq!(fails(&world, "AKV107").resource, "kv1");
}

#[test]
fn there_is_no_zone() {
    let resources = [closed_vault(), own_endpoint(), network()];
    let world = World::closed().deploy(&template(&resources));
    fails(&world, "AKV502");
    let world = World::open().deploy(&template(&resources));
    let reasons = is_open(&world, "AKV502");
    assert!(
        reasons
            .iter()
            .all(|reason| matches!(reason, Reason::Elsewhere { .. })),
        "{reasons:?}"
    );
}

#[test]
fn the_zone_has_the_wrong_name() {
    let wrong = "privatelink.vault.azure.net";
    let resources = [
        closed_vault(),
        own_endpoint(),
        zone(wrong),
        zone_group(wrong),
    ];
    let world = World::open().deploy(&template(&resources));
    // The zone and its group are one cause and one finding.
    let failing: Vec<Said> = said(&world, "AKV501")
        .into_iter()
        .filter(|said| !said.judgement.truth.is_false())
        .collect();
    assert_eq!(failing.len(), 1, "{failing:#?}");
    assert_eq!(failing[0].at, format!("\"{wrong}\""));
    assert!(failing[0].judgement.message.ends_with(ZONE));
}

#[test]
fn the_zone_is_not_linked() {
    let resources = [
        closed_vault(),
        own_endpoint(),
        network(),
        zone(ZONE),
        zone_group(ZONE),
    ];
    let world = World::open().deploy(&template(&resources));
    let said = fails(&world, "AKV503");
    let (sentence, place) = &said.judgement.related[0];
    assert_eq!(sentence, "the private endpoint pe is here");
    let source = world.sources.get(place.file).unwrap();
    assert_eq!(
        source.slice(place.span),
        "\"Microsoft.Network/privateEndpoints\""
    );

    let linked = [&resources[..], &[link("vnet")]].concat();
    passes(&World::closed().deploy(&template(&linked)), "AKV503");
    let elsewhere = [&resources[..], &[link("hub")]].concat();
    fails(&World::closed().deploy(&template(&elsewhere)), "AKV503");
    is_open(&World::open().deploy(&template(&elsewhere)), "AKV503");
}

fn record(name: &str, address: &str) -> Json {
    json!({"type": "Microsoft.Network/privateDnsZones/A", "apiVersion": "2024-06-01",
           "name": format!("{ZONE}/{name}"), "properties": {"ttl": 3600, "aRecords": [{"ipv4Address": address}]}})
}

#[test]
fn the_record_is_missing() {
    let other = record("other", "10.0.1.9");
    let resources = [closed_vault(), own_endpoint(), zone(ZONE), other];
    fails(&World::closed().deploy(&template(&resources)), "AKV502");
    let resources = [
        closed_vault(),
        own_endpoint(),
        zone(ZONE),
        record("kv1", "10.0.1.9"),
    ];
    passes(&World::closed().deploy(&template(&resources)), "AKV502");
}

#[test]
fn the_record_has_the_wrong_address() {
    let mut fixed = own_endpoint();
    fixed["properties"]["ipConfigurations"] =
        json!([{"name": "kv1", "properties": {"privateIPAddress": "10.0.1.4"}}]);
    let with = |address: &str| {
        let resources = [
            closed_vault(),
            fixed.clone(),
            zone(ZONE),
            record("kv1", address),
        ];
        World::open().deploy(&template(&resources))
    };
    let said = fails(&with("10.0.1.5"), "AKV504");
    assert!(said.judgement.message.ends_with("such as pe"), "{said:?}");
    passes(&with("10.0.1.4"), "AKV504");
}

// The shapes of "the vault and its endpoint are in different places".

#[test]
fn a_vault_and_its_endpoint_in_one_file_meet_though_nothing_of_the_id_is_known() {
    let name = "[concat('kv-', uniqueString(resourceGroup().id))]";
    let mut unnamed = closed_vault();
    unnamed["name"] = name.into();
    let target = "[resourceId('Microsoft.KeyVault/vaults', concat('kv-', uniqueString(resourceGroup().id)))]";
    let world = World::closed().deploy(&template(&[unnamed, endpoint("pe", target)]));
    passes(&world, "AKV401");
}

#[test]
fn sibling_modules_of_one_parent_meet() {
    let outer = [
        module("vault", &[closed_vault()]),
        module("endpoint", &[own_endpoint()]),
    ];
    passes(&World::closed().deploy(&template(&outer)), "AKV401");
    // Another resource group has other vaults.
    let mut elsewhere = module("vault", &[closed_vault()]);
    elsewhere["resourceGroup"] = "vaults".into();
    let outer = [elsewhere, module("endpoint", &[own_endpoint()])];
    is_open(&World::closed().deploy(&template(&outer)), "AKV401");
}

#[test]
fn exports_are_one_estate() {
    let vault = exported_vault("kv1", &json!({"publicNetworkAccess": "Disabled"}));
    let world = World::open()
        .export(&vault.to_string())
        .export(&json!([exported_endpoint("pe", "KV1", "Approved")]).to_string());
    passes(&world, "AKV401");
}

#[test]
fn deployments_meet_where_both_ids_are_fully_known_only() {
    // The same names in two deployments may be two vaults.
    let world = World::closed()
        .deploy(&template(&[closed_vault()]))
        .deploy(&template(&[own_endpoint()]));
    is_open(&world, "AKV401");
    let known = format!("{SCOPE}/Microsoft.KeyVault/vaults/kv1");
    let world = World::open()
        .deploy(&template(&[endpoint("pe", &known)]))
        .export(&exported_vault("kv1", &json!({"publicNetworkAccess": "Enabled"})).to_string());
    let said = fails(&world, "AKV404");
    assert_eq!(
        said.judgement.related[0].0,
        "the private endpoint pe is here"
    );
}

// What is not known.

#[test]
fn different_known_names_are_never_the_same_vault() {
    let mut other = closed_vault();
    other["name"] = "other".into();
    let world = World::closed().deploy(&template(&[other, own_endpoint()]));
    fails(&world, "AKV401");
}

#[test]
fn in_a_closed_world_the_other_half_may_be_in_another_home() {
    // The record is in an export, the vault and its endpoint in a template whose ids are not known.
    let exported = json!({"id": format!("{SCOPE}/Microsoft.Network/privateDnsZones/{ZONE}/A/kv1"), "name": "kv1",
                          "type": "Microsoft.Network/privateDnsZones/A",
                          "properties": {"aRecords": [{"ipv4Address": "10.0.1.4"}]}});
    let both = template(&[closed_vault(), own_endpoint()]);
    let world = World::closed().deploy(&both).export(&exported.to_string());
    is_open(&world, "AKV502");
    // Nobody knows what an endpoint that is listed without its properties connects to.
    let listed = json!([{"id": format!("{SCOPE}/Microsoft.Network/privateEndpoints/pe"), "name": "pe",
                         "type": "Microsoft.Network/privateEndpoints", "location": "westeurope"}]);
    let world = World::closed()
        .deploy(&template(&[closed_vault()]))
        .export(&listed.to_string());
    is_open(&world, "AKV401");
}

#[test]
fn an_endpoint_of_a_vault_of_its_own_deployment_is_nobody_elses() {
    let both = template(&[closed_vault(), own_endpoint()]);
    let world = World::closed()
        .deploy(&template(&[closed_vault()]))
        .deploy(&both);
    let verdicts: Vec<Truth> = said(&world, "AKV401")
        .into_iter()
        .map(|said| said.judgement.truth)
        .collect();
    assert_eq!(verdicts, [Truth::True, Truth::False]);
}

#[test]
fn an_endpoint_of_a_storage_account_is_no_candidate_though_its_target_is_not_known() {
    let mut other = endpoint("pe", "[parameters('storageAccountId')]");
    other["properties"]["privateLinkServiceConnections"][0]["properties"]["groupIds"] =
        json!(["blob"]);
    let parameters = json!({"storageAccountId": {"type": "string"}});
    let world = World::closed().deploy(&with_parameters(
        &parameters,
        &[closed_vault(), other.clone()],
    ));
    fails(&world, "AKV401");
    // With the group of a vault it may be this one's.
    other["properties"]["privateLinkServiceConnections"][0]["properties"]["groupIds"] =
        json!(["vault"]);
    let world = World::closed().deploy(&with_parameters(&parameters, &[closed_vault(), other]));
    is_open(&world, "AKV401");
}

#[test]
fn what_hangs_on_the_same_condition_is_there_together() {
    let parameters = json!({"private": {"type": "bool"}});
    let mut conditional = closed_vault();
    conditional["condition"] = "[parameters('private')]".into();
    let mut endpoint = own_endpoint();
    endpoint["condition"] = "[parameters('private')]".into();
    let resources = [conditional, endpoint.clone()];
    let world = World::closed().deploy(&with_parameters(&parameters, &resources));
    passes(&world, "AKV401");
    // Without the vault's condition the endpoint may be missing.
    let world = World::closed().deploy(&with_parameters(&parameters, &[closed_vault(), endpoint]));
    let reasons = is_open(&world, "AKV401");
    assert!(matches!(reasons[..], [Reason::Value(_)]), "{reasons:?}");
}

#[test]
fn an_unread_module_may_hold_what_is_looked_for() {
    let linked = json!({"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "endpoints",
        "properties": {"mode": "Incremental", "templateLink": {"relativePath": "not/there.json"}}});
    let world = World::closed().deploy(&template(&[closed_vault(), linked]));
    let reasons = is_open(&world, "AKV401");
    assert!(
        matches!(&reasons[..], [Reason::Unread { reference, .. }] if &**reference == "not/there.json"),
        "{reasons:?}"
    );
    let said = only(&world, "AKV905");
    assert!(said.judgement.truth.is_unknown());
    assert_eq!(said.at, "\"not/there.json\"");
}

#[test]
fn a_vault_that_is_only_read_relates_and_is_not_judged() {
    let symbolic = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0", "languageVersion": "2.0",
        "resources": {
            "vault": {"existing": true, "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv1"},
            "endpoint": endpoint("pe", "[resourceId('Microsoft.KeyVault/vaults', 'kv1')]"),
        },
    });
    let mut wrong = symbolic;
    wrong["resources"]["endpoint"]["properties"]["privateLinkServiceConnections"][0]["properties"]
        ["groupIds"] = json!(["blob"]);
    let world = World::closed().deploy(&wrong.to_string());
    assert!(said(&world, "AKV401").is_empty());
    let said = fails(&world, "AKV403");
    assert_eq!(said.at, "[\"blob\"]");
}

#[test]
fn a_perimeter_that_may_not_be_there_leaves_the_exposure_open() {
    let parameters = json!({"perimeter": {"type": "bool"}});
    let association = json!({
        "type": "Microsoft.Network/networkSecurityPerimeters/resourceAssociations", "apiVersion": "2024-07-01",
        "name": "nsp/kv1", "condition": "[parameters('perimeter')]",
        "properties": {"accessMode": "Enforced", "privateLinkResource": {"id": VAULT_ID}}});
    let resources = [vault(&json!({})), association];
    let world = World::open().deploy(&with_parameters(&parameters, &resources));
    is_open(&world, "AKV101");
}

#[test]
fn a_subnet_is_one_wherever_it_is_declared() {
    let rule = vault(
        &json!({"networkAcls": {"defaultAction": "Deny", "virtualNetworkRules": [
        {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet', 'endpoints')]"}]}}),
    );
    let child = |services: Json| {
        json!({"type": "Microsoft.Network/virtualNetworks/subnets", "apiVersion": "2024-05-01",
               "name": "vnet/endpoints", "properties": {"serviceEndpoints": services}})
    };
    let inline = World::open().deploy(&template(&[rule.clone(), network()]));
    let said = fails(&inline, "AKV303");
    assert_eq!(
        said.judgement.related[0].0,
        "the resource vnet/endpoints is here"
    );
    let has = child(json!([{"service": "Microsoft.KeyVault"}]));
    passes(
        &World::open().deploy(&template(&[rule.clone(), has.clone()])),
        "AKV303",
    );
    // Declared in both ways, and one of them has it.
    passes(
        &World::open().deploy(&template(&[rule, network(), has])),
        "AKV303",
    );
}

#[test]
fn the_cloud_decides_the_name_of_the_zone() {
    let government = "privatelink.vaultcore.usgovcloudapi.net";
    let of = |cloud: Option<Cloud>, name: &str| {
        let world = match cloud {
            Some(cloud) => World::open().in_cloud(cloud),
            None => World::open(),
        };
        world.deploy(&template(&[zone(name)]))
    };
    use akvlint::finding::Level;
    let level = |world: &World| fails(world, "AKV501").judgement.level;
    assert_eq!(level(&of(None, government)), Level::Note);
    assert_eq!(level(&of(Some(Cloud::Public), government)), Level::Error);
    assert_eq!(level(&of(Some(Cloud::UsGovernment), ZONE)), Level::Error);
    passes(&of(Some(Cloud::UsGovernment), government), "AKV501");
    let idiom = "[replace(concat('privatelink', environment().suffixes.keyvaultDns), '.vault.', '.vaultcore.')]";
    for cloud in [Cloud::Public, Cloud::UsGovernment, Cloud::China] {
        passes(&of(Some(cloud), idiom), "AKV501");
        let trap = "[concat('privatelink', environment().suffixes.keyvaultDns)]";
        assert_eq!(level(&of(Some(cloud), trap)), Level::Error);
    }
}

/// A vault, its endpoint, a record and its name for each number; one zone with one link.
fn large_export(count: usize) -> String {
    let mut all = vec![
        json!({"id": format!("{SCOPE}/Microsoft.Network/privateDnsZones/{ZONE}"), "name": ZONE,
               "type": "Microsoft.Network/privateDnsZones", "location": "global"}),
        json!({"id": format!("{SCOPE}/Microsoft.Network/privateDnsZones/{ZONE}/virtualNetworkLinks/vnet"), "name": "vnet",
               "type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks", "location": "global",
               "properties": {"virtualNetwork": {"id": format!("{SCOPE}/Microsoft.Network/virtualNetworks/vnet")}}}),
    ];
    for number in 0..count {
        let (kv, pe) = (format!("kv{number}"), format!("pe{number}"));
        all.push(exported_vault(
            &kv,
            &json!({"publicNetworkAccess": "Disabled"}),
        ));
        all.push(exported_endpoint(&pe, &kv, "Approved"));
        all.push(json!({"id": format!("{SCOPE}/Microsoft.Network/privateDnsZones/{ZONE}/A/{kv}"), "name": kv,
                        "type": "Microsoft.Network/privateDnsZones/A",
                        "properties": {"aRecords": [{"ipv4Address": "10.0.1.4"}]}}));
        all.push(json!({"id": format!("{SCOPE}/Microsoft.KeyVault/vaults/{kv}/providers/Microsoft.Insights/diagnosticSettings/audit"),
                        "name": "audit", "type": "Microsoft.Insights/diagnosticSettings",
                        "properties": {"workspaceId": "w", "logs": [{"category": "AuditEvent", "enabled": true}]}}));
    }
    Json::Array(all).to_string()
}

/// Everything that rules ask of a large estate, in seconds.
fn seconds(count: usize) -> f64 {
    let world = World::closed().export(&large_export(count));
    let start = Instant::now();
    for id in [
        "AKV101", "AKV107", "AKV110", "AKV112", "AKV401", "AKV402", "AKV403", "AKV404", "AKV405",
        "AKV406", "AKV502", "AKV503", "AKV504", "AKV601",
    ] {
        let said = said(&world, id);
        assert!(!said.is_empty() || id == "AKV110", "{id}");
        let expected = |said: &Said| match id {
            // Nothing says which address an endpoint has, or where its network is.
            "AKV504" | "AKV405" => !said.judgement.truth.is_true(),
            // More vaults than a subscription can have, said of the first.
            "AKV406" => said.judgement.truth.is_false() || said.resource == "kv0",
            _ => said.judgement.truth.is_false(),
        };
        assert!(said.iter().all(expected), "{id}: {:#?}", said.first());
    }
    start.elapsed().as_secs_f64()
}

#[test]
fn a_large_estate_takes_time_in_proportion() {
    let small = seconds(100);
    let large = seconds(500);
    assert!(large < 10.0 * small + 0.5, "{small} s, {large} s");
}

#[test]
#[ignore = "measures: cargo test --release --test it ten_thousand -- --ignored --nocapture"]
#[expect(clippy::print_stdout, reason = "it is there to be read")]
fn ten_thousand_vaults() {
    println!("{:.2} s", seconds(10_000));
}
