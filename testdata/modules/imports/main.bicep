import { vaultName, skuName as sku, tagsOf } from 'naming.bicep'
import * as network from './network.bicep'
import { regionOf, accessMode, locations } from 'compiled.json'

param kind sku
param action network.acl.defaultAction
param mode accessMode = 'private'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: vaultName
  location: regionOf('eu')
  tags: tagsOf('vault', [1, 2])
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: kind }
    networkAcls: {
      defaultAction: action
      ipRules: [for range in network.ranges: { value: range }]
    }
    publicNetworkAccess: mode == 'private' ? 'Disabled' : 'Enabled'
    region: locations[0]
  }
}
