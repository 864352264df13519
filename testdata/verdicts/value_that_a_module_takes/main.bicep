// A parameter that is handed to one with finitely many values has no others: nothing is deployed with them.

param action string // fail AKV101 when action is "Allow"
param free string // open AKV104: parameter 'free'
param sometimes string // open AKV101: parameter 'sometimes' // open AKV104: parameter 'sometimes'
param isClosed bool
@allowed(['Deny', 'Never'])
param odd string

module vault 'vault.bicep' = {
  name: 'vault'
  params: {
    name: 'kv-contoso'
    action: action
    bypass: free
  }
}

// The same parameter stays one: where the module is open, so is this one, and it has no other values here either.
resource second 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-second'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: action == 'Deny' ? 'Deny' : 'Allow' // fail AKV101 when action is "Allow"
      bypass: 'AzureServices'
    }
  }
}

// Where it is not sure that the module is deployed, other values may be deployed too.
module third 'vault.bicep' = if (isClosed) {
  name: 'third'
  params: {
    name: 'kv-third'
    action: sometimes
    bypass: 'AzureServices'
  }
}

// Of the values of this one the module takes a single one.
module fourth 'vault.bicep' = {
  name: 'fourth'
  params: {
    name: 'kv-fourth'
    action: odd
    bypass: 'AzureServices'
  }
}

// Of two modules each leaves out a value that the other one takes.
param both string

module fifth 'vault.bicep' = {
  name: 'fifth'
  params: {
    name: 'kv-fifth'
    action: both
    bypass: 'AzureServices'
  }
}

module sixth 'closed.bicep' = {
  name: 'sixth'
  params: {
    action: both
  }
}
