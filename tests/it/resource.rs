//! Resources from JSON for the tests of rules, without the evaluator: what is written is what is there, a parameter
//! with a default is that, and one without is symbolic.

use std::collections::BTreeMap;
use std::sync::Arc;

use akvlint::estate::relations::Relation;
use akvlint::evaluate::origin::Origin;
use akvlint::evaluate::symbol::{ParameterSymbol, Shape, Structure, Symbol, Term};
use akvlint::evaluate::value::{Kind, Member, Object, Part, Value};
use akvlint::rules::{Related, RelatedResource, Subject};
use akvlint::source::{FileId, Place, Span};
use akvlint::syntax::expression::Text;
use akvlint::syntax::json::{self, Node};

/// A resource of a test.
pub(crate) struct Resource<'t> {
    pub(crate) body: Value,
    /// The file.
    pub(crate) text: &'t str,
    pub(crate) is_export: bool,
    pub(crate) closed_world: bool,
    /// What stands in a relation to it.
    pub(crate) related: Vec<(Relation, Value)>,
}

/// A related resource.
struct Other<'t> {
    body: Value,
    text: &'t str,
    is_export: bool,
}

impl Subject for Resource<'_> {
    fn body(&self) -> &Value {
        &self.body
    }

    fn is_export(&self) -> bool {
        self.is_export
    }

    fn closed_world(&self) -> bool {
        self.closed_world
    }

    fn text(&self, place: Place) -> Option<Text> {
        self.text.get(place.span.range()).map(Into::into)
    }

    fn related(&self, relation: Relation, _of: Option<&Value>) -> Related<'_> {
        let listed = self.related.iter().filter(|(known, _)| *known == relation);
        let mut related = Related::unread(relation, self.closed_world || self.is_export);
        related.sure = listed
            .map(|(_, body)| RelatedResource {
                subject: Box::new(Other {
                    body: body.clone(),
                    text: self.text,
                    is_export: self.is_export,
                }),
                link: None,
                copies: None,
            })
            .collect();
        related
    }
}

impl Subject for Other<'_> {
    fn body(&self) -> &Value {
        &self.body
    }

    fn is_export(&self) -> bool {
        self.is_export
    }

    fn closed_world(&self) -> bool {
        true
    }

    fn text(&self, place: Place) -> Option<Text> {
        self.text.get(place.span.range()).map(Into::into)
    }

    fn related(&self, _: Relation, _: Option<&Value>) -> Related<'_> {
        Related::none()
    }
}

/// The parameters of a template by name in lower case.
type Parameters = BTreeMap<String, Value>;

/// The resources of a template; `None` where it uses more than this reader knows.
pub(crate) fn of_template(text: &str) -> Option<Vec<Value>> {
    let file = FileId(0);
    let document = json::parse(text);
    let mut parameters = Parameters::new();
    for member in document
        .root
        .get("parameters")
        .map_or(&[][..], Node::members)
    {
        let value = match member.value.get("defaultValue") {
            Some(default) => value(default, &Parameters::new(), file)?,
            None if member.value.get("allowedValues").is_some() => return None,
            None => symbolic(&member.key, &member.value, parameters.len(), file),
        };
        parameters.insert(member.key.to_ascii_lowercase(), value);
    }
    let resources = document
        .root
        .get("resources")
        .map_or(&[][..], Node::elements);
    resources
        .iter()
        .map(|resource| value(resource, &parameters, file))
        .collect()
}

fn symbolic(name: &str, declaration: &Node<'_>, order: usize, file: FileId) -> Value {
    let kind = declaration
        .get("type")
        .and_then(Node::as_str)
        .unwrap_or_default();
    let shape = match kind.to_ascii_lowercase().as_str() {
        "string" | "securestring" => Shape::String,
        "int" => Shape::Integer,
        "bool" => Shape::Bool,
        "array" => Shape::Array,
        "object" | "secureobject" => Shape::Object,
        _ => Shape::Any,
    };
    let place = Place::new(file, declaration.span);
    let symbol = ParameterSymbol {
        deployment: 0,
        name: name.into(),
        declared: place,
        order: u32::try_from(order).unwrap_or(0),
        shape,
        nullable: false,
        secure: kind.to_ascii_lowercase().starts_with("secure"),
        empty: None,
        limits: [None, None],
        domain: None,
        given: None,
        structure: Structure::default(),
    };
    Value::symbolic(
        Symbol::new(Term::Parameter(Arc::new(symbol))),
        Origin::at(place),
    )
}

fn value(node: &Node<'_>, parameters: &Parameters, file: FileId) -> Option<Value> {
    let origin = Origin::at(Place::new(file, node.span));
    let kind = match &node.kind {
        json::Kind::Null | json::Kind::Invalid => Kind::Null,
        json::Kind::Bool(value) => Kind::Bool(*value),
        json::Kind::Number(text) => match text.parse() {
            Ok(number) => Kind::Integer(number),
            Err(_) => Kind::Decimal((*text).into()),
        },
        json::Kind::String(text) if text.starts_with('[') && text.ends_with(']') => {
            return expression(text, node.span, parameters, file);
        }
        json::Kind::String(text) => Kind::String((&**text).into()),
        json::Kind::Array(items) => {
            let items: Option<Vec<Value>> = items
                .iter()
                .map(|item| value(item, parameters, file))
                .collect();
            Kind::Array(items?.into())
        }
        json::Kind::Object(members) => {
            let members: Option<Object> = members
                .iter()
                .map(|member| {
                    Some(Member {
                        key: (&*member.key).into(),
                        key_place: Place::new(file, member.key_span),
                        value: value(&member.value, parameters, file)?,
                    })
                })
                .collect();
            Kind::Object(Arc::new(members?))
        }
    };
    Some(Value::new(kind, origin))
}

/// `[parameters('x')]`, or `[concat(…)]` of such and of literals.
fn expression(text: &str, span: Span, parameters: &Parameters, file: FileId) -> Option<Value> {
    let place = Place::new(file, span);
    let parameter = |text: &str| {
        let name = text
            .trim()
            .strip_prefix("parameters('")?
            .strip_suffix("')")?;
        parameters.get(&name.to_ascii_lowercase()).cloned()
    };
    let inner = text.get(1..text.len() - 1)?;
    if let Some(value) = parameter(inner) {
        return Some(Value::new(value.kind, Origin::at(place)));
    }
    let operands = inner
        .strip_prefix("concat(")?
        .strip_suffix(')')?
        .split(", ");
    let parts: Option<Vec<Part>> = operands
        .map(|operand| match operand.strip_prefix('\'') {
            Some(literal) => Some(Part::Text(literal.strip_suffix('\'')?.into())),
            None => Some(Part::Hole(parameter(operand)?)),
        })
        .collect();
    Some(Value::from_parts(parts?, Origin::at(place)))
}
