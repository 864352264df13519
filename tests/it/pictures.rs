//! What stands around a vault, from Bicep to Mermaid.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic")]

use std::fs;

use crate::program::akvlint;

/// A vault with an endpoint in a network that is declared here and a zone that is not, and one that nothing stands around.
const MAIN: &str = "\
param zoneId string
resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet'
  location: 'westeurope'
  properties: {
    addressSpace: { addressPrefixes: [ '10.0.0.0/16' ] }
    subnets: [
      { name: 'endpoints', properties: { addressPrefix: '10.0.0.0/24' } }
    ]
  }
}
resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' existing = {
  name: 'privatelink.vaultcore.azure.net'
}
resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-one'
  location: 'westeurope'
  properties: { publicNetworkAccess: 'Disabled' }
}
resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'pe-one'
  location: 'westeurope'
  properties: {
    subnet: { id: network.properties.subnets[0].id }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vault.id, groupIds: [ 'vault' ] } }
    ]
  }
  resource group 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        { name: 'vault', properties: { privateDnsZoneId: zone.id } }
        { name: 'other', properties: { privateDnsZoneId: zoneId } }
      ]
    }
  }
}
resource alone 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-two'
  location: 'westeurope'
  properties: {}
}
";

#[test]
fn a_vault_is_drawn_with_what_stands_around_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.bicep"), MAIN).unwrap();
    let arguments = ["check", "-f", "markdown", "--select", "AKV403"];
    let (_, text, _) = akvlint(folder.path(), &arguments);
    let (_, picture) = text
        .split_once("### Around the vaults\n")
        .expect("a picture");
    insta::assert_snapshot!(picture);
}
