//! The words of conditions: each is read, and holds, does not hold, or is unknown.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use akvlint::estate::relations::Relation;
use akvlint::evaluate::value::Value;
use akvlint::rules::predicate::{PREDICATES, SELECTORS};
use akvlint::rules::{
    Checked, Related, RelatedResource, RuleFile, RuleSet, RuleSettings, Subject, check,
};
use akvlint::source::Place;
use akvlint::syntax::expression::Text;
use serde_json::{Value as Json, json};

use crate::document::value;

/// A resource of a test, with what is related to it.
#[derive(Default)]
struct Resource {
    body: Option<Value>,
    is_export: bool,
    closed_world: bool,
    sure: Vec<Json>,
    possible: Vec<Json>,
}

impl Resource {
    fn new(body: &Json) -> Self {
        Self {
            body: Some(value(body)),
            ..Self::default()
        }
    }
}

impl Subject for Resource {
    fn body(&self) -> &Value {
        self.body.as_ref().unwrap()
    }

    fn is_export(&self) -> bool {
        self.is_export
    }

    fn closed_world(&self) -> bool {
        self.closed_world
    }

    fn text(&self, _: Place) -> Option<Text> {
        None
    }

    fn related(&self, relation: Relation, of: Option<&Value>) -> Related<'_> {
        let resource = |body: &Json| RelatedResource {
            subject: Box::new(Resource::new(body)),
            link: body.get("link").map(value),
            copies: None,
        };
        let mut related = Related::unread(relation, self.closed_world);
        related.sure = self.sure.iter().map(resource).collect();
        let reason = || Related::elsewhere(relation).unseen;
        related.possible = self
            .possible
            .iter()
            .map(|body| (resource(body), reason()))
            .collect();
        if of.is_some_and(|of| of.as_str() == Some("none")) {
            related = Related::none();
        }
        related
    }
}

fn rule(condition: &str) -> Result<RuleSet, String> {
    let text = format!(
        r#"id = "T1"
name = "t"
title = "T"
level = "note"
security-severity = "1.0"
precision = "low"
resources = ["A.B/c"]
open = "open"
[[case]]
when = {{ {condition} }}
at = "$"
message = "fail"
[data.bypass]
default = "required"
values = ["required", "any"]
doc = "d"
[docs]
why = "w"
remedy = "r"
limits = "l"
links = ["https://example.com"]
[[example]]
name = "f"
expect = "fail"
resource = ""
[[example]]
name = "p"
expect = "pass"
resource = ""
"#
    );
    let file = RuleFile {
        name: "t".to_owned(),
        text: text.into(),
        path: Some("t".into()),
    };
    RuleSet::of_files(vec![file], &RuleSettings::default())
        .map_err(|error| format!("{:?}", miette::Report::new(error)))
}

/// Whether a condition holds; `None` where that is unknown.
fn on(condition: &str, resource: &Resource) -> Option<bool> {
    let rules = rule(condition).unwrap_or_else(|error| panic!("{condition}: {error}"));
    let Checked::Judged(judgements) = check(rules.find("T1").unwrap(), resource) else {
        panic!("not applicable");
    };
    match &judgements[0].truth {
        truth if truth.is_true() => Some(true),
        truth if truth.is_false() => Some(false),
        _ => None,
    }
}

fn holds(condition: &str, body: Json) -> Option<bool> {
    on(condition, &Resource::new(&body))
}

/// A test of `$.x`.
fn passes(test: &str, x: Json) -> Option<bool> {
    holds(&format!("path = \"$.x\", {test}"), json!({ "x": x }))
}

fn unknown() -> Json {
    json!({"$unknown": "p"})
}

#[test]
fn every_word_of_the_tables_is_read() {
    for entry in SELECTORS {
        rule(entry.example).unwrap_or_else(|error| panic!("{}: {error}", entry.name));
    }
    for entry in PREDICATES {
        let condition = format!("path = \"$.x\", {}", entry.example);
        rule(&condition).unwrap_or_else(|error| panic!("{}: {error}", entry.name));
    }
}

#[test]
fn absent_and_null_are_the_same() {
    for body in [json!({}), json!({"x": null})] {
        let ask = |test: &str| holds(&format!("path = \"$.x\", {test}"), body.clone());
        assert_eq!(ask("exists = true"), Some(false));
        assert_eq!(ask("exists = false"), Some(true));
        assert_eq!(ask("empty = true"), Some(true));
        assert_eq!(ask("equals = \"a\""), Some(false));
        assert_eq!(ask("default = \"A\", equals = \"a\""), Some(true));
        assert_eq!(ask("default = 7, at-least = 7, at-most = 8"), Some(true));
        assert_eq!(ask("type = \"string\""), Some(false));
        assert_eq!(ask("ip = false"), Some(true));
    }
}

#[test]
fn what_may_be_null_has_an_answer_only_where_null_has_the_same() {
    let nullable = json!({"$unknown": "p", "nullable": true, "domain": ["a", "b"]});
    assert_eq!(passes("in = [\"a\", \"b\"]", nullable.clone()), None);
    assert_eq!(passes("equals = \"c\"", nullable.clone()), Some(false));
    assert_eq!(
        passes("default = \"a\", in = [\"a\", \"b\"]", nullable),
        Some(true)
    );
}

#[test]
fn scalars_are_compared_as_the_service_reads_them() {
    assert_eq!(passes("equals = \"Deny\"", json!("DENY")), Some(true));
    assert_eq!(passes("equals = true", json!("True")), Some(true));
    assert_eq!(passes("equals = 90", json!("90")), Some(true));
    assert_eq!(passes("in = [\"a\", 1, true]", json!(1)), Some(true));
    assert_eq!(passes("in = [\"a\"]", unknown()), None);
    assert_eq!(
        passes("equals = \"a\"", json!({"$unknown": "p", "except": ["A"]})),
        Some(false)
    );
    assert_eq!(
        passes("equals = \"kv-1\"", json!({"$text": ["kv-", unknown()]})),
        None
    );
    assert_eq!(
        passes("equals = \"vault\"", json!({"$text": ["kv-", unknown()]})),
        Some(false)
    );
    assert_eq!(
        passes("trimmed-in = [\"None\"]", json!(" none ")),
        Some(true)
    );
    assert_eq!(passes("equals = \"None\"", json!(" none ")), Some(false));
}

#[test]
fn numbers_and_lengths_have_bounds() {
    assert_eq!(passes("at-least = 7, at-most = 90", json!(7)), Some(true));
    assert_eq!(passes("at-least = 7, at-most = 90", json!(91)), Some(false));
    assert_eq!(passes("less-than = 7", json!("6")), Some(true));
    assert_eq!(passes("less-than = 7", json!("six")), Some(false));
    assert_eq!(passes("more-than = 7", unknown()), None);
    assert_eq!(
        passes("length = { at-most = 4 }", json!("abcd")),
        Some(true)
    );
    assert_eq!(
        passes(
            "length = { at-most = 4 }",
            json!({"$text": ["abcde", unknown()]})
        ),
        Some(false)
    );
    assert_eq!(
        passes(
            "length = { at-least = 4 }",
            json!({"$text": ["abcde", unknown()]})
        ),
        Some(true)
    );
    assert_eq!(
        passes(
            "length = { at-most = 9 }",
            json!({"$text": ["abcde", unknown()]})
        ),
        None
    );
    let body = json!({"x": 100, "y": 10});
    let ask = |test: &str| holds(&format!("path = \"$.x\", {test}"), body.clone());
    assert_eq!(ask("more-than = { path = \"$.y\", plus = 89 }"), Some(true));
    assert_eq!(
        ask("more-than = { path = \"$.y\", plus = 90 }"),
        Some(false)
    );
    assert_eq!(ask("more-than = { path = \"$.absent\" }"), Some(false));
    assert_eq!(
        ask("less-than = { path = \"$.y\", plus-days = 1 }"),
        Some(true)
    );
}

#[test]
fn types_and_emptiness_are_those_of_the_outermost_layer() {
    assert_eq!(passes("type = \"object\"", json!({})), Some(true));
    assert_eq!(
        passes("type = \"string\"", json!({"$text": ["a", unknown()]})),
        Some(true)
    );
    assert_eq!(
        passes(
            "type = \"array\"",
            json!({"$unknown": "p", "type": "array"})
        ),
        Some(true)
    );
    assert_eq!(
        passes(
            "type = \"array\"",
            json!({"$unknown": "p", "type": "string"})
        ),
        Some(false)
    );
    assert_eq!(passes("type = \"array\"", unknown()), None);
    assert_eq!(passes("empty = true", json!([])), Some(true));
    assert_eq!(passes("empty = true", json!(false)), Some(false));
    assert_eq!(passes("empty = true", unknown()), None);
    assert_eq!(
        passes("empty = true", json!({"$text": ["a", unknown()]})),
        Some(false)
    );
    assert_eq!(
        passes(
            "includes-all = [\"get\", \"LIST\"]",
            json!(["list", "Get", "set"])
        ),
        Some(true)
    );
    assert_eq!(
        passes("includes-all = [\"get\", \"list\"]", json!(["get"])),
        Some(false)
    );
    assert_eq!(
        passes(
            "includes-all = [\"get\", \"list\"]",
            json!(["get", unknown()])
        ),
        None
    );
}

#[test]
fn versions_are_dates_with_previews_before_them() {
    assert_eq!(
        passes("before = \"2018-02-14\"", json!("2018-02-14-preview")),
        Some(true)
    );
    assert_eq!(
        passes("before = \"2018-02-14-preview\"", json!("2018-02-14")),
        Some(false)
    );
    assert_eq!(
        passes(
            "since = \"2018-02-14-preview\"",
            json!("2018-02-14-PREVIEW")
        ),
        Some(true)
    );
    assert_eq!(
        passes("since = \"2018-02-14\"", json!("latest")),
        Some(false)
    );
    assert_eq!(passes("before = \"2018-02-14\"", unknown()), None);
}

#[test]
fn addresses_are_judged_as_far_as_they_are_known() {
    let some = |text: &str| json!({"$text": [unknown(), text]});
    assert_eq!(passes("ip = true", some("/32")), None);
    assert_eq!(passes("ip = true", some("/33")), Some(false));
    assert_eq!(
        passes("ip-prefix = { at-least = 31 }", some("/32")),
        Some(true)
    );
    assert_eq!(
        passes("ip-prefix = { at-least = 31 }", json!("1.2.3.4")),
        Some(false)
    );
    assert_eq!(
        passes("ip-inside = [\"private\"]", json!("10.1.0.0/16")),
        Some(true)
    );
    assert_eq!(passes("ip-inside = [\"private\"]", some(".1")), None);
    assert_eq!(
        passes("ip-around = [\"10.1.0.0/16\"]", json!("10.0.0.0/8")),
        Some(true)
    );
    assert_eq!(
        passes("ip-share = { more-than = \"1/16\" }", json!("16.0.0.0/4")),
        Some(false)
    );
    assert_eq!(
        passes("ip-share = { more-than = \"1/16\" }", json!("0.0.0.0/3")),
        Some(true)
    );
    assert_eq!(
        passes("ip-host-bits = true", json!("1.2.3.4/24")),
        Some(true)
    );
    let list = json!({"x": ["1.2.3.0/24", "1.2.3.4", "1.2.3.4/32", "9.9.9.9"]});
    let covered = |at: &str| {
        holds(
            &format!("path = \"$.x[{at}]\", ip-covered-by = \"$.x[*]\""),
            list.clone(),
        )
    };
    assert_eq!(
        [covered("0"), covered("1"), covered("2"), covered("3")].map(Option::unwrap),
        [false, true, true, false]
    );
    let part = json!({"x": ["1.2.3.4", unknown()]});
    assert_eq!(
        holds("path = \"$.x[0]\", ip-covered-by = \"$.x[*]\"", part),
        None
    );
}

#[test]
fn coverage_counts_each_address_once_and_the_unknown_as_anything() {
    let cover = |list: Json| {
        holds(
            "coverage = \"$.x[*]\", ignoring = [\"private\"], more-than = \"1/256\"",
            json!({"x": list}),
        )
    };
    assert_eq!(cover(json!(["20.0.0.0/8"])), Some(false));
    assert_eq!(cover(json!(["20.0.0.0/8", "20.1.0.0/16"])), Some(false));
    assert_eq!(cover(json!(["20.0.0.0/8", "10.0.0.0/8"])), Some(false));
    assert_eq!(cover(json!(["20.0.0.0/8", "21.0.0.0/32"])), Some(true));
    assert_eq!(cover(json!(["20.0.0.0/8", unknown()])), None);
    assert_eq!(
        cover(json!(["20.0.0.0/8", "21.0.0.1", unknown()])),
        Some(true)
    );
    assert_eq!(cover(unknown()), None);
}

#[test]
fn quantifiers_and_counts_know_what_they_do_not_see() {
    let ask = |condition: &str, x: Json| holds(condition, json!({ "x": x }));
    let some = "some = \"$.x[*].y\", equals = 1";
    assert_eq!(ask(some, json!([{"y": 1}, {"y": 2}])), Some(true));
    assert_eq!(ask(some, json!([{"y": 2}, {}])), Some(false));
    assert_eq!(ask(some, json!([{"y": 2}, {"y": unknown()}])), None);
    assert_eq!(ask(some, json!([{"y": 1}, unknown()])), Some(true));
    assert_eq!(ask(some, unknown()), None);
    assert_eq!(
        ask("none = \"$.x[*].y\", equals = 1", json!([{"y": 2}])),
        Some(true)
    );
    assert_eq!(
        ask("every = \"$.x[*].y\", equals = 1", json!([])),
        Some(true)
    );
    assert_eq!(
        ask(
            "every = \"$.x[*].y\", equals = 1",
            json!([{"y": 1}, {"y": null}])
        ),
        Some(false)
    );
    let filtered = "some = \"$.x[?@.k == 'a'].y\", equals = 1";
    assert_eq!(ask(filtered, json!([{"k": unknown(), "y": 1}])), None);
    assert_eq!(
        ask(filtered, json!([{"k": unknown(), "y": 2}])),
        Some(false)
    );
    let count = "count = \"$.x[*]\", more-than = 1";
    assert_eq!(ask(count, json!([1, unknown()])), Some(true));
    assert_eq!(ask(count, json!([1])), Some(false));
    assert_eq!(ask(count, unknown()), None);
    // The items of a union may be one and the same.
    let union = json!({"$call": ["union", [{"$unknown": "a"}], [{"$unknown": "b"}]]});
    assert_eq!(ask(count, union.clone()), None);
    assert_eq!(
        ask("count = \"$.x[*]\", more-than = 0", union.clone()),
        Some(true)
    );
    assert_eq!(ask("count = \"$.x[*]\", more-than = 2", union), Some(false));
    assert_eq!(
        ask(
            "count = \"$.x[?@ > 1]\", more-than = 0",
            json!([1, unknown()])
        ),
        None
    );
}

#[test]
fn data_source_and_world_are_known() {
    assert_eq!(
        holds("data = \"bypass\", equals = \"required\"", json!({})),
        Some(true)
    );
    let mut resource = Resource::new(&json!({"properties": {}}));
    assert_eq!(on("source = \"template\"", &resource), Some(true));
    assert_eq!(on("world = \"open\"", &resource), Some(true));
    resource.is_export = true;
    resource.closed_world = true;
    assert_eq!(
        on(
            "all = [{ source = \"export\" }, { world = \"closed\" }]",
            &resource
        ),
        Some(true)
    );
    assert_eq!(on("not = { source = \"export\" }", &resource), Some(false));
}

#[test]
fn an_export_without_properties_leaves_what_looks_at_them_undecided() {
    let mut resource = Resource::new(&json!({"name": "kv"}));
    let ask = |resource: &Resource| {
        (
            on("path = \"$.properties.x\", exists = true", resource),
            on("count = \"$.properties.x[*]\", at-least = 1", resource),
            on("path = \"$.name\", exists = true", resource),
        )
    };
    assert_eq!(ask(&resource), (Some(false), Some(false), Some(true)));
    resource.is_export = true;
    assert_eq!(ask(&resource), (None, None, Some(true)));
}

#[test]
fn related_resources_are_asked_with_their_own_paths() {
    let mut vault = Resource::new(&json!({"id": "v"}));
    let none = "related = \"private-endpoints\", none = { path = \"$.state\", equals = \"ok\" }";
    let some = "related = \"private-endpoints\", some = { path = \"@.state\", equals = \"ok\" }";
    let two = "related = \"private-endpoints\", count = { at-least = 2 }";
    assert_eq!(
        (on(none, &vault), on(some, &vault), on(two, &vault)),
        (None, None, None)
    );
    vault.closed_world = true;
    assert_eq!(
        (on(none, &vault), on(some, &vault), on(two, &vault)),
        (Some(true), Some(false), Some(false))
    );
    vault.sure = vec![json!({"state": "bad", "link": {"state": "ok"}})];
    assert_eq!(
        (on(none, &vault), on(some, &vault), on(two, &vault)),
        (Some(true), Some(true), Some(false))
    );
    vault.possible = vec![json!({"state": "ok"})];
    assert_eq!((on(none, &vault), on(two, &vault)), (None, None));
    let by_id = "related = \"resource\", of = \"$.id\", some = {}";
    assert_eq!(on(by_id, &vault), Some(true));
    assert_eq!(on(&by_id.replace("$.id", "$.absent"), &vault), Some(false));
}

#[test]
fn only_what_was_read_counts_as_a_trusted_consumer() {
    let vault = Resource::new(&json!({}));
    assert_eq!(
        on("related = \"trusted-consumers\", some = {}", &vault),
        Some(false)
    );
    assert_eq!(
        on("related = \"perimeter-associations\", some = {}", &vault),
        None
    );
}

#[test]
fn the_first_case_that_surely_holds_decides() {
    let condition = "any = [{ path = \"$.x\", equals = 1 }, { path = \"$.y\", equals = 1 }]";
    assert_eq!(
        holds(condition, json!({"x": unknown(), "y": 1})),
        Some(true)
    );
    assert_eq!(holds(condition, json!({"x": unknown(), "y": 2})), None);
}
