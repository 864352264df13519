// What extends itself extends nothing that is known.

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = { // open AKV601: the id of this resource refers to itself; diagnostic settings may exist
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {}
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: audit
  properties: {
    workspaceId: '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/log'
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}
