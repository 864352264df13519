//! How fast Bicep is read: a made template, and the files of a folder if `AKVLINT_CORPUS` names one.
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark may read what it likes"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;

use akvlint::source::FileId;
use akvlint::syntax::bicep::{Arena, Dialect, lexer, lower, parse};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// A template of the kind that people write, with `count` vaults.
fn template(count: usize) -> String {
    let mut text = String::from(
        "targetScope = 'resourceGroup'\n\n@description('Where to deploy to.')\nparam location string = resourceGroup().location\n",
    );
    for number in 0..count {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "
@description('Whether vault {number} is open to the internet.')
@allowed(['Enabled', 'Disabled'])
param publicNetworkAccess{number} string = 'Disabled'

@minLength(1)
param allowedAddresses{number} string[]?

type subnet{number} = {{
  @description('Its id.')
  id: string
  kind: 'frontend' | 'backend' | null
}}

// The name has to be unique in the world.
var vaultName{number} = 'kv-${{take(uniqueString(resourceGroup().id, '{number}'), 8)}}-${{location}}'

resource vault{number} 'Microsoft.KeyVault/vaults@2023-07-01' = if (length(allowedAddresses{number} ?? []) > 0 && location != 'global') {{
  name: vaultName{number}
  location: location
  properties: {{
    tenantId: tenant().tenantId
    sku: {{ family: 'A', name: 'standard' }}
    publicNetworkAccess: publicNetworkAccess{number}
    networkAcls: {{
      defaultAction: publicNetworkAccess{number} == 'Enabled' ? 'Allow' : 'Deny'
      bypass: 'AzureServices'
      ipRules: [for (address, index) in allowedAddresses{number}!: {{
        value: contains(address, '/') ? address : '${{address}}/32'
      }}]
      virtualNetworkRules: map(range(0, 3), i => {{ id: 'subnet${{i}}' }})
    }}
  }}

  resource secret 'secrets' = {{
    name: 'password'
    properties: {{
      value: '''
        some text
        over lines
      '''
    }}
  }}
}}

module endpoint{number} 'br/public:avm/res/network/private-endpoint:0.4.0' = [for i in range(0, 2): {{
  name: '${{uniqueString(deployment().name)}}-endpoint-${{i}}'
  params: {{
    name: '${{vault{number}.name}}-${{i}}'
    subnetResourceId: vault{number}.properties.?networkAcls.?virtualNetworkRules[?i].?id
    tags: {{
      ...resourceGroup().tags
      'made-by': 'bench'
    }}
  }}
}}]

output vaultUri{number} string = vault{number}.properties.vaultUri
"
        );
    }
    text
}

fn files(folder: &Path, texts: &mut Vec<(String, Dialect)>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let dialect = match path.extension().and_then(|extension| extension.to_str()) {
            Some("bicep") => Dialect::Template,
            Some("bicepparam") => Dialect::Parameters,
            _ => {
                files(&path, texts);
                continue;
            }
        };
        texts.extend(
            std::fs::read_to_string(path)
                .ok()
                .map(|text| (text, dialect)),
        );
    }
}

fn bench(criterion: &mut Criterion, name: &str, texts: &[(String, Dialect)]) {
    let bytes: usize = texts.iter().map(|(text, _)| text.len()).sum();
    let mut group = criterion.benchmark_group(format!("bicep/{name}"));
    group
        .sample_size(20)
        .throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("lex", |bencher| {
        bencher.iter(|| {
            for (text, _) in texts {
                black_box(lexer::lex(black_box(text)));
            }
        });
    });
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            for (text, dialect) in texts {
                let arena = Arena::for_text(text.len());
                black_box(parse(black_box(text), *dialect, &arena));
            }
        });
    });
    group.bench_function("lower", |bencher| {
        bencher.iter(|| {
            for (text, dialect) in texts {
                let arena = Arena::for_text(text.len());
                let file = parse(black_box(text), *dialect, &arena);
                match dialect {
                    Dialect::Template => {
                        black_box(lower::template(&file, FileId(1), text.len()));
                    }
                    Dialect::Parameters => {
                        black_box(lower::parameters(&file, FileId(1), text.len()));
                    }
                }
            }
        });
    });
    group.finish();
}

fn benches(criterion: &mut Criterion) {
    bench(criterion, "made", &[(template(40), Dialect::Template)]);
    if let Some(folder) = std::env::var_os("AKVLINT_CORPUS") {
        let mut texts = Vec::new();
        files(Path::new(&folder), &mut texts);
        bench(criterion, "corpus", &texts);
    }
}

criterion_group!(all, benches);
criterion_main!(all);
