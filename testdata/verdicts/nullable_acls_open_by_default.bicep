// Null falls back to an open firewall.

param networkAcls object?

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: networkAcls ?? { defaultAction: 'Allow' } // fail AKV101
  }
}
