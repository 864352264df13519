// A sign between two numbers tells where the first ends.
param count int

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for i in range(0, count): { // pass AKV407
  name: 'pe-${i}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: resourceId('Microsoft.KeyVault/vaults', 'kv${i}-${i * i}'), groupIds: ['vault'] } }
    ]
  }
}]
