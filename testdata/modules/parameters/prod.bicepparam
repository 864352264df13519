using 'main.bicep'
extends 'base.bicepparam'

import { named } from 'functions.bicep'

var environment = 'prod'

param name = named(environment)
param defaultAction = 'Deny'
param tags = union(base.tags, { name: name })
param retention = int(readEnvironmentVariable('AKVLINT_TEST_RETENTION', '90'))
param fromEnvironment = readEnvironmentVariable('PATH')
param sku = null
