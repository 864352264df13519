//! Parameter files whose templates are not among the files that a run looks at, and named files that deployments read
//! but are no templates.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "tests may panic")]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::akvlint;

/// A vault whose firewall is this expression; what stands before it declares what the expression names.
fn vault(before: &str, firewall: &str) -> String {
    format!(
        "{before}
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {{
  name: 'kv-one'
  location: 'westeurope'
  properties: {{
    tenantId: tenant().tenantId
    sku: {{ family: 'A', name: 'standard' }}
    enablePurgeProtection: true
    enableRbacAuthorization: true
    networkAcls: {firewall}
  }}
}}
"
    )
}

fn given() -> String {
    vault("param action string", "{ defaultAction: action }")
}

/// A compiled module with the same vault.
fn compiled() -> String {
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"action": {"type": "string"}},
        "resources": [{
            "type": "Microsoft.KeyVault/vaults",
            "apiVersion": "2023-07-01",
            "name": "kv-one",
            "location": "westeurope",
            "properties": {
                "enablePurgeProtection": true,
                "enableRbacAuthorization": true,
                "networkAcls": {"defaultAction": "[parameters('action')]"},
            },
        }],
    })
    .to_string()
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The exit code and the report.
fn checked(folder: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let mut all = vec!["check", "-f", "json"];
    all.extend(arguments);
    let (code, out, err) = akvlint(folder, &all);
    (code, serde_json::from_str(&out).expect(&err))
}

/// Where a rule finds something, as `path:line`.
fn places(report: &Value, rule: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["rule"] == rule)
        .map(|finding| {
            let place = &finding["location"];
            format!("{}:{}", place["path"].as_str().unwrap(), place["startLine"])
        })
        .collect()
}

/// The status and the reason of a file that is listed.
fn fate(report: &Value, path: &str) -> (String, String) {
    let mut files = report["files"].as_array().unwrap().iter();
    let file = files.find(|file| file["path"] == path).unwrap();
    let text = |key: &str| file[key].as_str().unwrap_or_default().to_owned();
    (text("status"), text("reason"))
}

#[test]
fn a_template_that_is_not_looked_at_is_judged_with_its_parameter_file() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("templates/main.bicep", &*given()),
        (
            "values/dev.bicepparam",
            "using '../templates/main.bicep'\nparam action = 'Allow'\n",
        ),
    ];
    write(folder.path(), &files);
    for arguments in [
        ["values"].as_slice(),
        &["values/dev.bicepparam"],
        &["--exclude", "templates", "."],
        &["--exclude", "templates", "values/dev.bicepparam"],
    ] {
        let (code, report) = checked(folder.path(), arguments);
        assert_eq!(code, Some(1), "{arguments:?}");
        assert_eq!(places(&report, "AKV101"), ["values/dev.bicepparam:2"]);
        let analysed = ("analysed".to_owned(), String::new());
        assert_eq!(fate(&report, "values/dev.bicepparam"), analysed);
    }
    write(folder.path(), &[(".gitignore", "templates/\n")]);
    fs::create_dir(folder.path().join(".git")).unwrap();
    let (_, report) = checked(folder.path(), &["."]);
    assert_eq!(places(&report, "AKV101"), ["values/dev.bicepparam:2"]);
    let (_, report) = checked(folder.path(), &["--no-parameter-files", "."]);
    assert_eq!(places(&report, "AKV101"), [""; 0]);
}

#[test]
fn a_restored_module_is_judged_with_its_parameter_file() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        (
            "cache/br/example.azurecr.io/key-vault$vault/1.0$/main.json",
            &*compiled(),
        ),
        (
            "values/dev.bicepparam",
            "using 'br:example.azurecr.io/key-vault/vault:1.0'\nparam action = 'Allow'\n",
        ),
    ];
    write(folder.path(), &files);
    let cache = ["--module-cache", "cache", "values/dev.bicepparam"];
    let (code, report) = checked(folder.path(), &cache);
    assert_eq!(code, Some(1));
    assert_eq!(places(&report, "AKV101"), ["values/dev.bicepparam:2"]);
    // Nobody edits the cache: what is said of the module itself is said where it is named.
    assert_eq!(places(&report, "AKV401"), ["values/dev.bicepparam:1"]);
}

#[test]
fn a_parameter_file_without_a_readable_template_is_told_as_a_module_is() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        (
            "dev.bicepparam",
            "using 'br:example.azurecr.io/key-vault/vault:1.0'\nextends 'base.bicepparam'\nparam action = 'Allow'\n",
        ),
        ("base.bicepparam", "using none\nparam other = 1\n"),
        ("lost.bicepparam", "using 'absent.bicep'\n"),
        ("list.bicepparam", "using 'list.json'\n"),
        ("list.json", "[]"),
        ("empty/readme.md", ""),
        ("none.bicepparam", "using none\n"),
    ];
    write(folder.path(), &files);
    let arguments = ["--strict", "--module-cache", "empty", "."];
    let (code, report) = checked(folder.path(), &arguments);
    assert_eq!(code, Some(3));
    let expected = ["dev.bicepparam:1", "list.bicepparam:1", "lost.bicepparam:1"];
    assert_eq!(places(&report, "AKV905"), expected);
    for (name, why) in [
        (
            "dev.bicepparam",
            "module: line 1: 'br:example.azurecr.io/key-vault/vault:1.0' is not in the module cache",
        ),
        (
            "lost.bicepparam",
            "module: line 1: absent.bicep cannot be read",
        ),
        (
            "list.bicepparam",
            "module: line 1: list.json is not a template",
        ),
    ] {
        let (status, reason) = fate(&report, name);
        assert_eq!(status, "partial", "{name}");
        assert!(reason.starts_with(why), "{reason}");
    }
    assert_eq!(fate(&report, "base.bicepparam").0, "analysed");
    assert_eq!(fate(&report, "none.bicepparam").0, "skipped");
    let mut findings = report["findings"].as_array().unwrap().iter();
    assert!(findings.all(|finding| finding["rule"] == "AKV905"));
}

#[test]
fn a_named_file_is_judged_in_the_deployments_that_read_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let linked = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [{
            "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "inner",
            "properties": {
                "mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"},
                "parametersLink": {"uri": "[uri(deployment().properties.templateLink.uri, 'linked.values.json')]"},
                "template": serde_json::from_str::<Value>(&compiled()).unwrap(),
            },
        }],
    })
    .to_string();
    let values = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "action": { "value": "Allow" }
  }
}"#;
    let files = [
        ("given/main.bicep", &*given()),
        (
            "given/base.bicepparam",
            "using none\nparam action = 'Allow'\n",
        ),
        (
            "given/middle.bicepparam",
            "using none\nextends 'base.bicepparam'\n",
        ),
        (
            "given/dev.bicepparam",
            "using 'main.bicep'\nextends 'middle.bicepparam'\n",
        ),
        ("imported/main.bicep", &given()),
        ("imported/shared.bicep", "@export()\nvar action = 'Allow'\n"),
        (
            "imported/dev.bicepparam",
            "using 'main.bicep'\nimport { action as shared } from 'shared.bicep'\nparam action = shared\n",
        ),
        ("read/main.bicep", &given()),
        ("read/action.json", "{ \"action\": \"Allow\" }\n"),
        (
            "read/dev.bicepparam",
            "using 'main.bicep'\nparam action = loadJsonContent('action.json').action\n",
        ),
        (
            "json/main.bicep",
            &vault("", "loadJsonContent('firewall.json')"),
        ),
        ("json/firewall.json", "{ \"defaultAction\": \"Allow\" }\n"),
        ("json/other.json", "{ \"defaultAction\": \"Allow\" }\n"),
        (
            "yaml/main.bicep",
            "module kv 'kv.bicep' = {\n  name: 'kv'\n}\n",
        ),
        (
            "yaml/kv.bicep",
            &vault("", "loadYamlContent('firewall.yaml')"),
        ),
        ("yaml/firewall.yaml", "defaultAction: Allow\n"),
        (
            "text/main.bicep",
            &vault("", "{ defaultAction: trim(loadTextContent('action.txt')) }"),
        ),
        ("text/action.txt", "Allow\n"),
        ("linked.json", &linked),
        ("linked.values.json", values),
    ];
    write(folder.path(), &files);
    for (named, place) in [
        ("given/base.bicepparam", "given/base.bicepparam:2"),
        ("given/middle.bicepparam", "given/base.bicepparam:2"),
        ("imported/shared.bicep", "imported/shared.bicep:2"),
        ("read/action.json", "read/action.json:1"),
        ("json/firewall.json", "json/firewall.json:1"),
        ("yaml/firewall.yaml", "yaml/firewall.yaml:1"),
        ("text/action.txt", "text/main.bicep:10"),
        ("linked.values.json", "linked.values.json:5"),
    ] {
        let (code, report) = checked(folder.path(), &[named]);
        assert_eq!(places(&report, "AKV101"), [place], "{named}");
        assert_eq!(code, Some(1), "{named}");
        assert_eq!(report["summary"]["deployments"], 1, "{named}");
    }
    let (code, report) = checked(folder.path(), &["json/other.json"]);
    assert_eq!(report["findings"], json!([]));
    assert_eq!(report["summary"]["deployments"], 0);
    assert_eq!(code, Some(0));
}

/// What a named file is read for as bytes, and what is made of the names in its folder, is judged too. Neither is a file that
/// was passed over or failed.
#[test]
fn a_named_file_that_is_loaded_is_neither_passed_over_nor_failed() {
    let folder = tempfile::tempdir().unwrap();
    let of_names = vault("", "{ defaultAction: first(files).baseName }").replacen(
        "resource",
        "var files = loadDirectoryFileInfo('names', '*.json')\nresource",
        1,
    );
    let template = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "Allow",
  "resources": [
    { "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv", "location": "x",
      "properties": { "networkAcls": { "defaultAction": "Allow" } } }
  ]
}
"#;
    let files = [
        (
            "bytes/main.bicep",
            &*vault(
                "",
                "{ defaultAction: json(base64ToString(loadFileAsBase64('action.json'))) }",
            ),
        ),
        ("bytes/action.json", "\"Allow\"\n"),
        ("names/main.bicep", &of_names),
        ("names/names/allow.json", "{}\n"),
        ("names/akvlint.toml", ""),
        (
            "yaml/main.bicep",
            &vault("", "loadYamlContent('firewall.yaml')"),
        ),
        ("yaml/firewall.yaml", "defaultAction: Allow\n"),
        (
            "data/main.bicep",
            &vault(
                "",
                "{ defaultAction: loadJsonContent('template.json').contentVersion }",
            ),
        ),
        ("data/template.json", template),
    ];
    write(folder.path(), &files);
    for (named, place) in [
        ("bytes/action.json", "bytes/main.bicep:10"),
        ("yaml/firewall.yaml", "yaml/firewall.yaml:1"),
    ] {
        let (code, report) = checked(folder.path(), &[named]);
        assert_eq!(places(&report, "AKV101"), [place], "{named}");
        assert_eq!(code, Some(1), "{named}");
        assert_eq!(report["files"], json!([]), "{named}");
        assert_eq!(report["summary"]["files"]["skipped"], 0, "{named}");
    }
    let (_, report) = checked(folder.path(), &["names/names/allow.json"]);
    assert_eq!(report["summary"]["deployments"], 1);
    // A template that another one loads as data is deployed by nobody else.
    let (_, report) = checked(folder.path(), &["data"]);
    let found = ["data/template.json:3", "data/template.json:6"];
    assert_eq!(places(&report, "AKV101"), found);
}
