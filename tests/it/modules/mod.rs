//! Modules, imports, loaded files and parameter files, by `akvlint expand`.
#![allow(clippy::expect_used, clippy::panic, reason = "tests may panic")]
mod cache;
mod elsewhere;
mod imports;
mod load;
mod parameters;
mod yaml;

use std::path::Path;
use std::process::Command;

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
    std::fs::create_dir_all(parent).expect("a folder");
    std::fs::write(path, text).expect("a file");
}
