@allowed(['Allow', 'Deny'])
param first string
@allowed(['Allow', 'Deny'])
param second string
param third string
param isClosed bool

// `platform` takes either of the two, and this one only `Deny`.
module closed 'closed.bicep' = {
  name: 'closed'
  params: {
    name: 'kv-closed'
    action: first
  }
}

// Where it is not sure that the inner one is deployed, what it refuses may be deployed with the outer one.
module perhaps 'unreachable.bicep' = if (isClosed) {
  name: 'perhaps'
  params: {
    name: 'kv-perhaps'
    action: second
  }
}

resource beside 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-beside'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: second
      bypass: 'AzureServices'
    }
  }
}

// The first of the two modules takes anything.
module through 'through.bicep' = {
  name: 'through'
  params: {
    any: third
  }
}
