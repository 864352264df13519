// So have several copies one vault of a loop.
param count int

resource vaults 'Microsoft.KeyVault/vaults@2026-02-01' = [for i in range(0, count): {
  name: 'kv-${i}'
  location: 'westeurope'
  properties: { publicNetworkAccess: 'Disabled' }
}]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for i in range(0, count): { // open AKV407: parameter 'count' has no value and no default
  name: 'pe-${i}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaults[i % 2].id, groupIds: ['vault'] } }
    ]
  }
}]
