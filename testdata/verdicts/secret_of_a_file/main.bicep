// What a file beside the template says as it stands is as readable as the template.

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv-contoso'
}

resource ofText 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'of-text'
  properties: {
    value: loadTextContent('password.txt')
  }
}

resource ofYaml 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'of-yaml'
  properties: {
    value: loadYamlContent('passwords.yaml').password
  }
}

resource putTogether 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'put-together'
  properties: {
    value: 'Server=sql;Password=${loadTextContent('password.txt')}' // pass AKV710
  }
}
