//! Templates in which much is undecided: how much a verdict may hang on does not decide how long it takes.
//!
//! Each shape takes a small part of [`PATIENCE`]; without the bounds on the work of a judgement most of them take many
//! times as much.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use akvlint::finding::{Report, Verdict};
use akvlint::project::Project;
use akvlint::rules::{RuleSet, RuleSettings, Selection};
use akvlint::run::{Request, run};
use akvlint::source::Sources;
use serde_json::{Map, Value as Json, json};

/// What one template may take, on a machine with other work and without optimisation.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 4 });

/// The findings of all rules in a template.
fn judged(what: &str, parameters: Json, resources: Vec<Json>) -> Report {
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "resources": resources,
    });
    let sources = Arc::new(Sources::new(Path::new("/nowhere")));
    let project = Project::new(sources.clone());
    let rules = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    let all = Selection {
        select: vec!["AKV".to_owned()],
        ignore: Vec::new(),
    };
    let request = Request {
        standard_input: Some(sources.insert("main.json", template.to_string())),
        rules: rules.selected(&all).unwrap(),
        verdicts: vec![Verdict::Fail, Verdict::Open, Verdict::Pass],
        ..Request::default()
    };
    let start = Instant::now();
    let report = run(&project, &request).unwrap().report;
    let taken = start.elapsed();
    assert!(taken < PATIENCE, "{what} takes {taken:?}");
    report
}

/// `p0`, `p1` … of one kind.
fn parameters(count: usize, declared: &Json) -> Json {
    let each = (0..count).map(|number| (format!("p{number}"), declared.clone()));
    each.collect::<Map<_, _>>().into()
}

fn read(number: usize) -> String {
    format!("parameters('p{number}')")
}

fn each(count: usize, expression: impl Fn(usize) -> String) -> Vec<String> {
    (0..count).map(expression).collect()
}

fn sum(terms: &[String]) -> String {
    let nested = terms.iter().cloned();
    let nested = nested.reduce(|sum, term| format!("add({sum}, {term})"));
    nested.unwrap_or_default()
}

fn vault(name: &str, properties: &Json) -> Json {
    json!({
        "type": "Microsoft.KeyVault/vaults",
        "apiVersion": "2023-07-01",
        "name": name,
        "location": "westeurope",
        "properties": properties,
    })
}

fn firewall(action: &str) -> Json {
    json!({ "networkAcls": { "defaultAction": action, "bypass": "None" } })
}

fn endpoint(name: &str, target: &str) -> Json {
    json!({
        "type": "Microsoft.Network/privateEndpoints",
        "apiVersion": "2023-04-01",
        "name": name,
        "location": "westeurope",
        "properties": {
            "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')]" },
            "privateLinkServiceConnections": [{
                "name": "c",
                "properties": { "privateLinkServiceId": target, "groupIds": ["vault"] },
            }],
        },
    })
}

fn with(mut resource: Json, name: &str, value: Json) -> Json {
    resource[name] = value;
    resource
}

/// The verdicts of a rule, each once.
fn verdicts(report: &Report, rule: &str) -> Vec<Verdict> {
    let findings = report.findings.iter();
    let of_rule = findings.filter(|finding| &*finding.rule == rule);
    let mut verdicts: Vec<Verdict> = of_rule.map(|finding| finding.verdict).collect();
    verdicts.dedup();
    verdicts
}

#[test]
fn a_parameter_that_may_be_nothing_ends_no_combination() {
    // Every combination of the others leads to one without a case. None was counted, so that all were looked at.
    let mut declared = parameters(20, &json!({ "type": "int", "allowedValues": [1, 2] }));
    declared["p17"]["allowedValues"] = json!([]);
    let total = sum(&each(20, read));
    let action = format!("[if(equals({total}, 40), 'Allow', 'Deny')]");
    let report = judged(
        "an empty list",
        declared,
        vec![vault("kv", &firewall(&action))],
    );
    // What may be anything makes the sum that opens the vault.
    assert_eq!(verdicts(&report, "AKV101"), [Verdict::Fail]);
}

#[test]
fn many_values_in_one_expression_are_no_work() {
    let digits = json!({ "type": "string", "allowedValues": ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] });
    let names = each(20, read).join(", ");
    for (what, declared, action) in [
        (
            "concat",
            parameters(20, &digits),
            format!("[concat({names})]"),
        ),
        (
            "a text that is compared",
            parameters(20, &digits),
            format!("[if(equals(concat({names}), 'aaaaaaaaaaaaaaaaaaaa'), 'Allow', 'Deny')]"),
        ),
        (
            "guards in guards",
            parameters(60, &json!({ "type": "bool" })),
            format!(
                "[{}]",
                each(60, read)
                    .iter()
                    .rfold("'Deny'".to_owned(), |inner, guard| {
                        format!("if({guard}, {inner}, 'Allow')")
                    })
            ),
        ),
        (
            "a sum of choices",
            parameters(40, &json!({ "type": "bool" })),
            format!(
                "[if(equals({}, 41), 'Allow', 'Deny')]",
                sum(&each(40, |number| {
                    format!("if({}, 1, 0)", read(number))
                }))
            ),
        ),
        (
            "lists that are searched",
            parameters(20, &json!({ "type": "string" })),
            format!(
                "[if(and({}), 'Allow', 'Deny')]",
                each(20, |number| {
                    format!(
                        "contains(createArray('a', 'b', 'c', 'd', 'e', 'f', 'g'), {})",
                        read(number)
                    )
                })
                .join(", ")
            ),
        ),
        (
            "long guards",
            parameters(40, &json!({ "type": "string" })),
            format!(
                "[{}]",
                each(40, |number| {
                    format!("equals(concat({}), 'x{number}')", each(40, read).join(", "))
                })
                .iter()
                .fold("'Deny'".to_owned(), |inner, guard| {
                    format!("if({guard}, 'Allow', {inner})")
                })
            ),
        ),
    ] {
        let report = judged(what, declared, vec![vault("kv", &firewall(&action))]);
        assert!(
            !verdicts(&report, "AKV101").contains(&Verdict::Pass),
            "{what}"
        );
    }
}

#[test]
fn lists_and_objects_of_choices_are_no_work() {
    let bools = parameters(20, &json!({ "type": "bool" }));
    let choices = each(20, |number| {
        format!(
            "if({}, createObject('defaultAction', 'Deny', 'm{number}', 1), createObject('bypass', 'None'))",
            read(number)
        )
    });
    let united = json!({ "networkAcls": format!("[union({})]", choices.join(", ")) });
    judged("union", bools.clone(), vec![vault("kv", &united)]);
    let chosen = sum(&each(20, |number| format!("if({}, 1, 0)", read(number))));
    let mapped = format!(
        "[map(range(0, 200), lambda('i', createObject('value', if(equals(lambdaVariables('i'), {chosen}), '0.0.0.0/0', '20.1.1.1'))))]"
    );
    let mapped = json!({ "networkAcls": { "defaultAction": "Deny", "ipRules": mapped } });
    judged("map", bools.clone(), vec![vault("kv", &mapped)]);
    let elements = (0..1_000).map(|number| {
        let guards = [number % 20, number / 20 % 20, number * 7 % 20].map(read);
        let [a, b, c] = guards;
        json!({ "value": format!("[if(or(and({a}, {b}), and(not({a}), {c})), '0.0.0.0/0', '20.1.1.{}')]", number % 250) })
    });
    let elements: Vec<Json> = elements.collect();
    let list = json!({ "networkAcls": { "defaultAction": "Deny", "ipRules": elements } });
    let report = judged("ipRules", bools, vec![vault("kv", &list)]);
    assert!(report.findings.len() > 1_000);
}

#[test]
fn conditions_of_what_stands_around_a_vault_are_no_work() {
    const COUNT: usize = if cfg!(debug_assertions) { 20 } else { 60 };
    let bools = parameters(COUNT, &json!({ "type": "bool" }));
    let strings = parameters(COUNT, &json!({ "type": "string" }));
    let target = "[resourceId('Microsoft.KeyVault/vaults', 'kv')]";
    let closed = json!({ "publicNetworkAccess": "Disabled" });
    for (declared, condition) in [
        (
            bools,
            (|number| format!("[{}]", read(number))) as fn(usize) -> String,
        ),
        (strings, |number| format!("[equals({}, 'x')]", read(number))),
    ] {
        let mut resources = vec![vault("kv", &closed)];
        for number in 0..COUNT {
            let one = endpoint(&format!("pe{number}"), target);
            resources.push(with(one, "condition", condition(number).into()));
        }
        judged("conditions", declared, resources);
    }
}

#[test]
fn endpoints_of_any_vault_are_no_work() {
    const COUNT: usize = if cfg!(debug_assertions) { 40 } else { 200 };
    let strings = parameters(COUNT, &json!({ "type": "string" }));
    let some = json!({ "type": "string", "allowedValues": ["kv1", "kv2", "kv3"] });
    let bools = parameters(COUNT, &json!({ "type": "bool" }));
    let closed = json!({ "publicNetworkAccess": "Disabled" });
    let id = |name: &str| format!("resourceId('Microsoft.KeyVault/vaults', {name})");
    let known = |number: usize| vault(&format!("kv{number}"), &closed);
    let each_with = |vault: &dyn Fn(usize) -> Json, endpoint: &dyn Fn(usize) -> Json| {
        let all = (0..COUNT).map(vault).chain((0..COUNT).map(endpoint));
        all.collect::<Vec<Json>>()
    };
    let name = |number: usize| format!("pe{number}");
    let undecided = |number: usize| endpoint(&name(number), &format!("[{}]", read(number)));
    judged("targets", strings.clone(), each_with(&known, &undecided));
    let chosen = |number: usize| endpoint(&name(number), &format!("[{}]", id(&read(number))));
    judged(
        "choices",
        parameters(COUNT, &some),
        each_with(&known, &chosen),
    );
    let named = |number: usize| vault(&format!("[concat({}, '-kv')]", read(number)), &closed);
    let pairs = |number: usize| {
        let (one, other) = (read(number * 7 % COUNT), read(number * 11 % COUNT));
        endpoint(
            &name(number),
            &format!("[{}]", id(&format!("concat({one}, {other})"))),
        )
    };
    judged("names", strings, each_with(&named, &pairs));
    let perhaps = |number: usize| {
        let condition = format!("[{}]", read(number * 3 % COUNT));
        with(known(number), "condition", condition.into())
    };
    let either = |number: usize| {
        let next = (number + 1) % COUNT;
        let target = id(&format!("if({}, 'kv{number}', 'kv{next}')", read(number)));
        let condition = format!("[{}]", read(number * 7 % COUNT));
        let one = endpoint(&name(number), &format!("[{target}]"));
        with(one, "condition", condition.into())
    };
    judged("conditions", bools, each_with(&perhaps, &either));
}

#[test]
fn zone_groups_of_any_endpoint_are_no_work() {
    const COUNT: usize = if cfg!(debug_assertions) { 20 } else { 100 };
    let strings = parameters(COUNT, &json!({ "type": "string" }));
    let mut resources = Vec::new();
    for number in 0..COUNT {
        let own = read(number);
        resources.push(vault(
            &format!("[concat({own}, '-kv')]"),
            &json!({ "publicNetworkAccess": "Disabled" }),
        ));
        resources.push(endpoint(
            &format!("[{own}]"),
            &format!("[{}]", read(COUNT - 1 - number)),
        ));
        resources.push(json!({
            "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
            "apiVersion": "2023-04-01",
            "name": format!("[concat({}, '/default')]", read(number * 7 % COUNT)),
            "properties": { "privateDnsZoneConfigs": [
                { "name": "a", "properties": { "privateDnsZoneId": format!("[{}]", read(number * 11 % COUNT)) } },
            ] },
        }));
        resources.push(json!({
            "type": "Microsoft.Network/privateDnsZones",
            "apiVersion": "2020-06-01",
            "name": format!("[{}]", read(number * 3 % COUNT)),
            "location": "global",
        }));
        resources.push(json!({
            "type": "Microsoft.Network/privateDnsZones/A",
            "apiVersion": "2020-06-01",
            "name": format!("[concat({}, '/', {})]", read(number * 5 % COUNT), read(number)),
            "properties": { "ttl": 10, "aRecords": [{ "ipv4Address": "10.0.0.4" }] },
        }));
    }
    judged("zone groups", strings, resources);
}

#[test]
fn a_long_text_full_of_what_looks_like_tokens() {
    for piece in ["${", "$(a)", "#{", "{{"] {
        let text = piece.repeat(500_000 / piece.len());
        let properties = json!({
            "publicNetworkAccess": text,
            "networkAcls": { "defaultAction": text, "bypass": text, "ipRules": [{ "value": text }] },
        });
        judged(piece, json!({}), vec![vault("kv", &properties)]);
    }
}
