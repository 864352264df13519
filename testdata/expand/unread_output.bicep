output name string = 'kv-contoso'
output other string = split('a', ',')[3]
