param action string // open AKV101 x2: what is given to parameter 'action' refers to itself

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-${deployment().name}'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: action
    }
  }
}

output action string = action
