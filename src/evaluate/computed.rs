//! Templates that are computed by an expression (`"template": "[variables('t')]"`, a Bicep object).
//!
//! In: the value that the expression gives. Out: the template that it is, as the front end for JSON reads it. What is
//! not known of it becomes a parameter of the template, so that it is a value again when the template is evaluated. It
//! refuses to know who deploys the template.

use std::borrow::Cow;

use super::argument::{Arguments, Given};
use super::value::{Kind, Value};
use crate::source::{FileId, Span};
use crate::syntax::arm;
use crate::syntax::error::SyntaxError;
use crate::syntax::json::{Kind as Json, Member, Node};
use crate::syntax::template::{Name, Parameter, Template, Type};

/// How deep a computed template may nest.
const MAXIMUM_DEPTH: u32 = 128;

/// A computed template.
pub(super) struct Computed {
    pub(super) template: Template,
    /// The arguments of the parameters that stand for what is not known.
    pub(super) arguments: Arguments,
    /// What of it could not be understood.
    pub(super) errors: Vec<SyntaxError>,
}

/// The template that a value is. `None` where it is not known to be an object. What comes from `file` keeps its place;
/// the rest stands at `span`.
pub(super) fn template(value: &Value, file: FileId, span: Span) -> Option<Computed> {
    value.as_object()?;
    let mut reading = Reading {
        file,
        span,
        unknown: Vec::new(),
    };
    let root = reading.node(value, 0);
    let lowered = arm::template(&root, None, file);
    let mut template = lowered.value;
    let mut arguments = Arguments::default();
    for (number, value) in reading.unknown.iter().enumerate() {
        let text = parameter_name(number);
        template.parameters.push(Parameter {
            name: Name {
                text: text.as_str().into(),
                span,
            },
            kind: Type::any(),
            default: None,
        });
        arguments.insert(&text.into(), Given::Value((*value).clone()));
    }
    Some(Computed {
        template,
        arguments,
        errors: lowered.errors,
    })
}

struct Reading<'v> {
    file: FileId,
    span: Span,
    unknown: Vec<&'v Value>,
}

impl<'v> Reading<'v> {
    fn node(&mut self, value: &'v Value, depth: u32) -> Node<'v> {
        let kind = match &value.kind {
            Kind::Null => Json::Null,
            Kind::Bool(value) => Json::Bool(*value),
            Kind::Decimal(text) => Json::Number(text),
            Kind::String(text) => Json::String(Cow::Borrowed(text)),
            Kind::Array(items) if depth < MAXIMUM_DEPTH => Json::Array(
                items
                    .iter()
                    .map(|item| self.node(item, depth + 1))
                    .collect(),
            ),
            Kind::Object(object) if depth < MAXIMUM_DEPTH => Json::Object(
                object
                    .iter()
                    .map(|member| Member {
                        key: Cow::Borrowed(&member.key),
                        key_span: if member.key_place.file == self.file {
                            member.key_place.span
                        } else {
                            self.span
                        },
                        value: self.node(&member.value, depth + 1),
                    })
                    .collect(),
            ),
            // A node borrows its number from a text, which this one has not.
            Kind::Integer(_)
            | Kind::Mixed(_)
            | Kind::Symbolic(_)
            | Kind::Array(_)
            | Kind::Object(_) => {
                self.unknown.push(value);
                let name = parameter_name(self.unknown.len() - 1);
                Json::String(Cow::Owned(format!("[parameters('{name}')]")))
            }
        };
        let place = value.origin.place;
        Node {
            kind,
            span: if place.file == self.file {
                place.span
            } else {
                self.span
            },
        }
    }
}

/// A name that no author writes.
fn parameter_name(number: usize) -> String {
    format!("#{number}")
}
