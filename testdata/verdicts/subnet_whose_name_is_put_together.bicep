// A part of a name holds no slash, so that the id of a subnet is one whatever its name begins with.

param prefix string
param networkId string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' existing = {
  name: '${prefix}-vnet'

  resource subnet 'subnets' existing = {
    name: 'snet-${toLower(resourceGroup().name)}'
  }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
      virtualNetworkRules: [
        { id: network::subnet.id }
        { id: '${network.id}/subnets/${prefix}' }
      ]
    }
  }
}

resource second 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-second'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
      virtualNetworkRules: [
        { id: '${network.id}/subnet/a' } // fail AKV302
      ]
    }
  }
}

resource third 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-third'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
      virtualNetworkRules: [
        { id: '${networkId}/subnets/a' } // open AKV302: parameter 'networkId'
      ]
    }
  }
}
