param name string
param defaultAction 'Allow' | 'Deny' = 'Allow'
param tags object = {}
param retention int = 7
@secure()
param secret string
param fromEnvironment string = 'none'
param sku string = 'standard'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  tags: tags
  properties: {
    networkAcls: { defaultAction: defaultAction }
    retention: retention
    fromEnvironment: fromEnvironment
    sku: { family: 'A', name: sku }
    secret: secret
  }
}
