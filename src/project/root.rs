//! The folder that a project is in.

use std::path::{Path, PathBuf};

use crate::source::canonical;

/// Names of the configuration file, of which the first that is there counts.
pub const CONFIGURATION_FILES: [&str; 2] = ["akvlint.toml", ".akvlint.toml"];

/// The root of the project that a path lies in: the nearest folder up that holds a configuration file or `.git`.
/// `None` where there is none.
pub fn root_of(path: &Path) -> Option<PathBuf> {
    let resolved = canonical(path).ok()?;
    let start = if resolved.is_dir() {
        resolved.as_path()
    } else {
        resolved.parent()?
    };
    let is_root = |folder: &&Path| {
        folder.join(".git").exists()
            || CONFIGURATION_FILES
                .iter()
                .any(|name| folder.join(name).is_file())
    };
    start.ancestors().find(is_root).map(Path::to_owned)
}
