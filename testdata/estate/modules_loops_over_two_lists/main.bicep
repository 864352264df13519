param names array
param others array

module vaults 'vaults.bicep' = {
  name: 'vaults'
  params: { names: names }
}

module endpoints 'endpoints.bicep' = {
  name: 'endpoints'
  params: { names: others }
}
