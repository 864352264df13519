// What an endpoint connects to is told by the id, whichever way it comes; of one that nothing gives a value nothing is said.

param name string
param targetId string

resource existingVault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: name
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: 'st${name}'
}

module vault 'vault.bicep' = {
  name: 'vault'
  params: { name: '${name}-2' }
}

module byId 'endpoint.bicep' = {
  name: 'byId'
  params: { name: 'by-id', targetId: existingVault.id, group: 'keyvault' }
}

module byOutput 'endpoint.bicep' = {
  name: 'byOutput'
  params: { name: 'by-output', targetId: vault.outputs.id, group: 'keyvault' }
}

var services = [
  { name: 'vault', id: vault.outputs.id, group: 'keyvault' }
  { name: 'storage', id: storage.id, group: 'blob' }
]

module byItem 'endpoint.bicep' = [for service in services: {
  name: 'by-${service.name}'
  params: { name: 'by-${service.name}', targetId: service.id, group: service.group }
}]

module unknown 'endpoint.bicep' = {
  name: 'unknown'
  params: { name: 'unknown', targetId: targetId, group: 'keyvault' }
}

module unknownVault 'endpoint.bicep' = {
  name: 'unknownVault'
  params: { name: 'unknown-vault', targetId: targetId, group: 'vault' }
}
