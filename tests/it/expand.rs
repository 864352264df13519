//! `akvlint expand`, as its users run it.
#![allow(clippy::expect_used, reason = "tests may panic")]

use serde_json::{Value, json};

use crate::docs::root;
use crate::program::akvlint;

fn expand(arguments: &[&str]) -> (Value, Option<i32>) {
    let (code, stdout, _) = akvlint(root(), &[&["expand"], arguments].concat());
    let document = serde_json::from_str(&stdout).unwrap_or(Value::Null);
    (document, code)
}

#[test]
fn an_endpoint_has_the_id_of_its_vault_though_the_name_is_unknown() {
    let (document, code) = expand(&["testdata/expand/vault.json"]);
    let resources = &document["predictedResources"];
    assert_eq!(code, Some(0));
    assert_eq!(resources[0]["id"], resources[1]["properties"]["x"]);
    assert_eq!(resources[0]["name"], "[parameters('name')]");
}

#[test]
fn a_guard_that_is_undecided_is_printed_as_its_choice() {
    let (document, _) = expand(&["testdata/expand/vault.json"]);
    assert_eq!(
        document["predictedResources"][0]["properties"]["networkAcls"]["defaultAction"],
        "[if(equals(parameters('env'), 'prod'), 'Deny', 'Allow')]"
    );
}

#[test]
fn parameters_and_context_of_the_command_line_are_known() {
    let (document, _) = expand(&[
        "testdata/expand/vault.json",
        "-p",
        "name=kv1",
        "-p",
        "env=prod",
        "-p",
        "n=1",
        "--subscription-id",
        "11111111-1111-1111-1111-111111111111",
        "--resource-group",
        "rg1",
        "--location",
        "westeurope",
    ]);
    let resources = document["predictedResources"].as_array().expect("an array");
    assert_eq!(resources.len(), 2);
    assert_eq!(
        resources[0]["id"],
        "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg1/providers/Microsoft.KeyVault/vaults/kv1"
    );
    assert_eq!(resources[0]["location"], "westeurope");
    assert_eq!(
        resources[0]["properties"]["networkAcls"],
        json!({"defaultAction": "Deny"})
    );
    // The declared property of a resource of the same deployment is known through reference().
    assert_eq!(resources[1]["properties"]["acl"], "Deny");
}

#[test]
fn a_value_that_is_not_allowed_is_a_diagnostic() {
    let (document, code) = expand(&["testdata/expand/vault.json", "-p", "env=test", "--strict"]);
    assert_eq!(document["diagnostics"][0]["code"], "parameter");
    assert_eq!(code, Some(3));
}

#[test]
fn a_file_that_is_not_there_is_a_job_that_cannot_be_done() {
    let (_, code) = expand(&["testdata/expand/none.json"]);
    assert_eq!(code, Some(2));
}

#[test]
fn names_that_azure_refuses_are_diagnostics_and_ids_keep_them_as_they_are() {
    let arguments = |group: &str, scope: &str, deployment: &str| {
        let values = [
            ("group", group),
            ("scope", scope),
            ("deployment", deployment),
        ];
        let values = values.map(|(name, value)| format!("{name}={value}"));
        let mut all = vec!["testdata/expand/scopes.json"];
        for value in &values {
            all.extend(["-p", value]);
        }
        let (document, _) = expand(&all);
        let messages = document["diagnostics"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let messages: Vec<String> = messages
            .iter()
            .map(|one| one["message"].to_string())
            .collect();
        (document["predictedResources"].clone(), messages.join("\n"))
    };
    // An empty name leaves its slash in the id, as it does where the name is filled in later.
    let (resources, messages) = arguments("", "1.2.3.4", "inner");
    assert_eq!(
        resources[0]["properties"]["policyDefinitionId"],
        "/providers/Microsoft.Management/managementGroups//providers/Microsoft.Authorization/policyDefinitions/d"
    );
    // One word is no relative id.
    assert_eq!(
        resources[1]["id"],
        "1.2.3.4/providers/Microsoft.Authorization/locks/l"
    );
    assert_eq!(messages, "");
    let (resources, _) = arguments("g", "Microsoft.KeyVault/vaults/kv", "inner");
    let id = resources[1]["id"].as_str().expect("a text");
    assert!(
        id.contains(
            "/providers/Microsoft.KeyVault/vaults/kv/providers/Microsoft.Authorization/locks/l"
        ),
        "{id}"
    );
    let (_, messages) = arguments("a/b", "x", &"n".repeat(65));
    assert!(
        messages.contains("managementGroups/a/b' is the id of no management group"),
        "{messages}"
    );
    assert!(messages.contains("has 65 characters"), "{messages}");
}

#[test]
fn what_is_wrong_with_what_nobody_reads_is_told_where_all_is_asked_for() {
    let file = "testdata/expand/unread_outputs.bicep";
    let (document, _) = expand(&[file]);
    let diagnostics = document["diagnostics"].as_array().expect("an array");
    let said: Vec<&str> = diagnostics
        .iter()
        .filter_map(|diagnostic| diagnostic["message"].as_str())
        .collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("has 74 characters"), "{said:?}");
    assert!(said[1].contains("the index 3 is outside"), "{said:?}");
    assert_eq!(document["predictedResources"][0]["name"], "kv-contoso");

    let (_, report, _) = akvlint(root(), &["check", file, "-f", "json", "--exit-zero"]);
    let report: Value = serde_json::from_str(&report).expect("a report");
    let files = report["files"].as_array().expect("an array");
    assert!(!files.is_empty());
    assert!(files.iter().all(|file| file["status"] == "analysed"));
}

#[test]
fn a_symbol_is_no_name_of_another_resource() {
    let (document, _) = expand(&["testdata/expand/symbol_like_a_name.json"]);
    assert_eq!(
        document["outputs"]["read"],
        "[reference('stores').enableSoftDelete]"
    );
}

#[test]
fn parents_in_a_circle_have_names_and_ids_that_refer_to_themselves() {
    let file = "testdata/expand/parent_in_a_circle.bicep";
    let (document, _) = expand(&[file]);
    let diagnostics = document["diagnostics"].as_array().expect("an array");
    let said = |message: &str| {
        let all = diagnostics.iter();
        all.filter(|diagnostic| diagnostic["message"] == message)
            .count()
    };
    assert_eq!(said("the id of this resource refers to itself"), 2);
    assert_eq!(said("the name of this resource refers to itself"), 2);
    assert_eq!(document["predictedResources"][6]["name"], "kv-contoso");
    let (code, _, _) = akvlint(root(), &["check", file, "--exit-zero"]);
    assert_eq!(code, Some(0));
}

/// Each of 800 copies has the one before it in another loop as its parent.
#[test]
fn a_long_line_of_parents_ends_where_it_is_too_deep() {
    use std::fmt::Write;
    let loops = 40;
    let mut text = String::new();
    for number in 0..loops {
        let parent = match number {
            0 => format!("r{}[i - 1]", loops - 1),
            _ => format!("r{}[i]", number - 1),
        };
        writeln!(
            text,
            "resource r{number} 'Contoso.Test/shops/shelves@2024-01-01' = [for i in range(0, 800): {{\n  parent: {parent}\n  name: 'n${{i}}'\n}}]"
        )
        .expect("a string");
    }
    writeln!(
        text,
        "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {{\n  name: 'kv-contoso'\n  location: 'x'\n  tags: {{ last: r{}[799].id }}\n}}",
        loops - 1
    )
    .expect("a string");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("line.bicep"), text).expect("a file");
    let (code, report, _) = akvlint(folder.path(), &["check", "line.bicep", "-f", "json"]);
    assert_eq!(code, Some(1));
    assert!(report.contains("kv-contoso"));
}

/// To find the resource that is read, the ids of its type are looked at, among them the one that is being made.
#[test]
fn an_id_may_hang_on_another_of_its_type() {
    let (document, _) = expand(&["testdata/expand/id_that_looks_for_another.json"]);
    assert_eq!(document["diagnostics"], serde_json::json!([]));
    let ids = document["predictedResources"].as_array().expect("an array");
    let second = ids[1]["id"].as_str().expect("an id");
    assert!(
        second.contains("/providers/Microsoft.Authorization/locks/l"),
        "{second}"
    );
}
