// A condition that has nothing to do with the fail is no part of the witness.

param deploy bool
param isPrivate bool

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = if (deploy) {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled' // fail AKV101 when isPrivate is false
  }
}
