// Two calls of one module: what is wrong in the module is one finding of two resources.

module one 'vault.bicep' = {
  name: 'one'
  params: { name: 'kv-one', action: 'Deny' }
}

module two 'vault.bicep' = {
  name: 'two'
  params: { name: 'kv-two', action: 'Allow' } // fail AKV101
}
