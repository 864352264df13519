// A hash of what is another one for each copy is too.
param names array

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for (name, i) in names: { // pass AKV407
  name: 'pe-${name}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: resourceId('Microsoft.KeyVault/vaults', 'kv${uniqueString(resourceGroup().id, name)}'), groupIds: ['vault'] } }
    ]
  }
}]
