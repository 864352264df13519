//! The files below the paths of the command line, in a fixed order.
//!
//! `.gitignore` files count, those of the folders above up to the root of the repository too; `.ignore` files, the
//! user's own patterns and `.git/info/exclude` do not, since the result must be the same on every machine. Hidden
//! folders are walked, except `.git`. A path that is named is looked at whatever ignore files say. Symbolic links are
//! followed out of the walked folders, but not to a folder above them.
use super::classify::Format;
use super::problem::{BadGlob, GlobFault, WalkProblem};
use crate::source::canonical;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, Match, WalkBuilder, WalkState};
use rayon::slice::ParallelSliceMut;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf, is_separator};
use std::sync::Arc;
use std::sync::mpsc::channel;

/// A file to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its path, starting with the one that was named.
    pub path: Arc<Path>,
    /// Its path with all links resolved.
    pub canonical: Arc<Path>,
    /// Whether this very file was named on the command line.
    pub named: bool,
}

/// How to look for files.
#[derive(Debug, Clone, Default)]
pub struct WalkOptions {
    /// Whether `.gitignore` files count.
    pub ignore_files: bool,
    /// What to leave out, even where it is named.
    pub exclude: Vec<Exclude>,
    /// The number of threads; 0 lets the walk choose.
    pub threads: usize,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Walked {
    /// The files, each once, in the order of their resolved paths.
    pub files: Vec<Candidate>,
    /// What could not be followed, in order of kind and path.
    pub problems: Vec<WalkProblem>,
    /// What was named and is left out all the same, in order of path.
    pub excluded: Vec<Excluded>,
}

/// A path that was named, and that a pattern leaves out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excluded {
    /// The path as it was given.
    pub path: PathBuf,
    /// The pattern.
    pub pattern: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// Patterns in the form of `.gitignore`, relative to one folder.
#[derive(Debug, Clone)]
pub struct Exclude {
    patterns: Gitignore,
}

impl Exclude {
    /// Nothing is left out.
    pub fn none() -> Self {
        Self {
            patterns: Gitignore::empty(),
        }
    }

    /// Patterns relative to the folder `base`. One without a `/` in it matches a name at any depth; what matches a folder
    /// leaves out all that is in it.
    ///
    /// # Errors
    ///
    /// The first pattern that cannot be read, or that can match nothing.
    pub fn new<'g>(base: &Path, globs: impl IntoIterator<Item = &'g str>) -> Result<Self, BadGlob> {
        let folder = canonical(base).unwrap_or_else(|_| base.to_owned());
        let mut builder = GitignoreBuilder::new(&folder);
        builder.allow_unclosed_class(false);
        let mut last = (0, String::new());
        for (number, glob) in globs.into_iter().enumerate() {
            let bad = |fault| BadGlob {
                glob: glob.to_owned(),
                number,
                fault,
            };
            if let Some(fault) = idle(glob, number == 0, &folder) {
                return Err(bad(fault));
            }
            builder
                .add_line(None, glob)
                .map_err(|error| bad(GlobFault::Syntax(reason(&error))))?;
            last = (number, glob.to_owned());
        }
        let patterns = builder.build().map_err(|error| BadGlob {
            number: last.0,
            glob: last.1,
            fault: GlobFault::Syntax(reason(&error)),
        })?;
        Ok(Self { patterns })
    }

    /// Whether a resolved path, or a folder that it is in below the base, is left out.
    pub fn holds(&self, path: &Path, is_folder: bool) -> bool {
        self.pattern_for(path, is_folder).is_some()
    }

    /// The pattern that leaves out a resolved path, or a folder that it is in below the base.
    fn pattern_for(&self, path: &Path, is_folder: bool) -> Option<&str> {
        if self.patterns.is_empty() {
            return None;
        }
        let below = path
            .strip_prefix(self.patterns.path())
            .map_or(1, |inside| inside.components().count());
        let mut folders = path.ancestors().take(below).enumerate();
        folders.find_map(|(above, path)| {
            match self.patterns.matched(path, is_folder || above > 0) {
                Match::Ignore(pattern) => Some(pattern.original()),
                Match::None | Match::Whitelist(_) => None,
            }
        })
    }
}

/// Why a pattern that can be read matches nothing.
fn idle(glob: &str, is_first: bool, folder: &Path) -> Option<GlobFault> {
    let glob = glob.trim();
    let path = glob.strip_prefix('!').unwrap_or(glob);
    let has = |part| path.split('/').any(|each| each == part);
    let below = folder.to_str().and_then(|folder| path.strip_prefix(folder));
    match below {
        _ if path.trim_matches('/').is_empty() => Some(GlobFault::Empty),
        _ if glob.starts_with('#') => Some(GlobFault::Comment),
        _ if is_first && glob.starts_with('!') => Some(GlobFault::Negation),
        _ if has("..") => Some(GlobFault::Parent),
        _ if has(".") => Some(GlobFault::Current),
        Some(below) if below.starts_with('/') => Some(GlobFault::Absolute(below.to_owned())),
        _ => None,
    }
}

/// What is wrong with a pattern, without the pattern.
fn reason(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}

fn is_excluded(patterns: &[Exclude], path: &Path, is_folder: bool) -> bool {
    patterns
        .iter()
        .any(|patterns| patterns.holds(path, is_folder))
}

/// Finds the files at and below `paths`: in folders those whose ending belongs to a [`Format`], and every named file.
pub fn walk(paths: &[PathBuf], options: &WalkOptions) -> Walked {
    search(paths, options, true)
}

/// Finds the files in a folder itself, as [`walk`] does, without those in the folders in it.
pub fn look_into(folder: &Path, options: &WalkOptions) -> Walked {
    search(&[folder.to_owned()], options, false)
}

fn search(paths: &[PathBuf], options: &WalkOptions, deep: bool) -> Walked {
    let mut search = Search {
        options,
        deep,
        files: Vec::new(),
        problems: Vec::new(),
        excluded: BTreeSet::new(),
        links: BTreeSet::new(),
        named_folders: Vec::new(),
        walked: Vec::new(),
    };
    for path in paths {
        search.named(path);
    }
    while let Some(link) = search.links.pop_first() {
        search.link(&link);
    }
    let Search {
        files,
        mut problems,
        excluded,
        ..
    } = search;
    problems.sort_unstable();
    problems.dedup();
    Walked {
        files: distinct(files),
        problems,
        excluded: excluded.into_iter().collect(),
    }
}

/// Each file once, as it was found first, in the order of their resolved paths.
fn distinct(mut files: Vec<Candidate>) -> Vec<Candidate> {
    files.par_sort_by(|one, other| by_parts(&one.canonical, &other.canonical));
    files.dedup_by(|again, first| {
        let is_same = again.canonical.as_os_str() == first.canonical.as_os_str();
        first.named |= is_same && again.named;
        is_same
    });
    files
}

/// The order of two resolved paths part by part, as [`Path`] has it, without taking them apart.
pub fn by_parts(one: &Path, other: &Path) -> Ordering {
    let (one, other) = (
        one.as_os_str().as_encoded_bytes(),
        other.as_os_str().as_encoded_bytes(),
    );
    let same = same_beginning(one, other);
    // What ends two names comes before every character of a name.
    let rank = |byte: Option<&u8>| byte.map(|byte| (!is_separator(char::from(*byte)), *byte));
    rank(one.get(same)).cmp(&rank(other.get(same)))
}

/// How many bytes two names have in common at their beginning. Paths of one tree share most of theirs.
fn same_beginning(one: &[u8], other: &[u8]) -> usize {
    const AT_A_TIME: usize = 16;
    let blocks = one
        .chunks_exact(AT_A_TIME)
        .zip(other.chunks_exact(AT_A_TIME));
    let start = AT_A_TIME * blocks.take_while(|(one, other)| one == other).count();
    let rest = one.iter().zip(other).skip(start);
    start + rest.take_while(|(one, other)| one == other).count()
}

struct Search<'o> {
    options: &'o WalkOptions,
    /// Whether folders in folders are walked.
    deep: bool,
    /// Those found so far, some of them more than once.
    files: Vec<Candidate>,
    problems: Vec<WalkProblem>,
    excluded: BTreeSet<Excluded>,
    /// The links met so far and not followed yet, in the order in which they will be, which must not depend on threads.
    links: BTreeSet<PathBuf>,
    /// The folders of the command line, resolved.
    named_folders: Vec<PathBuf>,
    /// These and the folders that links led to, resolved.
    walked: Vec<PathBuf>,
}

/// Something met below a folder.
enum Met {
    File(Candidate),
    /// Under the path that starts with the one that was named.
    Link(PathBuf),
    Unreadable {
        path: PathBuf,
        resolved: PathBuf,
        cause: ErrorKind,
    },
}

/// A folder to walk. No links are followed on the way, so what follows either of the two in the path of a file is the
/// same.
struct Folder<'p> {
    /// Its path, starting with the one that was named.
    path: &'p Path,
    /// The same with all links resolved.
    resolved: &'p Path,
}

impl Folder<'_> {
    /// The path of something in it by its resolved path.
    fn given(&self, met: &Path) -> PathBuf {
        match met.strip_prefix(self.resolved) {
            // To join nothing would add a slash.
            Ok(inside) if inside.as_os_str().is_empty() => self.path.to_owned(),
            Ok(inside) => self.path.join(inside),
            Err(_) => met.to_owned(),
        }
    }

    fn file(&self, met: &Path) -> Candidate {
        let canonical: Arc<Path> = met.into();
        let is_resolved = self.path.as_os_str() == self.resolved.as_os_str();
        Candidate {
            path: match is_resolved {
                true => canonical.clone(),
                false => self.given(met).into(),
            },
            canonical,
            named: false,
        }
    }

    fn met(&self, entry: DirEntry) -> Option<Met> {
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            Some(Met::Link(self.given(entry.path())))
        } else if kind.is_file() && Format::of(entry.path()).is_some() {
            Some(Met::File(self.file(entry.path())))
        } else {
            None
        }
    }

    /// An error of the walk, without those in the patterns of an ignore file, which are no concern of ours.
    fn unreadable(&self, error: &ignore::Error, resolved: &Path) -> Option<Met> {
        match error {
            ignore::Error::WithDepth { err, .. } => self.unreadable(err, resolved),
            ignore::Error::WithPath { path, err } => self.unreadable(err, path),
            ignore::Error::Io(error) => Some(Met::Unreadable {
                path: self.given(resolved),
                resolved: resolved.to_owned(),
                cause: error.kind(),
            }),
            _ => None,
        }
    }
}

impl Search<'_> {
    fn named(&mut self, path: &Path) {
        let resolved = match canonical(path) {
            Ok(resolved) => resolved,
            Err(error) => {
                self.problems.push(WalkProblem::Named {
                    path: path.to_owned(),
                    cause: error.kind(),
                });
                return;
            }
        };
        let is_folder = resolved.is_dir();
        let mut patterns = self.options.exclude.iter();
        if let Some(pattern) = patterns.find_map(|one| one.pattern_for(&resolved, is_folder)) {
            self.excluded.insert(Excluded {
                path: path.to_owned(),
                pattern: pattern.to_owned(),
                is_folder,
            });
            return;
        }
        if is_folder {
            self.named_folders.push(resolved.clone());
            self.folder(path, resolved);
        } else {
            self.file(path, resolved, true);
        }
    }

    fn file(&mut self, path: &Path, canonical: PathBuf, named: bool) {
        self.files.push(Candidate {
            path: path.into(),
            canonical: canonical.into(),
            named,
        });
    }

    /// Walks the folder at `path`, which is `resolved` with all links resolved.
    fn folder(&mut self, path: &Path, resolved: PathBuf) {
        let folder = Folder {
            path: path.strip_prefix(".").unwrap_or(path),
            resolved: &resolved,
        };
        for met in entries(&folder, self.options, self.deep) {
            match met {
                Met::File(file) => self.files.push(file),
                Met::Link(path) => {
                    self.links.insert(path);
                }
                Met::Unreadable {
                    path,
                    resolved,
                    cause,
                } => {
                    let is_named = self.named_folders.contains(&resolved);
                    self.problems.push(if is_named {
                        WalkProblem::Named { path, cause }
                    } else {
                        WalkProblem::Unreadable { path, cause }
                    });
                }
            }
        }
        self.walked.push(resolved);
    }

    fn link(&mut self, path: &Path) {
        let resolved = match canonical(path) {
            Ok(resolved) => resolved,
            Err(error) => {
                self.problems.push(match error.kind() {
                    cause @ ErrorKind::PermissionDenied => WalkProblem::Unreadable {
                        path: path.to_owned(),
                        cause,
                    },
                    _ => WalkProblem::Dangling {
                        path: path.to_owned(),
                    },
                });
                return;
            }
        };
        let is_folder = resolved.is_dir();
        let was_walked = self
            .walked
            .iter()
            .any(|folder| resolved.starts_with(folder));
        if is_excluded(&self.options.exclude, &resolved, is_folder) {
            return;
        }
        if is_folder {
            if !self.deep {
                return;
            }
            if self
                .named_folders
                .iter()
                .any(|folder| folder != &resolved && folder.starts_with(&resolved))
            {
                self.problems.push(WalkProblem::Upward {
                    path: path.to_owned(),
                });
            } else if !was_walked {
                self.folder(path, resolved);
            }
            return;
        }
        // What the walk would have found and did not was ignored, or is there already.
        let was_seen = was_walked && Format::of(&resolved).is_some();
        if !was_seen && Format::of(path).is_some() {
            self.file(path, resolved, false);
        }
    }
}

/// What is below a folder, in no order.
fn entries(folder: &Folder<'_>, options: &WalkOptions, deep: bool) -> impl Iterator<Item = Met> {
    let exclude = options.exclude.clone();
    let is_wanted = move |entry: &DirEntry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        entry.depth() == 0
            || (entry.file_name() != ".git" && !is_excluded(&exclude, entry.path(), is_folder))
    };
    let looks_above = options.ignore_files && has_ignore_files_above(folder.resolved);
    let walk = WalkBuilder::new(folder.resolved)
        .standard_filters(false)
        .max_depth((!deep).then_some(1))
        .git_ignore(options.ignore_files)
        .parents(looks_above)
        // Looking above stops at the root of the repository only with this; without it, files count in any folder.
        .require_git(looks_above)
        .filter_entry(is_wanted)
        .threads(options.threads)
        .build_parallel();
    let (sender, receiver) = channel();
    walk.run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            let met = match entry {
                Ok(entry) => folder.met(entry),
                Err(error) => folder.unreadable(&error, folder.resolved),
            };
            // The receiver lives until all threads are done.
            met.map_or(WalkState::Continue, |met| {
                sender
                    .send(met)
                    .map_or(WalkState::Quit, |()| WalkState::Continue)
            })
        })
    });
    receiver.into_iter()
}

/// Whether the `.gitignore` files above a named folder count: it lies in a repository, and they do not ignore the whole
/// folder, since it was named all the same.
fn has_ignore_files_above(folder: &Path) -> bool {
    let above: Vec<&Path> = folder.ancestors().skip(1).collect();
    let Some(root) = above.iter().position(|folder| folder.join(".git").exists()) else {
        return false;
    };
    // What matches a name that no one gives, in whatever place, matches everything in the folder.
    let anything = folder.join("\u{1}");
    let verdict = above.iter().take(root + 1).map(|folder| {
        let (patterns, _) = Gitignore::new(folder.join(".gitignore"));
        let verdict = patterns.matched_path_or_any_parents(&anything, false);
        (verdict.is_ignore(), verdict.is_whitelist())
    });
    let is_ignored = verdict
        .into_iter()
        .find(|&(ignored, kept)| ignored || kept)
        .is_some_and(|(ignored, _)| ignored);
    !folder.join(".git").exists() && !is_ignored
}
