using 'main.bicep'

param isPrivate = false
