//! The files of a git revision, in a folder of their own.
//!
//! Only the plumbing of the `git` program is used, and only to read: `rev-parse`, `ls-tree` and `cat-file`. They look at no
//! index and no worktree, so that no hook, filter, `textconv` or file system monitor of the repository runs, whatever its
//! configuration and attributes say; what they might fetch (a blob that a partial clone left behind) they are forbidden
//! to. The contents are those of the repository: without the line ends and the large files that a checkout would make.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use miette::Diagnostic;
use tempfile::TempDir;
use thiserror::Error;

use crate::source::{SIZE_LIMIT, canonical};

/// What is read of files that are no templates: what the `load…` functions take at most is far below.
const OTHER_LIMIT: u64 = 8 * 1024 * 1024;

/// Why a revision cannot be read.
#[derive(Debug, Error, Diagnostic)]
pub enum RevisionError {
    /// There is no repository.
    #[error("--diff-base needs a git repository with a worktree, and {path} is in none")]
    #[diagnostic(help("run it in a clone, or use a baseline: `akvlint baseline create`"))]
    NoRepository {
        /// The path as given.
        path: String,
    },
    /// There is no program.
    #[error("--diff-base needs the program git, which cannot be started: {reason}")]
    #[diagnostic(help("install git, or use a baseline: `akvlint baseline create`"))]
    NoProgram {
        /// Why.
        reason: String,
    },
    /// The revision is not there.
    #[error("git knows no revision '{revision}' in {path}")]
    #[diagnostic(help(
        "name a branch, a tag or a commit; a remote branch has to be fetched first"
    ))]
    Unknown {
        /// As given.
        revision: String,
        /// The root of the repository.
        path: String,
    },
    /// The revision is not there, and the clone is shallow.
    #[error("git knows no revision '{revision}' in {path}, which is a shallow clone")]
    #[diagnostic(help(
        "fetch it: `git fetch origin {revision}`, in GitHub Actions `fetch-depth: 0` of actions/checkout"
    ))]
    Shallow {
        /// As given.
        revision: String,
        /// The root of the repository.
        path: String,
    },
    /// Git does not do it.
    #[error("git cannot read revision '{revision}': {reason}")]
    #[diagnostic(help("see whether `git ls-tree -r {revision}` works"))]
    Failed {
        /// As given.
        revision: String,
        /// What git says.
        reason: String,
    },
    /// A file cannot be written.
    #[error("the files of revision '{revision}' cannot be copied to {path}: {reason}")]
    #[diagnostic(help("see whether there is room for them, or name another folder in TMPDIR"))]
    NoRoom {
        /// As given.
        revision: String,
        /// Where.
        path: String,
        /// Why.
        reason: String,
    },
}

/// The files of a revision, which go when this goes.
#[derive(Debug)]
pub struct Checkout {
    folder: TempDir,
    /// The folder with all links resolved.
    copy: PathBuf,
    /// The root of the repository, with all links resolved.
    root: PathBuf,
}

impl Checkout {
    /// Copies the files of a revision of the repository that `path` lies in.
    ///
    /// # Errors
    ///
    /// There is no repository, no program, no such revision, or no room.
    pub fn of(path: &Path, revision: &str) -> Result<Self, RevisionError> {
        let root = repository(path).ok_or_else(|| RevisionError::NoRepository {
            path: path.display().to_string(),
        })?;
        let git = Git {
            root: &root,
            revision,
        };
        let commit = git.commit()?;
        let no_room = |error| git.no_room(&std::env::temp_dir(), &error);
        let folder = tempfile::Builder::new()
            .prefix("akvlint-")
            .tempdir()
            .map_err(no_room)?;
        let copy = canonical(folder.path()).map_err(no_room)?;
        // The mark of a root, so that nothing looks for one around the copy.
        fs::create_dir(copy.join(".git")).map_err(no_room)?;
        git.copy(&git.entries(&commit)?, &copy)?;
        Ok(Self { folder, copy, root })
    }

    /// The root of the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder with the files of the revision.
    pub fn copy(&self) -> &Path {
        &self.copy
    }

    /// Where a path of the repository is in the copy; a path outside stays.
    pub fn path(&self, path: &Path) -> PathBuf {
        let resolved = canonical(path).or_else(|_| std::path::absolute(path));
        let resolved = resolved.unwrap_or_else(|_| path.to_owned());
        match resolved.strip_prefix(&self.root) {
            Ok(inside) if inside.as_os_str().is_empty() => self.copy.clone(),
            Ok(inside) => self.copy.join(inside),
            Err(_) => path.to_owned(),
        }
    }

    /// Removes the copy.
    ///
    /// # Errors
    ///
    /// It cannot be removed.
    pub fn close(self) -> std::io::Result<()> {
        self.folder.close()
    }
}

/// The root of the repository that a path lies in.
fn repository(path: &Path) -> Option<PathBuf> {
    let resolved = canonical(path)
        .or_else(|_| std::path::absolute(path))
        .ok()?;
    let mut folders = resolved.ancestors();
    folders
        .find(|folder| folder.join(".git").exists())
        .map(Path::to_owned)
}

/// A path without the prefix that resolved ones have on Windows, which git does not know.
fn plain(path: &Path) -> PathBuf {
    let text = path.to_str().filter(|_| cfg!(windows));
    let inside = text.and_then(|text| text.strip_prefix(r"\\?\"));
    inside.map_or_else(|| path.to_owned(), PathBuf::from)
}

/// A file of a tree.
struct Entry {
    /// The object of its content.
    object: String,
    /// Relative to the root, made of plain names.
    path: PathBuf,
    is_link: bool,
}

struct Git<'a> {
    root: &'a Path,
    revision: &'a str,
}

impl Git<'_> {
    fn failed(&self, reason: &[u8]) -> RevisionError {
        let text = String::from_utf8_lossy(reason);
        let plain = |character: char| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        };
        let reason: String = text.trim().chars().map(plain).collect();
        RevisionError::Failed {
            revision: self.revision.to_owned(),
            reason: if reason.is_empty() {
                "it does not say why".to_owned()
            } else {
                reason
            },
        }
    }

    fn no_room(&self, path: &Path, error: &std::io::Error) -> RevisionError {
        RevisionError::NoRoom {
            revision: self.revision.to_owned(),
            path: path.display().to_string(),
            reason: error.to_string(),
        }
    }

    /// A command of git that runs nothing else and reaches nothing.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one program that is started, and only where the user asks for a revision"
    )]
    fn command(&self) -> Command {
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            // A hook sets the repository by these; which one it is follows from the path here. Configuration by the
            // environment is the user's own, and may hold `safe.directory`.
            if text.starts_with("GIT_") && !text.starts_with("GIT_CONFIG_") {
                command.env_remove(&name);
            }
        }
        if let Some(above) = self.root.parent() {
            // What looks like a repository and is none must not lead to one above.
            command.env("GIT_CEILING_DIRECTORIES", plain(above));
        }
        command
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "none")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("LC_ALL", "C")
            .arg("-C")
            .arg(plain(self.root))
            .args(["--no-pager", "--no-replace-objects", "--literal-pathspecs"])
            .args(["-c", "core.fsmonitor=false"])
            .args(["-c", "core.hooksPath=/dev/null"])
            .args(["-c", "core.sshCommand=false"])
            .args(["-c", "credential.helper="])
            .args(["-c", "protocol.allow=never"])
            .args(["-c", "gc.auto=0"])
            .args(["-c", "maintenance.auto=false"])
            .args(["-c", "safe.bareRepository=explicit"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run<'s>(
        &self,
        arguments: impl IntoIterator<Item = &'s OsStr>,
    ) -> Result<Output, RevisionError> {
        let output = self.command().args(arguments).output();
        output.map_err(|error| self.not_started(&error))
    }

    fn not_started(&self, error: &std::io::Error) -> RevisionError {
        RevisionError::NoProgram {
            reason: match error.kind() {
                ErrorKind::NotFound => "there is no such program".to_owned(),
                _ => error.to_string(),
            },
        }
    }

    /// The commit that the revision names.
    fn commit(&self) -> Result<String, RevisionError> {
        let unknown = || RevisionError::Unknown {
            revision: self.revision.to_owned(),
            path: self.root.display().to_string(),
        };
        // What begins with a hyphen would be an option, and no revision does.
        if self.revision.is_empty() || self.revision.starts_with('-') {
            return Err(unknown());
        }
        let words = |text: &'static str| text.split(' ').map(OsStr::new);
        let found = self.run(words("rev-parse --is-shallow-repository"))?;
        if !found.status.success() {
            return Err(self.failed(&found.stderr));
        }
        let is_shallow = found.stdout.starts_with(b"true");
        let name = format!("{}^{{commit}}", self.revision);
        let found = self.run(words("rev-parse --verify --quiet").chain([OsStr::new(&name)]))?;
        let commit = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        let is_name = !commit.is_empty() && commit.chars().all(|digit| digit.is_ascii_hexdigit());
        if found.status.success() && is_name {
            return Ok(commit);
        }
        Err(if is_shallow {
            RevisionError::Shallow {
                revision: self.revision.to_owned(),
                path: self.root.display().to_string(),
            }
        } else {
            unknown()
        })
    }

    /// The files of a commit that may matter.
    fn entries(&self, commit: &str) -> Result<Vec<Entry>, RevisionError> {
        let words = ["ls-tree", "-r", "-z", "-l", "--full-tree", commit];
        let found = self.run(words.into_iter().map(OsStr::new))?;
        if !found.status.success() {
            return Err(self.failed(&found.stderr));
        }
        let lines = found.stdout.split(|byte| *byte == 0);
        Ok(lines.filter_map(entry).collect())
    }

    /// Writes the files below a folder.
    fn copy(&self, entries: &[Entry], folder: &Path) -> Result<(), RevisionError> {
        let mut git = self
            .command()
            .args(["cat-file", "--batch", "--buffer"])
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| self.not_started(&error))?;
        let copied = self.copy_from(&mut git, entries, folder);
        if copied.is_err() {
            // It waits for somebody to read, who is gone.
            let _ = git.kill();
        }
        let _ = git.wait();
        copied
    }

    fn copy_from(
        &self,
        git: &mut Child,
        entries: &[Entry],
        folder: &Path,
    ) -> Result<(), RevisionError> {
        let (Some(mut asked), Some(answers)) = (git.stdin.take(), git.stdout.take()) else {
            return Err(self.failed(b"it cannot be talked to"));
        };
        std::thread::scope(|scope| {
            // Gone when this ends, on an error too, so that git and who asks it do not wait for one another.
            let mut answers = BufReader::new(answers);
            // Both ends at once: a pipe holds little.
            scope.spawn(move || {
                for entry in entries {
                    // Where git has ended, its answer is missing, which is told of below.
                    if writeln!(asked, "{}", entry.object).is_err() {
                        break;
                    }
                }
            });
            let mut links = Vec::new();
            let mut above = None;
            for entry in entries {
                let content = self.content(&mut answers)?;
                if entry.is_link {
                    links.push((entry, content));
                    continue;
                }
                // The files of a folder stand together.
                let path = folder.join(&entry.path);
                let is_new = above.as_deref() != path.parent();
                self.write(&path, &content, is_new)?;
                above = path.parent().map(Path::to_owned);
            }
            // Last, and all folders before the first, so that nothing is written through one.
            for (entry, _) in &links {
                if let Some(above) = folder.join(&entry.path).parent() {
                    fs::create_dir_all(above).map_err(|error| self.no_room(above, &error))?;
                }
            }
            for (entry, target) in links {
                link(&entry.path, &target, folder);
            }
            Ok(())
        })
    }

    /// The next object: `<name> <type> <size>`, the content, a line end.
    fn content(&self, answers: &mut impl BufRead) -> Result<Vec<u8>, RevisionError> {
        let broken = |_| self.failed(b"cat-file ended early");
        let mut head = Vec::new();
        answers
            .by_ref()
            .take(1024)
            .read_until(b'\n', &mut head)
            .map_err(broken)?;
        let head = String::from_utf8_lossy(&head);
        let mut words = head.split_whitespace().skip(1);
        let size = match (words.next(), words.next().map(str::parse::<usize>)) {
            (Some("blob"), Some(Ok(size))) if size as u64 <= SIZE_LIMIT => size,
            _ => {
                return Err(self.failed(
                    b"it does not have the content of all files, as in a partial clone; fetch them first",
                ));
            }
        };
        let mut content = vec![0; size];
        answers.read_exact(&mut content).map_err(broken)?;
        answers.read_exact(&mut [0]).map_err(broken)?;
        Ok(content)
    }

    fn write(&self, path: &Path, content: &[u8], with_folder: bool) -> Result<(), RevisionError> {
        let folder = path.parent().filter(|_| with_folder);
        let made = folder.map_or(Ok(()), fs::create_dir_all);
        let written = made.and_then(|()| {
            // A tree that names one path twice is no tree that git makes.
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(path)?;
            file.write_all(content)
        });
        match written {
            // Names that differ in case only are one on some systems; the first stays, as in a checkout.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::AlreadyExists | ErrorKind::NotADirectory
                ) =>
            {
                Ok(())
            }
            written => written.map_err(|error| self.no_room(path, &error)),
        }
    }
}

/// One entry of `ls-tree -l`: `<mode> <type> <object> <size>\t<path>`; `None` for what is no file, is too large, or has a
/// path that leads out of the folder.
fn entry(line: &[u8]) -> Option<Entry> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let (head, path) = (line.get(..tab)?, line.get(tab + 1..)?);
    let head = std::str::from_utf8(head).ok()?;
    let mut words = head.split_whitespace();
    let (mode, kind, object, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
    if kind != "blob" || !object.chars().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let path = plain_path(path)?;
    let is_template = path.extension().is_some_and(|ending| {
        ["bicep", "bicepparam", "json", "jsonc"]
            .contains(&ending.to_string_lossy().to_ascii_lowercase().as_str())
    });
    let limit = if is_template { SIZE_LIMIT } else { OTHER_LIMIT };
    // A missing size is that of an object that is missing, which is told of when it is read.
    let is_read = size.parse::<u64>().map_or(true, |size| size <= limit);
    is_read.then(|| Entry {
        object: object.to_owned(),
        path,
        is_link: mode == "120000",
    })
}

/// The path of a tree, if each part of it is a plain name on this system. A repository from a stranger may hold others.
fn plain_path(bytes: &[u8]) -> Option<PathBuf> {
    let mut path = PathBuf::new();
    for part in bytes.split(|byte| *byte == b'/') {
        let name = file_name(part)?;
        let has_separator = cfg!(windows) && part.iter().any(|byte| matches!(byte, b'\\' | b':'));
        let is_special = matches!(part, b"" | b"." | b"..") || part.eq_ignore_ascii_case(b".git");
        if is_special || has_separator || Path::new(&name).components().count() != 1 {
            return None;
        }
        path.push(name);
    }
    Some(path)
}

#[cfg(unix)]
fn file_name(bytes: &[u8]) -> Option<std::ffi::OsString> {
    use std::os::unix::ffi::OsStrExt;
    Some(OsStr::from_bytes(bytes).to_owned())
}

#[cfg(not(unix))]
fn file_name(bytes: &[u8]) -> Option<std::ffi::OsString> {
    Some(std::str::from_utf8(bytes).ok()?.into())
}

/// Makes a link that stays inside of the folder. One that does not, or cannot be made, is left out: what it leads to is no
/// part of the revision.
#[cfg(unix)]
fn link(path: &Path, target: &[u8], folder: &Path) {
    use std::path::Component;
    let Some(target) = file_name(target).map(PathBuf::from) else {
        return;
    };
    let mut depth = path.components().count().saturating_sub(1);
    for component in target.components() {
        match component {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            _ => return,
        }
    }
    // What cannot be made is left out.
    let _ = std::os::unix::fs::symlink(target, folder.join(path));
}

/// Without links in the file system, a link is a file with its target, as in a checkout.
#[cfg(not(unix))]
fn link(path: &Path, target: &[u8], folder: &Path) {
    // What cannot be made is left out.
    let _ = fs::write(folder.join(path), target);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_plain_names_are_written() {
        for path in [
            "a/b.bicep",
            "a b/ä.json",
            "..a/x",
            ".github/x.yml",
            "a/.gitignore",
        ] {
            assert_eq!(plain_path(path.as_bytes()), Some(PathBuf::from(path)));
        }
        for path in [
            "../a",
            "a/../../b",
            "/etc/passwd",
            ".git/config",
            "a/.GIT/hooks/x",
            "a//b",
            "./a",
            "",
        ] {
            assert_eq!(plain_path(path.as_bytes()), None, "{path}");
        }
    }

    #[test]
    fn entries_are_files_that_may_matter() {
        let object = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
        let line = |mode: &str, kind: &str, size: &str, path: &str| {
            entry(format!("{mode} {kind} {object} {size}\t{path}").as_bytes())
        };
        assert!(line("100644", "blob", "     12", "a.bicep").is_some_and(|entry| !entry.is_link));
        assert!(line("120000", "blob", "      7", "b").is_some_and(|entry| entry.is_link));
        assert!(line("160000", "commit", "      -", "module").is_none());
        assert!(line("100644", "blob", "20000000", "film.mp4").is_none());
        assert!(line("100644", "blob", "20000000", "large.json").is_some());
        assert!(line("100644", "blob", "1", "../x").is_none());
        assert!(entry(b"").is_none());
    }
}
