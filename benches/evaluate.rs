//! From text to resources: parsing, lowering and evaluating generated templates of growing size, and the compiled
//! templates of a folder of real ones when `AKVLINT_CORPUS` names one.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark may panic, and criterion's macros have no docs"
)]
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use akvlint::evaluate::{Entry, Surroundings, Wanted, evaluate};
use akvlint::project::{Content, Project};
use akvlint::source::Sources;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::json;

/// A template in which every vault has a module of its own, with an endpoint that refers to it.
fn generated(vaults: usize) -> String {
    let resources: Vec<_> = (0..vaults)
        .map(|index| {
            json!({
                "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": format!("d{index}"),
                "properties": {
                    "mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"},
                    "parameters": {
                        "name": {"value": format!("[format('kv-{{0}}-{index}', uniqueString(resourceGroup().id))]")},
                        "acls": {"value": "[union(variables('acls'), parameters('acls'))]"},
                    },
                    "template": {
                        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                        "contentVersion": "1.0.0.0",
                        "parameters": {"name": {"type": "string"}, "acls": {"type": "object"}},
                        "resources": [
                            {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "[parameters('name')]",
                             "condition": "[not(empty(parameters('acls')))]",
                             "properties": {"networkAcls": "[parameters('acls')]", "tenantId": "[subscription().tenantId]"}},
                            {"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2023-05-01",
                             "name": "[concat(parameters('name'), '-pe')]",
                             "properties": {"id": "[resourceId('Microsoft.KeyVault/vaults', parameters('name'))]",
                                            "uri": "[reference(parameters('name')).vaultUri]"}},
                        ],
                    },
                },
            })
        })
        .collect();
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"acls": {"type": "object"}, "environment": {"type": "string", "allowedValues": ["dev", "prod"]}},
        "variables": {"acls": {"defaultAction": "[if(equals(parameters('environment'), 'prod'), 'Deny', 'Allow')]"}},
        "resources": resources,
    })
    .to_string()
}

fn texts(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, found);
        } else if path.file_name().is_some_and(|name| name == "main.json")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            found.push(text);
        }
    }
}

fn end_to_end(texts: &[String]) -> usize {
    let mut resources = 0;
    for text in texts {
        let sources = Arc::new(Sources::new(Path::new("/nowhere")));
        let project = Project::new(sources.clone());
        let parsed = project.parsed(&sources.insert("main.json", text.clone()));
        if let Content::Template(template) = &parsed.content {
            let entry = Entry {
                template: template.clone(),
                parameters: Vec::new(),
                overrides: Vec::new(),
                surroundings: Surroundings::default(),
                number: 1,
            };
            resources += evaluate(&project, &entry, Wanted::ALL).resources.len();
        }
    }
    resources
}

fn measure(criterion: &mut Criterion, name: &str, texts: &[String]) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    let bytes = texts.iter().map(|text| text.len() as u64).sum();
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("parse, lower and evaluate", |bencher| {
        bencher.iter(|| black_box(end_to_end(texts)));
    });
    group.finish();
}

fn benches(criterion: &mut Criterion) {
    for vaults in [50, 200, 800] {
        measure(
            criterion,
            &format!("{vaults} modules"),
            &[generated(vaults)],
        );
    }
    if let Some(folder) = std::env::var_os("AKVLINT_CORPUS") {
        let mut real = Vec::new();
        texts(Path::new(&folder), &mut real);
        measure(criterion, "corpus", &real);
    }
}

criterion_group!(evaluation, benches);
criterion_main!(evaluation);
