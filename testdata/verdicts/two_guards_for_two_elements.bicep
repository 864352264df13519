// Each element hangs on a guard of its own over the same parameter. One guard is enough for a fail.

param site string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
      ipRules: [
        { value: startsWith(site, 'a') ? '10.0.0.1' : '198.41.0.4' } // fail AKV203 when [startsWith(parameters('site'), 'a')] is true
        { value: startsWith(site, 'b') ? '10.0.0.2' : '198.41.0.5' } // fail AKV203 when [startsWith(parameters('site'), 'b')] is true
      ]
    }
  }
}
