// pass AKV803 x2

param name string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: name
}

var reader = {
  tenantId: tenant().tenantId
  objectId: '00000000-0000-0000-0000-000000000001'
  permissions: { secrets: ['get'] }
}

// Not deployed where the vault uses Azure RBAC.
resource guarded 'Microsoft.KeyVault/vaults/accessPolicies@2023-07-01' = if (!vault.properties.enableRbacAuthorization) {
  parent: vault
  name: 'add'
  properties: { accessPolicies: [reader] }
}

// Without policies there.
resource chosen 'Microsoft.KeyVault/vaults/accessPolicies@2023-07-01' = {
  parent: vault
  name: 'replace'
  properties: { accessPolicies: vault.properties.enableRbacAuthorization ? [] : [reader] }
}
