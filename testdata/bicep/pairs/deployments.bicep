param name string
param nested object = {
  '$schema': 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'
  contentVersion: '1.0.0.0'
  resources: [
    {
      type: 'Microsoft.KeyVault/vaults'
      apiVersion: '2023-07-01'
      name: 'second'
      properties: {}
    }
  ]
}

resource inline 'Microsoft.Resources/deployments@2022-09-01' = {
  name: 'inline'
  resourceGroup: 'elsewhere'
  properties: {
    mode: 'Incremental'
    parameters: { location: { value: 'westeurope' } }
    template: {
      '$schema': 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'
      contentVersion: '1.0.0.0'
      parameters: { location: { type: 'string' } }
      resources: [
        {
          type: 'Microsoft.KeyVault/vaults'
          apiVersion: '2023-07-01'
          name: 'first-${name}'
          location: '[parameters(\'location\')]'
          properties: {}
        }
      ]
      outputs: { made: { type: 'string', value: 'first-${name}' } }
    }
  }
}

resource computed 'Microsoft.Resources/deployments@2022-09-01' = {
  name: 'computed'
  properties: { mode: 'Incremental', template: nested }
}

output made string = inline.properties.outputs.made.value
