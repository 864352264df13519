// `=~` holds for every spelling of the literal, so that no spelling may be taken for "anything else".

param environment string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: environment =~ 'prod' ? 'Deny' : 'Allow' // fail AKV101 when [toLower(parameters('environment'))] is not "prod"
    }
  }
}
