using 'main.bicep'
extends 'circle.bicepparam'

param name = 'kv'
