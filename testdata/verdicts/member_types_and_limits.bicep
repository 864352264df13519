// What the type of a member leaves out is no value that it can have.
// pass AKV101

param settings {
  @minLength(1)
  owner: string

  @minLength(2)
  rules: string[]
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: empty(settings.owner) || empty(settings.rules) ? 'Allow' : 'Deny'
    }
  }
}
