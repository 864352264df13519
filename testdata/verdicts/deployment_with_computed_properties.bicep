// What is deployed may well be known where it is written; here it is not read.
var properties = { mode: 'Incremental', templateLink: { relativePath: 'vault.json' } }

resource vault 'Microsoft.Resources/deployments@2022-09-01' = { // open AKV905: no template and no link to one could be read
  name: 'vault'
  properties: properties
}
