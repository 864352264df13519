//! Which file a module reference names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

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
        let parsed = self.module_file(from, reference)?;
        template(&parsed)
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
        let parsed = self.restored_file(spec, &spec.to_string(), &configuration)?;
        template(&parsed)
    }

    /// The file that a Bicep module reference names, in the module cache for `br:…` and `ts:…`.
    ///
    /// # Errors
    ///
    /// When it is not on disk, or cannot be read.
    pub fn module_file(&self, from: FileId, reference: &str) -> Result<Arc<Parsed>, Unreadable> {
        let source = self.holder(from, reference)?;
        // Aliases are in what names a registry or a template spec, and so is a `:`.
        let configuration = match reference.contains(':') {
            true => self.configuration(&source),
            false => Arc::default(),
        };
        let parsed = ModuleReference::parse(reference, &configuration);
        let module = parsed.map_err(|error| Unreadable::Reference {
            reference: reference.to_owned(),
            error,
        })?;
        match &module {
            ModuleReference::Path(path) => self.referenced(&folder_of(&source).join(path)),
            _ => self.restored_file(&module, reference, &configuration),
        }
    }

    /// The file that a module path names, if it was met before. It is not parsed, and a module of the cache is not looked
    /// for.
    pub fn known_module(&self, from: FileId, path: &str) -> Option<FileId> {
        // A `:` is in what names a registry or a template spec.
        let path = relative_path(path)
            .ok()
            .filter(|path| !path.contains(':'))?;
        let source = self.sources().get(from)?;
        self.sources().number(&folder_of(&source).join(path))
    }

    /// A module of the module cache.
    fn restored_file(
        &self,
        module: &ModuleReference,
        reference: &str,
        configuration: &BicepConfiguration,
    ) -> Result<Arc<Parsed>, Unreadable> {
        let path = self.restored(module, configuration);
        let path = path.ok_or_else(|| Unreadable::NotRestored {
            reference: reference.to_owned(),
        })?;
        let parsed = self.referenced(&path)?;
        super::lock(&self.restored).insert(parsed.source.id());
        Ok(parsed)
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
        let parsed = self.referenced(&folder_of(&source).join(relative))?;
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
        if let Some(given) = &self.module_cache {
            return cache::find(given, module);
        }
        if let Some(moved) = configuration.cache_root() {
            return cache::find(moved, module);
        }
        cache::find(&cache::default_folder()?, module)
    }
}

/// The template that a file is.
fn template(parsed: &Parsed) -> Result<Arc<Template>, Unreadable> {
    match &parsed.content {
        Content::Template(template) => Ok(template.clone()),
        _ => Err(Unreadable::NotATemplate {
            path: parsed.source.name().to_owned(),
        }),
    }
}

/// The folder that the paths in a file are relative to.
pub(super) fn folder_of(source: &Source) -> PathBuf {
    source.path().parent().unwrap_or(Path::new("")).to_owned()
}
