//! What is told of what cannot be followed or evaluated: in the words of its language, by its name, once.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::fs;

use serde_json::Value as Json;

use crate::program::akvlint;

/// The report of a run over these files, of which the first is named.
fn checked(files: &[(&str, &str)]) -> Json {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let named = files[0].0;
    let (_, out, _) = akvlint(folder.path(), &["check", named, "-f", "json"]);
    serde_json::from_str(&out).unwrap()
}

/// The messages of the findings of a rule, each with its first cause.
fn said(report: &Json, rule: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["rule"] == rule)
        .map(|finding| {
            let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
            let cause = text(&finding["causes"][0]["message"]);
            format!("{}: {cause}", text(&finding["message"]))
        })
        .collect()
}

/// What is said of the main file.
fn reason(report: &Json) -> &str {
    let mut files = report["files"].as_array().unwrap().iter();
    let main = files.find(|file| file["path"].as_str().unwrap().starts_with("main."));
    main.unwrap()["reason"].as_str().unwrap_or_default()
}

#[test]
fn an_empty_text_is_no_gap_in_a_sentence() {
    let vault = "resource kv 'Microsoft.KeyVault/vaults@2026-02-01' = {\n  name: 'kv-a'\n  location: 'x'\n  properties: { networkAcls: { defaultAction: '' } }\n}\n";
    assert_eq!(
        said(&checked(&[("main.bicep", vault)]), "AKV101"),
        [
            "every network can reach key vault kv-a: `networkAcls.defaultAction` is '' where it has to be Deny, and `publicNetworkAccess` is not set: "
        ]
    );
}

#[test]
fn a_module_without_a_path_is_told_in_words_of_bicep() {
    let report = checked(&[("main.bicep", "module kv {\n  params: { name: 'kv' }\n}\n")]);
    assert_eq!(
        said(&report, "AKV905"),
        ["what `module` deploys is not judged: no path of a module could be read here"]
    );
    for (name, text) in [
        ("main.bicep", "module app '' = {\n  name: 'app'\n}\n"),
        ("main.bicepparam", "using ''\nparam app = 'a'\n"),
    ] {
        let report = checked(&[(name, text)]);
        assert_eq!(
            said(&report, "AKV905"),
            [
                "what `''` deploys is not judged: '' cannot be followed: it is empty; name a file, or a module by `br:` or `ts:`"
            ],
            "{name}"
        );
    }
}

#[test]
fn a_function_that_calls_itself_is_named() {
    let vault = |name: &str| {
        format!(
            "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {{\n  name: {name}\n  location: 'x'\n  properties: {{ tenantId: 't' }}\n}}\n"
        )
    };
    let bicep = |functions: &str, name: &str| format!("{functions}\n{}", vault(name));
    for (functions, name, told) in [
        (
            "func f(n string) string => f(n)",
            "f('kv')",
            "the function 'f' calls itself, deeper",
        ),
        (
            "func f(n string) string => g(n)\nfunc g(n string) string => f(n)",
            "f('kv')",
            " calls itself by way of '",
        ),
    ] {
        let report = checked(&[("main.bicep", &bicep(functions, name))]);
        assert!(reason(&report).contains(told), "{}", reason(&report));
    }
    // One that ends is evaluated, and one that is only an argument of itself is no recursion.
    let ends = bicep(
        "func f(n int) string => n == 0 ? 'kv' : f(n - 1)\nfunc g(n string) string => '${n}a'",
        "g(g(g(f(3))))",
    );
    assert_eq!(reason(&checked(&[("main.bicep", &ends)])), "");
    let deep = format!(
        "func g(n string) string => n\n{}",
        vault(&format!("g({}'kv'{})", "[".repeat(200), "][0]".repeat(200)))
    );
    let report = checked(&[("main.bicep", &deep)]);
    assert!(!reason(&report).contains("calls itself"));
}

#[test]
fn arguments_that_a_module_does_not_take_or_needs_are_told() {
    let module = "type label = string?\nparam name string\nparam size int\nparam label label\nparam other string?\nparam free any\nparam tier string = 'x'\nresource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: name\n  location: '${tier}${size}'\n}\n";
    let reason_of = |call: &str, module: &str| {
        let report = checked(&[("main.bicep", call), ("kv.bicep", module)]);
        reason(&report).to_owned()
    };
    let call = |members: &str| format!("module kv 'kv.bicep' = {{\n  name: 'kv'\n{members}}}\n");
    for (members, told) in [
        ("  params: { name: 'kv', size: 1 }\n", ""),
        ("  params: { NAME: 'kv', size: 1, label: 'x' }\n", ""),
        (
            "  params: { name: 'kv', size: 1, sise: 2 }\n",
            "evaluate: line 3: the module has no parameter 'sise'",
        ),
        (
            "  params: { name: 'kv' }\n",
            "evaluate: line 1: the parameter 'size' of the module has no default, and nothing is given to it",
        ),
        (
            "",
            "evaluate: line 1: the parameters 'name' and 'size' of the module have no default, and nothing is given to them",
        ),
        // What the compiler takes for no argument may hold all of them.
        (
            "  params: { ...loadJsonContent('p.json') }\n",
            "syntax: line 3: `params` of a module takes no spread",
        ),
        (
            "  params: loadJsonContent('p.json')\n",
            "syntax: line 3: `params` of a module is an object that is written out",
        ),
        (
            "  ...{ params: { name: 'kv', size: 1 } }\n",
            "syntax: line 3: the body of a resource or module takes no spread",
        ),
        (
            "  params: { name: 'kv', size: null, label: null, tier: null }\n",
            "evaluate: line 3: parameter 'size' needs a value, but is given null",
        ),
    ] {
        let reason = reason_of(&call(members), module);
        let fits = match told {
            "" => reason.is_empty(),
            told => reason.starts_with(told),
        };
        assert!(fits, "{members}: {reason}");
    }
    // A file that is broken may have lost what is missing.
    let broken = format!("{module}param = \n");
    assert_eq!(reason_of(&call(""), &broken), "");
    // No call that is left out is judged, and the compiler judges it all the same.
    let gone = "module gone 'gone.bicep' = if (false) {\n  name: 'gone'\n}\nmodule far 'br:contoso.azurecr.io/kv:1' = if (false) {\n  name: 'far'\n}\n";
    let text = format!("{gone}{}", call("  params: { name: 'kv', size: 1 }\n"));
    let reason = reason_of(&text, module);
    assert!(
        reason.starts_with("module: line 1: gone.bicep "),
        "{reason}"
    );
}

/// `string` is what the documentation has in the place of every value.
#[test]
fn a_value_that_is_near_none_is_not_taken_for_one() {
    let bypass = |value: &str| {
        let vault = format!(
            "resource kv 'Microsoft.KeyVault/vaults@2026-02-01' = {{\n  name: 'kv-contoso'\n  location: 'westeurope'\n  properties: {{ networkAcls: {{ defaultAction: 'Deny', bypass: '{value}' }} }}\n}}\n"
        );
        let report = checked(&[("main.bicep", &vault)]);
        let mut findings = report["findings"].as_array().unwrap().iter();
        let fixable = findings
            .find(|finding| finding["rule"] == "AKV104")
            .unwrap()["fixable"]
            .clone();
        (said(&report, "AKV104"), fixable)
    };
    for (value, written, fixable) in [
        ("AzureService", "AzureServices", true),
        ("non", "None", true),
        ("string", "AzureServices or None", false),
        ("<bypass>", "AzureServices or None", false),
    ] {
        let message = format!(
            "`properties.networkAcls.bypass` of key vault kv-contoso is `{value}`, which the service does not know; write {written}: "
        );
        assert_eq!(bypass(value), (vec![message], Json::Bool(fixable)));
    }
}
