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
