param names array
param vaultIds array

@batchSize(1)
resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for (name, i) in names: {
  name: 'pe-${name}'
  location: 'westeurope'
  properties: {
    subnet: { id: resourceId('Microsoft.Network/virtualNetworks/subnets', 'hub-vnet', 'endpoints') }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaultIds[i], groupIds: ['vault'] } }
    ]
  }
}]

resource groups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [for (name, i) in names: {
  parent: endpoints[i]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      { name: 'vault', properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', 'privatelink.vaultcore.azure.net') } }
    ]
  }
}]
