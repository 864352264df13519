targetScope = 'subscription'
metadata description = 'all kinds of declarations'

import { sku, names as allNames } from 'types.bicep'
import * as shared from 'br/public:shared:1.0'
extension kubernetes with { namespace: 'default' } as k8s

type mode = 'dev' | 'prod' | null
type size = 1 | -2
type either = mode | 'test'
type rule = {
  value: string
  @minLength(1)
  tags: string[]?
  *: int
}
type pair = [ string, rule.value, shared.kind ]

@description('which')
@allowed([ 'a', 'b' ])
param choice string = 'a'
@secure()
@minLength(8)
@maxLength(64)
param password string?
param rules rule[] = []
param vault resourceInput<'Microsoft.KeyVault/vaults@2023-07-01'>.properties
param first pair[0]
@sys.secure()
param settings object

var list = [for (rule, i) in rules: '${i}${rule.value}']
var nested = { inner: [for i in range(0, 2): i] }

@export()
func join(a string, b string) string => '${a}-${b}'

@batchSize(2)
resource group 'Microsoft.Resources/resourceGroups@2022-09-01' = [for name in [ 'x', 'y' ]: {
  name: name
  location: deployment().location
}]

resource kept 'microsoft.keyvault/VAULTS@2023-07-01' existing = {
  scope: group[0]
  name: 'kv'

  resource key 'keys@2022-07-01' existing = {
    name: 'k'

    resource version 'versions' existing = {
      name: key.name
    }
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (choice == 'a') {
  scope: kept
  name: 'lock'
  dependsOn: [ group, group[1], kept::key ]
  properties: { level: 'CanNotDelete', notes: kept::key::version.id }
}

resource pod 'core/Pod@v1' = {
  metadata: { name: 'p' }
}

module plain 'modules/plain.bicep' = {
  params: {
    password: kept.getSecret('p')
    either: choice == 'a' ? kept.getSecret('q') : password
    list: [for i in [ 1 ]: i]
  }
}

module each 'br:example.azurecr.io/each:1' = [for (name, i) in list: if (i > 0) {
  name: name
  scope: resourceGroup(name)
  params: settings
}]

output ids array = [for i in [ 0, 1 ]: group[i].id]
@secure()
output secret string = plain.outputs.secret
output pod string = pod.metadata.name
