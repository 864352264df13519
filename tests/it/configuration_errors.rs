//! What is wrong in a configuration is told with its place and what was probably meant.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::fs;
use std::path::Path;

use crate::program::akvlint;

/// Exit code and standard error of a run in a folder.
fn failed(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let (code, _, stderr) = akvlint(folder, arguments);
    (code, stderr)
}

/// What a check says of a configuration.
fn told(configuration: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("akvlint.toml"), configuration).unwrap();
    failed(folder.path(), &["check"])
}

/// Configuration, place, message, and help.
type Case = (&'static str, &'static str, &'static str, &'static str);

fn assert_refused(cases: &[Case]) {
    for (configuration, place, message, help) in cases {
        let (code, stderr) = told(configuration);
        // The lines of a long message are wrapped.
        let words = stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        let place = format!("akvlint.toml:{place}");
        for expected in [&*place, message, help] {
            assert!(
                stderr.contains(expected) || words.replace("│ ", "").contains(expected),
                "no {expected:?} for {configuration:?}:\n{stderr}"
            );
        }
        assert_eq!(code, Some(2), "{configuration}");
    }
}

#[test]
fn settings_that_no_rule_takes_are_shown_where_they_are_written() {
    assert_refused(&[
        (
            "[data]\nbypas = 'any'",
            "2:1",
            "no rule has a datum `bypas`",
            "did you mean `bypass`?",
        ),
        (
            "[data]\nbypass = 'anyy'",
            "2:10",
            "`bypass` takes one of",
            "did you mean `any`?",
        ),
        ("[data]\nbypass = 7", "2:10", "`bypass` takes one of", ""),
        (
            "[data]\nbroad-prefix = '16'",
            "2:16",
            "`broad-prefix` takes a whole number",
            "",
        ),
        (
            "[data]\nas-of = '2027-13-45'",
            "2:9",
            "`as-of` takes a date such as 2027-02-27",
            "",
        ),
        (
            "[data]\nas-of = '2027-02-30'",
            "2:9",
            "`as-of` takes a date such as 2027-02-27",
            "",
        ),
        (
            "[rules.AKV206]\nlevel = 'note'\nlimt = 3",
            "3:1",
            "rule AKV206 has no setting `limt`",
            "did you mean `limit`?",
        ),
        (
            "[rules.too-many-ip-rules]\nlimit = 'x'",
            "2:9",
            "`limit` of too-many-ip-rules takes a whole number",
            "",
        ),
        (
            "[rules.AKV101]\nlevl = 'note'",
            "2:1",
            "rule AKV101 has no setting `levl`",
            "did you mean `level`?",
        ),
        (
            "rules.AKV207.limit = 3",
            "1:14",
            "rule AKV207 has no setting `limit`",
            "",
        ),
        (
            "[rules.AKV101]\n[rules.AKV999]",
            "2:8",
            "no rule has the id or the name `AKV999`",
            "did you mean `AKV",
        ),
        ("[rules.AKV2]", "1:8", "no rule has the id or the name", ""),
        (
            "select = ['AKV101', 'AKV777']",
            "1:21",
            "`AKV777`",
            "did you mean",
        ),
        (
            "ignore = [\n  'AKV777',\n]",
            "2:3",
            "`AKV777`",
            "did you mean",
        ),
        (
            "[[suppress]]\npaths = ['x']\nreason = 'x'\nrules = ['AKV101', 'NOPE']",
            "4:20",
            "`NOPE`",
            "",
        ),
    ]);
}

#[test]
fn overrides_are_shown_where_they_are_written() {
    assert_refused(&[
        (
            "data.bypass = 'any'\n[[overrides]]\npaths = ['a']\n[[overrides]]\npaths = ['x']\ndata = { bypas = 'any' }",
            "6:10",
            "no rule has a datum `bypas`",
            "did you mean `bypass`?",
        ),
        (
            "data.bypass = 'any'\n[[overrides]]\npaths = ['x']\ndata.bypass = 3",
            "4:15",
            "`bypass` takes one of",
            "",
        ),
        (
            "[rules.AKV206]\nlimit = 3\n[[overrides]]\npaths = ['x']\nrules.too-many-ip-rules.limits = 3",
            "5:25",
            "has no setting `limits`",
            "did you mean `limit`?",
        ),
        (
            "[[overrides]]\npaths = ['x']\nrules.AKV101.levl = 'note'",
            "3:14",
            "has no setting `levl`",
            "did you mean `level`?",
        ),
        (
            "[[overrides]]\npaths = ['x']\nrules.AKV999.level = 'note'",
            "3:7",
            "`AKV999`",
            "did you mean",
        ),
        (
            "[[overrides]]\npaths = ['x']\nselect = ['AKV777']",
            "3:11",
            "`AKV777`",
            "did you mean",
        ),
        (
            "ignore = ['AKV1']\n[[overrides]]\npaths = ['x']\nignore = ['AKV1', 'AKV777']",
            "4:19",
            "`AKV777`",
            "did you mean",
        ),
    ]);
}

/// Types are called as in TOML, and what a text holds cannot move the cursor.
#[test]
fn values_of_another_type_are_shown_in_words_of_toml() {
    assert_refused(&[
        ("exclude = 'x'", "1:11", "expected a list", ""),
        ("data = 3", "1:8", "expected a table", ""),
        (
            "rules.AKV101 = 3",
            "1:16",
            "expected a table of settings",
            "",
        ),
        ("overrides = [3]", "1:14", "expected a table", ""),
        ("module-cache = 3", "1:16", "expected a path", ""),
        (
            "rules.AKV206.limit = 9223372036854775808",
            "1:",
            "a number is too large",
            "",
        ),
        (
            "select = [\"a\\u001b[31mb\"]",
            "1:11",
            "`a\u{fffd}[31mb`",
            "",
        ),
    ]);
}

/// What an override says of a rule by its name goes over what is said of it by its id.
#[test]
fn an_override_may_call_a_rule_by_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let text = "resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: 'kv'\n  properties: { networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.7' }] } }\n}\n";
    fs::write(root.join("main.bicep"), text).unwrap();
    let code = |limits: (u32, u32)| {
        let configuration = format!(
            "select = ['AKV206']\n[rules.AKV206]\nlimit = {}\n[[overrides]]\npaths = ['main.bicep']\nrules.too-many-ip-rules.limit = {}\n",
            limits.0, limits.1
        );
        fs::write(root.join("akvlint.toml"), configuration).unwrap();
        failed(root, &["check"]).0
    };
    assert_eq!(code((0, 1)), Some(0));
    assert_eq!(code((1, 0)), Some(1));
}

/// A word of the command line is in no file.
#[test]
fn a_word_of_the_command_line_has_no_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("akvlint.toml"), "").unwrap();
    let (code, stderr) = failed(folder.path(), &["check", "--select", "AKV777"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("`AKV777`"), "{stderr}");
    assert!(!stderr.contains("akvlint.toml"), "{stderr}");
}

#[test]
fn every_command_that_reads_the_configuration_shows_the_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("akvlint.toml"),
        "ignore = ['AKV101']\n[data]\nbypas = 'any'\n",
    )
    .unwrap();
    for command in [
        &["rules", "list"][..],
        &["explain", "AKV101"],
        &["baseline", "create"],
    ] {
        let (code, stderr) = failed(folder.path(), command);
        assert_eq!(code, Some(2), "{command:?}");
        assert!(stderr.contains("akvlint.toml:3:1"), "{command:?} {stderr}");
    }
}

#[test]
fn the_same_rule_is_named_once() {
    let message = "stands here twice";
    assert_refused(&[
        (
            "[rules.akv206]\nlevel = 'error'\n[rules.too-many-ip-rules]\nlevel = 'note'",
            "3:8",
            message,
            "`akv206`",
        ),
        (
            "[rules.akv206]\nlevel = 'error'\n[rules.AKV206]\nlevel = 'note'",
            "3:8",
            message,
            "`akv206`",
        ),
        (
            "[[overrides]]\npaths = ['x']\nrules.akv206.level = 'note'\nrules.AKV206.enabled = true",
            "4:7",
            message,
            "`akv206`",
        ),
    ]);
}

#[test]
fn patterns_that_match_nothing_are_refused() {
    let mut cases: Vec<(String, String, String)> = Vec::new();
    for (pattern, message) in [
        ("[", "is not a glob pattern"),
        ("a{b", "is not a glob pattern"),
        ("", "is empty"),
        ("  ", "is empty"),
        ("../a", "`..`"),
        ("a/../../b", "`..`"),
        ("#v.bicep", "comment"),
        ("!v.bicep", "nothing before it"),
        ("./a", "`./`"),
    ] {
        let message = message.to_owned();
        for (before, after) in [
            ("exclude = [", "]"),
            ("exclude = ['fine', ", "]"),
            ("[[overrides]]\npaths = [", "]"),
            ("[[parameters]]\nfiles = []\ntemplates = [", "]"),
            ("[[parameters]]\ntemplates = ['x']\nfiles = [", "]"),
            (
                "[[suppress]]\nrules = ['AKV1']\nreason = 'x'\npaths = [",
                "]",
            ),
        ] {
            if before.contains("fine") && pattern.starts_with('!') {
                continue;
            }
            let configuration = format!("{before}'{pattern}'{after}");
            let line = before.lines().count();
            let column = before.lines().last().unwrap().chars().count() + 1;
            cases.push((configuration, format!("{line}:{column}"), message.clone()));
        }
    }
    for (configuration, place, message) in &cases {
        let (code, stderr) = told(configuration);
        assert_eq!(code, Some(2), "{configuration}\n{stderr}");
        assert!(
            stderr.contains(&format!("akvlint.toml:{place}")) && stderr.contains(message),
            "{configuration}\n{place} {message}\n{stderr}"
        );
    }
    let empty = "[[suppress]]\nrules = ['AKV1']\nreason = 'x'\nresource = ''";
    assert_refused(&[(empty, "4:12", "`resource`", "")]);
}

#[test]
fn a_pattern_that_is_the_path_of_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let file = root.join("infra/main.bicep");
    let configuration = format!("exclude = ['{}']", file.display());
    fs::write(root.join("akvlint.toml"), configuration).unwrap();
    let (code, stderr) = failed(&root, &["check"]);
    assert_eq!(code, Some(2), "{stderr}");
    let words = stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("akvlint.toml:1:12"), "{stderr}");
    assert!(words.contains("`/infra/main.bicep`"), "{stderr}");
}

#[test]
fn a_negation_after_a_pattern_is_taken() {
    let (code, stderr) = told("exclude = ['samples/*', '!samples/keep.bicep', 'a\\#b']");
    assert_eq!(code, Some(0), "{stderr}");
}

#[test]
fn patterns_of_the_command_line_are_judged_too() {
    let folder = tempfile::tempdir().unwrap();
    for pattern in ["[", "", "../a", "!a", "#a"] {
        let (code, stderr) = failed(folder.path(), &["check", "--exclude", pattern]);
        assert_eq!(code, Some(2), "{pattern} {stderr}");
        assert!(stderr.contains("--exclude"), "{pattern} {stderr}");
    }
}

#[test]
fn numbers_have_bounds() {
    assert_refused(&[
        (
            "data.broad-prefix = -5",
            "1:21",
            "`broad-prefix` takes a whole number from 0 to 32",
            "",
        ),
        (
            "data.broad-prefix = 99",
            "1:21",
            "a whole number from 0 to 32",
            "",
        ),
        (
            "data.broad-prefix = 99999999999999",
            "1:21",
            "a whole number from 0 to 32",
            "",
        ),
        (
            "rules.AKV206.limit = -1",
            "1:22",
            "a whole number of 0 or more",
            "",
        ),
        (
            "data.too-large-share = '20/1'",
            "1:24",
            "a fraction such as \"1/16\"",
            "",
        ),
    ]);
}

#[test]
fn a_date_may_stand_without_quotes() {
    for (configuration, expected) in [
        ("[data]\nas-of = 2027-02-01", Some(0)),
        ("[data]\nas-of = '2027-02-01'", Some(0)),
        ("[rules.AKV901]\nas-of = 2027-02-01", Some(0)),
        ("[data]\nas-of = ''", Some(0)),
        ("[data]\nas-of = 2027-02-01T00:00:00Z", Some(2)),
        ("[data]\nas-of = 07:32:00", Some(2)),
    ] {
        let (code, stderr) = told(configuration);
        assert_eq!(code, expected, "{configuration} {stderr}");
    }
}

/// A line is shown as far as it helps, with its true column.
#[test]
fn a_long_line_is_shortened() {
    let rest = "x".repeat(100_000);
    for (configuration, place) in [
        (format!("selct = 1 # {rest}"), "akvlint.toml:1:1"),
        (
            format!("ignore = ['AKV101']\ndata = {{ trusted-consumers = ['{rest}'], bypas = 1 }}"),
            "akvlint.toml:2:100036",
        ),
        (format!("{rest} = 1"), "akvlint.toml:1:1"),
        (format!("rules.{rest}.level = 'note'"), "akvlint.toml:1:7"),
    ] {
        let (code, stderr) = told(&configuration);
        assert_eq!(code, Some(2));
        assert!(stderr.len() < 4_000, "{place} {}", stderr.len());
        assert!(stderr.contains(place), "{place} {stderr}");
    }
}

#[test]
fn what_nests_too_deep_has_a_place() {
    let dotted = vec!["a"; 50_000].join(".");
    for configuration in [
        format!("ignore = []\n{dotted} = 1"),
        format!("ignore = []\n[{dotted}]"),
        format!(
            "ignore = []\nselect = {}{}",
            "[".repeat(9_000),
            "]".repeat(9_000)
        ),
    ] {
        let (code, stderr) = told(&configuration);
        assert_eq!(code, Some(2));
        assert!(stderr.contains("akvlint.toml:2:"), "{stderr}");
        assert!(stderr.contains("too deep"), "{stderr}");
        assert!(stderr.len() < 4_000, "{}", stderr.len());
    }
}

#[test]
fn files_are_named_relative_to_the_working_directory() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::create_dir(root.join("infra")).unwrap();
    fs::write(root.join("infra/akvlint.toml"), "baseline = 'gone.toml'").unwrap();
    fs::write(root.join("infra/bad.toml"), "selct = []").unwrap();
    fs::write(root.join("infra/latin.toml"), b"# \xe9\nselect = []").unwrap();
    let absolute = root.join("infra/bad.toml");
    let missing = root.join("nope.toml");
    for (arguments, expected) in [
        (&["check", "infra"][..], "infra/gone.toml"),
        (
            &["check", "--config", absolute.to_str().unwrap()],
            "infra/bad.toml:1:1",
        ),
        (
            &["check", "--config", missing.to_str().unwrap()],
            " nope.toml ",
        ),
        (
            &["check", "--config", "infra/latin.toml"],
            "infra/latin.toml ",
        ),
    ] {
        let (code, stderr) = failed(&root, arguments);
        assert_eq!(code, Some(2), "{arguments:?} {stderr}");
        assert!(stderr.contains(expected), "{arguments:?} {stderr}");
        assert!(
            !stderr.contains(root.to_str().unwrap()),
            "{arguments:?} {stderr}"
        );
    }
}

/// A configuration that cannot be read is not taken for none.
#[test]
fn a_configuration_that_is_no_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir(root.join("akvlint.toml")).unwrap();
    fs::write(root.join("main.bicep"), "param a string\n").unwrap();
    for arguments in [&["check"][..], &["check", "main.bicep"], &["rules", "list"]] {
        let (code, stderr) = failed(root, arguments);
        assert_eq!(code, Some(2), "{stderr}");
        assert!(stderr.contains("akvlint.toml"), "{stderr}");
        assert!(stderr.contains("it is a folder"), "{stderr}");
    }
    assert_eq!(failed(root, &["check", "--no-config"]).0, Some(0));
}

#[cfg(unix)]
#[test]
fn a_link_to_a_configuration_that_is_gone_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::os::unix::fs::symlink("gone.toml", root.join(".akvlint.toml")).unwrap();
    let (code, stderr) = failed(root, &["check"]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains(".akvlint.toml"), "{stderr}");
    assert!(stderr.contains("leads nowhere"), "{stderr}");
}
