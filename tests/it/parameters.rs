//! What is given to parameters: values of the wrong type, values that are not allowed, and secrets, which no output
//! shows.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

use serde_json::{Value, json};

use crate::program::akvlint;

const SECRET: &str = "Tr0ub4dor-and-3";

fn template() -> Value {
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {
            "name": {"type": "string", "defaultValue": "kv1"},
            "size": {"type": "string", "allowedValues": ["small", "large"], "defaultValue": "small"},
            "count": {"type": "int", "defaultValue": 1},
            "list": {"type": "array", "defaultValue": []},
            "on": {"type": "bool", "defaultValue": true},
            "password": {"type": "securestring", "defaultValue": ""},
            "settings": {"type": "secureObject", "defaultValue": {}},
            "pin": {"type": "securestring", "allowedValues": ["0000"], "defaultValue": "0000"},
        },
        "resources": [
            {
                "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "[parameters('name')]",
                "properties": {
                    "networkAcls": {"defaultAction": "[parameters('password')]", "bypass": "[parameters('settings').inner]"},
                    "mixed": "[concat('a-', parameters('password'))]",
                    "number": "[int(parameters('password'))]",
                    "item": "[parameters('list')[0][parameters('password')]]",
                },
            },
            {
                "type": "Microsoft.KeyVault/vaults/secrets", "apiVersion": "2023-07-01", "name": "[concat(parameters('name'), '/s')]",
                "properties": {"value": "[parameters('password')]", "all": "[string(parameters('settings'))]", "pin": "[parameters('pin')]"},
            },
            {
                "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "inner",
                "properties": {
                    "mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"},
                    "parameters": {"plain": {"value": "[parameters('password')]"}, "again": {"value": "[parameters('settings')]"}},
                    "template": {
                        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                        "contentVersion": "1.0.0.0",
                        "parameters": {"plain": {"type": "string"}, "again": {"type": "object"}},
                        "resources": [{
                            "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv2",
                            "properties": {"x": "[parameters('plain')]", "y": "[parameters('again').inner]"},
                        }],
                    },
                },
            },
        ],
        "outputs": {"o": {"type": "string", "value": "[parameters('password')]"}},
    })
}

fn folder(files: &[(&str, Value)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content.to_string()).expect("a file");
    }
    folder
}

fn parameter_file() -> Value {
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {
            "password": {"value": SECRET},
            "settings": {"value": {"inner": SECRET, SECRET: 1}},
            "pin": {"value": SECRET},
        },
    })
}

#[test]
fn a_secret_is_shown_nowhere() {
    let folder = folder(&[
        ("main.json", template()),
        ("main.parameters.json", parameter_file()),
    ]);
    let password = format!("password={SECRET}");
    let settings = format!("settings={{\"inner\": \"{SECRET}\"}}");
    let runs: [&[&str]; 9] = [
        &["expand", "main.json", "-p", "main.parameters.json"],
        &["expand", "main.json", "-p", &password, "-p", &settings],
        // It is not even shown where it is of the wrong type.
        &[
            "expand",
            "main.json",
            "-p",
            &settings.replace("settings", "password"),
            "-p",
            &password.replace("password", "settings"),
        ],
        &["check", "main.json", "-f", "pretty", "--select", "AKV"],
        &["check", "main.json", "-f", "json", "--select", "AKV"],
        &[
            "check",
            "main.json",
            "-f",
            "sarif",
            "--sarif-profile",
            "full",
            "--select",
            "AKV",
        ],
        &["check", "main.json", "-f", "compact", "--select", "AKV"],
        &[
            "check",
            "main.json",
            "-p",
            &password,
            "-p",
            &settings,
            "-f",
            "pretty",
        ],
        &[
            "check",
            "main.json",
            "-p",
            &password,
            "-p",
            &settings,
            "-f",
            "sarif",
            "--sarif-profile",
            "full",
        ],
    ];
    for arguments in runs {
        let (_, stdout, stderr) = akvlint(folder.path(), arguments);
        assert!(!stdout.is_empty(), "{arguments:?}: {stderr}");
        assert!(!stdout.contains(SECRET), "{arguments:?}: {stdout}");
        assert!(!stderr.contains(SECRET), "{arguments:?}: {stderr}");
    }
}

#[test]
fn only_whether_a_secret_is_empty_is_known() {
    let mut template = template();
    template["outputs"] = json!({
        "empty": {"type": "bool", "value": "[empty(parameters('password'))]"},
        "same": {"type": "bool", "value": format!("[equals(parameters('password'), '{SECRET}')]")},
        "long": {"type": "bool", "value": "[greater(length(parameters('password')), 3)]"},
    });
    let folder = folder(&[("main.json", template)]);
    let password = format!("password={SECRET}");
    let (_, stdout, _) = akvlint(folder.path(), &["expand", "main.json", "-p", &password]);
    let document: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(document["outputs"]["empty"], json!(false));
    assert!(document["outputs"]["same"].is_string(), "{document}");
    assert!(document["outputs"]["long"].is_string(), "{document}");
}

#[test]
fn so_is_a_part_of_a_value_that_does_not_fit_its_own_type() {
    let folder = folder(&[(
        "main.json",
        json!({
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "languageVersion": "2.0",
            "contentVersion": "1.0.0.0",
            "definitions": {
                "action": {"type": "string", "allowedValues": ["Allow", "Deny"]},
                "rule": {
                    "type": "object",
                    "properties": {"value": {"type": "string"}, "order": {"type": "int", "nullable": true}},
                    "additionalProperties": false,
                },
            },
            "parameters": {
                "acls": {
                    "type": "object",
                    "properties": {
                        "inner": {"type": "object", "properties": {"action": {"$ref": "#/definitions/action"}}},
                        "rules": {"type": "array", "items": {"$ref": "#/definitions/rule"}, "nullable": true},
                    },
                },
                "pair": {
                    "type": "array",
                    "prefixItems": [{"type": "int"}, {"$ref": "#/definitions/action"}],
                    "defaultValue": [1, "Deny"],
                },
            },
            "resources": {},
            "outputs": {
                "acls": {"type": "object", "value": "[parameters('acls')]"},
                "pair": {"type": "array", "value": "[parameters('pair')]"},
            },
        }),
    )]);
    let told = |given: &str| {
        let (_, stdout, _) = akvlint(folder.path(), &["expand", "main.json", "-p", given]);
        let document: Value = serde_json::from_str(&stdout).unwrap();
        let diagnostics = document["diagnostics"].as_array().unwrap().iter();
        let found = diagnostics.filter(|one| one["code"] == "parameter");
        found
            .map(|one| one["message"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    for (given, message) in [
        (
            r#"acls={"inner": {"action": "Open"}}"#,
            "parameter 'acls' is given a value whose 'inner.action' is not one of its allowed values",
        ),
        (
            r#"acls={"inner": {"action": 1}}"#,
            "parameter 'acls' is given a value whose 'inner.action' has to be of type string, but is of type int",
        ),
        (
            r#"acls={"inner": {}}"#,
            "parameter 'acls' is given a value without 'inner.action', which its type requires",
        ),
        (
            r#"acls={"inner": null}"#,
            "parameter 'acls' is given a value without 'inner', which its type requires",
        ),
        (
            r#"acls={"inner": {"action": "Deny"}, "rules": [{"value": "a"}, {"value": "b", "rank": 1}]}"#,
            "parameter 'acls' is given a value with 'rules[1].rank', which its type does not have",
        ),
        (
            r#"pair=[1, "Open"]"#,
            "parameter 'pair' is given a value whose '[1]' is not one of its allowed values",
        ),
    ] {
        assert_eq!(told(given), [message], "{given}");
    }
    for fitting in [
        r#"acls={"INNER": {"Action": "Deny", "more": 1}, "rules": [{"value": "a", "order": null}], "other": 2}"#,
        r#"acls={"inner": {"action": "Allow"}, "rules": null}"#,
        r#"pair=[2, "Allow", 3]"#,
    ] {
        assert!(told(fitting).is_empty(), "{fitting}: {:?}", told(fitting));
    }
    let file = json!({"parameters": {"acls": {"value": {"inner": {"action": "Open"}}}}});
    let file = serde_json::to_string_pretty(&file).unwrap();
    std::fs::write(folder.path().join("main.parameters.json"), file).unwrap();
    let arguments = ["expand", "main.json", "-p", "main.parameters.json"];
    let (_, stdout, _) = akvlint(folder.path(), &arguments);
    let document: Value = serde_json::from_str(&stdout).unwrap();
    let told = &document["diagnostics"][0];
    assert_eq!(told["file"], "main.parameters.json", "{document}");
    assert_eq!(told["line"], 6, "{document}");
}

#[test]
fn a_value_that_does_not_fit_is_a_diagnostic_where_it_is_given() {
    let folder = folder(&[("main.json", template())]);
    for (given, message) in [
        (
            "size=medium",
            "parameter 'size' is given a value that is not one of its allowed values",
        ),
        (
            "size=1",
            "parameter 'size' is given a value that is not one of its allowed values",
        ),
        (
            "count=x",
            "parameter 'count' is of type int, but is given a value of type string",
        ),
        (
            "count=[1]",
            "parameter 'count' is of type int, but is given a value of type array",
        ),
        (
            "list={}",
            "parameter 'list' is of type array, but is given a value of type object",
        ),
        (
            "on=0",
            "parameter 'on' is of type bool, but is given a value of type int",
        ),
        ("other=1", "the template has no parameter 'other'"),
    ] {
        let (_, stdout, _) = akvlint(folder.path(), &["expand", "main.json", "-p", given]);
        let document: Value = serde_json::from_str(&stdout).unwrap();
        let diagnostics = document["diagnostics"].as_array().unwrap();
        let found = diagnostics.iter().find(|one| one["code"] == "parameter");
        let found = found.unwrap_or_else(|| panic!("{given}: {diagnostics:?}"));
        assert_eq!(found["message"], message, "{given}");
        assert_eq!(found["file"], "<-p 1>", "{given}");
    }
    for fitting in [
        "size=large",
        "count=3",
        "list=[1, \"a\"]",
        "on=false",
        "on=True",
        "name=",
        "name=1",
        "name=[]",
        "SIZE=small",
    ] {
        let (_, stdout, _) = akvlint(folder.path(), &["expand", "main.json", "-p", fitting]);
        let document: Value = serde_json::from_str(&stdout).unwrap();
        let diagnostics = document["diagnostics"].as_array().unwrap();
        assert!(
            diagnostics.iter().all(|one| one["code"] != "parameter"),
            "{fitting}: {diagnostics:?}"
        );
    }
}

/// A null of a parameter file is what whoever deploys still has to fill in; a module cannot be given one.
#[test]
fn null_is_no_value_of_a_required_parameter() {
    let module = "param bypass string\nresource kv 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: 'kv-contoso'\n  location: 'westeurope'\n  properties: { networkAcls: { defaultAction: 'Deny', bypass: bypass } }\n}\n";
    let call = "module kv 'kv.bicep' = {\n  name: 'kv'\n  params: { bypass: null }\n}\n";
    let given = "using 'kv.bicep'\nparam bypass = null\n";
    for (file, text, diagnostic) in [
        (
            "main.bicep",
            call,
            "parameter 'bypass' needs a value, but is given null",
        ),
        ("main.bicepparam", given, ""),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("kv.bicep"), module).unwrap();
        std::fs::write(folder.path().join(file), text).unwrap();
        let (_, out, _) = akvlint(folder.path(), &["expand", file]);
        let document: Value = serde_json::from_str(&out).unwrap();
        let acls = &document["predictedResources"][0]["properties"]["networkAcls"];
        assert_eq!(acls["bypass"], "[parameters('bypass')]", "{file}");
        let told = &document["diagnostics"][0]["message"];
        assert_eq!(told.as_str().unwrap_or_default(), diagnostic, "{file}");
    }
}
