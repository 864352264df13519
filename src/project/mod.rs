//! The files that belong together: which template a module or a link names, and which files it loads.
//!
//! In: a file and what it refers to. Out: the parsed template, once for all that refer to it; the texts that `load…`
//! functions ask for. It refuses to know what the template deploys, and to read from a network: a registry module is
//! read where the Bicep CLI restored it.

mod cache;
mod configuration;
mod link;
mod load;
mod location;
mod module;
mod pairing;
mod parsed;
mod reference;
mod references;
mod root;
mod unreadable;

pub use configuration::{BicepConfiguration, RegistryAlias, TemplateSpecAlias};
pub use load::{LoadedEntry, LoadedText, TextEncoding};
pub use location::Location;
pub use pairing::{is_compiled_from, is_for};
pub use parsed::{Content, Parsed};
pub use reference::{ModuleReference, ReferenceError, Version};
pub use references::{Reference, has_links, references};
pub use root::{CONFIGURATION_FILES, root_of};
pub use unreadable::Unreadable;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use foldhash::{HashMap, HashSet};

use location::Locations;
use root::Nearest;

use crate::discover::Kind;
use crate::source::{FileId, Source, SourceError, Sources, words};
use crate::syntax::error::SyntaxError;
use crate::syntax::template::Template;

/// The parsed files of a run.
#[derive(Debug)]
pub struct Project {
    sources: Arc<Sources>,
    files: Mutex<HashMap<FileId, Arc<OnceLock<Arc<Parsed>>>>>,
    /// What each file that was parsed is, and its first syntax error, if it has one.
    met: Mutex<HashMap<FileId, Met>>,
    /// Files that were found, and could not be read when they were needed.
    lost: Mutex<HashMap<FileId, SourceError>>,
    /// The configuration of Bicep by folder.
    configurations: Nearest<Arc<BicepConfiguration>>,
    /// The root of the project by folder.
    roots: Nearest<PathBuf>,
    /// Where module references lead.
    modules: Locations,
    /// Where links lead.
    links: Locations,
    /// The files that were found in a module cache.
    restored: Mutex<HashSet<FileId>>,
    /// Values of the command line.
    given: Mutex<HashSet<FileId>>,
    /// The module cache that the command line names.
    module_cache: Option<PathBuf>,
}

/// What stays known of a parsed file.
#[derive(Debug)]
struct Met {
    kind: Kind,
    /// The first error.
    fault: Option<SyntaxError>,
    /// The first error of its grammar.
    malformed: Option<SyntaxError>,
}

impl Project {
    /// A project over these sources.
    pub fn new(sources: Arc<Sources>) -> Self {
        if let Some(folder) = cache::default_folder() {
            sources.name_folder(&folder, cache::DEFAULT_NAME);
        }
        Self {
            sources,
            files: Mutex::default(),
            met: Mutex::default(),
            lost: Mutex::default(),
            configurations: Nearest::default(),
            roots: Nearest::default(),
            modules: Locations::default(),
            links: Locations::default(),
            restored: Mutex::default(),
            given: Mutex::default(),
            module_cache: None,
        }
    }

    /// The same project with its restored modules in this folder; without one they are where the configuration of
    /// Bicep says, or in `~/.bicep`.
    #[must_use]
    pub fn with_module_cache(mut self, folder: Option<PathBuf>) -> Self {
        self.module_cache = folder;
        self
    }

    /// The sources.
    pub fn sources(&self) -> &Arc<Sources> {
        &self.sources
    }

    /// A file, parsed once.
    ///
    /// # Errors
    ///
    /// When it cannot be read or decoded.
    pub fn file(&self, path: &Path) -> Result<Arc<Parsed>, Unreadable> {
        let source = self
            .sources
            .open(path)
            .map_err(|error| self.unreadable(error))?;
        Ok(self.parsed(&source))
    }

    fn check_regular(&self, path: &Path) -> Result<(), Unreadable> {
        let is_special = path
            .metadata()
            .is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
        if is_special {
            return Err(Unreadable::Source {
                path: self.sources.name(path),
                reason: "it is no regular file".to_owned(),
            });
        }
        Ok(())
    }

    fn unreadable(&self, error: SourceError) -> Unreadable {
        Unreadable::Source {
            path: self.sources.name(error.path()),
            reason: match &error {
                SourceError::Unreadable { cause, .. } => words(*cause),
                SourceError::Encoding { fault, offset, .. } => {
                    format!("it is not text: {fault} at byte {offset}")
                }
                SourceError::Size { size, limit, .. } => {
                    format!("it has {size} bytes, and at most {limit} are read")
                }
            },
        }
    }

    /// Drops what was parsed of a file, and its text, unless somebody holds them.
    pub fn release(&self, file: FileId) {
        self.set_aside(file);
        self.sources.release(file);
    }

    /// Drops what was parsed of a file, unless somebody holds it. Its text is kept, and parsed again when it is needed.
    pub fn set_aside(&self, file: FileId) {
        // The pieces of a tree are many: no other thread waits until they are gone.
        let parsed = lock(&self.files).remove(&file);
        drop(parsed);
    }

    /// Drops what was parsed of a file, unless somebody else holds it, and its text, unless a report points into it.
    pub fn let_go(&self, parsed: &Parsed) {
        self.set_aside(parsed.source.id());
        self.release_text(parsed);
    }

    /// Drops the text of a file without a fault: a report points into those of the others.
    fn release_text(&self, parsed: &Parsed) {
        if parsed.errors.is_empty() {
            self.sources.release(parsed.source.id());
        }
    }

    /// Drops what was parsed of all other templates and parameter files, unless somebody holds it, and the texts of those
    /// without a fault.
    pub fn release_others(&self, is_needed: impl Fn(FileId) -> bool) {
        let mut files = lock(&self.files);
        let is_other = |file: &FileId, parsed: &mut Arc<OnceLock<Arc<Parsed>>>| {
            let is_export = parsed
                .get()
                .is_some_and(|parsed| parsed.kind == Kind::Export);
            !is_export && !is_needed(*file)
        };
        let others = files.extract_if(is_other);
        let others: Vec<Arc<Parsed>> = others
            .filter_map(|(_, parsed)| parsed.get().cloned())
            .collect();
        drop(files);
        others.iter().for_each(|parsed| self.release_text(parsed));
        // The many small pieces of them go while others work.
        rayon::spawn(move || drop(others));
    }

    /// Whether a file is part of the project: not one of a module cache, which its reader cannot edit, nor a value of the
    /// command line, which is in no file.
    pub fn is_own(&self, file: FileId) -> bool {
        !lock(&self.restored).contains(&file) && !lock(&self.given).contains(&file)
    }

    /// Whether it is the text of a value that the command line gives.
    pub fn is_given(&self, file: FileId) -> bool {
        lock(&self.given).contains(&file)
    }

    /// The text of a value that the command line gives, under a name that says so.
    pub fn insert_argument(&self, name: &str, text: String) -> Arc<Source> {
        let source = self.sources.insert(name, text);
        lock(&self.given).insert(source.id());
        source
    }

    /// The first syntax error of a file, if it was parsed and has one, whether or not what was parsed is kept.
    pub fn fault(&self, file: FileId) -> Option<SyntaxError> {
        let met = lock(&self.met);
        met.get(&file).and_then(|met| met.fault.clone())
    }

    /// The first error of its grammar: of the text itself, and not of what a template declares in it.
    pub fn malformed(&self, file: FileId) -> Option<SyntaxError> {
        let met = lock(&self.met);
        met.get(&file).and_then(|met| met.malformed.clone())
    }

    /// Why a file could not be read when it was needed, though it was found before.
    pub fn lost(&self, file: FileId) -> Option<SourceError> {
        lock(&self.lost).get(&file).cloned()
    }

    /// What a file is, if it was parsed, whether or not what was parsed is kept.
    pub fn kind(&self, file: FileId) -> Option<Kind> {
        lock(&self.met).get(&file).map(|met| met.kind)
    }

    /// A source, parsed once: a second thread waits for the first.
    pub fn parsed(&self, source: &Arc<Source>) -> Arc<Parsed> {
        let place = lock(&self.files).entry(source.id()).or_default().clone();
        let parsed = place.get_or_init(|| {
            let parsed = Arc::new(Parsed::of(source));
            let met = Met {
                kind: parsed.kind,
                fault: parsed.errors.first().cloned(),
                malformed: parsed.malformed.clone(),
            };
            lock(&self.met).insert(source.id(), met);
            parsed
        });
        parsed.clone()
    }

    /// The whole of a template that was met, read again where its text is not kept; `None` where the file is no template.
    pub fn whole(&self, file: FileId) -> Option<Arc<Template>> {
        let parsed = match self.sources.get(file) {
            Some(source) => self.parsed(&source),
            None => self.file(&self.sources.resolved_path(file)?).ok()?,
        };
        match &parsed.content {
            Content::Template(template) => Some(template.clone()),
            _ => None,
        }
    }
}

/// Locks; what another thread left when it panicked is still sound, because entries are added in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
