// What does not hang on the copy is one vault for all.
param names array

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for (name, i) in names: { // open AKV407: parameter 'names' has no value and no default
  name: 'pe-${i}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: resourceId('Microsoft.KeyVault/vaults', 'kv-shared'), groupIds: ['vault'] } }
    ]
  }
}]
