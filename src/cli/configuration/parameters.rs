//! `[[parameters]]`: which parameter files are for which templates.

use std::path::Path;

use serde::Deserialize;

use super::{Configuration, Step};
use crate::run::ParameterFiles;
use crate::source::Sources;

/// Which parameter files are for which templates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
pub(super) struct Parameters {
    /// The templates, as in a `.gitignore` in the folder of the configuration.
    templates: Vec<String>,
    /// Their parameter files, in the same form; none where the templates are judged without.
    files: Vec<String>,
}

impl Configuration {
    /// The parameter files that templates have by this configuration.
    pub(in crate::cli) fn parameter_files(
        &self,
        base: &Path,
        sources: &Sources,
    ) -> Result<Vec<ParameterFiles>, String> {
        let mut all = Vec::new();
        for (number, written) in self.parameters.iter().enumerate() {
            let one = written.get_ref();
            let patterns = |paths: &[String], key| {
                let list = [Step::Key("parameters"), Step::Item(number), Step::Key(key)];
                self.placed(base, paths, &list, (sources, written.span()))
            };
            if one.templates.is_empty() {
                let message =
                    "the templates that the parameter files are for are missing in `templates`";
                return Err(self.mistake(written.span(), message, None));
            }
            all.push(ParameterFiles {
                templates: patterns(&one.templates, "templates")?,
                files: patterns(&one.files, "files")?,
            });
        }
        Ok(all)
    }
}
