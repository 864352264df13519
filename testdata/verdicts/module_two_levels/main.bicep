// The module is judged through its callers, and the argument is what has to change.

param environment string

module storage 'modules/platform.bicep' = {
  name: 'platform'
  params: {
    action: environment == 'prod' ? 'Deny' : 'Allow' // fail AKV101 when environment is not "prod"
  }
}
