//! The texts of a run, shared by its threads.
use super::decode::{Decoded, Encoding, decode};
use super::error::SourceError;
use super::lines::{LineIndex, Position, Range};
use super::name::{below, for_people, has_detours, without_detours};
use super::read::{SIZE_LIMIT, canonical, read_bytes};
use super::resolve::ResolvedPaths;
use super::{FileId, Span};
use std::borrow::Borrow;
use std::ffi::OsStr;
use std::hash::{Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use foldhash::HashMap;

/// A decoded file.
#[derive(Debug)]
pub struct Source {
    id: FileId,
    path: Arc<Path>,
    canonical: Arc<Path>,
    name: String,
    text: String,
    encoding: Encoding,
    had_bom: bool,
    lines: OnceLock<LineIndex>,
}

impl Source {
    /// Its number in this run.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// Its path as it was given. Paths in the file are relative to the folder of this one.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its path with all links resolved.
    pub fn canonical(&self) -> &Path {
        &self.canonical
    }

    /// What is printed: the path relative to the working directory, with `/`, if it lies inside; else as given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The encoding of the file.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether the file starts with a byte order mark.
    pub fn had_bom(&self) -> bool {
        self.had_bom
    }

    /// The lines of the text, found when they are first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }

    /// The lines and columns of a span.
    pub fn range(&self, span: Span) -> Range {
        self.lines().range(&self.text, span)
    }

    /// The text of a span; empty for one of another file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// All files of a run. A file is read and decoded once, whatever paths lead to it, and kept until
/// [`release`](Self::release); then it goes when the last [`Arc`] of it goes.
#[derive(Debug)]
pub struct Sources {
    /// With all links resolved.
    working_directory: PathBuf,
    /// Folders outside of it that are printed under a name of their own, with all links resolved.
    named_folders: Mutex<Vec<(PathBuf, String)>>,
    files: Mutex<Files>,
    resolved: ResolvedPaths,
}

#[derive(Debug, Default)]
struct Files {
    by_path: HashMap<WholePath, FileId>,
    slots: Vec<Arc<Mutex<Slot>>>,
}

/// A path that is compared as one string, which is much faster than part by part.
#[derive(Debug)]
struct WholePath(Arc<Path>);

impl Borrow<OsStr> for WholePath {
    fn borrow(&self) -> &OsStr {
        self.0.as_os_str()
    }
}

impl PartialEq for WholePath {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_os_str() == other.0.as_os_str()
    }
}

impl Eq for WholePath {}

impl Hash for WholePath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_os_str().hash(state);
    }
}

/// The place of one file. It is locked while the file is read, so that a second thread waits instead of reading too.
#[derive(Debug)]
struct Slot {
    /// The path that it was first named by, which it is printed by if it lies elsewhere.
    path: Option<Arc<Path>>,
    /// That path with all links resolved.
    canonical: Arc<Path>,
    kept: Option<Arc<Source>>,
    live: Weak<Source>,
}

impl Slot {
    /// The path that the file was first named by: this one, if it is the first.
    fn named(&mut self, path: impl Into<Arc<Path>>) -> Arc<Path> {
        self.path.get_or_insert_with(|| path.into()).clone()
    }
}

impl Sources {
    /// No files yet. Names are relative to `working_directory`, an absolute path.
    pub fn new(working_directory: &Path) -> Self {
        let resolved =
            canonical(working_directory).unwrap_or_else(|_| working_directory.to_owned());
        Self {
            working_directory: resolved,
            named_folders: Mutex::default(),
            files: Mutex::default(),
            resolved: ResolvedPaths::default(),
        }
    }

    /// Prints the files in a folder outside of the working directory below this name from now on, not below the path
    /// that the folder has on this machine. A folder that is not there is nothing to name.
    pub fn name_folder(&self, folder: &Path, name: &str) {
        if let Ok(resolved) = canonical(folder) {
            lock(&self.named_folders).push((resolved, name.to_owned()));
        }
    }

    /// The folder that names are relative to, with all links resolved.
    pub fn working_directory(&self) -> &Path {
        &self.working_directory
    }

    /// The file at `path`, read if it is not there yet.
    ///
    /// # Errors
    ///
    /// Why it cannot be read or decoded. Nothing of it is kept then, and the next call tries again, unless there was no
    /// such file.
    pub fn open(&self, path: &Path) -> Result<Arc<Source>, SourceError> {
        let resolved = self
            .resolve(path)
            .map_err(|cause| SourceError::Unreadable {
                path: path.to_owned(),
                cause,
            })?;
        self.open_resolved(path, &resolved)
    }

    /// The file at `path`, which is `canonical` with all links resolved, read if it is not there yet.
    ///
    /// # Errors
    ///
    /// As of [`open`](Self::open).
    pub fn open_resolved(&self, path: &Path, canonical: &Path) -> Result<Arc<Source>, SourceError> {
        self.fetch(path, canonical, || read_bytes(path, SIZE_LIMIT))
    }

    /// The file that is `canonical` with all links resolved, if it was read before and somebody holds it. It is kept from
    /// now on.
    pub fn opened(&self, canonical: &Path) -> Option<Arc<Source>> {
        let slot = {
            let files = lock(&self.files);
            let id = files.by_path.get(canonical.as_os_str())?;
            files.slots.get(id.0 as usize).cloned()?
        };
        let mut slot = lock(&slot);
        slot.kept = slot.live.upgrade();
        slot.kept.clone()
    }

    /// The path with all links resolved, or why there is nothing. It is looked up once in a run.
    ///
    /// # Errors
    ///
    /// What the disk says.
    pub fn resolve(&self, path: &Path) -> Result<PathBuf, ErrorKind> {
        let is_file = |path: &Path| lock(&self.files).by_path.contains_key(path.as_os_str());
        self.resolved.resolve(path, is_file)
    }

    /// The number of the file at `path`, if it was met before, whether or not its text is kept.
    pub fn number(&self, path: &Path) -> Option<FileId> {
        self.number_of_resolved(&self.resolve(path).ok()?)
    }

    /// The same of a path with all links resolved.
    pub fn number_of_resolved(&self, canonical: &Path) -> Option<FileId> {
        let files = lock(&self.files);
        files.by_path.get(canonical.as_os_str()).copied()
    }

    /// The file at `path`, whose bytes were read before, and which is `canonical` with all links resolved.
    ///
    /// # Errors
    ///
    /// Why the bytes cannot be decoded.
    pub fn add(
        &self,
        path: &Path,
        canonical: &Path,
        bytes: Vec<u8>,
    ) -> Result<Arc<Source>, SourceError> {
        self.fetch(path, canonical, || Ok(bytes))
    }

    /// Text that is on no disk, such as standard input, under the name that it would have in the working directory. It
    /// stands for the file of that name, if there is one, from now on.
    pub fn insert(&self, name: &str, text: String) -> Arc<Source> {
        let path = PathBuf::from(name);
        let joined = self.working_directory.join(name);
        let canonical = canonical(&joined).unwrap_or_else(|_| without_detours(&joined));
        let decoded = Decoded {
            text,
            encoding: Encoding::Utf8,
            had_bom: false,
        };
        self.overlay(&path, canonical, decoded)
    }

    /// The file at `path` with another text, as it would be read if it were written. Stands for the file for as long as
    /// it is held.
    pub fn overlay(&self, path: &Path, canonical: PathBuf, decoded: Decoded) -> Arc<Source> {
        let (id, slot) = self.slot(canonical.as_path());
        let mut slot = lock(&slot);
        slot.keep(self.source(id, path.into(), canonical.into(), decoded))
    }

    /// Gives files their numbers, in this order, before threads read them in any order. Of each it is given the path,
    /// and the path with all links resolved.
    pub fn reserve(&self, files: impl IntoIterator<Item = (Arc<Path>, Arc<Path>)>) {
        let numbered = files.into_iter().map(|(path, canonical)| {
            let (_, slot) = self.slot(canonical.clone());
            lock(&slot).named(path);
            canonical
        });
        self.resolved.note_folders(numbered);
    }

    /// The file with this number; `None` if it was released and nobody else holds it.
    pub fn get(&self, id: FileId) -> Option<Arc<Source>> {
        let slot = self.slot_of(id)?;
        lock(&slot).live.upgrade()
    }

    /// What the file with this number is called in reports, whether or not its text is kept.
    pub fn name_of_file(&self, id: FileId) -> Option<String> {
        let slot = self.slot_of(id)?;
        let slot = lock(&slot);
        if let Some(source) = slot.live.upgrade() {
            return Some(source.name().to_owned());
        }
        let path = slot.path.as_deref().unwrap_or(&slot.canonical);
        Some(self.name_of(path, &slot.canonical))
    }

    /// The path of the file with this number, with all links resolved.
    pub fn resolved_path(&self, id: FileId) -> Option<Arc<Path>> {
        let slot = self.slot_of(id)?;
        let slot = lock(&slot);
        Some(slot.canonical.clone())
    }

    /// Stops keeping the text of a file. Who holds an [`Arc`] of it can go on using it.
    pub fn release(&self, id: FileId) {
        if let Some(slot) = self.slot_of(id) {
            lock(&slot).kept = None;
        }
    }

    /// What a path is called in reports, whether or not there is a file.
    pub fn name(&self, path: &Path) -> String {
        let lexical = || without_detours(&self.working_directory.join(path));
        self.name_of(path, &self.resolve(path).unwrap_or_else(|_| lexical()))
    }

    fn fetch(
        &self,
        path: &Path,
        canonical: &Path,
        bytes: impl FnOnce() -> Result<Vec<u8>, SourceError>,
    ) -> Result<Arc<Source>, SourceError> {
        let (id, slot) = self.slot(canonical);
        let mut slot = lock(&slot);
        if let Some(source) = slot.live.upgrade() {
            slot.kept = Some(Arc::clone(&source));
            return Ok(source);
        }
        let decoded = decode(bytes()?).map_err(|(fault, offset)| SourceError::Encoding {
            path: path.to_owned(),
            fault,
            offset,
        })?;
        let (path, canonical) = (slot.named(path), slot.canonical.clone());
        Ok(slot.keep(self.source(id, path, canonical, decoded)))
    }

    fn slot_of(&self, id: FileId) -> Option<Arc<Mutex<Slot>>> {
        lock(&self.files).slots.get(id.0 as usize).cloned()
    }

    /// The place of a file by its resolved path: a new one, if it was not met before.
    fn slot(&self, canonical: impl AsRef<Path> + Into<Arc<Path>>) -> (FileId, Arc<Mutex<Slot>>) {
        let mut files = lock(&self.files);
        let Files { by_path, slots } = &mut *files;
        let known = by_path.get(canonical.as_ref().as_os_str());
        if let Some((id, slot)) = known.and_then(|id| Some((id, slots.get(id.0 as usize)?))) {
            return (*id, Arc::clone(slot));
        }
        let id = FileId(u32::try_from(slots.len()).unwrap_or(u32::MAX));
        let canonical = canonical.into();
        by_path.insert(WholePath(canonical.clone()), id);
        let slot = Arc::new(Mutex::new(Slot {
            path: None,
            canonical,
            kept: None,
            live: Weak::new(),
        }));
        slots.push(slot.clone());
        (id, slot)
    }

    fn source(
        &self,
        id: FileId,
        path: Arc<Path>,
        canonical: Arc<Path>,
        decoded: Decoded,
    ) -> Source {
        let name = self.name_of(&path, &canonical);
        let Decoded {
            text,
            encoding,
            had_bom,
        } = decoded;
        Source {
            id,
            path,
            canonical,
            name,
            text,
            encoding,
            had_bom,
            lines: OnceLock::new(),
        }
    }

    /// The name of the file at `path`, which is `resolved` with all links resolved: relative to the working directory if
    /// the file lies inside; else the path as given, without detours unless a link on them makes a difference.
    pub fn name_of(&self, path: &Path, resolved: &Path) -> String {
        if let Some(inside) = below(resolved, &self.working_directory) {
            return for_people(inside);
        }
        let named = lock(&self.named_folders);
        let inside = named.iter().find_map(|(folder, name)| {
            let inside = below(resolved, folder)?;
            Some(format!("{name}/{}", for_people(inside)))
        });
        if let Some(inside) = inside {
            return inside;
        }
        if !has_detours(path) {
            return for_people(path);
        }
        let plain = without_detours(path);
        let is_same = plain == path || self.resolve(&plain).is_ok_and(|plain| plain == resolved);
        for_people(if is_same { &plain } else { path })
    }
}

impl Slot {
    fn keep(&mut self, source: Source) -> Arc<Source> {
        let source = Arc::new(source);
        self.live = Arc::downgrade(&source);
        self.kept = Some(Arc::clone(&source));
        source
    }
}

/// Locks; what another thread left when it panicked is still sound, because slots change in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )]
    use super::*;
    use crate::source::EncodingFault;
    use std::fs;
    use tempfile::TempDir;

    fn folder() -> (TempDir, Sources) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("work/a")).unwrap();
        fs::write(
            folder.path().join("work/a/main.bicep"),
            "param x string\r\n",
        )
        .unwrap();
        fs::write(folder.path().join("outside.json"), "{}").unwrap();
        let sources = Sources::new(&folder.path().join("work"));
        (folder, sources)
    }

    #[test]
    fn a_file_is_read_once_whatever_path_leads_to_it() {
        let (folder, sources) = folder();
        let first = sources
            .open(&folder.path().join("work/a/main.bicep"))
            .unwrap();
        fs::write(folder.path().join("work/a/main.bicep"), "changed").unwrap();
        let second = sources
            .open(&folder.path().join("work/a/../a/./main.bicep"))
            .unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(
            (first.name(), first.text()),
            ("a/main.bicep", "param x string\r\n")
        );
        assert_eq!(first.position(16), Position { line: 2, column: 1 });
        assert!(Arc::ptr_eq(&first, &sources.get(first.id()).unwrap()));
    }

    #[test]
    fn a_released_file_goes_with_its_last_user_and_keeps_its_number() {
        let (folder, sources) = folder();
        let path = folder.path().join("work/a/main.bicep");
        let source = sources.open(&path).unwrap();
        let id = source.id();
        sources.release(id);
        assert!(sources.get(id).is_some());
        drop(source);
        assert!(sources.get(id).is_none());
        assert_eq!(sources.open(&path).unwrap().id(), id);
    }

    #[test]
    fn names_are_relative_inside_and_as_given_outside() {
        let (folder, sources) = folder();
        let outside = folder.path().join("work/../outside.json");
        let given = folder.path().join("outside.json");
        assert_eq!(
            sources.open(&outside).unwrap().name(),
            given.to_str().unwrap()
        );
        assert_eq!(sources.name(Path::new("a/gone.json")), "a/gone.json");
        assert_eq!(
            sources.name(&folder.path().join("work/a/main.bicep")),
            "a/main.bicep"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_before_two_dots_is_not_taken_for_a_folder() {
        let (folder, sources) = folder();
        std::os::unix::fs::symlink(folder.path().join("work/a"), folder.path().join("link"))
            .unwrap();
        fs::write(folder.path().join("work/x.json"), "{}").unwrap();
        let source = sources.open(&folder.path().join("link/../x.json")).unwrap();
        assert_eq!(source.name(), "x.json");
    }

    #[test]
    fn text_from_elsewhere_stands_for_the_file_of_its_name() {
        let (folder, sources) = folder();
        let source = sources.insert("a/main.bicep", "output y int = 1".to_owned());
        let opened = sources
            .open(&folder.path().join("work/a/main.bicep"))
            .unwrap();
        assert!(Arc::ptr_eq(&source, &opened));
        assert_eq!(source.name(), "a/main.bicep");
        assert_eq!(sources.insert("<stdin>", "{}".to_owned()).name(), "<stdin>");
    }

    #[test]
    fn errors_say_why_and_have_their_word() {
        let (folder, sources) = folder();
        let error = |name: &str| sources.open(&folder.path().join(name)).unwrap_err();
        fs::write(folder.path().join("latin1.json"), b"{\"caf\xe9\": 1}").unwrap();
        assert_eq!(error("gone.json").reason(), "unreadable");
        assert!(
            error("gone.json")
                .to_string()
                .ends_with("gone.json: there is no such file or folder")
        );
        assert!(error("work").to_string().ends_with("work: it is a folder"));
        let encoding = error("latin1.json");
        assert_eq!(encoding.reason(), "encoding");
        assert!(matches!(
            encoding,
            SourceError::Encoding {
                fault: EncodingFault::Utf8,
                offset: 5,
                ..
            }
        ));
        let size = read_bytes(&folder.path().join("latin1.json"), 10).unwrap_err();
        assert_eq!(size.reason(), "size");
        assert!(
            size.to_string()
                .ends_with("is too large: 11 bytes, and at most 10 are read")
        );
        assert_eq!(
            read_bytes(&folder.path().join("latin1.json"), 11)
                .unwrap()
                .len(),
            11
        );
    }

    #[test]
    fn threads_share_one_reading() {
        let (folder, sources) = folder();
        let path = folder.path().join("work/a/main.bicep");
        let opened: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| sources.open(&path).unwrap()))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(opened.iter().all(|source| Arc::ptr_eq(source, &opened[0])));
    }
}
