resource one 'Contoso.Test/shops/shelves@2024-01-01' = [
  for number in range(0, 2): {
    parent: one[number]
    name: 'one${number}'
  }
]

resource two 'Contoso.Test/shops/shelves@2024-01-01' = [
  for number in range(0, 2): {
    parent: three[number]
    name: 'two${number}'
  }
]

resource three 'Contoso.Test/shops/shelves@2024-01-01' = [
  for number in range(0, 2): {
    parent: two[number]
    name: 'three${number}'
  }
]

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  tags: { one: one[0].id, two: two[1].name }
  properties: { tenantId: 't', sku: { family: 'A', name: 'standard' } }
}
