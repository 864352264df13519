//! A Bicep file and the JSON that its compiler makes of it give the same resources.
#![allow(clippy::expect_used, reason = "tests may panic")]

use serde_json::Value;

use crate::docs::root;
use crate::program::akvlint;

/// Each file, how many resources it deploys, and something that must be known of them.
const PAIRS: [(&str, usize, &str); 6] = [
    (
        "names",
        6,
        "/providers/Microsoft.KeyVault/vaults/{2}-kv/secrets/third",
    ),
    ("loops", 6, "vaults/known-b/secrets/secret-b"),
    (
        "conditions",
        3,
        "[and(parameters('deploy'), parameters('inner'))]",
    ),
    ("modules", 8, "10.0.1.0/24"),
    ("extensions", 2, "[reference('secret').status]"),
    (
        "deployments",
        2,
        "/resourceGroups/elsewhere/providers/Microsoft.KeyVault/vaults/first-",
    ),
];

const CONTEXT: [&str; 8] = [
    "--subscription-id",
    "11111111-1111-1111-1111-111111111111",
    "--resource-group",
    "rg1",
    "--tenant-id",
    "22222222-2222-2222-2222-222222222222",
    "--location",
    "westeurope",
];

fn expand(file: &str, context: &[&str]) -> Value {
    let (_, stdout, _) = akvlint(root(), &[&["expand"], context, &[file]].concat());
    serde_json::from_str(&stdout).expect("a document")
}

/// The resources in an order of their own: the compiler moves nested ones before those around them.
fn resources(document: &Value) -> Vec<&Value> {
    let resources = document["predictedResources"]
        .as_array()
        .expect("resources");
    let mut resources: Vec<&Value> = resources.iter().collect();
    resources.sort_by_key(|resource| (resource["type"].to_string(), resource["id"].to_string()));
    resources
}

#[test]
fn a_bicep_file_and_its_json_expand_alike() {
    for (name, count, known) in PAIRS {
        for context in [&[][..], &CONTEXT] {
            let bicep = expand(&format!("testdata/bicep/pairs/{name}.bicep"), context);
            let json = expand(&format!("testdata/bicep/pairs/{name}.json"), context);
            assert_eq!(bicep["diagnostics"], serde_json::json!([]), "{name}");
            assert_eq!(resources(&bicep), resources(&json), "{name}");
            assert_eq!(bicep["outputs"], json["outputs"], "{name}");
            assert_eq!(resources(&bicep).len(), count, "{name}");
            if context.is_empty() {
                assert!(bicep.to_string().contains(known), "{name}: {bicep}");
            }
        }
    }
}

#[test]
fn a_parameter_file_expands_its_template() {
    let document = expand("testdata/bicep/modules/vault.bicepparam", &[]);
    let resources = resources(&document);
    assert_eq!(resources[0]["name"], "kv-test");
    assert_eq!(
        resources[0]["properties"]["networkAcls"]["ipRules"][0]["value"],
        "203.0.113.0/24"
    );
    assert_eq!(document["diagnostics"], serde_json::json!([]));
}

#[test]
fn a_parameter_file_without_its_template_says_so() {
    let document = expand("testdata/bicep/modules/lost.bicepparam", &[]);
    assert_eq!(document["predictedResources"], serde_json::json!([]));
    assert_eq!(document["diagnostics"][0]["code"], "module");
    assert_eq!(document["diagnostics"][0]["line"], 1);
    assert_eq!(document["diagnostics"][0]["column"], 7);
}

#[test]
fn a_module_that_is_not_there_stays_a_deployment() {
    let document = expand("testdata/bicep/modules/missing.bicep", &[]);
    let resources = resources(&document);
    assert_eq!(resources[1]["type"], "Microsoft.Resources/deployments");
    assert_eq!(
        resources[0]["properties"]["value"],
        resources[0]["properties"]["same"]
    );
    assert_eq!(document["diagnostics"][0]["code"], "module");
    assert_eq!(document["diagnostics"][0]["line"], 1);
}

#[test]
fn a_cycle_of_parents_or_values_ends() {
    let document = expand("testdata/bicep/modules/cycle.bicep", &[]);
    assert!(
        !document["diagnostics"]
            .as_array()
            .expect("diagnostics")
            .is_empty()
    );
}
