//! Whole runs over exports.

use std::path::Path;

use serde_json::Value as Json;

use crate::program::akvlint;

/// What `akvlint check` says of these exports, as JSON.
fn check(names: &[&str]) -> Json {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/exports");
    let flags = ["check", "--format", "json", "--select", "AKV1,AKV7"];
    let (_, stdout, stderr) = akvlint(&folder, &[&flags, names].concat());
    serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stderr}"))
}

/// Rule, verdict, file and line of each finding of a rule.
fn findings(report: &Json, rule: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .filter(|finding| finding["rule"] == rule)
        .map(|finding| {
            let (path, line) = (
                &finding["location"]["path"],
                &finding["location"]["startLine"],
            );
            let verdict = finding["verdict"].as_str().unwrap();
            format!("{verdict} {}:{line}", path.as_str().unwrap())
        })
        .collect()
}

#[test]
fn a_value_per_line_is_a_whole_export() {
    let report = check(&["lines.ndjson"]);
    assert_eq!(report["files"][0]["status"], "analysed", "{report:#}");
    assert_eq!(findings(&report, "AKV101"), ["fail lines.ndjson:2"]);
    assert_eq!(findings(&report, "AKV102"), ["fail lines.ndjson:1"]);
}

#[test]
fn a_list_of_names_opens_nothing_that_another_export_settles() {
    let alone = check(&["az-keyvault-list.json"]);
    assert_eq!(
        findings(&alone, "AKV101"),
        [
            "open az-keyvault-list.json:8",
            "open az-keyvault-list.json:16"
        ]
    );
    let both = check(&["az-keyvault-list.json", "az-keyvault-list-group.json"]);
    let vault = "az-keyvault-list-group.json";
    assert_eq!(findings(&both, "AKV101").len(), 1, "{both:#}");
    assert_eq!(findings(&both, "AKV102"), [format!("fail {vault}:17")]);
}

#[test]
fn a_cut_off_export_is_partial() {
    let report = check(&["get-azkeyvault-cut-off.json"]);
    let file = &report["files"][0];
    assert_eq!(file["status"], "partial");
    assert!(
        file["reason"].as_str().unwrap().contains("-Depth 10"),
        "{file}"
    );
}

#[test]
fn a_snapshot_is_judged_as_a_deployment() {
    let report = check(&["snapshot.json"]);
    assert_eq!(report["files"][0]["kind"], "snapshot");
    assert_eq!(findings(&report, "AKV102"), ["fail snapshot.json:17"]);
    let found = report["findings"].as_array().unwrap();
    let found = found.iter().find(|finding| finding["rule"] == "AKV102");
    let found = found.unwrap();
    assert_eq!(found["deployments"][0]["file"], "snapshot.json");
    let id = found["resource"]["id"].as_str().unwrap();
    assert!(id.starts_with("/subscriptions/0b1f6471"), "{id}");
}
