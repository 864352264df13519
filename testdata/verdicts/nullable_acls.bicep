// Nothing in the template tells null from other values.

param networkAcls object?

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: networkAcls // open AKV101: parameter 'networkAcls' has no value and no default
  }
}
