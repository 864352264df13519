//! Where findings point, and the way of the value from there to where it is used.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::fs;

use serde_json::Value;

use crate::program::akvlint;

/// The findings of one rule: where each points, and what is related, as `line:column` and text.
fn ways(name: &str, text: &str, rule: &str) -> Vec<(String, Vec<String>)> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    let arguments = ["check", name, "-f", "json", "--select", rule];
    let (_, stdout, _) = akvlint(folder.path(), &arguments);
    let document: Value = serde_json::from_str(&stdout).expect("a JSON report");
    let place = |of: &Value| format!("{}:{}", of["startLine"], of["startColumn"]);
    let findings = document["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| {
            let related = finding["related"].as_array().unwrap().iter();
            let way = related.map(|related| {
                let message = related["message"].as_str().unwrap();
                format!("{} {message}", place(&related["location"]))
            });
            (place(&finding["location"]), way.collect())
        })
        .collect()
}

const LOOP: &str = "\
param ranges array = [
  '20.1.1.1'
  '10.0.0.0/8'
]
param offices array = [{ range: '10.1.0.0/16' }]
var all = concat(ranges, map(offices, office => office.range))

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
      ipRules: [for range in ranges: { value: range }]
    }
  }
}

resource other 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-fabrikam'
  location: 'westeurope'
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
      ipRules: map(all, range => { value: range })
    }
  }
}
";

#[test]
fn what_carries_an_array_carries_its_items() {
    let found = ways("main.bicep", LOOP, "AKV203");
    let of_loop = &found[0];
    assert_eq!(of_loop.0, "3:3");
    assert!(
        of_loop.1[0].starts_with("1:7 default of parameter 'ranges'"),
        "{found:?}"
    );
    assert!(
        found.iter().any(|(place, way)| {
            place == "5:33" && way[0].starts_with("5:7 default of parameter 'offices'")
        }),
        "{found:?}"
    );
}

#[test]
fn a_member_of_a_member_has_one_way() {
    let text = LOOP
        .replace("office => office.range", "office => office.range.start")
        .replace(
            "{ range: '10.1.0.0/16' }",
            "{ range: { start: '10.1.0.0/16' } }",
        );
    let found = ways("main.bicep", &text, "AKV203");
    let (_, way) = found
        .iter()
        .find(|(place, _)| place == "5:42")
        .expect("the nested value");
    let defaults = way.iter().filter(|step| step.contains("default of"));
    assert_eq!(defaults.count(), 1, "{way:?}");
}
