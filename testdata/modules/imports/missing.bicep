import { name, nameOf, lockKind } from 'br/public:example/types:1.0.0'
import { nothing } from 'naming.bicep'
import * as absent from 'absent.bicep'

param lock lockKind
param other lockKind = 'None'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: nameOf('x')
  properties: {
    first: name
    second: name
    lock: lock
    other: other
    absent: absent.value
  }
}
