//! What the SARIF specification and GitHub code scanning ask of a log, one test each. Sections are those of SARIF 2.1.0.
#![allow(clippy::expect_used, reason = "tests may panic")]

use crate::report_fixture::{Fixture, at, everything, finding};
use akvlint::finding::{FileStatus, Finding, Level, LineHashes, Suppression, Verdict};
use akvlint::report::{Format, Options, SarifProfile};
use serde_json::{Value, json};

fn github(fixture: &Fixture) -> Value {
    log(fixture, &Options::default())
}

fn full(fixture: &Fixture) -> Value {
    let options = Options {
        sarif_profile: SarifProfile::Full,
        ..Options::default()
    };
    log(fixture, &options)
}

fn log(fixture: &Fixture, options: &Options) -> Value {
    let text = fixture.write(Format::Sarif, options);
    serde_json::from_str(&text).expect("a log is JSON")
}

fn run(log: &Value) -> &Value {
    &log["runs"][0]
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The results, of which there must be some: what is asked of each would hold of none.
fn results(log: &Value) -> &[Value] {
    let results = array(&run(log)["results"]);
    assert!(!results.is_empty());
    results
}

fn result_of<'a>(log: &'a Value, rule: &str) -> &'a Value {
    let mut results = results(log).iter();
    results
        .find(|each| each["ruleId"] == rule)
        .expect("the rule has a result")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// All values with this key, however deep.
fn all<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if name == key {
                    found.push(member);
                }
                all(member, key, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| all(item, key, found)),
        _ => {}
    }
}

fn every<'a>(value: &'a Value, key: &str) -> Vec<&'a Value> {
    let mut found = Vec::new();
    all(value, key, &mut found);
    found
}

/// The results and rules that GitHub's limits are about are in both profiles.
fn both() -> [Value; 2] {
    let fixture = everything();
    [github(&fixture), full(&fixture)]
}

/// §3.13.2, §3.13.3; GitHub takes no other version, and one run for each tool and category.
#[test]
fn version_and_schema_are_stated_and_there_is_one_run() {
    for log in both() {
        assert_eq!(log["version"], "2.1.0");
        assert!(text(&log["$schema"]).ends_with("/sarif-schema-2.1.0.json"));
        assert_eq!(array(&log["runs"]).len(), 1);
    }
}

/// §3.14.27.
#[test]
fn column_kind_is_present() {
    for log in both() {
        assert_eq!(run(&log)["columnKind"], "utf16CodeUnits");
    }
}

/// The schema allows `null` in a few places only, and GitHub validates before it takes a log.
#[test]
fn nothing_is_null() {
    fn has_null(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(items) => items.iter().any(has_null),
            Value::Object(members) => members.values().any(has_null),
            _ => false,
        }
    }
    assert!(both().iter().all(|log| !has_null(log)));
}

/// §3.27.10.
#[test]
fn level_is_none_unless_fail() {
    let log = full(&everything());
    let mut kinds: Vec<&str> = Vec::new();
    for result in results(&log) {
        let (kind, level) = (text(&result["kind"]), text(&result["level"]));
        assert_eq!(level == "none", kind != "fail", "{result}");
        kinds.push(kind);
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, ["fail", "open", "pass"]);
}

/// §3.27.9.
#[test]
fn kinds_are_spelt_as_in_the_schema() {
    let mut fixture = everything();
    for each in &mut fixture.report.findings {
        each.verdict = Verdict::NotApplicable;
    }
    fixture.report.absent.clear();
    let log = full(&fixture);
    assert!(
        results(&log)
            .iter()
            .all(|each| each["kind"] == "notApplicable")
    );
}

/// §3.27.7, §3.52.5.
#[test]
fn rule_index_points_to_rule() {
    for log in both() {
        let rules = array(&run(&log)["tool"]["driver"]["rules"]);
        for result in results(&log) {
            let index = result["ruleIndex"].as_u64().expect("a number") as usize;
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
    }
}

/// GitHub shows these, and rejects a `security-severity` that is not a number in a string.
#[test]
fn rules_are_complete_and_sorted() {
    let log = github(&Fixture::clean());
    let rules = array(&run(&log)["tool"]["driver"]["rules"]);
    assert_eq!(rules.len(), 8);
    let ids: Vec<&str> = rules.iter().map(|rule| text(&rule["id"])).collect();
    assert!(ids.is_sorted());
    let first = json!({
        "id": "AKV101",
        "name": "open-to-all-networks",
        "shortDescription": {"text": "Title of open-to-all-networks."},
        "fullDescription": {"text": "Why open-to-all-networks matters, in a paragraph."},
        "help": {"text": "Why.\n\nRemedy.", "markdown": "# Why\n\n**Remedy.**"},
        "helpUri": "https://example.com/rules/AKV101",
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["security", "azure", "key-vault"],
            "precision": "very-high",
            "problem.severity": "error",
            "security-severity": "8.6",
        },
    });
    assert_eq!(rules[0], first);
}

/// GitHub's limits: 20 tags, 1024 characters; 0.1 to 10.0.
#[test]
fn rules_stay_within_the_limits_of_github() {
    let mut rule = crate::report_fixture::rule("AKV101", "name", Level::Error, "11.0");
    rule.tags = (0..30).map(|number| format!("tag{number}")).collect();
    rule.description = "Ä".repeat(2_000);
    let mut fixture = Fixture::clean();
    fixture.rules = akvlint::report::RuleCatalogue::new(vec![rule]);
    let log = github(&fixture);
    let rule = &run(&log)["tool"]["driver"]["rules"][0];
    assert_eq!(array(&rule["properties"]["tags"]).len(), 20);
    assert_eq!(rule["properties"]["tags"][0], "security");
    assert!(rule["properties"].get("security-severity").is_none());
    assert_eq!(text(&rule["fullDescription"]["text"]).chars().count(), 1024);
}

/// §3.11.9, §3.12.4.
#[test]
fn markdown_implies_text() {
    fn check(value: &Value) {
        if let Value::Object(members) = value {
            assert!(!members.contains_key("markdown") || members.contains_key("text"));
            members.values().for_each(check);
        }
        array(value).iter().for_each(check);
    }
    both().iter().for_each(check);
}

/// §3.30.5 to §3.30.8.
#[test]
fn lines_and_columns_start_at_one_and_ends_are_not_before_starts() {
    for log in both() {
        let mut regions = every(&log, "region");
        regions.extend(every(&log, "deletedRegion"));
        assert!(regions.len() > 10);
        for region in regions {
            let number = |key: &str| region[key].as_u64().expect("a number");
            let start = (number("startLine"), number("startColumn"));
            let end = (number("endLine"), number("endColumn"));
            assert!(start.0 >= 1 && start.1 >= 1 && start <= end, "{region}");
        }
    }
}

/// `columnKind` says so: the key and its blank before `networkAcls` are two tabs, an emoji of two units and more.
#[test]
fn columns_count_utf16_code_units() {
    let fixture = everything();
    let log = github(&fixture);
    let hub = results(&log)
        .iter()
        .find(|each| text(&each["message"]["text"]).contains("here too"));
    let region = &hub.expect("it is there")["locations"][0]["physicalLocation"]["region"];
    let expected = json!({"startLine": 6, "startColumn": 18, "endLine": 6, "endColumn": 49});
    assert_eq!(*region, expected);
}

/// §3.4.4; GitHub compares them with the paths of a diff, letter by letter.
#[test]
fn uris_are_relative_and_percent_encoded() {
    for log in both() {
        let uris = every(run(&log), "uri");
        assert!(
            uris.iter()
                .any(|uri| **uri == "infra/modules/hub%20vault.bicep")
        );
        assert!(
            uris.iter()
                .any(|uri| **uri == "exports/%1B%5B2Jhostile.json")
        );
        for uri in uris {
            let uri = text(uri);
            assert!(
                !uri.starts_with(['.', '/']) && !uri.contains("://"),
                "{uri}"
            );
            assert!(
                uri.is_ascii() && !uri.contains([' ', '\\', '[', '\x1b']),
                "{uri}"
            );
        }
    }
}

/// GitHub turns every result into an alert, whatever its kind and its suppressions.
#[test]
fn github_gets_only_fails_that_are_not_suppressed() {
    let log = github(&everything());
    assert_eq!(results(&log).len(), 5);
    for result in results(&log) {
        assert_eq!(result["kind"], "fail");
        assert!(result.get("suppressions").is_none());
    }
}

/// What is known is no alert; and GitHub reads no state.
#[test]
fn github_gets_nothing_of_the_baseline() {
    let log = github(&everything());
    for result in results(&log) {
        assert_ne!(result["ruleId"], "AKV108");
        assert!(result.get("baselineState").is_none());
    }
}

/// §3.27.24: all results have the property, or none; what is gone is there with its file alone.
#[test]
fn states_are_on_all_results_or_none() {
    let log = full(&everything());
    let states = results(&log)
        .iter()
        .map(|each| text(&each["baselineState"]));
    let states: Vec<&str> = states.collect();
    let count = |state| states.iter().filter(|each| **each == state).count();
    assert_eq!(
        (count("new"), count("unchanged"), count("absent")),
        (8, 1, 2)
    );
    let absent = results(&log)
        .iter()
        .filter(|each| each["baselineState"] == "absent");
    let shown: Vec<_> = absent
        .map(|each| {
            (
                &each["ruleId"],
                &each["kind"],
                &each["level"],
                &each["occurrenceCount"],
            )
        })
        .collect();
    assert_eq!(
        shown[0],
        (&json!("AKV202"), &json!("fail"), &json!("note"), &json!(2))
    );
    assert_eq!(
        shown[1],
        (
            &json!("AKV401"),
            &json!("open"),
            &json!("none"),
            &json!(null)
        )
    );
    let mut fixture = everything();
    fixture.report.absent.clear();
    for finding in &mut fixture.report.findings {
        finding.baseline = None;
    }
    let log = full(&fixture);
    assert!(
        results(&log)
            .iter()
            .all(|each| each.get("baselineState").is_none())
    );
}

/// §3.27.23: all results have the property, or none.
#[test]
fn suppressions_are_on_all_results_or_none() {
    let log = full(&everything());
    assert!(
        results(&log)
            .iter()
            .all(|each| each["suppressions"].is_array())
    );
    let suppressed = &result_of(&log, "AKV105")["suppressions"];
    assert_eq!(suppressed[0]["kind"], "inSource");
    assert_eq!(suppressed[0]["justification"], "closed by policy");
    let line = &suppressed[0]["location"]["physicalLocation"]["region"]["startLine"];
    assert_eq!(*line, 5);
    assert_eq!(result_of(&log, "AKV101")["suppressions"], json!([]));
}

/// §3.35.2.
#[test]
fn a_suppression_from_outside_is_external() {
    let mut fixture = everything();
    fixture.report.findings.truncate(1);
    fixture.report.findings[0].suppression = Some(Suppression {
        in_source: false,
        reason: String::new(),
        place: None,
    });
    let log = full(&fixture);
    assert_eq!(
        results(&log)[0]["suppressions"],
        json!([{"kind": "external"}])
    );
}

/// §3.14.23; GitHub refuses a run without the property.
#[test]
fn results_are_there_when_nothing_was_found() {
    let fixture = Fixture::clean();
    for log in [github(&fixture), full(&fixture)] {
        assert_eq!(run(&log)["results"], json!([]));
        assert_eq!(
            run(&log)["invocations"],
            json!([{"executionSuccessful": true}])
        );
    }
}

/// §3.27.17.
#[test]
fn every_result_has_both_fingerprints() {
    let fixture = everything();
    let log = full(&fixture);
    let hashes = LineHashes::new(fixture.main().text(), fixture.main().had_bom());
    let findings = &fixture.report.findings;
    assert!(!findings.is_empty() && results(&log).len() >= findings.len());
    for (result, finding) in results(&log).iter().zip(findings) {
        let prints = &result["partialFingerprints"];
        assert_eq!(prints["akvlint/v1"], finding.fingerprint);
        assert!(text(&prints["primaryLocationLineHash"]).contains(':'));
        if finding.place.file == fixture.main().id() {
            let line = fixture.main().position(finding.place.span.start).line;
            assert_eq!(
                prints["primaryLocationLineHash"],
                hashes.line(line).unwrap_or_default()
            );
        }
    }
}

/// §3.20.14 and appendix I: failed is the run that could not do its job; files that were not analysed in full are
/// notifications, errors where nothing of them was.
#[test]
fn files_that_were_not_analysed_are_notifications() {
    let fixture = everything();
    let log = github(&fixture);
    let invocation = &run(&log)["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], true);
    let notifications = array(&invocation["toolExecutionNotifications"]);
    let summary: Vec<(&str, &str)> = notifications
        .iter()
        .map(|each| (text(&each["descriptor"]["id"]), text(&each["level"])))
        .collect();
    assert_eq!(
        summary,
        [
            ("encoding", "error"),
            ("syntax", "warning"),
            ("problem", "error")
        ]
    );
    let failed = fixture
        .report
        .files
        .iter()
        .find(|file| file.status == FileStatus::Failed);
    let place = &notifications[0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(place["uri"], failed.expect("one failed").path);
    let stopped = Options {
        succeeded: false,
        ..Options::default()
    };
    let log = self::log(&fixture, &stopped);
    assert_eq!(run(&log)["invocations"][0]["executionSuccessful"], false);
}

/// The action that uploads a log sets the category only where `automationDetails` is absent.
#[test]
fn automation_details_leave_the_category_to_the_upload() {
    let fixture = Fixture::clean();
    assert!(run(&github(&fixture)).get("automationDetails").is_none());
    assert_eq!(run(&full(&fixture))["automationDetails"]["id"], "akvlint/");
    for category in ["network/prod", "network/prod/"] {
        let options = Options {
            category: Some(category.to_owned()),
            ..Options::default()
        };
        let log = log(&fixture, &options);
        assert_eq!(run(&log)["automationDetails"]["id"], "network/prod/");
    }
}

/// GitHub takes 25,000 results a run.
#[test]
fn past_the_limit_the_most_severe_are_kept() {
    let base = everything();
    let place = at(base.main(), "vault");
    let levels = [Level::Note, Level::Warning, Level::Error];
    let findings: Vec<Finding> = (0..26_000)
        .map(|index| {
            let rule = if index % 3 == 0 { "AKV202" } else { "AKV102" };
            finding(rule, levels[index % 3], place, &format!("Number {index}."))
        })
        .collect();
    let mut fixture = everything();
    fixture.report.findings = findings;
    let log = github(&fixture);
    assert_eq!(results(&log).len(), 25_000);
    let count = |level: &str| {
        results(&log)
            .iter()
            .filter(|each| each["level"] == level)
            .count()
    };
    assert_eq!(
        [count("error"), count("warning"), count("note")],
        [8_666, 8_667, 7_667]
    );
    let numbers: Vec<usize> = results(&log)
        .iter()
        .filter_map(|each| {
            text(&each["message"]["text"])[7..]
                .trim_end_matches('.')
                .parse()
                .ok()
        })
        .collect();
    assert!(numbers.is_sorted() && numbers.len() == 25_000);
    let notifications = &run(&log)["invocations"][0]["toolExecutionNotifications"];
    let last = array(notifications).last().expect("there is one");
    assert!(text(&last["message"]["text"]).starts_with("1000 results are left out"));
}

/// §3.11.6: each link in a message leads to a location of the result, and strangers make none.
#[test]
fn links_lead_to_related_locations() {
    let log = github(&everything());
    let result = result_of(&log, "AKV101");
    let message = text(&result["message"]["text"]);
    let ids: Vec<u64> = array(&result["relatedLocations"])
        .iter()
        .filter_map(|each| each["id"].as_u64())
        .collect();
    assert_eq!(ids, [1, 2, 3, 4]);
    assert!(
        ids.iter().all(|id| message.contains(&format!("]({id})"))),
        "{message}"
    );
    let hostile = text(&result_of(&log, "AKV999")["message"]["text"]);
    assert_eq!(hostile.matches("](").count(), 1, "{hostile}");
    assert!(hostile.ends_with("See [␛\\[2J](1)."), "{hostile}");
}

/// §3.36: from where the value is written to where it is used.
#[test]
fn a_code_flow_tells_the_way_of_the_value() {
    let log = github(&everything());
    let flow = &result_of(&log, "AKV101")["codeFlows"][0]["threadFlows"][0]["locations"];
    let way: Vec<(&str, u64)> = array(flow)
        .iter()
        .map(|step| {
            let location = &step["location"];
            let line = location["physicalLocation"]["region"]["startLine"].as_u64();
            (text(&location["message"]["text"]), line.unwrap_or_default())
        })
        .collect();
    let expected = [
        ("the value is written here", 9),
        ("variable 'acls'", 6),
        ("property 'networkAcls'", 18),
    ];
    assert_eq!(way, expected);
}

/// §3.55.
#[test]
fn fixes_are_the_safe_ones() {
    let log = github(&everything());
    assert!(result_of(&log, "AKV101").get("fixes").is_none());
    let fix = &result_of(&log, "AKV102")["fixes"][0];
    assert_eq!(fix["description"]["text"], "Set bypass to AzureServices.");
    let changes = array(&fix["artifactChanges"]);
    assert_eq!(changes.len(), 2);
    let replacement = &changes[0]["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], "'AzureServices'");
    assert_eq!(replacement["deletedRegion"]["startLine"], 24);
}

/// A reader of the log could not follow them.
#[test]
fn explaining_places_outside_the_working_directory_are_left_out() {
    let mut fixture = everything();
    let cache = fixture
        .sources
        .insert("/home/me/.bicep/br/main.json", "{}".to_owned());
    for each in &mut fixture.report.findings {
        for related in &mut each.related {
            related.place = at(&cache, "{}");
        }
    }
    let log = github(&fixture);
    let result = result_of(&log, "AKV101");
    assert_eq!(array(&result["relatedLocations"]).len(), 1);
    assert!(result.get("codeFlows").is_none());
    assert!(
        every(&log, "uri")
            .iter()
            .all(|uri| !text(uri).contains(".bicep/"))
    );
}

/// §3.14.14: a primary location outside has a base, since it must be somewhere.
#[test]
fn primary_places_outside_the_working_directory_have_a_base() {
    let mut fixture = everything();
    let above = fixture.sources.insert("../shared/kv.json", "{}".to_owned());
    let rooted = fixture.sources.insert("/srv/kv.json", "{}".to_owned());
    fixture.report.findings = vec![
        finding("AKV101", Level::Error, at(&above, "{}"), "One."),
        finding("AKV101", Level::Error, at(&rooted, "{}"), "Two."),
    ];
    let log = github(&fixture);
    let bases = &run(&log)["originalUriBaseIds"];
    let places: Vec<(&str, &str)> = results(&log)
        .iter()
        .map(|each| {
            let artifact = &each["locations"][0]["physicalLocation"]["artifactLocation"];
            (text(&artifact["uri"]), text(&artifact["uriBaseId"]))
        })
        .collect();
    assert_eq!(
        places,
        [("shared/kv.json", "ABOVE"), ("srv/kv.json", "ROOT")]
    );
    assert_eq!(bases["ROOT"]["uri"], "file:///");
    assert!(bases["ABOVE"]["description"]["text"].is_string());
}
