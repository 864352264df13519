// What a spread would bring is not known, though the compiler takes none here.
param more object

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = { // open AKV101: it has a syntax error
  name: 'kv-contoso'
  location: 'westeurope'
  ...more
}
