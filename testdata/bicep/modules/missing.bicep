module elsewhere 'br/public:avm/res/key-vault/vault:0.13.0' = {
  params: {
    name: 'kv'
  }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv2'
  properties: {
    value: elsewhere.outputs.uri
    same: elsewhere.outputs.uri
  }
}
