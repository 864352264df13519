param subnetId string
param vaultId string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'pe-${last(split(vaultId, '/'))}-cut'
  location: reference(split(subnetId, '/subnets/')[0], '2024-05-01', 'Full').location // pass AKV405
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaultId, groupIds: ['vault'] } }
    ]
  }
}
