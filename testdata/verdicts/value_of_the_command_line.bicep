// A value of the command line goes over the default.
// with environment = "dev"

@allowed(['dev', 'prod'])
param environment string = 'prod'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: environment == 'prod' ? 'Deny' : 'Allow' // fail AKV101
    }
  }
}
