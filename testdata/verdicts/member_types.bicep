// The members of a parameter are enumerated where its type says what they may be.
// pass AKV104

type acls = {
  defaultAction: 'Allow' | 'Deny'
  bypass: ('AzureServices' | 'None')?
}

param settings acls

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: settings.defaultAction // fail AKV101 when settings.defaultAction is "Allow"
      bypass: settings.?bypass // fail AKV102 when settings.defaultAction is "Deny" and settings.bypass is "None"
    }
  }
}
