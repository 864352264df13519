// The items of an array have a type too: each copy of a loop has the members of its own.

type vault = {
  name: string
  acls: {
    defaultAction: 'Allow' | 'Deny'
    bypass: 'AzureServices' | 'None'
  }
  protect: bool
}

param vaults vault[]
param actions ('Allow' | 'Deny')[]
param pair [{ action: 'Allow' | 'Deny' }, string]

resource copies 'Microsoft.KeyVault/vaults@2023-07-01' = [for item in vaults: if (item.protect) {
  name: 'kv-${item.name}'
  location: 'westeurope'
  properties: {
    networkAcls: item.acls // fail AKV101 when vaults[copyIndex('copies')].acls.defaultAction is "Allow" // fail AKV102 when vaults[copyIndex('copies')].acls.defaultAction is "Deny" and vaults[copyIndex('copies')].acls.bypass is "None" // open AKV203: parameter 'vaults' has no value and no default
  }
}]

resource first 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-first'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: actions[0] // fail AKV101 when actions[0] is "Allow"
      bypass: vaults[1].acls.bypass // fail AKV102 when vaults[1].acls.bypass is "None" and actions[0] is "Deny"
    }
  }
}

resource paired 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-paired'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: pair[0].action // fail AKV101 when pair[0].action is "Allow"
    }
  }
}

// There may be no such item.
resource last 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-last'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: vaults[?2].?acls.?defaultAction ?? 'Deny' // fail AKV101 when vaults[2].acls.defaultAction is "Allow"
    }
  }
}

// What is said of an item in a list may hold for one and not for another.
resource listed 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-listed'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
      ipRules: [for item in vaults: { value: item.acls.bypass == 'None' ? '10.0.0.1' : '20.0.0.1' }] // open AKV203: parameter 'vaults' has no value and no default
    }
  }
}
