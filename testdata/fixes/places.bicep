// Where a value is written decides whether and how it can be changed.
param purge bool = false
param bypass string
param names array = [ 'kv-place-one', 'kv-place-two' ]
var acls = {
  defaultAction: 'Deny'
  bypass: 'None'
}

resource shared 'Microsoft.KeyVault/vaults@2026-02-01' = [for name in names: {
  name: name
  location: 'westeurope'
  properties: {
    tenantId: subscription().tenantId
    enableRbacAuthorization: true
    enablePurgeProtection: purge ? true : false
    enableSoftDelete: false
    networkAcls: acls
    sku: { family: 'A', name: 'standard' }
  }
}]

resource given 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-place-three'
  location: 'westeurope'
  properties: {
    tenantId: subscription().tenantId
    enableRbacAuthorization: true
    enablePurgeProtection: true
    networkAcls: union({ defaultAction: 'Deny', bypass: bypass }, { ipRules: [ { value: '20.1.2.3/32' } ] })
    sku: { family: 'A', name: 'standard' }
  }
}
