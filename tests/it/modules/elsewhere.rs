//! What a module reads of a resource that another module declares.

use serde_json::Value;

use super::expand_in;

const VAULT: &str = "
param name string
param rbac bool
param deploy bool = true
resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = if (deploy) {
  name: name
  location: 'westeurope'
  properties: {
    enableRbacAuthorization: rbac
    sku: { name: 'premium', family: null, tier: rbac ? null : 'basic' }
  }
}
";

const NETWORK: &str = "
resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'network'
  location: 'westeurope'
  properties: { subnets: [{ name: 'first', properties: { addressPrefix: '10.0.0.0/24' } }] }
}
";

const READER: &str = "
param name string
resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: name
}
resource network 'Microsoft.Network/virtualNetworks@2024-05-01' existing = {
  name: 'network'
}
resource reader 'Microsoft.Web/sites@2024-04-01' = {
  name: 'reader'
  location: 'westeurope'
  properties: {
    rbac: vault.properties.enableRbacAuthorization
    sku: vault.properties.sku.name
    family: vault.properties.sku.family
    tier: vault.properties.sku.tier
    uri: vault.properties.vaultUri
    subnet: network.properties.subnets[0].id
  }
}
resource guarded 'Microsoft.Web/sites@2024-04-01' = if (!vault.properties.enableRbacAuthorization) {
  name: 'guarded'
  location: 'westeurope'
}
";

/// The resources by name, of the modules in `main`.
fn expanded(main: &str) -> Vec<(String, Value)> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [
        ("main.bicep", main),
        ("vault.bicep", VAULT),
        ("network.bicep", NETWORK),
        ("reader.bicep", READER),
    ] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let document = expand_in(folder.path(), &["main.bicep"]);
    assert_eq!(document["diagnostics"], serde_json::json!([]));
    let resources = document["predictedResources"].as_array().expect("a list");
    let named = |resource: &Value| (resource["name"].to_string(), resource.clone());
    resources.iter().map(named).collect()
}

fn of<'r>(resources: &'r [(String, Value)], name: &str) -> Option<&'r Value> {
    let quoted = format!("\"{name}\"");
    let mut found = resources.iter().filter(|(known, _)| *known == quoted);
    found.next().map(|(_, resource)| resource)
}

const READS: &str = "
module network 'network.bicep' = {}
module reader 'reader.bicep' = {
  params: { name: 'kv' }
}
";

#[test]
fn it_is_what_the_other_module_declares() {
    let vault = "module vault 'vault.bicep' = { params: { name: 'KV', rbac: true } }";
    let resources = expanded(&format!("{vault}{READS}"));
    let read = &of(&resources, "reader").expect("the reader")["properties"];
    assert_eq!(read["rbac"], true);
    assert_eq!(read["sku"], "premium");
    // The service says these.
    for served in ["uri", "subnet", "family", "tier"] {
        let text = read[served].as_str().expect("an expression");
        assert!(text.contains("reference("), "{text}");
    }
    assert!(of(&resources, "guarded").is_none());
}

#[test]
fn it_is_known_where_the_resource_is_deployed() {
    let vault = "param deploy bool
module vault 'vault.bicep' = { params: { name: 'kv', rbac: true, deploy: deploy } }";
    let resources = expanded(&format!("{vault}{READS}"));
    let read = &of(&resources, "reader").expect("the reader")["properties"];
    let text = read["rbac"].as_str().expect("an expression");
    assert!(
        text.starts_with("[if(parameters('deploy'), true(), reference("),
        "{text}"
    );
}

#[test]
fn of_two_nobody_knows_which_is_read() {
    let vaults = "module one 'vault.bicep' = { params: { name: 'kv', rbac: true } }
module other 'vault.bicep' = { params: { name: 'kv', rbac: false } }";
    let resources = expanded(&format!("{vaults}{READS}"));
    let read = &of(&resources, "reader").expect("the reader")["properties"];
    let text = read["rbac"].as_str().expect("an expression");
    assert!(text.starts_with("[reference("), "{text}");
    assert!(of(&resources, "guarded").is_some());
}

/// What a module hands on of a vault before the vault is deployed anew.
#[test]
fn a_resource_that_reads_itself_sees_what_it_was() {
    let main = "
module before 'before.bicep' = {}
module vault 'vault.bicep' = { params: { name: 'kv', rbac: before.outputs.rbac } }
";
    let folder = tempfile::tempdir().expect("a folder");
    let before = "resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {\n  name: 'kv'\n}\noutput rbac bool = vault.properties.enableRbacAuthorization\n";
    for (name, text) in [
        ("main.bicep", main),
        ("vault.bicep", VAULT),
        ("before.bicep", before),
    ] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let document = expand_in(folder.path(), &["main.bicep"]);
    let vault = &document["predictedResources"][0]["properties"];
    let text = vault["enableRbacAuthorization"]
        .as_str()
        .expect("an expression");
    assert!(text.starts_with("[reference("), "{text}");
}
