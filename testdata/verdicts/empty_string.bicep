// `!empty` guards the deployment itself.
// pass AKV101

param vaultName string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = if (!empty(vaultName)) {
  name: vaultName
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: empty(vaultName) ? 'Allow' : 'Deny'
    }
  }
}
