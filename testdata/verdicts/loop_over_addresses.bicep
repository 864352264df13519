// A list of rules that is made of a parameter.

param addresses array

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
      ipRules: [for address in addresses: { value: address }] // open AKV201: parameter 'addresses' has no value and no default
    }
  }
}
