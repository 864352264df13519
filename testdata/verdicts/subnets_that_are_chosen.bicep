// The service adds the ids to whichever subnets are chosen, also where they are handed on as a whole.
param withGateway bool

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-contoso'
  location: 'westeurope'
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: withGateway
      ? [
          { name: 'snet-endpoints', properties: { addressPrefix: '10.0.2.0/24' } }
          { name: 'GatewaySubnet', properties: { addressPrefix: '10.0.3.0/24' } }
        ]
      : [
          { name: 'snet-endpoints', properties: { addressPrefix: '10.0.2.0/24' } }
        ]
  }
}

var subnets = network.properties.subnets

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: 'kv-contoso'
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'pe-contoso'
  location: 'northeurope' // fail AKV405
  properties: {
    subnet: { id: subnets[0].id }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vault.id, groupIds: ['vault'] } }
    ]
  }
}
