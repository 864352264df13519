// Where one number ends and the other begins is told by nothing: 1 and 11 is 11 and 1.
param count int

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for i in range(0, count): { // open AKV407: parameter 'count' has no value and no default
  name: 'pe-${i}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: resourceId('Microsoft.KeyVault/vaults', 'kv${i}${i * i}'), groupIds: ['vault'] } }
    ]
  }
}]
