//! What a run looks at: files that can concern one of its rules, and what those lead to.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::fs;
use std::path::Path;

use crate::program::akvlint;

/// A rule of a team on a type that no built-in rule looks at.
const RULE: &str = r#"
id = "CONTOSO1"
name = "server-open"
title = "The server is open"
level = "warning"
security-severity = "2.0"
precision = "very-high"
tags = ["network"]
resources = ["Microsoft.Sql/servers"]
open = "cannot tell whether server {name} is open"

[[case]]
when = { path = "$.properties.publicNetworkAccess", equals = "Enabled" }
at = "$.properties.publicNetworkAccess"
message = "server {name} is open"

[docs]
why = "Everybody can try to log in."
remedy = "Disable public access."
limits = "None."
links = ["https://learn.microsoft.com/azure/azure-sql/database/connectivity-settings"]

[[example]]
name = "open"
expect = "fail"
resource = '''
{ "type": "Microsoft.Sql/servers", "apiVersion": "2023-07-01", "name": "s", "properties": { "publicNetworkAccess": "Enabled" } }
'''

[[example]]
name = "closed"
expect = "pass"
resource = '''
{ "type": "Microsoft.Sql/servers", "apiVersion": "2023-07-01", "name": "s", "properties": { "publicNetworkAccess": "Disabled" } }
'''
"#;

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn rules_of_a_team_see_types_that_no_built_in_rule_looks_at() {
    let bicep = "resource s 'Microsoft.Sql/servers@2022-05-01' = {\n  name: 's'\n  location: 'x'\n  properties: { publicNetworkAccess: 'Enabled' }\n}\n";
    let arm = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    { "type": "Microsoft.Sql\/servers", "apiVersion": "2022-05-01", "name": "t", "properties": { "publicNetworkAccess": "Enabled" } }
  ]
}"#;
    let export = r#"{"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Sql/servers/u", "name": "u", "type": "Microsoft.Sql/servers", "properties": {"publicNetworkAccess": "Enabled"}}"#;
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            ("rules/server-open.toml", RULE),
            ("templates/a.bicep", bicep),
            ("templates/module/b.json", arm),
            (
                "templates/caller.bicep",
                "module b 'module/b.json' = {\n  name: 'b'\n}\n",
            ),
            ("templates/export.json", export),
        ],
    );
    let of_team = ["check", "templates", "--rules", "rules", "-f", "github"];
    let (code, out, error) = akvlint(folder.path(), &of_team);
    assert_eq!(code, Some(1), "{error}");
    for place in ["a.bicep,line=4", "b.json,line=5", "export.json,line=1"] {
        assert!(out.contains(place), "{place} in\n{out}");
    }
    let (_, out, _) = akvlint(folder.path(), &["check", "templates", "-f", "github"]);
    assert!(out.starts_with("Nothing was checked"), "{out}");
}

/// A vault that admits a subnet by its id in full.
const VAULT: &str = "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-relevance'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    networkAcls: {
      defaultAction: 'Deny'
      virtualNetworkRules: [
        { id: '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub/subnets/app' }
      ]
    }
  }
}
";

/// The network of that subnet, which opens no service endpoint.
const NETWORK: &str = "resource hub 'Microsoft.Network/virtualNetworks@2023-05-01' = {
  name: 'hub'
  location: 'westeurope'
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [
      { name: 'app', properties: { addressPrefix: '10.0.0.0/24' } }
    ]
  }
}
";

/// Only the id in full tells that the two deployments speak of one subnet, of which the second says nothing of vaults.
#[test]
fn a_network_matters_to_the_vault_of_another_deployment_that_names_it_in_full() {
    let caller = "targetScope = 'subscription'
module network 'network.bicep' = {
  name: 'network'
  scope: resourceGroup('11111111-2222-3333-4444-555555555555', 'hub')
}
";
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            ("vault.bicep", VAULT),
            ("hub.bicep", caller),
            ("network.bicep", NETWORK),
        ],
    );
    let (code, out, error) = akvlint(
        folder.path(),
        &["check", ".", "--select", "AKV303", "-f", "github"],
    );
    assert_eq!(code, Some(1), "{out}{error}");
    assert!(out.contains("vault.bicep,line=10"), "{out}");
}

/// What says nothing of vaults is not evaluated, but its errors of syntax are told.
#[test]
fn the_syntax_of_all_files_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let start = r#"{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "#;
    let json = format!("{start}\"resources\": [ }}");
    let sound = format!("{start}\"resources\": [] }}");
    write(
        folder.path(),
        &[
            ("a.bicep", "param a string = [\n"),
            ("b.json", &json),
            ("c.bicep", "param a string = 'x'\n"),
            ("d.json", &sound),
        ],
    );
    let (code, out, _) = akvlint(folder.path(), &["check", ".", "--strict", "-f", "json"]);
    assert_eq!(code, Some(3));
    let fates = fates(&out);
    let fates: Vec<(&str, &str)> = fates
        .iter()
        .map(|(path, status, _)| (path.as_str(), status.as_str()))
        .collect();
    assert_eq!(
        fates,
        [
            ("a.bicep", "partial"),
            ("b.json", "partial"),
            ("c.bicep", "skipped"),
            ("d.json", "skipped"),
        ]
    );
}

/// An argument that no resource needs is not evaluated, so that a run does not hang on it.
#[test]
fn what_is_wrong_with_an_argument_that_nothing_needs_is_told_by_expand_alone() {
    let folder = tempfile::tempdir().unwrap();
    let caller = "module vault 'vault.bicep' = {\n  name: 'vault'\n  params: {\n    name: 'kv-arguments'\n    spare: substring('abc', 5)\n  }\n}\n";
    let module = "param name string\nparam spare string\nresource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: name\n  location: 'westeurope'\n}\noutput spare string = spare\n";
    write(
        folder.path(),
        &[("main.bicep", caller), ("vault.bicep", module)],
    );
    let (_, out, _) = akvlint(folder.path(), &["check", ".", "-f", "json"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["summary"]["files"]["partial"], 0);
    let (_, out, _) = akvlint(folder.path(), &["expand", "main.bicep"]);
    let expanded: serde_json::Value = serde_json::from_str(&out).unwrap();
    let problems = expanded["diagnostics"].as_array().unwrap();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0]["line"], 5);
}

#[test]
fn escaped_letters_hide_no_vault() {
    let folder = tempfile::tempdir().unwrap();
    let arm = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    { "type": "Microsoft.Key\u0056ault/vaults", "apiVersion": "2023-07-01", "name": "kv-a", "location": "x",
      "properties": { "networkAcls": { "defaultAction": "Allow" } } }
  ]
}"#;
    let bicep = "resource kv 'Microsoft.Key\\u{56}ault/vaults@2023-07-01' = {\n  name: 'kv-b'\n  location: 'x'\n  properties: { networkAcls: { defaultAction: 'Allow' } }\n}\n";
    write(folder.path(), &[("a.json", arm), ("b.bicep", bicep)]);
    let (_, out, _) = akvlint(
        folder.path(),
        &["check", ".", "--select", "AKV101", "-f", "github"],
    );
    for place in ["a.json,line=6", "b.bicep,line=4"] {
        assert!(out.contains(place), "{place} in\n{out}");
    }
}

/// The template says nothing of vaults; its parameter file names one.
#[test]
fn a_parameter_file_can_be_what_concerns_a_rule() {
    let folder = tempfile::tempdir().unwrap();
    let vault = "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'kv-given'\n  location: 'x'\n  properties: {\n    tenantId: tenant().tenantId\n    sku: { family: 'A', name: 'standard' }\n    publicNetworkAccess: 'Enabled'\n    networkAcls: { defaultAction: 'Deny', bypass: 'None' }\n  }\n}\n";
    let disk = "param url string\nresource d 'Microsoft.Compute/diskEncryptionSets@2023-04-02' = {\n  name: 'd'\n  location: 'x'\n  properties: { activeKey: { keyUrl: url } }\n}\n";
    let given = "using 'disk.bicep'\nparam url = 'https://kv-given.vault.azure.net/keys/k/1'\n";
    write(
        folder.path(),
        &[
            ("vault.bicep", vault),
            ("disk.bicep", disk),
            ("disk.bicepparam", given),
        ],
    );
    let (_, out, _) = akvlint(
        folder.path(),
        &["check", ".", "--select", "AKV103", "-f", "github"],
    );
    assert!(out.contains("vault.bicep"), "{out}");
    let disk = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "parameters": { "url": { "type": "string" } },
  "resources": []
}"#;
    let given =
        r#"{ "parameters": { "url": { "value": "https://kv-given.vault.azure.net/keys/k/1" } } }"#;
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[("disk.json", disk), ("disk.parameters.json", given)],
    );
    let (_, out, _) = akvlint(folder.path(), &["check", ".", "-f", "json"]);
    let told = [
        ("disk.json", "analysed", ""),
        ("disk.parameters.json", "analysed", ""),
    ];
    assert_eq!(fates(&out), told.map(owned));
}

/// Where it is said where templates go, their networks have ids that others can name.
#[test]
fn a_network_in_a_known_place_matters_to_who_names_it_in_full() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[("vault.bicep", VAULT), ("network.bicep", NETWORK)],
    );
    let place = [
        "check",
        ".",
        "--select",
        "AKV303",
        "-f",
        "github",
        "--subscription-id",
        "11111111-2222-3333-4444-555555555555",
        "--resource-group",
        "hub",
    ];
    let (_, out, _) = akvlint(folder.path(), &place);
    assert!(out.contains("vault.bicep,line=10"), "{out}");
}

/// What the report says of each file: its path, its status and the first word of the reason.
fn fates(report: &str) -> Vec<(String, String, String)> {
    let report: serde_json::Value = serde_json::from_str(report).unwrap();
    let files = report["files"].as_array().unwrap().iter();
    files
        .map(|file| {
            let text = |key: &str| file[key].as_str().unwrap_or_default().to_owned();
            let reason = text("reason");
            let first = reason.split(':').next().unwrap_or_default().to_owned();
            (text("path"), text("status"), first)
        })
        .collect()
}

/// Nothing that is imported makes a resource.
#[test]
fn an_import_that_cannot_be_read_makes_no_vault() {
    let folder = tempfile::tempdir().unwrap();
    let storage = "import { lockType } from 'br/public:avm/utl/types/avm-common-types:0.6.1'\nparam lock lockType?\nresource s 'Microsoft.Storage/storageAccounts@2023-05-01' = {\n  name: 'st'\n  location: 'x'\n  tags: { lock: lock.?kind }\n}\n";
    let vault = "import { lockType } from 'br/public:avm/utl/types/avm-common-types:0.6.1'\nparam lock lockType?\nresource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'kv-import'\n  location: 'x'\n  tags: { lock: lock.?kind }\n}\n";
    write(
        folder.path(),
        &[("storage.bicep", storage), ("vault.bicep", vault)],
    );
    let (_, out, _) = akvlint(folder.path(), &["check", ".", "-f", "json"]);
    let said = |path: &str, status: &str, reason: &str| (path.into(), status.into(), reason.into());
    assert_eq!(
        fates(&out),
        [
            said("storage.bicep", "skipped", "unrelated"),
            said("vault.bicep", "analysed", ""),
        ]
    );
}

/// The text of the template says nothing of vaults, and only an evaluation tells where its link leads. The machine beside
/// it has an expression that fails: it is evaluated once the link turns out to lead to a vault.
#[test]
fn a_link_that_only_an_evaluation_gives_may_lead_to_a_vault() {
    let start = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0","#;
    let caller = |name: &str| {
        format!(
            r#"{start}
  "variables": {{ "kind": "{name}" }},
  "resources": [
    {{ "type": "Microsoft.Compute/virtualMachines", "apiVersion": "2023-07-01", "name": "vm", "location": "[substring('abc', 5)]" }},
    {{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d",
      "properties": {{ "mode": "Incremental", "templateLink": {{ "relativePath": "[concat('nested/', variables('kind'), '.json')]" }} }} }}
  ]
}}"#
        )
    };
    let vault = format!(
        r#"{start}
  "resources": [
    {{ "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv-linked", "location": "x",
      "properties": {{ "networkAcls": {{ "defaultAction": "Allow" }} }} }}
  ]
}}"#
    );
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            ("absent.json", &caller("absent")),
            ("there.json", &caller("there")),
            ("nested/there.json", &vault),
        ],
    );
    let (_, out, _) = akvlint(
        folder.path(),
        &["check", ".", "-f", "json", "--select", "AKV101,AKV905"],
    );
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let found: Vec<(&str, &str)> = findings
        .map(|finding| {
            let rule = finding["rule"].as_str().unwrap_or_default();
            (
                rule,
                finding["location"]["path"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [("AKV905", "absent.json"), ("AKV101", "nested/there.json")]
    );
    let said = |path: &str, status: &str, reason: &str| (path.into(), status.into(), reason.into());
    assert_eq!(
        fates(&out),
        [
            said("absent.json", "partial", "module"),
            said("nested/there.json", "analysed", ""),
            said("there.json", "partial", "evaluate"),
        ]
    );
}

fn owned((path, status, word): (&str, &str, &str)) -> (String, String, String) {
    (path.to_owned(), status.to_owned(), word.to_owned())
}

#[test]
fn errors_are_told_of_templates_that_no_deployment_needs() {
    let folder = tempfile::tempdir().unwrap();
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    write(
        folder.path(),
        &[
            (
                "other.bicep",
                "resource s 'Microsoft.Sql/servers@2022-05-01' = {\n",
            ),
            (
                "other.json",
                &format!("{{\n  \"$schema\": \"{schema}\",\n  \"resources\": [ }}\n}}\n"),
            ),
            // Neither strict JSON nor broken.
            (
                "remarks.json",
                &format!("{{\n  // all\n  \"$schema\": \"{schema}\",\n  \"resources\": [],\n}}\n"),
            ),
        ],
    );
    let (_, out, _) = akvlint(folder.path(), &["check", ".", "-f", "json"]);
    let told = [
        ("other.bicep", "partial", "syntax"),
        ("other.json", "partial", "syntax"),
        ("remarks.json", "skipped", "unrelated"),
    ];
    assert_eq!(fates(&out), told.map(owned));
}

/// Named or found in a folder: what no word of concerns a rule is read as far as its grammar goes.
#[test]
fn errors_of_what_an_unrelated_template_declares_are_no_matter() {
    let folder = tempfile::tempdir().unwrap();
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    let odd = |members: &str| format!("{{\n  \"$schema\": \"{schema}\",\n{members}\n}}\n");
    let leads = r#"  "parameters": [],
  "resources": [ { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d",
    "properties": { "mode": "Incremental", "template": { "resources": [] } } } ]"#;
    let remark = "  // said twice\n  \"parameters\": [], \"resources\": []";
    let files = [
        ("leads.json", odd(leads)),
        ("remark.json", odd(remark)),
        (
            "strict.json",
            odd(r#"  "parameters": [], "resources": [ 5 ]"#),
        ),
    ];
    for (name, text) in &files {
        write(folder.path(), &[(name, text)]);
    }
    for paths in [&["."][..], &["leads.json", "remark.json", "strict.json"]] {
        let arguments: Vec<&str> = ["check", "-f", "json"]
            .into_iter()
            .chain(paths.iter().copied())
            .collect();
        let (_, out, _) = akvlint(folder.path(), &arguments);
        let told = files
            .each_ref()
            .map(|(name, _)| owned((name, "skipped", "unrelated")));
        assert_eq!(fates(&out), told, "{paths:?}");
    }
}

#[test]
fn a_file_that_only_begins_as_a_template_is_told_as_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let schemas = "https://schema.management.azure.com/schemas/2019-04-01";
    let both = format!(
        "{{\n  \"$schema\": \"{schemas}/deploymentTemplate.json#\",\n  \"parameters\": {{ \"v\": {{ \"value\": \"Microsoft.KeyVault/vaults\" }} }},\n  \"$schema\": \"{schemas}/deploymentParameters.json#\"\n}}\n"
    );
    write(folder.path(), &[("both.json", &both)]);
    let (_, out, _) = akvlint(folder.path(), &["check", ".", "-f", "json"]);
    assert_eq!(fates(&out), [owned(("both.json", "skipped", "unpaired"))]);
}

#[test]
fn errors_are_told_of_a_module_that_no_deployment_reaches() {
    let folder = tempfile::tempdir().unwrap();
    let vault = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "parameters": [],
  "resources": [ { "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv" } ]
}"#;
    let caller = "module vault 'vault.json' = if (false) {\n  name: 'vault'\n}\n";
    write(
        folder.path(),
        &[("main.bicep", caller), ("vault.json", vault)],
    );
    let (_, out, _) = akvlint(folder.path(), &["check", ".", "-f", "json"]);
    let told = [
        ("main.bicep", "analysed", ""),
        ("vault.json", "partial", "syntax"),
    ];
    assert_eq!(fates(&out), told.map(owned));
}

/// The last `$schema` counts.
#[test]
fn parameters_that_begin_as_a_template_are_parameters() {
    let folder = tempfile::tempdir().unwrap();
    let schemas = "https://schema.management.azure.com/schemas/2019-04-01";
    let template = format!(
        r#"{{ "$schema": "{schemas}/deploymentTemplate.json#", "parameters": {{ "a": {{ "type": "string" }} }}, "resources": [] }}"#
    );
    let remark = "x".repeat(1500);
    let parameters = format!(
        r#"{{ "$schema": "{schemas}/deploymentTemplate.json#", "metadata": {{ "x": "{remark}" }}, "$schema": "{schemas}/deploymentParameters.json#",
  "parameters": {{ "a": {{ "value": "https://kv.vault.azure.net/" }} }} }}"#
    );
    write(
        folder.path(),
        &[
            ("main.json", &template),
            ("main.parameters.json", &parameters),
        ],
    );
    let (_, out, _) = akvlint(folder.path(), &["check", ".", "-f", "json"]);
    let told = [
        ("main.json", "analysed", ""),
        ("main.parameters.json", "analysed", ""),
    ];
    assert_eq!(fates(&out), told.map(owned));
}
