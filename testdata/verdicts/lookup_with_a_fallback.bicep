// What is not in the map falls back to an open firewall.

param environment string

var actions = {
  prod: 'Deny'
  test: 'Deny'
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: actions[?environment] ?? 'Allow' // fail AKV101 when environment is not "prod", "test"
    }
  }
}
