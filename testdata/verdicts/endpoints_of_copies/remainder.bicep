// Several copies have one remainder.
param count int

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for i in range(0, count): { // open AKV407: parameter 'count' has no value and no default
  name: 'pe-${i}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: resourceId('Microsoft.KeyVault/vaults', 'kv-${i % 2}'), groupIds: ['vault'] } }
    ]
  }
}]
