using 'main.bicep'
extends 'absent.bicepparam'

param name = 3
param defaultAction = 'Maybe'
param unheardOf = true
