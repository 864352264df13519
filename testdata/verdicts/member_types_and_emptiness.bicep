// An object is empty only where its type requires no member, and what is empty has none.

type required = {
  action: 'Allow' | 'Deny'
  rules: string[]?
}

type optional = {
  action: ('Allow' | 'Deny')?
  rules: string[]?
}

param settings { required: required?, optional: optional? }
param named { text: string }

resource one 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-one'
  location: 'westeurope'
  properties: {
    networkAcls: empty(settings.?required ?? {}) ? { defaultAction: 'Deny' } : {
      defaultAction: settings.required!.action // fail AKV101 when settings.required.action is "Allow"
    }
  }
}

resource two 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-two'
  location: 'westeurope'
  properties: {
    networkAcls: !empty(settings.?optional ?? {})
      ? { defaultAction: settings.?optional.?action ?? 'Deny' } // fail AKV101 when settings.optional.action is "Allow"
      : { defaultAction: empty(settings.?optional.?action) ? 'Deny' : 'Allow' }
  }
}

resource three 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-three'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: empty(settings.?optional) ? 'Allow' : 'Deny' // fail AKV101 when settings.optional is {}
    }
  }
}

resource four 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-four'
  location: 'westeurope'
  properties: {
    networkAcls: empty(named) ? { defaultAction: 'Deny' } : {
      defaultAction: contains(named.text, 'open') ? 'Allow' : 'Deny' // fail AKV101 when [contains(parameters('named').text, 'open')] is true
    }
  }
}
