//! The JSON Schema of `akvlint.toml`, for editors that complete and check TOML.
//!
//! In: the built-in rules. Out: a schema in the draft that editors know (draft-07). A team's own rules are not in it, so
//! it takes what it does not know where a rule or a datum may have any name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::rules::{DataEntry, DataKind, Rule, RuleSet};

/// What the ids of built-in rules begin with. Others are names, or a team's own, which are not known here.
const OWN: &str = "^AKV";

/// The schema of a configuration.
pub(in crate::cli) fn schema(rules: &RuleSet) -> Value {
    let mut of_rules = Map::new();
    let mut data: BTreeMap<&str, &DataEntry> = BTreeMap::new();
    for rule in rules.iter() {
        of_rules.insert(rule.id.to_string(), of_rule(rule));
        data.extend(rule.data.iter().map(|(name, entry)| (name.as_str(), entry)));
    }
    let of_data: Map<String, Value> = data
        .into_iter()
        .map(|(name, entry)| (name.to_owned(), datum(entry)))
        .collect();
    let ids: Vec<&str> = rules.iter().map(|rule| &*rule.id).collect();
    // Every beginning of an id, from its letters on.
    let beginnings = ids
        .iter()
        .flat_map(|id| (3..=id.len()).filter_map(|end| id.get(..end)));
    let words: BTreeSet<&str> = beginnings
        .chain(rules.iter().map(|rule| &*rule.name))
        .collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": concat!(env!("CARGO_PKG_REPOSITORY"), "/raw/main/docs/akvlint.schema.json"),
        "title": "The configuration of akvlint",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "select": rule_words("The rules that run, those that are off among them: ids, names, beginnings of ids. All that are on where it is empty."),
            "ignore": rule_words("Rules that do not run."),
            "profile": one_of(&["default", "all"], "Which rules run unless something is said of them: those that are on, or all."),
            "world": one_of(&["open", "closed"], "Whether resources may exist that are not among what is analysed."),
            "cloud": one_of(&["AzureCloud", "AzureUSGovernment", "AzureChinaCloud"], "The cloud."),
            "exclude": texts("What is left out, as in a .gitignore in the folder of this file."),
            "module-cache": text("The folder of restored modules, relative to this file."),
            "baseline": text("The baseline, relative to this file."),
            "rule-folders": texts("Folders of rules of your own, relative to this file."),
            "fail-on": one_of(&["error", "warning", "note", "open", "never"], "From which level on findings make the exit code 1; `open` takes undecided verdicts too."),
            "data": { "allOf": [{ "$ref": "#/definitions/data" }] },
            "rules": { "allOf": [{ "$ref": "#/definitions/rules" }] },
            "overrides": list(&json!({
                "type": "object",
                "additionalProperties": false,
                "required": ["paths"],
                "properties": {
                    "paths": texts("The files whose resources are meant, as in a .gitignore in the folder of this file."),
                    "select": rule_words("In place of the `select` for all files."),
                    "ignore": rule_words("Beside the `ignore` for all files."),
                    "data": { "allOf": [{ "$ref": "#/definitions/data" }] },
                    "rules": { "allOf": [{ "$ref": "#/definitions/rules" }] },
                },
            }), "What is different for some files; of several the later goes over the earlier."),
            "parameters": list(&json!({
                "type": "object",
                "additionalProperties": false,
                "required": ["templates", "files"],
                "properties": {
                    "templates": texts("The templates, as in a .gitignore in the folder of this file."),
                    "files": texts("Their parameter files, in the same form; none where they are judged without."),
                },
            }), "Which parameter files are for which templates, in place of what their names say."),
            "suppress": list(&json!({
                "type": "object",
                "additionalProperties": false,
                "required": ["rules", "reason"],
                "anyOf": [{ "required": ["paths"] }, { "required": ["resource"] }],
                "properties": {
                    "rules": rule_words("The rules: ids, names, beginnings of ids."),
                    "paths": texts("The files that findings point at or that declare their resources, as in a .gitignore in the folder of this file."),
                    "resource": text("The name of the resource as reports print it, with `*` for any characters and `?` for one."),
                    "reason": text("Why."),
                },
            }), "Findings that are not reported."),
        },
        "definitions": {
            "level": { "type": "string", "enum": ["note", "warning", "error"] },
            "rule": {
                "anyOf": [
                    { "type": "string", "enum": words },
                    { "type": "string", "not": { "pattern": OWN } },
                ],
            },
            "data": {
                "type": "object",
                "description": "Data for every rule that has a datum of this name.",
                "properties": of_data,
            },
            "rules": {
                "type": "object",
                "description": "What is said of single rules, by id or name.",
                "properties": of_rules,
                "propertyNames": { "anyOf": [{ "enum": ids }, { "not": { "pattern": OWN } }] },
                "additionalProperties": {
                    "type": "object",
                    "properties": common(),
                },
            },
        },
    })
}

fn of_rule(rule: &Rule) -> Value {
    let mut properties = common();
    properties.extend(
        rule.data
            .iter()
            .map(|(name, entry)| (name.clone(), datum(entry))),
    );
    json!({
        "type": "object",
        "description": rule.title,
        "additionalProperties": false,
        "properties": properties,
    })
}

fn common() -> Map<String, Value> {
    let mut properties = Map::new();
    properties.insert(
        "enabled".to_owned(),
        json!({ "type": "boolean", "description": "Whether it runs." }),
    );
    properties.insert(
        "level".to_owned(),
        json!({ "allOf": [{ "$ref": "#/definitions/level" }], "description": "The level of all its fails." }),
    );
    properties
}

fn datum(entry: &DataEntry) -> Value {
    let described = |kind: Value| {
        let mut schema = kind;
        if let Some(members) = schema.as_object_mut() {
            members.insert("description".to_owned(), entry.description.clone().into());
        }
        schema
    };
    described(match &entry.kind {
        DataKind::Bool => json!({ "type": "boolean" }),
        DataKind::Integer { min, max } => {
            let mut schema = json!({ "type": "integer" });
            for (key, bound) in [("minimum", min), ("maximum", max)] {
                if let Some(bound) = bound {
                    schema[key] = (*bound).into();
                }
            }
            schema
        }
        DataKind::Fraction => json!({ "type": "string", "pattern": "^ *[0-9]+ */ *[0-9]+ *$" }),
        DataKind::Choice(words) => json!({ "type": "string", "enum": words }),
        DataKind::Texts | DataKind::Ranges => {
            json!({ "type": "array", "items": { "type": "string" } })
        }
        DataKind::Date => json!({ "type": "string" }),
    })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn texts(description: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "description": description })
}

fn rule_words(description: &str) -> Value {
    json!({ "type": "array", "items": { "$ref": "#/definitions/rule" }, "description": description })
}

fn one_of(words: &[&str], description: &str) -> Value {
    json!({ "type": "string", "enum": words, "description": description })
}

fn list(item: &Value, description: &str) -> Value {
    json!({ "type": "array", "items": item, "description": description })
}
