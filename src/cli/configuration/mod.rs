//! The configuration file: `akvlint.toml`.
//!
//! In: the nearest one up the tree from what is analysed, or the one that the command line names. Out: what it says,
//! for the command line to go over. An unknown key is an error at its place, with the key that was probably meant.

mod error;
mod excerpt;
mod overrides;
mod parameters;
mod place;
pub(super) mod schema;
mod suppress;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use crate::discover::Exclude;
use crate::evaluate::Cloud;
use crate::finding::Level;
use crate::project::{CONFIGURATION_FILES, root_of};
use crate::report::Threshold;
use crate::rules::{Rule, RuleSet, RuleSetting, RuleSettings, RulesError, Selection};
use crate::source::{canonical, read_text, words};

pub(super) use error::called;
use error::{ConfigurationError, faulty, nearer};
use place::{Part, Step};

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
    exclude: Vec<String>,
    /// The folder of restored modules, relative to this file.
    pub(super) module_cache: Option<PathBuf>,
    /// The baseline, relative to this file.
    baseline: Option<PathBuf>,
    /// Folders of a team's own rules, relative to this file.
    #[serde(default)]
    rule_folders: Vec<PathBuf>,
    /// From which level on findings make the exit code 1.
    pub(super) fail_on: Option<FailOn>,
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

/// What makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FailOn {
    Error,
    #[default]
    Warning,
    Note,
    Open,
    Never,
}

impl FailOn {
    pub(super) fn threshold(self) -> Threshold {
        let level = match self {
            Self::Error => Some(Level::Error),
            Self::Warning => Some(Level::Warning),
            Self::Note | Self::Open => Some(Level::Note),
            Self::Never => None,
        };
        Threshold {
            level,
            open: self == Self::Open,
        }
    }
}

/// What is said of one rule; all other keys are its data.
#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "a table of settings")]
struct OfRule {
    enabled: Option<bool>,
    level: Option<Level>,
    #[serde(flatten)]
    data: BTreeMap<String, toml::Value>,
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
        .find(|path| path.symlink_metadata().is_ok());
    let Some(path) = file else {
        return Ok(Configuration::default());
    };
    // What has this name and cannot be read is not taken for no configuration.
    let reason = match path.metadata() {
        Ok(metadata) if metadata.is_file() => return read(&path),
        Ok(metadata) if metadata.is_dir() => words(ErrorKind::IsADirectory),
        Ok(_) => "it is no file".to_owned(),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => words(error.kind()),
        Err(_) => "it is a symbolic link that leads nowhere".to_owned(),
    };
    Err(ConfigurationError::Unreadable {
        path: called(&path),
        reason,
    })
}

fn read(path: &Path) -> Result<Configuration, ConfigurationError> {
    let text = read_text(path).map_err(|error| ConfigurationError::Unreadable {
        path: called(path),
        reason: match error.kind() {
            ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
            kind => words(kind),
        },
    })?;
    let mut configuration: Configuration =
        toml::from_str(&text).map_err(|error| faulty(path, &text, &error))?;
    path.clone_into(&mut configuration.path);
    configuration.text.clone_from(&text);
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    configuration.folder = folder.unwrap_or(Path::new(".")).to_owned();
    Ok(configuration)
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
        Some(nearer(&self.folder.join(file)))
    }

    /// Which folders hold a team's own rules, in addition to those of the command line.
    pub(super) fn rule_folders(&self, given: &[PathBuf]) -> Vec<PathBuf> {
        let own = self.rule_folders.iter();
        let own = own.map(|own| nearer(&self.folder.join(own)));
        let mut folders: Vec<PathBuf> = Vec::new();
        for folder in own.chain(given.iter().cloned()) {
            let is_same = |known: &PathBuf| match (canonical(known), canonical(&folder)) {
                (Ok(known), Ok(folder)) => known == folder,
                _ => *known == folder,
            };
            if !folders.iter().any(is_same) {
                folders.push(folder);
            }
        }
        folders
    }

    /// All rules that there are, with what it says of them: the built-in ones and those of its folders and these.
    pub(super) fn rules(&self, folders: &[PathBuf]) -> Result<RuleSet, String> {
        let folders = self.rule_folders(folders);
        RuleSet::load(&folders, &self.settings()).map_err(|error| {
            if let RulesError::Unreadable { path, .. } = &error {
                let is_it = |own: &PathBuf| nearer(&self.folder.join(own)) == *path;
                if let Some(number) = self.rule_folders.iter().position(is_it) {
                    let steps = [Step::Key("rule-folders"), Step::Item(number)];
                    let help = "the path is relative to the folder of this file".to_owned();
                    return self.mistake_at(&steps, &error.to_string(), Some(help));
                }
            }
            self.refused(error, &[Part::Whole], None)
        })
    }

    /// Whether other rules may run for some files.
    pub(super) fn has_overrides(&self) -> bool {
        !self.overrides.is_empty()
    }

    /// The rules that run, with what the command line says.
    pub(super) fn selected(
        &self,
        set: &RuleSet,
        select: &[String],
        ignore: &[String],
    ) -> Result<Vec<Arc<Rule>>, String> {
        set.selected(&self.selection(select, ignore))
            .map_err(|error| match &error {
                RulesError::Unknown { word, .. } if select.contains(word) => super::shown(error),
                _ => self.refused(error, &[Part::Whole], Some(set)),
            })
    }

    /// What is left out, by patterns relative to `base`.
    pub(super) fn excluded(&self, base: &Path) -> Result<Exclude, String> {
        self.patterns(base, &self.exclude, &[Step::Key("exclude")])
    }

    /// What it says of rules.
    fn settings(&self) -> RuleSettings {
        RuleSettings {
            data: self.data.clone(),
            rules: settings_of(&self.rules),
            all: self.profile == Profile::All,
        }
    }

    /// Which rules run, with what the command line says: its choice takes the place of this one.
    fn selection(&self, select: &[String], ignore: &[String]) -> Selection {
        Selection {
            select: match select {
                [] => self.select.clone(),
                _ => select.to_vec(),
            },
            ignore: [&self.ignore[..], ignore].concat(),
        }
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
