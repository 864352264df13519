// Twenty decisions, of which each settles it by itself: no product.

param p1 bool
param p2 bool
param p3 bool
param p4 bool
param p5 bool
param p6 bool
param p7 bool
param p8 bool
param p9 bool
param p10 bool
param p11 bool
param p12 bool
param p13 bool
param p14 bool
param p15 bool
param p16 bool
param p17 bool
param p18 bool
param p19 bool
param p20 bool

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: p1 && p2 && p3 && p4 && p5 && p6 && p7 && p8 && p9 && p10 && p11 && p12 && p13 && p14 && p15 && p16 && p17 && p18 && p19 && p20 ? 'Allow' : 'Deny' // fail AKV101 when p1 is true and p2 is true and p3 is true and p4 is true and p5 is true and p6 is true and p7 is true and p8 is true and p9 is true and p10 is true and p11 is true and p12 is true and p13 is true and p14 is true and p15 is true and p16 is true and p17 is true and p18 is true and p19 is true and p20 is true
    }
  }
}
