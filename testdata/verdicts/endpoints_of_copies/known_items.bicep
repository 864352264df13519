// The items are known once it is known which list it is, and no two are the same.
param many bool

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for (name, position) in (many ? ['a', 'b', 'c'] : ['a', 'b']): { // pass AKV407
  name: 'pe-${position}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: resourceId('Microsoft.KeyVault/vaults', 'kv-${name}'), groupIds: ['vault'] } }
    ]
  }
}]
