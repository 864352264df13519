// Two comparisons of one value exclude one another, whatever the value is made of.

param environment string

var isProduction = toLower(environment) == 'prod'
var isDevelopment = toLower(environment) == 'dev'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: isProduction ? 'Deny' : isDevelopment ? 'Allow' : 'Deny' // fail AKV101 when [toLower(parameters('environment'))] is "dev"
    }
  }
}
