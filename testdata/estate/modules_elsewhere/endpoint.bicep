param vaultId string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'contoso-pe'
  location: 'westeurope'
  properties: {
    subnet: { id: resourceId('Microsoft.Network/virtualNetworks/subnets', 'hub-vnet', 'endpoints') }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaultId, groupIds: ['vault'] } }
    ]
  }
}
