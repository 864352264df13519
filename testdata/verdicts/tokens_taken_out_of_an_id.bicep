// A name that is taken out of an id has its tokens as the name itself has them, and so it is the name of the same vault.

param prefix string = '#_namePrefix_#'

var vaultId = resourceId('Microsoft.KeyVault/vaults', 'dep-${prefix}-kv')

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'dep-${prefix}-kv'
  location: 'westeurope'
  properties: {
    enableRbacAuthorization: true
    publicNetworkAccess: 'Disabled'
  }
}

resource policies 'Microsoft.KeyVault/vaults/accessPolicies@2026-02-01' = {
  name: '${last(split(vaultId, '/'))}/add'
  properties: {
    accessPolicies: [{ objectId: 'a', tenantId: 'b', permissions: { secrets: ['get'] } }] // fail AKV803
  }
}
