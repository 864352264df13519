param location string = resourceGroup().location

// The first vault.
resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-fixes-one'
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' } // on one line
    publicNetworkAccess: 'Enabled '
    enableSoftDelete: false // was needed once
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'azureservice'
      ipRules: [
        // the office
        { value: '20.1.2.3/32' }
        {
          value: '20.1.2.4/31'
        }
        { value: '20.9.0.0/16' }
        { value: '20.9.8.7' }
        { value: '20.7.7.7/24' }
      ]
    }
    accessPolicies: []
    softDeleteRetentionInDays: 90 // the last one
  }
}

resource open 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-fixes-two'
  location: location
  properties: {
    tenantId: subscription().tenantId
    enableRbacAuthorization: true
    sku: {
      family: 'A'
      name: 'standard'
    }
  }
}

resource inert 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-fixes-three'
  location: location
  properties: {
    tenantId: subscription().tenantId
    enableRbacAuthorization: true
    enablePurgeProtection: true
    publicNetworkAccess: 'Disabled'
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'None'
      ipRules: [
        { value: '20.1.2.3' }
      ]
    }
    sku: { family: 'A', name: 'standard' }
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: 'privatelink.vault.azure.net'
  location: 'westeurope'

  resource link 'virtualNetworkLinks' = {
    name: 'hub'
    location: 'global'
    properties: {
      registrationEnabled: true
      virtualNetwork: {
        id: resourceId('Microsoft.Network/virtualNetworks', 'hub')
      }
    }
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2023-11-01' = {
  name: 'pe-fixes'
  location: location
  properties: {
    subnet: {
      id: resourceId('Microsoft.Network/virtualNetworks/subnets', 'hub', 'endpoints')
    }
    privateLinkServiceConnections: [
      {
        name: 'vault'
        properties: {
          privateLinkServiceId: vault.id
          groupIds: [
            'vaults'
          ]
        }
      }
    ]
  }
}
