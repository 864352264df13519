// Nor has a list by which vaults are made.
param items array

resource vaults 'Microsoft.KeyVault/vaults@2026-02-01' = [for item in items: {
  name: item.vault
  location: 'westeurope'
  properties: { publicNetworkAccess: 'Disabled' }
}]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for (item, i) in items: { // pass AKV407
  name: item.endpoint
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaults[i].id, groupIds: ['vault'] } }
    ]
  }
}]
