//! Registry modules and template specs, from a module cache.
use std::path::Path;

use serde_json::json;

use super::{diagnostics, expand_in, only, write};

/// A compiled module with one vault, whose parameter `name` has this default.
fn module(name: &str) -> String {
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "languageVersion": "2.0",
        "contentVersion": "1.0.0.0",
        "metadata": {"_generator": {"name": "bicep"}},
        "definitions": {"kind": {"type": "string", "allowedValues": ["a", "b"], "metadata": {"__bicep_export!": true}}},
        "parameters": {"name": {"type": "string", "defaultValue": name}},
        "resources": {"vault": {
            "type": "Microsoft.KeyVault/vaults",
            "apiVersion": "2023-07-01",
            "name": "[parameters('name')]",
        }},
        "outputs": {"name": {"type": "string", "value": "[parameters('name')]"}},
    })
    .to_string()
}

fn name_of(folder: &Path, reference: &str, arguments: &[&str]) -> String {
    write(
        folder,
        "main.bicep",
        &format!("module vault '{reference}' = {{\n  name: 'vault'\n}}\n"),
    );
    let mut all = vec!["main.bicep"];
    all.extend_from_slice(arguments);
    let document = expand_in(folder, &all);
    let resource = only(&document);
    match resource["type"].as_str() {
        Some("Microsoft.KeyVault/vaults") => resource["name"].as_str().unwrap_or("?").to_owned(),
        _ => diagnostics(&document).join("\n"),
    }
}

#[test]
fn restored_modules_are_read_by_every_form_of_their_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    for (path, name) in [
        ("br/mcr.microsoft.com/bicep$avm$res$vault/1.0.0$", "public"),
        ("br/example.azurecr.io/vault/v1$", "registry"),
        ("br/example.azurecr.io/vault/rc$1", "upper"),
        ("br/localhost$5000/core$vault/v1$", "alias"),
        (
            "br/example.azurecr.io/vault/sha256#0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "digest",
        ),
        ("ts/1111/rg/vault/1.0", "spec"),
    ] {
        write(root, &format!("cache/{path}/main.json"), &module(name));
    }
    write(
        root,
        "bicepconfig.json",
        r#"{
            "moduleAliases": {
                "br": {"core": {"registry": "localhost:5000", "modulePath": "core"}}, // with a comment
                "ts": {"specs": {"subscription": "1111", "resourceGroup": "RG"}}
            }
        }"#,
    );
    let cases = [
        ("br/public:avm/res/vault:1.0.0", "public"),
        ("br:mcr.microsoft.com/bicep/avm/res/vault:1.0.0", "public"),
        ("br:Example.azurecr.io/vault:v1", "registry"),
        ("br:example.azurecr.io/vault:RC", "upper"),
        ("br/core:vault:v1", "alias"),
        (&format!("br:example.azurecr.io/vault@{digest}"), "digest"),
        ("ts:1111/rg/Vault:1.0", "spec"),
        ("ts/specs:vault:1.0", "spec"),
    ];
    for (reference, expected) in cases {
        let name = name_of(root, reference, &["--module-cache", "cache"]);
        assert_eq!(name, expected, "{reference}");
    }
    for (reference, expected) in [
        (
            "br/public:avm/res/vault:2.0.0",
            "is not in the module cache",
        ),
        (
            "br/other:vault:v1",
            "the alias 'other' is not in `moduleAliases.br`",
        ),
        ("br:example.azurecr.io/../vault:v1", "it must have the form"),
    ] {
        let said = name_of(root, reference, &["--module-cache", "cache"]);
        assert!(said.contains(expected), "{reference}: {said}");
    }
}

#[test]
fn a_configuration_may_say_where_the_cache_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let path = "elsewhere/br/example.azurecr.io/vault/v1$/main.json";
    write(root, path, &module("moved"));
    write(
        root,
        "bicepconfig.json",
        r#"{"cacheRootDirectory": "elsewhere"}"#,
    );
    let name = name_of(root, "br:example.azurecr.io/vault:v1", &[]);
    assert_eq!(name, "moved");
}

#[test]
fn the_cache_of_the_user_has_no_path_of_the_machine() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let broken = module("home").replace("[parameters('name')]", "[nosuch()]");
    write(root, "home/.bicep/br/r.io/vault/v1$/main.json", &broken);
    write(
        root,
        "work/main.bicep",
        "module m 'br:r.io/vault:v1' = {}\n",
    );
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_akvlint"))
        .current_dir(root.join("work"))
        .env("HOME", root.join("home"))
        .args(["expand", "main.bicep"])
        .output()
        .expect("the program starts");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a document");
    let file = &document["diagnostics"][0]["file"];
    assert_eq!(*file, "~/.bicep/br/r.io/vault/v1$/main.json", "{document}");
    assert!(!document.to_string().contains(&*root.to_string_lossy()));
}

#[test]
fn a_module_that_is_not_there_leaves_what_it_feeds_unknown() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(
        root,
        "main.bicep",
        "module net 'br/public:net:1.0' = {\n  name: 'net'\n}\n\
         resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'kv'\n  properties: {\n    \
         subnet: net.outputs.subnet\n    known: 'yes'\n  }\n}\n",
    );
    let document = expand_in(root, &["main.bicep"]);
    let resources = &document["predictedResources"];
    assert_eq!(resources[0]["type"], "Microsoft.Resources/deployments");
    let properties = &resources[1]["properties"];
    assert_eq!(properties["known"], "yes");
    let subnet = properties["subnet"].as_str().unwrap_or_default();
    assert!(
        subnet.starts_with("[reference(") && subnet.ends_with(".outputs.subnet.value]"),
        "{subnet}"
    );
    assert_eq!(diagnostics(&document).len(), 1);
}

#[test]
fn a_parameter_file_may_use_a_module_and_types_may_come_from_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(
        root,
        "cache/br/r.io/vault/v1$/main.json",
        &module("default"),
    );
    write(
        root,
        "x.bicepparam",
        "using 'br:r.io/vault:v1'\nparam name = 'given'\n",
    );
    let document = expand_in(root, &["x.bicepparam", "--module-cache", "cache"]);
    assert_eq!(only(&document)["name"], "given");
    write(
        root,
        "main.bicep",
        "import { kind } from 'br:r.io/vault:v1'\nparam k kind\noutput k string = k\n",
    );
    let document = expand_in(
        root,
        &["main.bicep", "-p", "k=c", "--module-cache", "cache"],
    );
    assert_eq!(document["diagnostics"][0]["code"], "parameter");
}

#[test]
fn a_link_to_a_template_spec_is_read_from_the_cache() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(
        root,
        "cache/ts/1111/rg/vault/1.0/main.json",
        &module("spec"),
    );
    let id = "/subscriptions/1111/resourceGroups/rg/providers/Microsoft.Resources/templateSpecs/vault/versions/1.0";
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [{
            "type": "Microsoft.Resources/deployments",
            "apiVersion": "2022-09-01",
            "name": "linked",
            "properties": {"mode": "Incremental", "templateLink": {"id": id}},
        }],
    });
    write(root, "main.json", &template.to_string());
    let document = expand_in(root, &["main.json", "--module-cache", "cache"]);
    assert_eq!(only(&document)["name"], "spec", "{document}");
    let document = expand_in(root, &["main.json"]);
    assert_eq!(document["diagnostics"][0]["code"], "module");
}

#[test]
fn local_modules_are_files_that_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(root, "vault.JSON", &module("json"));
    write(root, "folder.bicep/inner.bicep", "");
    write(root, "text.bicepparam", "using none\n");
    write(
        root,
        "a.bicep",
        "module b 'b.bicep' = {\n  name: 'b'\n}\noutput x string = b.outputs.x\n",
    );
    write(
        root,
        "b.bicep",
        "module a 'a.bicep' = {\n  name: 'a'\n}\noutput x string = a.outputs.x\n",
    );
    assert_eq!(name_of(root, "./vault.JSON", &[]), "json");
    for (reference, expected) in [
        (
            "folder.bicep",
            "folder.bicep cannot be read: it is a folder",
        ),
        (
            "absent.bicep",
            "absent.bicep cannot be read: there is no such file",
        ),
        ("text.bicepparam", "text.bicepparam is not a template"),
        ("/vault.JSON", "it is an absolute path"),
        (".\\\\vault.JSON", "separate folders by `/`"),
        ("b.bicep", "it deploys itself"),
        ("main.bicep", "it deploys itself"),
    ] {
        let said = name_of(root, reference, &[]);
        assert!(said.contains(expected), "{reference}: {said}");
    }
}
