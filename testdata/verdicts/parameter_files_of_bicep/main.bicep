// Two parameter files that leave another parameter open.
// pass AKV101 in 1 deployment

param environment string
param isWatched bool

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    enablePurgeProtection: isWatched ? true : null // fail AKV702 when isWatched is false in 2 deployments
    networkAcls: {
      defaultAction: environment == 'prod' ? 'Deny' : 'Allow' // fail AKV101 in 1 deployment
    }
  }
}
