// A parameter that is handed on through modules has the values that all of them take.

param action string
param loose string // fail AKV101 when loose is "Allow"
param isClosed bool
param odd string // fail AKV101 when odd is "Allow"

module platform 'platform.bicep' = {
  name: 'platform'
  params: {
    first: action
    second: loose
    third: odd
    isClosed: isClosed
  }
}
