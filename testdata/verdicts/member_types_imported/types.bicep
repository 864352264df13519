@export()
type action = 'Allow' | 'Deny'

type inner = {
  action: action
}

@export()
type acls = {
  rules: inner
}
