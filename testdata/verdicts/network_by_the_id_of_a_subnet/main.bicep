// What an id is made of is known though a name in it is not: no segment of it has a slash.

param networkName string
param vaultName string
param group string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: networkName
  location: 'westeurope'
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [{ name: 'endpoints', properties: { addressPrefix: '10.0.0.0/24' } }]
  }
}

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: vaultName
  scope: resourceGroup(group)
}

module byName 'by_name.bicep' = {
  name: 'by-name'
  params: { subnetId: '${network.id}/subnets/endpoints', vaultId: vault.id }
}

module byCut 'by_cut.bicep' = {
  name: 'by-cut'
  params: { subnetId: network.properties.subnets[0].id, vaultId: vault.id }
  dependsOn: [byName]
}

module elsewhere 'elsewhere.bicep' = {
  name: 'elsewhere'
  params: { subnetId: '${network.id}/subnets/endpoints', vaultId: vault.id }
  dependsOn: [byCut]
}
