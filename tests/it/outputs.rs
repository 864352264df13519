//! Where reports go: links, files that the run needs, two reports for one file.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::program::akvlint;

const OPEN_VAULT: &str = "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'kv-contoso'\n  location: 'westeurope'\n  properties: { tenantId: 't', sku: { family: 'A', name: 'standard' } }\n}\n";

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = tree.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    tree
}

/// The exit code, and what is said on standard error.
fn check(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let (code, _, stderr) = akvlint(folder, &[&["check"], arguments].concat());
    (code, stderr)
}

#[test]
fn a_file_that_the_run_needs_gets_no_report() {
    let baseline = "version = 1\nfindings = []\n";
    let files = [
        ("main.bicep", OPEN_VAULT),
        ("modules/inner.bicep", OPEN_VAULT),
        (
            "outer.bicep",
            "module inner 'modules/inner.bicep' = { name: 'inner' }\n",
        ),
        ("akvlint.toml", ""),
        ("known.toml", baseline),
        (
            "given.json",
            "{ \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\", \"contentVersion\": \"1.0.0.0\", \"parameters\": {} }",
        ),
    ];
    let cases: [(&str, &[&str]); 7] = [
        ("main.bicep", &["main.bicep"]),
        ("main.bicep", &["."]),
        ("./modules/../main.bicep", &["."]),
        ("modules/inner.bicep", &["outer.bicep"]),
        ("akvlint.toml", &["."]),
        ("known.toml", &[".", "--baseline", "known.toml"]),
        ("given.json", &["main.bicep", "-p", "given.json"]),
    ];
    for (file, arguments) in cases {
        let tree = tree(&files);
        let before = fs::read_to_string(tree.path().join(file)).unwrap();
        let more = ["-f", "sarif", "-o", file, "--exit-zero"];
        let (code, said) = check(tree.path(), &[arguments, &more].concat());
        assert_eq!(code, Some(2), "{file} {arguments:?}: {said}");
        assert!(said.contains("an input of this run"), "{file}: {said}");
        let after = fs::read_to_string(tree.path().join(file)).unwrap();
        assert_eq!(before, after, "{file} {arguments:?}");
    }
    // A report of an earlier run is no input, though it lies among them.
    let tree = tree(&files);
    for format in ["json", "sarif"] {
        for _ in 0..2 {
            let arguments = [".", "--exit-zero", "-f", format, "-o", "report.json"];
            let (code, said) = check(tree.path(), &arguments);
            assert_eq!(code, Some(0), "{format}: {said}");
        }
    }
}

#[test]
fn one_file_gets_one_report_however_it_is_spelt() {
    let tree = tree(&[("main.bicep", OPEN_VAULT), ("there", "")]);
    let folder = tree.path();
    symlink("there", folder.join("link")).unwrap();
    symlink("later", folder.join("dangling")).unwrap();
    let whole = folder.join("x").to_str().unwrap().to_owned();
    for (one, other) in [
        ("x", "./x"),
        ("x", &*whole),
        ("there", "link"),
        ("dangling", "later"),
    ] {
        let arguments = ["-f", "json", "-o", one, "-f", "sarif", "-o", other];
        let (code, said) = check(folder, &arguments);
        assert_eq!(code, Some(2), "{one} {other}");
        assert!(said.contains("two reports"), "{one} {other}: {said}");
    }
}

#[test]
fn a_link_leads_to_the_report() {
    let tree = tree(&[("main.bicep", OPEN_VAULT), ("out/r.json", "old")]);
    let folder = tree.path();
    let report = folder.join("out/r.json");
    fs::set_permissions(&report, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("out/r.json", folder.join("link")).unwrap();
    symlink("out/new.json", folder.join("dangling")).unwrap();
    symlink("circle", folder.join("circle")).unwrap();
    for (link, file) in [("link", "out/r.json"), ("dangling", "out/new.json")] {
        let (code, said) = check(folder, &["-f", "json", "-o", link]);
        assert_eq!(code, Some(1), "{said}");
        let written = fs::read_to_string(folder.join(file)).unwrap();
        assert!(written.starts_with('{'), "{link}: {written}");
        let metadata = fs::symlink_metadata(folder.join(link)).unwrap();
        assert!(metadata.is_symlink(), "{link}");
    }
    let mode = fs::metadata(&report).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    let (code, said) = check(folder, &["-f", "json", "-o", "circle"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("circle cannot be written"), "{said}");
    assert_eq!(fs::read_dir(folder.join("out")).unwrap().count(), 2);
}
