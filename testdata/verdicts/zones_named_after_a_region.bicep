// The zones of other services that are named after a region are no zone of vaults, whatever the region is.
param region string = resourceGroup().location

resource cluster 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: 'privatelink.${toLower(region)}.azmk8s.io' // pass AKV501
  location: 'global'
}

resource other 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: 'privatelink.${toLower(region)}.azure.net' // open AKV501: `resourceGroup()` is known only when it is deployed
  location: 'global'
}

resource wrong 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: 'privatelink.vaultcore.windows.net' // fail AKV501
  location: 'global'
}
