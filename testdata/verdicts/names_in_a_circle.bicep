// Names that refer to each other by an index which is not decided have no value, and that is why.

param n int
param chosen int

resource one 'Microsoft.KeyVault/vaults@2023-07-01' = [
  for i in range(0, n): {
    name: '${two[chosen].name}${two[i].name}' // open AKV902: the name of this resource refers to itself
    location: 'westeurope'
    properties: {}
  }
]

resource two 'Microsoft.KeyVault/vaults@2023-07-01' = [
  for i in range(0, n): {
    name: '${one[chosen].name}${one[i].name}' // open AKV902: the name of this resource refers to itself
    location: 'westeurope'
    properties: {}
  }
]

resource alone 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: other.name
  location: 'westeurope'
  properties: {}
}

resource other 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: alone.name // open AKV902: the name of this resource refers to itself // open AKV902: the name of this resource refers to itself
  location: 'westeurope'
  properties: {}
}
