using 'br:example.azurecr.io/vault:v1'

param name = 'kv'
