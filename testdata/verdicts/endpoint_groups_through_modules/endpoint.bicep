// pass AKV403 x1

param name string
param targetId string
param group string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: 'westeurope'
  properties: {
    privateLinkServiceConnections: [
      {
        name: 'service'
        properties: {
          privateLinkServiceId: targetId
          groupIds: [group] // fail AKV403 x3
        }
      }
    ]
  }
}
