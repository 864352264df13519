module vault 'vault.bicep' = {
  name: 'vault'
}

module endpoints 'endpoints.bicep' = {
  name: 'endpoints'
  params: { vaultId: vault.outputs.id }
}

module dns 'dns.bicep' = {
  name: 'dns'
  params: { endpoints: endpoints.outputs.names }
}
