using '../pairs/vault.bicep'

var environment = 'test'

param name = 'kv-${environment}'
param rules = [
  '203.0.113.0/24'
]
param password = az.getSecret('11111111-1111-1111-1111-111111111111', 'hub', 'hub', 'password')
