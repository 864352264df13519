using 'main.bicep'

param environment = 'prod'
param isPublic = true
param action = 'Deny'
param isOpen = false
param ranges = []
param rules = { defaultAction: '__action__' } // open AKV104: `__action__` is replaced by something else before the deployment
param days = externalInput('pipeline', 'days') // open AKV703: `externalInput('pipeline', 'days')` is known only at run time
