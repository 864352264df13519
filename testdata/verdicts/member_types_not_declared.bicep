// What is not declared to be one of a few values stays open.

type acls = {
  action: string
  bypass: array
}

param settings acls
@secure()
param secret { action: 'Allow' | 'Deny' }

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: settings.action // open AKV101: parameter 'settings' has no value and no default
      bypass: settings.bypass[0] // open AKV102: parameter 'settings' has no value and no default
    }
  }
}

resource other 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-other'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: secret.action // open AKV101: parameter 'secret' is a secret
    }
  }
}
