@allowed(['Deny'])
param action string
param name string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: action
      bypass: 'AzureServices'
    }
  }
}
