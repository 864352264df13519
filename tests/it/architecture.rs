//! The shape of the source: which folder may use which, how long a file may be, that it says what it is for, and that
//! nothing here can reach the network.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders of `src/` in the order of the pipeline. A folder uses only those before it, and the types of `finding`.
const PIPELINE: &[&str] = &[
    "source", "syntax", "discover", "project", "evaluate", "estate", "rules", "finding", "fix",
    "suppress", "baseline", "report", "run", "cli",
];

/// Plain data that any folder may speak of.
const DATA: &str = "finding";

/// What the plain data is made of: places, and the text type.
const DATA_USES: &[&str] = &["source", "syntax"];

/// What is left to right in the pipeline, but still not to be known: folder, what it must not use, why.
const REFUSED: &[(&str, &str, &str)] = &[
    ("rules", "project", "rules know resources, not files"),
    ("rules", "discover", "rules know resources, not files"),
    ("estate", "project", "an estate is made of values"),
    ("report", "rules", "reports know findings, not rules"),
    ("report", "estate", "reports know findings, not resources"),
    (
        "report",
        "project",
        "reports know findings, not how they were found",
    ),
    ("suppress", "rules", "suppressions know findings, not rules"),
    ("baseline", "rules", "baselines know findings, not rules"),
    ("baseline", "project", "baselines know findings, not files"),
    ("report", "baseline", "reports know findings, not baselines"),
];

const MAX_LINES: usize = 800;

/// Crates that open connections, or are there for those that do; `deny.toml` has the same.
const NETWORK: &[&str] = &[
    "async-std",
    "attohttpc",
    "curl",
    "curl-sys",
    "git2",
    "h2",
    "hickory-resolver",
    "http",
    "hyper",
    "hyper-util",
    "isahc",
    "lettre",
    "libgit2-sys",
    "mio",
    "minreq",
    "native-tls",
    "openssl",
    "openssl-sys",
    "quinn",
    "reqwest",
    "rustls",
    "schannel",
    "security-framework",
    "smol",
    "socket2",
    "surf",
    "tokio",
    "tonic",
    "trust-dns-resolver",
    "tungstenite",
    "ureq",
    "webpki",
];

/// What talks to the network in the standard library. Addresses as values do not.
const SOCKETS: &[&str] = &[
    "TcpListener",
    "TcpStream",
    "ToSocketAddrs",
    "UdpSocket",
    "UnixDatagram",
    "UnixListener",
    "UnixStream",
];

struct File {
    /// Relative to the root of the crate, with `/`.
    name: String,
    text: String,
}

impl File {
    /// The folder of `src/` that it is in; `None` for the two roots.
    fn folder(&self) -> Option<&str> {
        let inner = self.name.strip_prefix("src/")?;
        inner.split_once('/').map(|(folder, _)| folder)
    }

    /// The lines of code: without comments, and without the unit tests at the end.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
            .map(|(index, line)| (index + 1, line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files under these folders.
fn files(folders: &[&str]) -> Vec<File> {
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut files = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).unwrap();
            waiting.extend(entries.map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
            files.push(File {
                name: name.replace('\\', "/"),
                text: fs::read_to_string(&path).unwrap(),
            });
        }
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(!files.is_empty());
    files
}

fn place(folder: &str) -> usize {
    PIPELINE
        .iter()
        .position(|known| *known == folder)
        .unwrap_or_else(|| {
            panic!(
                "src/{folder} has no place in the pipeline; give it one here and in docs/design.md"
            )
        })
}

/// The folders that a line names after `crate::`, also in a list in braces.
fn used(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, start) in line.match_indices("crate::") {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        // `$crate::` of a macro, or another crate whose name ends so.
        if line[..at].ends_with(is_word) {
            continue;
        }
        let rest = &line[at + start.len()..];
        let names = match rest.strip_prefix('{') {
            Some(list) => list.split(['}', ';']).next().unwrap_or(list),
            None => rest.split(|c| !is_word(c)).next().unwrap_or(rest),
        };
        found.extend(
            names
                .split(',')
                .filter_map(|name| name.trim().split("::").next())
                .filter(|name| !name.is_empty()),
        );
    }
    found
}

#[test]
fn a_folder_uses_only_those_before_it() {
    let mut wrong = Vec::new();
    for file in files(&["src"]) {
        let Some(folder) = file.folder() else {
            continue;
        };
        let own = place(folder);
        for (number, line) in file.code() {
            for other in used(line) {
                if other == folder || !root().join("src").join(other).is_dir() {
                    continue;
                }
                let refused = REFUSED
                    .iter()
                    .find(|(of, refused, _)| *of == folder && *refused == other);
                let is_before = place(other) < own || other == DATA;
                let why = if let Some((.., why)) = refused {
                    *why
                } else if folder == DATA && !DATA_USES.contains(&other) {
                    "findings are plain data"
                } else if !is_before {
                    "it comes later in the pipeline"
                } else {
                    continue;
                };
                wrong.push(format!("{}:{number}: uses {other}: {why}", file.name));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_a_line_uses_is_seen() {
    assert_eq!(used("use crate::source::Span;"), ["source"]);
    assert_eq!(
        used("use crate::{finding::Level, report};"),
        ["finding", "report"]
    );
    assert_eq!(
        used("let a: crate::cli::A = crate::run::b();"),
        ["cli", "run"]
    );
    assert!(used("use supercrate::report::A;").is_empty());
    assert!(used("pub(crate) fn report()").is_empty());
}

#[test]
fn every_folder_is_a_module_of_the_library_and_described() {
    let library = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let design = fs::read_to_string(root().join("docs/design.md")).unwrap();
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        let folder = path.file_name().unwrap().to_str().unwrap();
        place(folder);
        assert!(
            library.contains(&format!("pub mod {folder};")),
            "src/{folder} is not in src/lib.rs"
        );
        assert!(
            design.contains(&format!("`{folder}`")),
            "docs/design.md does not say what `{folder}` is"
        );
    }
}

#[test]
fn files_are_short_enough_to_be_read() {
    let mut long = Vec::new();
    for file in files(&["src", "tests", "benches"]) {
        let lines = file.text.lines().count();
        if lines > MAX_LINES {
            long.push(format!("{}: {lines} lines", file.name));
        }
    }
    assert!(
        long.is_empty(),
        "a file has one subject and at most {MAX_LINES} lines:\n{}",
        long.join("\n")
    );
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut silent = Vec::new();
    for file in files(&["src", "tests/it", "benches"]) {
        let first = file.text.lines().next().unwrap_or_default();
        if !first.starts_with("//! ") || first.len() < 12 {
            silent.push(file.name);
        }
    }
    assert!(
        silent.is_empty(),
        "these do not begin with what they are for:\n{}",
        silent.join("\n")
    );
}

#[test]
fn the_root_of_a_folder_says_what_goes_in_and_comes_out() {
    for file in files(&["src"]) {
        let Some(inner) = file.name.strip_prefix("src/") else {
            continue;
        };
        let Some((folder, "mod.rs")) = inner.split_once('/') else {
            continue;
        };
        if folder == "cli" {
            continue;
        }
        let doc: String = file
            .text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        for part in ["In:", "Out:", "refuse"] {
            assert!(doc.contains(part), "{} does not say `{part}`", file.name);
        }
    }
}

#[test]
fn the_library_prints_nothing_and_stops_nothing() {
    for file in files(&["src"]) {
        if file.folder() == Some("cli") {
            continue;
        }
        for (number, line) in file.code() {
            for word in [
                "std::process::exit",
                "process::exit(",
                "io::stdout",
                "io::stderr",
            ] {
                assert!(
                    !line.contains(word),
                    "{}:{number}: {word} is for the command line",
                    file.name
                );
            }
        }
    }
}

#[test]
fn no_dependency_can_reach_the_network() {
    let lock: toml::Table = fs::read_to_string(root().join("Cargo.lock"))
        .unwrap()
        .parse()
        .unwrap();
    let packages = lock["package"].as_array().unwrap();
    let by_name: BTreeMap<&str, &toml::Value> = packages
        .iter()
        .map(|package| (package["name"].as_str().unwrap(), package))
        .collect();
    assert!(by_name.contains_key("akvlint") && by_name.len() > 50);
    for name in NETWORK {
        assert!(!by_name.contains_key(name), "Cargo.lock has {name}");
    }
    for (name, package) in &by_name {
        let source = package.get("source").and_then(toml::Value::as_str);
        assert!(
            source.is_none_or(
                |source| source == "registry+https://github.com/rust-lang/crates.io-index"
            ) && (source.is_some() || *name == "akvlint"),
            "{name} does not come from crates.io: {source:?}"
        );
    }
}

#[test]
fn the_crates_that_deny_refuses_are_those_that_are_tested() {
    let deny: toml::Table = fs::read_to_string(root().join("deny.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let listed: Vec<&str> = deny["bans"]["deny"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["crate"].as_str().unwrap())
        .collect();
    assert_eq!(listed, NETWORK);
}

#[test]
fn nothing_here_can_reach_the_network() {
    for file in files(&["src"]).into_iter().chain(files(&["build.rs"])) {
        for (number, line) in file.text.lines().enumerate() {
            for word in SOCKETS {
                assert!(!line.contains(word), "{}:{}: {word}", file.name, number + 1);
            }
        }
    }
}

#[test]
fn every_dependency_has_a_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut section = "";
    let mut dependencies = 0;
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]") && line.contains('=') {
            dependencies += 1;
            let reason = line.split_once(" # ").map(|(_, reason)| reason.trim());
            assert!(reason.is_some_and(|reason| reason.len() > 5), "{line}");
        }
    }
    assert!(dependencies > 0);
}

#[test]
fn every_test_file_is_run() {
    let main = fs::read_to_string(root().join("tests/it/main.rs")).unwrap();
    for entry in fs::read_dir(root().join("tests/it")).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        if ["main", "snapshots"].contains(&stem) {
            continue;
        }
        assert!(
            main.contains(&format!("mod {stem};")),
            "{} is not in tests/it/main.rs",
            path.display()
        );
    }
}
