// Both decisions are needed for the fail.

param isProduction bool
param isTest bool
param isWatched bool

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    enablePurgeProtection: isWatched ? true : null // fail AKV702 when isWatched is false
    networkAcls: {
      defaultAction: isProduction ? 'Deny' : isTest ? 'Deny' : 'Allow' // fail AKV101 when isProduction is false and isTest is false
    }
  }
}
