@export()
func named(environment string) string => 'kv-${environment}'
