// What a type says of its members holds in functions: none of these takes the bad branch.
// pass AKV101

type settings = {
  @minValue(2)
  days: int
  owner: string
  tags: {
    @minLength(3)
    team: string
  }
  @minLength(1)
  @maxLength(4)
  zones: string[]
  on: bool
}

param c settings

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: c.days < 2 || !contains(c, 'owner') || string(c) == '{}' || empty(c) || length(c) < 5 ? 'Allow' : 'Deny'
    }
  }
}

resource other 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-other'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: (c.?owner ?? 'x') == c.owner && c.tags.team != 'ab' && !empty(c.tags) && length(c.zones) > 0 && c.zones != [] ? 'Deny' : 'Allow'
    }
  }
}

resource third 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-third'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: c.tags == { other: 1 } || c.owner == null || string(c.on) == 'no' ? 'Allow' : 'Deny'
    }
  }
}
