//! JSON beside the Bicep file that it was compiled from, held against it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::fs;

use serde_json::Value;

use crate::program::akvlint;

const BICEP: &str = "\
param location string
param ranges array = []

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-contoso'
  location: location
  properties: {
    publicNetworkAccess: 'Disabled'
    networkAcls: { defaultAction: 'Deny', ipRules: ranges }
  }
}
";

const JSON: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "metadata": { "_generator": { "name": "bicep", "version": "0.30.0", "templateHash": "1" } },
  "parameters": { "location": { "type": "string" }, "ranges": { "type": "array", "defaultValue": [] } },
  "resources": [
    {
      "type": "Microsoft.KeyVault/vaults",
      "apiVersion": "2026-02-01",
      "name": "kv-contoso",
      "location": "[parameters('location')]",
      "properties": {
        "publicNetworkAccess": "Disabled",
        "networkAcls": { "defaultAction": "Deny", "ipRules": "[parameters('ranges')]" }
      }
    }
  ]
}"#;

/// Verdict, line and message of AKV904.
fn told(json: &str, arguments: &[&str]) -> Vec<(String, u64, String)> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.bicep"), BICEP).unwrap();
    fs::write(folder.path().join("main.json"), json).unwrap();
    let flags = ["check", "-f", "json", "--verdicts", "fail,open,pass"];
    let (_, stdout, _) = akvlint(folder.path(), &[&flags, arguments].concat());
    let document: Value = serde_json::from_str(&stdout).unwrap();
    let findings = document["findings"].as_array().unwrap();
    let of_rule = findings
        .iter()
        .filter(|finding| finding["rule"] == "AKV904");
    of_rule
        .map(|finding| {
            (
                finding["verdict"].as_str().unwrap().to_owned(),
                finding["location"]["startLine"].as_u64().unwrap(),
                finding["message"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

#[test]
fn a_copy_that_was_not_made_anew_is_told() {
    let select = ["--select", "AKV904"];
    assert_eq!(told(JSON, &[]), []);
    assert_eq!(told(JSON, &select)[0].0, "pass");
    let stale = told(&JSON.replace("\"Disabled\"", "\"Enabled\""), &select);
    let (verdict, line, message) = &stale[0];
    assert_eq!((verdict.as_str(), *line), ("fail", 8));
    assert!(
        message.ends_with(
            "properties.publicNetworkAccess of Microsoft.KeyVault/vaults kv-contoso is `\"Enabled\"` here and \
             `\"Disabled\"` in main.bicep"
        ),
        "{message}"
    );
    let renamed = told(&JSON.replace("kv-contoso", "kv-fabrikam"), &select);
    assert!(renamed[0].2.contains("it lacks"), "{renamed:?}");
    let unknown = told(
        &JSON.replace("\"Disabled\"", "\"[reference('x').y]\""),
        &select,
    );
    assert_eq!(unknown[0].0, "open");
}
