param vaultId string
param prefixes array
param mode string
@secure()
param password string

resource perimeter 'Microsoft.Network/networkSecurityPerimeters@2024-07-01' = {
  name: 'contoso-nsp'
  location: 'westeurope'

  resource profile 'profiles' = {
    name: 'vaults'

    resource rule 'accessRules' = {
      name: 'office'
      properties: { direction: 'Inbound', addressPrefixes: prefixes }
    }
  }

  resource association 'resourceAssociations' = {
    name: 'vault'
    properties: { accessMode: mode, privateLinkResource: { id: vaultId }, profile: { id: profile.id } }
  }
}

resource server 'Microsoft.Sql/servers@2023-08-01' = {
  name: 'contoso-sql'
  location: 'westeurope'
  properties: { administratorLogin: 'contoso', administratorLoginPassword: password }
}
