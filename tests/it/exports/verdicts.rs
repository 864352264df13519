//! What rules say of exports.

use super::{Read, fixture};
use akvlint::estate::Estate;
use akvlint::evaluate::assignment::Assignment;
use akvlint::rules::{Checked, Judgement, RuleSet, RuleSettings, View, check};

/// What a rule says of the first resource of an export.
fn judged(read: &Read, rule: &str) -> Vec<Judgement> {
    let rules = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    let rule = rules.find(rule).unwrap();
    let mut estate = Estate::new(false);
    estate.add_export(read.exported.resources.clone());
    let member = &estate.members()[0];
    let assignment = Assignment::default();
    let view = View::new(&estate, member, &assignment, &read.sources);
    match check(rule, &view) {
        Checked::Judged(judgements) => judgements,
        Checked::NotApplicable => Vec::new(),
    }
}

/// The verdict, the line it points at, and the causes of an open one.
fn verdict(name: &str, rule: &str) -> (&'static str, u32, Vec<String>) {
    let read = fixture(name);
    let judgements = judged(&read, rule);
    let [judgement] = judgements.as_slice() else {
        panic!("{judgements:?}")
    };
    let word = match &judgement.truth {
        truth if truth.is_true() => "fail",
        truth if truth.is_false() => "pass",
        _ => "open",
    };
    let line = read.source.position(judgement.site.place.span.start).line;
    let causes = judgement.truth.reasons().iter().map(ToString::to_string);
    (word, line, causes.collect())
}

#[test]
fn bypass_none_behind_a_closed_firewall_fails_at_the_line_of_the_bypass() {
    assert_eq!(
        verdict("az-keyvault-show.json", "AKV102"),
        ("fail", 16, vec![])
    );
    assert_eq!(verdict("az-keyvault-show-bypass.json", "AKV102").0, "pass");
    for (name, line) in [
        ("rest-page.json", 20),
        ("get-azkeyvault.json", 31),
        ("get-azkeyvault-utf16.json", 31),
        ("get-azresource.json", 25),
        ("get-azkeyvault-original.json", 55),
        ("get-azkeyvault-numbers.json", 32),
    ] {
        assert_eq!(verdict(name, "AKV102"), ("fail", line, vec![]), "{name}");
    }
}

#[test]
fn no_firewall_in_a_full_vault_is_open_to_all() {
    assert_eq!(verdict("az-keyvault-show-open.json", "AKV101").0, "fail");
}

#[test]
fn what_the_export_leaves_out_leaves_the_rule_open() {
    let leaves_out = |property: &str| vec![format!("the export leaves `{property}` out")];
    for (name, rule, property) in [
        ("az-resource-list.json", "AKV101", "properties"),
        ("az-resource-list.json", "AKV702", "properties"),
        (
            "get-azresource-cut-off.json",
            "AKV102",
            "properties.networkAcls.defaultAction",
        ),
        // The perimeter, if there is one, would decide.
        (
            "az-keyvault-network-rule-list.json",
            "AKV102",
            "properties.publicNetworkAccess",
        ),
        (
            "az-keyvault-network-rule-list.json",
            "AKV702",
            "properties.*",
        ),
    ] {
        let (word, _, causes) = verdict(name, rule);
        assert_eq!(
            (word, causes.first()),
            ("open", leaves_out(property).first()),
            "{name}, {rule}"
        );
    }
}

/// No answer of the service says that a vault is being recovered: that is asked of a deployment.
#[test]
fn columns_of_the_firewall_are_enough_to_tell_who_gets_in() {
    assert_eq!(
        verdict("graph-chosen-exposure.json", "AKV101"),
        ("fail", 7, vec![])
    );
}

#[test]
fn names_of_the_python_sdk_are_those_of_arm() {
    assert_eq!(verdict("python-as-dict.json", "AKV101").0, "pass");
    assert_eq!(verdict("python-as-dict.json", "AKV702").0, "pass");
    assert_eq!(
        verdict("python-as-dict.json", "AKV102"),
        ("fail", 15, vec![])
    );
}
