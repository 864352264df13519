//! Lists the rule files of `rules/`, so that adding a rule is adding a file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let folder = root.join("rules");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name();
        if let Some(name) = name.to_str()
            && name.ends_with(".toml")
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    let mut list = String::from(
        "/// File names and texts, by name.\npub(super) const BUILTIN: &[(&str, &str)] = &[\n",
    );
    for name in names {
        let path = folder.join(&name);
        let _ = writeln!(list, "    ({name:?}, include_str!({path:?})),");
    }
    list.push_str("];\n");
    let target = Path::new(&variable("OUT_DIR")?).join("builtin_rules.rs");
    fs::write(target, list)
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}
