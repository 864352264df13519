// Types of another file, which are written in the names of that file.

import { acls } from 'types.bicep'
import * as types from 'types.bicep'

param settings acls
param other { action: types.action }

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: settings.rules.action // fail AKV101 when settings.rules.action is "Allow"
    }
  }
}

resource second 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-second'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: other.action // fail AKV101 when other.action is "Allow"
    }
  }
}
