//! `check --fix`: what is changed, what is not, and how it is written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::fs;
use std::path::Path;

use akvlint::rules::{ExampleInput, Rule, RuleSet, RuleSettings};
use serde_json::Value;

use crate::check::Ran;
use crate::program::akvlint;

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let (code, stdout, stderr) = akvlint(folder, &[&["check", "--no-config"], arguments].concat());
    Ran {
        code,
        stdout,
        stderr,
    }
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    run(folder, &[&["--format", "json"], arguments].concat()).json()
}

fn fails(document: &Value) -> Vec<&Value> {
    let findings = document["findings"].as_array().unwrap();
    let fails = findings
        .iter()
        .filter(|finding| finding["verdict"] == "fail");
    fails.collect()
}

fn fixable(document: &Value) -> usize {
    let fails = fails(document);
    fails
        .iter()
        .filter(|finding| finding["fixable"] == true)
        .count()
}

fn not_read(document: &Value) -> usize {
    let files = document["files"].as_array().unwrap();
    files
        .iter()
        .filter(|file| file["status"] == "failed" || file["status"] == "partial")
        .count()
}

fn difference(file: &str, text: &[u8], arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file);
    fs::write(&path, text).unwrap();
    let ran = run(folder.path(), &[&["--diff"], arguments].concat());
    assert_eq!(fs::read(&path).unwrap(), text, "--diff writes nothing");
    let printed = ran.stdout;
    let code = i32::from(!printed.is_empty());
    assert_eq!(ran.code, Some(code));
    printed
}

#[test]
fn fixes_are_written_in_the_manner_of_the_file() {
    for (file, text) in [
        (
            "vault.bicep",
            &include_bytes!("../../testdata/fixes/vault.bicep")[..],
        ),
        (
            "vault.json",
            include_bytes!("../../testdata/fixes/vault.json"),
        ),
        (
            "places.bicep",
            include_bytes!("../../testdata/fixes/places.bicep"),
        ),
    ] {
        insta::assert_snapshot!(format!("safe_{file}"), difference(file, text, &[]));
        insta::assert_snapshot!(
            format!("all_{file}"),
            difference(file, text, &["--unsafe-fixes"])
        );
    }
}

/// The default of `enableRbacAuthorization` changes with the version, so what the old version did is written down.
#[test]
fn a_new_api_version_keeps_access_policies_in_force() {
    let bicep = "resource v 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'kv-pinned'\n  location: 'westeurope'\n  properties: {\n    tenantId: tenant().tenantId\n  }\n}\n";
    let only = ["--unsafe-fixes", "--select", "AKV901"];
    let added = |difference: &str| -> Vec<String> {
        let lines = difference.lines().filter(|line| line.starts_with('+'));
        lines
            .skip(1)
            .map(|line| line[1..].trim().to_owned())
            .collect()
    };
    assert_eq!(
        added(&difference("main.bicep", bicep.as_bytes(), &only)),
        [
            "resource v 'Microsoft.KeyVault/vaults@2026-02-01' = {",
            "enableRbacAuthorization: false"
        ]
    );
    let set = bicep.replace(
        "tenant().tenantId",
        "tenant().tenantId\n    enableRbacAuthorization: true",
    );
    assert_eq!(
        added(&difference("main.bicep", set.as_bytes(), &only)),
        ["resource v 'Microsoft.KeyVault/vaults@2026-02-01' = {"]
    );
}

/// Files in which several hands have written are indented in several ways.
#[test]
fn what_is_added_is_indented_as_its_block_is() {
    let block = |unit: &str, name: &str| {
        let lines = [
            format!("resource {name} 'Microsoft.KeyVault/vaults@2026-02-01' = {{"),
            format!("{unit}name: '{name}'"),
            format!("{unit}location: 'westeurope'"),
            format!("{unit}properties: {{"),
            format!("{unit}{unit}tenantId: tenant().tenantId"),
            format!("{unit}}}"),
            "}".to_owned(),
        ];
        lines.join("\n") + "\n"
    };
    let text = block("\t", "tabs") + &block("    ", "four") + &block("  ", "two");
    let only = ["--unsafe-fixes", "--select", "AKV101"];
    let difference = difference("main.bicep", text.as_bytes(), &only);
    let added: Vec<&str> = difference
        .lines()
        .filter_map(|line| line.strip_prefix('+'))
        .filter(|line| !line.starts_with("++"))
        .collect();
    let expected: Vec<String> = ["\t", "    ", "  "]
        .iter()
        .flat_map(|unit| {
            let inner = unit.repeat(3);
            let outer = unit.repeat(2);
            [
                format!("{outer}networkAcls: {{"),
                format!("{inner}bypass: 'AzureServices'"),
                format!("{inner}defaultAction: 'Deny'"),
                format!("{outer}}}"),
            ]
        })
        .collect();
    assert_eq!(added, expected);
}

/// A vault that was open to all turns out to shut trusted services out once it is closed.
#[test]
fn a_fix_that_makes_another_verdict_worse_is_refused() {
    let bicep = "resource v 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: 'kv-refused'\n  location: 'westeurope'\n  properties: {\n    networkAcls: {\n      defaultAction: 'Allow'\n      bypass: 'None'\n    }\n  }\n}\n";
    let only = ["--unsafe-fixes", "--select", "AKV101,AKV102"];
    assert_eq!(difference("main.bicep", bicep.as_bytes(), &only), "");
    let alone = ["--unsafe-fixes", "--select", "AKV101"];
    assert!(
        difference("main.bicep", bicep.as_bytes(), &alone).contains("+      defaultAction: 'Deny'")
    );
}

/// What two deployments disagree on, and what comes from an expression, has no fix.
#[test]
fn only_what_is_written_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "main.bicep",
        "param off bool = false\nparam soft bool = off && true\nresource v 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: 'kv-written'\n  location: 'westeurope'\n  properties: {\n    enableSoftDelete: soft\n  }\n}\n",
    );
    let only = ["--select", "AKV701"];
    let report = json(folder.path(), &only);
    assert_eq!((fails(&report).len(), fixable(&report)), (1, 0));
    // A value of a parameter file is changed there, and never unasked.
    write(
        "main.bicepparam",
        "using 'main.bicep'\n\nparam soft = false // for now\n",
    );
    let report = json(folder.path(), &only);
    assert_eq!((fails(&report).len(), fixable(&report)), (1, 1));
    let with = |flags: &[&str]| {
        let ran = run(folder.path(), &[&only[..], flags].concat());
        (
            ran.code,
            fs::read_to_string(folder.path().join("main.bicepparam")).unwrap(),
        )
    };
    let (code, text) = with(&["--fix"]);
    assert_eq!(
        (code, text.contains("param soft = false // for now")),
        (Some(1), true)
    );
    let (code, text) = with(&["--fix", "--unsafe-fixes"]);
    assert_eq!(
        (code, text.contains("param soft = true // for now")),
        (Some(0), true)
    );
}

/// What stands in place of a token comes from elsewhere.
#[test]
fn a_token_of_a_parameter_file_is_not_written_over() {
    let template = "@allowed(['Enabled', 'Disabled'])\nparam access string\nresource v 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: 'kv-token'\n  location: 'westeurope'\n  properties: {\n    publicNetworkAccess: access\n  }\n}\n";
    for given in ["Enabled", r"\${ACCESS=Enabled}"] {
        let folder = tempfile::tempdir().unwrap();
        let parameters = format!("using 'main.bicep'\n\nparam access = '{given}'\n");
        let file = folder.path().join("main.bicepparam");
        fs::write(folder.path().join("main.bicep"), template).unwrap();
        fs::write(&file, &parameters).unwrap();
        run(
            folder.path(),
            &["--select", "AKV105", "--fix", "--unsafe-fixes"],
        );
        let is_left = fs::read_to_string(file).unwrap() == parameters;
        assert_eq!(is_left, given != "Enabled", "{given}");
    }
}

#[test]
fn fixing_ends_and_the_second_time_there_is_nothing_to_do() {
    for file in ["vault.bicep", "vault.json", "places.bicep"] {
        let folder = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/fixes");
        fs::copy(source.join(file), folder.path().join(file)).unwrap();
        let before = json(folder.path(), &[]);
        run(folder.path(), &["--fix", "--unsafe-fixes"]);
        let after = json(folder.path(), &[]);
        assert!(fails(&after).len() < fails(&before).len());
        assert_eq!(not_read(&after), 0);
        let again = run(folder.path(), &["--diff", "--unsafe-fixes"]);
        assert_eq!(again.stdout, "");
        assert_eq!(again.code, Some(0));
    }
}

/// The failing examples of a rule as files.
fn write_examples(rule: &Rule, folder: &Path) {
    for (number, example) in rule.prose().examples.iter().enumerate() {
        let (name, text) = match &example.input {
            ExampleInput::Resource(text) => (
                format!("{number}.json"),
                format!(
                    "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\",\n  \"resources\": [\n{text}\n  ]\n}}\n"
                ),
            ),
            ExampleInput::Arm(text) => (format!("{number}.json"), text.clone()),
            ExampleInput::Bicep(text) => (format!("{number}.bicep"), text.clone()),
            ExampleInput::Export(_) | ExampleInput::File(_) => continue,
        };
        fs::write(folder.join(name), text).unwrap();
    }
}

#[test]
fn what_a_rule_offers_mends_its_own_examples() {
    let rules = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    let mut offering = Vec::new();
    for rule in rules.iter() {
        if rule.cases.iter().all(|case| case.fixes.is_empty()) {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        write_examples(rule, folder.path());
        let only = ["--select", &rule.id];
        let before = json(folder.path(), &only);
        let offered = fixable(&before);
        if offered == 0 {
            continue;
        }
        offering.push(rule.id.to_string());
        run(
            folder.path(),
            &[&only[..], &["--fix", "--unsafe-fixes"]].concat(),
        );
        let after = json(folder.path(), &only);
        assert_eq!(not_read(&after), not_read(&before), "{}", rule.id);
        assert!(
            fails(&after).len() + offered <= fails(&before).len(),
            "{}: {offered} of {} offered, {} left",
            rule.id,
            fails(&before).len(),
            fails(&after).len(),
        );
        let again = run(
            folder.path(),
            &[&only[..], &["--diff", "--unsafe-fixes"]].concat(),
        );
        assert_eq!(again.stdout, "", "{}", rule.id);
    }
    for id in [
        "AKV101", "AKV102", "AKV104", "AKV106", "AKV202", "AKV207", "AKV208", "AKV403", "AKV501",
        "AKV505", "AKV506", "AKV701", "AKV702", "AKV901",
    ] {
        assert!(offering.iter().any(|known| known == id), "{id}");
    }
}

const OFF: &str = "resource v 'Microsoft.KeyVault/vaults@2026-02-01' = {\r\n\tname: 'kv-encoded'\r\n\tlocation: 'westeurope'\r\n\tproperties: {\r\n\t\tenableSoftDelete: false\r\n\t}\r\n}\r\n";

#[test]
fn encoding_mark_and_line_ends_stay() {
    let fixed = OFF.replace("false", "true");
    let utf16 = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let with_mark = |text: &str| ["\u{feff}", text].concat().into_bytes();
    for (before, after) in [
        (utf16(OFF), utf16(&fixed)),
        (with_mark(OFF), with_mark(&fixed)),
        (OFF.into(), fixed.clone().into()),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("main.bicep");
        fs::write(&path, before).unwrap();
        run(folder.path(), &["--fix", "--select", "AKV701"]);
        assert_eq!(fs::read(&path).unwrap(), after);
        let files = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 1, "nothing is left beside the file");
    }
}

#[test]
#[cfg(unix)]
fn permissions_and_links_stay_and_a_read_only_file_is_told_of() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("real.bicep");
    let link = folder.path().join("main.bicep");
    fs::write(&path, OFF).unwrap();
    symlink(&path, &link).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let ran = run(
        folder.path(),
        &["main.bicep", "--fix", "--select", "AKV701"],
    );
    assert_eq!(ran.code, Some(0));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        OFF.replace("false", "true")
    );
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o640
    );

    fs::write(&path, OFF).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
    if fs::OpenOptions::new().append(true).open(&path).is_ok() {
        // Nothing is read-only for the superuser.
        return;
    }
    let ran = run(
        folder.path(),
        &["main.bicep", "--fix", "--select", "AKV701"],
    );
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("is not fixed"));
    assert_eq!(fs::read_to_string(&path).unwrap(), OFF);
}

/// A link out of the tree leads to what nobody named; within one project it does not matter how a file is reached.
#[test]
#[cfg(unix)]
fn a_file_outside_is_not_fixed_through_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (inside, outside) = (folder.path().join("in"), folder.path().join("out"));
    fs::create_dir(&inside).unwrap();
    fs::create_dir(&outside).unwrap();
    let path = outside.join("main.bicep");
    fs::write(&path, OFF).unwrap();
    std::os::unix::fs::symlink(&path, inside.join("main.bicep")).unwrap();
    let ran = run(folder.path(), &["in", "--fix", "--select", "AKV701"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(fs::read_to_string(&path).unwrap(), OFF);
    fs::write(folder.path().join("akvlint.toml"), "").unwrap();
    let ran = run(folder.path(), &["in", "--fix", "--select", "AKV701"]);
    assert_eq!(ran.code, Some(0));
    assert_ne!(fs::read_to_string(&path).unwrap(), OFF);
}

#[test]
fn an_item_is_laid_out_as_the_one_before_it() {
    let text = "resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      ipRules: [
        { value: '203.0.113.1' }
        { value: '203.0.113.7/31' }
      ]
    }
  }
}
";
    let shown = difference(
        "main.bicep",
        text.as_bytes(),
        &["--unsafe-fixes", "--select", "AKV202"],
    );
    assert!(
        shown.contains("\n+        { value: '203.0.113.7' }\n"),
        "{shown}"
    );
}

#[test]
fn what_is_made_or_exported_is_not_edited() {
    let folder = tempfile::tempdir().unwrap();
    let bicep = OFF.replace("false", "true");
    fs::write(folder.path().join("main.bicep"), bicep).unwrap();
    let generated = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
 "metadata": {"_generator": {"name": "bicep", "version": "0.30.0", "templateHash": "1"}},
 "resources": [{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": "kv-encoded", "location": "westeurope", "properties": {"enableSoftDelete": false}}]}"#;
    let export = r#"[{"id": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-export", "type": "Microsoft.KeyVault/vaults", "name": "kv-export", "location": "westeurope", "properties": {"enableSoftDelete": false}}]"#;
    for (name, text) in [("main.json", generated), ("export.json", export)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    run(
        folder.path(),
        &[
            "--fix",
            "--unsafe-fixes",
            "--include-generated",
            "--select",
            "AKV701",
        ],
    );
    for (name, text) in [("main.json", generated), ("export.json", export)] {
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), text);
    }
}

#[test]
fn what_standard_input_holds_is_not_fixed() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["-", "--fix"]);
    assert_eq!(ran.code, Some(2));
}
