using 'main.bicep'
extends 'elsewhere.bicepparam'

param name = 'kv-contoso'
