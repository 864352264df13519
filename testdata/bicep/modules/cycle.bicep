var a = b
var b = a

resource one 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: two
  name: 'one'
  properties: { value: a }
}

resource two 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: one
  name: 'two'
  properties: { value: one.properties.value }
}
