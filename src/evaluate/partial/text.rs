//! How an undecided string begins and ends, how long it may be, and of which characters it is made.

use super::shape::{context_member, pieces_of};
use super::{PATIENCE, as_choice, call_of, emptiness, is_surely, shape};
use crate::evaluate::declared::{self, Declared};
use crate::evaluate::symbol::{Shape, Symbol, Term};
use crate::evaluate::value::{Kind, Part, Value};

/// What is certain of a string. Lengths are in UTF-16 code units, as .NET counts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextBounds {
    /// It begins with this.
    pub prefix: String,
    /// It ends with this.
    pub suffix: String,
    /// Its least length.
    pub min: usize,
    /// Its greatest length, if that is known.
    pub max: Option<usize>,
    /// The characters that it is made of.
    pub alphabet: Alphabet,
}

/// A set of characters that a string is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alphabet {
    /// Any characters.
    Any,
    /// What may stand between two slashes of a resource id: anything but a slash.
    Segment,
    /// Lower-case hexadecimal digits and dashes, as a GUID has.
    Guid,
    /// `a`-`z` and `2`-`7`, as `uniqueString` gives.
    Base32,
    /// Digits, and a minus sign.
    Integer,
}

impl Alphabet {
    /// Whether a string of this alphabet may have this character.
    pub fn admits(self, character: char) -> bool {
        match self {
            Self::Any => true,
            Self::Segment => character != '/',
            Self::Guid => character == '-' || matches!(character, '0'..='9' | 'a'..='f'),
            Self::Base32 => matches!(character, 'a'..='z' | '2'..='7'),
            Self::Integer => character == '-' || character.is_ascii_digit(),
        }
    }

    /// Whether lower case leaves a string of this alphabet as it is.
    pub fn is_lower_case(self) -> bool {
        matches!(self, Self::Guid | Self::Base32 | Self::Integer)
    }
}

impl TextBounds {
    fn any() -> Self {
        Self {
            prefix: String::new(),
            suffix: String::new(),
            min: 0,
            max: None,
            alphabet: Alphabet::Any,
        }
    }

    /// Those of a known text.
    pub fn exact(text: &str) -> Self {
        let length = utf16_length(text);
        Self {
            prefix: text.to_owned(),
            suffix: text.to_owned(),
            min: length,
            max: Some(length),
            alphabet: Alphabet::Any,
        }
    }

    fn of_length(min: usize, max: usize, alphabet: Alphabet) -> Self {
        Self {
            min,
            max: Some(max),
            alphabet,
            ..Self::any()
        }
    }

    fn starting(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
            min: utf16_length(prefix),
            ..Self::any()
        }
    }

    /// What holds of both.
    fn or(self, other: Self) -> Self {
        let start = common(self.prefix.chars(), other.prefix.chars());
        let end = common(self.suffix.chars().rev(), other.suffix.chars().rev());
        Self {
            prefix: self.prefix[..start].to_owned(),
            suffix: self.suffix[self.suffix.len() - end..].to_owned(),
            min: self.min.min(other.min),
            max: self.max.zip(other.max).map(|(a, b)| a.max(b)),
            alphabet: if self.alphabet == other.alphabet {
                self.alphabet
            } else {
                Alphabet::Any
            },
        }
    }

    /// Whether no string can be within both bounds.
    pub(super) fn exclude(&self, other: &Self) -> bool {
        let starts_differ =
            !self.prefix.starts_with(&other.prefix) && !other.prefix.starts_with(&self.prefix);
        let ends_differ =
            !self.suffix.ends_with(&other.suffix) && !other.suffix.ends_with(&self.suffix);
        starts_differ
            || ends_differ
            || self.max.is_some_and(|max| max < other.min)
            || other.max.is_some_and(|max| max < self.min)
            || self.has_foreign(other.alphabet)
            || other.has_foreign(self.alphabet)
    }

    /// Whether a known end of it has a character that the alphabet lacks.
    fn has_foreign(&self, alphabet: Alphabet) -> bool {
        alphabet != Alphabet::Any
            && self
                .prefix
                .chars()
                .chain(self.suffix.chars())
                .any(|character| !alphabet.admits(character))
    }
}

/// How many bytes two texts have in common, read in this direction.
pub(super) fn common(a: impl Iterator<Item = char>, b: impl Iterator<Item = char>) -> usize {
    a.zip(b)
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum()
}

/// The length of a string in UTF-16 code units.
pub fn utf16_length(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().map(char::len_utf16).sum()
    }
}

/// What is certain of a value as a string; `None` for one that is not surely a string.
pub fn text_bounds(value: &Value) -> Option<TextBounds> {
    bounds_within(value, PATIENCE)
}

/// What is certain of the text that a hole puts into its string.
pub fn hole_bounds(hole: &Value) -> TextBounds {
    hole_within(hole, PATIENCE)
}

fn hole_within(hole: &Value, patience: u32) -> TextBounds {
    if let Some(bounds) = bounds_within(hole, patience) {
        return bounds;
    }
    match shape(hole) {
        Shape::Integer if is_surely(hole, Shape::Integer) => {
            TextBounds::of_length(1, 20, Alphabet::Integer)
        }
        Shape::Bool if is_surely(hole, Shape::Bool) => TextBounds {
            suffix: "e".to_owned(),
            ..TextBounds::of_length(4, 5, Alphabet::Segment)
        },
        _ => TextBounds::any(),
    }
}

fn bounds_within(value: &Value, patience: u32) -> Option<TextBounds> {
    match &value.kind {
        Kind::String(text) => Some(TextBounds::exact(text)),
        Kind::Mixed(parts) => Some(mixed(parts, patience)),
        Kind::Symbolic(symbol) if is_surely(value, Shape::String) => Some(
            patience
                .checked_sub(1)
                .map_or_else(TextBounds::any, |patience| {
                    of_symbol(value, symbol, patience)
                }),
        ),
        _ => None,
    }
}

fn mixed(parts: &[Part], patience: u32) -> TextBounds {
    let pieces: Vec<TextBounds> = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => TextBounds::exact(text),
            Part::Hole(hole) => hole_within(hole, patience),
        })
        .collect();
    let mut whole = TextBounds {
        min: pieces.iter().map(|piece| piece.min).sum(),
        max: pieces.iter().map(|piece| piece.max).sum(),
        ..TextBounds::any()
    };
    if let [only] = pieces.as_slice() {
        whole.alphabet = only.alphabet;
    }
    for (part, piece) in parts.iter().zip(&pieces) {
        whole.prefix.push_str(&piece.prefix);
        if matches!(part, Part::Hole(_)) {
            break;
        }
    }
    let mut ends = Vec::new();
    for (part, piece) in parts.iter().zip(&pieces).rev() {
        ends.push(piece.suffix.as_str());
        if matches!(part, Part::Hole(_)) {
            break;
        }
    }
    whole.suffix = ends.into_iter().rev().collect();
    whole
}

fn of_symbol(value: &Value, symbol: &Symbol, patience: u32) -> TextBounds {
    if let Some((_, then, otherwise)) = as_choice(value) {
        let bounds = |branch| bounds_within(branch, patience).unwrap_or_else(TextBounds::any);
        return bounds(then).or(bounds(otherwise));
    }
    match &symbol.term {
        Term::Access { base, .. } if let Some(delimiters) = pieces_of(base) => {
            let is_slash = |delimiter: &Value| delimiter.as_str() == Some("/");
            let mut all = delimiters.as_array().unwrap_or_default().iter();
            TextBounds {
                alphabet: match is_slash(delimiters) || all.any(is_slash) {
                    true => Alphabet::Segment,
                    false => Alphabet::Any,
                },
                ..TextBounds::any()
            }
        }
        Term::Access { base, key, .. } => match declared::of(symbol) {
            Some(known) => of_declared(&known, false, patience),
            None => of_context(base, key),
        },
        Term::Parameter(parameter) => match declared::of(symbol) {
            Some(known) => of_declared(&known, parameter.empty == Some(false), patience),
            None => TextBounds::any(),
        },
        Term::Except { of, excluded } => {
            let mut bounds = bounds_within(of, patience).unwrap_or_else(TextBounds::any);
            if excluded.iter().any(|value| value.as_str() == Some("")) {
                bounds.min = bounds.min.max(1);
            }
            bounds
        }
        _ => call_of(symbol).map_or_else(TextBounds::any, |(function, arguments)| {
            of_call(function, arguments, patience)
        }),
    }
}

/// By the values of a declared type, else by its limits.
fn of_declared(known: &Declared<'_>, filled: bool, patience: u32) -> TextBounds {
    let values = known.domain().unwrap_or_default().iter();
    let mut bounds = values
        .filter(|value| !value.is_null())
        .map(|value| bounds_within(value, patience));
    match bounds.next() {
        Some(Some(first)) => bounds
            .try_fold(first, |known, next| Some(known.or(next?)))
            .unwrap_or_else(TextBounds::any),
        _ => {
            let limits = known.limits();
            let [least, greatest] = limits.map(|limit| usize::try_from(limit?).ok());
            TextBounds {
                min: least.unwrap_or(0).max(usize::from(filled)),
                max: greatest,
                ..TextBounds::any()
            }
        }
    }
}

/// Lengths of names: <https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules>.
fn of_context(base: &Value, key: &Value) -> TextBounds {
    let Some((context, member)) = context_member(base, key) else {
        return TextBounds::any();
    };
    match (&*context.function, member.to_ascii_lowercase().as_str()) {
        ("subscription", "subscriptionid" | "tenantid")
        | ("tenant", "tenantid")
        | ("deployer", "tenantid" | "objectid") => TextBounds::of_length(36, 36, Alphabet::Guid),
        ("resourceGroup" | "managementGroup", "name") => {
            TextBounds::of_length(1, 90, Alphabet::Segment)
        }
        ("deployment", "name") => TextBounds::of_length(1, 64, Alphabet::Segment),
        ("resourceGroup" | "deployment", "location") => TextBounds {
            min: 1,
            alphabet: Alphabet::Segment,
            ..TextBounds::any()
        },
        ("subscription" | "resourceGroup", "id") => TextBounds::starting("/subscriptions/"),
        ("managementGroup", "id") => {
            TextBounds::starting("/providers/Microsoft.Management/managementGroups/")
        }
        _ => TextBounds::any(),
    }
}

fn of_call(function: &str, arguments: &[Value], patience: u32) -> TextBounds {
    let text = |index: usize| {
        arguments
            .get(index)
            .and_then(|argument| bounds_within(argument, patience))
            .unwrap_or_else(TextBounds::any)
    };
    let count = |index: usize| {
        let number = arguments.get(index)?.as_integer()?;
        Some(usize::try_from(number).unwrap_or(0))
    };
    match function {
        "uniqueString" => TextBounds::of_length(13, 13, Alphabet::Base32),
        "guid" | "newGuid" => TextBounds::of_length(36, 36, Alphabet::Guid),
        "toLower" => recased(text(0), str::to_lowercase),
        "toUpper" => TextBounds {
            alphabet: Alphabet::Any,
            ..recased(text(0), str::to_uppercase)
        },
        "trim" => TextBounds {
            max: text(0).max,
            alphabet: text(0).alphabet,
            ..TextBounds::any()
        },
        // The JSON of an object or an array that has something in it.
        "string" => match arguments {
            [value] if emptiness(value) == Some(false) => {
                let (prefix, suffix) = match shape(value) {
                    Shape::Object => ("{", "}"),
                    Shape::Array => ("[", "]"),
                    _ => return TextBounds::any(),
                };
                TextBounds {
                    suffix: suffix.to_owned(),
                    min: 3,
                    ..TextBounds::starting(prefix)
                }
            }
            _ => TextBounds::any(),
        },
        "padLeft" => TextBounds {
            min: text(0).min.max(count(1).unwrap_or(0)),
            ..TextBounds::any()
        },
        "take" => count(1).map_or_else(TextBounds::any, |count| taken(text(0), count)),
        "skip" => count(1).map_or_else(TextBounds::any, |count| skipped(text(0), count)),
        "substring" => match (count(1), count(2)) {
            (Some(0), Some(length)) => TextBounds {
                min: length,
                max: Some(length),
                ..taken(text(0), length)
            },
            (Some(_), Some(length)) => TextBounds::of_length(length, length, text(0).alphabet),
            (Some(start), None) if arguments.len() == 2 => skipped(text(0), start),
            _ => TextBounds::any(),
        },
        _ => TextBounds::any(),
    }
}

/// Lengths stay: .NET maps one UTF-16 unit to one. Only ASCII ends are kept, where Rust does so too.
fn recased(bounds: TextBounds, recase: impl Fn(&str) -> String) -> TextBounds {
    let end = |text: &str| {
        if text.is_ascii() {
            recase(text)
        } else {
            String::new()
        }
    };
    TextBounds {
        prefix: end(&bounds.prefix),
        suffix: end(&bounds.suffix),
        ..bounds
    }
}

fn taken(bounds: TextBounds, count: usize) -> TextBounds {
    let mut left = count;
    let prefix = bounds
        .prefix
        .chars()
        .take_while(|character| {
            let fits = character.len_utf16() <= left;
            left = left.saturating_sub(character.len_utf16());
            fits
        })
        .collect();
    TextBounds {
        prefix,
        suffix: String::new(),
        min: bounds.min.min(count),
        max: Some(bounds.max.map_or(count, |max| max.min(count))),
        alphabet: bounds.alphabet,
    }
}

fn skipped(bounds: TextBounds, count: usize) -> TextBounds {
    let min = bounds.min.saturating_sub(count);
    TextBounds {
        prefix: String::new(),
        suffix: if utf16_length(&bounds.suffix) <= min {
            bounds.suffix
        } else {
            String::new()
        },
        min,
        max: bounds.max.map(|max| max.saturating_sub(count)),
        alphabet: bounds.alphabet,
    }
}
