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

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = [for (name, i) in names: {
  name: 'audit'
  scope: vaults[i]
  properties: {
    workspaceId: resourceId('Microsoft.OperationalInsights/workspaces', 'logs')
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}]

output ids array = [for (name, i) in names: vaults[i].id]
