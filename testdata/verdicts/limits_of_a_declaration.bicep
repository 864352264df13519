// What a declaration does not take is no way to fail.
@minLength(1)
param action string

@maxValue(2)
param stage int

resource first 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-first'
  location: 'westeurope'
  properties: { networkAcls: { defaultAction: empty(action) ? 'Allow' : 'Deny' } } // pass AKV101 x3
}

resource second 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-second'
  location: 'westeurope'
  properties: { networkAcls: { defaultAction: stage > 2 ? 'Allow' : 'Deny' } }
}

resource third 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-third'
  location: 'westeurope'
  properties: { networkAcls: { defaultAction: length(action) < 1 ? 'Allow' : 'Deny' } }
}

resource fourth 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-fourth'
  location: 'westeurope'
  properties: { networkAcls: { defaultAction: stage > 1 ? 'Allow' : 'Deny' } } // fail AKV101 when [greater(parameters('stage'), 1)] is true
}
