param prefix string
param hubGroup string = 'hub'

resource vault 'microsoft.keyvault/vaults@2023-07-01' = {
  name: '${prefix}-kv'
  location: resourceGroup().location
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
  }

  resource secret 'secrets' = {
    name: 'first'
    properties: {
      value: vault.name
      contentType: '${vault.properties.sku.name}/${vault.location}'
    }
  }
}

resource flat 'Microsoft.KeyVault/vaults/secrets@2022-07-01' = {
  parent: vault
  name: 'second'
  properties: {
    value: vault::secret.name
    contentType: vault::secret.type
  }
}

resource slashed 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  name: '${prefix}-kv/third'
  properties: {
    value: slashedId
  }
}

var slashedId = flat.id

resource network 'Microsoft.Network/virtualNetworks@2023-04-01' existing = {
  name: 'net'
  scope: resourceGroup(hubGroup)

  resource subnet 'subnets' existing = {
    name: 'endpoints'
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2023-04-01' = {
  name: '${vault.name}-pe'
  properties: {
    subnet: { id: network::subnet.id }
    privateLinkServiceConnections: [
      {
        name: 'kv'
        properties: { privateLinkServiceId: vault.id, groupIds: [ 'vault' ] }
      }
    ]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  scope: vault
  name: 'keep'
  properties: { level: 'CanNotDelete' }
}

output uri string = vault.properties.vaultUri
output version string = vault.apiVersion
