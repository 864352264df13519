param any string

module vault 'open.bicep' = {
  name: 'vault'
  params: {
    name: 'kv-through'
    action: any
  }
}
