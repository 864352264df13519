@allowed(['Deny', 'Refuse'])
param action string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-sixth'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: action
    }
  }
}
