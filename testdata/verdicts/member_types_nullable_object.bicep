// What a member is read of may be null, and then the member is.

type acls = {
  action: 'Allow' | 'Deny'
  bypass: 'AzureServices' | 'None'
}

param settings { acls: acls? }

resource closed 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-closed'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: settings.?acls.?action ?? 'Deny' // fail AKV101 when settings.acls.action is "Allow"
    }
  }
}

resource open 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-open'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: settings.?acls.?action ?? 'Allow' // fail AKV101 when settings.acls is null // fail AKV101 when settings.acls.action is "Allow"
    }
  }
}

resource guarded 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-guarded'
  location: 'westeurope'
  properties: {
    networkAcls: settings.?acls == null ? { defaultAction: 'Deny' } : {
      defaultAction: settings.acls!.action // fail AKV101 when settings.acls.action is "Allow"
      bypass: settings.acls!.bypass
    }
  }
}
