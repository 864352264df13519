// A nullable parameter without a value is null.

param networkAcls object? // fail AKV101

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: networkAcls
  }
}
