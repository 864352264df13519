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
    assert_eq!(check("action=Deny").0, Some(0));
    for (value, told) in [
        (
            "action=Denied",
            "-p action: parameter 'action' is given a value",
        ),
        (
            "acton=Deny",
            "-p acton: the template has no parameter 'acton'",
        ),
        ("token=1", "-p token: parameter 'token' is of type string"),
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
