// Two comparisons of one number go together where some number is left by both.

param count int
param names string[]
param word string
param settings { days: int }

// No number is more than three and less than two.
resource never 'Microsoft.KeyVault/vaults@2023-07-01' = { // pass AKV101 x4
  name: 'kv-never'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: count > 3 && count < 2 ? 'Allow' : 'Deny'
    }
  }
}

resource sometimes 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-sometimes'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: count > 3 && 5 > count ? 'Allow' : 'Deny' // fail AKV101 when [greater(parameters('count'), 3)] is true and [greater(5, parameters('count'))] is true
    }
  }
}

resource last 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-last'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: count >= 3 ? 'Deny' : count <= 1 ? 'Deny' : count == 2 ? 'Deny' : 'Allow'
    }
  }
}

resource lengths 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-lengths'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: (length(names) > 3 && length(names) < 3) || (length(word) < 4 && 4 < length(word)) ? 'Allow' : 'Deny'
    }
  }
}

resource member 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-member'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: !(settings.days > 7) && settings.days > 9 ? 'Allow' : 'Deny'
    }
  }
}
