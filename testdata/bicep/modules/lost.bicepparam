using './not-here.bicep'

param a = 1
