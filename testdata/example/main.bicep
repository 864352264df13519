// A vault for an application, and the private endpoint that leads to it.
@allowed(['dev', 'prod'])
param environment string

@description('Address ranges of the office.')
param officeRanges array = [
  '203.0.114.0/24'
  '10.20.0.0/16'
]

param location string = resourceGroup().location
param subnetId string

var acls = environment == 'prod'
  ? { defaultAction: 'Deny', bypass: 'None', ipRules: [for range in officeRanges: { value: range }] }
  : { defaultAction: 'Allow' }

module vault 'modules/vault.bicep' = {
  name: 'vault'
  params: {
    name: 'kv-shop-${environment}'
    location: location
    networkAcls: acls
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'pe-shop'
  location: location
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: 'vault'
        properties: { privateLinkServiceId: vault.outputs.id, groupIds: ['vaults'] }
      }
    ]
  }
}
