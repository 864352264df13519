// What only the run time knows is called by the names that the template has for it.

param environment string

module site 'run_time_of_an_output_missing.bicep' = {
  name: 'site-${environment}'
}

resource subnet 'Microsoft.Network/virtualNetworks/subnets@2024-05-01' existing = {
  name: 'vnet/snet'
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      bypass: site.outputs.bypass // open AKV104: output 'bypass' of deployment 'site-{environment}' is known only at run time
      defaultAction: subnet.properties.privateEndpointNetworkPolicies // open AKV104: `privateEndpointNetworkPolicies` of // open AKV101: `privateEndpointNetworkPolicies` of `Microsoft.Network/virtualNetworks/vnet/subnets/snet` is known only at run time
    }
  }
}
