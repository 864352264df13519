// A list may have a name twice.
param names array

resource known 'Microsoft.KeyVault/vaults@2026-02-01' existing = [for name in names: {
  name: name
}]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for (name, i) in names: { // open AKV407: parameter 'names' has no value and no default
  name: 'pe-${i}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: known[i].id, groupIds: ['vault'] } }
    ]
  }
}]
