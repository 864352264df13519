// Of copies of which nobody knows how many there are, what one reads of another is not looked up: it may be the opposite.

param vaults array

module vault 'vault.bicep' = [for one in vaults: {
  name: 'vault-${one.name}'
  params: { name: one.name }
}]

module policies 'policies.bicep' = [for one in vaults: {
  name: 'policies-${one.name}'
  params: { name: one.name }
  dependsOn: [vault]
}]
