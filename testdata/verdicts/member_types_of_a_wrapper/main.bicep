// A module that takes the members of its caller, who may leave each of them out.

type acls = {
  bypass: ('AzureServices' | 'None')?
  defaultAction: ('Allow' | 'Deny')?
  ipRules: string[]?
}

type vaultSettings = {
  name: string
  networkAcls: acls?
  access: ('Enabled' | 'Disabled')?
  protect: bool?
}

param settings vaultSettings

module vault 'vault.bicep' = {
  params: {
    networkAcls: settings.?networkAcls
    access: settings.?access ?? '' // fail AKV101 when settings.access is "Enabled" and settings.networkAcls is null
    protect: settings.?protect
  }
}
