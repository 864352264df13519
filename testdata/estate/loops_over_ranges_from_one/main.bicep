param count int
param prefix string

resource vaults 'Microsoft.KeyVault/vaults@2026-02-01' = [for i in range(1, count): {
  name: '${prefix}${i}'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: 'Disabled'
  }
}]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for i in range(1, count): {
  name: 'pe-${prefix}-${i}'
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaults[i - 1].id, groupIds: ['vault'] } }
    ]
  }
}]

resource groups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [for i in range(0, count): {
  parent: endpoints[i]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      { name: 'vault', properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', 'privatelink.vaultcore.azure.net') } }
    ]
  }
}]
