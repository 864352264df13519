// All that the map holds is good; a name that it does not hold fails the deployment.
// pass AKV101

param environment string

var acls = {
  prod: { defaultAction: 'Deny' }
  dev: { defaultAction: 'deny' }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: acls[environment]
  }
}
