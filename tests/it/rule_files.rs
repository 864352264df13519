//! Reading rule files: what is refused, where and with which advice; settings and selections.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use akvlint::finding::Level;
use akvlint::rules::{Datum, RuleFile, RuleSet, RuleSetting, RuleSettings, RulesError, Selection};

/// A rule file that is whole, with the lines of a test in place of some.
fn rule(change: impl Fn(&str) -> String) -> String {
    change(
        r#"id = "TEAM1"
name = "bad-pattern"
title = "Something is wrong"
level = "warning"
security-severity = "5.0"
precision = "high"
tags = ["team"]
resources = ["Microsoft.KeyVault/vaults"]
open = "cannot tell"

[[case]]
when = { path = "$.properties.sku.name", equals = "standard" }
at = "$.properties.sku.name"
message = "the SKU of {name} is {value}"

[data.limit]
default = 5
doc = "A number."

[docs]
why = "Because."
remedy = "Do it."
limits = "None."
links = ["https://example.com/"]

[[example]]
name = "bad"
expect = "fail"
resource = '{ "type": "Microsoft.KeyVault/vaults" }'

[[example]]
name = "good"
expect = "pass"
resource = '{ "type": "Microsoft.KeyVault/vaults" }'
"#,
    )
}

/// A file of a team, whose prose is read at once.
fn file(name: &str, text: &str) -> RuleFile {
    RuleFile {
        name: name.to_owned(),
        text: text.to_owned().into(),
        path: Some(name.into()),
    }
}

fn load(text: &str) -> Result<RuleSet, RulesError> {
    RuleSet::of_files(vec![file("team.toml", text)], &RuleSettings::default())
}

/// The faults of a file: message, text that they point at, advice.
fn faults(text: &str) -> Vec<(String, String, String)> {
    match load(text) {
        Ok(_) => Vec::new(),
        Err(RulesError::Faulty { errors }) => errors
            .into_iter()
            .map(|error| {
                let start = error.span.offset();
                let at = text[start..start + error.span.len()].to_owned();
                (error.fault.to_string(), at, error.help.unwrap_or_default())
            })
            .collect(),
        Err(other) => panic!("{other}"),
    }
}

fn only_fault(text: &str) -> (String, String, String) {
    let mut faults = faults(text);
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.remove(0)
}

#[test]
fn a_whole_file_is_read() {
    let rules = load(&rule(str::to_owned)).unwrap();
    let rule = rules.find("bad-pattern").unwrap();
    assert_eq!(&*rule.id, "TEAM1");
    assert_eq!(rule.level, Level::Warning);
    assert!(rule.enabled);
}

/// What is missing does not make unknown keys of the others.
#[test]
fn of_a_rule_whose_head_lacks_something_only_that_is_told() {
    let text = rule(|text| text.replace("level = \"warning\"\n", ""));
    let faults = faults(&text);
    let told: Vec<&str> = faults.iter().map(|(told, _, _)| told.as_str()).collect();
    assert_eq!(told, ["`level` is missing"]);
}

#[test]
fn what_is_wrong_is_shown_where_it_stands_with_advice() {
    let cases = [
        // what is replaced, by what, message, where, advice
        (
            "level = \"warning\"",
            "levl = \"warning\"\nlevel = \"warning\"",
            "unknown key `levl`",
            "levl",
            "did you mean `level`?",
        ),
        (
            "level = \"warning\"",
            "level = \"warnin\"",
            "`warnin` is not a level",
            "\"warnin\"",
            "did you mean `warning`?",
        ),
        (
            "resources = [\"Microsoft.KeyVault/vaults\"]",
            "resources = []",
            "a rule without resources looks at nothing",
            "[]",
            "",
        ),
        (
            "equals = \"standard\" }",
            "default = false, equals = \"true\" }",
            "`default` is a boolean, and text equals none",
            "\"true\"",
            "write both as the service has the property",
        ),
        (
            "equals = \"standard\" }",
            "default = \"90\", in = [\"7\", 8] }",
            "`default` is text, and a whole number equals none",
            "8",
            "",
        ),
        (
            "resource = '{ \"type\": \"Microsoft.KeyVault/vaults\" }'",
            "file = '../../etc/passwd'",
            "`../../etc/passwd` is not a path below the folder of the rule",
            "'../../etc/passwd'",
            "",
        ),
        (
            "resource = '{ \"type\": \"Microsoft.KeyVault/vaults\" }'",
            "file = '/etc/passwd'",
            "`/etc/passwd` is not a path below the folder of the rule",
            "'/etc/passwd'",
            "",
        ),
        (
            "id = \"TEAM1\"",
            "id = \"team1\"",
            "`team1` is not an id",
            "\"team1\"",
            "",
        ),
        (
            "security-severity = \"5.0\"",
            "security-severity = \"high\"",
            "`high` is not a severity",
            "\"high\"",
            "",
        ),
        (
            "equals = \"standard\"",
            "equal = \"standard\"",
            "unknown test `equal`",
            "equal",
            "did you mean `equals`?",
        ),
        (
            "$.properties.sku.name\", equals",
            "$.properties[?@.a = 1].name\", equals",
            "",
            "",
            "",
        ),
        (
            "path = \"$.properties.sku.name\"",
            "path = \"$.properties.list[*].name\"",
            "the path can select more than one node",
            "\"$.properties.list[*].name\"",
            "",
        ),
        (
            "{value}",
            "{valeu}",
            "no placeholder is called `valeu`",
            "valeu",
            "",
        ),
        (
            "{value}",
            "{count}",
            "`{count}` needs a `count` in `when`",
            "\"the SKU of {name} is {count}\"",
            "",
        ),
        (
            "equals = \"standard\"",
            "more-than = { data = \"limti\" }",
            "the rule has no datum called `limti`",
            "\"limti\"",
            "did you mean `limit`?",
        ),
        (
            "equals = \"standard\"",
            "matches = '('",
            "the regular expression does not compile",
            "'('",
            "",
        ),
        (
            "equals = \"standard\"",
            "ip-inside = [\"privat\"]",
            "`privat` is not an IPv4 range or a set of ranges",
            "\"privat\"",
            "the sets of ranges are: private, reserved, documentation",
        ),
        (
            "equals = \"standard\" }",
            "before = \"yesterday\" }",
            "`yesterday` is not an API version",
            "\"yesterday\"",
            "",
        ),
        (
            "default = 5",
            "default = 5\nmax = 4",
            "the datum takes a whole number of 4 at most",
            "5",
            "",
        ),
        (
            "default = 5",
            "default = 5\nmin = \"1\"",
            "expected a whole number",
            "\"1\"",
            "",
        ),
        (
            "default = 5",
            "default = 5\ntype = \"fraction\"",
            "the datum takes a fraction such as \"1/16\"",
            "5",
            "",
        ),
        (
            "links = [\"https://example.com/\"]",
            "links = [\"example.com\"]",
            "`example.com` is not a link that begins with https://",
            "\"example.com\"",
            "",
        ),
        (
            "expect = \"pass\"",
            "expect = \"fail\"",
            "the rule has no example that must pass",
            "",
            "",
        ),
        ("why = \"Because.\"\n", "", "`why` is missing", "", ""),
        (
            "resources = [\"Microsoft.KeyVault/vaults\"]",
            "resources = [\"vaults\"]",
            "`vaults` is not a resource type",
            "\"vaults\"",
            "",
        ),
        (
            "tags = [\"team\"]",
            "tags = [\"team\"]\nunless = [\"AKV999\"]",
            "there is no rule `AKV999`",
            "\"AKV999\"",
            "",
        ),
    ];
    for (from, to, message, at, help) in cases {
        let text = rule(|text| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
        let found = faults(&text);
        assert!(!found.is_empty(), "{to}: no fault");
        let fits = found.iter().any(|fault| {
            fault.0.contains(message)
                && (at.is_empty() || fault.1 == at)
                && (help.is_empty() || fault.2.contains(help))
        });
        assert!(fits, "{to}: {found:?}");
    }
}

#[test]
fn a_fault_of_a_query_is_shown_inside_of_its_string() {
    let text = rule(|text| text.replacen("$.properties.sku.name", "$.properties[?@.a = 1]", 1));
    let (message, at, _) = only_fault(&text);
    assert!(message.contains("`=`"), "{message}");
    assert_eq!(at, "=");
}

#[test]
fn a_fault_inside_of_a_string_with_escapes_is_shown_at_the_string() {
    let text = rule(|text| {
        text.replacen(
            "\"the SKU of {name} is {value}\"",
            "\"the \\\"SKU\\\" {nam}\"",
            1,
        )
    });
    let (_, at, _) = only_fault(&text);
    assert_eq!(at, "\"the \\\"SKU\\\" {nam}\"");
}

#[test]
fn text_that_is_not_toml_is_one_fault() {
    let (_, at, _) = only_fault("id = \"TEAM1\nname = 1");
    assert!(at.contains("TEAM1") || at.is_empty(), "{at}");
}

#[test]
fn two_rules_of_one_id_are_refused() {
    let text = rule(str::to_owned);
    let files = vec![file("a.toml", &text), file("b.toml", &text)];
    let Err(RulesError::Faulty { errors }) = RuleSet::of_files(files, &RuleSettings::default())
    else {
        panic!("two rules of one id");
    };
    let messages: Vec<String> = errors.iter().map(|error| error.fault.to_string()).collect();
    assert_eq!(
        messages,
        [
            "there is another rule with the id `TEAM1`",
            "there is another rule with the name `bad-pattern`"
        ]
    );
}

#[test]
fn a_teams_folder_adds_to_the_built_in_rules() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("team.toml"), rule(str::to_owned)).unwrap();
    std::fs::write(folder.path().join("README.md"), "not a rule").unwrap();
    let rules = RuleSet::load(&[folder.path().to_owned()], &RuleSettings::default()).unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| &*rule.id).collect();
    assert!(ids.contains(&"TEAM1") && ids.contains(&"AKV101"));
    assert!(ids.is_sorted());
    let missing = folder.path().join("missing");
    let error = RuleSet::load(&[missing], &RuleSettings::default()).unwrap_err();
    assert!(error.to_string().starts_with("cannot read "), "{error}");
}

fn settings(rule: &str, setting: RuleSetting) -> RuleSettings {
    let mut settings = RuleSettings::default();
    settings.rules.insert(rule.to_owned(), setting);
    settings
}

fn data(key: &str, value: impl Into<toml::Value>) -> RuleSetting {
    RuleSetting {
        data: [(key.to_owned(), value.into())].into(),
        ..RuleSetting::default()
    }
}

#[test]
fn settings_override_level_switch_and_data() {
    let setting = RuleSetting {
        enabled: Some(false),
        level: Some(Level::Note),
        ..data("limit", 7)
    };
    let text = rule(|text| text.replacen("is {value}", "is above {data.limit}", 1));
    let rules =
        RuleSet::of_files(vec![file("t", &text)], &settings("bad-pattern", setting)).unwrap();
    let rule = rules.find("TEAM1").unwrap();
    assert!(!rule.enabled);
    assert_eq!(rule.level, Level::Note);
    assert_eq!(rule.cases[0].level, Level::Note);
    assert_eq!(rule.data["limit"].value, Datum::Integer(7));
    assert_eq!(rule.data["limit"].default, Datum::Integer(5));
}

#[test]
fn a_setting_that_fits_nothing_is_an_error_with_a_suggestion() {
    let refused = |settings: RuleSettings| {
        let error =
            RuleSet::of_files(vec![file("t", &rule(str::to_owned))], &settings).unwrap_err();
        let help = miette::Diagnostic::help(&error).map(|help| help.to_string());
        (error.to_string(), help.unwrap_or_default())
    };
    assert_eq!(
        refused(settings("TEAM1", data("limits", 1))),
        (
            "rule TEAM1 has no setting `limits`".to_owned(),
            "did you mean `limit`?".to_owned()
        )
    );
    assert_eq!(
        refused(settings("TEAM1", data("limit", "many"))).0,
        "`limit` of TEAM1 takes a whole number"
    );
    assert_eq!(
        refused(settings("TEAM2", RuleSetting::default())).1,
        "did you mean `TEAM1`?"
    );
}

#[test]
fn data_of_all_rules_go_to_those_that_have_them() {
    let mut settings = RuleSettings::default();
    settings
        .data
        .insert("as-of".to_owned(), "2027-03-01".into());
    let rules = RuleSet::load(&[], &settings).unwrap();
    for id in ["AKV711", "AKV901"] {
        let rule = rules.find(id).unwrap();
        assert_eq!(
            rule.data["as-of"].value,
            Datum::Text("2027-03-01".into()),
            "{id}"
        );
    }
    settings.data.insert("as-off".to_owned(), 1.into());
    assert!(RuleSet::load(&[], &settings).is_err());
}

#[test]
fn rules_are_selected_by_id_name_and_prefix() {
    let rules = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    let selected = |select: &[&str], ignore: &[&str]| {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        let selection = Selection {
            select: words(select),
            ignore: words(ignore),
        };
        let rules = rules.selected(&selection)?;
        Ok::<Vec<String>, RulesError>(rules.iter().map(|rule| rule.id.to_string()).collect())
    };
    // Off unless selected, also by a prefix.
    assert!(!selected(&[], &[]).unwrap().contains(&"AKV105".to_owned()));
    assert!(
        selected(&["AKV1"], &[])
            .unwrap()
            .contains(&"AKV105".to_owned())
    );
    assert_eq!(
        selected(
            &["akv10", "soft-delete-off"],
            &["AKV105", "dead-network-rules"]
        )
        .unwrap(),
        [
            "AKV101", "AKV102", "AKV103", "AKV104", "AKV107", "AKV108", "AKV109", "AKV701"
        ]
    );
    let error = selected(&["open-to-all-network"], &[]).unwrap_err();
    let help = miette::Diagnostic::help(&error).unwrap().to_string();
    assert_eq!(help, "did you mean `open-to-all-networks`?");
    assert!(selected(&[], &[""]).is_err());
}

/// The built-in files as if they were a team's, whose prose is read and checked too.
fn builtin_files() -> Vec<RuleFile> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| RuleFile {
        name: path.display().to_string(),
        text: std::fs::read_to_string(path).unwrap().into(),
        path: Some(path.clone()),
    };
    paths.iter().map(read).collect()
}

#[test]
fn built_in_files_are_whole_and_have_their_logic_before_their_prose() {
    let whole = match RuleSet::of_files(builtin_files(), &RuleSettings::default()) {
        Ok(rules) => rules,
        Err(error) => panic!("{:?}", miette::Report::new(error)),
    };
    let quick = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    assert_eq!(whole.iter().count(), quick.iter().count());
    for (whole, quick) in whole.iter().zip(quick.iter()) {
        assert_eq!(whole.id, quick.id);
        assert_eq!(whole.cases.len(), quick.cases.len(), "{}", whole.id);
        assert_eq!(whole.data.len(), quick.data.len(), "{}", whole.id);
        assert_eq!(
            whole.prose().examples.len(),
            quick.prose().examples.len(),
            "{}",
            whole.id
        );
        assert_eq!(
            whole.prose().docs.why,
            quick.prose().docs.why,
            "{}",
            whole.id
        );
        let fixes = |rule: &akvlint::rules::Rule| -> usize {
            rule.cases.iter().map(|case| case.fixes.len()).sum()
        };
        assert_eq!(fixes(whole), fixes(quick), "{}", whole.id);
    }
}

#[test]
fn a_file_that_ends_anywhere_is_read_without_a_panic() {
    for mut file in builtin_files().into_iter().step_by(9) {
        let text = file.text.to_string();
        for end in (0..text.len())
            .step_by(61)
            .filter(|end| text.is_char_boundary(*end))
        {
            file.text = text[..end].to_owned().into();
            let read = RuleSet::of_files(vec![file.clone()], &RuleSettings::default());
            assert!(
                read.is_err() || end > text.len() / 2,
                "{} up to {end}",
                file.name
            );
        }
    }
}
