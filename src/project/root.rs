//! The folder that a project is in.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use foldhash::HashMap;

use super::{Project, lock};
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
    start.ancestors().find_map(root_at)
}

/// The folder, if it is the root of a project.
fn root_at(folder: &Path) -> Option<PathBuf> {
    let is_root = folder.join(".git").exists()
        || CONFIGURATION_FILES
            .iter()
            // Also what cannot be read, such as a link that leads nowhere: it is no reason to look further up.
            .any(|name| folder.join(name).symlink_metadata().is_ok());
    is_root.then(|| folder.to_owned())
}

/// What the nearest folder up the tree holds. Each folder is looked at once.
#[derive(Debug)]
pub(super) struct Nearest<T> {
    /// By path as one string, which is much faster to compare than part by part.
    known: Mutex<HashMap<OsString, Option<T>>>,
}

impl<T> Default for Nearest<T> {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
        }
    }
}

impl<T: Clone> Nearest<T> {
    /// What `look` finds in this folder, or in the nearest one above it.
    pub(super) fn find(&self, folder: &Path, look: impl Fn(&Path) -> Option<T>) -> Option<T> {
        let mut known = lock(&self.known);
        let mut passed = Vec::new();
        let mut found = None;
        for folder in folder.ancestors() {
            if let Some(answer) = known.get(folder.as_os_str()) {
                found = answer.clone();
                break;
            }
            passed.push(folder);
            found = look(folder);
            if found.is_some() {
                break;
            }
        }
        for folder in passed {
            known.insert(folder.as_os_str().to_owned(), found.clone());
        }
        found
    }
}

impl Project {
    /// The root of the project that a file lies in.
    pub(super) fn root_of(&self, source: &Source) -> Option<PathBuf> {
        self.roots.find(source.canonical().parent()?, root_at)
    }

    /// The folder whose files a file may load: the root of its project; where there is none, the working directory if
    /// the file lies in it, else its own folder.
    ///
    /// A template is untrusted input, and its `load…` functions put files into values that reports print. So they get
    /// nothing from outside of this folder, also where a link inside points there.
    pub(super) fn bounds_of(&self, source: &Source) -> PathBuf {
        let file = source.canonical();
        let working_directory = self.sources().working_directory();
        self.root_of(source).unwrap_or_else(|| {
            if file.starts_with(working_directory) {
                working_directory.to_owned()
            } else {
                file.parent().unwrap_or(file).to_owned()
            }
        })
    }
}
