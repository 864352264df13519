param clients string

resource closed 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'closed-kv'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    publicNetworkAccess: 'Disabled'
    enabledForTemplateDeployment: false
    networkAcls: { bypass: 'None', defaultAction: 'Deny' }
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'metrics'
  scope: closed
  properties: { workspaceId: 'logs', logs: [{ category: 'AuditEvent', enabled: false }] }
}

resource subnets 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'subnets-kv'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: 'Deny'
      virtualNetworkRules: [{ id: clients }]
    }
  }
}

resource perimeter 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'perimeter-kv'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    publicNetworkAccess: 'Enabled'
    networkAcls: { bypass: 'AzureServices', defaultAction: 'Deny' }
  }
}

output perimeter string = perimeter.id
