resource alone 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'alone-kv'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    publicNetworkAccess: 'Disabled'
  }
}

resource many 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'many-kv'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    publicNetworkAccess: 'Disabled'
  }
}

resource open 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'public-kv'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    publicNetworkAccess: 'Enabled'
  }
}

output many string = many.id
output public string = open.id
