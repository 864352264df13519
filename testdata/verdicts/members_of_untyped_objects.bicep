// A member is one unknown however it is read, it is there only where what it is a member of is, and nothing is deployed where it is read and is not there.
// pass AKV101

param acls object

resource inner 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-inner'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: acls.?inner != null ? (acls.inner.mode == 'open' ? 'Allow' : 'Deny') : 'Deny' // fail AKV101 when acls.inner.mode is "open"
    }
  }
}

resource both 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-both'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: acls.?mode == 'open' ? (acls.mode == 'open' ? 'Deny' : 'Allow') : 'Deny'
    }
  }
}

resource refused 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-refused'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: acls.?list == null ? 'Allow' : 'Deny'
      ipRules: map(acls.list, one => { value: one })
    }
  }
}

resource guarded 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-guarded'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: acls.?inner != null ? (contains(acls.inner.modes, 'open') ? 'Allow' : 'Deny') : 'Deny' // fail AKV101 when acls.inner is not null and [contains(parameters('acls').inner.modes, 'open')] is true
    }
  }
}
