//! Where paths lead: a path with all links resolved, looked up once in a run.
//!
//! In: paths as files write them, through a few folders again and again in ever new ways. Out: the path of what is there,
//! or why nothing is. What leads nowhere is remembered too: templates name what is not there as often as what is. It
//! refuses to read files.
use super::read::canonical;
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::HashMap;

/// The longest path of a folder that is looked up part by part, which takes stack for each part: `PATH_MAX` of Linux.
const LONGEST_FOLDER: usize = 4096;

/// Whether the disk may know a name by another spelling than the path has.
const IGNORES_CASE: bool = cfg!(any(windows, target_vendor = "apple"));

/// A path with all links resolved, or why there is none.
type Resolved = Result<PathBuf, ErrorKind>;

/// The paths that were looked up.
#[derive(Debug, Default)]
pub(super) struct ResolvedPaths {
    /// By path as one string, which is much faster to compare than part by part.
    known: Mutex<HashMap<OsString, Resolved>>,
}

impl ResolvedPaths {
    /// Notes the folders of files whose paths have all links resolved. In the order of their paths, it takes least.
    pub(super) fn note_folders(&self, files: impl IntoIterator<Item = Arc<Path>>) {
        let mut known = self.known();
        let mut last: Option<Arc<Path>> = None;
        for file in files {
            if last.as_deref().and_then(folder_of) == folder_of(&file) {
                continue;
            }
            for folder in file.ancestors().skip(1) {
                if known.contains_key(folder.as_os_str()) {
                    break;
                }
                known.insert(folder.as_os_str().to_owned(), Ok(folder.to_owned()));
            }
            last = Some(file);
        }
    }

    /// The path with all links resolved. Of what `is_file` knows in a folder whose links are resolved, the disk is not
    /// asked: it is no link.
    pub(super) fn resolve(&self, path: &Path, is_file: impl Fn(&Path) -> bool) -> Resolved {
        let folder = path.parent().filter(|folder| !is_empty(folder));
        let (Some(folder), Some(name)) = (folder, path.file_name()) else {
            return self.resolve_whole(path);
        };
        let inside = self.resolve_folder(folder)?.join(name);
        if is_file(&inside) {
            return Ok(inside);
        }
        self.resolve_name(path, inside)
    }

    /// The same of a folder. What lies behind a folder whose path is known is not looked up from the root of the disk.
    fn resolve_folder(&self, folder: &Path) -> Resolved {
        if let Some(known) = self.known().get(folder.as_os_str()) {
            return known.clone();
        }
        if folder.as_os_str().len() > LONGEST_FOLDER {
            return self.resolve_whole(folder);
        }
        let mut parts = folder.components();
        let last = parts.next_back();
        let above = parts.as_path();
        let resolved = match last {
            // Windows takes `..` out of a path before it looks whether the folder before it is there.
            Some(Component::ParentDir) if !is_empty(above) && !cfg!(windows) => {
                self.resolve_folder(above).map(|mut above| {
                    // Above the root there is the root.
                    above.pop();
                    above
                })
            }
            Some(Component::Normal(name)) if !is_empty(above) => self
                .resolve_folder(above)
                .and_then(|above| self.resolve_name(folder, above.join(name))),
            _ => return self.resolve_whole(folder),
        };
        self.keep(folder, resolved)
    }

    /// The path, which is `inside` with the links of its folder resolved.
    fn resolve_name(&self, path: &Path, inside: PathBuf) -> Resolved {
        if let Some(known) = self.known().get(inside.as_os_str()) {
            return known.clone();
        }
        let resolved = match inside.symlink_metadata() {
            Ok(found) if found.is_symlink() || IGNORES_CASE => {
                canonical(path).map_err(|error| error.kind())
            }
            Ok(_) => Ok(inside.clone()),
            Err(error) => Err(error.kind()),
        };
        self.keep(&inside, resolved)
    }

    fn resolve_whole(&self, path: &Path) -> Resolved {
        if let Some(known) = self.known().get(path.as_os_str()) {
            return known.clone();
        }
        self.keep(path, canonical(path).map_err(|error| error.kind()))
    }

    fn keep(&self, path: &Path, resolved: Resolved) -> Resolved {
        self.known()
            .insert(path.as_os_str().to_owned(), resolved.clone());
        resolved
    }

    /// Locks; what another thread left when it panicked is still sound, because entries are added in one step.
    fn known(&self) -> MutexGuard<'_, HashMap<OsString, Resolved>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn folder_of(file: &Path) -> Option<&OsStr> {
    file.parent().map(Path::as_os_str)
}

fn is_empty(path: &Path) -> bool {
    path.as_os_str().is_empty()
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_path_leads_where_the_disk_says() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/b/x.json"), "{}").unwrap();
        symlink(root.join("a/b"), root.join("to")).unwrap();
        symlink("a/b/x.json", root.join("file.json")).unwrap();
        symlink("nowhere", root.join("lost")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        let paths = ResolvedPaths::default();
        for path in [
            "a/b/x.json",
            "a/./b/../b/x.json",
            "to/x.json",
            "to/../b/x.json",
            "file.json",
            "a/b",
            "to",
            "a/b/..",
            "a/b/gone.json",
            "gone/x.json",
            "gone/../a/b/x.json",
            "a/b/x.json/y.json",
            "lost",
            "lost/x.json",
            "loop",
            "loop/x.json",
            "a/\0",
        ] {
            let path = root.join(path);
            let expected = canonical(&path).map_err(|error| error.kind());
            for _ in 0..2 {
                assert_eq!(paths.resolve(&path, |_| false), expected, "{path:?}");
            }
        }
    }

    #[test]
    fn what_leads_nowhere_is_looked_up_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/x.json");
        let paths = ResolvedPaths::default();
        assert_eq!(paths.resolve(&path, |_| false), Err(ErrorKind::NotFound));
        fs::create_dir(folder.path().join("a")).unwrap();
        fs::write(&path, "{}").unwrap();
        assert_eq!(paths.resolve(&path, |_| false), Err(ErrorKind::NotFound));
    }
}
