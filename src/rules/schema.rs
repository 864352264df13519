//! The JSON Schema of rule files, for editors that complete and check TOML.
//!
//! In: the tables that the reader of rule files goes by. Out: a schema in the draft that editors know (draft-07). It says
//! which keys there are and what they take; the reader alone knows whether a path, a pattern or a message is in order.

use serde_json::{Map, Value, json};

use super::message::PLACEHOLDERS;
use super::predicate::address::SETS;
use super::predicate::{PREDICATES, PredicateEntry, SELECTORS};
use super::rule::{CATALOGUES, Precision, Source};
use crate::estate::relations::RELATIONS;

/// The schema of one rule file.
pub fn schema() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": concat!(env!("CARGO_PKG_REPOSITORY"), "/raw/main/docs/rule.schema.json"),
        "title": "A rule of akvlint",
        "type": "object",
        "additionalProperties": false,
        "required": [
            "id", "name", "title", "level", "security-severity", "precision", "resources", "open", "case", "docs", "example"
        ],
        "properties": {
            "id": described(json!({ "type": "string", "pattern": "^[A-Z]+[0-9]+$" }),
                "Capital letters and a number. A team's own rules have letters of their own."),
            "name": described(json!({ "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$" }),
                "The bad pattern, in kebab case."),
            "title": described(text(), "What is wrong where it fails: one sentence without an end stop."),
            "level": level(),
            "security-severity": described(json!({ "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?$" }),
                "GitHub's security-severity: a number from 0.1 to 10.0 in quotes."),
            "precision": words(Precision::WORDS.iter().map(|(word, _)| *word)),
            "tags": described(texts(), "Words to filter by."),
            "enabled": described(json!({ "type": "boolean" }), "Whether it runs without being selected."),
            "existing": described(
                json!({ "type": "boolean" }),
                "Whether it also looks at resources that a template only refers to: `existing` ones, of which it knows the name and the API version."
            ),
            "sources": described(several(&words(Source::ALL.iter().map(|(word, ..)| *word))), "Where the demand comes from."),
            "controls": described(texts(), "Controls of published benchmarks that it checks."),
            "resources": described(several(&json!({ "type": "string", "pattern": "^[^/*]+(/[^/*]+)*(/\\*)?$" })),
                "The resource types that it looks at; `Microsoft.KeyVault/*` for all that begin so."),
            "unless": described(texts(), "Ids of rules that already say it where they fail on the same resource."),
            "applies": described(reference("condition"), "When it speaks of a resource at all."),
            "open": described(reference("message"), "What to say where it is undecided."),
            "case": several(&reference("case")),
            "data": described(json!({ "type": "object", "additionalProperties": reference("datum") }),
                "What a configuration can tune."),
            "docs": reference("docs"),
            "equivalents": equivalents(),
            "example": several(&reference("example")),
        },
        "definitions": {
            "query": { "type": "string", "pattern": "^[$@]", "description": "A JSONPath (RFC 9535). `$` is the resource, `@` the element of `for-each`." },
            "message": { "type": "string", "description": placeholders() },
            "condition": condition(),
            "bounds": bounds(),
            "case": case(),
            "fix": fix(),
            "datum": datum(),
            "docs": docs(),
            "example": example(),
        },
    })
}

fn described(mut schema: Value, description: &str) -> Value {
    if let Some(members) = schema.as_object_mut() {
        members.insert("description".to_owned(), description.into());
    }
    schema
}

fn reference(name: &str) -> Value {
    // Beside `$ref`, draft-07 ignores everything else, so that a description needs `allOf`.
    json!({ "allOf": [{ "$ref": format!("#/definitions/{name}") }] })
}

fn text() -> Value {
    json!({ "type": "string" })
}

/// One, or a list of them: the reader takes both.
fn several(item: &Value) -> Value {
    json!({ "anyOf": [item, { "type": "array", "items": item }] })
}

fn texts() -> Value {
    several(&text())
}

fn words<'w>(words: impl Iterator<Item = &'w str>) -> Value {
    json!({ "enum": words.collect::<Vec<_>>() })
}

fn level() -> Value {
    words(["error", "warning", "note"].into_iter())
}

fn placeholders() -> String {
    let names: Vec<String> = PLACEHOLDERS
        .iter()
        .map(|(name, meaning)| format!("{{{name}}}: {meaning}"))
        .collect();
    format!(
        "A text with placeholders in braces. {}. Also {{data.NAME}} and a JSONPath in braces.",
        names.join("; ")
    )
}

/// An argument, or the datum that stands for it.
fn or_datum(schema: Value) -> Value {
    let datum = json!({
        "type": "object",
        "required": ["data"],
        "properties": { "data": { "type": "string" } },
        "additionalProperties": false,
    });
    json!({ "anyOf": [schema, datum] })
}

fn literal() -> Value {
    json!({ "type": ["string", "integer", "boolean"] })
}

fn number() -> Value {
    json!({ "anyOf": [
        { "type": "integer" },
        { "type": "string", "pattern": "^[0-9]+/[0-9]+$" },
        {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "path": reference("query"),
                "data": { "type": "string" },
                "plus": or_datum(json!({ "type": "integer" })),
                "plus-days": or_datum(json!({ "type": "integer" })),
            },
        },
    ]})
}

/// What a key of a condition takes, by what its table says. `None` for words that this does not know.
fn argument(words_for_it: &str) -> Option<Value> {
    let words_of = |names: &[&str]| words(names.iter().copied());
    Some(match words_for_it {
        "bool" => or_datum(json!({ "type": "boolean" })),
        "string, integer, bool, array or object" => {
            words_of(&["string", "integer", "bool", "array", "object"])
        }
        "text, whole number or bool" => or_datum(literal()),
        "list of texts, whole numbers or bools" => or_datum(several(&literal())),
        "list of texts" => or_datum(texts()),
        "regular expression" => json!({ "type": "string", "format": "regex" }),
        "number" => number(),
        "table of number tests" => reference("bounds"),
        "API version or date" => {
            json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}(-.+)?$" })
        }
        "list of ranges and sets of ranges" => {
            let sets = SETS.iter().map(|(name, ..)| *name);
            let ranges = json!({ "type": "string", "pattern": "^[0-9./]+$" });
            or_datum(several(&json!({ "anyOf": [words(sets), ranges] })))
        }
        "path" | "JSONPath" | "JSONPath of names and indexes" => reference("query"),
        "resource type" => text(),
        "list of conditions" => json!({ "type": "array", "items": reference("condition") }),
        "condition" => reference("condition"),
        "name of a datum of the rule" => text(),
        "internet, networks, perimeter or private" => {
            words_of(&["internet", "networks", "perimeter", "private"])
        }
        "closed or open" => words_of(&["closed", "open"]),
        "export or template" => words_of(&["export", "template"]),
        "AzureCloud, AzureUSGovernment, AzureChinaCloud, or a list of them" => {
            several(&words_of(&[
                "AzureCloud",
                "AzureUSGovernment",
                "AzureChinaCloud",
            ]))
        }
        "a relation, with some, every, none or count" => {
            words(RELATIONS.iter().map(|entry| entry.name))
        }
        _ => return None,
    })
}

fn entry(entry: &PredicateEntry) -> Value {
    let schema = argument(entry.argument).unwrap_or_else(|| json!({}));
    described(
        schema,
        &format!("{}. Example: {}", entry.description, entry.example),
    )
}

fn condition() -> Value {
    let mut properties = Map::new();
    for one in PREDICATES.iter().chain(SELECTORS) {
        properties.insert(one.name.to_owned(), entry(one));
    }
    // Of a relation these are conditions on the related resource.
    for name in ["some", "every", "none"] {
        let path = properties.remove(name).unwrap_or_default();
        properties.insert(name.to_owned(), json!({ "anyOf": [path, on_related()] }));
    }
    let path = properties.remove("count").unwrap_or_default();
    let mut counted = bound_properties();
    counted.insert("where".to_owned(), on_related());
    let related = json!({ "type": "object", "properties": counted, "additionalProperties": false });
    properties.insert("count".to_owned(), json!({ "anyOf": [path, related] }));
    let more = [
        (
            "default",
            literal(),
            "What an absent or null property counts as.",
        ),
        (
            "ignoring",
            argument("list of ranges and sets of ranges").unwrap_or_default(),
            "Ranges that do not count.",
        ),
        (
            "of",
            reference("query"),
            "The value that the relation starts at.",
        ),
        (
            "among",
            words(["read", "all"].into_iter()),
            "Only resources that were read count.",
        ),
    ];
    for (name, schema, description) in more {
        properties.insert(name.to_owned(), described(schema, description));
    }
    let about: Vec<Value> = SELECTORS
        .iter()
        .map(|selector| json!({ "required": [selector.name] }))
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "anyOf": about,
    })
}

/// A condition on a related resource; `{}` holds of any.
fn on_related() -> Value {
    json!({ "anyOf": [reference("condition"), { "type": "object", "maxProperties": 0 }] })
}

fn bound_properties() -> Map<String, Value> {
    ["less-than", "more-than", "at-least", "at-most"]
        .into_iter()
        .map(|name| (name.to_owned(), number()))
        .collect()
}

fn bounds() -> Value {
    json!({
        "type": "object",
        "properties": bound_properties(),
        "additionalProperties": false,
        "minProperties": 1,
    })
}

fn case() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["when", "at", "message"],
        "properties": {
            "level": level(),
            "for-each": described(reference("query"), "What is judged one by one, as `@`."),
            "when": described(reference("condition"), "When it fails."),
            "at": described(several(&reference("query")), "Where to point: the first of these that is there."),
            "message": described(reference("message"), "What to say of a fail."),
            "open": described(reference("message"), "What to say where it is undecided."),
            "suggest": described(texts(), "Words that {suggestion} chooses from."),
            "unless": described(texts(), "More rules that already say it."),
            "fix": described(several(&reference("fix")), "How to mend it: the first whose condition holds."),
        },
    })
}

fn fix() -> Value {
    let edit = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["path", "value"],
        "properties": { "path": reference("query"), "value": {} },
    });
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["title", "applicability"],
        "properties": {
            "title": described(reference("message"), "What it does, in the imperative."),
            "applicability": described(words(["safe", "unsafe"].into_iter()),
                "safe: the author surely means it, and the deployment stays the same or is what was asked for."),
            "when": described(reference("condition"), "When it can be applied."),
            "set": described(several(&edit), "Properties that get a value."),
            "insert": described(several(&edit), "Items added to a list."),
            "remove": described(several(&reference("query")), "Properties and items that go."),
        },
        "anyOf": [{ "required": ["set"] }, { "required": ["insert"] }, { "required": ["remove"] }],
    })
}

fn datum() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["default", "doc"],
        "properties": {
            "default": { "type": ["boolean", "integer", "string", "array"] },
            "values": described(texts(), "The words that it can be."),
            "type": described(words(["fraction", "ranges", "date"].into_iter()), "What the default alone does not tell."),
            "min": { "type": "integer", "description": "The least that a whole number can be." },
            "max": { "type": "integer", "description": "The greatest that a whole number can be." },
            "doc": described(text(), "What it is for, in a sentence."),
        },
    })
}

fn docs() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["why", "remedy", "limits", "links"],
        "properties": {
            "why": described(text(), "Why it matters, in Markdown."),
            "remedy": described(text(), "What to do, in Markdown."),
            "limits": described(text(), "What a static look cannot see, and where it may be wrong, in Markdown."),
            "links": several(&json!({ "type": "string", "pattern": "^https://\\S+$" })),
        },
    })
}

fn equivalents() -> Value {
    let properties: Map<String, Value> = CATALOGUES
        .iter()
        .map(|(key, name)| {
            (
                (*key).to_owned(),
                described(texts(), &format!("Ids in {name}.")),
            )
        })
        .collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn example() -> Value {
    const INPUTS: &[(&str, &str)] = &[
        ("resource", "One resource of an ARM template, in JSON."),
        ("arm", "An ARM template."),
        ("bicep", "A Bicep file."),
        ("export", "Exported resources."),
        ("file", "A file, relative to the rule file."),
    ];
    let mut properties = Map::new();
    for (name, description) in INPUTS {
        properties.insert((*name).to_owned(), described(text(), description));
    }
    let more = [
        ("name", text(), "What it shows."),
        (
            "expect",
            words(["fail", "pass", "open", "not-applicable"].into_iter()),
            "The verdict of the rule.",
        ),
        ("level", level(), "The level of its findings."),
        (
            "at",
            texts(),
            "The texts that the findings point at, in order.",
        ),
        (
            "world",
            words(["closed", "open"].into_iter()),
            "closed: everything that exists is in it.",
        ),
        (
            "data",
            json!({ "type": "object" }),
            "Data of the rule that it overrides.",
        ),
        (
            "witness",
            several(&json!({
                "type": "object",
                "additionalProperties": false,
                "required": ["name", "value"],
                "properties": { "name": text(), "value": literal() },
            })),
            "What the fail assumes of values that are not known.",
        ),
    ];
    for (name, schema, description) in more {
        properties.insert(name.to_owned(), described(schema, description));
    }
    let inputs: Vec<Value> = INPUTS
        .iter()
        .map(|(name, _)| json!({ "required": [name] }))
        .collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "expect"],
        "properties": properties,
        "oneOf": inputs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_condition_says_what_it_takes() {
        for entry in PREDICATES.iter().chain(SELECTORS) {
            assert!(
                argument(entry.argument).is_some(),
                "{}: {}",
                entry.name,
                entry.argument
            );
        }
    }
}
