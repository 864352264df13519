//! JSONPath over values: the tables in `testdata/jsonpath`, and the compliance suite where there is a corpus.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::fs;
use std::path::Path;

use akvlint::evaluate::jsonpath::{Case, Node, Query, Step};
use akvlint::evaluate::value::Value;
use miette::Diagnostic;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::dice::Dice;
use crate::document;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    document: Json,
    cases: Vec<TableCase>,
}

/// What a query finds, as dotted paths, and the names of the unknowns.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableCase {
    query: String,
    #[serde(default)]
    exact: bool,
    #[serde(default)]
    sure: Vec<String>,
    #[serde(default)]
    possible: Vec<String>,
    #[serde(default)]
    hidden: Vec<String>,
    undecided: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mistake {
    query: String,
    fault: String,
    at: String,
    message: Option<String>,
}

fn testdata(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/jsonpath")
        .join(name);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn paths(nodes: &[Node]) -> Vec<String> {
    nodes
        .iter()
        .map(|node| node.path.dotted().to_string())
        .collect()
}

fn names(values: &[Value]) -> Vec<String> {
    values
        .iter()
        .map(|value| document::name(value).unwrap_or("?").to_owned())
        .collect()
}

/// Runs a table; gives the number of its cases.
fn check_table(name: &str) -> usize {
    let tables: Vec<Table> = serde_json::from_str(&testdata(name)).unwrap();
    let mut wrong = Vec::new();
    for table in &tables {
        let root = document::value(&table.document);
        for case in &table.cases {
            let mode = if case.exact {
                Case::Exact
            } else {
                Case::Ignore
            };
            let query = Query::parse_with(&case.query, mode)
                .unwrap_or_else(|error| panic!("{name}: {}: {error}", case.query));
            let found = query.select(&root, &root);
            let mut expect = |what: &str, found: Vec<String>, expected: &[String]| {
                if found != expected {
                    wrong.push(format!(
                        "{}: {what} {found:?}, not {expected:?}",
                        case.query
                    ));
                }
            };
            expect("sure", paths(&found.sure), &case.sure);
            expect("possible", paths(&found.possible), &case.possible);
            expect("hidden", names(&found.hidden), &case.hidden);
            if let Some(undecided) = &case.undecided {
                expect("undecided", names(&found.undecided), undecided);
            }
        }
    }
    assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    tables.iter().map(|table| table.cases.len()).sum()
}

#[test]
fn known_values_are_selected_as_in_rfc_9535() {
    assert!(check_table("known.json") >= 60);
}

#[test]
fn unknown_values_leave_queries_undecided() {
    assert!(check_table("unknown.json") >= 60);
}

#[test]
fn mistakes_are_named_and_placed() {
    let mistakes: Vec<Mistake> = serde_json::from_str(&testdata("mistakes.json")).unwrap();
    assert!(mistakes.len() >= 40);
    let mut wrong = Vec::new();
    for mistake in mistakes {
        let Err(error) = Query::parse(&mistake.query) else {
            panic!("{} is accepted", mistake.query);
        };
        let fault = format!("{:?}", error.fault);
        let fault = fault.split(' ').next().unwrap_or_default();
        let at = mistake.query.get(error.span.range()).unwrap_or("?");
        if (fault, at) != (&*mistake.fault, &*mistake.at) {
            wrong.push(format!("{}: {fault} at {at:?}", mistake.query));
        }
        assert!(error.help().is_some(), "{}", mistake.query);
        if let Some(message) = mistake.message {
            assert_eq!(error.to_string(), message);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_match_carries_the_place_of_its_value_and_of_its_name() {
    let root = document::value(&serde_json::json!({"Properties": {"ipRules": [{"value": "x"}]}}));
    let query = Query::parse("$.properties.iprules[0].VALUE").unwrap();
    assert!(query.is_singular());
    let found = query.select(&root, &root);
    let [node] = &found.sure[..] else {
        panic!("{found:?}")
    };
    assert_eq!(
        node.path.to_string(),
        "$['Properties']['ipRules'][0]['value']"
    );
    let place = node.value.origin.place.span.start;
    assert_eq!(node.key_place.map(|key| key.span.start), Some(place - 1));
}

#[test]
fn a_query_reaches_the_deepest_node_that_is_there() {
    let root = document::value(&serde_json::json!({
        "properties": {"networkAcls": {"ipRules": [{"value": "x"}]}, "acls": {"$unknown": "acls"}}
    }));
    let reach = |text: &str| {
        let reach = Query::parse(text).unwrap().reach(&root, &root);
        let missing: Vec<String> = reach
            .missing
            .iter()
            .map(|step| match step {
                Step::Member(name) => name.to_string(),
                Step::Item(index) => index.to_string(),
                Step::SomeItem => "*".to_owned(),
            })
            .collect();
        let keyed = reach.node.key_place.is_some();
        (
            reach.node.path.dotted().to_string(),
            keyed,
            missing.join("/"),
        )
    };
    for (query, path, keyed, missing) in [
        (
            "$.properties.networkAcls.bypass",
            "properties.networkAcls",
            true,
            "bypass",
        ),
        (
            "$.Properties.NetworkAcls",
            "properties.networkAcls",
            true,
            "",
        ),
        ("$.tags.a[-1]", "", false, "tags/a/-1"),
        (
            "$.properties.networkAcls.ipRules[-1].action",
            "properties.networkAcls.ipRules[0]",
            false,
            "action",
        ),
        (
            "$.properties.acls.bypass",
            "properties.acls",
            true,
            "bypass",
        ),
        ("$.properties.rules[*].value", "properties", true, "rules"),
        (
            "$.properties.networkAcls.ipRules[*].x",
            "properties.networkAcls.ipRules",
            true,
            "",
        ),
    ] {
        let expected = (path.to_owned(), keyed, missing.to_owned());
        assert_eq!(reach(query), expected, "{query}");
    }
}

#[test]
fn a_query_may_start_at_the_current_node() {
    let root = document::value(&serde_json::json!({"limit": 2, "items": [{"n": 1}, {"n": 3}]}));
    let items = Query::parse("$.items[*]").unwrap().select(&root, &root);
    let query = Query::parse("@[?@ > $.limit]").unwrap();
    let counts: Vec<usize> = items
        .sure
        .iter()
        .map(|item| query.select(&root, &item.value).sure.len())
        .collect();
    assert_eq!(counts, [0, 1]);
    assert!(Query::parse_with("@.a", Case::Exact).is_err());
}

#[test]
fn what_is_nested_too_deep_is_undecided_and_no_overflow() {
    let nested = |levels: usize| {
        let mut json = Json::from(1);
        for _ in 0..levels {
            json = serde_json::json!({ "a": [json] });
        }
        document::value(&json)
    };
    let select = |text: &str, root: &Value| Query::parse(text).unwrap().select(root, root);
    let root = nested(250);
    let found = select("$..a", &root);
    assert_eq!(found.sure.len(), 250);
    assert!(found.is_complete());
    let found = select(
        &format!("$..a{}{}", "[?@..a".repeat(20), "]".repeat(20)),
        &root,
    );
    assert!(!found.sure.is_empty() && found.is_complete());
    let found = select("$..a", &nested(600));
    assert_eq!((found.sure.len(), found.hidden.len()), (300, 1));
    let brackets = format!("${}@{}", "[?".repeat(200), "]".repeat(200));
    assert!(Query::parse(&brackets).is_err());
}

#[derive(Deserialize)]
struct Suite {
    tests: Vec<SuiteCase>,
}

#[derive(Deserialize)]
struct SuiteCase {
    name: String,
    selector: String,
    #[serde(default)]
    document: Json,
    #[serde(default)]
    invalid_selector: bool,
    result: Option<Json>,
    results: Option<Vec<Json>>,
    result_paths: Option<Json>,
    results_paths: Option<Vec<Json>>,
}

impl SuiteCase {
    /// Runs the case; what is wrong with what we get, if something is.
    fn check(&self) -> Result<(), String> {
        let query = match Query::parse_with(&self.selector, Case::Exact) {
            Ok(_) if self.invalid_selector => return Err("accepted".to_owned()),
            Err(_) if self.invalid_selector => return Ok(()),
            Err(error) => return Err(error.to_string()),
            Ok(query) => query,
        };
        let root = document::value(&self.document);
        let found = query.select(&root, &root);
        if !found.is_complete() {
            return Err("not everything is known".to_owned());
        }
        let values: Option<Vec<Json>> = found
            .sure
            .iter()
            .map(|node| document::json(&node.value))
            .collect();
        let paths = found.sure.iter().map(|node| node.path.to_string().into());
        let is_one_of = |found: &Json, one: &Option<Json>, many: &Option<Vec<Json>>| {
            one.as_ref().is_none_or(|one| one == found)
                && many.as_ref().is_none_or(|many| many.contains(found))
        };
        let values = values.map_or(Json::Null, Json::from);
        if !is_one_of(&values, &self.result, &self.results) {
            return Err(format!("{values}"));
        }
        let paths = Json::Array(paths.collect());
        if !is_one_of(&paths, &self.result_paths, &self.results_paths) {
            return Err(format!("{paths}"));
        }
        Ok(())
    }
}

/// Runs the JSONPath compliance suite that lies in the corpus which `AKVLINT_CORPUS` names; without one, nothing.
#[test]
fn passes_the_compliance_suite() {
    let Some(corpus) = std::env::var_os("AKVLINT_CORPUS") else {
        return;
    };
    let file = Path::new(&corpus).join("jsonpath-compliance-test-suite/cts.json");
    let suite: Suite = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let failed: Vec<(&str, String)> = suite
        .tests
        .iter()
        .filter_map(|case| Some((&*case.name, case.check().err()?)))
        .collect();
    assert!(failed.is_empty(), "of {}: {failed:#?}", suite.tests.len());
    assert!(suite.tests.len() >= 703, "the suite has shrunk");
}

/// Gives every unknown of a document a value that it may have; the same to those of the same name.
struct Settlement<'d> {
    dice: &'d mut Dice,
    settled: Vec<(String, Json)>,
    /// The dotted paths of the unknowns.
    unknowns: Vec<String>,
}

impl Settlement<'_> {
    fn settle(&mut self, json: &Json, path: &str) -> Json {
        match json {
            Json::Array(items) => {
                let items = items.iter().enumerate();
                items
                    .map(|(index, item)| self.settle(item, &format!("{path}[{index}]")))
                    .collect()
            }
            Json::Object(members) if members.contains_key("$unknown") => {
                self.unknowns.push(path.to_owned());
                self.value_of(members)
            }
            Json::Object(members) if members.contains_key("$call") => {
                self.unknowns.push(path.to_owned());
                let mut call = members["$call"].clone();
                for argument in call.as_array_mut().unwrap().iter_mut().skip(1) {
                    *argument = self.settle(argument, path);
                }
                let result = document::value(&serde_json::json!({"$call": call}));
                document::json(&result).unwrap()
            }
            Json::Object(members) if members.contains_key("$text") => {
                let parts = members["$text"].as_array().unwrap();
                let texts = parts.iter().map(|part| match part {
                    Json::String(text) => text.clone(),
                    hole => format!("{}-hole", hole["$unknown"].as_str().unwrap()),
                });
                Json::from(texts.collect::<String>())
            }
            Json::Object(members) => {
                let members = members.iter().map(|(key, member)| {
                    let dot = if path.is_empty() { "" } else { "." };
                    (
                        key.clone(),
                        self.settle(member, &format!("{path}{dot}{key}")),
                    )
                });
                Json::Object(members.collect())
            }
            known => known.clone(),
        }
    }

    fn value_of(&mut self, unknown: &serde_json::Map<String, Json>) -> Json {
        let name = unknown["$unknown"].as_str().unwrap();
        if let Some((_, value)) = self.settled.iter().find(|(settled, _)| settled == name) {
            return value.clone();
        }
        let candidates: Vec<Json> = serde_json::from_str(CANDIDATES).unwrap();
        let excluded = unknown.get("except").and_then(Json::as_array);
        let fits = |value: &Json| {
            let of_type = match unknown.get("type").and_then(Json::as_str) {
                Some("string") => value.is_string(),
                Some("int") => value.is_i64(),
                Some("array") => value.is_array(),
                Some("object") => value.is_object(),
                _ => true,
            };
            let null = value.is_null() && unknown.contains_key("nullable");
            let filled = !unknown.contains_key("filled") || value.as_str() != Some("");
            (of_type || null) && filled && !excluded.is_some_and(|all| all.contains(value))
        };
        let domain = unknown.get("domain").and_then(Json::as_array);
        let fitting: Vec<Json> = match domain {
            Some(domain) => domain.clone(),
            None => candidates.into_iter().filter(fits).collect(),
        };
        let value = self.dice.pick(&fitting).clone();
        self.settled.push((name.to_owned(), value.clone()));
        value
    }
}

/// What an unknown may turn out to be.
const CANDIDATES: &str = r#"[
    null, true, false, 0, 1, 7, 90, "", "x", "None", "Disabled", "AzureServices", "kv-a-prod", "1.2.3.4",
    "9.9.9.9", "deny", [], {}, [1], [1, 2], ["x"], {"x": 1}, {"flag": true, "bypass": "None"},
    {"bypass": "None", "ipRules": [{"value": "1.2.3.4"}, {}]}, {"value": "1.2.3.4", "note": "x"},
    [{"value": "1.2.3.4"}, {"value": "9.9.9.9"}], {"env": {"value": [1, {"note": "x"}]}, "a": 1, "b": 2}
]"#;

#[test]
fn whatever_the_unknowns_turn_out_to_be_the_answer_holds() {
    let tables: Vec<Table> = serde_json::from_str(&testdata("unknown.json")).unwrap();
    let mut dice = Dice::new(1);
    for table in &tables {
        let unknown = document::value(&table.document);
        for _ in 0..60 {
            let mut settlement = Settlement {
                dice: &mut dice,
                settled: Vec::new(),
                unknowns: Vec::new(),
            };
            let json = settlement.settle(&table.document, "");
            let unknowns = settlement.unknowns;
            let known = document::value(&json);
            for case in &table.cases {
                let mode = if case.exact {
                    Case::Exact
                } else {
                    Case::Ignore
                };
                let query = Query::parse_with(&case.query, mode).unwrap();
                let before = query.select(&unknown, &unknown);
                let after = query.select(&known, &known);
                assert!(after.is_complete());
                let (sure, possible) = (paths(&before.sure), paths(&before.possible));
                let after = paths(&after.sure);
                let context = || format!("{} on {json}: {sure:?}, {possible:?}", case.query);
                // An item of an array that is not wholly known is somewhere in it, or so far from its end.
                let stands = |pattern: &str, path: &str| match pattern.split_once(['*', '-']) {
                    Some((start, end)) => {
                        let end = end.trim_start_matches(|next: char| next.is_ascii_digit());
                        path.starts_with(start) && path.ends_with(end)
                    }
                    None => path == pattern,
                };
                for pattern in &sure {
                    assert!(
                        after.iter().any(|path| stands(pattern, path)),
                        "{pattern} is not there: {}",
                        context()
                    );
                }
                for path in &after {
                    let hidden = !before.hidden.is_empty()
                        && unknowns.iter().any(|unknown| path.starts_with(unknown));
                    let named =
                        |patterns: &[String]| patterns.iter().any(|pattern| stands(pattern, path));
                    assert!(
                        hidden || named(&sure) || named(&possible),
                        "{path} is there: {}",
                        context()
                    );
                }
            }
        }
    }
}

#[test]
fn no_text_makes_the_parser_panic() {
    const PIECES: &[&str] = &[
        "$",
        "@",
        ".",
        "..",
        "[",
        "]",
        "(",
        ")",
        "?",
        "'",
        "\"",
        "\\",
        ",",
        ":",
        "*",
        "!",
        "==",
        "=",
        "<",
        "&&",
        "|",
        "-",
        "0",
        "1.5e3",
        "a",
        "é",
        "\u{1F600}",
        " ",
        "\n",
        "\u{0}",
        "count(",
        "match(",
        "length",
        "true",
        "in",
    ];
    let tables: Vec<Table> = serde_json::from_str(&testdata("known.json")).unwrap();
    let mut dice = Dice::new(2);
    for table in &tables {
        let root = document::value(&table.document);
        for case in table
            .cases
            .iter()
            .flat_map(|case| std::iter::repeat_n(case, 40))
        {
            let mut text: Vec<String> = case.query.chars().map(String::from).collect();
            for _ in 0..=dice.below(3) {
                let at = dice.below(text.len());
                match dice.below(3) {
                    0 if text.len() > 1 => drop(text.remove(at)),
                    1 => text[at] = (*dice.pick(PIECES)).to_owned(),
                    _ => text.insert(at, (*dice.pick(PIECES)).to_owned()),
                }
            }
            let text = text.concat();
            match Query::parse(&text) {
                Ok(query) => assert!(query.select(&root, &root).is_complete(), "{text}"),
                Err(error) => assert!(text.get(error.span.range()).is_some(), "{text}: {error:?}"),
            }
        }
    }
}
