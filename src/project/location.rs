//! Where the references of files lead.
//!
//! In: a file and what it refers to. Out: the path of what is meant, looked up once in a run, also where nothing is: a
//! template is evaluated many times, and each time it refers to the same. It refuses to know what is in the file.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use foldhash::HashMap;

use super::{Parsed, Project, Reference, Unreadable, lock};
use crate::source::{FileId, SourceError};
use crate::syntax::template::Template;

/// A file that another one refers to.
#[derive(Debug)]
pub struct Location {
    /// As it follows from the path of the file that refers to it.
    pub(super) path: PathBuf,
    /// With all links resolved.
    pub(super) canonical: PathBuf,
    /// Whether it is in a module cache.
    pub(super) restored: bool,
}

impl Location {
    /// The path, as it follows from that of the file that refers to it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path with all links resolved.
    pub fn canonical(&self) -> &Path {
        &self.canonical
    }
}

/// What a reference leads to.
pub(super) type Located = Result<Arc<Location>, Unreadable>;

/// The references of one kind that were followed, by the file that they are in.
#[derive(Debug, Default)]
pub(super) struct Locations {
    known: Mutex<HashMap<FileId, HashMap<Box<str>, Located>>>,
}

impl Locations {
    /// What this reference leads to, or what `look` finds that it does.
    pub(super) fn find(
        &self,
        from: FileId,
        reference: &str,
        look: impl FnOnce() -> Result<Location, Unreadable>,
    ) -> Located {
        if let Some(of_file) = lock(&self.known).get(&from)
            && let Some(known) = of_file.get(reference)
        {
            return known.clone();
        }
        let found = look().map(Arc::new);
        let mut known = lock(&self.known);
        let of_file = known.entry(from).or_default();
        of_file.entry(reference.into()).or_insert(found).clone()
    }
}

impl Project {
    /// Where a reference leads. No file gets a number by asking.
    ///
    /// # Errors
    ///
    /// When nothing is there.
    pub fn locate(&self, from: FileId, reference: &Reference) -> Result<Arc<Location>, Unreadable> {
        match reference {
            Reference::Module(path) | Reference::Import(path) => self.locate_module(from, path),
            Reference::Link(path) => self.locate_link(from, path),
        }
    }

    /// The template at a place.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is none.
    pub fn template_at(&self, location: &Location) -> Result<Arc<Template>, Unreadable> {
        self.referenced(location)?.template()
    }

    /// What is at a path that a file names.
    pub(super) fn location(&self, path: PathBuf) -> Result<Location, Unreadable> {
        match self.sources.resolve(&path) {
            Ok(canonical) => Ok(Location {
                path,
                canonical,
                restored: false,
            }),
            Err(cause) => Err(self.unreadable(SourceError::Unreadable { path, cause })),
        }
    }

    /// The file that a reference leads to. Nobody waits for what a pipe of that name may give.
    pub(super) fn referenced(&self, location: &Location) -> Result<Arc<Parsed>, Unreadable> {
        let Location {
            path, canonical, ..
        } = location;
        let source = match self.sources.opened(canonical) {
            Some(source) => source,
            None => {
                self.check_regular(path)?;
                let opened = self.sources.open_resolved(path, canonical);
                opened.map_err(|error| {
                    if let Some(file) = self.sources.number_of_resolved(canonical) {
                        lock(&self.lost).insert(file, error.clone());
                    }
                    self.unreadable(error)
                })?
            }
        };
        if location.restored {
            lock(&self.restored).insert(source.id());
        }
        Ok(self.parsed(&source))
    }
}
