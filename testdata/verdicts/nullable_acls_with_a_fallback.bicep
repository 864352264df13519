// Null falls back to a closed firewall.
// pass AKV101

param networkAcls object?

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: networkAcls ?? { defaultAction: 'Deny' }
  }
}
