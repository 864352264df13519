param name string
param rules array = []
@secure()
param password string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: resourceGroup().location
  properties: {
    networkAcls: { ipRules: [for rule in rules: { value: rule }] }
  }

  resource secret 'secrets' = {
    name: 'password'
    properties: { value: password }
  }
}

output name string = vault.name
output id string = vault.id
output uri string = vault.properties.vaultUri
@secure()
output value string = vault::secret.properties.value
