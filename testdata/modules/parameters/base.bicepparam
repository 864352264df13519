using none

param name = 'kv-base'
param defaultAction = 'Allow'
param tags = { owner: 'platform' }
param secret = az.getSecret('11111111-1111-1111-1111-111111111111', 'rg', 'kv', 'password')
param sku = 'premium'
