//! Queries over a document of about 150 KB in the manner of a compiled template.

#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::hint::black_box;

use akvlint::evaluate::jsonpath::Query;
use akvlint::evaluate::value::{Kind, Value};
use criterion::Criterion;
use serde_json::{Value as Json, json};

#[path = "../tests/it/document.rs"]
mod document;

const QUERIES: &[&str] = &[
    "$.resources[*].type",
    "$..networkAcls",
    "$..resources[?@.type == 'Microsoft.KeyVault/vaults']",
    "$..[?@.type == 'Microsoft.KeyVault/vaults'].properties",
    "$..[?search(@.type, '^microsoft\\\\.keyvault/.*$')]",
    "$..*",
    "$.resources[7].properties.networkAcls.ipRules[?@.value != '10.0.0.0/8'].value",
];

/// A template with parameters, role definitions and resources of several types, some of them nested deployments.
fn template() -> Json {
    let parameters: serde_json::Map<String, Json> = (0..90)
        .map(|index| {
            let parameter = json!({
                "type": "string",
                "nullable": true,
                "defaultValue": format!("value-{index}"),
                "metadata": {"description": format!("Optional. {}", "What it is for. ".repeat(16))},
            });
            (format!("parameter{index}"), parameter)
        })
        .collect();
    let resources: Vec<Json> = (0..60).map(|index| resource(index, 2)).collect();
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "resources": resources,
    })
}

fn resource(index: usize, levels: usize) -> Json {
    match index % 6 {
        1 => json!({
            "type": "Microsoft.KeyVault/vaults",
            "apiVersion": "2023-07-01",
            "name": format!("[format('kv-{{0}}-{index}', parameters('name'))]"),
            "location": "[parameters('location')]",
            "properties": {
                "tenantId": "[tenant().tenantId]",
                "sku": {"family": "A", "name": "premium"},
                "networkAcls": {
                    "bypass": "AzureServices",
                    "defaultAction": "Deny",
                    "ipRules": [{"value": "203.0.113.7"}, {"value": "10.0.0.0/8"}],
                    "virtualNetworkRules": [{"id": "[parameters('subnetId')]"}],
                },
                "accessPolicies": [{"objectId": "0", "permissions": {"secrets": ["get", "list"]}}],
            },
        }),
        5 if levels > 0 => json!({
            "type": "Microsoft.Resources/deployments",
            "apiVersion": "2022-09-01",
            "name": format!("deployment-{index}"),
            "properties": {"mode": "Incremental", "template": {
                "resources": (0..6).map(|inner| resource(inner, levels - 1)).collect::<Vec<_>>(),
            }},
        }),
        _ => json!({
            "type": "Microsoft.Insights/diagnosticSettings",
            "apiVersion": "2021-05-01-preview",
            "name": format!("settings-{index}"),
            "scope": "[resourceId('Microsoft.KeyVault/vaults', parameters('name'))]",
            "properties": {
                "workspaceId": "[parameters('workspaceId')]",
                "logs": [{"categoryGroup": "audit", "enabled": true, "note": "x".repeat(300)}],
            },
        }),
    }
}

/// What a query for one name below any node costs at least: a visit of every node.
fn count(value: &Value, name: &str) -> usize {
    match &value.kind {
        Kind::Array(items) => items.iter().map(|item| count(item, name)).sum(),
        Kind::Object(object) => object
            .iter()
            .map(|member| {
                let found = usize::from(member.key.eq_ignore_ascii_case(name));
                found + count(&member.value, name)
            })
            .sum(),
        _ => 0,
    }
}

fn main() {
    let json = template();
    let root = document::value(&json);
    let bytes = json.to_string().len();
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group(format!("jsonpath/{} KB", bytes / 1000));
    for text in QUERIES {
        let query = Query::parse(text).unwrap();
        group.bench_function(*text, |bencher| {
            bencher.iter(|| black_box(&query).select(black_box(&root), black_box(&root)));
        });
    }
    group.bench_function("floor", |bencher| {
        bencher.iter(|| count(black_box(&root), black_box("networkAcls")));
    });
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            for text in QUERIES {
                black_box(Query::parse(black_box(text)).unwrap());
            }
        });
    });
    group.finish();
    criterion.final_summary();
}
