//! Modules, imports, loaded files and parameter files, by `akvlint expand`.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may panic"
)]
mod cache;
mod collections;
mod elsewhere;
mod imports;
mod load;
mod parameters;
mod yaml;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use akvlint::project::{Project, Reference};
use akvlint::source::Sources;
use serde_json::Value;

/// What `akvlint expand` prints in a folder, for a user whose home has nothing in it.
fn expand_in(folder: &Path, arguments: &[&str]) -> Value {
    let home = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_akvlint"))
        .current_dir(folder)
        .env("HOME", home.path())
        .env("AKVLINT_TEST_RETENTION", "30")
        .arg("expand")
        .args(arguments)
        .output()
        .expect("the program starts");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("a document")
}

/// The same for a file of `testdata/modules`.
fn expand(file: &str) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    expand_in(root, &[&format!("testdata/modules/{file}")])
}

/// The diagnostics as `code file:line:column message`, without the folder of the files.
fn diagnostics(document: &Value) -> Vec<String> {
    let all = document["diagnostics"].as_array().expect("an array");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.iter()
        .map(|problem| {
            let file = text(&problem["file"]);
            format!(
                "{} {}:{}:{} {}",
                text(&problem["code"]),
                file.rsplit('/').next().unwrap_or_default(),
                problem["line"],
                problem["column"],
                text(&problem["message"])
            )
        })
        .collect()
}

/// The one resource of a document.
fn only(document: &Value) -> &Value {
    let resources = document["predictedResources"].as_array();
    match resources.map(Vec::as_slice) {
        Some([only]) => only,
        other => panic!("one resource is expected, not {other:?}"),
    }
}

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    let parent = path.parent().expect("a folder");
    fs::create_dir_all(parent).expect("a folder");
    fs::write(path, text).expect("a file");
}

#[test]
fn a_file_that_was_found_and_is_gone_when_it_is_needed_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let (main, gone) = (root.join("main.bicep"), root.join("gone.bicep"));
    fs::write(&main, "module gone 'gone.bicep' = {\n  name: 'gone'\n}\n").unwrap();
    fs::write(&gone, "").unwrap();
    let project = Project::new(Arc::new(Sources::new(&root)));
    let sources = project.sources();
    sources.reserve([(gone.as_path().into(), gone.as_path().into())]);
    let caller = project.file(&main).unwrap().source.id();
    let reference = Reference::Module("gone.bicep".into());
    let location = project.locate(caller, &reference).unwrap();
    let number = sources.number(&gone).unwrap();
    assert_eq!(project.lost(number), None);
    fs::remove_file(&gone).unwrap();
    assert!(project.template_at(&location).is_err());
    let reason = project.lost(number).map(|error| error.reason());
    assert_eq!(reason, Some("unreadable"));
}
