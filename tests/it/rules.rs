//! The built-in rules: every file is whole, and a list of bad addresses gets what it deserves. Their examples are run in
//! `docs.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use akvlint::evaluate::value::Value;
use akvlint::rules::{Checked, Judgement, Rule, RuleSet, RuleSettings, Selection, check, explain};

use crate::resource::{Resource, of_template};

fn load(settings: &RuleSettings) -> RuleSet {
    match RuleSet::load(&[], settings) {
        Ok(rules) => rules,
        Err(error) => panic!("{:?}", miette::Report::new(error)),
    }
}

fn builtin() -> RuleSet {
    load(&RuleSettings::default())
}

fn looks_at(rule: &Rule, body: &Value) -> bool {
    let kind = body.as_object().and_then(|object| object.get("type"));
    let kind = kind
        .and_then(|member| member.value.as_str())
        .unwrap_or_default();
    rule.resources.iter().any(|pattern| pattern.matches(kind))
}

/// What the rules of a selection say of one vault: rule, text that it points at, level, message.
fn judged(select: &[&str], text: &str) -> Vec<(String, String, Judgement)> {
    let selection = Selection {
        select: select.iter().map(ToString::to_string).collect(),
        ignore: Vec::new(),
    };
    let rules = builtin().selected(&selection).unwrap();
    let bodies = of_template(text).unwrap();
    let mut found = Vec::new();
    for body in bodies {
        let subject = Resource {
            body,
            text,
            is_export: false,
            closed_world: false,
            related: Vec::new(),
        };
        for rule in rules.iter().filter(|rule| looks_at(rule, &subject.body)) {
            let Checked::Judged(judgements) = check(rule, &subject) else {
                continue;
            };
            for judgement in judgements
                .into_iter()
                .filter(|judgement| !judgement.truth.is_false())
            {
                let at = text[judgement.site.place.span.range()].to_owned();
                found.push((rule.id.to_string(), at, judgement));
            }
        }
    }
    found
}

fn vault(properties: &str) -> String {
    format!(
        r#"{{"resources": [{{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": "contoso-kv", "properties": {properties}}}]}}"#
    )
}

#[test]
fn bypass_none_behind_a_closed_firewall_fails_at_the_bypass() {
    let text = vault(r#"{"networkAcls": {"defaultAction": "Deny", "bypass": "None"}}"#);
    let found = judged(&["AKV102"], &text);
    let [(_, at, judgement)] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(at, "\"None\"");
    assert_eq!(
        judgement.site.path.dotted().to_string(),
        "properties.networkAcls.bypass"
    );
    assert_eq!(
        judgement.message,
        "the firewall of key vault contoso-kv is closed and `bypass` is None: trusted Microsoft services cannot reach it"
    );
}

#[test]
fn each_bad_address_of_a_long_list_is_one_finding_at_its_value() {
    let bad = ["10.0.0.0/8", "8.8.8.8/31", "9.9.9.9/32", "300.1.1.1", "::1"];
    let good = (0..123).map(|i| format!("51.4.{i}.1"));
    let mut addresses: Vec<String> = good.collect();
    for (i, address) in bad.iter().enumerate() {
        addresses.insert(20 * (i + 1), (*address).to_owned());
    }
    assert_eq!(addresses.len(), 128);
    let rules: Vec<String> = addresses
        .iter()
        .map(|a| format!(r#"{{"value": "{a}"}}"#))
        .collect();
    let list = format!("[{}]", rules.join(", "));
    let text = vault(&format!(
        r#"{{"networkAcls": {{"defaultAction": "Deny", "ipRules": {list}}}}}"#
    ));
    let found = judged(&["AKV1", "AKV2", "AKV3"], &text);
    let mut found: Vec<(&str, &str)> = found
        .iter()
        // What is off by default, and what hangs on resources elsewhere, is not the matter here.
        .filter(|(id, ..)| !["AKV105", "AKV109", "AKV307"].contains(&id.as_str()))
        .map(|(id, at, _)| (id.as_str(), at.as_str()))
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("AKV201", "\"300.1.1.1\""),
            ("AKV201", "\"::1\""),
            ("AKV202", "\"8.8.8.8/31\""),
            ("AKV202", "\"9.9.9.9/32\""),
            ("AKV203", "\"10.0.0.0/8\""),
            ("AKV206", list.as_str()),
        ]
    );
}

#[test]
fn a_list_that_is_not_known_is_open_once_for_each_rule() {
    let text = r#"{"parameters": {"ips": {"type": "array"}}, "resources": [{"type": "Microsoft.KeyVault/vaults",
        "apiVersion": "2026-02-01", "name": "contoso-kv", "properties": {"networkAcls": {"defaultAction": "Deny",
        "ipRules": "[parameters('ips')]"}}}]}"#;
    let found = judged(&["AKV2"], text);
    let ids: Vec<&str> = found.iter().map(|(id, ..)| id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "AKV201", "AKV202", "AKV203", "AKV204", "AKV205", "AKV206", "AKV207", "AKV208"
        ]
    );
    for (id, at, judgement) in &found {
        assert_eq!(at, "\"[parameters('ips')]\"", "{id}");
        assert!(judgement.truth.is_unknown(), "{id}");
        assert_eq!(
            judgement.truth.reasons().len(),
            1,
            "{id}: {:?}",
            judgement.truth
        );
        assert_eq!(
            judgement.site.path.dotted().to_string(),
            "properties.networkAcls.ipRules",
            "{id}"
        );
    }
}

#[test]
fn an_absent_property_is_shown_at_the_member_around_it() {
    let found = judged(
        &["AKV101"],
        &vault(r#"{"networkAcls": {"bypass": "None"}}"#),
    );
    let [(_, at, judgement)] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(at, "\"networkAcls\"");
    assert_eq!(
        judgement.site.path.dotted().to_string(),
        "properties.networkAcls.defaultAction"
    );
    assert!(judgement.site.value.is_none());
    let remedy = judgement.remedy.as_ref().unwrap();
    assert!(!remedy.safe);
    assert_eq!(remedy.edits[0].missing.len(), 1);
    assert_eq!(
        remedy.edits[0].node.path.dotted().to_string(),
        "properties.networkAcls"
    );
}

#[test]
fn every_rule_of_a_vault_leaves_recovered_ones_alone() {
    let text = vault(
        r#"{"createMode": "recover", "networkAcls": {"ipRules": [{"value": "x"}], "bypass": "None"}}"#,
    );
    let all = builtin();
    let ids: Vec<&str> = all.iter().map(|rule| &*rule.id).collect();
    let found = judged(&ids, &text);
    let ids: Vec<&str> = found.iter().map(|(id, ..)| id.as_str()).collect();
    assert_eq!(ids, Vec::<&str>::new());
}

#[test]
fn a_rule_file_is_named_after_its_rule_and_its_prose_is_whole() {
    for rule in builtin().iter() {
        let name = format!("rules/{}-{}.toml", rule.id, rule.name);
        assert!(
            std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
                .join(&name)
                .is_file(),
            "{name}"
        );
        assert!(
            !rule.tags.is_empty() && rule.tags.len() <= 10,
            "{}: tags",
            rule.id
        );
        assert!(!rule.sources.is_empty(), "{}: sources", rule.id);
        assert!(!rule.title.ends_with('.'), "{}: title", rule.id);
        // Limits of GitHub's code scanning.
        assert!(
            rule.title.len() <= 1024 && rule.name.len() <= 255,
            "{}",
            rule.id
        );
        for text in [
            &rule.prose().docs.why,
            &rule.prose().docs.remedy,
            &rule.prose().docs.limits,
        ] {
            assert!(text.ends_with(['.', '`']), "{}: {text}", rule.id);
        }
        assert!(
            rule.prose()
                .docs
                .links
                .iter()
                .all(|link| !link.contains("/en-us/")),
            "{}: links",
            rule.id
        );
        for case in &rule.cases {
            assert!(!case.at.is_empty(), "{}: at", rule.id);
            let message = case.message.source();
            assert!(!message.ends_with('.'), "{}: {message}", rule.id);
        }
    }
}

#[test]
fn documentation_is_made_of_the_rule() {
    let rules = builtin();
    let rule = rules.find("ip-rule-small-range").unwrap();
    insta::assert_snapshot!("explain_markdown", explain::page(rule));
    insta::assert_snapshot!("explain_text", explain::page_text(rule));
    for rule in rules.iter() {
        let text = explain::help_text(rule);
        assert!(
            !text.contains("**") && !text.contains("<https"),
            "{}",
            rule.id
        );
        assert!(text.contains(&rule.prose().docs.links[0]), "{}", rule.id);
    }
}
