//! The examples of rules as tests.
//!
//! In: an example, and what a rule said of its input. Out: the input's text, ready to be analysed, and where the two
//! differ. How the input is evaluated is the caller's business.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use thiserror::Error;

use super::error::RulesError;
use super::read::read;
use super::rule::{Example, ExampleInput, Rule};
use super::settings::{RuleSetting, RuleSettings};
use crate::finding::{Level, Verdict};
use crate::source::{canonical, read_text};

/// What stands around a single resource to make it a template.
const BEFORE_RESOURCE: &str = "{\n\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n\"contentVersion\": \"1.0.0.0\",\n\"resources\": [\n";
const AFTER_RESOURCE: &str = "]\n}\n";

/// An input as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFile {
    /// A name that tells what it is: `main.json`, `main.bicep`, `export.json`, or that of the file.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What was found in an example.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// The verdict of the rule over all resources: a fail goes before an open one, that before a pass.
    pub verdict: Verdict,
    /// The highest level of the fails or of what is open.
    pub level: Option<Level>,
    /// The texts that they point at, in order of place.
    pub at: Vec<String>,
    /// What the witness of the first fail assumes.
    pub witness: Vec<(String, serde_json::Value)>,
}

/// A difference between an example and what was found.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Mismatch {
    /// Another verdict.
    #[error("the verdict is {}, not {}", found.word(), expected.word())]
    Verdict {
        /// What the example says.
        expected: Verdict,
        /// What was found.
        found: Verdict,
    },
    /// Another level.
    #[error("the level is {found:?}, not {expected:?}")]
    Level {
        /// What the example says.
        expected: Level,
        /// What was found.
        found: Option<Level>,
    },
    /// Other places.
    #[error("it points at {found:?}, not at {expected:?}")]
    Places {
        /// What the example says.
        expected: Vec<String>,
        /// What was found.
        found: Vec<String>,
    },
    /// Another witness.
    #[error("the witness is {found:?}, not {expected:?}")]
    Witness {
        /// What the example says.
        expected: Vec<(String, serde_json::Value)>,
        /// What was found.
        found: Vec<(String, serde_json::Value)>,
    },
}

impl Rule {
    /// The same rule with these data in place of its own.
    ///
    /// # Errors
    /// One of them is no datum of the rule, or not a value that it takes.
    pub fn with_data(&self, data: &BTreeMap<String, toml::Value>) -> Result<Self, RulesError> {
        if data.is_empty() {
            return Ok(self.clone());
        }
        let setting = RuleSetting {
            data: data.clone(),
            ..RuleSetting::default()
        };
        let mut settings = RuleSettings::default();
        settings.rules.insert(self.id.to_string(), setting);
        let reading = read(&self.file, &settings);
        if let Some(refused) = reading.refused.into_iter().next() {
            return Err(refused);
        }
        reading.rule.ok_or(RulesError::Faulty {
            errors: reading.faults,
        })
    }
}

impl Example {
    /// The input as a file. `rule` says where files are relative to.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn file(&self, rule: &Rule) -> io::Result<ExampleFile> {
        let (name, text) = match &self.input {
            ExampleInput::Resource(text) => (
                "main.json",
                format!("{BEFORE_RESOURCE}{text}{AFTER_RESOURCE}"),
            ),
            ExampleInput::Arm(text) => ("main.json", text.clone()),
            ExampleInput::Bicep(text) => ("main.bicep", text.clone()),
            ExampleInput::Export(text) => ("export.json", text.clone()),
            ExampleInput::File(path) => {
                let folder = rule.file.path.as_deref().and_then(Path::parent);
                let full = folder.map_or_else(|| path.clone(), |folder| folder.join(path));
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
                let within = canonical(folder.unwrap_or(Path::new(".")))?;
                if !canonical(&full)?.starts_with(within) {
                    return Err(io::Error::other(
                        "a link leads out of the folder of the rule",
                    ));
                }
                let text = read_text(&full)?;
                return Ok(ExampleFile { name, text });
            }
        };
        Ok(ExampleFile {
            name: name.to_owned(),
            text,
        })
    }

    /// Where what was found differs from what the example says.
    pub fn compare(&self, observed: &Observed) -> Vec<Mismatch> {
        let mut mismatches = Vec::new();
        if observed.verdict != self.expect {
            mismatches.push(Mismatch::Verdict {
                expected: self.expect,
                found: observed.verdict,
            });
        }
        if let Some(expected) = self.level
            && observed.level != Some(expected)
        {
            mismatches.push(Mismatch::Level {
                expected,
                found: observed.level,
            });
        }
        if !self.at.is_empty() && observed.at != self.at {
            mismatches.push(Mismatch::Places {
                expected: self.at.clone(),
                found: observed.at.clone(),
            });
        }
        if !self.witness.is_empty() && observed.witness != self.witness {
            mismatches.push(Mismatch::Witness {
                expected: self.witness.clone(),
                found: observed.witness.clone(),
            });
        }
        mismatches
    }
}
