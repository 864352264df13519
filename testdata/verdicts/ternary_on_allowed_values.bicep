// The first failing value of a finite domain is the witness.

@allowed(['prod', 'test', 'dev'])
param environment string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: environment == 'prod' ? 'Deny' : 'Allow' // fail AKV101 when environment is "test"
    }
  }
}
