//! The JSON parser beside `serde_json::Value`, on a generated template, and on the files of a folder of real templates
//! when `AKVLINT_CORPUS` names one.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark may panic, and criterion's macros have no docs"
)]
use akvlint::syntax::json::parse;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::Value;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;

/// Text in the form of a compiled template: deep, indented by two blanks, with expressions and descriptions.
fn generated(resources: usize) -> String {
    let mut text = String::from(
        "{\n  \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n  \"languageVersion\": \"2.0\",\n  \"contentVersion\": \"1.0.0.0\",\n  \"resources\": {\n",
    );
    for index in 0..resources {
        let comma = if index == 0 { "" } else { ",\n" };
        write!(
            text,
            "{comma}    \"vault{index}\": {{\n      \"condition\": \"[not(empty(parameters('vault{index}')))]\",\n      \"type\": \"Microsoft.KeyVault/vaults\",\n      \"apiVersion\": \"2023-07-01\",\n      \"name\": \"[format('kv-{{0}}-{index}', uniqueString(resourceGroup().id))]\",\n      \"metadata\": {{\n        \"description\": \"Optional. The \\\"vault\\\" that holds secrets.\\nUse private endpoints.\"\n      }},\n      \"properties\": {{\n        \"softDeleteRetentionInDays\": {index},\n        \"enablePurgeProtection\": true,\n        \"networkAcls\": {{\n          \"defaultAction\": \"Deny\",\n          \"ipRules\": [\n            {{\n              \"value\": \"203.0.113.{index}\"\n            }}\n          ]\n        }}\n      }}\n    }}"
        )
        .unwrap();
    }
    text.push_str("\n  }\n}\n");
    text
}

fn texts(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "json")
            && let Ok(text) = std::fs::read_to_string(&path)
            && serde_json::from_str::<Value>(&text).is_ok()
        {
            found.push(text);
        }
    }
}

fn compare(criterion: &mut Criterion, name: &str, texts: &[String]) {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(
        texts.iter().map(|text| text.len() as u64).sum(),
    ));
    group.sample_size(20);
    group.bench_function("akvlint", |bencher| {
        bencher.iter(|| texts.iter().for_each(|text| drop(black_box(parse(text)))));
    });
    group.bench_function("serde_json", |bencher| {
        bencher.iter(|| {
            for text in texts {
                drop(black_box(serde_json::from_str::<Value>(text)));
            }
        });
    });
    group.finish();
}

fn json(criterion: &mut Criterion) {
    compare(criterion, "generated", &[generated(2_000)]);
    let Some(folder) = std::env::var_os("AKVLINT_CORPUS") else {
        return;
    };
    let mut all = Vec::new();
    texts(Path::new(&folder), &mut all);
    let (compiled, others): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|text| text.contains("\"_generator\""));
    let small: Vec<_> = others
        .into_iter()
        .filter(|text| text.len() < 4096)
        .collect();
    compare(criterion, "compiled templates", &compiled);
    compare(criterion, "small files", &small);
}

criterion_group!(benches, json);
criterion_main!(benches);
