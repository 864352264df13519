param endpoints array

resource typo 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: 'privatelink${environment().suffixes.keyvaultDns}'
  location: 'global'
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: 'privatelink.vaultcore.azure.net'
  location: 'westeurope'
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: zone
  name: 'hub-vnet'
  location: 'global'
  properties: {
    registrationEnabled: true
    virtualNetwork: { id: resourceId('Microsoft.Network/virtualNetworks', 'hub-vnet') }
  }
}

resource record 'Microsoft.Network/privateDnsZones/A@2024-06-01' = {
  parent: zone
  name: 'contoso-kv'
  properties: { ttl: 300, aRecords: [{ ipv4Address: '10.0.9.9' }] }
}

resource groups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [for endpoint in endpoints: {
  name: '${endpoint}/default'
  properties: { privateDnsZoneConfigs: [{ name: 'vault', properties: { privateDnsZoneId: zone.id } }] }
}]
