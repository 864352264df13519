//! The tunable data of rules: limits, lists and switches with defaults that a configuration can override.

use std::collections::BTreeMap;
use std::fmt;

use ipnet::Ipv4Net;
use thiserror::Error;

use super::predicate::Number;
use super::predicate::address::ranges_named;
use crate::estate::version::ApiVersion;
use crate::evaluate::origin::Origin;
use crate::evaluate::value::{Kind, Value};
use crate::source::{FileId, Place, Span};

/// The data of a rule by name.
pub type Data = BTreeMap<String, DataEntry>;

/// One datum.
#[derive(Debug, Clone)]
pub struct DataEntry {
    /// What values it takes.
    pub kind: DataKind,
    /// The value that counts.
    pub value: Datum,
    /// The value that the rule file gives.
    pub default: Datum,
    /// What it is for, in a sentence.
    pub description: String,
}

/// The values that a datum takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataKind {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// A part of a whole, `"1/16"`.
    Fraction,
    /// One of these words.
    Choice(Vec<String>),
    /// A list of texts.
    Texts,
    /// A list of IPv4 addresses and ranges.
    Ranges,
    /// A date, `"2027-02-27"`, or `""` for none.
    Date,
}

/// A value of a datum.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A part of a whole.
    Fraction(Number),
    /// A word, or a date.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// A list of IPv4 addresses and ranges, as written and as read.
    Ranges(Vec<String>, Vec<Ipv4Net>),
}

/// A value that a datum does not take.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DataFault {
    /// Of another type.
    #[error("expected {0}")]
    Type(String),
    /// Not a range.
    #[error("`{0}` is no IPv4 address or range")]
    Range(String),
}

impl DataKind {
    /// Reads a value of this kind.
    ///
    /// # Errors
    /// What is expected instead.
    pub fn read(&self, value: &toml::Value) -> Result<Datum, DataFault> {
        let read = match (self, value) {
            (Self::Bool, toml::Value::Boolean(value)) => Some(Datum::Bool(*value)),
            (Self::Integer, toml::Value::Integer(value)) => Some(Datum::Integer(*value)),
            (Self::Fraction, toml::Value::String(text)) => fraction(text).map(Datum::Fraction),
            (Self::Choice(words), toml::Value::String(text)) => {
                words.contains(text).then(|| Datum::Text(text.clone()))
            }
            (Self::Date, toml::Value::String(text)) => {
                let is_date = ApiVersion::parse(text).is_some_and(|date| date.preview.is_none());
                (text.is_empty() || is_date).then(|| Datum::Text(text.clone()))
            }
            (Self::Texts | Self::Ranges, toml::Value::Array(items)) => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
                .map(Datum::Texts),
            _ => None,
        };
        match read {
            Some(Datum::Texts(texts)) if *self == Self::Ranges => ranges(texts),
            Some(datum) => Ok(datum),
            None => Err(DataFault::Type(self.to_string())),
        }
    }
}

fn ranges(texts: Vec<String>) -> Result<Datum, DataFault> {
    let mut ranges = Vec::new();
    for text in &texts {
        ranges.extend(ranges_named(text).ok_or_else(|| DataFault::Range(text.clone()))?);
    }
    Ok(Datum::Ranges(texts, ranges))
}

/// Reads `"1/16"`; what is above the line may be larger.
pub(super) fn fraction(text: &str) -> Option<Number> {
    let (numerator, denominator) = text.split_once('/')?;
    let number = Number {
        numerator: numerator.trim().parse().ok()?,
        denominator: denominator.trim().parse().ok()?,
    };
    (number.denominator > 0).then_some(number)
}

impl Datum {
    /// As a value that the tests of conditions apply to; an empty text is absent.
    pub fn to_value(&self) -> Value {
        // A datum stands in no file that a finding could point at.
        let origin = || Origin::at(Place::new(FileId(u32::MAX), Span::point(0)));
        let texts = |texts: &[String]| {
            let items = texts
                .iter()
                .map(|text| Value::string(text.as_str(), origin()));
            Value::array(items.collect(), origin())
        };
        match self {
            Self::Bool(value) => Value::bool(*value, origin()),
            Self::Integer(value) => Value::new(Kind::Integer(*value), origin()),
            Self::Fraction(number) => Value::string(number.to_string(), origin()),
            Self::Text(text) if text.is_empty() => Value::null(origin()),
            Self::Text(text) => Value::string(text.as_str(), origin()),
            Self::Texts(items) | Self::Ranges(items, _) => texts(items),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator {
            1 => write!(f, "{}", self.numerator),
            denominator => write!(f, "{}/{denominator}", self.numerator),
        }
    }
}

impl fmt::Display for Datum {
    /// As a sentence has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Fraction(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::Texts(texts) | Self::Ranges(texts, _) => f.write_str(&texts.join(", ")),
        }
    }
}

impl fmt::Display for DataKind {
    /// As a noun phrase.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("true or false"),
            Self::Integer => f.write_str("a whole number"),
            Self::Fraction => f.write_str("a fraction such as \"1/16\""),
            Self::Choice(words) => write!(f, "one of \"{}\"", words.join("\", \"")),
            Self::Texts => f.write_str("a list of texts"),
            Self::Ranges => f.write_str("a list of IPv4 addresses and ranges"),
            Self::Date => f.write_str("a date such as \"2027-02-27\", or \"\""),
        }
    }
}
