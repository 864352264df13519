// pass AKV101

param name string
param action string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: 'westeurope'
  properties: {
    enablePurgeProtection: false // fail AKV702 x2
    networkAcls: {
      defaultAction: action
    }
  }
}
