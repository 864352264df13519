param location string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'contoso-vnet'
  location: location
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [
      { name: 'endpoints', properties: { addressPrefix: '10.0.1.0/24', privateEndpointNetworkPolicies: 'Disabled' } }
      { name: 'clients', properties: { addressPrefix: '10.0.2.0/24', serviceEndpoints: [{ service: 'Microsoft.KeyVault' }] } }
    ]
  }
}

output id string = network.id
output endpoints string = network.properties.subnets[0].id
output clients string = network.properties.subnets[1].id
