// A union type is a finite domain.

param exposure 'open' | 'closed' | 'private'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: exposure == 'private' ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: exposure == 'open' ? 'Allow' : 'Deny' // fail AKV101 when exposure is "open"
    }
  }
}
