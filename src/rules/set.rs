//! The rules of a run: the built-in ones and a team's own, with the configuration applied.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::builtin::BUILTIN;
use super::error::{Fault, RuleError, RulesError};
use super::nearest::probable;
use super::read::section::source_of;
use super::read::{Reading, read};
use super::rule::{Rule, RuleFile};
use super::settings::{RuleSetting, RuleSettings, Selection, names};
use crate::source::read_text;

/// Rules in the order of their ids.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    rules: Vec<Arc<Rule>>,
}

impl RuleSet {
    /// The built-in rules and those of folders, with what a configuration says of them.
    ///
    /// # Errors
    /// Every fault of the rule files, or the first setting that fits no rule.
    pub fn load(folders: &[PathBuf], settings: &RuleSettings) -> Result<Self, RulesError> {
        let builtin = BUILTIN.iter().map(|builtin| RuleFile {
            name: format!("rules/{}", builtin.name),
            text: Cow::Borrowed(builtin.text),
            path: None,
        });
        let mut files: Vec<RuleFile> = builtin.collect();
        for folder in folders {
            files.extend(files_of(folder)?);
        }
        Self::of_files(files, settings)
    }

    /// The rules of these files, without the built-in ones.
    ///
    /// # Errors
    /// As for [`RuleSet::load`].
    pub fn of_files(files: Vec<RuleFile>, settings: &RuleSettings) -> Result<Self, RulesError> {
        let mut errors: Vec<RuleError> = Vec::new();
        let mut refused = Vec::new();
        let mut rules: BTreeMap<(String, u64), Arc<Rule>> = BTreeMap::new();
        let mut taken: BTreeMap<String, &'static str> = BTreeMap::new();
        let readings: Vec<Reading> = files
            .par_iter()
            .with_max_len(1)
            .map(|file| read(file, settings))
            .collect();
        for (file, reading) in files.iter().zip(readings) {
            errors.extend(duplicate(&reading, &mut taken, file));
            errors.extend(reading.faults);
            refused.extend(reading.refused);
            if let Some(rule) = reading.rule {
                rules.insert(order(&rule.id), Arc::new(rule));
            }
        }
        let set = Self {
            rules: rules.into_values().collect(),
        };
        if errors.is_empty() {
            errors.extend(set.unknown_references(&files));
        }
        if !errors.is_empty() {
            return Err(RulesError::Faulty { errors });
        }
        if let Some(first) = refused.into_iter().next() {
            return Err(first);
        }
        set.check_settings(settings)?;
        Ok(set)
    }

    /// A setting that no rule takes is a typing error.
    fn check_settings(&self, settings: &RuleSettings) -> Result<(), RulesError> {
        self.by_id(&settings.rules)?;
        let data = || self.rules.iter().flat_map(|rule| rule.data.keys());
        for key in settings.data.keys() {
            if !data().any(|known| known == key) {
                return Err(RulesError::UnknownSetting {
                    rule: None,
                    key: key.clone(),
                    help: probable(key, data().map(String::as_str))
                        .map(|known| format!("did you mean `{known}`?")),
                });
            }
        }
        Ok(())
    }

    /// The same settings by the ids of their rules.
    ///
    /// # Errors
    /// A word is the id or name of no rule, or two are of one.
    pub fn by_id(
        &self,
        settings: &BTreeMap<String, RuleSetting>,
    ) -> Result<BTreeMap<String, RuleSetting>, RulesError> {
        let mut words: BTreeMap<&str, &str> = BTreeMap::new();
        let mut by_id = BTreeMap::new();
        for (word, setting) in settings {
            let rule = self.find(word).map_err(|_| RulesError::UnknownRule {
                word: word.clone(),
                help: self.meant(word),
            })?;
            if let Some(other) = words.insert(&rule.id, word) {
                return Err(RulesError::Twice {
                    id: rule.id.to_string(),
                    words: vec![other.to_owned(), word.clone()],
                });
            }
            by_id.insert(rule.id.to_string(), setting.clone());
        }
        Ok(by_id)
    }

    /// The `unless` of rules that name no rule.
    fn unknown_references(&self, files: &[RuleFile]) -> Vec<RuleError> {
        let mut errors = Vec::new();
        for rule in &self.rules {
            let of_cases = rule.cases.iter().flat_map(|case| &case.unless);
            for word in rule.unless.iter().chain(of_cases) {
                if self.rules.iter().any(|rule| rule.id == *word) {
                    continue;
                }
                let text = |file: &&RuleFile| file.text.contains(&format!("\"{}\"", rule.id));
                if let Some(file) = files.iter().find(text) {
                    let help = probable(word, self.rules.iter().map(|rule| &*rule.id))
                        .map(|known| format!("did you mean `{known}`?"));
                    let at = file.text.find(&format!("\"{word}\"")).unwrap_or(0);
                    let fault = Fault::UnknownRule(word.to_string());
                    errors.push(error(file, fault, at..at + word.len() + 2, help));
                }
            }
        }
        errors
    }

    fn unknown(&self, word: &str) -> RulesError {
        RulesError::Unknown {
            word: word.to_owned(),
            help: self.meant(word),
        }
    }

    /// The question whether another id or name was meant, where one is near.
    pub fn meant(&self, word: &str) -> Option<String> {
        let words = self.rules.iter().flat_map(|rule| [&*rule.id, &*rule.name]);
        probable(word, words).map(|known| format!("did you mean `{known}`?"))
    }

    /// The rules, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.rules.iter()
    }

    /// The rule of this id or name; case does not matter.
    ///
    /// # Errors
    /// There is none.
    pub fn find(&self, word: &str) -> Result<&Arc<Rule>, RulesError> {
        self.rules
            .iter()
            .find(|rule| rule.id.eq_ignore_ascii_case(word) || rule.name.eq_ignore_ascii_case(word))
            .ok_or_else(|| self.unknown(word))
    }

    /// The rules that a word names: by id, name or prefix of an id, as a selection does.
    ///
    /// # Errors
    /// There is none.
    pub fn named(&self, word: &str) -> Result<Vec<&Arc<Rule>>, RulesError> {
        if let Ok(rule) = self.find(word) {
            return Ok(vec![rule]);
        }
        let named: Vec<_> = self.rules.iter().filter(|rule| names(word, rule)).collect();
        if named.is_empty() {
            return Err(self.unknown(word));
        }
        Ok(named)
    }

    /// The rules that run.
    ///
    /// # Errors
    /// A word of the selection names no rule.
    pub fn selected(&self, selection: &Selection) -> Result<Vec<Arc<Rule>>, RulesError> {
        for word in selection.select.iter().chain(&selection.ignore) {
            if !self.rules.iter().any(|rule| names(word, rule)) {
                return Err(self.unknown(word));
            }
        }
        let named = |words: &[String], rule: &Rule| words.iter().any(|word| names(word, rule));
        let runs = |rule: &&Arc<Rule>| {
            let wanted = if selection.select.is_empty() {
                rule.enabled
            } else {
                named(&selection.select, rule)
            };
            wanted && !named(&selection.ignore, rule)
        };
        Ok(self.rules.iter().filter(runs).cloned().collect())
    }
}

/// Ids by their letters, then by their number.
fn order(id: &str) -> (String, u64) {
    let letters = id.trim_end_matches(|c: char| c.is_ascii_digit());
    (
        letters.to_owned(),
        id[letters.len()..].parse().unwrap_or(u64::MAX),
    )
}

fn duplicate(
    reading: &Reading,
    taken: &mut BTreeMap<String, &'static str>,
    file: &RuleFile,
) -> Vec<RuleError> {
    let Some(rule) = &reading.rule else {
        return Vec::new();
    };
    let words = [("id", rule.id.to_string()), ("name", rule.name.to_string())];
    words
        .into_iter()
        .filter(|(what, word)| taken.insert(word.clone(), what).is_some())
        .map(|(what, word)| {
            let help = "a team's own rules have ids and names of their own; a built-in rule is changed in the configuration";
            let fault = Fault::Duplicate { what, word };
            error(file, fault, reading.id.clone(), Some(help.to_owned()))
        })
        .collect()
}

fn error(
    file: &RuleFile,
    fault: Fault,
    span: std::ops::Range<usize>,
    help: Option<String>,
) -> RuleError {
    RuleError {
        fault,
        span: span.into(),
        help,
        source_code: source_of(&file.name, &file.text),
    }
}

/// The `.toml` files of a folder by name; a single file is taken as it is.
fn files_of(folder: &Path) -> Result<Vec<RuleFile>, RulesError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error| RulesError::Unreadable { path, error }
    };
    let mut paths = Vec::new();
    if folder.is_file() {
        paths.push(folder.to_owned());
    } else {
        for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
            let path = entry.map_err(unreadable(folder))?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            // Nobody may ever write into a pipe of this name.
            let is_special = |kind: fs::Metadata| !kind.is_file() && !kind.is_dir();
            if path.metadata().is_ok_and(is_special) {
                return Err(unreadable(&path)(io::Error::other("it is no file")));
            }
            let text = read_text(&path).map_err(unreadable(&path))?;
            Ok(RuleFile {
                name: path.display().to_string(),
                text: Cow::Owned(text),
                path: Some(path),
            })
        })
        .collect()
}
