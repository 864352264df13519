//! The configuration file: `akvlint.toml`.
//!
//! In: the nearest one up the tree from what is analysed, or the one that the command line names. Out: what it says,
//! for the command line to go over. An unknown key is an error at its place, with the key that was probably meant.

mod overrides;
mod parameters;
pub(super) mod schema;
mod suppress;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use miette::{Diagnostic, NamedSource, SourceSpan};
use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use crate::evaluate::Cloud;
use crate::finding::Level;
use crate::project::{CONFIGURATION_FILES, root_of};
use crate::rules::{RuleSetting, RuleSettings, Selection, probable};
use crate::source::read_text;

/// What a configuration file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Configuration {
    /// Which rules run, those that are off among them.
    #[serde(default)]
    pub(super) select: Vec<String>,
    /// Which rules do not run.
    #[serde(default)]
    pub(super) ignore: Vec<String>,
    /// Which rules run unless something else is said.
    #[serde(default)]
    pub(super) profile: Profile,
    /// Whether everything that exists is among what is analysed.
    #[serde(default)]
    pub(super) world: World,
    /// The cloud.
    #[serde(default, deserialize_with = "cloud")]
    pub(super) cloud: Option<Cloud>,
    /// What is left out, as in a `.gitignore` in the folder of this file.
    #[serde(default)]
    pub(super) exclude: Vec<String>,
    /// The folder of restored modules, relative to this file.
    pub(super) module_cache: Option<PathBuf>,
    /// The baseline, relative to this file.
    baseline: Option<PathBuf>,
    /// Data for every rule that has a datum of this name.
    #[serde(default)]
    data: BTreeMap<String, toml::Value>,
    /// What is said of single rules, by id or name.
    #[serde(default)]
    rules: BTreeMap<String, OfRule>,
    /// Findings that are not reported, with the reason.
    #[serde(default)]
    suppress: Vec<Spanned<suppress::Suppress>>,
    /// What is different for some files.
    #[serde(default)]
    overrides: Vec<Spanned<overrides::Override>>,
    /// Which parameter files are for which templates.
    #[serde(default)]
    parameters: Vec<Spanned<parameters::Parameters>>,
    /// The folder that the file is in.
    #[serde(skip)]
    pub(super) folder: PathBuf,
    /// The file.
    #[serde(skip)]
    path: PathBuf,
    /// Its text.
    #[serde(skip)]
    text: String,
}

/// Which configuration a command about rules goes by.
#[derive(Debug, clap::Args)]
pub(super) struct ConfigurationFlags {
    /// The configuration file; by default the nearest akvlint.toml up the tree
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Do without a configuration file
    #[arg(long)]
    no_config: bool,
}

impl ConfigurationFlags {
    /// The configuration of the working directory.
    pub(super) fn configuration(&self) -> Result<Configuration, String> {
        if self.no_config {
            return Ok(Configuration::default());
        }
        let here = Some(Path::new("."));
        configuration(self.config.as_deref(), here).map_err(super::shown)
    }
}

/// Which rules run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Profile {
    /// Those that are on.
    #[default]
    Default,
    /// All.
    All,
}

/// Whether there is more than what is analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum World {
    /// There may be.
    #[default]
    Open,
    /// There is not.
    Closed,
}

/// What is said of one rule; all other keys are its data.
#[derive(Debug, Default, Deserialize)]
struct OfRule {
    enabled: Option<bool>,
    level: Option<Level>,
    #[serde(flatten)]
    data: BTreeMap<String, toml::Value>,
}

/// Why a configuration file cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub(super) enum ConfigurationError {
    /// It cannot be read.
    #[error("the configuration file {path} cannot be read: {reason}")]
    #[diagnostic(help("name another one with --config, or use none with --no-config"))]
    Unreadable {
        /// The path as given.
        path: String,
        /// Why.
        reason: String,
    },
    /// It says something that is not understood.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Mistaken(Box<Mistake>),
}

/// Something in a configuration file that is not understood.
#[derive(Debug, Error, Diagnostic)]
#[error("the configuration is not understood: {message}")]
pub(super) struct Mistake {
    /// What is wrong.
    message: String,
    /// Where, in bytes.
    #[label]
    span: Option<SourceSpan>,
    /// What was probably meant.
    #[help]
    help: Option<String>,
    /// The file.
    #[source_code]
    source_code: NamedSource<String>,
}

/// The configuration: of the file that is given, or of the nearest one up the tree from the first path.
pub(super) fn configuration(
    given: Option<&Path>,
    first: Option<&Path>,
) -> Result<Configuration, ConfigurationError> {
    if let Some(path) = given {
        return read(path);
    }
    let Some(root) = first.and_then(root_of) else {
        return Ok(Configuration::default());
    };
    let file = CONFIGURATION_FILES
        .iter()
        .map(|name| root.join(name))
        .find(|path| path.is_file());
    file.map_or_else(|| Ok(Configuration::default()), |path| read(&path))
}

fn read(path: &Path) -> Result<Configuration, ConfigurationError> {
    let text = read_text(path).map_err(|error| ConfigurationError::Unreadable {
        path: path.display().to_string(),
        reason: error.to_string(),
    })?;
    let mut configuration: Configuration =
        toml::from_str(&text).map_err(|error| faulty(path, &text, &error))?;
    path.clone_into(&mut configuration.path);
    configuration.text.clone_from(&text);
    configuration.folder = path.parent().map(Path::to_owned).unwrap_or_default();
    Ok(configuration)
}

fn faulty(path: &Path, text: &str, error: &toml::de::Error) -> ConfigurationError {
    let message = error.message().to_owned();
    let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let help = match words.split_first() {
        Some((&"off", _)) => Some("`enabled = false` turns a rule off".to_owned()),
        Some((unknown, known)) if message.starts_with("unknown") => {
            probable(unknown, known.iter().copied()).map(|meant| format!("did you mean `{meant}`?"))
        }
        _ => None,
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ConfigurationError::Mistaken(Box::new(Mistake {
        span: error.span().map(SourceSpan::from),
        message,
        help,
        source_code: NamedSource::new(name, text.to_owned()),
    }))
}

fn cloud<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Cloud>, D::Error> {
    let name = String::deserialize(deserializer)?;
    Cloud::named(&name).map(Some).ok_or_else(|| {
        serde::de::Error::custom(format!(
            "`{name}` is no cloud: it is one of AzureCloud, AzureUSGovernment, AzureChinaCloud"
        ))
    })
}

impl Configuration {
    /// The file itself, if there is one.
    pub(super) fn file(&self) -> Option<&Path> {
        Some(self.path.as_path()).filter(|path| !path.as_os_str().is_empty())
    }

    /// The baseline file, if there is to be one.
    pub(super) fn baseline(&self) -> Option<PathBuf> {
        let file = self.baseline.as_ref()?;
        Some(self.folder.join(file))
    }

    /// What it says of rules.
    pub(super) fn settings(&self) -> RuleSettings {
        RuleSettings {
            data: self.data.clone(),
            rules: settings_of(&self.rules),
            all: self.profile == Profile::All,
        }
    }

    /// Which rules run, with what the command line says: its choice takes the place of this one.
    pub(super) fn selection(&self, select: &[String], ignore: &[String]) -> Selection {
        Selection {
            select: match select {
                [] => self.select.clone(),
                _ => select.to_vec(),
            },
            ignore: [&self.ignore[..], ignore].concat(),
        }
    }

    /// A mistake at a place of the file.
    fn mistake(&self, span: std::ops::Range<usize>, message: &str) -> String {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        super::shown(Mistake {
            message: message.to_owned(),
            span: Some(SourceSpan::from(span)),
            help: None,
            source_code: NamedSource::new(name, self.text.clone()),
        })
    }
}

fn settings_of(rules: &BTreeMap<String, OfRule>) -> BTreeMap<String, RuleSetting> {
    let settings = rules.iter().map(|(word, said)| {
        let setting = RuleSetting {
            enabled: said.enabled,
            level: said.level,
            data: said.data.clone(),
        };
        (word.clone(), setting)
    });
    settings.collect()
}
