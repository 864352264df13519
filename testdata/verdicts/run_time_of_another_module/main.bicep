// What a module reads of a vault that another module declares is what is declared there.

param name string
param free string
param rbac bool

module vault 'vault.bicep' = {
  name: 'vault'
  params: { name: name, rbac: true }
}

module policies 'policies.bicep' = {
  name: 'policies'
  params: { name: name }
  dependsOn: [vault]
}

module freeVault 'vault.bicep' = {
  name: 'freeVault'
  params: { name: free, rbac: rbac }
}

module freePolicies 'policies.bicep' = {
  name: 'freePolicies'
  params: { name: free }
  dependsOn: [freeVault]
}

module wrong 'wrong.bicep' = {
  name: 'wrong'
  params: { name: name }
  dependsOn: [vault]
}
