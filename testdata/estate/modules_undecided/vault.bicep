param name string
param bypass string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      bypass: bypass
      defaultAction: 'Deny'
      virtualNetworkRules: [{ id: resourceId('Microsoft.Network/virtualNetworks/subnets', 'hub-vnet', 'clients') }]
    }
  }
}

output id string = vault.id
