import { a, c } from 'circle-a.bicep'

@export()
var b = a
