param vaultId string

resource perimeter 'Microsoft.Network/networkSecurityPerimeters@2024-07-01' = {
  name: 'contoso-nsp'
  location: 'westeurope'
}

resource profile 'Microsoft.Network/networkSecurityPerimeters/profiles@2024-07-01' = {
  parent: perimeter
  name: 'vaults'
}

resource office 'Microsoft.Network/networkSecurityPerimeters/profiles/accessRules@2024-07-01' = {
  parent: profile
  name: 'office'
  properties: { direction: 'Inbound', addressPrefixes: ['20.30.40.0/24'] }
}

resource association 'Microsoft.Network/networkSecurityPerimeters/resourceAssociations@2024-07-01' = {
  parent: perimeter
  name: 'vault'
  properties: { accessMode: 'Enforced', privateLinkResource: { id: vaultId }, profile: { id: profile.id } }
}
