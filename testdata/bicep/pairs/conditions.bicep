param deploy bool
param inner bool
param other string?
param tags { owner: string?, *: string } = { owner: 'me' }

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = if (deploy) {
  name: 'kv'
  properties: { enableSoftDelete: true }

  resource secret 'secrets' = if (inner) {
    name: 'nested'
    properties: {}
  }
}

resource flat 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'flat'
  properties: { attributes: { enabled: !deploy && inner || other =~ 'X' } }
}

resource never 'Microsoft.KeyVault/vaults@2023-07-01' = if (false) {
  name: split('a', '/')[3]
  properties: {}
}

output safe bool? = vault.?properties.enableSoftDelete
output gone string? = never.?properties.vaultUri
output owner string = tags.?owner ?? 'nobody'
output chosen string = other ?? (deploy ? 'a' : 'b')
output numbers int = -(1 + 2 * 3) % 4
output spread object = { ...tags, a: [ ...[ 1, 2 ], 3 ] }
output last int = [ 1, 2, 3 ][^1]
output mapped array = map([ 1, 2 ], x => x + 1)
output name string = nameof(vault.properties)
output braces string = '{${any(1)}}'
