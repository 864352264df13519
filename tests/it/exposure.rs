//! The effective exposure of vaults, row by row of the service's decision table.

use akvlint::estate::exposure::{Exposure, Reach, is_enforced};
use akvlint::estate::truth::Truth;
use serde_json::{Value as Json, json};

use crate::document::value;

fn exposure(properties: Json, version: &str, modes: &[Json]) -> Exposure {
    let body = json!({"type": "Microsoft.KeyVault/vaults", "apiVersion": version, "properties": properties});
    let enforced = Truth::any(modes.iter().map(|mode| is_enforced(&value(mode))));
    Exposure::of(&value(&body), false, enforced)
}

/// Who can reach it: the one word that is true, or `?` with the words that may be.
fn reach(exposure: &Exposure) -> String {
    let words = [
        ("internet", Reach::Internet),
        ("networks", Reach::Networks),
        ("perimeter", Reach::Perimeter),
        ("private", Reach::Private),
    ];
    let are = |truth: fn(&Truth) -> bool| {
        let fitting = words
            .iter()
            .filter(|(_, reach)| truth(&exposure.is(*reach)));
        fitting.map(|(word, _)| *word).collect::<Vec<_>>()
    };
    match &are(Truth::is_true)[..] {
        [] => format!("?{}", are(Truth::is_unknown).join(" ")),
        words => words.join(" and "),
    }
}

fn of(properties: Json) -> String {
    reach(&exposure(properties, "2026-02-01", &[]))
}

#[test]
fn the_properties_overrule_one_another() {
    let rules = json!([{"value": "198.41.0.4"}]);
    let rows = [
        (json!({}), "internet"),
        (
            json!({"publicNetworkAccess": null, "networkAcls": null}),
            "internet",
        ),
        (
            json!({"publicNetworkAccess": "Enabled", "networkAcls": {}}),
            "internet",
        ),
        (
            json!({"networkAcls": {"defaultAction": "Allow", "ipRules": rules}}),
            "internet",
        ),
        (
            json!({"networkAcls": {"defaultAction": "Denied"}}),
            "internet",
        ),
        (json!({"publicNetworkAccess": "Off"}), "internet"),
        (json!({"networkAcls": {"defaultAction": "deny"}}), "private"),
        (
            json!({"networkAcls": {"defaultAction": "Deny", "ipRules": []}}),
            "private",
        ),
        (
            json!({"networkAcls": {"defaultAction": "Deny", "ipRules": rules}}),
            "networks",
        ),
        (
            json!({"networkAcls": {"defaultAction": "Deny", "virtualNetworkRules": [{"id": "x"}]}}),
            "networks",
        ),
        (
            json!({"networkAcls": {"defaultAction": "Deny", "serviceTags": [{"tag": "x"}]}}),
            "networks",
        ),
        (
            json!({"publicNetworkAccess": "disabled", "networkAcls": {"ipRules": rules}}),
            "private",
        ),
        (
            json!({"publicNetworkAccess": "SecuredByPerimeter", "networkAcls": {"ipRules": rules}}),
            "perimeter",
        ),
    ];
    for (properties, expected) in rows {
        assert_eq!(of(properties.clone()), expected, "{properties}");
    }
}

#[test]
fn an_enforced_perimeter_decides_whatever_is_written() {
    let with = |properties: Json, mode: Json| reach(&exposure(properties, "2026-02-01", &[mode]));
    assert_eq!(with(json!({}), json!("Enforced")), "perimeter");
    assert_eq!(
        with(
            json!({"publicNetworkAccess": "Disabled"}),
            json!("enforced")
        ),
        "perimeter"
    );
    assert_eq!(with(json!({}), json!("Learning")), "internet");
    assert_eq!(
        with(json!({}), json!({"$unknown": "mode"})),
        "?internet perimeter"
    );
}

#[test]
fn an_api_version_without_the_property_does_not_set_it() {
    let at = |properties: Json, version: &str| reach(&exposure(properties, version, &[]));
    let disabled = json!({"publicNetworkAccess": "Disabled"});
    assert_eq!(at(disabled.clone(), "2019-09-01"), "internet");
    assert_eq!(at(disabled.clone(), "2021-06-01-preview"), "private");
    let denies = json!({"networkAcls": {"defaultAction": "Deny"}});
    assert_eq!(at(denies.clone(), "2018-02-14-preview"), "private");
    assert_eq!(at(denies, "2016-10-01"), "?internet networks private");
    // Nothing is written, so nothing is in doubt.
    assert_eq!(at(json!({}), "2016-10-01"), "internet");
}

#[test]
fn what_is_settled_does_not_wait_for_what_is_unknown() {
    let unknown = json!({"$unknown": "p"});
    assert_eq!(
        of(json!({"publicNetworkAccess": "Disabled", "networkAcls": unknown})),
        "private"
    );
    assert_eq!(
        of(json!({"publicNetworkAccess": unknown, "networkAcls": {"defaultAction": "Deny"}})),
        "?perimeter private"
    );
    assert_eq!(
        of(json!({"networkAcls": {"defaultAction": unknown}})),
        "?internet private"
    );
    assert_eq!(
        of(json!({"publicNetworkAccess": {"$unknown": "p", "domain": ["Disabled", "disabled"]}})),
        "private"
    );
}

#[test]
fn an_export_without_properties_says_nothing() {
    let listed = json!({"type": "Microsoft.KeyVault/vaults", "name": "kv"});
    let exposure = Exposure::of(&value(&listed), true, Truth::False);
    assert_eq!(reach(&exposure), "?internet networks perimeter private");
    // An export's version is that of the tool, not of the vault.
    let old = json!({"type": "Microsoft.KeyVault/vaults", "apiVersion": "2016-10-01",
        "properties": {"networkAcls": {"defaultAction": "Deny"}}});
    assert_eq!(
        reach(&Exposure::of(&value(&old), true, Truth::False)),
        "private"
    );
}

#[test]
fn the_firewall_is_closed_when_it_denies_or_public_access_is_off() {
    let closed = |properties: Json| exposure(properties, "2026-02-01", &[]).is_closed();
    assert!(closed(json!({"publicNetworkAccess": "Disabled"})).is_true());
    assert!(closed(json!({"networkAcls": {"defaultAction": "Deny"}})).is_true());
    assert!(closed(json!({"publicNetworkAccess": "SecuredByPerimeter"})).is_false());
    assert!(closed(json!({})).is_false());
}
