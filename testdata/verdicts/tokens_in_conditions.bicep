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
