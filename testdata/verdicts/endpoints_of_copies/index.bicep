// The index, and what a number is made of it, is another one for each copy.
param count int
param shared string

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for i in range(1, count): { // pass AKV407
  name: 'pe-${i}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: resourceId('Microsoft.KeyVault/vaults', 'kv-${padLeft(i * 2, 4, '0')}-${shared}'), groupIds: ['vault'] } }
    ]
  }
}]
