param path string

output absent string = loadTextContent('data/absent.txt')
output folder string = loadTextContent('data')
output outside string = loadTextContent('../../../../../../../../../../../../../../etc/hostname')
output absolute string = loadTextContent('/etc/hostname')
output backslash string = loadTextContent('data\\rules.json')
output encoding string = loadTextContent('data/latin.txt', 'windows-1250')
output computed string = loadTextContent(path)
output json object = loadJsonContent('data/acl.yaml')
output yaml object = loadYamlContent('data/bytes.bin')
output selected string = loadJsonContent('data/rules.json', '.nothing')
output selector string = loadJsonContent('data/rules.json', '.rules[x]')
output fine string = loadJsonContent('data/rules.json', 'name')
