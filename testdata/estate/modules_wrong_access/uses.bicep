@secure()
param password string
param perimeterVault string

resource server 'Microsoft.Sql/servers@2023-08-01' = {
  name: 'contoso-sql'
  location: 'westeurope'
  properties: { administratorLogin: 'contoso', administratorLoginPassword: password }
}

resource perimeter 'Microsoft.Network/networkSecurityPerimeters@2024-07-01' = {
  name: 'contoso-nsp'
  location: 'westeurope'

  resource profile 'profiles' = {
    name: 'vaults'

    resource everyone 'accessRules' = {
      name: 'everyone'
      properties: { direction: 'Inbound', addressPrefixes: ['0.0.0.0/0'] }
    }
  }

  resource association 'resourceAssociations' = {
    name: 'vault'
    properties: { accessMode: 'Learning', privateLinkResource: { id: perimeterVault }, profile: { id: profile.id } }
  }
}
