// Null leaves the property out, and absent `networkAcls` are open to all networks.

param networkAcls object?

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: networkAcls == null ? null : { defaultAction: 'Deny' } // fail AKV101
  }
}
