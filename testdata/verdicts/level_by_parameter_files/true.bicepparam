using 'main.bicep'

param isPrivate = true
