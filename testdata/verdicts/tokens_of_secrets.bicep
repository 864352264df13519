// What a pipeline fills in is not what is written, whichever side of a choice it is.

param isPrimary bool

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv-tokens'
}

resource chosen 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'chosen'
  properties: {
    value: isPrimary ? '#{Primary}#' : '#{Secondary}#' // open AKV710: `#{Primary}#` is replaced by something else before the deployment // open AKV710: `#{Secondary}#` is replaced by something else before the deployment
  }
}

resource alone 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'alone'
  properties: {
    value: '#{Primary}#' // open AKV710: `#{Primary}#` is replaced by something else before the deployment
  }
}
