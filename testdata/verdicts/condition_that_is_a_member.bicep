// A condition holds or does not, whatever it looks like.

param settings object

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = if (settings.deployVault) {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Allow' // fail AKV101
    }
  }
}
