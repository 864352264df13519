// A pipeline and the Microsoft 365 Agents Toolkit fill in `${{…}}`, Octopus `#{…}`: what stands there is no part of a name.

param suffix string
param address string

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-${suffix}' // open AKV902: `${{ RESOURCE_SUFFIX }}` is replaced by something else before the deployment
  location: 'westeurope'
  properties: {
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'AzureServices'
      ipRules: [{ value: address }]
    }
  }
}
