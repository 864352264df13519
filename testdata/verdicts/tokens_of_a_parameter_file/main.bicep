// What a parameter file leaves to a pipeline, or to the Azure Developer CLI, is not known; a default in it is.

param environment string
param isPublic bool
param action 'Allow' | 'Deny'
param isOpen bool
param ranges array
param rules object
param days int

resource unknown 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-contoso-${environment}'
  location: 'westeurope'
  properties: {
    softDeleteRetentionInDays: days
    publicNetworkAccess: isPublic ? 'Enabled' : 'Disabled'
    networkAcls: {
      defaultAction: action
      bypass: environment == 'prod' ? 'AzureServices' : 'None' // fail AKV102 when isPublic is true and action is "Deny" and [equals('#{Environment}#', 'prod')] is false
      ipRules: ranges
    }
  }
}

resource open 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-contoso-open'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: isOpen ? 'Enabled' : 'Disabled'
    networkAcls: rules
  }
}
