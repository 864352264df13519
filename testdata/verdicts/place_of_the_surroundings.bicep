// What is known of the surroundings only when it is deployed is missed where it is asked for.

param baseName string = resourceGroup().name // open AKV902: resourceGroup()

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: baseName
  location: 'westeurope'
  properties: {}
}
