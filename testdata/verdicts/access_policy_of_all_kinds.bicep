// Each kind of right is granted apart, and told apart.
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-kinds'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    accessPolicies: [
      {
        tenantId: tenant().tenantId
        objectId: '00000000-0000-0000-0000-000000000001'
        permissions: {
          keys: ['all'] // fail AKV802 x1
          secrets: ['get', 'all'] // fail AKV802 x1
          certificates: ['get', 'purge'] // fail AKV802 x1
          storage: ['get']
        }
      }
    ]
  }
}
