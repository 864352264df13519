//! What belongs to the project on disk: the bound of what a template may make akvlint read.
//!
//! A template is untrusted input, and its `load…` functions put files into values that reports print. So they get
//! nothing from outside of the project, also where a link inside points there.

use std::path::{Path, PathBuf};

/// What marks the root of a project.
const MARKERS: [&str; 3] = ["akvlint.toml", ".akvlint.toml", ".git"];

/// The root of the project that a file belongs to: the nearest folder up that has a marker; where there is none, the
/// working directory if the file lies in it, else the folder of the file. Paths are canonical ones.
pub(super) fn root(file: &Path, working_directory: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(file);
    let marked = folder
        .ancestors()
        .find(|folder| MARKERS.iter().any(|marker| folder.join(marker).exists()));
    match marked {
        Some(root) => root.to_owned(),
        None if folder.starts_with(working_directory) => working_directory.to_owned(),
        None => folder.to_owned(),
    }
}
