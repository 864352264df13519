// A typed object that is handed on as a whole has the members of its type, and others unless it is sealed.

type acls = {
  defaultAction: 'Allow' | 'Deny'
  bypass: 'AzureServices' | 'None'
}

@sealed()
type sealed = {
  defaultAction: 'Allow' | 'Deny'
  bypass: ('AzureServices' | 'None')?
}

param settings { acls: acls, sealed: sealed, perhaps: acls? }

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: settings.acls // fail AKV101 when settings.acls.defaultAction is "Allow" // fail AKV102 when settings.acls.defaultAction is "Deny" and settings.acls.bypass is "None" // open AKV201: parameter 'settings' has no value and no default
  }
}

resource merged 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-merged'
  location: 'westeurope'
  properties: {
    networkAcls: union({ defaultAction: 'Deny', bypass: 'None' }, settings.acls) // fail AKV101 when settings.acls.defaultAction is "Allow" // fail AKV102 when settings.acls.defaultAction is "Deny" and settings.acls.bypass is "None" // open AKV201: parameter 'settings' has no value and no default
  }
}

resource spread 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-spread'
  location: 'westeurope'
  properties: {
    networkAcls: { bypass: 'None', ...settings.sealed, ipRules: [] } // fail AKV101 when settings.sealed.defaultAction is "Allow" // fail AKV102 when settings.sealed.defaultAction is "Deny" and settings.sealed.bypass is "None" // pass AKV201
  }
}

resource closed 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-closed'
  location: 'westeurope'
  properties: {
    networkAcls: settings.sealed // fail AKV101 when settings.sealed.defaultAction is "Allow" // fail AKV102 when settings.sealed.defaultAction is "Deny" and settings.sealed.bypass is "None" // pass AKV201
  }
}

resource overridden 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-overridden'
  location: 'westeurope'
  properties: {
    networkAcls: { ...settings.acls, bypass: 'AzureServices', defaultAction: 'Deny' } // pass AKV101 // pass AKV102 // open AKV201: parameter 'settings' has no value and no default
  }
}

resource perhaps 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-perhaps'
  location: 'westeurope'
  properties: {
    networkAcls: settings.?perhaps ?? { defaultAction: 'Deny' } // fail AKV101 when settings.perhaps.defaultAction is "Allow" // fail AKV102 when settings.perhaps.defaultAction is "Deny" and settings.perhaps.bypass is "None" // open AKV201: parameter 'settings' has no value and no default
  }
}

resource absent 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-absent'
  location: 'westeurope'
  properties: {
    networkAcls: settings.?perhaps // fail AKV101 when settings.perhaps is null // fail AKV102 when settings.perhaps.defaultAction is "Deny" and settings.perhaps.bypass is "None" // open AKV201: parameter 'settings' has no value and no default
  }
}

// Whether it is the same is not decided member by member.
resource compared 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-compared'
  location: 'westeurope'
  properties: {
    networkAcls: { defaultAction: settings.acls == settings.acls && settings.sealed != {} ? 'Deny' : 'Allow' } // pass AKV101
  }
}
