//! The commands around rules: what they print and their exit codes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::collections::BTreeSet;
use std::path::Path;

use akvlint::rules::{RuleSet, RuleSettings};
use serde_json::Value;

use crate::program;

fn akvlint(arguments: &[&str]) -> (Option<i32>, String, String) {
    program::akvlint(Path::new(env!("CARGO_MANIFEST_DIR")), arguments)
}

#[test]
fn a_rule_is_explained_by_its_id_or_name() {
    let (code, by_id, _) = akvlint(&["explain", "akv102"]);
    assert_eq!(code, Some(0));
    assert!(by_id.starts_with("AKV102: trusted-services-blocked\n"));
    assert!(by_id.contains("WHAT TO DO"));
    let (_, by_name, _) = akvlint(&["explain", "trusted-services-blocked"]);
    assert_eq!(by_id, by_name);
    let (_, page, _) = akvlint(&["explain", "AKV102", "--format", "markdown"]);
    assert!(page.starts_with("# AKV102: trusted-services-blocked\n"));
}

#[test]
fn a_rule_that_is_not_there_is_an_error_with_a_suggestion() {
    let (code, out, error) = akvlint(&["explain", "trusted-service-blocked"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(
        error.contains("did you mean `trusted-services-blocked`?"),
        "{error}"
    );
}

#[test]
fn the_list_has_every_rule_in_both_forms() {
    let (code, json, _) = akvlint(&["rules", "list", "--format", "json"]);
    assert_eq!(code, Some(0));
    let listed: Value = serde_json::from_str(&json).unwrap();
    let (_, pretty, _) = akvlint(&["rules", "list"]);
    let rules = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), rules.iter().count());
    assert_eq!(pretty.lines().count(), rules.iter().count());
    for ((rule, json), line) in rules
        .iter()
        .zip(listed.as_array().unwrap())
        .zip(pretty.lines())
    {
        assert_eq!(json["id"], *rule.id);
        assert_eq!(json["enabled"], rule.enabled, "{}", rule.id);
        assert_eq!(json["builtIn"], true);
        assert_eq!(line.contains(" off "), !rule.enabled, "{line}");
        assert!(line.starts_with(&*rule.id) && line.ends_with(&rule.title));
    }
}

#[test]
fn a_folder_without_rules_cannot_be_tested() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, error) = akvlint(&["rules", "test", folder.path().to_str().unwrap()]);
    assert_eq!(code, Some(2));
    assert!(error.contains("no rule file"), "{error}");
    let (code, _, error) = akvlint(&["rules", "test", "no/such/folder"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("no/such/folder"), "{error}");
}

/// A rule without its examples.
const SMALL_SKU: &str = r#"id = "TEAM1"
name = "small-sku"
title = "The SKU is standard"
level = "warning"
security-severity = "1.0"
precision = "high"
resources = ["Microsoft.KeyVault/vaults"]
open = "cannot tell"

[[case]]
when = { path = "$.properties.sku.name", equals = "standard" }
at = "$.properties.sku.name"
message = "{name} is {value}"

[docs]
why = "W."
remedy = "R."
limits = "L."
links = []

"#;

/// An example may be a file beside its rule, with modules and parameter files beside that; its changes are seen too.
#[test]
fn an_example_can_be_a_file_beside_the_rule() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let examples = r#"[[example]]
name = "the module gets a standard one"
expect = "fail"
at = "'standard'"
file = "examples/bad.bicep"

[[example]]
name = "the parameter file gives a premium one"
expect = "pass"
file = "examples/good.json"
"#;
    let rule = format!("{SMALL_SKU}{examples}");
    write("rule.toml", &rule);
    write(
        "examples/bad.bicep",
        "module kv 'kv.bicep' = {\n  name: 'kv'\n  params: {\n    sku: 'standard'\n  }\n}\n",
    );
    write(
        "examples/kv.bicep",
        "param sku string\nresource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'kv'\n  properties: {\n    sku: {\n      name: sku\n    }\n  }\n}\n",
    );
    write(
        "examples/good.json",
        r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0", "parameters": {"sku": {"type": "string"}}, "resources": [{
            "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv",
            "properties": {"sku": {"name": "[parameters('sku')]"}}}]}"#,
    );
    write(
        "examples/good.parameters.json",
        r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
            "contentVersion": "1.0.0.0", "parameters": {"sku": {"value": "premium"}}}"#,
    );
    let path = folder.path().to_str().unwrap();
    let (code, out, error) = akvlint(&["rules", "test", path, "--mutate"]);
    assert_eq!(
        (code, out.as_str()),
        (Some(0), "1 rule, 2 examples: all as expected\n"),
        "{error}"
    );
    #[cfg(unix)]
    {
        let outside = tempfile::NamedTempFile::new().unwrap();
        let example = folder.path().join("examples/good.json");
        std::fs::remove_file(&example).unwrap();
        std::os::unix::fs::symlink(outside.path(), &example).unwrap();
        let (code, out, error) = akvlint(&["rules", "test", path]);
        assert_eq!(code, Some(1), "{out}{error}");
        assert!(out.contains("leads out of the folder"), "{out}{error}");
    }
}

/// What is left of an example that is cut off has a verdict too, but not one of what was meant.
#[test]
fn an_example_with_an_error_of_syntax_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let examples = r#"[[example]]
name = "it is cut off"
expect = "fail"
resource = '''{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv",
  "properties": {"sku": {"name": "standard"}'''

[[example]]
name = "it is whole"
expect = "pass"
resource = '''{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv",
  "properties": {"sku": {"name": "premium"}}}'''
"#;
    let rule = format!("{SMALL_SKU}{examples}");
    std::fs::write(folder.path().join("rule.toml"), rule).unwrap();
    let path = folder.path().to_str().unwrap();
    let (code, out, error) = akvlint(&["rules", "test", path]);
    assert_eq!(code, Some(1), "{out}{error}");
    let all = format!("{out}{error}");
    assert!(all.contains("its input is not understood: syntax"), "{all}");
}

#[test]
fn shells_and_the_manual_know_every_command() {
    let (_, help, _) = akvlint(&["--help"]);
    let commands: BTreeSet<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.contains("check") && commands.contains("rules"));
    let (code, manual, _) = akvlint(&["man"]);
    assert_eq!(code, Some(0));
    for command in &commands {
        let heading = format!(".SH \"AKVLINT {}\"", command.to_uppercase());
        assert!(manual.contains(&heading), "{command}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, _) = akvlint(&["completions", shell]);
        assert_eq!(code, Some(0), "{shell}");
        for command in &commands {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
}

/// What of draft-07 the schema of rule files uses. Gives the first thing in the value that the schema refuses.
pub(crate) fn refused(schema: &Value, value: &Value, root: &Value) -> Option<String> {
    let known = [
        "$schema",
        "$id",
        "title",
        "description",
        "definitions",
        "type",
        "enum",
        "pattern",
        "format",
        "properties",
        "additionalProperties",
        "required",
        "items",
        "anyOf",
        "oneOf",
        "allOf",
        "$ref",
        "minProperties",
        "maxProperties",
        "minimum",
        "not",
        "propertyNames",
        "maximum",
    ];
    let members = schema.as_object().unwrap();
    if let Some(unknown) = members.keys().find(|key| !known.contains(&key.as_str())) {
        return Some(format!("the schema has `{unknown}`"));
    }
    let list = |key: &str| schema[key].as_array().cloned().unwrap_or_default();
    if let Some(name) = schema["$ref"].as_str() {
        return refused(
            root.pointer(name.strip_prefix('#').unwrap()).unwrap(),
            value,
            root,
        );
    }
    let is = |kind: &Value| match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        other => panic!("{other}"),
    };
    let fits_type = match &schema["type"] {
        Value::Null => true,
        Value::Array(kinds) => kinds.iter().any(is),
        kind => is(kind),
    };
    if !fits_type || (schema["enum"].is_array() && !list("enum").contains(value)) {
        return Some(format!("{value}"));
    }
    if schema["not"].is_object() && refused(&schema["not"], value, root).is_none() {
        return Some(format!("{value}"));
    }
    if let (true, Some(object)) = (schema["propertyNames"].is_object(), value.as_object()) {
        let mut keys = object.keys().map(|key| Value::from(key.as_str()));
        if let Some(fault) = keys.find_map(|key| refused(&schema["propertyNames"], &key, root)) {
            return Some(fault);
        }
    }
    if let Some(number) = value.as_i64()
        && (schema["minimum"]
            .as_i64()
            .is_some_and(|least| number < least)
            || schema["maximum"].as_i64().is_some_and(|most| number > most))
    {
        return Some(format!("{number}"));
    }
    if let (Some(pattern), Some(text)) = (schema["pattern"].as_str(), value.as_str())
        && !regex::Regex::new(pattern).unwrap().is_match(text)
    {
        return Some(format!("{text} is not {pattern}"));
    }
    if let Some(fault) = list("allOf")
        .iter()
        .find_map(|one| refused(one, value, root))
    {
        return Some(fault);
    }
    for (key, enough) in [("anyOf", 1..=usize::MAX), ("oneOf", 1..=1)] {
        let faults: Vec<_> = list(key)
            .iter()
            .map(|one| refused(one, value, root))
            .collect();
        let fit = faults.iter().filter(|fault| fault.is_none()).count();
        if !faults.is_empty() && !enough.contains(&fit) {
            return Some(format!("{value}: {fit} of {key}"));
        }
    }
    if let Some(object) = value.as_object() {
        let number = object.len() as u64;
        if list("required")
            .iter()
            .any(|key| !object.contains_key(key.as_str().unwrap()))
            || schema["minProperties"]
                .as_u64()
                .is_some_and(|least| number < least)
            || schema["maxProperties"]
                .as_u64()
                .is_some_and(|most| number > most)
        {
            return Some(format!("{value}"));
        }
        for (key, inner) in object {
            let fault = match (&schema["properties"][key], &schema["additionalProperties"]) {
                (Value::Null, Value::Bool(false)) => Some(format!("unknown key {key}")),
                (Value::Null, Value::Null | Value::Bool(true)) => None,
                (Value::Null, other) => refused(other, inner, root),
                (own, _) => refused(own, inner, root),
            };
            if fault.is_some() {
                return fault;
            }
        }
    }
    if let (Some(items), Some(schema)) = (value.as_array(), members.get("items")) {
        return items.iter().find_map(|item| refused(schema, item, root));
    }
    None
}

#[test]
fn the_schema_takes_every_built_in_rule_and_refuses_mistakes() {
    let (_, schema, _) = akvlint(&["rules", "schema"]);
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let rules = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    let mut seen = 0;
    for rule in rules.iter() {
        let table: toml::Table = rule.file.text.parse().unwrap();
        let value = serde_json::to_value(&table).unwrap();
        assert_eq!(refused(&schema, &value, &schema), None, "{}", rule.id);
        seen += 1;

        let mut wrong = value.clone();
        wrong["levle"] = "error".into();
        assert!(refused(&schema, &wrong, &schema).is_some(), "{}", rule.id);
        let mut wrong = value.clone();
        wrong["case"][0]["when"] = serde_json::json!({ "pth": "$.a", "equals": 1 });
        assert!(refused(&schema, &wrong, &schema).is_some(), "{}", rule.id);
        let mut wrong = value;
        wrong["example"][0]["expect"] = "fails".into();
        assert!(refused(&schema, &wrong, &schema).is_some(), "{}", rule.id);
    }
    assert!(seen > 60);
}
