resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'contoso-vnet'
  location: 'westeurope'
  properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } }
}

resource clients 'Microsoft.Network/virtualNetworks/subnets@2024-05-01' = {
  parent: network
  name: 'clients'
  properties: { addressPrefix: '10.0.2.0/24', serviceEndpoints: [{ service: 'Microsoft.Storage' }] }
}

output clients string = clients.id
