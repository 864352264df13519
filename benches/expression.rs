//! The parser of ARM expressions.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark may panic, and criterion's macros have no docs"
)]
use std::hint::black_box;
use std::ops::Range;

use akvlint::source::Span;
use akvlint::syntax::expression::parse;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const EXPRESSIONS: [&str; 5] = [
    "[parameters('location')]",
    "[resourceId('Microsoft.KeyVault/vaults', parameters('vaultName'))]",
    "[format('{0}-{1}', toLower(parameters('prefix')), uniqueString(subscription().id, resourceGroup().id))]",
    "[if(and(not(empty(parameters('networkAcls'))), contains(parameters('networkAcls'), 'bypass')), createObject('bypass', parameters('networkAcls').bypass, 'defaultAction', 'Deny'), null())]",
    "[reference(resourceId(subscription().subscriptionId, variables('scopes')[copyIndex('groups')].group, 'Microsoft.Network/virtualNetworks/subnets', 'hub', 'app'), '2023-04-01', 'full').properties.addressPrefix]",
];

fn expression(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("expression");
    group.throughput(Throughput::Bytes(
        EXPRESSIONS.iter().map(|text| text.len() as u64).sum(),
    ));
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            for text in black_box(EXPRESSIONS) {
                let place = |range: Range<usize>| Span::new(range.start, range.end);
                drop(black_box(parse(text, &place).unwrap()));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, expression);
criterion_main!(benches);
