// What may go over a default and could not be read is why the parameter is not known.

param action string = 'Deny' // open AKV101: elsewhere.bicepparam cannot be read
param name string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: action
    }
  }
}
