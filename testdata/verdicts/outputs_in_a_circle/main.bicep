// Two modules that each take what the other gives have no value, and that is why.

module first 'vault.bicep' = {
  name: 'first'
  params: {
    action: second.outputs.action
  }
}

module second 'vault.bicep' = {
  name: 'second'
  params: {
    action: first.outputs.action
  }
}
