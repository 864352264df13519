// The module is judged through its callers, and the argument is what has to change.

param environment string

module platform 'modules/platform.bicep' = { // related AKV101: deployed from here
  name: 'platform'
  params: {
    action: environment == 'prod' ? 'Deny' : 'Allow' // fail AKV101 when environment is not "prod" // related AKV101: argument 'action'
  }
}
