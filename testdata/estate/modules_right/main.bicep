param location string = 'westeurope'

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'contoso-logs'
  location: location
}

module network 'network.bicep' = {
  name: 'network'
  params: { location: location }
}

module vault 'vault.bicep' = {
  name: 'vault'
  params: { location: location, clients: network.outputs.clients, logs: logs.id }
}

module endpoint 'endpoint.bicep' = {
  name: 'endpoint'
  params: { location: location, vaultId: vault.outputs.id, subnetId: network.outputs.endpoints, networkId: network.outputs.id }
}

resource existing 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'contoso-kv'
}

module consumer 'consumer.bicep' = {
  name: 'consumer'
  params: { password: existing.getSecret('password'), vaultId: vault.outputs.id }
}
