// The gravest case is told, with the assumption that makes it so grave.

param isPrivate bool

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'None' // fail AKV102 warning when isPrivate is false
    }
  }
}
