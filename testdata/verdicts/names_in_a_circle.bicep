// Names that refer to each other by an index, decided or not, have no value, and that is why.

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

resource three 'Microsoft.KeyVault/vaults@2023-07-01' = [
  for i in range(0, 3): {
    name: '${four[i].name}x' // open AKV902 x3: the name of this resource refers to itself // open AKV902 x2: the name of this resource refers to itself
    location: 'westeurope'
    properties: {}
  }
]

resource four 'Microsoft.KeyVault/vaults@2023-07-01' = [
  for i in range(0, 3): {
    name: three[(i + 1) % 3].name // open AKV902: the name of this resource refers to itself
    location: 'westeurope'
    properties: {}
  }
]
