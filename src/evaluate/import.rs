//! Names that a file imports from others: variables, functions and types.
//!
//! In: a name that an instance does not declare. Out: the instance and the name that it leads to. What is imported is
//! evaluated in an instance of its own file, a library, in the scope of the instance that imports it. A file that is not
//! there makes the names from it unknown.

use std::sync::Arc;

use foldhash::HashMap;

use super::argument::Arguments;
use super::diagnostic::Code;
use super::environment::Environment;
use super::evaluator::Evaluator;
use super::instance::Instance;
use crate::source::{FileId, Place};
use crate::syntax::expression::Text;
use crate::syntax::template::{Import, ImportedNames, Template};

/// Where an imported name leads.
#[derive(Debug, Clone)]
pub(super) enum Imported {
    /// To this declaration of a library.
    Library {
        /// The instance of its file.
        instance: usize,
        /// Its name there.
        name: Text,
    },
    /// To a file that is not known.
    Unread(UnreadImport),
}

/// An import of a file that is not known.
#[derive(Debug, Clone)]
pub(super) struct UnreadImport {
    /// Where the file is named.
    pub(super) place: Place,
    /// What it is called there.
    pub(super) reference: Text,
    /// Why it could not be read.
    pub(super) reason: Text,
}

/// The template that a file imports from by this reference, or why there is none.
pub(super) type Imports = HashMap<(FileId, Text), Result<Arc<Template>, Text>>;

impl Evaluator<'_> {
    /// Where a name leads that an instance does not declare; `None` where it is not imported.
    pub(super) fn imported(&mut self, instance: usize, name: &str) -> Option<Imported> {
        let template = self.instances[instance].template.clone();
        let (import, exported) = template
            .imports
            .iter()
            .find_map(|import| Some((import, exported_name(import, name)?)))?;
        let imported = match self.import_source(&template, import) {
            Ok(source) => Imported::Library {
                instance: self.library(instance, source),
                name: exported,
            },
            Err(reason) => Imported::Unread(UnreadImport {
                place: Place::new(template.file, import.from.span),
                reference: import.from.text.clone(),
                reason,
            }),
        };
        Some(imported)
    }

    fn import_source(
        &mut self,
        template: &Template,
        import: &Import,
    ) -> Result<Arc<Template>, Text> {
        let key = (template.file, import.from.text.clone());
        if let Some(known) = self.imports.get(&key) {
            return known.clone();
        }
        let source = self
            .project
            .module(template.file, &import.from.text)
            .map_err(|error| Text::from(error.to_string()));
        if let Ok(source) = &source {
            self.check_exports(template, import, source);
        }
        self.imports.insert(key, source.clone());
        source
    }

    /// A name that the other file does not have fails the compilation.
    fn check_exports(&mut self, template: &Template, import: &Import, source: &Template) {
        let ImportedNames::Some(names) = &import.names else {
            return;
        };
        for (exported, _) in names {
            if !declares(source, &exported.text) {
                let message = format!(
                    "'{}' declares nothing called '{}'",
                    import.from.text, exported.text
                );
                let place = Place::new(template.file, exported.span);
                self.diagnose(Code::Evaluate, &message, place);
            }
        }
    }

    /// The instance of a file for what an instance imports from it. All that leads there from one deployment shares it,
    /// so that a circle of imports ends.
    fn library(&mut self, importer: usize, template: Arc<Template>) -> usize {
        let importer = self.instances[importer].importer.unwrap_or(importer);
        let key = (importer, template.file);
        if let Some(&known) = self.libraries.get(&key) {
            return known;
        }
        let number = self.instances.len();
        let environment = Environment {
            instance: number,
            file: template.file,
            frames: None,
        };
        let Instance { scope, caller, .. } = &self.instances[importer];
        let mut library = Instance::new(
            template,
            environment,
            scope.clone(),
            Arguments::default(),
            *caller,
        );
        library.importer = Some(importer);
        self.instances.push(library);
        self.libraries.insert(key, number);
        number
    }

    /// Notes that a name comes from a file that is not known.
    pub(super) fn import_not_read(&mut self, import: &UnreadImport) {
        let UnreadImport {
            place,
            reference,
            reason,
        } = import;
        self.not_read(*place, reference.to_string(), reason.to_string());
    }
}

/// What the name of an importing file is called in the file that it comes from.
fn exported_name(import: &Import, name: &str) -> Option<Text> {
    match &import.names {
        ImportedNames::All(alias) => {
            let exported = name.strip_prefix(&*alias.text)?.strip_prefix('.')?;
            Some(exported.into())
        }
        ImportedNames::Some(names) => names
            .iter()
            .find(|(_, local)| local.text.eq_ignore_ascii_case(name))
            .map(|(exported, _)| exported.text.clone()),
    }
}

/// Whether a template has something of this name that may be exported.
fn declares(template: &Template, name: &str) -> bool {
    let is = |known: &Text| known.eq_ignore_ascii_case(name);
    template.variables.iter().any(|known| is(&known.name.text))
        || template.functions.iter().any(|known| is(&known.name.text))
        || template.types.iter().any(|known| is(&known.name.text))
}
