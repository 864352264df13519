var ranges = loadJsonContent('data/rules.json', '.rules[?(@.allow == true)].range')
var acl = loadYamlContent('./data/acl.yaml')
var folder = 'data'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: loadJsonContent('${folder}/rules.json').name
  properties: {
    networkAcls: {
      defaultAction: acl.defaultAction
      bypass: loadYamlContent('data/acl.yaml', '$.bypass')
      ipRules: [for range in ranges: { value: range }]
    }
    text: loadTextContent('data/utf-16.txt', 'utf-8')
    latin: loadTextContent('data/latin.txt', 'iso-8859-1')
    bytes: loadFileAsBase64('data/bytes.bin')
    files: loadDirectoryFileInfo('./listed', '*.t?t')
    all: map(loadDirectoryFileInfo('listed'), file => file.baseName)
  }
}
