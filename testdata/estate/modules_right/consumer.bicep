@secure()
param password string
param vaultId string

resource encryption 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'contoso-des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: { sourceVault: { id: vaultId }, keyUrl: 'https://contoso-kv.vault.azure.net/keys/disks/1' }
  }
}

resource plan 'Microsoft.Sql/servers@2023-08-01' = {
  name: 'contoso-sql'
  location: 'westeurope'
  properties: { administratorLogin: 'contoso', administratorLoginPassword: password }
}
