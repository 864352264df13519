//! Declarations of which it is not known what Azure makes: they are told of, and nothing of them passes.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use serde_json::{Value, json};

use crate::check::{Ran, check};

/// A template with a parameter and one resource.
fn template(resource: &Value) -> Value {
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"given": {"type": "string"}},
        "resources": [resource],
    })
}

fn vault(properties: Value) -> Value {
    json!({
        "type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": "contoso-kv",
        "location": "westeurope", "properties": properties,
    })
}

fn checked(document: &Value) -> Ran {
    let arguments = ["main.json", "--select", "AKV101", "-f", "json"];
    check(
        &[("main.json", document.to_string().as_bytes())],
        &arguments,
    )
}

/// Why the file is partial.
fn told(ran: &Ran) -> String {
    let file = &ran.json()["files"][0];
    assert_eq!(file["status"], "partial", "{file}");
    file["reason"].as_str().unwrap().to_owned()
}

fn verdicts(ran: &Ran) -> Vec<String> {
    let findings = ran.findings().into_iter();
    findings.map(|(_, verdict, _)| verdict).collect()
}

#[test]
fn a_resource_that_exists_without_symbolic_names_is_judged_and_told_of() {
    let mut resource = vault(json!({"networkAcls": {"defaultAction": "Allow"}}));
    resource["existing"] = json!(true);
    let mut document = template(&resource);
    let ran = checked(&document);
    assert!(
        told(&ran).contains("`existing` is known in templates with `languageVersion` 2.0 only")
    );
    assert_eq!(verdicts(&ran), ["fail"]);
    document["languageVersion"] = json!("2.0");
    document["resources"] = json!({ "vault": resource });
    let ran = checked(&document);
    assert_eq!(ran.json()["files"][0]["status"], "analysed");
    assert_eq!(verdicts(&ran), Vec::<String>::new());
}

#[test]
fn a_type_that_is_computed_is_told_of_where_no_other_word_concerns_a_rule() {
    let resource =
        json!({"type": "[parameters('given')]", "apiVersion": "2023-07-01", "name": "one"});
    let reason = told(&checked(&template(&resource)));
    assert!(
        reason.contains("the type of a resource must be a literal string"),
        "{reason}"
    );
}

#[test]
fn resources_that_are_computed_are_told_of_where_no_other_word_concerns_a_rule() {
    let mut document = template(&json!({}));
    document["resources"] = json!("[parameters('given')]");
    let reason = told(&checked(&document));
    assert!(
        reason.contains("`resources` must be an array or an object"),
        "{reason}"
    );
}

#[test]
fn a_member_with_a_computed_and_a_written_name_is_undecided() {
    let [allow, deny] = ["Allow", "Deny"].map(|action| json!({"defaultAction": action}));
    let computed = "[concat('network', 'Acls')]";
    for properties in [
        json!({computed: allow, "networkAcls": deny}),
        json!({"networkAcls": allow, computed: deny}),
        json!({computed: allow, "[concat('networkA', 'cls')]": deny}),
    ] {
        let ran = checked(&template(&vault(properties)));
        assert_eq!(verdicts(&ran), ["open"]);
        let causes = ran.json()["findings"][0]["causes"].to_string();
        assert!(causes.contains("two members have this name"), "{causes}");
    }
    // One name alone is what it is.
    let ran = checked(&template(&vault(json!({computed: deny}))));
    assert_eq!(verdicts(&ran), Vec::<String>::new());
}

#[test]
fn a_member_of_a_resource_with_a_computed_name_is_not_dropped() {
    let deny = json!({"networkAcls": {"defaultAction": "Deny"}});
    let mut resource = vault(deny.clone());
    let computed = "[concat('proper', 'ties')]";
    resource[computed] = json!({"networkAcls": {"defaultAction": "Allow"}});
    assert_eq!(verdicts(&checked(&template(&resource))), ["open"]);
    // It may be any.
    let mut resource = vault(deny.clone());
    resource["[parameters('given')]"] = json!({"networkAcls": {"defaultAction": "Allow"}});
    assert_eq!(verdicts(&checked(&template(&resource))), ["open"]);
    // One name alone is what it is.
    let mut resource = vault(json!({}));
    resource.as_object_mut().unwrap().remove("properties");
    resource[computed] = deny;
    assert_eq!(
        verdicts(&checked(&template(&resource))),
        Vec::<String>::new()
    );
}

#[test]
fn the_line_of_a_problem_is_said_once() {
    let mut resource = vault(json!({}));
    resource["existing"] = json!(true);
    let document = template(&resource).to_string();
    for format in ["pretty", "compact", "github", "azdo", "markdown"] {
        let ran = check(
            &[("main.json", document.as_bytes())],
            &["main.json", "-f", format],
        );
        assert!(ran.stdout.contains("existing"), "{format}: {}", ran.stdout);
        assert!(!ran.stdout.contains("line 1"), "{format}: {}", ran.stdout);
    }
}
