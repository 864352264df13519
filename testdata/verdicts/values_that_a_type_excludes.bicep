// Values that a parameter cannot have by its declared type make no rule fail.
// pass AKV101

type pair = [string, int]

@sealed()
type closed = {
  owner: string
  days: int
}

param pairOf pair
param modes { kind: 'a' | 'b', on: bool }[]
param number int
param kinds ('a' | 'b')[]
@allowed(['a', 'b'])
param chosen array
@minLength(3)
param word 'a' | 'abc' | 'abcd'
@maxValue(5)
param count 1 | 3 | 7
param settings closed
param text string

resource lengthVault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-length'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: length(pairOf) > 2 || length(pairOf) != 2 || empty(pairOf) || pairOf[?1] == null ? 'Allow' : 'Deny'
    }
  }
}

resource itemsVault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-items'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: contains(kinds, 'c') || contains(chosen, 'c') || contains(pairOf, true) || contains(map(modes, one => one.kind), 'c') || contains(map(filter(modes, one => one.on), one => one.kind), 'c') ? 'Allow' : 'Deny'
    }
  }
}

resource firstVault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-first'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: chosen[0] == 'c' || first(kinds) == 'c' || last(kinds) == 'c' ? 'Allow' : 'Deny'
    }
  }
}

resource unionVault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-union'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: word == 'a' || count == 7 ? 'Allow' : 'Deny'
    }
  }
}

resource stringVault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-string'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: string(settings) == '{"owner":"me"}' || string(settings) == '{"owner":"me","days":1,"other":2}' || string(settings) == '{"owner":"me","days":"1"}' || string(settings) == 'none' ? 'Allow' : 'Deny'
    }
  }
}

resource textVault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-text'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'a-${text}' == text || '${text}${text}-' == text || text == '${text}-a' || string(number) == 'one' ? 'Allow' : 'Deny'
    }
  }
}

// What it can be is told.
resource possible 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-possible'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: pairOf[1] == 3 && word == 'abcd' ? 'Allow' : 'Deny' // fail AKV101 when pairOf[1] is 3 and word is "abcd"
    }
  }
}
