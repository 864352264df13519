//! The baseline file: made, used, brought up to date.
use super::{Ran, akvlint, vault, write};
use std::fs;
use std::path::Path;

/// A project whose findings are all in its baseline.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(
        root,
        "akvlint.toml",
        "baseline = \"akvlint-baseline.toml\"\n",
    );
    write(
        root,
        "infra/main.bicep",
        &vault("vault", "'kv-one'", "203.0.113.7/32"),
    );
    let made = akvlint(root, &["baseline", "create"]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    folder
}

fn check(root: &Path, more: &[&str]) -> Ran {
    akvlint(
        root,
        &[
            &["check", "-f", "json", "--select", "AKV101,AKV202,AKV401"],
            more,
        ]
        .concat(),
    )
}

fn named(ran: &Ran) -> Vec<String> {
    let findings = ran.findings().into_iter();
    findings
        .map(|(rule, verdict, line)| format!("{rule} {verdict} {line}"))
        .collect()
}

#[test]
fn what_is_in_the_baseline_is_counted_only() {
    let folder = project();
    let root = folder.path();
    let ran = check(root, &[]);
    assert_eq!(named(&ran), [""; 0]);
    assert_eq!((ran.code, ran.baselined()), (Some(0), 3));
    let open = check(root, &["--fail-on", "open"]);
    assert_eq!(open.code, Some(0));
    let counted = check(root, &["--statistics", "--quiet"]);
    assert_eq!(
        counted.stderr,
        "      1  AKV101  in the baseline\n      1  AKV202  in the baseline\n      1  AKV401  in the baseline\n"
    );
    let without = check(root, &["--no-baseline"]);
    assert_eq!(without.code, Some(1));
    assert_eq!(named(&without).len(), 3);
    // Paths are relative to the file, not to where it is used from.
    let elsewhere = check(
        &root.join("infra"),
        &["--no-config", "--baseline", "../akvlint-baseline.toml"],
    );
    assert_eq!((elsewhere.code, elsewhere.baselined()), (Some(0), 3));
    let above = check(&std::env::temp_dir(), &[root.to_str().unwrap()]);
    assert_eq!((above.code, above.baselined()), (Some(0), 3));
}

#[test]
fn a_second_finding_of_the_same_key_is_new() {
    let folder = project();
    let text =
        vault("vault", "'kv-one'", "203.0.113.7/32") + &vault("copy", "'kv-one'", "203.0.113.7/32");
    write(folder.path(), "infra/main.bicep", &text);
    let ran = check(folder.path(), &["--verdicts", "fail"]);
    assert_eq!(named(&ran), ["AKV101 fail 20", "AKV202 fail 22"]);
    assert_eq!((ran.code, ran.baselined()), (Some(1), 3));
}

/// Another value in a list, another resource, another rule and another file are other findings.
#[test]
fn what_is_new_is_reported() {
    let folder = project();
    let root = folder.path();
    write(
        root,
        "infra/main.bicep",
        &vault("vault", "'kv-one'", "203.0.113.8/32"),
    );
    let ran = check(root, &["--verdicts", "fail"]);
    assert_eq!(named(&ran), ["AKV202 fail 9"]);
    assert!(
        ran.stderr.contains("1 finding of the baseline is gone"),
        "{}",
        ran.stderr
    );
    write(
        root,
        "infra/main.bicep",
        &vault("vault", "'kv-two'", "203.0.113.7/32"),
    );
    assert_eq!(
        named(&check(root, &["--verdicts", "fail"])),
        ["AKV101 fail 7", "AKV202 fail 9"]
    );
    fs::rename(
        root.join("infra/main.bicep"),
        root.join("infra/other.bicep"),
    )
    .unwrap();
    assert_eq!(named(&check(root, &["--verdicts", "fail"])).len(), 2);
}

#[test]
fn an_open_verdict_that_turns_to_fail_is_new_and_the_reverse_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let with = |value: &str| {
        let text = vault("vault", "'kv-one'", "203.0.113.7");
        let text = text.replace("'Allow'", value);
        write(root, "main.bicep", &format!("param action string\n{text}"));
    };
    with("action");
    akvlint(root, &["baseline", "create"]);
    let flags = ["--baseline", "akvlint-baseline.toml", "--select", "AKV101"];
    assert_eq!(named(&check(root, &flags)), [""; 0]);
    with("'Allow'");
    let ran = check(root, &flags);
    assert_eq!(named(&ran), ["AKV101 fail 8"]);
    assert_eq!(ran.code, Some(1));
    akvlint(root, &["baseline", "update"]);
    with("action");
    let ran = check(root, &flags);
    assert_eq!(named(&ran), [""; 0]);
    assert!(!ran.stderr.contains("gone"), "{}", ran.stderr);
}

#[test]
fn update_takes_out_what_is_mended_and_adds_what_is_new() {
    let folder = project();
    let root = folder.path();
    let before = fs::read_to_string(root.join("akvlint-baseline.toml")).unwrap();
    let mended = vault("vault", "'kv-one'", "203.0.113.7").replace("'Allow'", "'Deny'");
    write(root, "infra/main.bicep", &mended);
    write(
        root,
        "infra/new.bicep",
        &vault("vault", "'kv-new'", "203.0.113.7"),
    );
    let ran = akvlint(root, &["baseline", "update"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let after = fs::read_to_string(root.join("akvlint-baseline.toml")).unwrap();
    assert_ne!(before, after);
    assert!(!after.contains("'kv-one'\", rule = \"AKV101\""), "{after}");
    assert!(after.contains("'kv-new'\", rule = \"AKV101\""), "{after}");
    let ran = check(root, &[]);
    assert_eq!((ran.code, named(&ran).len()), (Some(0), 0));
    assert!(!ran.stderr.contains("gone"), "{}", ran.stderr);
    // Nothing to do writes the same again.
    akvlint(root, &["baseline", "update"]);
    assert_eq!(
        fs::read_to_string(root.join("akvlint-baseline.toml")).unwrap(),
        after
    );
}

/// What was not looked at is neither gone nor lost.
#[test]
fn a_run_over_a_part_leaves_the_rest_alone() {
    let folder = project();
    let root = folder.path();
    write(
        root,
        "other/side.bicep",
        &vault("vault", "'kv-side'", "203.0.113.7/32"),
    );
    akvlint(root, &["baseline", "update"]);
    let before = fs::read_to_string(root.join("akvlint-baseline.toml")).unwrap();
    write(root, "infra/main.bicep", "param broken string = [\n");
    write(root, "other/side.bicep", "// no vault any more\n");
    let ran = check(root, &["infra"]);
    assert!(!ran.stderr.contains("gone"), "{}", ran.stderr);
    let ran = check(root, &["--ignore", "AKV101", "other"]);
    assert!(
        ran.stderr.contains("2 findings of the baseline are gone"),
        "{}",
        ran.stderr
    );
    let ran = akvlint(root, &["baseline", "update", "infra"]);
    assert!(
        ran.stderr.contains("0 added, 0 taken out"),
        "{}",
        ran.stderr
    );
    assert_eq!(
        fs::read_to_string(root.join("akvlint-baseline.toml")).unwrap(),
        before
    );
    fs::remove_file(root.join("other/side.bicep")).unwrap();
    akvlint(root, &["baseline", "update", "infra"]);
    let after = fs::read_to_string(root.join("akvlint-baseline.toml")).unwrap();
    assert!(!after.contains("side") && after.contains("main"), "{after}");
}

#[test]
fn a_suppressed_or_cached_state_does_not_hide_in_sarif() {
    let folder = project();
    let root = folder.path();
    let text = vault("vault", "'kv-one'", "203.0.113.8/32");
    write(root, "infra/main.bicep", &text);
    let flags = [
        "check",
        "--select",
        "AKV101,AKV202,AKV702",
        "--verdicts",
        "fail,pass",
        "-f",
        "sarif",
    ];
    let full = akvlint(root, &[&flags[..], &["--sarif-profile", "full"]].concat());
    let log = full.json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let mut states: Vec<String> = results
        .iter()
        .map(|result| {
            let text = |name: &str| result[name].as_str().unwrap_or("none").to_owned();
            format!(
                "{} {} {}",
                text("ruleId"),
                text("kind"),
                text("baselineState")
            )
        })
        .collect();
    states.sort();
    assert_eq!(
        states,
        [
            "AKV101 fail unchanged",
            "AKV202 fail absent",
            "AKV202 fail new",
            "AKV702 pass new"
        ]
    );
    let absent = results
        .iter()
        .find(|result| result["baselineState"] == "absent")
        .unwrap();
    let place = &absent["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "infra/main.bicep");
    assert!(place["region"].is_null());
    let print = |result: &serde_json::Value| result["partialFingerprints"]["akvlint/v1"].clone();
    write(
        root,
        "infra/main.bicep",
        &text.replace("203.0.113.8", "203.0.113.7"),
    );
    let before = akvlint(root, &[&flags[..], &["--sarif-profile", "full"]].concat()).json();
    let results = before["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().any(|result| print(result) == print(absent)));
    write(root, "infra/main.bicep", &text);
    let github = akvlint(root, &flags).json();
    let results = github["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 1);
    assert_eq!(results[0]["ruleId"], "AKV202");
    assert!(results[0]["baselineState"].is_null());
}

/// A module that is not restored hides what it declares, and nothing else.
#[test]
fn a_module_of_the_cache_that_is_not_there_loses_its_own_findings_only() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let vault_of_module = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": "kv-inner",
    "location": "westeurope", "properties": {}}]
}"#;
    write(
        root,
        "cache/br/example.azurecr.io/vault/1.0$/main.json",
        vault_of_module,
    );
    let call = "module inner 'br:example.azurecr.io/vault:1.0' = {\n  name: 'inner'\n}\n";
    let outer = vault("vault", "'kv-outer'", "203.0.113.7/32");
    write(root, "src/main.bicep", &format!("{call}{outer}"));
    let flags = ["src", "--module-cache", "cache", "--baseline", "known.toml"];
    akvlint(root, &[&["baseline", "create"], &flags[..]].concat());
    let known = fs::read_to_string(root.join("known.toml")).unwrap();
    assert!(
        known.contains("file = \"src/main.bicep\", resource = \"module: microsoft.keyvault/vaults"),
        "{known}"
    );
    assert_eq!(named(&check(root, &flags)), [""; 0]);
    write(
        root,
        "src/main.bicep",
        &format!("{call}{}", outer.replace("/32", "")),
    );
    let flags = ["src", "--module-cache", "src", "--baseline", "known.toml"];
    let ran = akvlint(root, &[&["baseline", "update"], &flags[..]].concat());
    assert!(
        ran.stderr.contains("2 taken out, 4 of them kept"),
        "{}",
        ran.stderr
    );
    let after = fs::read_to_string(root.join("known.toml")).unwrap();
    assert!(
        after.contains("module: ") && !after.contains("/32"),
        "{after}"
    );
}

#[test]
fn create_replaces_nothing_unless_told() {
    let folder = project();
    let root = folder.path();
    write(root, "infra/main.bicep", "");
    let before = fs::read_to_string(root.join("akvlint-baseline.toml")).unwrap();
    let ran = akvlint(root, &["baseline", "create"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("--force"), "{}", ran.stderr);
    assert_eq!(
        fs::read_to_string(root.join("akvlint-baseline.toml")).unwrap(),
        before
    );
    assert_eq!(
        akvlint(root, &["baseline", "create", "--force"]).code,
        Some(0)
    );
    let after = fs::read_to_string(root.join("akvlint-baseline.toml")).unwrap();
    assert!(after.ends_with("findings = [\n]\n"), "{after}");
    // An input that cannot be read could hold anything.
    let ran = akvlint(root, &["baseline", "create", "--force", "gone.bicep"]);
    assert_eq!(ran.code, Some(2));
}

#[test]
fn a_baseline_that_cannot_be_used_ends_the_job() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(
        root,
        "main.bicep",
        &vault("vault", "'kv-one'", "203.0.113.7"),
    );
    for (text, message) in [
        (None, "cannot be read"),
        (Some("version = 2\nfindings = []\n"), "has version 2"),
        (
            Some("version = \"one\"\nfindings = []\n"),
            "has version \"one\"",
        ),
        (Some("findings = []\n"), "missing field `version`"),
        (
            Some("version = 1\nfindings = [\n<<<<<<< ours\n"),
            "is not understood",
        ),
        (
            Some(
                "version = 1\nfindings = [{ file = 'a', rule = 'AKV101', resource = 'b', line = 3 }]\n",
            ),
            "unknown field `line`",
        ),
        (
            Some(
                "version = 1\nfindings = [{ file = 'a', rule = 'AKV101', resource = 'b', count = -1 }]\n",
            ),
            "is not understood",
        ),
        (Some("\u{0}"), "is not understood"),
    ] {
        let _ = fs::remove_file(root.join("known.toml"));
        if let Some(text) = text {
            write(root, "known.toml", text);
        }
        for arguments in [
            ["check", "--baseline", "known.toml"],
            ["baseline", "update", "--baseline=known.toml"],
        ] {
            let ran = akvlint(root, &arguments);
            assert_eq!(ran.code, Some(2), "{text:?}: {}", ran.stderr);
            assert!(ran.stderr.contains(message), "{text:?}: {}", ran.stderr);
        }
    }
}

/// ARM templates, loops and parameter files: what moves is known again.
#[test]
fn loop_indexes_and_parameter_files_are_no_part_of_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let template = |rules: &str, count: u32| {
        format!(
            r#"{{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {{"action": {{"type": "string"}}}},
  "resources": [{{
    "type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": "[concat('kv-one-', copyIndex())]",
    "copy": {{"name": "vaults", "count": {count}}}, "location": "westeurope",
    "properties": {{"networkAcls": {{"defaultAction": "[parameters('action')]", "ipRules": [{rules}]}}}}
  }}]
}}"#
        )
    };
    let values = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "contentVersion": "1.0.0.0", "parameters": {"action": {"value": "Allow"}}}"#;
    write(
        root,
        "main.json",
        &template(r#"{"value": "203.0.113.7/32"}"#, 2),
    );
    write(root, "main.dev.parameters.json", values);
    akvlint(root, &["baseline", "create"]);
    let moved = template(
        r#"{"value": "203.0.113.9"}, {"value": "203.0.113.7/32"}"#,
        5,
    );
    write(root, "main.json", &moved.replace('\n', "\r\n    "));
    fs::rename(
        root.join("main.dev.parameters.json"),
        root.join("main.prod.parameters.json"),
    )
    .unwrap();
    let ran = check(root, &["--baseline", "akvlint-baseline.toml"]);
    assert_eq!(named(&ran), [""; 0], "{}", ran.stdout);
    assert_eq!(ran.baselined(), 3);
}

/// What an export shows has no declaration: it is known by its id, or by its name.
#[test]
fn vaults_of_an_export_are_known_apart() {
    let vault = |name: &str, id: &str, action: &str| {
        format!(
            r#"{{{id}"name": "{name}", "type": "Microsoft.KeyVault/vaults", "location": "westeurope", "properties": {{"networkAcls": {{"defaultAction": "{action}", "bypass": "None"}}}}}}"#
        )
    };
    let id = |name: &str| {
        format!(
            r#""id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/{name}", "#
        )
    };
    for with_id in [true, false] {
        let id = |name: &str| if with_id { id(name) } else { String::new() };
        let export = |actions: [&str; 2]| {
            let vaults = [("kv-a", actions[0]), ("kv-b", actions[1])];
            let vaults = vaults.map(|(name, action)| vault(name, &id(name), action));
            format!("[{}]", vaults.join(",\n"))
        };
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(root, "vaults.json", &export(["Allow", "Deny"]));
        let made = akvlint(root, &["baseline", "create"]);
        assert_eq!(made.code, Some(0), "{}", made.stderr);
        let check = |export: &str| {
            write(root, "vaults.json", export);
            let arguments = ["check", "-f", "json", "--select", "AKV101"];
            akvlint(
                root,
                &[&arguments[..], &["--baseline", "akvlint-baseline.toml"]].concat(),
            )
        };
        let unchanged = check(&export(["Allow", "Deny"]));
        assert_eq!((named(&unchanged).len(), unchanged.baselined()), (0, 1));
        let swapped = check(&export(["Deny", "Allow"]));
        assert_eq!((named(&swapped).len(), swapped.baselined()), (1, 0));
        let other = check(&export(["Allow", "Deny"]).replace("kv-a", "kv-z"));
        assert_eq!((named(&other).len(), other.baselined()), (1, 0));
    }
}

/// A rule that an override turns off for a file is not looked for there, as one that `--ignore` names.
#[test]
fn what_an_override_turns_off_is_not_gone() {
    let folder = project();
    let root = folder.path();
    write(
        root,
        "other/main.bicep",
        &vault("vault", "'kv-two'", "203.0.113.7/32"),
    );
    akvlint(root, &["baseline", "update"]);
    let before = fs::read_to_string(root.join("akvlint-baseline.toml")).unwrap();
    let configuration = "baseline = 'akvlint-baseline.toml'\n[[overrides]]\npaths = ['infra/']\nignore = ['AKV101']\n";
    write(root, "akvlint.toml", configuration);
    let ran = check(root, &[]);
    assert!(!ran.stderr.contains("gone"), "{}", ran.stderr);
    let ran = akvlint(root, &["baseline", "update"]);
    assert!(
        ran.stderr
            .contains("0 taken out, 1 of them kept, which this run could not look for"),
        "{}",
        ran.stderr
    );
    let after = fs::read_to_string(root.join("akvlint-baseline.toml")).unwrap();
    // Rules that keep quiet beside it may speak up now.
    let lost = before.lines().find(|line| !after.contains(line));
    assert_eq!(lost, None);
    // Where the rule runs, it is gone all the same.
    let mended = vault("vault", "'kv-two'", "203.0.113.7/32").replace("'Allow'", "'Deny'");
    write(root, "other/main.bicep", &mended);
    let ran = check(root, &[]);
    assert!(
        ran.stderr.contains("1 finding of the baseline is gone"),
        "{}",
        ran.stderr
    );
}

#[test]
fn entries_of_a_rule_that_there_is_not_are_told() {
    let folder = project();
    let root = folder.path();
    let file = root.join("akvlint-baseline.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("AKV101", "AKV1O1")).unwrap();
    let ran = check(root, &[]);
    let told = "akvlint-baseline.toml: there is no rule `AKV1O1`, which 1 of its findings is of; did you mean `AKV101`?";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    assert_eq!(named(&ran), ["AKV101 fail 7"]);
    assert!(!check(root, &["-q"]).stderr.contains("AKV1O1"));
    let ran = akvlint(root, &["baseline", "update"]);
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    assert!(fs::read_to_string(&file).unwrap().contains("AKV1O1"));
}
