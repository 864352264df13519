targetScope = 'subscription'

param environments array = [ 'dev', 'prod' ]
@secure()
param password string = ''

func vaultName(environment string) string => 'kv-${environment}'

resource group 'Microsoft.Resources/resourceGroups@2022-09-01' = {
  name: 'vaults'
  location: deployment().location
}

resource hub 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  scope: resourceGroup('hub')
  name: 'hub'
}

module vaults 'vault.bicep' = [for (environment, i) in environments: if (environment != 'test') {
  name: 'vault-${environment}'
  scope: group
  params: {
    name: vaultName(environment)
    rules: [for n in range(0, i + 1): '10.0.${n}.0/24']
    password: i == 0 ? hub.getSecret('password') : password
  }
}]

module other 'vault.bicep' = {
  scope: resourceGroup('other')
  params: {
    name: '${vaults[1].outputs.name}2'
    password: hub.getSecret('password')
  }
}

resource copied 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'copied'
  properties: { level: 'CanNotDelete', notes: other.outputs.value }
}

output id string = vaults[0].outputs.id
output uri string = other.outputs.uri
