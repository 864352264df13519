// The service adds the id to each subnet of a network, also where the subnets are handed on as a whole.

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-contoso'
  location: 'westeurope'
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [
      { name: 'snet-app', properties: { addressPrefix: '10.0.1.0/24' } } // fail AKV303
      { name: 'snet-endpoints', properties: { addressPrefix: '10.0.2.0/24' } }
    ]
  }
}

var subnets = network.properties.subnets

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
      virtualNetworkRules: [
        { id: filter(subnets, subnet => subnet.name == 'snet-app')[0].id }
      ]
    }
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'pe-contoso'
  location: 'northeurope' // fail AKV405
  properties: {
    subnet: { id: subnets[1].id }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vault.id, groupIds: ['vault'] } }
    ]
  }
}
