//! What the world does to a run: files that cannot be read, vanish or change, full disks, closed pipes, signals. Each
//! ends with the documented exit code, the other results, and no half-written file. `docs/robustness.md` has the table.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic")]

use std::fs;
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

const OPEN_VAULT: &str = "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'kv-contoso'\n  location: 'westeurope'\n  properties: { tenantId: 't', sku: { family: 'A', name: 'standard' }, enablePurgeProtection: true }\n}\n";

fn akvlint(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_akvlint"));
    command
        .current_dir(folder)
        .arg("check")
        .args(arguments)
        .stdin(Stdio::null());
    command
}

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(tree.path().join(name), text).unwrap();
    }
    tree
}

fn file<'j>(report: &'j serde_json::Value, path: &str) -> &'j serde_json::Value {
    let files = report["files"].as_array().unwrap();
    let found = files.iter().find(|file| file["path"] == path);
    found.unwrap_or(&serde_json::Value::Null)
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).expect("a JSON report")
}

/// A pipe that a run waits at: what happens meanwhile happens during the run.
fn wait_at(folder: &Path, pipe: &str) {
    let made = Command::new("mkfifo").arg(folder.join(pipe)).status();
    assert!(made.unwrap().success());
}

/// Starts a run that reads the pipe last, and gives it time to get there.
fn started(folder: &Path, arguments: &[&str]) -> Child {
    let child = akvlint(folder, arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    sleep(Duration::from_millis(1_500));
    child
}

/// Nothing but these is left in a folder.
fn holds(folder: &Path, names: &[&str]) {
    let entries = fs::read_dir(folder).unwrap();
    let mut found: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(found, names);
}

/// Nobody writes into it, and the run must not wait for that.
#[test]
fn a_pipe_in_a_folder_of_rules_is_no_rule() {
    let tree = tree(&[("a.bicep", OPEN_VAULT)]);
    fs::create_dir(tree.path().join("rules")).unwrap();
    wait_at(tree.path(), "rules/rule.toml");
    let mut child = akvlint(tree.path(), &["--rules", "rules"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut patience = 50;
    while child.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(100));
        patience -= 1;
        if patience == 0 {
            child.kill().unwrap();
        }
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("rules/rule.toml: it is no file"), "{told}");
}

#[test]
fn a_file_whose_reading_fails_leaves_the_others() {
    let tree = tree(&[("b.bicep", OPEN_VAULT)]);
    // It is there and can be opened; to read it is an error, for everybody.
    symlink("/proc/self/mem", tree.path().join("a.bicep")).unwrap();
    let output = akvlint(tree.path(), &[".", "-f", "json"]).output().unwrap();
    let report = json(&output);
    assert_eq!(file(&report, "a.bicep")["status"], "failed");
    let reason = file(&report, "a.bicep")["reason"].as_str().unwrap();
    assert!(reason.starts_with("unreadable: "), "{reason}");
    assert_eq!(file(&report, "b.bicep")["status"], "analysed");
    assert_eq!(output.status.code(), Some(1));
    // The same, named.
    let named = akvlint(tree.path(), &["a.bicep", "b.bicep", "-f", "json"]);
    let output = { named }.output().unwrap();
    assert_eq!(file(&json(&output), "b.bicep")["status"], "analysed");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn files_that_vanish_and_change_during_a_run_are_told_of() {
    let tree = tree(&[
        ("a.bicep", "module m 'm.bicep' = { name: 'm' }\n"),
        ("b.bicep", OPEN_VAULT),
        (
            "m.bicep",
            "param a string = 'x'\noutput b string = toUpper(a)\n",
        ),
        ("y.bicep", OPEN_VAULT),
    ]);
    let folder = tree.path();
    wait_at(folder, "p.json");
    let named = ["p.json", ".", "-f", "json", "--jobs", "1"];
    let mut child = started(folder, &named);
    // It waits at the pipe: what comes before has been read, what comes after has been found.
    fs::remove_file(folder.join("b.bicep")).unwrap();
    fs::write(folder.join("m.bicep"), format!("{OPEN_VAULT}// changed\n")).unwrap();
    fs::remove_file(folder.join("y.bicep")).unwrap();
    fs::write(folder.join("p.json"), "{}").unwrap();
    let mut stdout = Vec::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut stdout)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&stdout).unwrap();
    assert_eq!(file(&report, "b.bicep")["status"], "analysed");
    assert_eq!(file(&report, "y.bicep")["status"], "failed");
    let reason = file(&report, "y.bicep")["reason"].as_str().unwrap();
    assert!(reason.starts_with("unreadable: "), "{reason}");
    let findings = report["findings"].as_array().unwrap();
    let of_b = |finding: &&serde_json::Value| finding["location"]["path"] == "b.bicep";
    assert!(findings.iter().any(|finding| of_b(&finding)));
    for finding in findings {
        assert!(finding["location"]["startLine"].as_u64().unwrap() >= 1);
    }
}

#[test]
fn an_interrupted_run_leaves_the_old_report_alone() {
    let tree = tree(&[("a.bicep", OPEN_VAULT), ("r.sarif", "old")]);
    let folder = tree.path();
    wait_at(folder, "p.json");
    let mut child = started(folder, &["p.json", ".", "-o", "r.sarif"]);
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(2), "a shell shows it as 130");
    assert_eq!(fs::read_to_string(folder.join("r.sarif")).unwrap(), "old");
    holds(folder, &["a.bicep", "p.json", "r.sarif"]);
}

/// The command as a user for whom a folder without rights is closed: root without the capabilities that open it.
fn unprivileged(folder: &Path, arguments: &[&str], closed: &Path) -> Option<Command> {
    if fs::read_dir(closed).is_err() {
        return Some(akvlint(folder, arguments));
    }
    let mut command = Command::new("setpriv");
    command
        .current_dir(folder)
        .arg("--bounding-set=-dac_override,-dac_read_search")
        .arg(env!("CARGO_BIN_EXE_akvlint"))
        .arg("check")
        .args(arguments)
        .stdin(Stdio::null());
    let probe = Command::new("setpriv")
        .args(["--bounding-set=-dac_override,-dac_read_search", "ls"])
        .arg(closed)
        .stderr(Stdio::null())
        .status();
    probe
        .is_ok_and(|status| status.code() == Some(2))
        .then_some(command)
}

#[test]
fn a_folder_that_cannot_be_read_is_told_of_in_every_format() {
    let tree = tree(&[("a.bicep", OPEN_VAULT)]);
    let closed = tree.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::write(closed.join("b.bicep"), OPEN_VAULT).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let run = |arguments: &[&str]| {
        let command = unprivileged(tree.path(), arguments, &closed);
        command.map(|mut command| command.output().unwrap())
    };
    if run(&["."]).is_none() {
        return;
    }
    let formats = [
        "pretty", "compact", "json", "sarif", "github", "azdo", "junit", "markdown",
    ];
    for format in formats {
        for (path, code) in [(".", 1), ("closed", 2)] {
            let output = run(&[path, "-q", "-f", format]).unwrap();
            let stdout = String::from_utf8(output.stdout).unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert_eq!(
                output.status.code(),
                Some(code),
                "{format} {path}: {stderr}"
            );
            let told = "cannot read closed";
            assert!(stdout.contains(told), "{format} {path}: {stdout}");
            assert!(!stdout.contains("closed/"), "{format} {path}: {stdout}");
            if format != "pretty" {
                assert!(stderr.contains(told), "{format} {path}: {stderr}");
            }
        }
    }
    let report = json(&run(&[".", "-f", "json"]).unwrap());
    let problem = &report["problems"][0];
    assert_eq!(problem["path"], "closed");
    assert_eq!(problem["named"], false);
    let strict = run(&[".", "--strict", "--exit-zero"]).unwrap();
    assert_eq!(strict.status.code(), Some(3));
    let strict = run(&["closed", "--strict"]).unwrap();
    assert_eq!(strict.status.code(), Some(2));
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_is_printed_once_fails_on_a_full_disk_and_not_on_a_closed_pipe() {
    let program = env!("CARGO_BIN_EXE_akvlint");
    // A range of one address has a safe fix.
    let fixable = OPEN_VAULT.replace(
        "enablePurgeProtection: true",
        "networkAcls: { defaultAction: 'Deny', bypass: 'AzureServices', ipRules: [{ value: '203.0.113.7/32' }] }",
    );
    let tree = tree(&[("a.bicep", &fixable)]);
    let commands: [(&[&str], i32); 11] = [
        (&["completions", "bash"], 0),
        (&["completions", "elvish"], 0),
        (&["completions", "fish"], 0),
        (&["completions", "powershell"], 0),
        (&["completions", "zsh"], 0),
        (&["man"], 0),
        (&["--help"], 0),
        (&["check", "--help"], 0),
        (&["--version"], 0),
        (&["expand", "a.bicep"], 0),
        (&["check", "--diff"], 1),
    ];
    for (arguments, code) in commands {
        let full = fs::OpenOptions::new().write(true).open("/dev/full");
        let output = Command::new(program)
            .current_dir(tree.path())
            .args(arguments)
            .stdout(full.unwrap())
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!told.contains("panicked"), "{arguments:?}: {told}");
        assert!(told.contains("cannot be written"), "{arguments:?}: {told}");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        // A pipe whose reader is gone before the first word.
        let script = "{ sleep 0.1; \"$0\" \"$@\"; echo $? >&2; } | true";
        let output = Command::new("sh")
            .current_dir(tree.path())
            .args(["-c", script, program])
            .args(arguments)
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(told, format!("{code}\n"), "{arguments:?}");
    }
}

#[test]
fn a_full_disk_is_a_job_not_done() {
    let tree = tree(&[("a.bicep", OPEN_VAULT)]);
    let full = || {
        fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    for format in ["pretty", "compact", "json", "sarif", "markdown", "junit"] {
        // To a file, with the other report whole.
        let arguments = ["-f", format, "-o", "/dev/full", "-f", "json"];
        let output = akvlint(tree.path(), &arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{format}");
        let message = String::from_utf8(output.stderr.clone()).unwrap();
        assert!(message.contains("/dev/full cannot be written"), "{message}");
        assert!(json(&output)["findings"].as_array().unwrap().len() > 1);
        // To standard output.
        let mut command = akvlint(tree.path(), &["-f", format]);
        let output = command.stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{format}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains("cannot be written"), "{message}");
    }
    // Nor does it matter that there is nobody to tell.
    let mut command = akvlint(tree.path(), &["-f", "json"]);
    let output = command.stderr(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_report_that_fails_leaves_the_old_one_alone() {
    let tree = tree(&[("a.bicep", OPEN_VAULT)]);
    // No file can be made in there, whoever asks.
    let output = akvlint(tree.path(), &["-o", "/proc/r.sarif"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    // The limit of the shell on the size of files stands for a disk that fills up in the middle.
    fs::write(tree.path().join("r.sarif"), "old").unwrap();
    let program = env!("CARGO_BIN_EXE_akvlint");
    let script =
        format!("trap '' XFSZ; ulimit -f 1; exec '{program}' check -q -f sarif -o r.sarif");
    let output = Command::new("sh")
        .current_dir(tree.path())
        .args(["-c", &script])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("r.sarif cannot be written"), "{message}");
    let left = fs::read_to_string(tree.path().join("r.sarif")).unwrap();
    assert_eq!(left, "old");
    holds(tree.path(), &["a.bicep", "r.sarif"]);
}

#[test]
fn who_reads_may_stop() {
    let tree = tree(&[("a.bicep", OPEN_VAULT)]);
    for format in ["pretty", "compact", "json", "sarif"] {
        let mut child = akvlint(tree.path(), &["-f", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(1), "{format}");
    }
}
