param zoneName string
param link object
param region string
param address string
param vaultName string

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zoneName
  location: region
}

resource right 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: 'privatelink.vaultcore.azure.net'
  location: region
}

resource hub 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: right
  name: 'hub-vnet'
  location: 'global'
  properties: {
    registrationEnabled: link.registers
    resolutionPolicy: link.policy
    virtualNetwork: { id: resourceId('Microsoft.Network/virtualNetworks', 'hub-vnet') }
  }
}

resource record 'Microsoft.Network/privateDnsZones/A@2024-06-01' = {
  parent: right
  name: vaultName
  properties: { ttl: 300, aRecords: [{ ipv4Address: address }] }
}

resource group 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = {
  name: 'contoso-pe/default'
  properties: { privateDnsZoneConfigs: [{ name: 'vault', properties: { privateDnsZoneId: zone.id } }] }
}
