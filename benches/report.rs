//! A run over a template of many vaults, and its reports.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark may panic, and criterion's macros have no docs"
)]
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use akvlint::discover::WalkOptions;
use akvlint::evaluate::Surroundings;
use akvlint::finding::{Report, Verdict};
use akvlint::project::Project;
use akvlint::report::{Format, Options, RuleCatalogue, write};
use akvlint::rules::{RuleSet, RuleSettings, Selection};
use akvlint::run::{Configured, Request, run};
use akvlint::source::Sources;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const VAULTS: usize = 200;

fn vaults() -> String {
    let mut text = String::from("param names array\n");
    for number in 0..VAULTS {
        write!(
            text,
            "resource kv{number} 'Microsoft.KeyVault/vaults@2023-07-01' = {{\n  name: 'kv-${{names[{number}]}}'\n  location: 'westeurope'\n  properties: {{\n    tenantId: tenant().tenantId\n    sku: {{ family: 'A', name: 'standard' }}\n    networkAcls: {{ defaultAction: 'Deny', ipRules: [{{ value: '10.0.0.0/8' }}] }}\n  }}\n}}\n"
        )
        .unwrap();
    }
    text
}

fn checked(text: &str) -> (Arc<Sources>, Report) {
    let sources = Arc::new(Sources::new(Path::new("/nowhere")));
    let project = Project::new(sources.clone());
    let rules = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    let request = Request {
        paths: Vec::new(),
        standard_input: Some(sources.insert("main.bicep", text.to_owned())),
        walk: WalkOptions {
            ignore_files: false,
            exclude: Vec::new(),
            threads: 1,
        },
        rules: rules.selected(&Selection::default()).unwrap(),
        parameters: Vec::new(),
        values: Vec::new(),
        surroundings: Surroundings::default(),
        closed_world: false,
        parameter_files: true,
        include_generated: false,
        baseline: None,
        earlier: None,
        pictures: false,
        configured: Configured::default(),
        cloud: None,
        verdicts: vec![Verdict::Fail, Verdict::Open],
    };
    let report = run(&project, &request).unwrap().report;
    (sources, report)
}

fn report(criterion: &mut Criterion) {
    let text = vaults();
    let (sources, report) = checked(&text);
    let mut group = criterion.benchmark_group("report");
    group.sample_size(10);
    group.throughput(Throughput::Elements(VAULTS as u64));
    group.bench_function("run", |bencher| {
        bencher.iter(|| checked(black_box(&text)).1.findings.len());
    });
    group.throughput(Throughput::Elements(report.findings.len() as u64));
    for (name, format) in [("sarif", Format::Sarif), ("json", Format::Json)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut out = Vec::new();
                let rules = RuleCatalogue::default();
                let options = Options::default();
                write(format, &report, &sources, &rules, &options, &mut out).unwrap();
                out.len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, report);
criterion_main!(benches);
