import { b } from 'circle-b.bicep'

@export()
var a = b

@export()
func f(x int) int => b + x

output value string = a
output reexported string = c

import { c } from 'circle-b.bicep'
