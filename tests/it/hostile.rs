//! Hostile templates: no input makes the evaluator panic, hang or grow without end, and whatever it says has its place
//! in the text.
//!
//! Mutilated templates and random expressions go all the way from text to the document of `akvlint expand`.
//! `AKVLINT_FUZZ_ITERATIONS` sets how many; with `AKVLINT_CORPUS` real templates are mutilated too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use akvlint::evaluate::value::{Kind, Part, Value};
use akvlint::evaluate::{Code, Entry, Evaluation, Surroundings, Wanted, evaluate};
use akvlint::project::{Content, Project};
use akvlint::report;
use akvlint::source::{Place, Source, Sources};
use serde_json::{Value as Json, json};

use crate::arm_mutation::{Dice, exchange, scratch};
use crate::dice::number;

/// What one template may take. Without optimisation everything takes ten times as long.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });

/// Measures what this thread uses of a processor, where the system says that: other work does not count.
struct Clock(Option<Duration>, Instant);

impl Clock {
    fn start() -> Self {
        Self(Self::used(), Instant::now())
    }

    fn used() -> Option<Duration> {
        let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        let nanoseconds = schedule.split_whitespace().next()?.parse().ok()?;
        Some(Duration::from_nanos(nanoseconds))
    }

    fn taken(&self) -> Duration {
        match (self.0, Self::used()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => self.1.elapsed(),
        }
    }
}

/// Evaluates a text and makes the document of `akvlint expand`; nothing if it is no template.
fn expand(text: &str) -> Option<Evaluation> {
    let sources = Arc::new(Sources::new(Path::new("/nowhere")));
    let project = Project::new(sources.clone());
    let source = sources.insert("main.json", text.to_owned());
    let parsed = project.parsed(&source);
    let Content::Template(template) = &parsed.content else {
        return None;
    };
    let entry = Entry {
        template: template.clone(),
        parameters: Vec::new(),
        overrides: Vec::new(),
        surroundings: Surroundings::default(),
        number: 1,
    };
    let start = Clock::start();
    let evaluation = evaluate(&project, &entry, Wanted::ALL);
    let document = report::expand::document(&evaluation, &[], &sources);
    let taken = start.taken();
    assert!(taken < PATIENCE, "it takes {taken:?}:\n{text}");
    assert!(document["predictedResources"].is_array());
    for diagnostic in &evaluation.diagnostics {
        check_place(diagnostic.place, &source);
    }
    for resource in &evaluation.resources {
        check_place(resource.declared, &source);
        check_places(&resource.id, &source, 0);
        check_places(&resource.condition, &source, 0);
        check_places(&resource.body, &source, 0);
    }
    for (_, value) in &evaluation.outputs {
        check_places(value, &source, 0);
    }
    Some(evaluation)
}

fn check_place(place: Place, source: &Source) {
    let inside = place.file != source.id() || source.text().get(place.span.range()).is_some();
    assert!(inside, "{place:?} is not in\n{}", source.text());
}

fn check_places(value: &Value, source: &Source, depth: u32) {
    check_place(value.origin.place, source);
    for step in value.origin.steps() {
        check_place(step.place, source);
    }
    match &value.kind {
        _ if depth > 12 => {}
        Kind::Array(items) => {
            for item in items.iter().take(50) {
                check_places(item, source, depth + 1);
            }
        }
        Kind::Object(object) => {
            for member in object.iter().take(50) {
                check_place(member.key_place, source);
                check_places(&member.value, source, depth + 1);
            }
        }
        Kind::Mixed(parts) => {
            for part in parts.iter() {
                if let Part::Hole(hole) = part {
                    check_places(hole, source, depth + 1);
                }
            }
        }
        _ => {}
    }
}

/// The templates of `testdata`, and some of a corpus.
fn templates() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut texts = Vec::new();
    for folder in ["sampling", "arm", "expand"] {
        texts.extend(texts_of(&root.join(folder), 0));
    }
    if let Some(corpus) = std::env::var_os("AKVLINT_CORPUS") {
        let all = texts_of(Path::new(&corpus), 12);
        let real = all
            .into_iter()
            .filter(|text| text.contains("deploymentTemplate.json#") && text.len() < 60_000);
        texts.extend(real);
    }
    texts
}

fn texts_of(folder: &Path, depth: u32) -> Vec<String> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        if path.is_dir() && depth > 0 {
            texts.extend(texts_of(&path, depth - 1));
        } else if path.extension().is_some_and(|ending| ending == "json") {
            texts.extend(std::fs::read_to_string(&path));
        }
    }
    texts
}

#[test]
fn mutilated_templates_expand_in_time_and_in_place() {
    let texts = templates();
    assert!(texts.len() > 25);
    let mut dice = Dice(number("AKVLINT_TEST_SEED", 0x5eed));
    let mut evaluated = 0;
    for _ in 0..number("AKVLINT_FUZZ_ITERATIONS", 1_500) {
        let mut text = texts[dice.below(texts.len())].clone();
        for _ in 0..=dice.below(4) {
            text = match dice.below(4) {
                0 => scratch(&text, &mut dice),
                _ => exchange(&texts, &text, &mut dice),
            };
        }
        evaluated += usize::from(expand(&text).is_some());
    }
    assert!(evaluated > 500, "only {evaluated} were templates");
}

/// A random expression, mostly of the wrong types.
fn expression(names: &[String], dice: &mut Dice, depth: usize) -> String {
    const LEAVES: &[&str] = &[
        "'a'",
        "''",
        "'a/b'",
        "'{0}'",
        "'10.0.0.0/8'",
        "'2024-01-01T00:00:00Z'",
        "'[]'",
        "'{\"a\":1}'",
        "0",
        "1",
        "-1",
        "7",
        "9223372036854775807",
        "-9223372036854775808",
        "10000",
        "100000",
        "true()",
        "null()",
        "parameters('s')",
        "parameters('i')",
        "parameters('b')",
        "parameters('a')",
        "parameters('o')",
        "parameters('x')",
        "createArray()",
        "createObject()",
        "range(0, 3)",
        "copyIndex()",
        "lambdaVariables('v')",
        "variables('v')",
        "resourceGroup().id",
        "reference('x').y",
        "createArray('x', 1, null())",
        "createObject('k', parameters('s'), 'A', createArray(1))",
    ];
    if depth == 0 || dice.below(5) == 0 {
        return LEAVES[dice.below(LEAVES.len())].to_owned();
    }
    let deeper = |dice: &mut Dice| expression(names, dice, depth - 1);
    match dice.below(12) {
        0 => format!("{}.k", deeper(dice)),
        1 => {
            let base = deeper(dice);
            format!("{base}[{}]", deeper(dice))
        }
        2 => {
            let array = deeper(dice);
            let function =
                ["map", "filter", "sort", "groupBy", "toObject", "mapValues"][dice.below(6)];
            format!("{function}({array}, lambda('v', {}))", deeper(dice))
        }
        3 => {
            let (array, body) = (deeper(dice), deeper(dice));
            format!(
                "reduce({array}, {}, lambda('v', 'w', {body}))",
                deeper(dice)
            )
        }
        _ => {
            let name = &names[dice.below(names.len())];
            let count = [1, 2, 2, 3, 0, 4][dice.below(6)];
            let arguments: Vec<String> = (0..count).map(|_| deeper(dice)).collect();
            format!("{name}({})", arguments.join(", "))
        }
    }
}

/// The names of all functions that the tables of known answers have.
fn function_names() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/functions");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for piece in text.split('(') {
            let name: String = piece
                .chars()
                .rev()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            let name: String = name.chars().rev().collect();
            if akvlint::evaluate::functions::find(&name).is_some() && !name.starts_with("list") {
                names.push(name);
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

#[test]
fn random_expressions_evaluate_in_time_and_in_place() {
    let names = function_names();
    assert!(names.len() > 80, "only {} functions", names.len());
    let mut dice = Dice(number("AKVLINT_TEST_SEED", 0xace));
    for round in 0..number("AKVLINT_FUZZ_ITERATIONS", 1_500) / 10 {
        let depth = 1 + usize::try_from(round % 5).unwrap();
        let outputs: serde_json::Map<String, Json> = (0..12)
            .map(|index| {
                let text = format!("[{}]", expression(&names, &mut dice, depth));
                (
                    format!("o{index}"),
                    json!({"type": "object", "value": text}),
                )
            })
            .collect();
        let mut template = template(json!([]));
        template["outputs"] = Json::Object(outputs);
        expand(&template.to_string()).expect("a template");
    }
}

fn template(resources: Json) -> Json {
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {
            "s": {"type": "string"}, "i": {"type": "int"}, "b": {"type": "bool"},
            "a": {"type": "array"}, "o": {"type": "object"}, "x": {"type": "string", "allowedValues": ["p", "q"]},
        },
        "variables": {"v": "[createObject('k', parameters('o'))]"},
        "resources": resources,
    })
}

fn vault(name: &str, properties: Json) -> Json {
    json!({"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": name, "properties": properties})
}

/// Whether an evaluation says that a bound was reached, or that something cannot be evaluated.
fn complains(evaluation: &Evaluation, part: &str) -> bool {
    evaluation
        .diagnostics
        .iter()
        .any(|one| one.message.contains(part))
}

#[test]
fn what_grows_without_end_is_cut_with_a_word() {
    let doubled = |function: &str, steps: usize| {
        let mut variables = serde_json::Map::new();
        variables.insert("v0".into(), json!("abcdefghijklmnopqrstuvwxyz"));
        for step in 1..=steps {
            let before = format!("variables('v{}')", step - 1);
            let text = function.replace('_', &before);
            variables.insert(format!("v{step}"), json!(format!("[{text}]")));
        }
        let mut whole = template(json!([vault(
            &format!("[variables('v{steps}')]"),
            json!({})
        )]));
        whole["variables"] = Json::Object(variables);
        whole.to_string()
    };
    for (function, word) in [
        ("concat(_, _)", "bytes"),
        ("format('{0}{0}{0}', _)", "bytes"),
        ("replace(_, 'a', _)", "bytes"),
        ("createArray(_, _)", "values"),
        ("createObject('a', _, 'b', _)", "values"),
        ("padLeft(_, 2000000000)", "bytes"),
        ("string(createArray(_, _))", "bytes"),
        ("join(createArray(_, _), _)", "bytes"),
        ("concat(parameters('s'), _, _)", "parts"),
    ] {
        let evaluation = expand(&doubled(function, 34)).unwrap();
        assert!(
            complains(&evaluation, word),
            "{function}: {:?}",
            evaluation.diagnostics.first()
        );
    }
}

#[test]
fn loops_without_end_are_cut_with_a_word() {
    let nested = "map(range(0, 10000), lambda('a', map(range(0, 10000), lambda('b', 1))))";
    let mut whole = template(json!([vault("kv", json!({"x": format!("[{nested}]")}))]));
    let evaluation = expand(&whole.to_string()).unwrap();
    assert!(!evaluation.diagnostics.is_empty(), "{nested}");
    let repeat =
        |count: Json, input: Json| json!({"copy": [{"name": "n", "count": count, "input": input}]});
    let inner = json!({"copy": [{"name": "m", "count": 10000, "input": {"copy": [{"name": "o", "count": 10000, "input": 1}]}}]});
    whole["resources"] = json!([vault("kv", repeat(json!(10000), inner))]);
    assert!(!expand(&whole.to_string()).unwrap().diagnostics.is_empty());
    for count in [
        json!(1_000_000_000),
        json!(-1),
        json!("x"),
        json!(801),
        json!("[json('[]')]"),
    ] {
        let mut looped = vault("[concat('kv', copyIndex())]", json!({}));
        looped["copy"] = json!({"name": "l", "count": count});
        whole["resources"] = json!([looped]);
        let evaluation = expand(&whole.to_string()).unwrap();
        assert!(
            complains(&evaluation, "count"),
            "{count}: {:?}",
            evaluation.diagnostics
        );
    }
    // Deployments within deployments, each 800 times.
    let mut inside = template(json!([vault("kv", json!({}))]));
    for level in 0..4 {
        inside = template(json!([{
            "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01",
            "name": format!("[concat('d{level}', copyIndex())]"), "copy": {"name": "l", "count": 800},
            "properties": {"mode": "Incremental", "template": inside},
        }]));
    }
    let evaluation = expand(&inside.to_string()).unwrap();
    assert!(
        complains(&evaluation, "more than 5000 deployments"),
        "{:?}",
        evaluation.diagnostics.first()
    );
}

#[test]
fn what_nests_without_end_is_cut_with_a_word() {
    let deep = |open: &str, inner: &str, close: &str, levels: usize| {
        format!("[{}{inner}{}]", open.repeat(levels), close.repeat(levels))
    };
    for levels in [100, 1_000, 20_000] {
        for text in [
            deep("not(", "true()", ")", levels),
            deep("createArray(", "1", ")", levels),
            deep("if(parameters('b'), 1, ", "2", ")", levels),
            deep("map(parameters('a'), lambda('v', ", "1", "))", levels),
            deep("parameters('o')[", "'a'", "]", levels),
            format!("[parameters('o'){}]", ".a".repeat(levels)),
            format!("[{}]", vec!["parameters('s')"; 1 + levels].join(".a.")),
        ] {
            let mut whole = template(json!([]));
            whole["outputs"] = json!({"o": {"type": "object", "value": text}});
            expand(&whole.to_string()).expect("a template");
        }
    }
    let mut chain = serde_json::Map::new();
    for link in 0..5_000 {
        let next = format!("[concat('x', variables('v{}'))]", link + 1);
        chain.insert(format!("v{link}"), Json::String(next));
    }
    chain.insert("v5000".into(), json!("end"));
    let mut whole = template(json!([vault("[variables('v0')]", json!({}))]));
    whole["variables"] = Json::Object(chain);
    let evaluation = expand(&whole.to_string()).unwrap();
    assert!(
        evaluation
            .diagnostics
            .iter()
            .any(|one| one.code == Code::Limit)
    );
}

#[test]
fn what_refers_to_itself_is_a_cycle_and_no_hang() {
    let mut whole = template(json!([
        vault(
            "[reference('[x').name]",
            json!({"a": "[reference('kv2').a]"})
        ),
        vault("kv2", json!({"a": "[reference('kv3').a]"})),
        vault("kv3", json!({"a": "[reference('kv2').a]", "b": "[f.f(1)]"})),
    ]));
    whole["variables"] = json!({"v": "[variables('w')]", "w": "[concat(variables('v'), variables(concat('v', parameters('s'))))]"});
    whole["parameters"]["p"] = json!({"type": "string", "defaultValue": "[parameters('q')]"});
    whole["parameters"]["q"] = json!({"type": "string", "defaultValue": "[parameters('p')]"});
    whole["functions"] = json!([{"namespace": "f", "members": {"f": {
        "parameters": [{"name": "a", "type": "int"}],
        "output": {"type": "int", "value": "[f.f(add(parameters('a'), 1))]"},
    }}}]);
    whole["outputs"] = json!({
        "v": {"type": "string", "value": "[variables('v')]"},
        "p": {"type": "string", "value": "[parameters('p')]"},
        "f": {"type": "int", "value": "[f.f(1)]"},
    });
    let evaluation = expand(&whole.to_string()).unwrap();
    assert!(
        complains(&evaluation, "refers to itself"),
        "{:?}",
        evaluation.diagnostics
    );
}

/// Each name asks twice for the one before it, and the first for the last one: what is not seen to be a circle, or is made
/// anew for each who asks, takes two to the power of twenty times its steps.
#[test]
fn names_in_a_circle_by_an_undecided_index_are_seen_to_be_one() {
    let most = 20;
    let mut resources = serde_json::Map::new();
    for number in 0..most {
        let before = (number + most - 1) % most;
        let asks = |index: &str| format!("resourceInfo(format('r{before}[{{0}}]', {index})).name");
        let mut looped = vault(
            &format!(
                "[if(equals({}, {}), 'a', 'b')]",
                asks("parameters('x')"),
                asks("copyIndex()")
            ),
            json!({}),
        );
        looped["copy"] = json!({"name": format!("r{number}"), "count": "[parameters('n')]"});
        resources.insert(format!("r{number}"), looped);
    }
    let mut whole = template(Json::Object(resources));
    whole["languageVersion"] = json!("2.0");
    whole["parameters"]["n"] = json!({"type": "int"});
    let evaluation = expand(&whole.to_string()).unwrap();
    assert_eq!(evaluation.resources.len(), most);
    assert!(!complains(&evaluation, "5 million steps"));
    assert!(!complains(&evaluation, "180 levels"));
}

/// Each name is twice the one before it, so that the last one would have 130,000 parts. Nor is it sure that any is made.
#[test]
fn names_that_double_end_with_a_limit() {
    let most = 18;
    let mut resources = serde_json::Map::new();
    resources.insert("r0".to_owned(), vault("[parameters('x')]", json!({})));
    for number in 1..most {
        let name = format!("resourceInfo('r{}').name", number - 1);
        let mut doubled = vault(&format!("[concat({name}, {name})]"), json!({}));
        doubled["condition"] = json!("[parameters('c')]");
        resources.insert(format!("r{number}"), doubled);
    }
    let mut whole = template(Json::Object(resources));
    whole["languageVersion"] = json!("2.0");
    whole["parameters"] = json!({"c": {"type": "bool"}, "x": {"type": "string"}});
    let evaluation = expand(&whole.to_string()).unwrap();
    assert_eq!(evaluation.resources.len(), most);
    assert!(
        complains(&evaluation, "more than 20000 parts"),
        "{:?}",
        evaluation.diagnostics
    );
}

#[test]
fn hundreds_of_copies_that_refer_to_each_other_are_quick() {
    let mut resources = Vec::new();
    for group in 0..6 {
        let mut looped = vault(
            &format!("[concat(parameters('s'), '{group}', copyIndex())]"),
            json!({
                "networkAcls": {"defaultAction": "[if(equals(parameters('x'), 'p'), 'Deny', 'Allow')]"},
                "other": format!("[reference(concat(parameters('s'), '{}', copyIndex())).networkAcls.defaultAction]", (group + 1) % 6),
                "id": format!("[resourceId('Microsoft.KeyVault/vaults', concat(parameters('s'), '{group}', mod(copyIndex(), 7)))]"),
            }),
        );
        looped["copy"] = json!({"name": format!("l{group}"), "count": 800});
        resources.push(looped);
    }
    let evaluation = expand(&template(Json::Array(resources)).to_string()).unwrap();
    assert_eq!(evaluation.resources.len(), 4800);
}

#[test]
fn functions_with_lambdas_within_one_another_are_evaluated_once() {
    for function in [
        "filter(_, lambda('x', greater(lambdaVariables('x'), 1)))",
        "map(_, lambda('x', lambdaVariables('x')))",
    ] {
        let mut list = "parameters('s')".to_owned();
        for _ in 0..80 {
            list = function.replace('_', &list);
        }
        let text = json!({
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "parameters": { "s": { "type": "array" } },
            "resources": [],
            "outputs": { "all": { "type": "array", "value": format!("[{list}]") } }
        });
        let evaluation = expand(&text.to_string()).unwrap();
        assert!(
            evaluation.diagnostics.is_empty(),
            "{:?}",
            evaluation.diagnostics.first()
        );
    }
}
