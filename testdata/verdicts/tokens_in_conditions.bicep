// What a pipeline fills in may be what a condition asks for, wherever the token is written.

param environment string = '#{Environment}#'

var access = {
  dev: 'Enabled' // fail AKV101 when ['#{Environment}#'] is "dev"
  prod: 'Disabled'
}

resource ofACondition 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-of-a-condition'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: environment == 'dev' ? 'Enabled' : 'Disabled' // fail AKV101 when [equals('#{Environment}#', 'dev')] is true
  }
}

resource ofAPart 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-of-a-part'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: startsWith(environment, 'dev') ? 'Enabled' : 'Disabled' // fail AKV101 when [startsWith('#{Environment}#', 'dev')] is true
  }
}

resource ofAMap 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-of-a-map'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: access[environment]
  }
}

resource either 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-either'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: environment == 'dev' ? 'disabled' : 'Disabled' // pass AKV101
  }
}

resource byLength 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-by-length'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: length(environment) > 3 ? 'Disabled' : 'Enabled' // fail AKV101 when [greater(length('#{Environment}#'), 3)] is false
  }
}

resource byEmpty 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-by-empty'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: empty(environment) ? 'Enabled' : 'Disabled' // fail AKV101 when [empty('#{Environment}#')] is true
  }
}

resource byFirst 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-by-first'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: first(environment) == 'p' ? 'Enabled' : 'Disabled' // fail AKV101 when [first('#{Environment}#')] is "p"
  }
}

resource bySubstring 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-by-substring'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: substring(environment, 0, 1) == 'p' ? 'Enabled' : 'Disabled' // fail AKV101 when [substring('#{Environment}#', 0, 1)] is "p"
  }
}

resource byIndex 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-by-index'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: indexOf(environment, 'p') >= 0 ? 'Enabled' : 'Disabled' // fail AKV101 when [greaterOrEquals(indexOf('#{Environment}#', 'p'), 0)] is true
  }
}

resource byPieces 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-by-pieces'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: contains(split(environment, ','), 'dev') ? 'Enabled' : 'Disabled' // fail AKV101 when [contains(split('#{Environment}#', ','), 'dev')] is true
  }
}

resource byList 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-by-list'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: contains([environment, 'x'], 'dev') ? 'Enabled' : 'Disabled' // fail AKV101 when [contains(createArray('#{Environment}#', 'x'), 'dev')] is true
  }
}

resource byObject 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-by-object'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: { stage: environment } == { stage: 'dev' } ? 'Enabled' : 'Disabled' // fail AKV101 when [equals(createObject('stage', '#{Environment}#'), createObject('stage', 'dev'))] is true
  }
}

resource byBoth 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-by-both'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: empty(intersection([environment], ['dev'])) ? 'Disabled' : 'Enabled' // fail AKV101 when [empty(intersection(createArray('#{Environment}#'), createArray('dev')))] is false
  }
}

resource byFlag 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-by-flag'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: bool('#{IsOpen}#') ? 'Enabled' : 'Disabled' // fail AKV101 when [bool('#{IsOpen}#')] is true
  }
}

resource ofAnAddress 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-of-an-address'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
      ipRules: [{ value: cidrSubnet('#{Range}#', 28, 0) }] // open AKV201: `#{Range}#` is replaced by something else before the deployment
    }
  }
}
