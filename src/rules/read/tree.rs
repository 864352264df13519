//! A rule file as a tree: what its TOML says, with the place of everything.
//!
//! Reading TOML is half of what loading the rules costs, and every run loads them. So the build script reads that of the
//! built-in ones and writes their trees down as constants; a team's own are read when they are loaded.

use std::borrow::Cow;
use std::ops::{Deref, Range};

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

/// A value and where it stands.
#[derive(Debug, PartialEq)]
pub(in crate::rules) struct Node {
    pub(in crate::rules) kind: Kind,
    pub(in crate::rules) start: u32,
    pub(in crate::rules) end: u32,
}

/// The values that rules have.
#[derive(Debug, PartialEq)]
pub(in crate::rules) enum Kind {
    Text(Cow<'static, str>),
    Integer(i64),
    Bool(bool),
    List(Many<Node>),
    Table(Many<Entry>),
    /// A value that no rule has a use for, by its name: a date, a float, an integer of more than 64 bits.
    Other(&'static str),
}

/// A key and its value, in the order of the file.
#[derive(Debug, PartialEq)]
pub(in crate::rules) struct Entry {
    pub(in crate::rules) key: Cow<'static, str>,
    pub(in crate::rules) start: u32,
    pub(in crate::rules) end: u32,
    pub(in crate::rules) value: Node,
}

/// Values that were written down, or that were read.
#[derive(Debug)]
pub(in crate::rules) enum Many<T: 'static> {
    Fixed(&'static [T]),
    Read(Vec<T>),
}

impl<T> Deref for Many<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Fixed(items) => items,
            Self::Read(items) => items,
        }
    }
}

impl<T: PartialEq> PartialEq for Many<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Node {
    /// Where it stands, in bytes.
    pub(in crate::rules) fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The name of its type.
    pub(in crate::rules) fn word(&self) -> &'static str {
        match &self.kind {
            Kind::Text(_) => "string",
            Kind::Integer(_) => "integer",
            Kind::Bool(_) => "boolean",
            Kind::List(_) => "array",
            Kind::Table(_) => "table",
            Kind::Other(word) => word,
        }
    }
}

impl Entry {
    /// Where its key stands, in bytes.
    pub(in crate::rules) fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Reads TOML: its tables as far as they can be read, and what is wrong.
pub(in crate::rules) fn parse(text: &str) -> (Many<Entry>, Vec<Error>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    (Many::Read(entries(table.get_ref())), errors)
}

/// The parser bounds the nesting of what it gives.
fn entries(table: &DeTable<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: Cow::Owned(key.get_ref().to_string()),
            start: offset(key.span().start),
            end: offset(key.span().end),
            value: node(value),
        })
        .collect();
    entries.sort_by_key(|entry| entry.start);
    entries
}

fn node(value: &Spanned<DeValue<'_>>) -> Node {
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::Text(Cow::Owned(text.to_string())),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Kind::Integer(number),
            Err(_) => Kind::Other("integer"),
        },
        DeValue::Boolean(value) => Kind::Bool(*value),
        DeValue::Array(items) => Kind::List(Many::Read(items.iter().map(node).collect())),
        DeValue::Table(table) => Kind::Table(Many::Read(entries(table))),
        DeValue::Float(_) => Kind::Other("float"),
        DeValue::Datetime(_) => Kind::Other("datetime"),
    };
    Node {
        kind,
        start: offset(value.span().start),
        end: offset(value.span().end),
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
