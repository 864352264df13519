// Whatever the elements are, what is made of them is bad; it is open, because there may be none.

param hosts array

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
      ipRules: [for host in hosts: { value: '10.0.0.${host}' }] // open AKV203: parameter 'hosts' has no value and no default
    }
  }
}
