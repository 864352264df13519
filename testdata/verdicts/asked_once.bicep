// What may be there and may be left out is one question, at the value.

param settings object

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: settings.?access ?? 'Disabled'
    networkAcls: settings.?networkAcls ?? {} // open AKV101: parameter 'settings' // open AKV205: parameter 'settings'
  }
}

// What an address is, is not asked again of the list that it is in.
param address string // open AKV205: parameter 'address'

resource other 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-other'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      defaultAction: 'Deny'
      ipRules: [
        { value: address }
        { value: '20.1.2.3' }
      ]
    }
  }
}
