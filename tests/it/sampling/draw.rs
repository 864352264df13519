//! Values at random for the undecided parameters of a template, within their types.

use akvlint::evaluate::origin::Origin;
use akvlint::evaluate::value::{Kind, Member, Object, Value};
use akvlint::source::{Place, Span};
use akvlint::syntax::expression::{Expression, ExpressionKind, Text};
use akvlint::syntax::template::{
    ArgumentValue, DeploymentSource, Parameter, Template, Type, TypeBase,
};

use crate::dice::Dice;

/// How deep a drawn value nests.
pub(super) const DEEPEST: u32 = 6;

const VAULT: &str = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv1";

/// Texts that templates look into.
const TEXTS: &[&str] = &[
    "",
    "a",
    "kv-x",
    "dev",
    "prod",
    "Allow",
    "Deny",
    "Enabled",
    "10.0.0.0/24",
    "1.2.3.4",
    "a/b",
    "A-B_c",
    "westeurope",
    VAULT,
    "true",
    "3",
    "{0} 'quoted' [x]",
];

/// Draws values for one template.
pub(super) struct Draw<'t> {
    pub(super) dice: Dice,
    template: &'t Template,
    origin: Origin,
    /// The texts that stand in the template: it may compare with them.
    texts: Vec<Text>,
    /// The names that it reads members by.
    names: Vec<Text>,
}

impl<'t> Draw<'t> {
    pub(super) fn new(template: &'t Template, seed: u64) -> Self {
        let mut draw = Self {
            dice: Dice::new(seed),
            template,
            origin: Origin::at(Place::new(template.file, Span::point(0))),
            texts: Vec::new(),
            names: Vec::new(),
        };
        draw.read_template(template);
        for found in [&mut draw.texts, &mut draw.names] {
            found.sort();
            found.dedup();
        }
        draw
    }

    /// A value that a parameter may be given, with a look at its default where it has one.
    pub(super) fn parameter(&mut self, parameter: &Parameter) -> Value {
        let example = parameter
            .default
            .as_ref()
            .and_then(|default| self.literal(default));
        let value = self.value(&parameter.kind, example.as_ref(), DEEPEST);
        let name = parameter.name.text.to_lowercase();
        match value.as_str() {
            Some(_) if self.resolved(&parameter.kind).allowed.is_some() => value,
            // No resource has a slash in its name.
            Some(text) if name.contains("name") => {
                Value::string(text.replace('/', "-"), value.origin)
            }
            // What is extended is named by its id.
            Some(_) if name.contains("scope") => Value::string(VAULT, value.origin),
            _ => value,
        }
    }

    fn value(&mut self, kind: &Type, example: Option<&Value>, depth: u32) -> Value {
        let kind = &self.resolved(kind);
        if kind.nullable && self.dice.once_in(4) {
            return Value::null(self.origin.clone());
        }
        if let (Some(allowed), false) = (&kind.allowed, is_array(kind)) {
            let mut allowed: Vec<Value> =
                allowed.iter().filter_map(|one| self.literal(one)).collect();
            allowed.retain(|value| is_within_limits(kind, value));
            if !allowed.is_empty() {
                return self.dice.pick(&allowed).clone();
            }
        }
        if let Some(example) = example
            && fits(kind, example)
            && !self.dice.once_in(3)
        {
            return self.altered(example);
        }
        match &kind.base {
            TypeBase::String => self.text(kind),
            TypeBase::Integer => self.integer(kind),
            TypeBase::Bool => {
                let value = self.dice.once_in(2);
                Value::bool(value, self.origin.clone())
            }
            _ if depth == 0 => self.empty(kind),
            TypeBase::Array(items) => self.array(kind, items.as_deref(), depth),
            TypeBase::Tuple(items) => {
                let items = items.iter().map(|item| self.value(item, None, depth - 1));
                Value::array(items.collect(), self.origin.clone())
            }
            TypeBase::Object(properties, others) => {
                self.object(properties, others.as_deref(), depth)
            }
            TypeBase::Union(kinds) if !kinds.is_empty() => {
                let first = self.dice.below(kinds.len());
                let mut kinds = kinds[first..].iter().chain(&kinds[..first]);
                let values = kinds.by_ref().map(|kind| self.value(kind, None, depth - 1));
                let fitting = values
                    .into_iter()
                    .find(|value| is_within_limits(kind, value));
                fitting.unwrap_or_else(|| Value::null(self.origin.clone()))
            }
            TypeBase::Any | TypeBase::Named(_) | TypeBase::Union(_) => self.anything(depth - 1),
        }
    }

    fn text(&mut self, kind: &Type) -> Value {
        let mut text = if self.texts.is_empty() || self.dice.once_in(3) {
            (*self.dice.pick(TEXTS)).to_owned()
        } else {
            self.dice.pick(&self.texts).to_string()
        };
        // An id does not end so.
        text.truncate(text.trim_end_matches('/').len());
        let bound = |bound: Option<i64>| bound.and_then(|bound| usize::try_from(bound).ok());
        while text.chars().count() < bound(kind.minimum).unwrap_or(0).min(100) {
            text.push('x');
        }
        if let Some(most) = bound(kind.maximum) {
            text = text.chars().take(most).collect();
        }
        Value::string(text, self.origin.clone())
    }

    fn integer(&mut self, kind: &Type) -> Value {
        let least = kind.minimum.unwrap_or(0);
        let most = kind.maximum.unwrap_or(least.saturating_add(4));
        let range = usize::try_from(most.saturating_sub(least))
            .unwrap_or(0)
            .min(4);
        let offset = i64::try_from(self.dice.below(range + 1)).unwrap_or(0);
        Value::new(
            Kind::Integer(least.saturating_add(offset)),
            self.origin.clone(),
        )
    }

    fn array(&mut self, kind: &Type, items: Option<&Type>, depth: u32) -> Value {
        let least = kind.minimum.and_then(|least| usize::try_from(least).ok());
        let length = self.dice.below(4).max(least.unwrap_or(0).min(8));
        let allowed = kind.allowed.iter().flatten();
        let allowed: Vec<Value> = allowed.filter_map(|one| self.literal(one)).collect();
        let same = self.dice.once_in(2).then(|| self.anything(depth - 1));
        let items = (0..length).map(|_| match (items, &same) {
            _ if !allowed.is_empty() => self.dice.pick(&allowed).clone(),
            (Some(kind), _) => self.value(kind, None, depth - 1),
            // The items of an array are mostly of one kind.
            (None, Some(example)) => self.altered(example),
            (None, None) => self.anything(depth - 1),
        });
        let items = items.collect();
        Value::array(items, self.origin.clone())
    }

    fn object(
        &mut self,
        properties: &[(akvlint::syntax::template::Name, Type)],
        others: Option<&Type>,
        depth: u32,
    ) -> Value {
        let mut object = Object::new();
        for (name, kind) in properties {
            if self.resolved(kind).nullable && self.dice.once_in(2) {
                continue;
            }
            let value = self.value(kind, None, depth - 1);
            object.insert(self.member(&name.text, value));
        }
        if properties.is_empty() || others.is_some() {
            for _ in 0..self.dice.below(4) {
                let name = if self.names.is_empty() || self.dice.once_in(4) {
                    Text::from(*self.dice.pick(&["a", "b", "key"]))
                } else {
                    self.dice.pick(&self.names).clone()
                };
                let value = match others {
                    Some(kind) => self.value(kind, None, depth - 1),
                    None => self.anything(depth - 1),
                };
                object.insert(self.member(&name, value));
            }
        }
        Value::object(object, self.origin.clone())
    }

    fn anything(&mut self, depth: u32) -> Value {
        let base = match self.dice.below(8) {
            0 => TypeBase::Integer,
            1 => TypeBase::Bool,
            2 => TypeBase::Array(None),
            3 | 4 => TypeBase::Object(Vec::new(), None),
            _ => TypeBase::String,
        };
        self.value(&Type::of(base), None, depth)
    }

    /// A value like this one: as it is, or with members and items changed, left out or doubled.
    fn altered(&mut self, example: &Value) -> Value {
        match &example.kind {
            Kind::String(_) if self.dice.once_in(3) => self.text(&Type::of(TypeBase::String)),
            Kind::Bool(value) => Value::bool(value ^ self.dice.once_in(2), self.origin.clone()),
            Kind::Integer(value) => {
                let more = i64::try_from(self.dice.below(3)).unwrap_or(0);
                Value::new(
                    Kind::Integer(value.saturating_add(more)),
                    self.origin.clone(),
                )
            }
            Kind::Array(items) => {
                let mut altered = Vec::new();
                for item in items.iter() {
                    if !self.dice.once_in(5) {
                        altered.push(self.altered(item));
                    }
                    if self.dice.once_in(5) {
                        altered.push(self.altered(item));
                    }
                }
                Value::array(altered, self.origin.clone())
            }
            Kind::Object(object) => {
                let mut altered = Object::new();
                for member in object.iter() {
                    if !self.dice.once_in(6) {
                        let value = self.altered(&member.value);
                        altered.insert(self.member(&member.key, value));
                    }
                }
                Value::object(altered, self.origin.clone())
            }
            _ => example.clone(),
        }
    }

    fn empty(&self, kind: &Type) -> Value {
        match kind.base {
            TypeBase::Array(_) | TypeBase::Tuple(_) => {
                Value::array(Vec::new(), self.origin.clone())
            }
            TypeBase::Object(..) => Value::object(Object::new(), self.origin.clone()),
            _ => Value::string("deep", self.origin.clone()),
        }
    }

    fn member(&self, name: &Text, value: Value) -> Member {
        Member {
            key: name.clone(),
            key_place: self.origin.place,
            value,
        }
    }

    /// What a named type of the template stands for.
    fn resolved(&self, kind: &Type) -> Type {
        let mut resolved = kind.clone();
        for _ in 0..20 {
            let TypeBase::Named(path) = &resolved.base else {
                break;
            };
            let Some(named) = self.named(path) else {
                break;
            };
            resolved = Type {
                nullable: resolved.nullable || named.nullable,
                secure: resolved.secure || named.secure,
                ..named
            };
        }
        resolved
    }

    /// The type at a path: its name, then the names of properties.
    fn named(&self, path: &[Text]) -> Option<Type> {
        let (name, steps) = path.split_first()?;
        let mut named = self.template.types.iter();
        let mut kind = named.find(|one| one.name.text == *name)?.kind.clone();
        for step in steps {
            let outer = self.resolved(&kind);
            let TypeBase::Object(properties, _) = &outer.base else {
                return None;
            };
            let mut properties = properties.iter();
            kind = properties.find(|(name, _)| name.text == *step)?.1.clone();
        }
        Some(kind)
    }

    /// Whether a type is written in this template to the end: values of an imported one cannot be drawn.
    pub(super) fn knows(&self, kind: &Type, depth: u32) -> bool {
        let kind = self.resolved(kind);
        let knows = |inner: &Type| depth == 0 || self.knows(inner, depth - 1);
        match &kind.base {
            TypeBase::Named(_) => false,
            TypeBase::Array(items) => items.as_deref().is_none_or(knows),
            TypeBase::Tuple(kinds) | TypeBase::Union(kinds) => kinds.iter().all(knows),
            TypeBase::Object(properties, others) => {
                let mut properties = properties.iter();
                properties.all(|(_, kind)| knows(kind)) && others.as_deref().is_none_or(knows)
            }
            _ => true,
        }
    }

    /// Whether the values of a parameter are secrets.
    pub(super) fn is_secret(&self, parameter: &Parameter) -> bool {
        self.resolved(&parameter.kind).secure
    }

    /// The value of an expression that has nothing to evaluate.
    fn literal(&self, expression: &Expression) -> Option<Value> {
        let origin = self.origin.clone();
        Some(match &expression.kind {
            ExpressionKind::Null => Value::null(origin),
            ExpressionKind::Bool(value) => Value::bool(*value, origin),
            ExpressionKind::Integer(value) => Value::new(Kind::Integer(*value), origin),
            ExpressionKind::Decimal(text) => Value::new(Kind::Decimal(text.clone()), origin),
            ExpressionKind::String(text) => Value::string(text.clone(), origin),
            ExpressionKind::Array(items) => {
                let items: Option<Vec<Value>> =
                    items.iter().map(|item| self.literal(item)).collect();
                Value::array(items?, origin)
            }
            ExpressionKind::Object(properties) => {
                let members: Option<Object> = properties
                    .iter()
                    .map(|property| {
                        let value = self.literal(&property.value)?;
                        Some(self.member(&property.key.as_str()?.into(), value))
                    })
                    .collect();
                Value::object(members?, origin)
            }
            _ => return None,
        })
    }

    fn read_template(&mut self, template: &Template) {
        let resources = template.resources.iter();
        let deployments = resources.clone().filter_map(|one| one.deployment.as_ref());
        let arguments = deployments.clone().flat_map(|one| &one.arguments);
        let given = arguments.filter_map(|argument| match &argument.value {
            ArgumentValue::Value(value) | ArgumentValue::Computed(value) => Some(value),
            ArgumentValue::Secret { .. } => None,
        });
        let conditions = resources.clone().filter_map(|one| one.condition.as_ref());
        let counts = resources.clone().filter_map(|one| one.copy.as_ref());
        let all: Vec<&Expression> = template
            .variables
            .iter()
            .map(|variable| &variable.value)
            .chain(template.outputs.iter().map(|output| &output.value))
            .chain(template.functions.iter().map(|function| &function.body))
            .chain(
                resources
                    .clone()
                    .flat_map(|one| &one.body)
                    .map(|one| &one.value),
            )
            .chain(conditions)
            .chain(counts.map(|copy| copy.over.expression()))
            .chain(given)
            .collect();
        for expression in all {
            self.read(expression, 0);
        }
        for deployment in deployments {
            if let DeploymentSource::Inline(inner) = &deployment.source {
                self.read_template(inner);
            }
        }
    }

    fn read(&mut self, expression: &Expression, depth: u32) {
        let deeper = depth + 1;
        if depth > 100 {
            return;
        }
        match &expression.kind {
            ExpressionKind::Array(items) => {
                items.iter().for_each(|item| self.read(item, deeper));
            }
            ExpressionKind::Object(properties) => {
                for property in properties {
                    self.read(&property.value, deeper);
                }
            }
            ExpressionKind::Call(call) => {
                let compares = ["equals", "contains", "createArray", "startsWith"];
                for argument in &call.arguments {
                    match argument.as_str() {
                        Some(text)
                            if compares
                                .iter()
                                .any(|name| call.name.eq_ignore_ascii_case(name)) =>
                        {
                            self.texts.push(text.into());
                            self.names.push(text.into());
                        }
                        _ => self.read(argument, deeper),
                    }
                }
            }
            ExpressionKind::Access(access) => {
                if let Some(name) = access.key.as_str() {
                    self.names.push(name.into());
                }
                self.read(&access.base, deeper);
                self.read(&access.key, deeper);
            }
            ExpressionKind::Lambda(lambda) => self.read(&lambda.body, deeper),
            ExpressionKind::Loop(repeat) => {
                self.read(repeat.over.expression(), deeper);
                self.read(&repeat.body, deeper);
            }
            _ => {}
        }
    }
}

fn is_array(kind: &Type) -> bool {
    matches!(kind.base, TypeBase::Array(_) | TypeBase::Tuple(_))
}

/// Whether a value may be given to a parameter of this type, as far as its outermost layer tells.
fn fits(kind: &Type, value: &Value) -> bool {
    match (&kind.base, &value.kind) {
        (TypeBase::String, Kind::String(_))
        | (TypeBase::Bool, Kind::Bool(_))
        | (TypeBase::Array(_), Kind::Array(_)) => true,
        (TypeBase::Integer, Kind::Integer(_)) => kind.maximum.is_none(),
        (TypeBase::Object(properties, _), Kind::Object(_)) => properties.is_empty(),
        _ => false,
    }
}

/// Whether a literal is one that the limits of a type leave to it.
fn is_within_limits(kind: &Type, value: &Value) -> bool {
    let size = match &value.kind {
        Kind::Integer(number) => *number,
        Kind::String(text) => i64::try_from(text.encode_utf16().count()).unwrap_or(i64::MAX),
        _ => return true,
    };
    kind.minimum.is_none_or(|least| size >= least)
        && kind.maximum.is_none_or(|greatest| size <= greatest)
}
