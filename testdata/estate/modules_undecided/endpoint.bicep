param vaultId string
param region string
param groups array
param others array

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'contoso-vnet'
  location: 'westeurope'
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [{ name: 'endpoints', properties: { addressPrefix: '10.0.1.0/24', privateEndpointNetworkPolicies: region } }]
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'contoso-pe'
  location: region
  properties: {
    subnet: { id: resourceId('Microsoft.Network/virtualNetworks/subnets', 'contoso-vnet', 'endpoints') }
    privateLinkServiceConnections: [
      {
        name: 'vault'
        properties: {
          privateLinkServiceId: vaultId
          groupIds: groups
          privateLinkServiceConnectionState: { status: region }
        }
      }
    ]
  }
}

resource more 'Microsoft.Network/privateEndpoints@2024-05-01' = [for other in others: {
  name: other
  location: 'westeurope'
  properties: {
    subnet: { id: resourceId('Microsoft.Network/virtualNetworks/subnets', 'contoso-vnet', 'endpoints') }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaultId, groupIds: ['vault'] } }
    ]
  }
}]
