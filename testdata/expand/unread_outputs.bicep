module zone 'unread_output.bicep' = {
  name: 'a-name-of-more-than-sixty-four-characters-which-no-deployment-in-azure-has'
}

resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: zone.outputs.name
  location: 'westeurope'
  properties: { tenantId: 't', sku: { family: 'A', name: 'standard' } }
}
