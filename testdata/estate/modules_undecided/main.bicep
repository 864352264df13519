param vaultName string
param zoneName string
param region string
param groups array
param link object
param prefixes array
param mode string
param bypass string
param others array
param secretsName string
param zoneRegion string

module vault 'vault.bicep' = {
  name: 'vault'
  params: { name: vaultName, bypass: bypass }
}

resource read 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: secretsName
}

module endpoint 'endpoint.bicep' = {
  name: 'endpoint'
  params: { vaultId: vault.outputs.id, region: region, groups: groups, others: others }
}

module dns 'dns.bicep' = {
  name: 'dns'
  params: { zoneName: zoneName, link: link, region: zoneRegion, address: '10.0.0.4', vaultName: vaultName }
}

module perimeter 'perimeter.bicep' = {
  name: 'perimeter'
  params: { vaultId: vault.outputs.id, prefixes: prefixes, mode: mode, password: read.getSecret('password') }
}
