param networkAcls {
  bypass: ('AzureServices' | 'None')?
  defaultAction: ('Allow' | 'Deny')?
  ipRules: string[]?
}?
param access string = ''
param protect bool = true

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    enablePurgeProtection: protect ? protect : null // fail AKV702 when settings.protect is false
    publicNetworkAccess: !empty(access) ? access : (!empty(networkAcls ?? {}) ? 'Enabled' : 'Disabled')
    networkAcls: !empty(networkAcls ?? {})
      ? {
          bypass: networkAcls.?bypass ?? 'AzureServices'
          defaultAction: networkAcls.?defaultAction ?? 'Deny' // fail AKV101 when settings.access is "Enabled" and settings.networkAcls.defaultAction is "Allow"
          ipRules: networkAcls.?ipRules ?? []
        }
      : null
  }
}
