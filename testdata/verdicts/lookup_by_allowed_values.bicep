// An entry of the map that the domain does not reach is never looked up.
// pass AKV101

@allowed(['prod', 'test'])
param environment string

var acls = {
  prod: { defaultAction: 'Deny' }
  test: { defaultAction: 'Deny' }
  dev: { defaultAction: 'Allow' }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: acls[environment]
  }
}
