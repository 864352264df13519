// What another rule would have said is told where it adds something.
resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {} // fail AKV101
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = { // related AKV101: see also AKV404
  name: 'pe-contoso'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vault.id, groupIds: ['vault'] } }
    ]
  }
}
