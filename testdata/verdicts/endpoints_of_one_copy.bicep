// All endpoints of a loop may be of one vault of a loop over the same count, which may be more than a vault takes.
param count int
param chosen int

resource vaults 'Microsoft.KeyVault/vaults@2026-02-01' = [for i in range(0, count): {
  name: 'kv-${i}'
  location: 'westeurope'
  properties: {} // open AKV406: parameter 'count' has no value and no default; parameter 'chosen' has no value and no default
}]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for i in range(0, count): {
  name: 'pe-${i}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: resourceId('Microsoft.KeyVault/vaults', 'kv-${chosen}'), groupIds: ['vault'] } }
    ]
  }
}]

resource own 'Microsoft.KeyVault/vaults@2026-02-01' = [for i in range(0, count): { // pass AKV406
  name: 'kvown-${i}'
  location: 'westeurope'
  properties: {}
}]

resource ofOwn 'Microsoft.Network/privateEndpoints@2024-05-01' = [for i in range(0, count): {
  name: 'peown-${i}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: own[i].id, groupIds: ['vault'] } }
    ]
  }
}]
