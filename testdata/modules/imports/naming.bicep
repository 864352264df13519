// Imports from a file that imports from this one: values may go around, as long as none needs itself.
import { suffix } from 'network.bicep'

var prefix = 'kv'

@export()
var vaultName = '${prefix}-${suffix}'

@export()
type skuName = 'standard' | 'premium'

@export()
func tagsOf(name string, numbers int[]) object => {
  name: named(name)
  numbers: map(numbers, number => number * 2)
}

func named(name string) string => '${prefix}:${name}'
