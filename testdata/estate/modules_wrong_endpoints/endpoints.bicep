param vaultId string
param publicVaultId string
param subnetId string

resource manual 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'manual-pe'
  location: 'northeurope'
  properties: {
    subnet: { id: subnetId }
    manualPrivateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: publicVaultId, groupIds: ['vaults'] } }
    ]
  }
}

resource many 'Microsoft.Network/privateEndpoints@2024-05-01' = [for i in range(0, 65): {
  name: 'many-pe-${i}'
  location: 'westeurope'
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: 'vault', properties: { privateLinkServiceId: vaultId, groupIds: ['vault'] } }
    ]
  }
}]
