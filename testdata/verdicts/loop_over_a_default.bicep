// Each element has its own place.
// pass AKV101

param vaults array = [
  { name: 'kv-one', action: 'Deny' }
  { name: 'kv-two', action: 'Allow' } // fail AKV101
]

resource all 'Microsoft.KeyVault/vaults@2023-07-01' = [for one in vaults: {
  name: one.name
  location: 'westeurope'
  properties: {
    networkAcls: { defaultAction: one.action }
  }
}]
