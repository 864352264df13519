// Two comparisons of one number go together where some number is left by both, and by what it is said not to be.

param count int
@maxValue(9)
param days int
param names string[]
param word string
param settings { days: int }
@minValue(5)
@maxValue(5)
param five int
type few = {
  @minValue(1)
  @maxValue(3)
  days: int
}
param some few

// No number is more than three and less than two.
resource never 'Microsoft.KeyVault/vaults@2023-07-01' = { // pass AKV101 x8
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

resource other 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-other'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: count != 5 && count > 4 ? 'Allow' : 'Deny' // fail AKV101 when count is not 5 and [greater(parameters('count'), 4)] is true
    }
  }
}

// Nothing is left between four and seven.
resource none 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-none'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: count != 5 && count != 6 && count > 4 && count < 7 ? 'Allow' : 'Deny'
    }
  }
}

// Nor is there anything from nine up that is not nine.
resource limited 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-limited'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: days != 9 && days != 8 && days > 7 ? 'Allow' : 'Deny'
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

// There is no other number within the limits.
resource excluded 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-excluded'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: five != 5 || (some.days != 1 && some.days != 2 && some.days != 3) ? 'Allow' : 'Deny'
    }
  }
}

// No number is greater than the greatest.
resource greatest 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-greatest'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: count >= 9223372036854775807 && count != 9223372036854775807 ? 'Allow' : 'Deny'
    }
  }
}
