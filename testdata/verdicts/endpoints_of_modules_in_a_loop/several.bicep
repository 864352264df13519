param name string
param count int

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kvs-${name}'
  location: 'westeurope'
  properties: { publicNetworkAccess: 'Disabled' }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = [for i in range(0, count): { // open AKV407: parameter 'names' has no value and no default; parameter 'count' has no value and no default
  name: 'pe-${name}-${i}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vault.id, groupIds: ['vault'] } }
    ]
  }
}]
