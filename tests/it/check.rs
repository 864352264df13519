//! `akvlint check`, as its users run it: exit codes, outputs, bad input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// A run of the program.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).expect("a JSON report")
    }

    /// Rule, verdict and line of the findings.
    pub(crate) fn findings(&self) -> Vec<(String, String, u64)> {
        let document = self.json();
        let findings = document["findings"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        findings
            .iter()
            .map(|finding| {
                let line = finding["location"]["startLine"].as_u64().unwrap();
                (text(&finding["rule"]), text(&finding["verdict"]), line)
            })
            .collect()
    }

    /// Path, status and reason of the files.
    fn files(&self) -> Vec<(String, String, String)> {
        let document = self.json();
        let files = document["files"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        files
            .iter()
            .map(|file| {
                (
                    text(&file["path"]),
                    text(&file["status"]),
                    text(&file["reason"]),
                )
            })
            .collect()
    }
}

fn check_in(folder: &Path, arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_akvlint"))
        .current_dir(folder)
        .arg("check")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs in a folder of its own that holds these files.
pub(crate) fn check(files: &[(&str, &[u8])], arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    check_in(folder.path(), arguments, b"")
}

/// A template with one vault of these properties.
fn template(properties: &Value) -> Vec<u8> {
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [{
            "type": "Microsoft.KeyVault/vaults",
            "apiVersion": "2026-02-01",
            "name": "contoso-kv",
            "location": "westeurope",
            "properties": properties,
        }],
    });
    serde_json::to_vec_pretty(&template).unwrap()
}

fn open_vault() -> Vec<u8> {
    template(&json!({"enablePurgeProtection": true}))
}

fn closed_vault() -> Vec<u8> {
    template(&json!({
        "enablePurgeProtection": true,
        "networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"},
    }))
}

#[test]
fn the_exit_code_tells_findings_failures_and_gaps_apart() {
    let open = open_vault();
    let closed = closed_vault();
    let broken = b"{ \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"resources\": [ }".as_slice();
    type Case<'c> = (&'c [(&'c str, &'c [u8])], &'c [&'c str], i32);
    let cases: [Case<'_>; 12] = [
        (&[("a.json", &closed)], &["."], 0),
        (&[("a.json", &open)], &["."], 1),
        (&[("a.json", &open)], &[".", "--exit-zero"], 0),
        (&[("a.json", &open)], &[".", "--fail-on", "never"], 0),
        (&[("a.json", &open)], &[".", "--ignore", "AKV101"], 0),
        (
            &[("a.json", &open)],
            &[".", "--select", "AKV101", "--verdicts", "pass"],
            1,
        ),
        (&[("a.json", &closed)], &[".", "--fail-on", "open"], 1),
        (&[("a.json", &closed)], &["missing.json", "a.json"], 2),
        (
            &[("a.json", &open)],
            &["a.json", "missing.json", "--exit-zero"],
            2,
        ),
        (&[("a.json", broken)], &["."], 0),
        (&[("a.json", broken)], &[".", "--strict"], 3),
        (&[("a.json", &open)], &["--colour", "never"], 2),
    ];
    for (files, arguments, code) in cases {
        let ran = check(files, arguments);
        assert_eq!(
            ran.code,
            Some(code),
            "{arguments:?}: {}{}",
            ran.stdout,
            ran.stderr
        );
    }
}

#[test]
fn a_run_without_inputs_succeeds_with_a_word() {
    let ran = check(&[("readme.txt", b"hello")], &[]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.stdout.contains("Nothing to check"), "{}", ran.stdout);
}

#[test]
fn bad_input_is_told_of_and_leaves_the_other_results_alone() {
    let nested = "[".repeat(100_000).into_bytes();
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(
            String::from_utf8(open_vault())
                .unwrap()
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        )
        .collect();
    let zeros = vec![0u8; 4096];
    let good = open_vault();
    let files: [(&str, &[u8]); 6] = [
        ("brace.json", b"{"),
        ("empty.json", b""),
        ("good.json", &good),
        ("nested.json", &nested),
        ("utf16.json", &utf16),
        ("zeros.json", &zeros),
    ];
    let named: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let ran = check(
        &files,
        &[&named[..], &["-f", "json", "--select", "AKV101"]].concat(),
    );
    // A file that was named and is no text makes the job undone.
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    let found: Vec<String> = ran.json()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["location"]["path"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(found, ["good.json", "utf16.json"]);
    let told: Vec<(String, String)> = ran
        .files()
        .into_iter()
        .map(|(path, status, reason)| {
            let word = reason.split(':').next().unwrap_or_default().to_owned();
            (path, format!("{status} {word}"))
        })
        .collect();
    let told: Vec<(&str, &str)> = told
        .iter()
        .map(|(path, what)| (path.as_str(), what.trim()))
        .collect();
    assert_eq!(
        told,
        [
            ("brace.json", "failed syntax"),
            ("empty.json", "failed syntax"),
            ("good.json", "analysed"),
            ("nested.json", "failed syntax"),
            ("utf16.json", "analysed"),
            ("zeros.json", "failed encoding"),
        ]
    );
}

#[test]
fn the_same_bad_input_in_a_folder_is_no_failed_job() {
    let good = closed_vault();
    let ran = check(
        &[("a.json", b"{"), ("b.json", &[0; 64]), ("c.json", &good)],
        &["-f", "json"],
    );
    assert_eq!(ran.code, Some(0));
    let statuses: Vec<String> = ran
        .files()
        .into_iter()
        .map(|(.., status, _)| status)
        .collect();
    assert!(statuses.contains(&"analysed".to_owned()));
}

#[test]
fn reports_go_where_they_are_sent() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.json"), open_vault()).unwrap();
    let arguments = [
        "a.json",
        "-f",
        "sarif",
        "-o",
        "out.sarif",
        "-f",
        "compact",
        "-f",
        "json",
        "-o",
        "out.json",
    ];
    let ran = check_in(folder.path(), &arguments, b"");
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.starts_with("a.json:"), "{}", ran.stdout);
    let read = |name: &str| -> Value {
        serde_json::from_slice(&fs::read(folder.path().join(name)).unwrap()).unwrap()
    };
    assert_eq!(read("out.sarif")["version"], "2.1.0");
    assert_eq!(read("out.json")["schemaVersion"], 1);
    // No unfinished file is left.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn a_report_that_cannot_be_written_is_a_failed_job() {
    let open = open_vault();
    let ran = check(
        &[("a.json", &open)],
        &["-f", "json", "-o", "no/such/folder/out.json"],
    );
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("out.json"), "{}", ran.stderr);
}

#[test]
fn two_formats_for_standard_output_are_refused() {
    let ran = check(&[], &["-f", "json", "-f", "sarif"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("--output"), "{}", ran.stderr);
}

#[test]
fn standard_input_is_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "-",
        "--stdin-filename",
        "infra/main.json",
        "-f",
        "json",
        "--select",
        "AKV101",
    ];
    let ran = check_in(folder.path(), &arguments, &open_vault());
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(
        ran.json()["findings"][0]["location"]["path"],
        "infra/main.json"
    );
    let bicep = b"resource v 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: 'kv1'\n  location: 'x'\n  properties: {}\n}\n";
    let arguments = [
        "-",
        "--stdin-filename",
        "main.bicep",
        "-f",
        "json",
        "--select",
        "AKV101",
    ];
    let ran = check_in(folder.path(), &arguments, bicep);
    assert_eq!(
        ran.findings(),
        [("AKV101".to_owned(), "fail".to_owned(), 4)]
    );
}

/// The seed case: `az keyvault show` of a vault whose firewall shuts trusted services out.
#[test]
fn an_exported_vault_is_judged_at_the_line_of_its_bypass() {
    let export = |bypass: &str| {
        format!(
            "{{\n  \"id\": \"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv1\",\n  \"name\": \"kv1\",\n  \"type\": \"Microsoft.KeyVault/vaults\",\n  \"properties\": {{\n    \"networkAcls\": {{\n      \"bypass\": \"{bypass}\",\n      \"defaultAction\": \"Deny\",\n      \"ipRules\": [],\n      \"virtualNetworkRules\": []\n    }},\n    \"enableSoftDelete\": true\n  }}\n}}\n"
        )
    };
    let arguments = [
        "-f",
        "json",
        "--select",
        "AKV102",
        "--verdicts",
        "fail,open,pass",
    ];
    let none = check(&[("kv.json", export("None").as_bytes())], &arguments);
    assert_eq!(
        none.findings(),
        [("AKV102".to_owned(), "fail".to_owned(), 7)]
    );
    let services = check(
        &[("kv.json", export("AzureServices").as_bytes())],
        &arguments,
    );
    assert_eq!(
        services.findings(),
        [("AKV102".to_owned(), "pass".to_owned(), 7)]
    );
}

#[test]
fn of_128_ip_rules_the_bad_ones_are_found_each_at_its_value() {
    let bad = ["10.0.0.0/8", "8.8.8.8/31", "9.9.9.9/32", "300.1.1.1", "::1"];
    let good = (0..123).map(|number| format!("20.{number}.7.0/24"));
    let mut rules: Vec<String> = good.collect();
    for (number, rule) in bad.iter().enumerate() {
        rules.insert(number * 20, (*rule).to_owned());
    }
    assert_eq!(rules.len(), 128);
    let rules: Vec<Value> = rules.iter().map(|rule| json!({"value": rule})).collect();
    let text = template(&json!({"networkAcls": {"defaultAction": "Deny", "ipRules": rules}}));
    let ran = check(&[("a.json", &text)], &["-f", "json", "--select", "AKV2"]);
    let lines: Vec<&str> = std::str::from_utf8(&text).unwrap().lines().collect();
    let found: Vec<(String, String)> = ran
        .findings()
        .into_iter()
        .map(|(rule, _, line)| {
            let text = lines[usize::try_from(line).unwrap() - 1].trim();
            (rule, text.to_owned())
        })
        .collect();
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(rule, text)| (rule.as_str(), text.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("AKV206", "\"ipRules\": ["),
            ("AKV203", "\"value\": \"10.0.0.0/8\""),
            ("AKV202", "\"value\": \"8.8.8.8/31\""),
            ("AKV202", "\"value\": \"9.9.9.9/32\""),
            ("AKV201", "\"value\": \"300.1.1.1\""),
            ("AKV201", "\"value\": \"::1\""),
        ]
    );
}

#[test]
fn parameter_files_beside_a_template_are_deployments_of_their_own() {
    let template = br#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "action": { "type": "string", "allowedValues": ["Allow", "Deny"] } },
  "resources": [{
    "type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": "kv1", "location": "x",
    "properties": { "networkAcls": { "defaultAction": "[parameters('action')]" } }
  }]
}"#;
    let given = |action: &str| {
        format!(
            "{{\n\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\",\n\"parameters\": {{ \"action\": {{\n\"value\": \"{action}\" }} }} }}"
        )
    };
    let (dev, prod) = (given("Allow"), given("Deny"));
    let files: [(&str, &[u8]); 4] = [
        ("main.json", template),
        ("main.dev.parameters.json", dev.as_bytes()),
        ("main.parameters.prod.json", prod.as_bytes()),
        ("other.parameters.json", dev.as_bytes()),
    ];
    let ran = check(&files, &["-f", "json", "--select", "AKV101"]);
    let document = ran.json();
    assert_eq!(document["summary"]["deployments"], 2);
    let finding = &document["findings"][0];
    assert_eq!(finding["location"]["path"], "main.dev.parameters.json");
    assert_eq!(finding["location"]["startLine"], 4);
    assert_eq!(
        finding["deployments"],
        json!([{"file": "main.json", "parameters": "main.dev.parameters.json"}])
    );
    assert!(ran.files().iter().any(|(path, status, reason)| {
        path == "other.parameters.json" && status == "skipped" && reason.starts_with("unpaired")
    }));
    // Without parameter files the parameter decides.
    let ran = check(
        &files,
        &["-f", "json", "--select", "AKV101", "--no-parameter-files"],
    );
    let witness = &ran.json()["findings"][0]["witness"];
    assert_eq!(*witness, json!([{"name": "action", "value": "Allow"}]));
    assert!(ran.files().iter().any(|(path, _, reason)| {
        path == "main.dev.parameters.json" && reason.contains("--no-parameter-files")
    }));
    // A value on the command line makes the one template that is named an entry point.
    let arguments = [
        "main.json",
        "-p",
        "action=Deny",
        "-f",
        "json",
        "--select",
        "AKV101",
    ];
    assert_eq!(check(&files, &arguments).code, Some(0));
    let several = check(&files, &["main.json", "other.json", "-p", "action=Deny"]);
    assert_eq!(several.code, Some(2));
}

#[test]
fn a_module_is_judged_through_its_callers() {
    let module = b"param action string\nresource v 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: 'kv1'\n  location: 'x'\n  properties: {\n    networkAcls: { defaultAction: action }\n  }\n}\n";
    let caller = b"module vault 'modules/vault.bicep' = {\n  name: 'vault'\n  params: {\n    action: 'Allow'\n  }\n}\n";
    let files: [(&str, &[u8]); 2] = [("main.bicep", caller), ("modules/vault.bicep", module)];
    let ran = check(&files, &["-f", "json", "--select", "AKV101"]);
    let document = ran.json();
    assert_eq!(document["summary"]["deployments"], 1);
    let finding = &document["findings"][0];
    assert_eq!(finding["location"]["path"], "main.bicep");
    assert_eq!(finding["location"]["startLine"], 4);
    // A hook that names the module alone sees its caller too, in a project.
    let files = [("akvlint.toml", b"".as_slice()), files[0], files[1]];
    let ran = check(
        &files,
        &["modules/vault.bicep", "-f", "json", "--select", "AKV101"],
    );
    assert_eq!(ran.json()["findings"][0]["location"]["path"], "main.bicep");
}

#[test]
fn what_a_compiler_made_is_judged_through_its_source() {
    let bicep = b"resource v 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: 'kv1'\n  location: 'x'\n  properties: {}\n}\n";
    let compiled = br#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "metadata": { "_generator": { "name": "bicep", "version": "0.30.0" } },
  "resources": [{ "type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": "kv1", "location": "x", "properties": {} }]
}"#;
    let files: [(&str, &[u8]); 2] = [("main.bicep", bicep), ("main.json", compiled)];
    let ran = check(&files, &["-f", "json", "--select", "AKV101"]);
    assert_eq!(ran.json()["findings"].as_array().unwrap().len(), 1);
    assert_eq!(ran.json()["findings"][0]["location"]["path"], "main.bicep");
    let both = check(
        &files,
        &["-f", "json", "--select", "AKV101", "--include-generated"],
    );
    assert_eq!(both.json()["findings"].as_array().unwrap().len(), 2);
    // JSON that was made from a file that is not there is what there is.
    let alone = check(
        &[("main.json", compiled)],
        &["-f", "json", "--select", "AKV101"],
    );
    assert_eq!(alone.json()["findings"].as_array().unwrap().len(), 1);
}

#[test]
fn a_folder_is_the_same_at_every_number_of_threads() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = |jobs: &str| {
        let ran = check_in(
            folder,
            &["testdata", "-f", "json", "--jobs", jobs, "--no-ignore"],
            b"",
        );
        ran.stdout
    };
    let one = run("1");
    assert!(one.len() > 1000);
    for jobs in ["2", "4", "7"] {
        assert!(run(jobs) == one, "{jobs} threads give another report");
    }
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_ends_and_a_closed_pipe_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.json"), open_vault()).unwrap();
    std::os::unix::fs::symlink(".", folder.path().join("loop")).unwrap();
    let ran = check_in(folder.path(), &["-f", "json", "--select", "AKV101"], b"");
    assert_eq!(ran.json()["findings"].as_array().unwrap().len(), 1);
}

#[test]
fn a_configuration_says_which_rules_run_and_how() {
    let open = open_vault();
    let check = |configuration: &str, arguments: &[&str]| {
        let files: [(&str, &[u8]); 2] = [
            ("akvlint.toml", configuration.as_bytes()),
            ("infra/a.json", &open),
        ];
        check(&files, &[&["infra", "-f", "json"], arguments].concat())
    };
    let rules =
        |ran: &Ran| -> Vec<String> { ran.findings().into_iter().map(|(rule, ..)| rule).collect() };
    assert_eq!(check("ignore = ['AKV101']\n", &[]).code, Some(0));
    assert_eq!(
        check("ignore = ['AKV101']\n", &["--no-config"]).code,
        Some(1)
    );
    assert_eq!(check("exclude = ['infra/*.json']\n", &[]).code, Some(0));
    let note = check("select = ['AKV101']\n[rules.AKV101]\nlevel = 'note'\n", &[]);
    assert_eq!(
        (note.code, rules(&note)),
        (Some(0), vec!["AKV101".to_owned()])
    );
    let closed = check("world = 'closed'\nselect = ['AKV401']\n", &[]);
    assert_eq!(closed.findings()[0].1, "fail");
    let all = check("profile = 'all'\n", &[]);
    assert!(
        rules(&all).contains(&"AKV105".to_owned()),
        "{:?}",
        rules(&all)
    );
    let wrong = check("[rules.AKV101]\nlevel = 'note'\n\n[worlds]\n", &[]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("akvlint.toml:4:2"),
        "{}",
        wrong.stderr
    );
    assert!(
        wrong.stderr.contains("did you mean `world`?"),
        "{}",
        wrong.stderr
    );
}

/// A template without vaults, which the scan sets aside, counts in full where another one deploys it: what it gives names
/// the vault's network default.
#[test]
fn a_module_that_does_not_speak_of_vaults_is_read_where_it_is_deployed() {
    let main: &[u8] = b"module words 'words.bicep' = { name: 'words' }
resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'contoso'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    networkAcls: { defaultAction: words.outputs.action, bypass: 'None' }
  }
}
";
    let verdicts = |action: &str| {
        let words = format!("output action string = '{action}'\n");
        let files = [("main.bicep", main), ("words.bicep", words.as_bytes())];
        let ran = check(&files, &["-f", "json", "--verdicts", "fail,open,pass"]);
        assert!(
            ran.files()
                .iter()
                .all(|(_, status, _)| status == "analysed"),
            "{:?}",
            ran.files()
        );
        ran.findings()
    };
    assert_ne!(verdicts("Allow"), verdicts("Deny"));
}

/// A compiled template is set aside where its Bicep file lies beside it, and is judged in full where it is named with
/// parameters, or where the Bicep file cannot be read.
#[test]
fn a_generated_template_is_read_in_full_where_it_is_judged() {
    let compiled: &[u8] = br#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "metadata": {"_generator": {"name": "bicep", "version": "0.30.23.60470"}},
  "parameters": {"action": {"type": "string", "defaultValue": "Allow"}},
  "resources": [{
    "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "contoso", "location": "westeurope",
    "properties": {"networkAcls": {"defaultAction": "[parameters('action')]"}}
  }]
}"#;
    let broken: &[u8] = b"\xff\xfe\x00\xd8";
    let files = [("main.bicep", broken), ("main.json", compiled)];
    let ran = check(&files, &["-f", "json"]);
    assert!(!ran.findings().is_empty(), "{}", ran.stdout);
    let files = [
        ("main.bicep", &b"param action string\n"[..]),
        ("main.json", compiled),
    ];
    let ran = check(&files, &["-f", "json"]);
    assert!(ran.findings().is_empty(), "{}", ran.stdout);
    let ran = check(&files, &["main.json", "-f", "json", "-p", "action=Allow"]);
    assert!(!ran.findings().is_empty(), "{}", ran.stdout);
}

#[test]
fn modules_that_deploy_each_other_end_with_a_word_that_names_the_module() {
    let one = b"module other 'two.bicep' = { name: 'other' }\n";
    let two = b"module other 'one.bicep' = { name: 'other' }\nresource v 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: 'kv1'\n  location: 'x'\n  properties: {}\n}\n";
    let files: [(&str, &[u8]); 2] = [("one.bicep", one), ("two.bicep", two)];
    let ran = check(&files, &["-f", "json", "--select", "AKV101,AKV905"]);
    let findings = ran.json();
    let findings = findings["findings"].as_array().unwrap();
    let rules: Vec<&str> = findings
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["AKV905", "AKV101"]);
    let message = findings[0]["message"].as_str().unwrap();
    assert!(
        message.starts_with("what `one.bicep` deploys is not judged"),
        "{message}"
    );
}

/// A template with a vault, an endpoint that is deployed twice under one name, and a zone group of it.
#[test]
fn an_endpoint_that_is_deployed_twice_is_no_rival_of_itself() {
    let module = b"param vault string\nresource pe 'Microsoft.Network/privateEndpoints@2024-05-01' = {\n  name: 'pe'\n  location: 'x'\n  properties: {\n    privateLinkServiceConnections: [{ name: 'kv', properties: { privateLinkServiceId: vault, groupIds: ['vault'] } }]\n  }\n}\nresource zone 'Microsoft.Network/privateDnsZones@2020-06-01' existing = {\n  name: 'privatelink.vaultcore.azure.net'\n}\nresource group 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = {\n  parent: pe\n  name: 'default'\n  properties: { privateDnsZoneConfigs: [{ name: 'kv', properties: { privateDnsZoneId: zone.id } }] }\n}\n";
    let main = b"resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: 'kv1'\n  location: 'x'\n  properties: {}\n}\nmodule endpoints 'endpoint.bicep' = [for pass in ['init', 'again']: {\n  name: pass\n  params: { vault: vault.id }\n}]\n";
    let files: [(&str, &[u8]); 2] = [("main.bicep", main), ("endpoint.bicep", module)];
    let ran = check(&files, &["-f", "json", "--select", "AKV407,AKV507"]);
    assert_eq!(ran.findings(), []);
}

#[test]
fn the_record_that_a_zone_group_wrote_is_no_rival_of_it() {
    let arguments = [
        "-f",
        "json",
        "--select",
        "AKV507",
        "testdata/exports/az-network-private-dns.json",
    ];
    let ran = check_in(Path::new(env!("CARGO_MANIFEST_DIR")), &arguments, b"");
    assert_eq!(ran.findings(), []);
}

#[test]
fn what_an_export_leaves_out_is_named_once_as_the_cause() {
    let export = br#"{"VaultName": "kv-x", "ResourceId": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-x", "VaultUri": "https://kv-x.vault.azure.net/", "NetworkAcls": {"DefaultAction": "Deny", "Bypass": "None", "IpAddressRanges": null, "VirtualNetworkResourceIds": null}, "PublicNetworkAccess": "Enabled", "Location": "westeurope", "EnableSoftDelete": true}"#;
    let ran = check(
        &[("kv.json", export)],
        &["-f", "json", "--select", "AKV107,AKV401"],
    );
    let document = ran.json();
    let findings = document["findings"].as_array().unwrap();
    assert!(!findings.is_empty());
    for finding in findings {
        let causes = finding["causes"].as_array().unwrap();
        let messages: Vec<&str> = causes
            .iter()
            .map(|cause| cause["message"].as_str().unwrap())
            .collect();
        assert_eq!(messages, ["the export leaves `properties.*` out"]);
    }
}

#[test]
fn a_module_that_its_caller_does_not_deploy_is_analysed_and_holds_no_finding() {
    let module = b"resource v 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: 'kv1'\n  location: 'x'\n  properties: {}\n}\n";
    let caller =
        b"param wanted bool = false\nmodule vault 'vault.bicep' = if (wanted) { name: 'vault' }\n";
    let files: [(&str, &[u8]); 2] = [("main.bicep", caller), ("vault.bicep", module)];
    let ran = check(&files, &["-f", "json", "--select", "AKV101"]);
    assert_eq!(ran.findings(), []);
    let statuses: Vec<String> = ran
        .files()
        .into_iter()
        .map(|(_, status, _)| status)
        .collect();
    assert_eq!(statuses, ["analysed", "analysed"]);
    let reasons = ran.files();
    assert!(
        reasons[1].2.starts_with("unrelated: no deployment"),
        "{reasons:?}"
    );
    assert!(
        ran.stderr.contains("1 deployed by no caller"),
        "{}",
        ran.stderr
    );
    let ran = check(
        &files,
        &[
            "main.bicep",
            "-p",
            "wanted=true",
            "-f",
            "json",
            "--select",
            "AKV101",
        ],
    );
    assert_eq!(ran.findings().len(), 1);
}

#[test]
fn messages_name_resources_whose_names_are_empty_or_read() {
    let main = b"param name string = ''\nmodule names 'names.bicep' = { name: 'names' }\nresource empty 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: name\n  location: 'x'\n  properties: {}\n}\nresource read 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: '${names.outputs.vault}-kv'\n  location: 'x'\n  properties: {}\n}\n";
    let ran = check(
        &[("main.bicep", main)],
        &["-f", "compact", "--select", "AKV702"],
    );
    for name in ["key vault '' is off", "key vault {names.outputs.vault"] {
        assert!(ran.stdout.contains(name), "{name}: {}", ran.stdout);
    }
}
