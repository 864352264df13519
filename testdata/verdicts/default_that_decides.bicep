// A default decides, though other values are allowed.
// pass AKV101

@allowed(['dev', 'prod'])
param environment string = 'prod'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: environment == 'prod' ? 'Deny' : 'Allow'
    }
  }
}
