// However a member is read, it is one: no combination has it twice.
// pass AKV101

type acls = {
  action: ('Allow' | 'Deny')?
}

param settings acls

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: (settings.?action ?? 'Deny') == 'Allow' ? (settings.action == 'Allow' ? 'Deny' : 'Allow') : 'Deny'
    }
  }
}
