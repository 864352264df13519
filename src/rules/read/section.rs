//! Reading TOML tables key by key, with the place of everything and all faults collected.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use miette::NamedSource;

use super::tree::{Entry, Kind, Node};
use crate::evaluate::jsonpath::Query;
use crate::rules::error::{Fault, RuleError};
use crate::rules::nearest::probable;
use crate::rules::rule::RuleFile;

/// Values nest less than this in any rule file that means something.
const MAX_DEPTH: usize = 32;

/// The faults of one file.
pub(super) struct Faults<'f> {
    name: &'f str,
    text: &'f str,
    tested: bool,
    found: Vec<(Fault, Range<usize>, Option<String>)>,
}

impl<'f> Faults<'f> {
    pub(super) fn new(file: &'f RuleFile) -> Self {
        Self {
            name: &file.name,
            text: &file.text,
            tested: file.path.is_none(),
            found: Vec::new(),
        }
    }

    /// Whether the file is a built-in one, of which a test has checked what takes long to check.
    pub(super) fn is_tested(&self) -> bool {
        self.tested
    }

    pub(super) fn add(&mut self, fault: Fault, span: Range<usize>, help: Option<String>) {
        self.found.push((fault, span, help));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn into_errors(mut self) -> Vec<RuleError> {
        if self.found.is_empty() {
            return Vec::new();
        }
        self.found.sort_by_key(|(_, span, _)| span.start);
        let source = source_of(self.name, self.text);
        let errors = self.found.into_iter().map(|(fault, span, help)| RuleError {
            fault,
            span: span.into(),
            help,
            source_code: source.clone(),
        });
        errors.collect()
    }

    /// A part of a string in the file: exact where the string is written without escapes, else the whole string.
    pub(super) fn inside(
        &self,
        whole: &Range<usize>,
        text: &str,
        part: &Range<usize>,
    ) -> Range<usize> {
        let written = self.text.get(whole.clone()).and_then(|raw| raw.find(text));
        match written {
            Some(start) => {
                let start = whole.start + start;
                start + part.start..start + part.end
            }
            None => whole.clone(),
        }
    }
}

/// A file as errors show it.
pub(in crate::rules) fn source_of(name: &str, text: &str) -> Arc<NamedSource<Arc<str>>> {
    Arc::new(NamedSource::new(name, text.into()).with_language("toml"))
}

/// A value of the file.
pub(super) type Item<'a> = &'a Node;

/// A table of which every key must be read.
pub(super) struct Section<'a> {
    table: &'a [Entry],
    span: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'a> Section<'a> {
    pub(super) fn new(table: &'a [Entry], span: Range<usize>) -> Self {
        Self {
            table,
            span,
            asked: Vec::new(),
        }
    }

    pub(super) fn of(item: Item<'a>, faults: &mut Faults<'_>) -> Option<Self> {
        match &item.kind {
            Kind::Table(table) => Some(Self::new(table, item.span())),
            _ => {
                wrong_type("a table", item, faults);
                None
            }
        }
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The value of a key, if it is there.
    pub(super) fn get(&mut self, key: &'static str) -> Option<Item<'a>> {
        self.asked.push(key);
        let entry = self.table.iter().find(|entry| entry.key == key)?;
        Some(&entry.value)
    }

    /// The value of a key, whose absence is a fault.
    pub(super) fn need(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Item<'a>> {
        let item = self.get(key);
        if item.is_none() {
            // A table's span is its header or its braces, which is where a reader looks for the key.
            faults.add(Fault::Missing(key.to_owned()), self.span(), None);
        }
        item
    }

    pub(super) fn text(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<String> {
        self.get(key).and_then(|item| text(item, faults))
    }

    pub(super) fn need_text(
        &mut self,
        key: &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<String> {
        self.need(key, faults).and_then(|item| text(item, faults))
    }

    pub(super) fn texts(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Vec<String> {
        self.get(key)
            .map_or_else(Vec::new, |item| texts(item, faults))
    }

    pub(super) fn bool(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<bool> {
        self.get(key).and_then(|item| bool(item, faults))
    }

    /// The keys in the order of the file, for a table whose keys are names.
    pub(super) fn entries(&self) -> Vec<(&'a str, Range<usize>, Item<'a>)> {
        let entry = |entry: &'a Entry| (&*entry.key, entry.span(), &entry.value);
        self.table.iter().map(entry).collect()
    }

    /// The value of a key that somebody else reads.
    pub(super) fn peek(&self, key: &str) -> Option<Item<'a>> {
        let entry = self.table.iter().find(|entry| entry.key == key);
        entry.map(|entry| &entry.value)
    }

    /// Whether the key is there; asking does not read it.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.iter().any(|entry| entry.key == key)
    }

    /// The keys that nothing asked for yet.
    pub(super) fn unread(&self) -> Vec<&'a str> {
        let keys = self.table.iter().map(|entry| &*entry.key);
        keys.filter(|key| !self.asked.contains(key)).collect()
    }

    /// Reports the keys that nothing asked for.
    pub(super) fn finish(self, faults: &mut Faults<'_>) {
        self.finish_as(Fault::UnknownKey, std::iter::empty(), faults);
    }

    /// Reports the keys that nothing asked for as this fault; these words could have stood there too.
    pub(super) fn finish_as(
        self,
        fault: impl Fn(String) -> Fault,
        words: impl Iterator<Item = &'static str> + Clone,
        faults: &mut Faults<'_>,
    ) {
        let unread = self.unread();
        if unread.is_empty() {
            return;
        }
        for (key, span, _) in self.entries() {
            if unread.contains(&key) {
                let known = self.asked.iter().copied().chain(words.clone());
                let help = probable(key, known).map(|known| format!("did you mean `{known}`?"));
                faults.add(fault(key.to_owned()), span, help);
            }
        }
    }
}

pub(super) fn wrong_type(expected: &str, item: Item<'_>, faults: &mut Faults<'_>) {
    let fault = Fault::Type {
        expected: expected.to_owned(),
        found: item.word().to_owned(),
    };
    faults.add(fault, item.span(), None);
}

pub(super) fn text(item: Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let Kind::Text(text) = &item.kind else {
        wrong_type("a string", item, faults);
        return None;
    };
    Some(text.to_string())
}

pub(super) fn bool(item: Item<'_>, faults: &mut Faults<'_>) -> Option<bool> {
    let Kind::Bool(value) = &item.kind else {
        wrong_type("true or false", item, faults);
        return None;
    };
    Some(*value)
}

pub(super) fn integer(item: Item<'_>, faults: &mut Faults<'_>) -> Option<i64> {
    let Kind::Integer(value) = &item.kind else {
        wrong_type("a whole number of 64 bits", item, faults);
        return None;
    };
    Some(*value)
}

/// The items of a list; a single value counts as a list of one.
pub(super) fn list<'a>(item: Item<'a>) -> Vec<Item<'a>> {
    match &item.kind {
        Kind::List(items) => items.iter().collect(),
        _ => vec![item],
    }
}

/// A list of strings, or a single one.
pub(super) fn texts(item: Item<'_>, faults: &mut Faults<'_>) -> Vec<String> {
    list(item)
        .into_iter()
        .filter_map(|item| text(item, faults))
        .collect()
}

/// One of these words.
pub(super) fn word<T: Copy>(
    item: Item<'_>,
    expected: &str,
    words: &[(&str, T)],
    faults: &mut Faults<'_>,
) -> Option<T> {
    let text = text(item, faults)?;
    let found = words
        .iter()
        .find(|(word, _)| *word == text)
        .map(|(_, value)| *value);
    if found.is_none() {
        let help = match probable(&text, words.iter().map(|(word, _)| *word)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => {
                let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                format!("write one of: {}", all.join(", "))
            }
        };
        let fault = Fault::Word {
            word: text,
            expected: expected.to_owned(),
        };
        faults.add(fault, item.span(), Some(help));
    }
    found
}

pub(super) fn query(item: Item<'_>, faults: &mut Faults<'_>) -> Option<Query> {
    let text = text(item, faults)?;
    match Query::parse(&text) {
        Ok(query) => Some(query),
        Err(error) => {
            let span = faults.inside(&item.span(), &text, &error.span.range());
            let help = miette::Diagnostic::help(&error).map(|help| help.to_string());
            faults.add(Fault::Query(error), span, help);
            None
        }
    }
}

/// A query that selects one node at most.
pub(super) fn singular_query(item: Item<'_>, faults: &mut Faults<'_>) -> Option<Query> {
    let query = query(item, faults)?;
    if query.is_singular() {
        return Some(query);
    }
    let help =
        "write `some`, `every` or `none` in place of `path`, or name one member after another";
    faults.add(Fault::ManyNodes, item.span(), Some(help.to_owned()));
    None
}

/// A value as the `toml` crate has it.
pub(super) fn plain(item: Item<'_>, faults: &mut Faults<'_>) -> Option<toml::Value> {
    plain_within(item, MAX_DEPTH, faults)
}

fn plain_within(item: Item<'_>, depth: usize, faults: &mut Faults<'_>) -> Option<toml::Value> {
    let Some(depth) = depth.checked_sub(1) else {
        wrong_type("less nesting", item, faults);
        return None;
    };
    Some(match &item.kind {
        Kind::Text(text) => toml::Value::String(text.to_string()),
        Kind::Integer(value) => toml::Value::Integer(*value),
        Kind::Bool(value) => toml::Value::Boolean(*value),
        Kind::List(items) => {
            let mut read = Vec::new();
            for item in items.iter() {
                read.push(plain_within(item, depth, faults)?);
            }
            toml::Value::Array(read)
        }
        Kind::Table(entries) => {
            let mut read = toml::map::Map::new();
            for entry in entries.iter() {
                let value = plain_within(&entry.value, depth, faults)?;
                read.insert(entry.key.to_string(), value);
            }
            toml::Value::Table(read)
        }
        Kind::Other("datetime") => {
            wrong_type("a date in quotes", item, faults);
            return None;
        }
        Kind::Other(_) => {
            wrong_type("a whole number of 64 bits", item, faults);
            return None;
        }
    })
}

/// The overrides of data that an example has.
pub(super) fn plain_table(
    item: Item<'_>,
    faults: &mut Faults<'_>,
) -> BTreeMap<String, toml::Value> {
    match plain(item, faults) {
        Some(toml::Value::Table(table)) => table.into_iter().collect(),
        Some(_) => {
            wrong_type("a table", item, faults);
            BTreeMap::new()
        }
        None => BTreeMap::new(),
    }
}
