import { vaultName } from 'naming.bicep'

@export()
var suffix = 'hub'

@export()
var ranges = ['10.0.0.0/8', '${vaultName}']

type action = 'Allow' | 'Deny'

@export()
type acl = {
  defaultAction: action
}
