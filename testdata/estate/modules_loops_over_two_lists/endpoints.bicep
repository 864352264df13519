param names array

@batchSize(1)
resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for name in names: {
  name: 'pe-${name}'
  location: 'westeurope'
  properties: {
    subnet: { id: resourceId('Microsoft.Network/virtualNetworks/subnets', 'hub-vnet', 'endpoints') }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: resourceId('Microsoft.KeyVault/vaults', 'kv-${name}'), groupIds: ['vault'] } }
    ]
  }
}]

@batchSize(1)
resource everywhere 'Microsoft.Network/privateEndpoints@2024-05-01' = [for name in names: {
  name: 'hub-${name}'
  location: 'westeurope'
  properties: {
    subnet: { id: resourceId('Microsoft.Network/virtualNetworks/subnets', 'hub-vnet', 'endpoints') }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: resourceId('Microsoft.KeyVault/vaults', 'hub-kv'), groupIds: ['vault'] } }
    ]
  }
}]

resource hub 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'hub-kv'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    publicNetworkAccess: 'Disabled'
  }
}
