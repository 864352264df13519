param name string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: name
}

resource policies 'Microsoft.KeyVault/vaults/accessPolicies@2023-07-01' = if (vault.properties.enableRbacAuthorization) {
  parent: vault
  name: 'add'
  properties: {
    accessPolicies: [
      { tenantId: tenant().tenantId, objectId: '00000000-0000-0000-0000-000000000001', permissions: { secrets: ['get'] } } // fail AKV803
    ]
  }
}
