//! `[[parameters]]`: which parameter files are for which templates.

use serde::Deserialize;

use super::Configuration;
use crate::discover::Exclude;
use crate::run::ParameterFiles;

/// Which parameter files are for which templates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Parameters {
    /// The templates, as in a `.gitignore` in the folder of the configuration.
    templates: Vec<String>,
    /// Their parameter files, in the same form; none where the templates are judged without.
    files: Vec<String>,
}

impl Configuration {
    /// The parameter files that templates have by this configuration.
    pub(in crate::cli) fn parameter_files(&self) -> Result<Vec<ParameterFiles>, String> {
        let patterns = |paths: &[String]| {
            Exclude::new(&self.folder, paths.iter().map(String::as_str))
                .map_err(super::super::shown)
        };
        let mut all = Vec::new();
        for written in &self.parameters {
            let one = written.get_ref();
            if one.templates.is_empty() {
                let message =
                    "the templates that the parameter files are for are missing in `templates`";
                return Err(self.mistake(written.span(), message));
            }
            all.push(ParameterFiles {
                templates: patterns(&one.templates)?,
                files: patterns(&one.files)?,
                name: one.files.join(", "),
            });
        }
        Ok(all)
    }
}
