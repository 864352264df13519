param hubVaultId string

module vault 'vault.bicep' = {
  name: 'vault'
}

module endpoint 'endpoint.bicep' = {
  name: 'endpoint'
  params: { vaultId: hubVaultId }
}
