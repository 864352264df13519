//! Where in the text of a configuration something stands.
//!
//! In: what an error is about. Out: a span. The text is read once more for it, since only an error asks.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Configuration;
use super::error::Mistake;
use crate::discover::{BadGlob, Exclude};
use crate::rules::{RuleSet, RulesError};
use crate::run::Patterns;
use crate::source::{FileId, Place, Sources, Span};

/// A part of a configuration that says which rules run and what they are told.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    /// What holds for all files.
    Whole,
    /// One of the `[[overrides]]`.
    Override(usize),
}

/// A step down from a table or list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'s> {
    /// To what a key has.
    Key(&'s str),
    /// To an item.
    Item(usize),
}

type Entry<'t, 'i> = (
    &'i Spanned<std::borrow::Cow<'t, str>>,
    &'i Spanned<DeValue<'t>>,
);

fn entry<'t, 'i>(table: &'i DeTable<'t>, is_meant: impl Fn(&str) -> bool) -> Option<Entry<'t, 'i>> {
    table.iter().find(|(key, _)| is_meant(key.get_ref()))
}

fn value<'t, 'i>(table: &'i DeTable<'t>, steps: &[Step<'_>]) -> Option<&'i Spanned<DeValue<'t>>> {
    let (Step::Key(first), rest) = steps.split_first()? else {
        return None;
    };
    let (_, mut found) = entry(table, |key| key == *first)?;
    for step in rest {
        found = match (step, found.get_ref()) {
            (Step::Key(key), DeValue::Table(table)) => entry(table, |known| known == *key)?.1,
            (Step::Item(number), DeValue::Array(items)) => items.get(*number)?,
            _ => return None,
        };
    }
    Some(found)
}

fn table<'t, 'i>(root: &'i DeTable<'t>, steps: &[Step<'_>]) -> Option<&'i DeTable<'t>> {
    match value(root, steps)?.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// The item of `select` or `ignore` that is a word.
fn listed(part: &DeTable<'_>, word: &str) -> Option<Range<usize>> {
    let lists = ["select", "ignore"].into_iter();
    let mut items = lists.filter_map(|list| match value(part, &[Step::Key(list)])?.get_ref() {
        DeValue::Array(items) => Some(items),
        _ => None,
    });
    items.find_map(|items| {
        let mut items = items.iter();
        let found = items.find(|item| item.get_ref().as_str() == Some(word));
        found.map(Spanned::span)
    })
}

/// What an error is about, in one part of a configuration. `set` tells what names a rule has, where that is known.
fn place_of(part: &DeTable<'_>, error: &RulesError, set: Option<&RuleSet>) -> Option<Range<usize>> {
    let id = |word: &str| set.and_then(|set| set.find(word).ok().map(|rule| rule.id.clone()));
    let is_same = |key: &str, word: &str| {
        key.eq_ignore_ascii_case(word) || id(key).is_some_and(|rule| id(word) == Some(rule))
    };
    let of_rule = |word: &str| {
        let rules = table(part, &[Step::Key("rules")])?;
        entry(rules, |key| is_same(key, word))
    };
    let of_setting = |rule: Option<&str>, key: &str| {
        let settings = match rule {
            Some(word) => match of_rule(word)?.1.get_ref() {
                DeValue::Table(table) => table,
                _ => return None,
            },
            None => table(part, &[Step::Key("data")])?,
        };
        entry(settings, |known| known == key)
    };
    match error {
        RulesError::Unknown { word, .. } => listed(part, word),
        RulesError::UnknownRule { word, .. } => Some(of_rule(word)?.0.span()),
        RulesError::Twice { words, .. } => {
            let rules = table(part, &[Step::Key("rules")])?;
            let spans = words
                .iter()
                .filter_map(|word| Some(entry(rules, |key| key == word)?.0.span()));
            spans.max_by_key(|span| span.start)
        }
        RulesError::UnknownSetting { rule, key, .. } => {
            Some(of_setting(rule.as_deref(), key)?.0.span())
        }
        RulesError::Setting { rule, key, .. } => Some(of_setting(rule.as_deref(), key)?.1.span()),
        RulesError::Faulty { .. } | RulesError::Unreadable { .. } => None,
    }
}

impl Configuration {
    /// A mistake at a place of the file.
    pub(super) fn mistake(
        &self,
        span: Range<usize>,
        message: &str,
        help: Option<String>,
    ) -> String {
        super::super::shown(Mistake::new(&self.path, &self.text, span, message, help))
    }

    /// A mistake in a value of the file.
    pub(super) fn mistake_at(
        &self,
        steps: &[Step<'_>],
        message: &str,
        help: Option<String>,
    ) -> String {
        let root = DeTable::parse(&self.text).ok();
        let span = root.and_then(|root| value(root.get_ref(), steps).map(Spanned::span));
        self.mistake(span.unwrap_or(0..0), message, help)
    }

    /// What is wrong with what the file says of rules, at its place in the first of these parts that has it. What is in
    /// none of them was said elsewhere.
    pub(super) fn refused(
        &self,
        error: RulesError,
        parts: &[Part],
        set: Option<&RuleSet>,
    ) -> String {
        let Ok(root) = DeTable::parse(&self.text) else {
            return super::super::shown(error);
        };
        let root = root.get_ref();
        let tables = parts.iter().filter_map(|part| match part {
            Part::Whole => Some(root),
            Part::Override(number) => table(root, &[Step::Key("overrides"), Step::Item(*number)]),
        });
        let place = tables.filter_map(|part| place_of(part, &error, set)).next();
        match place {
            Some(span) => {
                let help = miette::Diagnostic::help(&error).map(|help| help.to_string());
                self.mistake(span, &error.to_string(), help)
            }
            None => super::super::shown(error),
        }
    }

    /// The file itself among the sources of a run.
    pub(super) fn source(&self, sources: &Sources) -> Result<FileId, String> {
        let source = sources.open(&self.path);
        source
            .map(|source| source.id())
            .map_err(|error| error.to_string())
    }

    /// The same as [`Self::patterns`], with the entry of the configuration that they are in.
    pub(super) fn placed(
        &self,
        base: &std::path::Path,
        patterns: &[String],
        list: &[Step<'_>],
        (sources, entry): (&Sources, Range<usize>),
    ) -> Result<Patterns, String> {
        let quoted = patterns.iter().map(|pattern| format!("`{pattern}`"));
        Ok(Patterns {
            files: self.patterns(base, patterns, list)?,
            words: quoted.collect::<Vec<_>>().join(", "),
            place: Place::new(self.source(sources)?, Span::new(entry.start, entry.end)),
        })
    }

    /// Patterns of the list that the steps lead to, relative to a folder.
    pub(super) fn patterns(
        &self,
        base: &std::path::Path,
        patterns: &[String],
        list: &[Step<'_>],
    ) -> Result<Exclude, String> {
        let globs = patterns.iter().map(String::as_str);
        Exclude::new(base, globs).map_err(|error: BadGlob| {
            let steps = [list, &[Step::Item(error.number)]].concat();
            let help = miette::Diagnostic::help(&error).map(|help| help.to_string());
            self.mistake_at(&steps, &error.to_string(), help)
        })
    }
}
