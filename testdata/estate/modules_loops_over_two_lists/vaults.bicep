param names array

resource vaults 'Microsoft.KeyVault/vaults@2024-11-01' = [for name in names: {
  name: 'kv-${name}'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    publicNetworkAccess: 'Disabled'
  }
}]
