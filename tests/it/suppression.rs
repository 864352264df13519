//! Suppressions: each form on ARM and on Bicep, what they reach, and what is said of those that are of no use.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::check::{Ran, check};

const RULES: &str = "AKV101,AKV102,AKV702,AKV903";

/// A vault that AKV101 (line 9), AKV102 (line 10) and AKV702 (line 2) speak of, with comments in places.
fn bicep(parts: &[(&str, &str)]) -> String {
    let text = "\
//ABOVE
resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = { //OPEN
  name: 'contoso-kv'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    networkAcls: {
      //OVER
      bypass: 'None' //BEHIND
      defaultAction: 'Deny'
    }
  }
}
";
    filled(text, parts)
}

/// The same in JSON.
fn arm(parts: &[(&str, &str)]) -> String {
    let text = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  //METADATA
  "resources": [
    //ABOVE
    { //OPEN
      //FIRST
      "type": "Microsoft.KeyVault/vaults",
      "apiVersion": "2023-07-01",
      "name": "contoso-kv",
      "location": "westeurope",
      //OWN
      "properties": {
        "tenantId": "[tenant().tenantId]",
        "sku": { "family": "A", "name": "standard" },
        "networkAcls": {
          //OVER
          "bypass": "None", //BEHIND
          "defaultAction": "Deny"
        }
      }
    }
  ]
}
"#;
    filled(text, parts)
}

fn filled(text: &str, parts: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (mark, part) in parts {
        let mark = format!("//{mark}");
        assert!(text.contains(&mark), "{mark}");
        text = text.replacen(&mark, part, 1);
    }
    text
}

fn run(name: &str, text: &str) -> Ran {
    let arguments = ["-f", "json", "--select", RULES, name];
    check(&[(name, text.as_bytes())], &arguments)
}

/// Rule and reason of what is suppressed, and rule and line of what is not.
type Told = (Vec<(String, String)>, Vec<(String, u64)>);

/// Open verdicts left out.
fn told(ran: &Ran) -> Told {
    let document = ran.json();
    let mut silent = Vec::new();
    let mut loud = Vec::new();
    for finding in document["findings"].as_array().unwrap() {
        let rule = finding["rule"].as_str().unwrap().to_owned();
        match finding["suppression"]["reason"].as_str() {
            Some(reason) => silent.push((rule, reason.to_owned())),
            None => loud.push((rule, finding["location"]["startLine"].as_u64().unwrap())),
        }
    }
    silent.sort();
    loud.sort();
    assert_eq!(
        document["summary"]["verdicts"]["suppressed"],
        json!(silent.len())
    );
    (silent, loud)
}

fn silenced(ran: &Ran) -> Vec<String> {
    told(ran).0.into_iter().map(|(rule, _)| rule).collect()
}

fn said(ran: &Ran) -> Vec<String> {
    told(ran).1.into_iter().map(|(rule, _)| rule).collect()
}

const BOTH: [&str; 2] = ["AKV102", "AKV702"];

#[test]
fn without_a_suppression_both_rules_speak() {
    for (name, text) in [("main.bicep", bicep(&[])), ("main.json", arm(&[]))] {
        let ran = run(name, &text);
        assert_eq!(said(&ran), BOTH, "{name}");
        assert_eq!(ran.code, Some(1));
    }
}

#[test]
fn a_comment_silences_what_is_on_its_line_or_below_it() {
    let ignore = "// akvlint: ignore[AKV102] no trusted service needs it";
    let block = "/* akvlint: ignore[AKV102] no trusted service needs it */";
    let long =
        "/*\n * Reviewed in spring.\n * akvlint: ignore[AKV102] no trusted service needs it\n */";
    let sentence = "// Akvlint: Ignore[AKV102] no trusted service needs it";
    let run_of = "// akvlint: ignore[AKV102] no trusted service needs it\n// and this says more\n/* much more */";
    for mark in ["OVER", "BEHIND"] {
        for comment in [ignore, block, long, sentence, run_of] {
            if mark == "BEHIND" && comment.contains('\n') {
                continue;
            }
            for (name, text) in [
                ("main.bicep", bicep(&[(mark, comment)])),
                ("main.json", arm(&[(mark, comment)])),
            ] {
                let (silent, loud) = told(&run(name, &text));
                let expected = (
                    "AKV102".to_owned(),
                    "no trusted service needs it".to_owned(),
                );
                assert_eq!(silent, [expected], "{text}");
                assert_eq!(loud.len(), 1, "{text}");
                assert_eq!(loud[0].0, "AKV702", "{text}");
            }
        }
    }
}

#[test]
fn a_comment_on_a_declaration_is_for_the_whole_resource() {
    let ignore = "// akvlint: ignore[AKV102, no-purge-protection] a test vault";
    let mut texts: Vec<(&str, String)> = ["ABOVE", "OPEN"]
        .map(|mark| ("main.bicep", bicep(&[(mark, ignore)])))
        .to_vec();
    texts.extend(["ABOVE", "OPEN", "FIRST"].map(|mark| ("main.json", arm(&[(mark, ignore)]))));
    let decorated = bicep(&[(
        "ABOVE",
        &format!("{ignore}\n@description('x')\n@batchSize(1)"),
    )]);
    texts.push(("main.bicep", decorated));
    let between = bicep(&[("ABOVE", &format!("@description('x')\n{ignore}"))]);
    texts.push(("main.bicep", between));
    for (name, text) in texts {
        let ran = run(name, &text);
        assert_eq!(silenced(&ran), BOTH, "{text}");
        assert!(said(&ran).is_empty(), "{text}");
        assert_eq!(ran.code, Some(0));
    }
}

#[test]
fn a_prefix_and_a_whole_file_are_possible() {
    let prefix = "// akvlint: ignore[AKV1] closed elsewhere";
    let whole = "// akvlint: ignore-file[AKV702,AKV102]: a sample";
    for (name, text) in [
        ("main.bicep", bicep(&[("ABOVE", prefix)])),
        ("main.json", arm(&[("ABOVE", prefix)])),
    ] {
        assert_eq!(silenced(&run(name, &text)), ["AKV102"], "{text}");
    }
    for (name, text) in [
        ("main.bicep", bicep(&[("OVER", whole)])),
        ("main.json", arm(&[("METADATA", whole)])),
    ] {
        let (silent, _) = told(&run(name, &text));
        assert_eq!(silent.len(), 2, "{text}");
        assert_eq!(silent[0].1, "a sample");
    }
}

#[test]
fn the_directive_of_bicep_is_an_alias() {
    for directive in [
        "#disable-next-line AKV102 // no trusted service needs it",
        "#disable-next-line BCP036 AKV102 no-such-rule no trusted service needs it",
        "#disable-next-line AKV102, BCP036 // no trusted service needs it",
    ] {
        let (silent, _) = told(&run("main.bicep", &bicep(&[("OVER", directive)])));
        assert_eq!(silent.len(), 1, "{directive}");
        assert_eq!(silent[0].1, "no trusted service needs it");
    }
    let ran = run(
        "main.bicep",
        &bicep(&[("OVER", "#disable-next-line AKV102")]),
    );
    assert_eq!(said(&ran), ["AKV102", "AKV702", "AKV903"]);
    // One for the compiler alone is none of ours.
    let ran = run(
        "main.bicep",
        &bicep(&[("OVER", "#disable-next-line BCP036 no-hardcoded-location")]),
    );
    assert_eq!(said(&ran), BOTH);
}

#[test]
fn metadata_of_a_template_silences_what_it_deploys() {
    for (resource, expected) in [
        ("", 1),
        ("contoso-kv", 1),
        ("CONTOSO-*", 1),
        ("fabrikam-kv", 0),
    ] {
        let of_bicep = match resource {
            "" => String::new(),
            name => format!("resource: '{name}', "),
        };
        let of_arm = match resource {
            "" => String::new(),
            name => format!("\"resource\": \"{name}\", "),
        };
        let bicep = bicep(&[(
            "ABOVE",
            &format!(
                "metadata akvlint = {{\n  ignore: [\n    {{ rule: 'AKV102', {of_bicep}reason: 'a test' }}\n  ]\n}}"
            ),
        )]);
        let arm = arm(&[(
            "METADATA",
            &format!(
                r#""metadata": {{"akvlint": {{"ignore": [{{"rule": "AKV102", {of_arm}"reason": "a test"}}]}}}},"#
            ),
        )]);
        for (name, text) in [("main.bicep", bicep), ("main.json", arm)] {
            let ran = run(name, &text);
            assert_eq!(silenced(&ran).len(), expected, "{text}");
            let unused = said(&ran).iter().filter(|rule| *rule == "AKV903").count();
            assert_eq!(unused, 1 - expected, "{text}");
        }
    }
}

#[test]
fn metadata_of_a_resource_silences_it() {
    let own = r#""metadata": {"akvlint": {"ignore": [{"rule": "AKV7", "reason": "a test"}]}},"#;
    let ran = run("main.json", &arm(&[("OWN", own)]));
    assert_eq!(silenced(&ran), ["AKV702"]);
    assert_eq!(said(&ran), ["AKV102"]);
}

#[test]
fn metadata_survives_compilation() {
    let module = "param name string\nresource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: name\n  location: 'westeurope'\n  properties: {}\n}\n";
    let main = "metadata akvlint = { ignore: [{ rule: 'AKV702', reason: 'a test' }] }\nmodule kv 'vault.bicep' = {\n  name: 'kv'\n  params: { name: 'contoso-kv' }\n}\n";
    let of_bicep = check(
        &[
            ("main.bicep", main.as_bytes()),
            ("vault.bicep", module.as_bytes()),
        ],
        &["-f", "json", "--select", "AKV702,AKV903", "."],
    );
    let compiled = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "metadata": {"akvlint": {"ignore": [{"rule": "AKV702", "reason": "a test"}]}},
  "resources": [{
    "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "kv",
    "properties": {
      "mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"},
      "parameters": {"name": {"value": "contoso-kv"}},
      "template": {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"name": {"type": "string"}},
        "resources": [{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01",
          "name": "[parameters('name')]", "location": "westeurope", "properties": {}}]
      }
    }
  }]
}"#;
    let of_arm = check(
        &[("main.json", compiled.as_bytes())],
        &["-f", "json", "--select", "AKV702,AKV903", "."],
    );
    for ran in [of_bicep, of_arm] {
        assert_eq!(silenced(&ran), ["AKV702"]);
        assert!(said(&ran).is_empty());
    }
}

/// What is deployed under a condition only is of no use in a run without it, and may be in another one.
#[test]
fn one_in_a_module_that_nothing_deploys_may_be_of_use() {
    let module = bicep(&[("ABOVE", "// akvlint: ignore[AKV101] a test")]);
    for (condition, unused) in [("true", true), ("false", false), ("on", false)] {
        let main = format!(
            "param on bool = false\nmodule kv 'vault.bicep' = if ({condition}) {{\n  name: 'kv'\n}}\n"
        );
        let ran = check(
            &[
                ("main.bicep", main.as_bytes()),
                ("vault.bicep", module.as_bytes()),
            ],
            &["-f", "json", "--select", "AKV101,AKV903", "."],
        );
        assert_eq!(said(&ran) == ["AKV903"], unused, "{condition}");
    }
}

/// A finding of a module that two files call is one finding: it goes only where both calls are silenced.
#[test]
fn a_module_that_two_call_is_silenced_by_both() {
    let module = b"resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'contoso-kv'\n  location: 'westeurope'\n  properties: {}\n}\n";
    let call = "module kv 'vault.bicep' = {\n  name: 'kv'\n}\n";
    let silent = format!("// akvlint: ignore[AKV702] a test\n{call}");
    let run = |one: &str, other: &str| {
        check(
            &[
                ("one.bicep", one.as_bytes()),
                ("other.bicep", other.as_bytes()),
                ("vault.bicep", module),
            ],
            &["-f", "json", "--select", "AKV702", "."],
        )
    };
    assert_eq!(said(&run(&silent, call)), ["AKV702"]);
    let once = check(
        &[("one.bicep", silent.as_bytes()), ("vault.bicep", module)],
        &["-f", "json", "--select", "AKV702", "."],
    );
    assert_eq!(silenced(&once), ["AKV702"]);
    assert_eq!(silenced(&run(&silent, &silent)), ["AKV702"]);
}

/// Of the resources that a module makes, those that are silenced are left out, and the finding tells of the rest.
#[test]
fn a_finding_tells_of_the_resources_that_nothing_silences() {
    let module = b"param name string\nresource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: name\n  location: 'westeurope'\n  properties: {}\n}\n";
    let calls = |above: &str| {
        let call = |symbol: &str, name: &str| {
            format!(
                "module {symbol} 'vault.bicep' = {{\n  name: '{symbol}'\n  params: {{ name: '{name}' }}\n}}\n"
            )
        };
        format!(
            "{above}\n{}{}",
            call("a", "kv-load-1"),
            call("b", "kv-prod-1")
        )
    };
    let run = |above: &str| {
        check(
            &[
                ("main.bicep", calls(above).as_bytes()),
                ("vault.bicep", module),
            ],
            &["-f", "json", "--select", "AKV702,AKV903", "."],
        )
    };
    let both = run("");
    assert_eq!(both.json()["findings"][0]["instances"], 2);
    for above in [
        "// akvlint: ignore[AKV702] load tests",
        "metadata akvlint = { ignore: [{ rule: 'AKV702', resource: 'kv-load-*', reason: 'load tests' }] }",
    ] {
        let ran = run(above);
        let report = ran.json();
        let findings = report["findings"].as_array().unwrap();
        assert_eq!(said(&ran), ["AKV702"], "{above}");
        assert_eq!(findings[0]["resource"]["name"], "kv-prod-1", "{above}");
        assert_eq!(findings[0]["instances"], 1, "{above}");
        let message = findings[0]["message"].as_str().unwrap();
        assert!(message.contains("kv-prod-1"), "{message}");
        // The call that is not silenced is the one to look at.
        assert_eq!(
            findings[0]["related"][0]["location"]["startLine"], 6,
            "{}",
            findings[0]
        );
    }
}

/// What is found at a default or in a parameter file can be silenced there and where the resource is declared.
#[test]
fn a_finding_elsewhere_is_silenced_there_and_at_the_declaration() {
    let main = |above: &str, behind: &str| {
        format!(
            "param bypass string = 'None'{behind}\n{above}\nresource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {{\n  name: 'contoso-kv'\n  location: 'westeurope'\n  properties: {{\n    networkAcls: {{ bypass: bypass, defaultAction: 'Deny' }}\n  }}\n}}\n"
        )
    };
    let ignore = "// akvlint: ignore[AKV102] a test";
    let given = |behind: &str| format!("using 'main.bicep'\nparam bypass = 'None' {behind}\n");
    let select = ["-f", "json", "--select", "AKV102", "."];
    let plain = main("", "");
    for files in [
        vec![("main.bicep", main("", &format!(" {ignore}")))],
        vec![("main.bicep", main(ignore, ""))],
        vec![
            ("main.bicep", main(ignore, "")),
            ("main.bicepparam", given("")),
        ],
        vec![
            ("main.bicep", plain.clone()),
            ("main.bicepparam", given(ignore)),
        ],
        vec![
            ("main.bicep", plain.clone()),
            (
                "main.bicepparam",
                given("/* akvlint: ignore[AKV1] a test */"),
            ),
        ],
    ] {
        let files: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(name, text)| (*name, text.as_bytes()))
            .collect();
        let ran = check(&files, &select);
        assert_eq!(silenced(&ran), ["AKV102"]);
        assert!(said(&ran).is_empty());
    }
    let json = "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\", \"contentVersion\": \"1.0.0.0\", \"parameters\": {\n// akvlint: ignore[AKV102] a test\n\"bypass\": {\"value\": \"None\"}}}";
    let ran = check(
        &[
            ("main.bicep", plain.as_bytes()),
            ("main.parameters.json", json.as_bytes()),
        ],
        &select,
    );
    assert_eq!(silenced(&ran), ["AKV102"]);
}

#[test]
fn what_is_of_no_use_is_told() {
    let cases = [
        (
            "// akvlint: ignore[AKV102]",
            vec!["AKV102", "AKV702", "AKV903"],
        ),
        (
            "// akvlint: ignore[AKV102] -- ",
            vec!["AKV102", "AKV702", "AKV903"],
        ),
        (
            "// akvlint: ignore[AKV101] not at all",
            vec!["AKV102", "AKV702", "AKV903"],
        ),
        // It did not run.
        (
            "// akvlint: ignore[AKV401] not at all",
            vec!["AKV102", "AKV702"],
        ),
        (
            "// akvlint: ignore[AKV199] not at all",
            vec!["AKV102", "AKV702", "AKV903"],
        ),
        (
            "// akvlint: ignore not at all",
            vec!["AKV102", "AKV702", "AKV903"],
        ),
        (
            "// akvlint: ignore[AKV102 not at all",
            vec!["AKV102", "AKV702", "AKV903"],
        ),
        (
            "// akvlint: ignore[] not at all",
            vec!["AKV102", "AKV702", "AKV903"],
        ),
        (
            "// akvlint: disable[AKV102] not at all",
            vec!["AKV102", "AKV702", "AKV903"],
        ),
        // Half of it is of use.
        (
            "// akvlint: ignore[AKV102, AKV101] a test",
            vec!["AKV702", "AKV903"],
        ),
        // Not directly above.
        (
            "// akvlint: ignore[AKV102] a test\n",
            vec!["AKV102", "AKV702", "AKV903"],
        ),
        // It is not about itself.
        (
            "// akvlint: ignore[AKV903, AKV101] a test",
            vec!["AKV102", "AKV702", "AKV903", "AKV903"],
        ),
        (
            "// says akvlint: ignore[AKV102] a test",
            vec!["AKV102", "AKV702"],
        ),
    ];
    for (comment, expected) in cases {
        for (name, text) in [
            ("main.bicep", bicep(&[("OVER", comment)])),
            ("main.json", arm(&[("OVER", comment)])),
        ] {
            assert_eq!(said(&run(name, &text)), expected, "{text}");
        }
    }
}

#[test]
fn a_remark_on_a_suppression_can_be_suppressed() {
    let comments = "// akvlint: ignore-file[AKV903] the linter of the platform team reads these\n// akvlint: ignore[AKV101] not at all\n";
    let ran = run("main.bicep", &bicep(&[("ABOVE", comments)]));
    assert_eq!(silenced(&ran), ["AKV903"]);
    assert_eq!(said(&ran), BOTH);
}

#[test]
fn what_is_written_in_a_string_is_no_comment() {
    let text = bicep(&[]).replace(
        "location: 'westeurope'",
        "location: 'westeurope'\n  tags: { a: '// akvlint: ignore-file[AKV702] x', b: '''\n// akvlint: ignore-file[AKV702] x\n''', c: '${'x'}// akvlint: ignore-file[AKV702] x' }",
    );
    assert_eq!(said(&run("main.bicep", &text)), BOTH);
    let text = arm(&[]).replace(
        "\"location\"",
        "\"tags\": {\"a\": \"\\\" // akvlint: ignore-file[AKV702] x\", \"b\": \"\n// akvlint: ignore-file[AKV702] x\n\"}, \"location\"",
    );
    assert_eq!(said(&run("main.json", &text)), BOTH);
}

/// Unused is told only of files that were asked for, and analysed in full.
#[test]
fn what_was_not_looked_at_in_full_is_not_unused() {
    let broken = bicep(&[("ABOVE", "// akvlint: ignore[AKV101] not at all")]) + "\nresource x = \n";
    assert!(!said(&run("main.bicep", &broken)).contains(&"AKV903".to_owned()));
    let module = b"// akvlint: ignore-file[AKV101] not at all\nresource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'contoso-kv'\n  location: 'westeurope'\n  properties: { networkAcls: { defaultAction: 'Deny' } }\n}\n";
    let main = b"module kv 'vault.bicep' = {\n  name: 'kv'\n}\n";
    let files: [(&str, &[u8]); 3] = [
        ("akvlint.toml", b""),
        ("main.bicep", main),
        ("vault.bicep", module),
    ];
    let asked = |path: &str| {
        let ran = check(&files, &["-f", "json", "--select", "AKV101,AKV903", path]);
        said(&ran)
    };
    assert_eq!(asked("."), ["AKV903"]);
    assert_eq!(asked("vault.bicep"), ["AKV903"]);
    assert!(asked("main.bicep").is_empty());
}

fn configured(suppress: &str, name: &str, text: &str, path: &str) -> Ran {
    check(
        &[
            ("akvlint.toml", suppress.as_bytes()),
            (name, text.as_bytes()),
        ],
        &["-f", "json", "--select", RULES, path],
    )
}

#[test]
fn a_configuration_silences_by_path_and_by_resource() {
    let export = json!([{
        "id": "/subscriptions/0/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/contoso-kv",
        "name": "contoso-kv", "type": "Microsoft.KeyVault/vaults", "location": "westeurope",
        "properties": {"tenantId": "0", "networkAcls": {"bypass": "None", "defaultAction": "Deny"}},
    }])
    .to_string();
    for entry in [
        "paths = [\"infra/\"]",
        "paths = [\"**/*.bicep\", \"*.json\"]",
        "resource = \"contoso-*\"",
        "paths = [\"infra\"]\nresource = \"contoso-kv\"",
    ] {
        let suppress =
            format!("[[suppress]]\nrules = [\"AKV102\"]\n{entry}\nreason = \"a test\"\n");
        for (name, text) in [
            ("infra/main.bicep", &bicep(&[])),
            ("infra/main.json", &arm(&[])),
            ("infra/vaults.json", &export),
        ] {
            let ran = configured(&suppress, name, text, ".");
            assert_eq!(silenced(&ran), ["AKV102"], "{name} {entry}");
            // Of the two paths of one entry one leads to nothing.
            let dead = usize::from(entry.contains("*.bicep"));
            let told = said(&ran);
            let told = told.iter().filter(|rule| *rule == "AKV903");
            assert_eq!(told.count(), dead, "{name} {entry}");
        }
    }
    let unused = "[[suppress]]\nrules = [\"AKV102\"]\npaths = [\"other/\"]\nreason = \"a test\"\n";
    let ran = configured(unused, "infra/main.bicep", &bicep(&[]), ".");
    assert_eq!(said(&ran), ["AKV102", "AKV702", "AKV903"]);
    let document = ran.json();
    let remark = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|each| each["rule"] == "AKV903");
    assert_eq!(remark.unwrap()["location"]["path"], "akvlint.toml");
    // Of a part of the project nothing is known of the rest.
    let ran = configured(unused, "infra/main.bicep", &bicep(&[]), "infra/main.bicep");
    assert_eq!(said(&ran), BOTH);
}

#[test]
fn a_path_of_a_configuration_that_leads_to_nothing_is_told() {
    let told = |paths: &str, path: &str| {
        let suppress =
            format!("[[suppress]]\nrules = [\"AKV102\"]\npaths = [{paths}]\nreason = \"a test\"\n");
        let ran = configured(&suppress, "infra/main.bicep", &bicep(&[]), path);
        assert_eq!(silenced(&ran), ["AKV102"], "{paths}");
        let report = ran.json();
        let findings = report["findings"].as_array().unwrap().iter();
        let told = findings.filter(|each| each["rule"] == "AKV903");
        let told = told.map(|each| each["message"].as_str().unwrap().to_owned());
        told.collect::<Vec<_>>()
    };
    let dead = "nothing is found here that `old/` would suppress; remove it";
    assert_eq!(told("\"infra/\", \"old/\"", "."), [dead]);
    // Both lead to it, each by itself.
    assert!(told("\"infra/\", \"main.bicep\"", ".").is_empty());
    assert!(told("\"*\", \"!old/\"", ".").is_empty());
    // Of a part of the project nothing is known of the rest.
    assert!(told("\"infra/\", \"old/\"", "infra/main.bicep").is_empty());
}

#[test]
fn a_configuration_without_a_reason_is_refused() {
    for (suppress, expected) in [
        (
            "[[suppress]]\nrules = [\"AKV102\"]\npaths = [\"x\"]\n",
            "missing field `reason`",
        ),
        (
            "[[suppress]]\nrules = [\"AKV102\"]\npaths = [\"x\"]\nreason = \" \"\n",
            "has a `reason`",
        ),
        (
            "[[suppress]]\nrules = [\"AKV102\"]\nreason = \"x\"\n",
            "names `paths`",
        ),
        (
            "[[suppress]]\nrules = []\nresource = \"x\"\nreason = \"x\"\n",
            "at least one rule",
        ),
        (
            "[[suppress]]\nrules = [\"AKV192\"]\nresource = \"x\"\nreason = \"x\"\n",
            "AKV192",
        ),
        (
            "[[suppress]]\nrule = [\"AKV102\"]\nresource = \"x\"\nreason = \"x\"\n",
            "did you mean `rules`?",
        ),
    ] {
        let ran = configured(suppress, "main.bicep", &bicep(&[]), ".");
        assert_eq!(ran.code, Some(2), "{suppress}");
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
}

#[test]
fn reports_tell_what_is_suppressed() {
    let text = bicep(&[("BEHIND", "// akvlint: ignore[AKV102] a test")]);
    let files: [(&str, &[u8]); 1] = [("main.bicep", text.as_bytes())];
    let pretty = check(&files, &["--select", "AKV102"]);
    assert!(
        pretty.stdout.ends_with("No findings; 1 suppressed\n"),
        "{}",
        pretty.stdout
    );
    assert_eq!(pretty.code, Some(0));
    let results = |profile: &str| -> Vec<Value> {
        let ran = check(
            &files,
            &[
                "--select",
                "AKV102",
                "-f",
                "sarif",
                "--sarif-profile",
                profile,
            ],
        );
        ran.json()["runs"][0]["results"].as_array().unwrap().clone()
    };
    assert!(results("github").is_empty());
    let suppressions = &results("full")[0]["suppressions"];
    assert_eq!(suppressions[0]["kind"], "inSource");
    assert_eq!(suppressions[0]["justification"], "a test");
}

/// Many comments in one line, in one run, and around as many resources.
#[test]
fn hostile_comments_take_linear_time() {
    let started = Instant::now();
    let one = "/* akvlint: ignore[AKV101] x */";
    let in_a_line = arm(&[("OVER", &one.repeat(20_000))]);
    let below = arm(&[("OVER", &format!("{one}\n").repeat(20_000))]);
    let directives = bicep(&[("ABOVE", &"#disable-next-line AKV101 x\n".repeat(20_000))]);
    for (name, text) in [
        ("a.json", in_a_line),
        ("b.json", below),
        ("c.bicep", directives),
    ] {
        let ran = check(
            &[(name, text.as_bytes())],
            &["-q", "-f", "json", "--select", "AKV102", name],
        );
        assert_eq!(said(&ran), ["AKV102"], "{name}");
    }
    for text in [
        "// akvlint:",
        "/* akvlint: ignore[",
        "// akvlint: ignore[,,\u{e4}]\u{e4}",
        "#disable-next-line AKV",
        "/* akvlint",
    ] {
        for name in ["x.json", "x.bicep", "x.bicepparam"] {
            let ran = check(&[(name, text.as_bytes())], &[name]);
            assert_ne!(ran.code, None, "{name} {text}");
        }
    }
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn the_example_of_the_page_leaves_nothing_to_say() {
    let page = crate::docs::root().join("docs/suppressing.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, comments) = page.split_once("## Comments").unwrap();
    let (_, block) = comments.split_once("```bicep\n").unwrap();
    let (example, _) = block.split_once("```").unwrap();
    let arguments = ["main.bicep", "-f", "json", "--ignore", "AKV401,AKV601"];
    let ran = check(&[("main.bicep", example.as_bytes())], &arguments);
    let (silent, loud) = told(&ran);
    assert_eq!(loud, []);
    let silent: Vec<&str> = silent.iter().map(|(rule, _)| rule.as_str()).collect();
    assert_eq!(silent, ["AKV101", "AKV102", "AKV107"]);
}

#[test]
fn the_mark_of_an_unused_suppression_names_its_rule() {
    let text = bicep(&[("ABOVE", "// akvlint: ignore[AKV301] there are many")]);
    let ran = check(
        &[("main.bicep", text.as_bytes())],
        &["--select", "AKV301,AKV903"],
    );
    assert!(
        ran.stdout.contains("── suppression of 'AKV301'\n"),
        "{}",
        ran.stdout
    );
}
