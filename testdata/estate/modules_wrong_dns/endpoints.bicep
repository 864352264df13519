param vaultId string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'contoso-vnet'
  location: 'westeurope'
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [{ name: 'endpoints', properties: { addressPrefix: '10.0.1.0/24' } }]
  }
}

resource first 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'first-pe'
  location: 'westeurope'
  properties: {
    subnet: { id: '${network.id}/subnets/endpoints' }
    ipConfigurations: [
      { name: 'vault', properties: { groupId: 'vault', memberName: 'default', privateIPAddress: '10.0.1.4' } }
    ]
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaultId, groupIds: ['vault'] } }
    ]
  }
}

resource second 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'second-pe'
  location: 'westeurope'
  dependsOn: [first]
  properties: {
    subnet: { id: '${network.id}/subnets/endpoints' }
    ipConfigurations: [
      { name: 'vault', properties: { groupId: 'vault', memberName: 'default', privateIPAddress: '10.0.1.5' } }
    ]
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaultId, groupIds: ['vault'] } }
    ]
  }
}

resource nameless 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'nameless-pe'
  location: 'westeurope'
  properties: {
    subnet: { id: '${network.id}/subnets/endpoints' }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: resourceId('Microsoft.KeyVault/vaults', 'nameless-kv'), groupIds: ['vault'] } }
    ]
  }
}

output names array = [first.name, second.name]
