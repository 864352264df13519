//! Templates in other documents: as text, and several in a list.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use serde_json::{Value, json};

use crate::check::{Ran, check};

/// A template with a vault that every network can reach.
fn template(name: &str) -> Value {
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [{
            "type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": name, "location": "westeurope",
            "properties": {"networkAcls": {"defaultAction": "Allow"}},
        }],
    })
}

fn spec(template: Value) -> Value {
    json!({"type": "Microsoft.Resources/templateSpecs/versions", "mainTemplate": template})
}

fn checked(document: &Value, more: &[&str]) -> Ran {
    let text = document.to_string();
    let arguments = [
        &["check", "spec.json", "--select", "AKV101", "-f", "json"],
        more,
    ]
    .concat();
    check(&[("spec.json", text.as_bytes())], &arguments[1..])
}

/// Status and reason of the file.
fn file(ran: &Ran) -> (String, String) {
    let report = ran.json();
    let text = |key: &str| {
        report["files"][0][key]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    (text("status"), text("reason"))
}

#[test]
fn a_template_that_stands_there_as_text_is_judged_at_its_places() {
    let written = template("kv-contoso").to_string();
    let document = spec(json!(written));
    let ran = checked(&document, &[]);
    assert_eq!(file(&ran), ("analysed".to_owned(), String::new()));
    let report = ran.json();
    let place = &report["findings"][0]["location"];
    let column = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap() - 1;
    let text = document.to_string();
    assert_eq!(
        text.get(column("startColumn")..column("endColumn")),
        Some(r#"\"Allow\""#)
    );
    // A text within a text is not edited.
    let ran = checked(&document, &["--unsafe-fixes", "--diff"]);
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_text_that_is_no_template_is_told_of() {
    let ran = checked(&spec(json!("{\"resources\": [}")), &[]);
    let (status, reason) = file(&ran);
    assert_eq!(status, "partial");
    assert!(
        reason.contains("the template in this text cannot be read: "),
        "{reason}"
    );
}

#[test]
fn a_text_in_a_text_and_one_that_is_cut_off_are_told_of() {
    let written = template("kv-contoso").to_string();
    let within = json!({"template": json!({"template": written}).to_string()});
    let cut_off = json!({"template": written.trim_end_matches('}')});
    for document in [within, cut_off] {
        let ran = checked(&document, &[]);
        let (status, reason) = file(&ran);
        assert_eq!(status, "partial", "{document}");
        assert!(
            reason.contains("the template in this text cannot be read: "),
            "{reason}"
        );
    }
}

#[test]
fn of_several_templates_in_a_file_the_first_is_judged_and_the_others_are_told_of() {
    let request = |name: &str| json!({"properties": {"template": template(name)}});
    let ran = checked(&json!([request("kv-one")]), &[]);
    assert_eq!(file(&ran).0, "analysed");
    assert_eq!(ran.findings().len(), 1);

    let ran = checked(&json!([request("kv-one"), request("kv-two")]), &[]);
    let (status, reason) = file(&ran);
    assert_eq!(status, "partial");
    assert!(reason.contains("this template is not judged"), "{reason}");
    assert_eq!(ran.findings().len(), 1);
}
