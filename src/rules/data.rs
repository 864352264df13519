//! The tunable data of rules: limits, lists and switches with defaults that a configuration can override.

use std::collections::BTreeMap;
use std::fmt;

use ipnet::Ipv4Net;
use jiff::civil::Date;
use thiserror::Error;

use super::nearest::probable;
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
    Integer {
        /// The least.
        min: Option<i64>,
        /// The greatest.
        max: Option<i64>,
    },
    /// A part of a whole, `"1/16"`, above none and at most all of it.
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
    #[error("takes {0}")]
    Type(String),
    /// Not a range.
    #[error("takes IPv4 addresses and ranges, and `{0}` is none")]
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
            (Self::Integer { min, max }, toml::Value::Integer(value)) => {
                let is_in =
                    min.is_none_or(|min| min <= *value) && max.is_none_or(|max| *value <= max);
                is_in.then_some(Datum::Integer(*value))
            }
            (Self::Fraction, toml::Value::String(text)) => fraction(text)
                .filter(|number| number.numerator > 0 && number.numerator <= number.denominator)
                .map(Datum::Fraction),
            (Self::Choice(words), toml::Value::String(text)) => {
                words.contains(text).then(|| Datum::Text(text.clone()))
            }
            (Self::Date, toml::Value::String(text)) => {
                (text.is_empty() || is_date(text)).then(|| Datum::Text(text.clone()))
            }
            (Self::Date, toml::Value::Datetime(written)) => match (written.date, written.time) {
                (Some(date), None) => Some(date.to_string())
                    .filter(|date| is_date(date))
                    .map(Datum::Text),
                _ => None,
            },
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

    /// What was probably meant by a value that it does not take.
    pub(super) fn meant(&self, value: &toml::Value) -> Option<String> {
        match (self, value) {
            (Self::Choice(words), toml::Value::String(text)) => {
                let words = words.iter().map(String::as_str);
                probable(text, words).map(|word| format!("did you mean `{word}`?"))
            }
            _ => None,
        }
    }
}

/// Whether a text is a day of the calendar, `2027-02-27`.
fn is_date(text: &str) -> bool {
    let version = ApiVersion::parse(text).filter(|version| version.preview.is_none());
    version.is_some_and(|version| {
        let (year, month, day) = version.date;
        let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
        let (Ok(year), Ok(month), Ok(day)) = parts else {
            return false;
        };
        Date::new(year, month, day).is_ok()
    })
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
            Self::Integer { min, max } => match (min, max) {
                (None, None) => f.write_str("a whole number"),
                (Some(min), None) => write!(f, "a whole number of {min} or more"),
                (None, Some(max)) => write!(f, "a whole number of {max} at most"),
                (Some(min), Some(max)) => write!(f, "a whole number from {min} to {max}"),
            },
            Self::Fraction => f.write_str("a fraction such as \"1/16\""),
            Self::Choice(words) => write!(f, "one of \"{}\"", words.join("\", \"")),
            Self::Texts => f.write_str("a list of texts"),
            Self::Ranges => f.write_str("a list of IPv4 addresses and ranges"),
            Self::Date => f.write_str("a date such as 2027-02-27, or \"\" for none"),
        }
    }
}
