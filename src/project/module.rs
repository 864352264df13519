//! Which file a module reference names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::location::{Located, Location};
use super::reference::{ModuleReference, relative_path};
use super::{BicepConfiguration, Content, Parsed, Project, Unreadable, cache};
use crate::source::{FileId, Source};
use crate::syntax::template::{ParameterFile, Template};

impl Project {
    /// The template that a Bicep module reference names: a path, `br:…` or `ts:…`.
    ///
    /// # Errors
    ///
    /// When it is not on disk, or is no template that can be read.
    pub fn module(&self, from: FileId, reference: &str) -> Result<Arc<Template>, Unreadable> {
        self.module_file(from, reference)?.template()
    }

    /// The version of a template spec that a link names by its id.
    ///
    /// # Errors
    ///
    /// When it is not in the module cache, or is no template that can be read.
    pub fn template_spec(
        &self,
        from: FileId,
        spec: &ModuleReference,
    ) -> Result<Arc<Template>, Unreadable> {
        let source = self.holder(from, "")?;
        let configuration = self.configuration(&source);
        let location = self.locate_restored(spec, &spec.to_string(), &configuration)?;
        self.referenced(&location)?.template()
    }

    /// The file that a Bicep module reference names, in the module cache for `br:…` and `ts:…`.
    ///
    /// # Errors
    ///
    /// When it is not on disk, or cannot be read.
    pub fn module_file(&self, from: FileId, reference: &str) -> Result<Arc<Parsed>, Unreadable> {
        let location = self.locate_module(from, reference)?;
        self.referenced(&location)
    }

    /// Where a module reference leads.
    pub(super) fn locate_module(&self, from: FileId, reference: &str) -> Located {
        let source = self.holder(from, reference)?;
        self.modules
            .find(from, reference, || self.find_module(&source, reference))
    }

    fn find_module(&self, source: &Source, reference: &str) -> Result<Location, Unreadable> {
        // Aliases are in what names a registry or a template spec, and so is a `:`.
        let configuration = match reference.contains(':') {
            true => self.configuration(source),
            false => Arc::default(),
        };
        let parsed = ModuleReference::parse(reference, &configuration);
        let module = parsed.map_err(|error| Unreadable::Reference {
            reference: reference.to_owned(),
            error,
        })?;
        match &module {
            ModuleReference::Path(path) => self.location(folder_of(source).join(path)),
            _ => self.locate_restored(&module, reference, &configuration),
        }
    }

    /// A module of the module cache.
    fn locate_restored(
        &self,
        module: &ModuleReference,
        reference: &str,
        configuration: &BicepConfiguration,
    ) -> Result<Location, Unreadable> {
        let path = self.restored(module, configuration);
        let path = path.ok_or_else(|| Unreadable::NotRestored {
            reference: reference.to_owned(),
        })?;
        Ok(Location {
            restored: true,
            ..self.location(path)?
        })
    }

    /// The parameter file that another one builds on.
    ///
    /// # Errors
    ///
    /// When it is not on disk, or is no parameter file that can be read.
    pub fn extended(&self, from: FileId, path: &str) -> Result<Arc<ParameterFile>, Unreadable> {
        let source = self.holder(from, path)?;
        let relative = relative_path(path).map_err(|error| Unreadable::Reference {
            reference: path.to_owned(),
            error,
        })?;
        let location = self.location(folder_of(&source).join(relative))?;
        let parsed = self.referenced(&location)?;
        match &parsed.content {
            Content::Parameters(parameters) => Ok(parameters.clone()),
            _ => Err(Unreadable::NotParameters {
                path: parsed.source.name().to_owned(),
            }),
        }
    }

    /// The file that holds a reference.
    pub(super) fn holder(&self, from: FileId, reference: &str) -> Result<Arc<Source>, Unreadable> {
        let held = self.sources().get(from);
        held.ok_or_else(|| Unreadable::Elsewhere {
            reference: reference.to_owned(),
        })
    }

    /// The `bicepconfig.json` that holds for a file.
    fn configuration(&self, source: &Source) -> Arc<BicepConfiguration> {
        let folder = source.canonical().parent().unwrap_or(Path::new(""));
        let nearest = self.configurations.find(folder, |folder| {
            BicepConfiguration::in_folder(folder).map(Arc::new)
        });
        nearest.unwrap_or_default()
    }

    /// The template of a module in the module cache: that of the command line, else that of the configuration, else
    /// that of the user.
    fn restored(
        &self,
        module: &ModuleReference,
        configuration: &BicepConfiguration,
    ) -> Option<PathBuf> {
        let is_there = |path: &Path| self.sources().resolve(path).is_ok();
        if let Some(given) = &self.module_cache {
            return cache::find(given, module, is_there);
        }
        if let Some(moved) = configuration.cache_root() {
            return cache::find(moved, module, is_there);
        }
        cache::find(&cache::default_folder()?, module, is_there)
    }
}

/// The folder that the paths in a file are relative to.
pub(super) fn folder_of(source: &Source) -> PathBuf {
    source.path().parent().unwrap_or(Path::new("")).to_owned()
}
