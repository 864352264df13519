module vaults 'vaults.bicep' = {
  name: 'vaults'
}

module endpoints 'endpoints.bicep' = {
  name: 'endpoints'
  params: { vaultId: vaults.outputs.many, publicVaultId: vaults.outputs.public, subnetId: network.outputs.endpoints }
}

module network 'network.bicep' = {
  name: 'network'
}
