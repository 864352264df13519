using 'main.bicep'

param settings = {
  action: 'Deny'
}
