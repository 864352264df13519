// A choice decides how many copies there are, and each is looked at where that is known.
param production bool

var vaults = production ? [
  { name: 'kv-one', action: 'Deny' }
  { name: 'kv-two', action: 'Allow' } // fail AKV101
] : []

resource all 'Microsoft.KeyVault/vaults@2023-07-01' = [for one in vaults: {
  name: one.name // pass AKV902
  location: 'westeurope'
  properties: {
    networkAcls: { defaultAction: one.action }
  }
}]
