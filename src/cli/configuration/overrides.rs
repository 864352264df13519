//! `[[overrides]]`: what is different for resources that some files declare.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::{Configuration, OfRule, Part, Step, settings_of};
use crate::rules::{Rule, RuleSet, RuleSetting, RuleSettings, RulesError, Selection};
use crate::run::Overrides;
use crate::source::Sources;

/// What is different for some files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
pub(super) struct Override {
    /// The files, as in a `.gitignore` in the folder of the configuration.
    paths: Vec<String>,
    /// In place of the `select` above.
    select: Option<Vec<String>>,
    /// Beside the `ignore` above.
    #[serde(default)]
    ignore: Vec<String>,
    /// Over the `data` above.
    #[serde(default)]
    data: BTreeMap<String, toml::Value>,
    /// Over the `rules` above.
    #[serde(default)]
    rules: BTreeMap<String, OfRule>,
}

/// What rules are told, and which of them run.
#[derive(Debug, Clone)]
struct Said {
    settings: RuleSettings,
    selection: Selection,
}

/// The part of an override that goes over what is said for all files.
#[derive(Debug)]
struct Change {
    select: Option<Vec<String>>,
    ignore: Vec<String>,
    data: BTreeMap<String, toml::Value>,
    rules: BTreeMap<String, RuleSetting>,
}

impl Said {
    fn change(&mut self, change: &Change) {
        if let Some(select) = &change.select {
            self.selection.select.clone_from(select);
        }
        self.selection.ignore.extend(change.ignore.iter().cloned());
        let data = change.data.iter();
        self.settings
            .data
            .extend(data.map(|(name, value)| (name.clone(), value.clone())));
        for (word, setting) in &change.rules {
            let known = self.settings.rules.entry(word.clone()).or_default();
            known.enabled = setting.enabled.or(known.enabled);
            known.level = setting.level.or(known.level);
            let data = setting.data.iter();
            known
                .data
                .extend(data.map(|(name, value)| (name.clone(), value.clone())));
        }
    }

    fn rules(&self, folders: &[PathBuf]) -> Result<Vec<Arc<Rule>>, RulesError> {
        RuleSet::load(folders, &self.settings)?.selected(&self.selection)
    }
}

impl Configuration {
    /// The rules for files that overrides speak of. Patterns are relative to the folder that stands with the sources, `set`
    /// is all rules without overrides, `folders` and the words are those of the command line.
    pub(in crate::cli) fn overrides(
        &self,
        (root, sources): (&Path, &Sources),
        set: &RuleSet,
        folders: &[PathBuf],
        select: &[String],
        ignore: &[String],
    ) -> Result<Overrides, String> {
        if self.overrides.is_empty() {
            return Ok(Overrides::default());
        }
        // By ids, so that what an override says goes over what is said of the same rule by another name.
        let mut settings = self.settings();
        settings.rules = set
            .by_id(&settings.rules)
            .map_err(|error| self.refused(error, &[Part::Whole], Some(set)))?;
        let base = Said {
            settings,
            selection: self.selection(select, ignore),
        };
        let folders = self.rule_folders(folders);
        let mut files = Vec::new();
        let mut changes = Vec::new();
        let mut rules = Vec::new();
        for (number, written) in self.overrides.iter().enumerate() {
            let one = written.get_ref();
            let part = Part::Override(number);
            if one.paths.is_empty() {
                let message = "an override names the files that it is for in `paths`";
                return Err(self.mistake(written.span(), message, None));
            }
            let list = [
                Step::Key("overrides"),
                Step::Item(number),
                Step::Key("paths"),
            ];
            files.push(self.placed(root, &one.paths, &list, (sources, written.span()))?);
            let change = Change {
                select: one.select.clone().filter(|_| select.is_empty()),
                ignore: one.ignore.clone(),
                data: one.data.clone(),
                rules: set
                    .by_id(&settings_of(&one.rules))
                    .map_err(|error| self.refused(error, &[part], Some(set)))?,
            };
            let mut said = base.clone();
            said.change(&change);
            let those = said.rules(&folders);
            rules.extend(
                those.map_err(|error| self.refused(error, &[part, Part::Whole], Some(set)))?,
            );
            changes.push(change);
        }
        Ok(Overrides {
            files,
            rules,
            chosen: Box::new(move |those: &[usize]| {
                let mut said = base.clone();
                for change in those.iter().filter_map(|number| changes.get(*number)) {
                    said.change(change);
                }
                said.rules(&folders).map_err(super::super::shown)
            }),
        })
    }
}
