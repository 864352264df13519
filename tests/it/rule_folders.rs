//! A team's own rules by `rule-folders` of the configuration.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::fs;

use crate::program::akvlint;

const RULE: &str = r#"
id = "CONTOSO1"
name = "vault-without-owner"
title = "A key vault has no owner"
level = "warning"
security-severity = "4.0"
precision = "very-high"
tags = ["ownership"]
resources = ["Microsoft.KeyVault/vaults"]
open = "cannot tell who owns key vault {name}"

[[case]]
when = { not = { path = "$.tags.owner", in = { data = "teams" } } }
at = "$.tags.owner"
message = "key vault {name} has no owner"

[data.teams]
default = ["payments"]
doc = "The teams."

[docs]
why = "Somebody has to be called."
remedy = "Write the name of the team into the tag."
limits = "None."
links = ["https://learn.microsoft.com/azure"]

[[example]]
name = "no tags"
expect = "fail"
resource = '{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": "kv"}'

[[example]]
name = "a team"
expect = "pass"
resource = '{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": "kv", "tags": {"owner": "payments"}}'
"#;

const VAULT: &str = "// akvlint: ignore[CONTOSO1] it goes in June
resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'old-kv'
}

resource other 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'new-kv'
}
";

/// A project with a rule of its own.
fn project(more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("lint/rules")).unwrap();
    fs::create_dir(root.join("infra")).unwrap();
    fs::write(root.join("lint/rules/owner.toml"), RULE).unwrap();
    fs::write(root.join("infra/main.bicep"), VAULT).unwrap();
    let configuration = format!("rule-folders = ['lint/rules']\n{more}");
    fs::write(root.join("akvlint.toml"), configuration).unwrap();
    folder
}

const COMPACT: [&str; 6] = [
    "check",
    "-q",
    "-f",
    "compact",
    "--select",
    "CONTOSO1,AKV903",
];

#[test]
fn they_run_from_any_folder_and_can_be_suppressed() {
    let folder = project("");
    for (at, path) in [(".", "infra/main.bicep"), ("infra", "main.bicep")] {
        let (code, out, err) = akvlint(&folder.path().join(at), &COMPACT);
        assert_eq!(code, Some(1), "{err}");
        assert_eq!(
            out,
            format!("{path}:6:16: warning[CONTOSO1] key vault new-kv has no owner\n")
        );
    }
    // Without the configuration nothing has this name, and the comment says nothing.
    let (_, out, _) = akvlint(
        folder.path(),
        &[
            "check",
            "-q",
            "-f",
            "compact",
            "--select",
            "AKV903",
            "--no-config",
        ],
    );
    assert!(out.contains("`CONTOSO1` names no rule"), "{out}");
}

#[test]
fn the_configuration_can_speak_of_them() {
    let folder = project(
        "[rules.CONTOSO1]\nlevel = 'error'\n[[overrides]]\npaths = ['infra/']\nrules.CONTOSO1.teams = ['ops']\n[[suppress]]\nrules = ['CONTOSO1']\nresource = 'new-kv'\nreason = 'later'\n",
    );
    let (code, out, err) = akvlint(folder.path(), &COMPACT);
    assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
}

#[test]
fn the_commands_about_rules_know_them() {
    let folder = project("");
    let root = folder.path();
    let (_, list, _) = akvlint(root, &["rules", "list"]);
    assert!(list.contains("CONTOSO1"), "{list}");
    let (code, page, _) = akvlint(root, &["explain", "CONTOSO1"]);
    assert_eq!(code, Some(0));
    assert!(page.contains("vault-without-owner"), "{page}");
    let (code, tested, err) = akvlint(root, &["rules", "test"]);
    assert_eq!(
        (code, tested.as_str()),
        (Some(0), "1 rule, 2 examples: all as expected\n"),
        "{err}"
    );
    let (_, tested, _) = akvlint(root, &["rules", "test", "--no-config"]);
    assert!(!tested.starts_with("1 rule,"), "{tested}");
}

/// A folder that both the configuration and the command line name is read once.
#[test]
fn folders_of_the_command_line_come_in_addition() {
    let folder = project("");
    let root = folder.path();
    fs::create_dir(root.join("more")).unwrap();
    let other = RULE
        .replace("CONTOSO1", "CONTOSO2")
        .replace("vault-without-owner", "vault-without-a-name");
    fs::write(root.join("more/rule.toml"), other).unwrap();
    let arguments = [
        "rules",
        "list",
        "--rules",
        "more",
        "--rules",
        "./lint/rules/",
    ];
    let (code, list, err) = akvlint(root, &arguments);
    assert_eq!(code, Some(0), "{err}");
    assert!(
        list.contains("CONTOSO1") && list.contains("CONTOSO2"),
        "{list}"
    );
}

#[test]
fn a_folder_that_is_not_there_is_shown_where_it_is_named() {
    let folder = project("");
    let root = folder.path();
    fs::write(
        root.join("akvlint.toml"),
        "rule-folders = ['lint/rules', 'lint/rule']\n",
    )
    .unwrap();
    let (code, _, err) = akvlint(root, &["check"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("akvlint.toml:1:31"), "{err}");
    assert!(
        err.contains("cannot read lint/rule: there is no such"),
        "{err}"
    );
    fs::write(root.join("akvlint.toml"), "rule-folders = ['lint/rules']\n").unwrap();
    fs::write(root.join("lint/rules/owner.toml"), "id = 3\n").unwrap();
    let (code, _, err) = akvlint(root, &["check"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("[lint/rules/owner.toml:1:"), "{err}");
}
