// Null leaves the property out, which is off.

param environment string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: 'Disabled'
    enablePurgeProtection: environment == 'prod' ? true : null // fail AKV702 when environment is not "prod"
  }
}
