// A condition that nobody knows offline takes nothing from a fail.

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = if (startsWith(resourceGroup().name, 'rg-')) {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Allow' // fail AKV101
    }
  }
}
