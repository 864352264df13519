param vaults array
param count int
param names array = [ 'a', 'b' ]

resource each 'Microsoft.KeyVault/vaults@2023-07-01' = [for (vault, i) in vaults: if (vault.deploy) {
  name: 'kv-${vault.name}-${i}'
  properties: {
    rules: [for rule in vault.rules: { value: rule, of: vault.name }]
    position: i
  }
}]

resource counted 'Microsoft.KeyVault/vaults@2023-07-01' = [for i in range(0, count): {
  name: 'counted${i}'
  properties: {}
}]

resource known 'Microsoft.KeyVault/vaults@2023-07-01' = [for name in names: {
  name: 'known-${name}'
  properties: { publicNetworkAccess: name == 'a' ? 'Enabled' : 'Disabled' }
}]

resource secrets 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = [for (name, i) in names: {
  parent: known[i]
  name: 'secret-${name}'
  properties: { value: known[i].properties.publicNetworkAccess, of: known[i].id }
}]

var doubled = [for (name, i) in names: '${name}${i}']

output ids array = [for (name, i) in names: known[i].id]
output doubled array = doubled
output undecided array = [for vault in vaults: vault.name]
output second string = known[1].name
