param action string

module vault 'vault.bicep' = { // related AKV101: deployed from here
  name: 'vault'
  params: {
    action: action // related AKV101: argument 'action'
  }
}
