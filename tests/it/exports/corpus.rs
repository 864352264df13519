//! All exports in a folder of real files. By hand:
//! `AKVLINT_CORPUS=folder cargo test --profile fast --test it exports::corpus -- --ignored --nocapture`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests may panic, and what was read is looked at by people"
)]

use akvlint::discover::{Kind as FileKind, classify, may_be_input};
use akvlint::estate::export::{merged, resources};
use akvlint::evaluate::Resource;
use akvlint::evaluate::canonical::to_json;
use akvlint::source::Sources;
use akvlint::syntax::json::parse_sequence;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| {
            ["json", "jsonc", "jsonl", "ndjson"]
                .iter()
                .any(|known| ending == *known)
        }) {
            found.push(path);
        }
    }
}

#[test]
#[ignore = "reads the corpus that AKVLINT_CORPUS names"]
fn every_export_yields_resources() {
    let folder = std::env::var_os("AKVLINT_CORPUS").expect("AKVLINT_CORPUS names the folder");
    let mut paths = Vec::new();
    files(Path::new(&folder), &mut paths);
    paths.sort();
    let sources = Sources::new(Path::new(&folder));
    let mut all = Vec::new();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let (mut exports, mut bad) = (0, Vec::new());
    for path in paths {
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        if !may_be_input(&bytes) {
            continue;
        }
        let Ok(source) = sources.open(&path) else {
            continue;
        };
        let sequence = parse_sequence(source.text());
        if classify(&sequence.values) != FileKind::Export {
            continue;
        }
        exports += 1;
        let exported = resources(&source, &sequence, &|_| true);
        println!("{} {}", source.name(), exported.resources.len());
        for problem in &exported.problems {
            let line = source.position(problem.place.span.start).line;
            println!("    {line}: {}", problem.message);
        }
        if exported.resources.is_empty() {
            bad.push(source.name().to_owned());
        }
        for resource in &exported.resources {
            *kinds.entry(resource.kind.to_string()).or_default() += 1;
            let properties = resource.body.as_object().unwrap().get("properties");
            let mut shown =
                properties.map_or("-".to_owned(), |member| to_json(&member.value).to_string());
            let cut = (0..=shown.len().min(160))
                .rev()
                .find(|at| shown.is_char_boundary(*at));
            shown.truncate(cut.unwrap());
            println!("    {} {} {shown}", resource.kind, to_json(&resource.name),);
            if resource.id.as_str().is_none_or(|id| !id.starts_with('/')) {
                println!("        id {}", to_json(&resource.id));
            }
        }
        all.push(exported.resources);
    }
    for (kind, count) in &kinds {
        println!("{count:6} {kind}");
    }
    let count: usize = all.iter().map(Vec::len).sum();
    println!(
        "{exports} exports, {count} resources, {} merged",
        merged(all).len()
    );
    assert_eq!(bad, Vec::<String>::new());
}

/// Vaults with endpoints, zone groups and records, as `az` prints them.
fn estate(count: usize) -> String {
    let mut text = String::from("[");
    let group = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111111111111/resourceGroups/rg/providers";
    for number in 0..count {
        let vault = format!("{group}/Microsoft.KeyVault/vaults/kv{number}");
        let endpoint = format!("{group}/Microsoft.Network/privateEndpoints/pe{number}");
        let zone =
            format!("{group}/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net");
        write!(
            text,
            r#"{{"id": "{vault}", "name": "kv{number}", "type": "Microsoft.KeyVault/vaults", "location": "northeurope",
  "properties": {{"networkAcls": {{"bypass": "None", "defaultAction": "Deny", "ipRules": [], "virtualNetworkRules": []}},
  "publicNetworkAccess": "Disabled", "enableSoftDelete": true, "privateEndpointConnections": [{{"id": "{vault}/privateEndpointConnections/c",
  "privateEndpoint": {{"id": "{endpoint}"}}, "privateLinkServiceConnectionState": {{"status": "Approved"}}}}]}}}},
{{"id": "{endpoint}", "name": "pe{number}", "type": "Microsoft.Network/privateEndpoints", "etag": "1", "location": "northeurope",
  "privateLinkServiceConnections": [{{"id": "{endpoint}/x/y", "name": "y", "groupIds": ["vault"], "privateLinkServiceId": "{vault}"}}],
  "subnet": {{"id": "{group}/Microsoft.Network/virtualNetworks/v/subnets/s"}}}},
{{"id": "{zone}/A/kv{number}", "name": "kv{number}", "type": "Microsoft.Network/privateDnsZones/A", "etag": "1", "ttl": 10,
  "aRecords": [{{"ipv4Address": "10.0.0.4"}}]}},
"#
        )
        .unwrap();
    }
    text.truncate(text.len() - 2);
    text.push(']');
    text
}

/// Reads and merges an export of so many vaults; the seconds it takes.
fn seconds(count: usize) -> f64 {
    let sources = Sources::new(Path::new("/"));
    let source = sources.insert("export.json", estate(count));
    let begun = Instant::now();
    let sequence = parse_sequence(source.text());
    let exported = resources(&source, &sequence, &|_| true);
    let all: Vec<Resource> = merged([exported.resources.clone(), exported.resources]);
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(all.len(), 3 * count);
    println!(
        "{count} vaults, {} MB: {seconds:.3} s",
        source.text().len() / 1_000_000
    );
    seconds
}

#[test]
fn the_time_grows_with_the_number_of_resources() {
    let (few, many) = (seconds(500), seconds(4_000));
    assert!(many < few.max(0.02) * 40.0, "{few} s, then {many} s");
}

#[test]
#[ignore = "takes a while without optimisation"]
fn ten_thousand_vaults() {
    seconds(10_000);
    seconds(20_000);
}
