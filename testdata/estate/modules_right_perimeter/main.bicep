module vault 'vault.bicep' = {
  name: 'vault'
}

module perimeter 'perimeter.bicep' = {
  name: 'perimeter'
  params: { vaultId: vault.outputs.id }
}

module endpoint 'endpoint.bicep' = {
  name: 'endpoint'
  params: { vaultId: vault.outputs.id }
}
