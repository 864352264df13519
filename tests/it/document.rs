//! Values of the domain written as JSON, for tests and benchmarks.
//!
//! `{"$unknown": "x"}` is a parameter `x` without a value; with `type`, `nullable`, `filled`, `domain` and `except`
//! beside it, what is known of it. `{"$text": ["kv-", {"$unknown": "x"}]}` is a string with a hole, and
//! `{"$call": ["union", …]}` what a function makes of its arguments. Every value has a place of its own; a member's
//! name stands right before its value.

use std::sync::Arc;

use akvlint::evaluate::functions;
use akvlint::evaluate::origin::Origin;
use akvlint::evaluate::symbol::{ParameterSymbol, Shape, Structure, Symbol, Term};
use akvlint::evaluate::value::{Kind, Member, Object, Part, Value};
use akvlint::source::{FileId, Place, Span};
use serde_json::{Map, Value as Json};

/// The value of a JSON document.
pub(crate) fn value(json: &Json) -> Value {
    Places(0).value(json)
}

/// The JSON of a value; `None` where something in it is unknown.
#[allow(dead_code, reason = "the benchmark only reads")]
pub(crate) fn json(value: &Value) -> Option<Json> {
    Some(match &value.kind {
        Kind::Null => Json::Null,
        Kind::Bool(value) => Json::Bool(*value),
        Kind::Integer(value) => Json::from(*value),
        Kind::Decimal(text) => serde_json::from_str(text).ok()?,
        Kind::String(text) => Json::from(&**text),
        Kind::Array(items) => Json::Array(items.iter().map(json).collect::<Option<_>>()?),
        Kind::Object(object) => Json::Object(
            object
                .iter()
                .map(|member| Some((member.key.to_string(), json(&member.value)?)))
                .collect::<Option<_>>()?,
        ),
        Kind::Mixed(_) | Kind::Symbolic(_) => return None,
    })
}

/// The name of the parameter that a symbolic value is.
#[allow(dead_code, reason = "the benchmark has no unknowns")]
pub(crate) fn name(value: &Value) -> Option<&str> {
    match &value.kind {
        Kind::Symbolic(symbol) => match &symbol.term {
            Term::Parameter(parameter) => Some(&parameter.name),
            Term::Except { of, .. } => name(of),
            Term::Call { arguments, .. } => arguments.iter().find_map(name),
            Term::Access { base, .. } => name(base),
            _ => None,
        },
        Kind::Mixed(parts) => parts.iter().find_map(|part| match part {
            Part::Hole(hole) => name(hole),
            Part::Text(_) => None,
        }),
        _ => None,
    }
}

/// Numbers the places of a document.
struct Places(usize);

impl Places {
    fn next(&mut self) -> Place {
        self.0 += 1;
        Place::new(FileId(0), Span::point(self.0))
    }

    fn value(&mut self, json: &Json) -> Value {
        let origin = Origin::at(self.next());
        let kind = match json {
            Json::Null => Kind::Null,
            Json::Bool(value) => Kind::Bool(*value),
            Json::Number(number) => match number.as_i64() {
                Some(value) => Kind::Integer(value),
                None => Kind::Decimal(number.to_string().into()),
            },
            Json::String(text) => Kind::String(text.as_str().into()),
            Json::Array(items) => Kind::Array(items.iter().map(|item| self.value(item)).collect()),
            Json::Object(members) if members.contains_key("$unknown") => {
                return self.unknown(members, origin);
            }
            Json::Object(members) if members.contains_key("$text") => {
                return self.text(&members["$text"], origin);
            }
            Json::Object(members) if members.contains_key("$call") => {
                return self.call(&members["$call"], origin);
            }
            Json::Object(members) => {
                let members = members.iter().map(|(key, json)| Member {
                    key: key.as_str().into(),
                    key_place: self.next(),
                    value: self.value(json),
                });
                Kind::Object(Arc::new(members.collect::<Object>()))
            }
        };
        Value::new(kind, origin)
    }

    fn list(&mut self, json: &Json) -> Vec<Value> {
        let items = json.as_array().map(Vec::as_slice).unwrap_or_default();
        items.iter().map(|item| self.value(item)).collect()
    }

    fn text(&mut self, json: &Json, origin: Origin) -> Value {
        let parts = self.list(json).into_iter().map(|part| match part.kind {
            Kind::String(text) => Part::Text(text),
            _ => Part::Hole(part),
        });
        Value::from_parts(parts, origin)
    }

    fn call(&mut self, json: &Json, origin: Origin) -> Value {
        let mut arguments = self.list(json);
        let name = arguments.remove(0);
        name.as_str()
            .and_then(functions::find)
            .and_then(|function| functions::apply(function, arguments, &origin).ok())
            .unwrap_or_else(|| Value::null(origin))
    }

    fn unknown(&mut self, members: &Map<String, Json>, origin: Origin) -> Value {
        let shape = match members.get("type").and_then(Json::as_str) {
            Some("string") => Shape::String,
            Some("int") => Shape::Integer,
            Some("bool") => Shape::Bool,
            Some("array") => Shape::Array,
            Some("object") => Shape::Object,
            _ => Shape::Any,
        };
        let filled = members.contains_key("filled");
        let parameter = Term::Parameter(Arc::new(ParameterSymbol {
            deployment: 0,
            name: members["$unknown"].as_str().unwrap_or_default().into(),
            declared: origin.place,
            order: 0,
            shape,
            nullable: members.contains_key("nullable"),
            secure: filled,
            empty: filled.then_some(false),
            limits: [None, None],
            domain: members.get("domain").map(|domain| self.list(domain)),
            given: None,
            structure: Structure::default(),
        }));
        let symbolic = Value::symbolic(Symbol::new(parameter), origin.clone());
        match members.get("except") {
            Some(excluded) => {
                let except = Term::Except {
                    of: symbolic,
                    excluded: self.list(excluded),
                };
                Value::symbolic(Symbol::new(except), origin)
            }
            None => symbolic,
        }
    }
}
