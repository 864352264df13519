// What a file gives is known, and what it leaves to somebody else is not.
// pass AKV101 in 1 deployment

type acls = {
  action: 'Allow' | 'Deny'
  access: ('Enabled' | 'Disabled')?
}

param settings acls

module inner 'vault.bicep' = {
  params: {
    settings: settings
  }
}
