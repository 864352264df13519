// Each module has a vault of its own, which its endpoints share.

param names array
param count int

module one 'one.bicep' = [for name in names: {
  name: 'one-${name}'
  params: { name: name }
}]

module several 'several.bicep' = [for name in names: {
  name: 'several-${name}'
  params: { name: name, count: count }
}]
