//! Templates that definitions of Azure Policy deploy: they are not judged, and told of.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use serde_json::{Value, json};

use crate::check::check;

/// A definition that deploys a resource of this type.
fn definition(kind: &str) -> Value {
    json!({
        "type": "Microsoft.Authorization/policyDefinitions", "apiVersion": "2021-06-01", "name": "deploy",
        "properties": {"policyRule": {
            "if": {"field": "type", "equals": "Microsoft.KeyVault/vaults"},
            "then": {"effect": "[[parameters('effect')]", "details": {"deployment": {"properties": {
                "mode": "incremental",
                "template": template(&json!([{"type": kind, "apiVersion": "2023-07-01", "name": "one"}])),
            }}}},
        }},
    })
}

fn template(resources: &Value) -> Value {
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": resources,
    })
}

/// Status and reason of a file with this text.
fn file(name: &str, text: &str) -> (String, String) {
    let ran = check(&[(name, text.as_bytes())], &[name, "-f", "json"]);
    let report = ran.json();
    let said = |key: &str| {
        let said = report["files"][0][key].as_str();
        said.unwrap_or_default().to_owned()
    };
    (said("status"), said("reason"))
}

fn is_told(name: &str, text: &str) {
    let (status, reason) = file(name, text);
    assert_eq!(status, "partial", "{text}");
    let expected = "the template that this policy deploys is not judged";
    assert!(reason.contains(expected), "{reason}");
}

#[test]
fn the_template_of_a_policy_in_a_template_is_told_of() {
    let definition = definition("Microsoft.KeyVault/vaults");
    is_told("main.json", &template(&json!([definition])).to_string());
}

#[test]
fn the_template_of_a_policy_in_bicep_is_told_of() {
    let text = "
        resource p 'Microsoft.Authorization/policyDefinitions@2021-06-01' = {
          name: 'p'
          properties: { policyRule: { if: {}, then: { details: { deployment: { properties: { template: {
            resources: [{ type: 'Microsoft.KeyVault/vaults', name: 'kv' }]
          } } } } } } }
        }";
    is_told("main.bicep", text);
}

#[test]
fn the_template_of_a_policy_in_a_file_of_its_own_is_told_of() {
    let definition = definition("Microsoft.KeyVault/vaults");
    let properties = &definition["properties"];
    for written in [
        &definition,
        &json!({ "properties": properties }),
        properties,
        &properties["policyRule"],
    ] {
        is_told("policy.json", &written.to_string());
    }
}

#[test]
fn the_template_that_a_policy_deploys_through_another_is_told_of() {
    let vault =
        template(&json!([{"type": "Microsoft.KeyVault/vaults", "name": "[parameters('name')]"}]));
    let mut definition = definition("Microsoft.Resources/deployments");
    let way = "/properties/policyRule/then/details/deployment/properties/template/resources/0";
    let deployment = definition.pointer_mut(way).unwrap();
    deployment["properties"] = json!({ "template": vault });
    is_told("policy.json", &definition.to_string());
}

#[test]
fn what_a_policy_deploys_that_is_not_known_is_told_of() {
    let mut definition = definition("Microsoft.KeyVault/vaults");
    definition["properties"] = json!("[parameters('properties')]");
    let mut document = template(&json!([definition, {
        "type": "Microsoft.Authorization/policyAssignments", "apiVersion": "2021-06-01", "name": "Microsoft.KeyVault",
    }]));
    document["parameters"] = json!({"properties": {"type": "object"}});
    let (status, reason) = file("main.json", &document.to_string());
    assert_eq!(status, "partial");
    assert!(reason.contains("it is not known offline"), "{reason}");
}

#[test]
fn a_policy_that_deploys_nothing_of_concern_is_not_told_of() {
    let definition = definition("Microsoft.Insights/diagnosticSettings");
    let document = template(&json!([definition]));
    assert_eq!(file("main.json", &document.to_string()).0, "analysed");
    assert_eq!(file("policy.json", &definition.to_string()).0, "analysed");
}
