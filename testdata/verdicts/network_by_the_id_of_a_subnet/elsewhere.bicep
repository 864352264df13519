param subnetId string
param vaultId string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'pe-${last(split(vaultId, '/'))}-else'
  location: split(subnetId, '/')[9] == 'subnets' && length(split(vaultId, '/')) == 9 ? 'northeurope' : 'westeurope' // fail AKV405
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaultId, groupIds: ['vault'] } }
    ]
  }
}
