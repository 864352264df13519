param subnetId string
param vaultId string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' existing = {
  name: split(subnetId, '/')[8]
  scope: resourceGroup(split(subnetId, '/')[2], split(subnetId, '/')[4])
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'pe-${last(split(vaultId, '/'))}-name'
  location: network.location // pass AKV405
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaultId, groupIds: ['vault'] } }
    ]
  }
}
