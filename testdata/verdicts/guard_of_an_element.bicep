// What a guard says of one element it may not say of another: it is no decision.

param sites array

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
      ipRules: [for site in sites: { value: startsWith(site, 'a') ? '198.41.0.0/25' : '198.41.0.128/25' }] // open AKV207: parameter 'sites' has no value and no default
    }
  }
}
