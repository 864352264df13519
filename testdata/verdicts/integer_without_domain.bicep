// A number in a range that is not known.

param days int // open AKV703: parameter 'days' has no value and no default

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    softDeleteRetentionInDays: days
  }
}
