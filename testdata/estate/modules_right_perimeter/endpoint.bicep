param vaultId string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' existing = {
  name: 'contoso-vnet'
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'contoso-pe'
  location: 'westeurope'
  properties: {
    subnet: { id: '${network.id}/subnets/endpoints' }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaultId, groupIds: ['vault'] } }
    ]
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: replace('privatelink${environment().suffixes.keyvaultDns}', '.vault.', '.vaultcore.')
  location: 'global'
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: zone
  name: 'contoso-vnet'
  location: 'global'
  properties: { registrationEnabled: false, resolutionPolicy: 'NxDomainRedirect', virtualNetwork: { id: network.id } }
}

resource group 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = {
  parent: endpoint
  name: 'default'
  properties: { privateDnsZoneConfigs: [{ name: 'vault', properties: { privateDnsZoneId: zone.id } }] }
}
