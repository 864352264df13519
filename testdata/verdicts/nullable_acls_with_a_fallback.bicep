// Null falls back to a closed firewall; anything else is not known.

param networkAcls object?

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: networkAcls ?? { defaultAction: 'Deny' } // open AKV101: parameter 'networkAcls' has no value and no default
  }
}
