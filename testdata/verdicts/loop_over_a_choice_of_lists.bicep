// Each list has its own copies, and only one of them a bad one.
param production bool

var names = production ? ['kv-one', 'kv-two'] : ['kv-dev', 'kv_dev'] // fail AKV902 when production is false

resource all 'Microsoft.KeyVault/vaults@2023-07-01' = [for name in names: {
  name: name
  location: 'westeurope'
  properties: {
    networkAcls: { defaultAction: 'Deny' }
  }
}]
