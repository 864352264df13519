param settings object

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: settings.?access ?? 'Enabled'
    networkAcls: {
      defaultAction: settings.action
    }
  }
}
