resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'contoso-vnet'
  location: 'North Europe'
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [
      { name: 'endpoints', properties: { addressPrefix: '10.0.1.0/24', privateEndpointNetworkPolicies: 'Enabled' } }
    ]
  }
}

output endpoints string = resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'endpoints')
