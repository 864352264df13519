//! JSON and YAML texts as values.
//!
//! In: the tree of a text, and where the text comes from. Out: a value whose parts have their places in the text. It
//! refuses to know expressions: a string of a text is a literal.

use std::sync::Arc;

use super::origin::{Origin, Use};
use super::value::{Kind, Member, Value};
use crate::source::{FileId, Place, Span};
use crate::syntax::{json, yaml};

/// Where the text of a value comes from.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file that spans are in.
    pub file: Option<FileId>,
    /// Where all of it stands, if it has no file.
    pub otherwise: Place,
    /// How it came from there.
    pub uses: Option<Arc<Use>>,
}

impl Document {
    fn place(&self, span: Span) -> Place {
        match self.file {
            Some(file) => Place::new(file, span),
            None => self.otherwise,
        }
    }

    fn origin(&self, span: Span) -> Origin {
        Origin {
            place: self.place(span),
            uses: self.uses.clone(),
        }
    }

    /// The value of a JSON tree, whose depth is bounded by its parser. What could not be read is null.
    pub fn json(&self, node: &json::Node<'_>) -> Value {
        let origin = self.origin(node.span);
        match &node.kind {
            json::Kind::Null | json::Kind::Invalid => Value::null(origin),
            json::Kind::Bool(value) => Value::bool(*value, origin),
            json::Kind::Number(text) => number(text, origin),
            json::Kind::String(text) => Value::string(&**text, origin),
            json::Kind::Array(items) => {
                Value::array(items.iter().map(|item| self.json(item)).collect(), origin)
            }
            json::Kind::Object(members) => {
                let members = members.iter().map(|member| Member {
                    key: (&*member.key).into(),
                    key_place: self.place(member.key_span),
                    value: self.json(&member.value),
                });
                Value::object(members.collect(), origin)
            }
        }
    }

    /// The value of a YAML tree, whose depth is bounded by its parser.
    pub fn yaml(&self, node: &yaml::Node) -> Value {
        let origin = self.origin(node.span);
        match &node.kind {
            yaml::Kind::Null => Value::null(origin),
            yaml::Kind::Bool(value) => Value::bool(*value, origin),
            yaml::Kind::Integer(value) => Value::new(Kind::Integer(*value), origin),
            yaml::Kind::Decimal(text) => number(text, origin),
            yaml::Kind::String(text) => Value::string(text.as_str(), origin),
            yaml::Kind::Sequence(items) => {
                Value::array(items.iter().map(|item| self.yaml(item)).collect(), origin)
            }
            yaml::Kind::Mapping(entries) => {
                let members = entries.iter().map(|entry| Member {
                    key: entry.key.as_str().into(),
                    key_place: self.place(entry.key_span),
                    value: self.yaml(&entry.value),
                });
                Value::object(members.collect(), origin)
            }
        }
    }
}

fn number(text: &str, origin: Origin) -> Value {
    match text.parse() {
        Ok(number) => Value::new(Kind::Integer(number), origin),
        Err(_) => Value::new(Kind::Decimal(text.into()), origin),
    }
}
