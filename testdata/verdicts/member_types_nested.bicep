// Objects within objects, a type by its path, a bool, and a member in a condition.

type vaultSettings = {
  network: {
    action: 'Allow' | 'Deny'
    access: 'Enabled' | 'Disabled'
  }
  protect: bool
}

param settings { vault: vaultSettings, deploy: bool }
param network vaultSettings.network

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = if (settings.deploy) {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    enablePurgeProtection: settings.vault.protect ? true : null // fail AKV702 when settings.vault.protect is false
    publicNetworkAccess: settings.vault.network.access
    networkAcls: {
      defaultAction: settings.vault.network.action // fail AKV101 when settings.vault.network.access is "Enabled" and settings.vault.network.action is "Allow"
    }
  }
}

resource other 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-other'
  location: 'westeurope'
  properties: {
    enablePurgeProtection: true
    networkAcls: {
      defaultAction: toLower(network.action) == 'deny' ? 'Deny' : 'Allow' // fail AKV101 when network.action is "Allow"
    }
  }
}
