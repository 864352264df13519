extension kubernetes with {
  namespace: 'default'
  kubeConfig: ''
} as k8s

resource secret 'core/Secret@v1' = {
  metadata: { name: 'app' }
  stringData: { name: vault.name }
}

resource vault 'az:Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv'
  properties: {
    declared: secret.metadata.name
    answered: secret.status
  }
}
