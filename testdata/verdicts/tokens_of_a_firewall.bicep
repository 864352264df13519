// What a pipeline fills in may be anything: neither a firewall that is open nor one that is closed.

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: '#{DefaultAction}#' // open AKV101: `#{DefaultAction}#` is replaced by something else
    }
  }
}

resource other 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-other'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: '$(PublicAccess)' // open AKV101: `$(PublicAccess)` is replaced by something else
  }
}

resource closed 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-closed'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: 'Disabled'
    networkAcls: {
      defaultAction: '#{DefaultAction}#'
    }
  }
}
