//! Lists of modules and of resources as values.

use serde_json::json;

use super::{diagnostics, expand_in, write};

const VAULT: &str = "param name string
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: 'westeurope'
}
output name string = kv.name
output id string = kv.id
";

const MAIN: &str = "var names = ['a', 'b']
module vaults 'vault.bicep' = [for name in names: {
  name: 'vault-${name}'
  params: { name: 'kv-${name}' }
}]
resource zones 'Microsoft.Network/privateDnsZones@2020-06-01' = [for name in names: {
  name: '${name}.internal'
  location: 'global'
}]
resource others 'Microsoft.Network/privateDnsZones@2020-06-01' existing = [for name in names: {
  name: '${name}.example'
}]
var byName = toObject(vaults, vault => vault.outputs.name, vault => vault.outputs.id)
output ofOne string = byName['kv-b']
output picked array = map(filter(vaults, vault => vault.outputs.name == 'kv-a'), vault => vault.outputs.id)
module one 'vault.bicep' = {
  name: 'one'
  params: { name: 'kv-c' }
}
output gathered array = map([one, ...vaults], vault => vault.outputs.id)
output zones array = map(zones, zone => zone.id)
output others array = map(others, zone => zone.id)
";

const CONTEXT: [&str; 5] = [
    "main.bicep",
    "--subscription-id",
    "00000000-0000-0000-0000-000000000000",
    "--resource-group",
    "rg",
];

#[test]
fn lambdas_go_through_modules_and_resources() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "vault.bicep", VAULT);
    write(folder.path(), "main.bicep", MAIN);
    let document = expand_in(folder.path(), &CONTEXT);
    assert_eq!(diagnostics(&document), [""; 0]);
    let id = |kind: &str| {
        format!(
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.{kind}"
        )
    };
    assert_eq!(
        document["outputs"],
        json!({
            "ofOne": id("KeyVault/vaults/kv-b"),
            "picked": [id("KeyVault/vaults/kv-a")],
            "gathered": [
                id("KeyVault/vaults/kv-c"),
                id("KeyVault/vaults/kv-a"),
                id("KeyVault/vaults/kv-b"),
            ],
            "zones": [
                id("Network/privateDnsZones/a.internal"),
                id("Network/privateDnsZones/b.internal"),
            ],
            "others": [
                id("Network/privateDnsZones/a.example"),
                id("Network/privateDnsZones/b.example"),
            ],
        })
    );
}
