resource closed 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'closed-kv'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    publicNetworkAccess: 'Disabled'
    networkAcls: { bypass: 'None', defaultAction: 'Deny' }
  }
}

resource open 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'public-kv'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    publicNetworkAccess: 'Enabled'
  }
}
