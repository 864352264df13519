//! What a configuration says of rules. It is plain data; the configuration's own file format is read elsewhere.

use std::collections::BTreeMap;

use super::rule::Rule;
use crate::finding::{Level, names_rule};

/// What a configuration says of the rules.
#[derive(Debug, Clone, Default)]
pub struct RuleSettings {
    /// Data for every rule that has a datum of this name.
    pub data: BTreeMap<String, toml::Value>,
    /// What is said of single rules, by id or name.
    pub rules: BTreeMap<String, RuleSetting>,
    /// Whether rules that are off are on, unless something is said of them.
    pub all: bool,
}

/// What a configuration says of one rule.
#[derive(Debug, Clone, Default)]
pub struct RuleSetting {
    /// Whether it runs.
    pub enabled: Option<bool>,
    /// The level of all its fails.
    pub level: Option<Level>,
    /// Its data. They go over [`RuleSettings::data`].
    pub data: BTreeMap<String, toml::Value>,
}

/// Which rules run: those that are enabled, and what a command line says about that. Words are ids, names or the
/// beginnings of ids (`AKV1`); their case does not matter.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these run, those that are off among them; all that are enabled where it is empty.
    pub select: Vec<String>,
    /// These do not run.
    pub ignore: Vec<String>,
}

impl RuleSettings {
    /// What is said of the rule of this id and name.
    pub(super) fn of(&self, id: &str, name: &str) -> Option<(&String, &RuleSetting)> {
        let of = |word: &str| {
            self.rules
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(word))
        };
        of(id).or_else(|| of(name))
    }

    /// The value for a datum of a rule, and whose setting it is.
    pub(super) fn datum<'s>(
        &'s self,
        rule: Option<&'s RuleSetting>,
        name: &str,
    ) -> Option<&'s toml::Value> {
        rule.and_then(|rule| rule.data.get(name))
            .or_else(|| self.data.get(name))
    }
}

/// Whether a word names a rule.
pub(super) fn names(word: &str, rule: &Rule) -> bool {
    names_rule(word, &rule.id, &rule.name)
}
