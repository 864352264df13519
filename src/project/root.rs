//! The folder that a project is in.

use std::path::{Path, PathBuf};

use crate::source::{Source, canonical};

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

/// The folder whose files a file may load: the root of its project; where there is none, the working directory if the
/// file lies in it, else its own folder.
///
/// A template is untrusted input, and its `load…` functions put files into values that reports print. So they get
/// nothing from outside of this folder, also where a link inside points there.
pub(super) fn bounds_of(source: &Source, working_directory: &Path) -> PathBuf {
    let file = source.canonical();
    root_of(file).unwrap_or_else(|| {
        if file.starts_with(working_directory) {
            working_directory.to_owned()
        } else {
            file.parent().unwrap_or(file).to_owned()
        }
    })
}
