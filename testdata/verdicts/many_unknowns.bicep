// Of many causes the first are named, and the others counted.

param p1 string
param p2 string
param p3 string
param p4 string
param p5 string
param p6 string
param p7 string
param p8 string
param p9 string
param p10 string
param p11 string
param p12 string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: '${p1}${p2}${p3}${p4}${p5}${p6}${p7}${p8}${p9}${p10}${p11}${p12}' // open AKV101: parameter 'p1'; parameter 'p2'; parameter 'p3'; parameter 'p4'; parameter 'p5'; parameter 'p6'; parameter 'p7'; 5 other values are not known either
    }
  }
}
