resource nested 'Microsoft.Resources/deployments@2022-09-01' = {
  name: 'nested'
  properties: {
    mode: 'Incremental'
    expressionEvaluationOptions: { scope: 'inner' }
    template: loadJsonContent('template.json')
    parameters: { name: { value: 'kv-loaded' } }
  }
}
