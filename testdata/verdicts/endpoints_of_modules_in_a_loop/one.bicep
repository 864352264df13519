param name string

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-${name}'
  location: 'westeurope'
  properties: { publicNetworkAccess: 'Disabled' }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = { // pass AKV407
  name: 'pe-${name}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vault.id, groupIds: ['vault'] } }
    ]
  }
}
