//! The configuration: what is different for some files, parameter files of templates, its schema and its page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::check::{Ran, check};
use crate::docs::{fresh, root};
use crate::program::akvlint;
use crate::rule_commands::refused;

/// A vault that is open, or as open as its parameter says.
fn vault(name: &str) -> String {
    format!(
        "param action string = 'Allow'
resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {{
  name: '{name}'
  location: 'westeurope'
  properties: {{
    tenantId: tenant().tenantId
    sku: {{ family: 'A', name: 'standard' }}
    networkAcls: {{
      defaultAction: action
      bypass: 'None'
      ipRules: [{{ value: '198.41.0.0/12' }}]
    }}
  }}
}}
"
    )
}

fn run(configuration: &str, arguments: &[&str]) -> Ran {
    let (one, other) = (vault("contoso-kv"), vault("fabrikam-kv"));
    let files: [(&str, &[u8]); 3] = [
        ("akvlint.toml", configuration.as_bytes()),
        ("infra/main.bicep", one.as_bytes()),
        ("sandbox/main.bicep", other.as_bytes()),
    ];
    check(&files, &[&["-f", "json", "."], arguments].concat())
}

/// Folder, rule and level of the fails.
fn fails(ran: &Ran) -> BTreeSet<(String, String, String)> {
    let document = ran.json();
    let findings = document["findings"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    findings
        .filter(|finding| finding["verdict"] == "fail")
        .map(|finding| {
            let path = text(&finding["location"]["path"]);
            let folder = path.split('/').next().unwrap().to_owned();
            (folder, text(&finding["rule"]), text(&finding["level"]))
        })
        .collect()
}

fn set(expected: &[(&str, &str, &str)]) -> BTreeSet<(String, String, String)> {
    let owned = |(one, two, three): &(&str, &str, &str)| {
        ((*one).to_owned(), (*two).to_owned(), (*three).to_owned())
    };
    expected.iter().map(owned).collect()
}

const ALL: &str = "select = ['AKV101', 'AKV702']\n";

#[test]
fn overrides_are_for_what_their_files_declare() {
    let both = |rest: &str, expected: &[(&str, &str, &str)]| {
        let ran = run(&format!("{ALL}{rest}"), &[]);
        assert_eq!(fails(&ran), set(expected), "{rest} {}", ran.stderr);
    };
    let infra = [("infra", "AKV101", "error"), ("infra", "AKV702", "warning")];
    let with = |more: &[(&'static str, &'static str, &'static str)]| [&infra, more].concat();
    both(
        "",
        &with(&[
            ("sandbox", "AKV101", "error"),
            ("sandbox", "AKV702", "warning"),
        ]),
    );
    both(
        "[[overrides]]\npaths = ['sandbox/']\nignore = ['AKV702']\nrules.AKV101.level = 'note'\n",
        &with(&[("sandbox", "AKV101", "note")]),
    );
    both(
        "[[overrides]]\npaths = ['sandbox/']\nselect = ['AKV102']\n",
        &with(&[]),
    );
    // A rule that is off everywhere else.
    both(
        "[[overrides]]\npaths = ['sandbox/']\nselect = ['AKV105']\n",
        &with(&[("sandbox", "AKV105", "note")]),
    );
    // The later goes over the earlier, and leaves what it says nothing of.
    both(
        "[[overrides]]\npaths = ['sandbox/']\nrules.AKV101.level = 'note'\nrules.AKV702.level = 'error'\n[[overrides]]\npaths = ['*.bicep']\nrules.AKV101.level = 'warning'\n",
        &[
            ("infra", "AKV101", "warning"),
            ("infra", "AKV702", "warning"),
            ("sandbox", "AKV101", "warning"),
            ("sandbox", "AKV702", "error"),
        ],
    );
    // Data of a rule: how many rules the firewall may have.
    let ran = run(
        "select = ['AKV206']\n[[overrides]]\npaths = ['/sandbox/']\nrules.AKV206.limit = 0\n",
        &[],
    );
    let folders: BTreeSet<String> = fails(&ran).into_iter().map(|(folder, ..)| folder).collect();
    assert_eq!(folders, BTreeSet::from(["sandbox".to_owned()]));
}

#[test]
fn the_command_line_goes_over_overrides() {
    let overrides = "[[overrides]]\npaths = ['sandbox/']\nselect = ['AKV702']\n";
    let ran = run(overrides, &["--select", "AKV101"]);
    let expected = [("infra", "AKV101", "error"), ("sandbox", "AKV101", "error")];
    assert_eq!(fails(&ran), set(&expected));
    let ran = run(&format!("{ALL}{overrides}"), &["--ignore", "AKV702"]);
    assert_eq!(fails(&ran), set(&[("infra", "AKV101", "error")]));
}

/// A suppression of a rule that does not run for its file is not known to be of no use.
#[test]
fn a_suppression_of_a_rule_that_an_override_turns_off_is_not_unused() {
    let main = format!(
        "// akvlint: ignore-file[AKV702] not at all\n{}",
        vault("kv1")
    );
    let told = |configuration: &str| {
        let files: [(&str, &[u8]); 2] = [
            ("akvlint.toml", configuration.as_bytes()),
            ("main.bicep", main.as_bytes()),
        ];
        let ran = check(&files, &["-f", "json", "."]);
        fails(&ran).iter().any(|(_, rule, _)| rule == "AKV903")
    };
    assert!(!told("select = ['AKV903', 'AKV101']\n"));
    assert!(!told("select = ['AKV903', 'AKV702']\n"));
    assert!(!told(
        "select = ['AKV903', 'AKV702']\n[[overrides]]\npaths = ['*.bicep']\nignore = ['AKV702']\n"
    ));
}

#[test]
fn faults_of_overrides_and_parameters_are_told() {
    for (configuration, expected) in [
        (
            "[[overrides]]\nignore = ['AKV101']\n",
            "missing field `paths`",
        ),
        ("[[overrides]]\npaths = []\n", "in `paths`"),
        (
            "[[overrides]]\npaths = ['x']\nignores = []\n",
            "did you mean `ignore`?",
        ),
        (
            "[[overrides]]\npaths = ['x']\nignore = ['AKV199']\n",
            "AKV199",
        ),
        (
            "[[overrides]]\npaths = ['x']\nrules.AKV206.limits = 3\n",
            "limits",
        ),
        (
            "[[overrides]]\npaths = ['x']\nrules.AKV206.limit = 'x'\n",
            "limit",
        ),
        (
            "[[parameters]]\ntemplates = []\nfiles = []\n",
            "`templates`",
        ),
        (
            "[[parameters]]\ntemplates = ['x']\n",
            "missing field `files`",
        ),
        (
            "[[parameters]]\ntemplate = ['x']\n",
            "did you mean `templates`?",
        ),
    ] {
        let ran = run(configuration, &[]);
        assert_eq!(ran.code, Some(2), "{configuration}");
        assert!(
            ran.stderr.contains(expected),
            "{configuration} {}",
            ran.stderr
        );
    }
}

fn parameters(action: &str) -> String {
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
"contentVersion": "1.0.0.0", "parameters": {{"action": {{"value": "{action}"}}}}}}"#
    )
}

#[test]
fn parameter_files_of_a_template_take_the_place_of_those_of_its_name() {
    let main = vault("contoso-kv");
    let (dev, prod) = (parameters("Allow"), parameters("Deny"));
    let run = |configuration: &str, arguments: &[&str]| -> Vec<(String, Option<String>)> {
        let files: [(&str, &[u8]); 4] = [
            ("akvlint.toml", configuration.as_bytes()),
            ("infra/main.bicep", main.as_bytes()),
            ("infra/main.parameters.json", prod.as_bytes()),
            ("environments/dev/values.json", dev.as_bytes()),
        ];
        let base = [
            "-f",
            "json",
            "--select",
            "AKV101",
            "--verdicts",
            "fail,pass",
        ];
        let ran = check(&files, &[&base, arguments].concat());
        let document = ran.json();
        let findings = document["findings"].as_array().unwrap().iter();
        let said = findings.flat_map(|finding| {
            let verdict = finding["verdict"].as_str().unwrap().to_owned();
            let deployments = finding["deployments"].as_array().unwrap();
            let name = |each: &Value| each["parameters"].as_str().map(str::to_owned);
            let names: Vec<_> = deployments.iter().map(name).collect();
            names.into_iter().map(move |name| (verdict.clone(), name))
        });
        said.collect()
    };
    let owned = |verdict: &str, name: Option<&str>| (verdict.to_owned(), name.map(str::to_owned));
    let by_name = [owned("pass", Some("infra/main.parameters.json"))];
    assert_eq!(run("", &["."]), by_name);
    let configured =
        "[[parameters]]\ntemplates = ['/infra/*.bicep']\nfiles = ['environments/*/values.json']\n";
    let by_configuration = [owned("fail", Some("environments/dev/values.json"))];
    for path in [".", "infra/main.bicep", "environments/dev/values.json"] {
        assert_eq!(run(configured, &[path]), by_configuration, "{path}");
    }
    let none = "[[parameters]]\ntemplates = ['main.bicep']\nfiles = []\n";
    assert_eq!(run(none, &["."]), [owned("fail", None)]);
    let nowhere = "[[parameters]]\ntemplates = ['main.bicep']\nfiles = ['nowhere.json']\n";
    assert_eq!(run(nowhere, &["."]), [owned("fail", None)]);
    let other = "[[parameters]]\ntemplates = ['other.bicep']\nfiles = ['environments/']\n";
    assert_eq!(run(other, &["."]), by_name);
    assert_eq!(
        run(configured, &["--no-parameter-files", "."]),
        [owned("fail", None)]
    );
}

#[test]
fn what_fits_no_file_is_told_where_all_are_looked_at() {
    let problems = |configuration: &str, arguments: &[&str]| -> Vec<String> {
        let ran = run(configuration, arguments);
        let document = ran.json();
        let problems = document["problems"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        problems
            .map(|problem| {
                let (path, message) = (text(&problem["path"]), text(&problem["message"]));
                format!("{path}: line {}: {message}", problem["line"])
            })
            .collect()
    };
    let override_of =
        |paths: &str| format!("\n[[overrides]]\npaths = {paths}\nignore = ['AKV101']\n");
    let parameters = |templates: &str, files: &str| {
        format!("[[parameters]]\ntemplates = {templates}\nfiles = {files}\n")
    };
    let expected = "akvlint.toml: line 2: no file of the project fits `nothere/`, `nor/*.json`; correct `paths` of this \
                    `[[overrides]]`, or remove it";
    let nothere = override_of("['nothere/', 'nor/*.json']");
    assert_eq!(problems(&nothere, &[]), [expected]);
    let fits = override_of("['nothere/', 'sandbox/']");
    assert_eq!(problems(&fits, &[]), [""; 0]);
    let expected = "akvlint.toml: line 1: no template of the project fits `nothere/*.bicep`; correct `templates` of this \
                    `[[parameters]]`, or remove it";
    for files in ["[]", "['x.json']"] {
        let nothere = parameters("['nothere/*.bicep']", files);
        assert_eq!(problems(&nothere, &[]), [expected]);
    }
    // What its template is given is missed whatever is looked at.
    let nowhere = parameters("['infra/*.bicep']", "['nowhere.json']");
    let expected = "akvlint.toml: line 1: no parameter file of the project fits `nowhere.json`; correct `files` of this \
                    `[[parameters]]`, without which its templates are judged without any";
    assert_eq!(problems(&nowhere, &[]), [expected]);
    assert_eq!(problems(&parameters("['infra/']", "[]"), &[]), [""; 0]);
    let both = nothere + &parameters("['nothere/*.bicep']", "[]");
    assert_eq!(problems(&both, &[]).len(), 2);
    assert_eq!(problems(&both, &["--exclude", "sandbox/"]), [""; 0]);

    let main = vault("contoso-kv");
    let files: [(&str, &[u8]); 2] = [
        ("akvlint.toml", both.as_bytes()),
        ("infra/main.bicep", main.as_bytes()),
    ];
    for path in ["infra", "infra/main.bicep"] {
        let ran = check(&files, &["-f", "json", path]);
        assert_eq!(ran.json()["problems"].as_array().unwrap().len(), 0);
    }
    let pretty = check(&files, &["."]).stdout;
    let line = "akvlint.toml: line 2: no file of the project fits";
    assert!(pretty.contains(line), "{pretty}");
}

#[test]
fn an_unused_suppression_is_told_only_where_nothing_is_left_out() {
    let suppress = "select = ['AKV101', 'AKV903']\n[[suppress]]\nrules = ['AKV101']\npaths = ['nothere/']\nreason = 'test'\n";
    let told = |arguments: &[&str]| {
        let ran = run(suppress, arguments);
        fails(&ran).iter().any(|(_, rule, _)| rule == "AKV903")
    };
    assert!(told(&[]));
    assert!(!told(&["--exclude", "sandbox/"]));
}

#[test]
fn commands_about_rules_go_by_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let configuration = "ignore = ['AKV102']\n[rules.AKV206]\nlimit = 12\nlevel = 'note'\n";
    fs::write(folder.path().join("akvlint.toml"), configuration).unwrap();
    let (_, list, _) = akvlint(folder.path(), &["rules", "list"]);
    let line = |id: &str| {
        list.lines()
            .find(|line| line.starts_with(id))
            .unwrap()
            .to_owned()
    };
    assert!(line("AKV102").contains(" off "));
    assert!(line("AKV206").contains(" note "));
    let (_, page, _) = akvlint(folder.path(), &["explain", "AKV206"]);
    assert!(
        page.contains("default `1000`; here `12`") || page.contains("default 1000; here 12"),
        "{page}"
    );
    let (_, page, _) = akvlint(folder.path(), &["explain", "AKV206", "--no-config"]);
    assert!(!page.contains("here"), "{page}");
}

fn schema() -> Value {
    let (code, text, _) = akvlint(root(), &["config", "schema"]);
    assert_eq!(code, Some(0));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_schema_of_the_configuration_is_published() {
    let text = serde_json::to_string_pretty(&schema()).unwrap();
    fresh("docs/akvlint.schema.json", &format!("{text}\n"));
}

/// The example of the page is read, has every key, and is what the schema takes.
#[test]
fn the_page_shows_every_key() {
    let page = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let table: toml::Table = example.parse().unwrap();
    let value = serde_json::to_value(&table).unwrap();
    let schema = schema();
    assert_eq!(refused(&schema, &value, &schema), None);
    let keys = |value: &Value| -> BTreeSet<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(keys(&value), keys(&schema["properties"]));
    for list in ["parameters", "suppress"] {
        let shown = keys(&value[list][0]);
        assert_eq!(
            shown,
            keys(&schema["properties"][list]["items"]["properties"])
        );
    }
    let ran = run(example, &["--no-baseline"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let schema = schema();
    for (configuration, taken) in [
        ("select = ['AKV101']", true),
        ("select = 'AKV101'", false),
        ("selects = ['AKV101']", false),
        ("world = 'open'", true),
        ("world = 'opened'", false),
        ("cloud = 'AzureCloud'", true),
        ("cloud = 'Azure'", false),
        ("profile = 'none'", false),
        ("[rules.AKV206]\nlimit = 3", true),
        ("[rules.AKV206]\nlimits = 3", false),
        ("[rules.AKV206]\nlevel = 'off'", false),
        ("[data]\nbypass = 'sometimes'", false),
        ("[data]\nbroad-prefix = 33", false),
        ("[data]\nbroad-prefix = 32", true),
        ("ignore = ['AKV777']", false),
        (
            "ignore = ['AKV2', 'AKV20', 'too-many-ip-rules', 'akv101']",
            true,
        ),
        ("[rules.AKV999]", false),
        ("[rules.AKV2]", false),
        ("[rules.too-many-ip-rules]\nlevel = 'note'", true),
        (
            "[[suppress]]\nrules = ['AKV777']\npaths = ['x']\nreason = 'x'",
            false,
        ),
        ("fail-on = 'note'", true),
        ("fail-on = 'notes'", false),
        ("rule-folders = 'rules'", false),
        ("[[suppress]]\nrules = ['AKV101']\nreason = 'x'", false),
        ("[[suppress]]\nrules = ['AKV101']\npaths = ['x']", false),
        (
            "[[suppress]]\nrules = ['AKV101']\npaths = ['x']\nreason = 'x'",
            true,
        ),
        ("[[overrides]]\nignore = ['AKV101']", false),
        ("[[parameters]]\ntemplates = ['x']", false),
    ] {
        let table: toml::Table = configuration.parse().unwrap();
        let value = serde_json::to_value(&table).unwrap();
        assert_eq!(
            refused(&schema, &value, &schema).is_none(),
            taken,
            "{configuration}"
        );
        assert_eq!(
            run(configuration, &[]).code != Some(2),
            taken,
            "{configuration}"
        );
    }
}

/// The patterns of the configuration hold in an earlier revision as they do now.
#[test]
fn patterns_hold_in_an_earlier_revision() {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let ran = Command::new("git")
            .current_dir(folder.path())
            .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(ran.status.success(), "{arguments:?}");
    };
    fs::create_dir(folder.path().join("sandbox")).unwrap();
    let configuration =
        "select = ['AKV101']\n[[overrides]]\npaths = ['/sandbox/']\nselect = ['AKV105']\n";
    fs::write(folder.path().join("akvlint.toml"), configuration).unwrap();
    fs::write(
        folder.path().join("sandbox/main.bicep"),
        vault("contoso-kv"),
    )
    .unwrap();
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "x"]);
    let arguments = [
        "check",
        "-f",
        "json",
        "--fail-on",
        "note",
        "--diff-base",
        "HEAD",
    ];
    let (code, text, _) = akvlint(folder.path(), &arguments);
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn what_fails_the_run_can_be_configured() {
    let code = |configuration: &str, arguments: &[&str]| run(configuration, arguments).code;
    let select = "select = ['AKV101']\n";
    assert_eq!(code(select, &[]), Some(1));
    let never = format!("{select}fail-on = 'never'\n");
    assert_eq!(code(&never, &[]), Some(0));
    assert_eq!(code(&never, &["--fail-on", "error"]), Some(1));
    let level = format!("{select}fail-on = 'error'\nrules.AKV101.level = 'warning'\n");
    assert_eq!(code(&level, &[]), Some(0));
    assert_eq!(code(&level, &["--fail-on", "warning"]), Some(1));
}

/// Patterns are relative to the folder of the file, also of one that is named without a folder.
#[test]
fn a_configuration_that_is_named_lies_in_its_folder() {
    let vault = vault("contoso-kv");
    let configuration = "select = ['AKV101', 'AKV903']\nexclude = ['/samples/kept.bicep']\n[[overrides]]\npaths = ['/infra/*']\nignore = ['AKV101']\n[[suppress]]\nrules = ['AKV101']\npaths = ['nowhere/']\nreason = 'x'\n";
    let files: [(&str, &[u8]); 4] = [
        ("other.toml", configuration.as_bytes()),
        ("infra/main.bicep", vault.as_bytes()),
        ("samples/kept.bicep", vault.as_bytes()),
        ("samples/main.bicep", vault.as_bytes()),
    ];
    let ran = check(&files, &["-f", "json", "--config", "other.toml", "."]);
    let expected = [
        ("other.toml", "AKV903", "note"),
        ("samples", "AKV101", "error"),
    ];
    assert_eq!(fails(&ran), set(&expected), "{}", ran.stderr);
}

/// A path that is named and left out all the same is told of.
#[test]
fn a_named_path_that_is_excluded_is_told() {
    let vault = vault("contoso-kv");
    let files: [(&str, &[u8]); 2] = [
        ("akvlint.toml", b"exclude = ['samples/']\n"),
        ("samples/main.bicep", vault.as_bytes()),
    ];
    let ran = check(&files, &["-f", "json", "--strict", "samples/main.bicep"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let file = &ran.json()["files"][0];
    assert_eq!(file["path"], "samples/main.bicep");
    assert_eq!(file["status"], "skipped");
    assert_eq!(
        file["reason"],
        "excluded: the pattern `samples/` of `exclude` leaves it out"
    );
    assert!(
        ran.stderr.contains("1 skipped (1 excluded)"),
        "{}",
        ran.stderr
    );
    let ran = check(
        &files,
        &["--exclude", "*.bicep", "--no-config", "samples/main.bicep"],
    );
    assert!(ran.stdout.contains("1 excluded"), "{}", ran.stdout);
    let ran = check(&files, &["samples"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("samples is not looked at") && ran.stdout.contains("`samples/`"),
        "{}",
        ran.stdout
    );
    // What lies below a path is left out as asked.
    let ran = check(&files, &["."]);
    assert!(!ran.stdout.contains("excluded"), "{}", ran.stdout);
}

/// A parameter file whose template has others by the configuration is not without a template.
#[test]
fn a_parameter_file_that_the_configuration_replaces_is_told_so() {
    let main = vault("contoso-kv");
    let values = parameters("Deny");
    let files: [(&str, &[u8]); 5] = [
        (
            "akvlint.toml",
            b"[[parameters]]\ntemplates = ['main.bicep']\nfiles = ['environments/']\n",
        ),
        ("main.bicep", main.as_bytes()),
        ("main.parameters.json", values.as_bytes()),
        ("environments/dev.json", values.as_bytes()),
        ("lonely.parameters.json", values.as_bytes()),
    ];
    let ran = check(&files, &["-f", "json", "."]);
    let document = ran.json();
    let reason = |path: &str| {
        let files = document["files"].as_array().unwrap();
        let file = files.iter().find(|file| file["path"] == path).unwrap();
        file["reason"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(
        reason("main.parameters.json"),
        "unpaired: the configuration gives main.bicep other parameter files"
    );
    assert!(reason("lonely.parameters.json").starts_with("unpaired: no template"));
}
