//! Messages with placeholders, and what fills them.

use std::ops::Range;

use thiserror::Error;

use super::data::Data;
use super::nearest::probable;
use super::predicate::address::{self, problem_of_parts};
use super::scope::Scope;
use crate::evaluate::canonical::{outline, to_json};
use crate::evaluate::jsonpath::{Path, Query, QueryError};
use crate::evaluate::symbol::Term;
use crate::evaluate::value::{Kind, Value};

/// A value longer than this is cut in a message.
const MAX_SHOWN: usize = 200;

/// A text with placeholders in braces.
#[derive(Debug, Clone, Default)]
pub struct Template {
    source: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Slot(Slot),
}

/// What a placeholder stands for.
#[derive(Debug, Clone)]
enum Slot {
    Name,
    Type,
    Value,
    Path,
    Count,
    Suggestion,
    Problem,
    Network,
    First,
    Last,
    Related,
    Query(Query),
}

/// The placeholders and what they stand for. Besides these there are `{data.NAME}` and `{PATH}`, a JSONPath.
pub const PLACEHOLDERS: &[(&str, &str)] = &[
    ("name", "the name of the resource"),
    (
        "type",
        "`key vault`, `managed HSM`, or the last word of another resource type",
    ),
    (
        "value",
        "the value that the finding points at, or `not set`",
    ),
    ("path", "its property path"),
    (
        "count",
        "the number of nodes that the first `count` of `when` counts",
    ),
    (
        "suggestion",
        "the one of `suggest` that the value was probably meant to be; all of them where that is none",
    ),
    ("problem", "why the value is no IPv4 address or range"),
    ("network", "the value as a range with its host bits cleared"),
    ("first", "the first address of the value"),
    ("last", "the last address of the value"),
    (
        "related",
        "the name of the first related resource that makes it fail",
    ),
];

/// What is wrong with a template.
#[derive(Debug, Clone, Error)]
pub enum TemplateFault {
    /// A brace without its partner.
    #[error("the brace has no partner")]
    Brace,
    /// No placeholder of this name.
    #[error("no placeholder is called `{0}`")]
    Unknown(String),
    /// No datum of this name.
    #[error("the rule has no datum called `{0}`")]
    Data(String),
    /// A placeholder that begins like a path and is none.
    #[error("{0}")]
    Query(QueryError),
}

impl Template {
    /// Reads a text. A brace of its own is written twice.
    ///
    /// # Errors
    /// What is wrong and where, in bytes of the text.
    pub fn parse(text: &str, data: &Data) -> Result<Self, (TemplateFault, Range<usize>)> {
        let mut pieces = Vec::new();
        let mut known = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let start = text.len() - rest.len() + at;
            known.push_str(&rest[..at]);
            let brace = &rest[at..];
            if let Some(after) = brace.strip_prefix("{{").or(brace.strip_prefix("}}")) {
                known.push_str(&brace[..1]);
                rest = after;
                continue;
            }
            let closed = brace
                .strip_prefix('{')
                .and_then(|inner| inner.split_once('}'));
            let Some((inner, after)) = closed else {
                return Err((TemplateFault::Brace, start..start + 1));
            };
            if let Some(name) = inner.strip_prefix("data.") {
                let Some(datum) = data.get(name) else {
                    let fault = TemplateFault::Data(name.to_owned());
                    return Err((fault, start + 1..start + 1 + inner.len()));
                };
                known.push_str(&datum.value.to_string());
            } else {
                let slot = read_slot(inner)
                    .map_err(|fault| (fault, start + 1..start + 1 + inner.len()))?;
                if !known.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut known)));
                }
                pieces.push(Piece::Slot(slot));
            }
            rest = after;
        }
        known.push_str(rest);
        if !known.is_empty() {
            pieces.push(Piece::Text(known));
        }
        Ok(Self {
            source: text.to_owned(),
            pieces,
        })
    }

    /// The text as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it tells a count.
    pub(super) fn counts(&self) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Slot(Slot::Count)))
    }

    /// Whether it has a word in it that the value was meant to be.
    pub(super) fn suggests(&self) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Slot(Slot::Suggestion)))
    }

    /// The text with every placeholder filled.
    pub(super) fn fill(&self, filling: &Filling<'_>) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Slot(slot) => filling.of(slot),
            })
            .collect()
    }
}

fn read_slot(text: &str) -> Result<Slot, TemplateFault> {
    Ok(match text {
        "name" => Slot::Name,
        "type" => Slot::Type,
        "value" => Slot::Value,
        "path" => Slot::Path,
        "count" => Slot::Count,
        "suggestion" => Slot::Suggestion,
        "problem" => Slot::Problem,
        "network" => Slot::Network,
        "first" => Slot::First,
        "last" => Slot::Last,
        "related" => Slot::Related,
        query if query.starts_with(['$', '@']) => {
            Slot::Query(Query::parse(query).map_err(TemplateFault::Query)?)
        }
        other => return Err(TemplateFault::Unknown(other.to_owned())),
    })
}

/// What placeholders are filled with.
pub(super) struct Filling<'a> {
    pub(super) scope: &'a Scope<'a>,
    /// The value that the finding points at; `None` where it is absent.
    pub(super) value: Option<&'a Value>,
    /// Its property path.
    pub(super) path: &'a Path,
    /// The words that `{suggestion}` chooses from.
    pub(super) suggest: &'a [String],
    /// What `{related}` stands for.
    pub(super) related: Option<&'a str>,
    /// What `{count}` counts.
    pub(super) counted: Option<&'a Query>,
}

impl Filling<'_> {
    /// The word that the value was probably meant to be: the only one, or the nearest, if it is near. A placeholder, such as
    /// `string`, is near none.
    pub(super) fn suggestion(&self) -> Option<&str> {
        let words = || self.suggest.iter().map(String::as_str);
        let value = self.value.and_then(Value::as_str).unwrap_or_default();
        match self.suggest {
            [only] => Some(only),
            _ => probable(value.trim(), words()),
        }
    }

    fn of(&self, slot: &Slot) -> String {
        let body = self.scope.subject.body();
        let member = |name| Some(&body.as_object()?.get(name)?.value);
        match slot {
            Slot::Name => name_of(member("name")),
            Slot::Type => kind_of_resource(&show(member("type"))),
            Slot::Value => show(self.value),
            Slot::Path => self.path.dotted().to_string(),
            Slot::Count => self.count(),
            Slot::Suggestion => match self.suggestion() {
                Some(word) => word.to_owned(),
                None => self.suggest.join(" or "),
            },
            Slot::Problem => problem(self.value),
            Slot::Network => self.range(|range| range.network().to_string()),
            Slot::First => self.range(|range| range.first().to_string()),
            Slot::Related => self.related.unwrap_or("another resource").to_owned(),
            Slot::Last => self.range(|range| range.last().to_string()),
            Slot::Query(query) => match self.scope.one(query) {
                Ok(node) => show(node.as_ref().map(|node| &node.value)),
                Err(_) => "not known".to_owned(),
            },
        }
    }

    fn count(&self) -> String {
        match self.counted.map(|query| self.scope.select(query)) {
            Some(Ok(selection)) => match selection.count() {
                (least, Some(most)) if least == most => least.to_string(),
                (least, _) => format!("{least} or more"),
            },
            _ => "an unknown number of".to_owned(),
        }
    }

    fn range(&self, show_range: impl FnOnce(address::Range) -> String) -> String {
        let range = self
            .value
            .and_then(Value::as_str)
            .map(address::Range::parse);
        match range {
            Some(Ok(range)) => show_range(range),
            _ => show(self.value),
        }
    }
}

/// A resource's name as a message shows it.
pub(super) fn name_of(value: Option<&Value>) -> String {
    match value.map(|value| &value.kind) {
        Some(Kind::Mixed(_) | Kind::Symbolic(_)) if !value.is_some_and(is_not_exported) => {
            shortened(value.map(outline).unwrap_or_default())
        }
        _ => show(value),
    }
}

/// A value as a message shows it: text as it is, anything else as in a template.
pub(super) fn show(value: Option<&Value>) -> String {
    let shown = match value {
        None => return "not set".to_owned(),
        // It would be a gap in the sentence.
        Some(value) if value.as_str() == Some("") => return "''".to_owned(),
        Some(value) if value.is_null() => return "null".to_owned(),
        Some(value) if is_not_exported(value) => return "(not exported)".to_owned(),
        Some(value) => match &value.kind {
            Kind::String(_) | Kind::Mixed(_) => outline(value),
            _ => match to_json(value) {
                serde_json::Value::String(text) => text,
                json => json.to_string(),
            },
        },
    };
    shortened(shown)
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn is_not_exported(value: &Value) -> bool {
    let symbol = value.as_symbol();
    symbol.is_some_and(|symbol| matches!(symbol.term, Term::NotExported { .. }))
}

fn problem(value: Option<&Value>) -> String {
    let problem = match value.map(|value| &value.kind) {
        None | Some(Kind::Null) => return "has no value".to_owned(),
        Some(Kind::String(text)) => address::Range::parse(text).err(),
        Some(Kind::Mixed(parts)) => problem_of_parts(parts),
        _ => return "is not a string".to_owned(),
    };
    problem.map_or_else(|| "is in order".to_owned(), |problem| problem.to_string())
}

fn kind_of_resource(full: &str) -> String {
    match full.to_ascii_lowercase().as_str() {
        "microsoft.keyvault/vaults" => "key vault".to_owned(),
        "microsoft.keyvault/managedhsms" => "managed HSM".to_owned(),
        _ => full.rsplit('/').next().unwrap_or(full).to_owned(),
    }
}
