// An id that is known and is none leads nowhere: there is no network in another region.

param subnetId string = ''

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {}
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'pe-contoso'
  location: 'westeurope' // pass AKV405 x1
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vault.id, groupIds: ['vault'] } }
    ]
  }
}
