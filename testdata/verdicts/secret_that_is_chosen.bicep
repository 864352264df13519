// A secret that one side of a choice spells out is in the template, whatever the other side is.

param production bool

@secure()
param password string

@secure()
param other string

@secure()
param optional string?

param plain string // fail AKV710 warning when production is false

@allowed(['dev', 'test'])
param environment string

var passwords = {
  dev: 'hunter2' // fail AKV710 when environment is "dev"
  test: 'hunter3' // fail AKV710 when environment is "test"
}

var settings = {
  dev: { password: 'hunter2' } // fail AKV710 when environment is "dev"
  test: { password: 'hunter3' } // fail AKV710 when environment is "test"
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv-contoso'
}

resource ofAChoice 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'of-a-choice'
  properties: {
    value: production ? password : 'hunter2' // fail AKV710 when production is false
  }
}

resource ofAnEmptyOne 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'of-an-empty-one'
  properties: {
    value: empty(password) ? 'hunter2' : password // fail AKV710 when [empty(parameters('password'))] is true
  }
}

resource withAFallback 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'with-a-fallback'
  properties: {
    value: optional ?? 'hunter2' // open AKV710: parameter 'optional' is a secret
  }
}

resource ofAMap 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'of-a-map'
  properties: {
    value: passwords[environment]
  }
}

resource ofAPlainOne 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'of-a-plain-one'
  properties: {
    value: production ? password : plain
  }
}

resource ofTwoSecureOnes 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'of-two-secure-ones'
  properties: {
    value: production ? password : other // pass AKV710
  }
}

resource ofAMember 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'of-a-member'
  properties: {
    value: settings[environment].password
  }
}
