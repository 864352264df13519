//! What the command line says where it is misused, and what it takes for granted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const VAULT: &str = "\
@allowed(['Allow', 'Deny'])
param action string
@secure()
param token string = ''

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-contoso'
  location: 'westeurope'
  properties: { networkAcls: { defaultAction: action } }
}

param count int = 1
param isOpen bool = false
";

fn akvlint(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_akvlint"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn with_vault(arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.bicep"), VAULT).unwrap();
    let output = akvlint(folder.path(), arguments, "");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn standard_input_is_read_up_to_the_limit_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let large = fs::File::create(folder.path().join("large")).unwrap();
    large.set_len(akvlint::source::SIZE_LIMIT + 1).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_akvlint"))
        .current_dir(folder.path())
        .args(["check", "-"])
        .stdin(fs::File::open(folder.path().join("large")).unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("standard input is too large: at most 67108864 bytes are read"),
        "{told}"
    );
}

#[test]
fn a_value_that_the_template_does_not_take_is_refused() {
    let check = |value: &str| {
        with_vault(&[
            "check",
            "main.bicep",
            "-f",
            "json",
            "--exit-zero",
            "-p",
            value,
        ])
    };
    // A string may look like something else, and a bool may be written as Python and PowerShell have it.
    for value in ["action=Deny", "token=1", "token={}", "isOpen=True"] {
        let (code, _, stderr) = check(value);
        assert_eq!(code, Some(0), "{value}: {stderr}");
    }
    for (value, told) in [
        (
            "action=Denied",
            "-p action: parameter 'action' is given a value",
        ),
        (
            "acton=Deny",
            "-p acton: the template has no parameter 'acton'",
        ),
        ("count=many", "-p count: parameter 'count' is of type int"),
    ] {
        let (code, _, stderr) = check(value);
        assert_eq!(code, Some(2), "{value}: {stderr}");
        assert!(stderr.contains(told), "{value}: {stderr}");
        // It may be a secret.
        assert!(!stderr.contains(value), "{value}: {stderr}");
    }
}

#[test]
fn a_value_of_the_command_line_is_found_where_it_is_used() {
    let (_, stdout, _) = with_vault(&[
        "check",
        "main.bicep",
        "-p",
        "action=Allow",
        "--select",
        "AKV101",
        "-f",
        "json",
    ]);
    let document: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let finding = &document["findings"][0];
    assert_eq!(finding["location"]["startLine"], 9);
    let related = finding["related"].as_array().unwrap();
    assert!(
        related.iter().any(|related| {
            related["location"]["startLine"] == 2
                && related["message"] == "parameter 'action', given on the command line"
        }),
        "{related:?}"
    );
}

#[test]
fn of_one_format_and_one_file_the_order_does_not_matter() {
    for arguments in [
        ["-f", "sarif", "-o", "found.sarif"],
        ["-o", "found.sarif", "-f", "sarif"],
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("main.bicep"), VAULT).unwrap();
        let output = akvlint(folder.path(), &[&["check"], &arguments[..]].concat(), "");
        let written = fs::read_to_string(folder.path().join("found.sarif")).unwrap();
        assert!(written.starts_with('{'), "{arguments:?}");
        assert!(!output.stdout.starts_with(b"{"), "{arguments:?}");
    }
}

#[test]
fn the_beginning_of_ids_lists_the_rules() {
    let (code, stdout, _) = with_vault(&["explain", "AKV5"]);
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = stdout.lines().collect();
    assert!(lines.len() > 5);
    assert!(lines.iter().all(|line| line.starts_with("AKV5")));
    assert_eq!(with_vault(&["explain", "AKV99"]).0, Some(2));
}

#[test]
fn bicep_on_standard_input_needs_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let output = akvlint(folder.path(), &["check", "-"], VAULT);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("--stdin-filename"), "{told}");
    let named = ["check", "-", "--stdin-filename", "main.bicep"];
    let output = akvlint(folder.path(), &named, VAULT);
    assert_ne!(output.status.code(), Some(2));
}

/// Whoever was to write it failed, whatever it is called.
#[test]
fn standard_input_without_a_word_is_no_input() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["main.bicep", "main.bicepparam", "main.json"] {
        let output = akvlint(
            folder.path(),
            &["check", "-", "--stdin-filename", name],
            " \n",
        );
        assert_eq!(output.status.code(), Some(2), "{name}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("standard input is empty"), "{name}: {told}");
    }
}

#[test]
fn a_run_without_a_rule_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::write(root.join("main.bicep"), VAULT).unwrap();
    let told = |arguments: &[&str]| {
        let output = akvlint(root, arguments, "");
        let told = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), told)
    };
    let (code, stderr) = told(&["check", "--ignore", "AKV"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("no rule is left to run"), "{stderr}");
    let (code, _) = told(&["check", "--select", "AKV101", "--ignore", "AKV1"]);
    assert_eq!(code, Some(2));
    fs::write(root.join("akvlint.toml"), "ignore = [\"AKV\"]").unwrap();
    assert_eq!(told(&["check"]).0, Some(2));
    // Another folder may have rules of its own.
    let text = "select = [\"AKV105\"]\nignore = [\"AKV105\"]\n[[overrides]]\npaths = [\"*.bicep\"]\nselect = [\"AKV101\"]";
    fs::write(root.join("akvlint.toml"), text).unwrap();
    assert_eq!(told(&["check", "-p", "action=Allow"]).0, Some(1));
}

#[test]
fn a_path_that_is_not_there_is_told_beside_every_format() {
    for format in ["json", "compact", "sarif", "github"] {
        let (code, _, stderr) = with_vault(&["check", "gone", "-f", format, "--quiet"]);
        assert_eq!(code, Some(2), "{format}");
        assert!(stderr.contains("gone"), "{format}: {stderr}");
    }
}

/// What a configuration or an argument holds must not write to the terminal by way of an error.
#[test]
fn errors_spell_out_what_a_terminal_would_act_on() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::write(root.join("main.bicep"), VAULT).unwrap();
    fs::write(root.join("bad.toml"), "\"\\u001b[31m\" = 1\n").unwrap();
    for arguments in [
        &["check", "--config", "bad.toml", "."][..],
        &["check", "--select", "\u{1b}[31m", "."],
        &["check", "-p", "\u{1b}[31m=1", "."],
        &["check", "-o", "no/\u{1b}[31m", "."],
        &["check", "--format", "\u{1b}[31m", "."],
        &["check", "--\u{1b}[31m"],
        &["explain", "\u{1b}[31m"],
        &["expand", "\u{1b}[31m"],
        &["rules", "test", "\u{1b}[31m"],
        &["baseline", "create", "\u{1b}[31m"],
    ] {
        let ran = akvlint(root, arguments, "");
        assert_eq!(ran.status.code(), Some(2), "{arguments:?}");
        let told = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(!told.contains('\u{1b}'), "{arguments:?}: {told}");
    }
}

#[test]
fn a_named_input_that_is_not_understood_is_a_job_not_done() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("broken.json", "{");
    write("main.bicep", VAULT);
    let code = |arguments: &[&str], input: &str| {
        let all = [&["check", "--exit-zero"], arguments].concat();
        akvlint(folder.path(), &all, input).status.code()
    };
    // Whoever was to write it failed.
    assert_eq!(code(&["-"], ""), Some(2));
    assert_eq!(code(&["-"], "{"), Some(2));
    assert_eq!(code(&["nowhere.json"], ""), Some(2));
    // A hook names every JSON file: one with an error of syntax is told, and may be anything.
    assert_eq!(code(&["broken.json"], ""), Some(0));
    assert_eq!(code(&["broken.json", "--strict"], ""), Some(3));
    assert_eq!(code(&["main.bicep", "broken.json"], ""), Some(0));
    assert_eq!(code(&["."], ""), Some(0));
    // What is damaged in one place is checked in the others; what is nothing to check is no failure.
    assert_eq!(code(&["-"], "{}"), Some(0));
    write("damaged.bicep", &format!("{VAULT}\nparam\n"));
    assert_eq!(code(&["damaged.bicep"], ""), Some(0));
}

#[test]
fn values_of_flags_that_cannot_be_meant_are_refused() {
    let long = "g".repeat(91);
    for (flag, value, told) in [
        ("--subscription-id", "zzz", "GUID"),
        ("--subscription-id", "", "--subscription-id"),
        (
            "--tenant-id",
            "{11111111-1111-1111-1111-111111111111}",
            "GUID",
        ),
        ("--tenant-id", "11111111111111111111111111111111", "GUID"),
        ("--location", "", "--location"),
        ("--resource-group", "", "--resource-group"),
        ("--resource-group", &long, "90"),
        ("--resource-group", "a/b", "letters"),
        ("--module-cache", "nowhere", "no folder of this name"),
        ("--module-cache", "main.bicep", "no folder"),
        ("-p", "", "NAME=VALUE"),
        ("-p", ".", ". cannot be read: it is a folder"),
    ] {
        for command in ["check", "expand"] {
            let (code, _, stderr) = with_vault(&[command, "main.bicep", flag, value]);
            assert_eq!(code, Some(2), "{command} {flag} {value}: {stderr}");
            assert!(stderr.contains(told), "{command} {flag} {value}: {stderr}");
        }
    }
    let (code, _, stderr) = with_vault(&["check", "-", "--stdin-filename", ""]);
    assert_eq!(code, Some(2), "{stderr}");
    for (flag, value) in [
        ("--subscription-id", "0A111111-1111-1111-1111-111111111111"),
        ("--resource-group", "rg-(Größe)_1.x"),
        ("--module-cache", "."),
    ] {
        let (code, _, stderr) = with_vault(&["check", "main.bicep", "--exit-zero", flag, value]);
        assert_eq!(code, Some(0), "{flag} {value}: {stderr}");
    }
}

#[test]
fn no_number_of_threads_makes_a_run_hang() {
    for jobs in ["0", "1", "400", "18446744073709551615"] {
        let start = std::time::Instant::now();
        let (code, ..) = with_vault(&["check", "main.bicep", "--exit-zero", "--jobs", jobs]);
        assert_eq!(code, Some(0), "{jobs}");
        assert!(
            start.elapsed() < std::time::Duration::from_secs(20),
            "{jobs}"
        );
    }
}

#[test]
fn that_there_is_nothing_to_check_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let output = akvlint(folder.path(), &["check"], "");
    let all = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(all).unwrap();
    assert_eq!(said.matches("Nothing to check").count(), 1, "{said}");
}

#[test]
fn every_command_is_in_the_help() {
    let (code, help, _) = with_vault(&["--help"]);
    assert_eq!(code, Some(0));
    let (_, manual, _) = with_vault(&["man"]);
    for command in [
        "check",
        "expand",
        "explain",
        "rules",
        "baseline",
        "config",
        "completions",
        "man",
    ] {
        let is_listed = |line: &str| line.split_whitespace().next() == Some(command);
        assert!(help.lines().any(is_listed), "{command}: {help}");
        let section = format!("AKVLINT {}", command.to_uppercase());
        assert!(manual.contains(&section), "{command}");
    }
}

#[test]
fn what_does_not_fail_the_run_is_no_failure_of_a_test() {
    let folder = tempfile::tempdir().unwrap();
    // A warning (AKV208), a note (AKV801), and what is undecided (AKV401).
    let vault = VAULT.replace(
        "networkAcls: { defaultAction: action }",
        "enableRbacAuthorization: false, networkAcls: { defaultAction: 'Deny', bypass: 'AzureServices', ipRules: [{ value: '203.0.113.1/24' }] }",
    );
    fs::write(folder.path().join("main.bicep"), vault).unwrap();
    let select = "AKV208,AKV401,AKV801";
    let of = |fail_on: &str| {
        let arguments = [
            "check",
            "-f",
            "junit",
            "--select",
            select,
            "--fail-on",
            fail_on,
        ];
        let output = akvlint(folder.path(), &arguments, "");
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    for (fail_on, failures) in [
        ("error", 0),
        ("warning", 1),
        ("note", 2),
        ("open", 3),
        ("never", 0),
    ] {
        let (code, xml) = of(fail_on);
        assert_eq!(code, Some(i32::from(failures > 0)), "{fail_on}");
        assert_eq!(
            xml.matches("<failure ").count(),
            failures,
            "{fail_on}: {xml}"
        );
        let counted = format!("failures=\"{failures}\"");
        assert!(xml.contains(&counted), "{fail_on}: {xml}");
        // All of them are told of.
        for rule in select.split(',') {
            assert!(xml.contains(&format!("name=\"{rule} ")), "{fail_on}: {xml}");
        }
    }
    let (_, xml) = of("warning");
    assert!(xml.contains("<skipped message=\"note: "), "{xml}");
    assert!(xml.contains("<system-out>main.bicep:"), "{xml}");
}

#[test]
fn a_witness_is_a_sentence_of_its_own_in_azure_pipelines() {
    let (_, stdout, _) = with_vault(&["check", "-f", "azdo", "--select", "AKV101"]);
    assert!(
        stdout.contains(". Fails when action is 'Allow'"),
        "{stdout}"
    );
}
