// A member that may be missing is decided by itself.

param acls { bypass: string?, action: string? }

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: acls.?action ?? 'Allow' // fail AKV101 when acls.action is null
      bypass: acls.?bypass ?? 'AzureServices'
    }
  }
}
