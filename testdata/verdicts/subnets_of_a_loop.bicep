// The service adds the id to the subnets of a loop too, however many there are.
param names array

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-contoso'
  location: 'westeurope'
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [for n in names: { name: n, properties: {} }]
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
