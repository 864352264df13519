param location string
param vaultId string
param subnetId string
param networkId string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'contoso-pe'
  location: location
  properties: {
    subnet: { id: subnetId }
    ipConfigurations: [
      { name: 'vault', properties: { groupId: 'vault', memberName: 'default', privateIPAddress: '10.0.1.4' } }
    ]
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaultId, groupIds: ['vault'] } }
    ]
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: 'privatelink.vaultcore.azure.net'
  location: 'global'
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: zone
  name: 'contoso-vnet'
  location: 'global'
  properties: {
    registrationEnabled: false
    resolutionPolicy: 'NxDomainRedirect'
    virtualNetwork: { id: networkId }
  }
}

resource record 'Microsoft.Network/privateDnsZones/A@2024-06-01' = {
  parent: zone
  name: 'contoso-kv'
  properties: { ttl: 300, aRecords: [{ ipv4Address: '10.0.1.4' }] }
}
