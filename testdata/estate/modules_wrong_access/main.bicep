module network 'network.bicep' = {
  name: 'network'
}

module vaults 'vaults.bicep' = {
  name: 'vaults'
  params: { clients: network.outputs.clients }
}

resource closed 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: 'closed-kv'
}

module uses 'uses.bicep' = {
  name: 'uses'
  params: { password: closed.getSecret('password'), perimeterVault: vaults.outputs.perimeter }
}
