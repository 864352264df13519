//! One template with the arguments of one deployment: its parameters and variables, evaluated on demand.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::diagnostic::Code;
use super::environment::Environment;
use super::evaluator::Evaluator;
use super::origin::{Origin, Step};
use super::partial;
use super::resource::Expanded;
use super::scope::Scope;
use super::symbol::{ParameterSymbol, Shape, Symbol, Term};
use super::value::{Kind, Value};
use crate::source::{FileId, Place, Span};
use crate::syntax::expression::{Expression, ExpressionKind, Text};
use crate::syntax::template::{Parameter, Template, Type, TypeBase};

/// A template that takes part in a deployment.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) template: Arc<Template>,
    /// What its expressions see: itself, or for a nested template of outer scope the one around it.
    pub(super) environment: Environment,
    pub(super) scope: Scope,
    /// The instance that deploys this one, and the name of the deployment.
    pub(super) caller: Option<Caller>,
    /// What the parameters are given, by lower-case name.
    pub(super) arguments: HashMap<String, Given>,
    pub(super) parameters: Vec<Slot<Value>>,
    pub(super) variables: Vec<Slot<Value>>,
    pub(super) resources: Vec<Slot<Rc<[Expanded]>>>,
    /// The resources by canonical id, once an id is looked for.
    pub(super) ids: Option<Rc<HashMap<String, (usize, usize)>>>,
    /// The outputs as `reference(…).outputs` gives them.
    pub(super) outputs: Slot<Value>,
    names: Names,
}

/// How many types one type may be made of, counting those that are named.
const MAXIMUM_TYPES: u32 = 512;

/// Who deploys an instance.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) instance: usize,
    /// The name of the deployment.
    pub(super) name: Value,
    /// Its id.
    pub(super) id: Value,
}

/// What a parameter is given.
#[derive(Debug, Clone)]
pub(super) enum Given {
    /// A value; null means that the default is used.
    Value(Value),
    /// A secret of a vault.
    Secret(Place),
}

/// Something that is evaluated when it is first asked for.
#[derive(Debug, Clone, Default)]
pub(super) enum Slot<T> {
    /// Not asked for yet.
    #[default]
    Empty,
    /// Being evaluated: whoever asks now is part of a cycle.
    Busy,
    /// Evaluated.
    Ready(T),
}

/// Declarations by lower-case name.
#[derive(Debug, Default)]
struct Names {
    parameters: HashMap<String, usize>,
    variables: HashMap<String, usize>,
}

impl Instance {
    pub(super) fn new(
        template: Arc<Template>,
        environment: Environment,
        scope: Scope,
        arguments: HashMap<String, Given>,
        caller: Option<Caller>,
    ) -> Self {
        let index = |names: Vec<&str>| {
            // Of two declarations whose names differ in case only the first is meant.
            let mut map = HashMap::with_capacity(names.len());
            for (position, name) in names.into_iter().enumerate() {
                map.entry(name.to_ascii_lowercase()).or_insert(position);
            }
            map
        };
        let names = Names {
            parameters: index(template.parameters.iter().map(|p| &*p.name.text).collect()),
            variables: index(template.variables.iter().map(|v| &*v.name.text).collect()),
        };
        Self {
            parameters: vec![Slot::Empty; template.parameters.len()],
            variables: vec![Slot::Empty; template.variables.len()],
            resources: vec![Slot::Empty; template.resources.len()],
            ids: None,
            outputs: Slot::Empty,
            environment,
            scope,
            caller,
            arguments,
            names,
            template,
        }
    }
}

impl Evaluator<'_> {
    /// The value of a parameter of an instance; `None` where none of that name is declared.
    pub(super) fn parameter(&mut self, instance: usize, name: &str) -> Option<Value> {
        let key = name.to_ascii_lowercase();
        let index = *self.instances[instance].names.parameters.get(&key)?;
        let template = self.instances[instance].template.clone();
        let parameter = &template.parameters[index];
        let declared = Place::new(template.file, parameter.name.span);
        match &self.instances[instance].parameters[index] {
            Slot::Ready(value) => return Some(value.clone()),
            Slot::Busy => {
                let message = format!(
                    "the default of parameter '{}' refers to itself",
                    parameter.name.text
                );
                let text = format!("parameters('{}')", parameter.name.text);
                return Some(self.failed(text, &message, Origin::at(declared)));
            }
            Slot::Empty => {}
        }
        self.instances[instance].parameters[index] = Slot::Busy;
        let value = self.parameter_value(instance, &key, index, parameter, declared);
        self.instances[instance].parameters[index] = Slot::Ready(value.clone());
        Some(value)
    }

    fn parameter_value(
        &mut self,
        instance: usize,
        key: &str,
        index: usize,
        parameter: &Parameter,
        declared: Place,
    ) -> Value {
        let kind = self.resolved(instance, &parameter.kind);
        let given = self.instances[instance].arguments.get(key).cloned();
        let given = match given {
            Some(Given::Value(value))
                if value.is_null() && (parameter.default.is_some() || kind.nullable) =>
            {
                if parameter.default.is_none() {
                    return value;
                }
                None
            }
            given => given,
        };
        let value = match given {
            Some(Given::Secret(_)) => {
                return self.symbol(instance, index, parameter, &kind, declared, Some(false));
            }
            Some(Given::Value(value)) => {
                self.check_argument(parameter, &kind, &value, instance);
                Some(self.or_default(instance, value, parameter))
            }
            None => match &parameter.default {
                Some(default) if is_unrepeatable(default) => None,
                Some(default) => {
                    let environment = self.instances[instance].environment.clone();
                    let value = self.evaluate(default, &environment);
                    let origin = value
                        .origin
                        .through(Step::Default(parameter.name.text.clone()), declared);
                    Some(value.with_origin(origin))
                }
                None if kind.nullable => Some(Value::null(Origin::at(declared))),
                None => None,
            },
        };
        match value {
            Some(value) if !kind.secure => value,
            Some(value) => {
                let empty = partial::emptiness(&value);
                self.symbol(instance, index, parameter, &kind, declared, empty)
            }
            None => self.symbol(instance, index, parameter, &kind, declared, None),
        }
    }

    /// An argument that may turn out to be null, in which case the default is used.
    fn or_default(&mut self, instance: usize, given: Value, parameter: &Parameter) -> Value {
        let (Some(default), Kind::Symbolic(symbol)) = (&parameter.default, &given.kind) else {
            return given;
        };
        let may_be_null = match &symbol.term {
            Term::Access { safe, .. } => *safe,
            Term::Call { function, .. } => matches!(
                &**function,
                "if" | "coalesce" | "tryGet" | "tryIndexFromEnd"
            ),
            _ => false,
        };
        if !may_be_null || is_unrepeatable(default) {
            return given;
        }
        let environment = self.instances[instance].environment.clone();
        let default = self.guarded(|evaluator| evaluator.evaluate(default, &environment));
        let origin = given.origin.clone();
        self.apply("coalesce", vec![given, default], &origin)
    }

    /// A parameter that has no value that may be known.
    fn symbol(
        &mut self,
        instance: usize,
        index: usize,
        parameter: &Parameter,
        kind: &Type,
        declared: Place,
        empty: Option<bool>,
    ) -> Value {
        let domain = (!kind.secure && parameter.default.is_none())
            .then(|| self.domain(instance, kind, declared))
            .flatten();
        let symbol = ParameterSymbol {
            deployment: self.entry << 20 | instance as u64,
            name: parameter.name.text.clone(),
            declared,
            order: u32::try_from(instance << 10 | index).unwrap_or(u32::MAX),
            shape: shape(kind),
            nullable: kind.nullable,
            secure: kind.secure,
            empty,
            domain,
        };
        Value::symbolic(
            Symbol::new(Term::Parameter(Arc::new(symbol))),
            Origin::at(declared),
        )
    }

    /// All values of a type, where there are finitely many. The allowed values of an array are those of its elements.
    fn domain(&mut self, instance: usize, kind: &Type, declared: Place) -> Option<Vec<Value>> {
        let file = declared.file;
        let environment = Environment {
            instance,
            file,
            frames: None,
        };
        let mut values = match (&kind.allowed, &kind.base) {
            (_, TypeBase::Array(_) | TypeBase::Tuple(_)) => return None,
            (Some(allowed), _) => allowed
                .iter()
                .map(|value| self.evaluate(value, &environment))
                .collect(),
            (None, TypeBase::Bool) => vec![
                Value::bool(true, Origin::at(declared)),
                Value::bool(false, Origin::at(declared)),
            ],
            _ => return None,
        };
        if kind.nullable {
            values.push(Value::null(Origin::at(declared)));
        }
        values.iter().all(Value::is_concrete).then_some(values)
    }

    fn check_argument(
        &mut self,
        parameter: &Parameter,
        kind: &Type,
        value: &Value,
        instance: usize,
    ) {
        let name = &parameter.name.text;
        let expected = shape(kind);
        let actual = match &value.kind {
            Kind::Null | Kind::Symbolic(_) => Shape::Any,
            Kind::Bool(_) => Shape::Bool,
            Kind::Integer(_) | Kind::Decimal(_) => Shape::Integer,
            Kind::String(_) | Kind::Mixed(_) => Shape::String,
            Kind::Array(_) => Shape::Array,
            Kind::Object(_) => Shape::Object,
        };
        if expected != Shape::Any && actual != Shape::Any && expected != actual {
            let message = format!(
                "parameter '{name}' is of type {}, but is given a value of type {}",
                expected.word(),
                actual.word()
            );
            return self.diagnose(Code::Parameter, &message, value.origin.place);
        }
        let environment = Environment {
            instance,
            file: self.instances[instance].template.file,
            frames: None,
        };
        let Some(allowed) = &kind.allowed else { return };
        if matches!(kind.base, TypeBase::Array(_) | TypeBase::Tuple(_))
            || !value.is_concrete()
            || kind.secure
        {
            return;
        }
        let allowed: Vec<Value> = allowed
            .iter()
            .map(|one| self.evaluate(one, &environment))
            .collect();
        if allowed.iter().all(|one| one.is_concrete() && one != value) {
            let message = format!(
                "parameter '{name}' is given a value that is not one of its allowed values"
            );
            self.diagnose(Code::Parameter, &message, value.origin.place);
        }
    }

    /// A type with its name resolved: what the name stands for, with the nullability of both.
    pub(super) fn resolved(&mut self, instance: usize, kind: &Type) -> Type {
        self.resolved_within(instance, kind, &mut { MAXIMUM_TYPES })
    }

    /// [`resolved`](Self::resolved) in so many steps at most: types may refer to themselves, and unions of unions grow.
    fn resolved_within(&mut self, instance: usize, kind: &Type, steps: &mut u32) -> Type {
        let mut resolved = kind.clone();
        let Some(left) = steps.checked_sub(1) else {
            resolved.base = TypeBase::Any;
            return resolved;
        };
        *steps = left;
        for _ in 0..32 {
            let TypeBase::Named(path) = &resolved.base else {
                break;
            };
            let Some(target) = self.named_type(instance, path, steps) else {
                resolved.base = TypeBase::Any;
                break;
            };
            resolved = Type {
                nullable: resolved.nullable || target.nullable,
                secure: resolved.secure || target.secure,
                allowed: resolved.allowed.or(target.allowed),
                ..target
            };
        }
        match &resolved.base {
            TypeBase::Union(members) if resolved.allowed.is_none() => {
                let members = members.clone();
                self.union(instance, resolved, &members, steps)
            }
            _ => resolved,
        }
    }

    /// A union: where all of its members are literals, these are what it permits.
    fn union(
        &mut self,
        instance: usize,
        mut union: Type,
        members: &[Type],
        steps: &mut u32,
    ) -> Type {
        let mut allowed = Vec::new();
        let mut base: Option<TypeBase> = None;
        for member in members {
            let member = self.resolved_within(instance, member, steps);
            union.nullable |= member.nullable;
            match member.allowed {
                Some(literals) => allowed.extend(literals),
                None => return union,
            }
            let alike = base.as_ref().is_none_or(|base| {
                std::mem::discriminant(base) == std::mem::discriminant(&member.base)
            });
            base = Some(if alike { member.base } else { TypeBase::Any });
        }
        union.base = base.unwrap_or(TypeBase::Any);
        union.allowed = Some(allowed);
        union
    }

    /// The type at a path of names: a declared type, then steps into it.
    fn named_type(&mut self, instance: usize, path: &[Text], budget: &mut u32) -> Option<Type> {
        let template = self.instances[instance].template.clone();
        let (name, steps) = path.split_first()?;
        let mut found = template
            .types
            .iter()
            .find(|declared| declared.name.text.eq_ignore_ascii_case(name))
            .map(|declared| declared.kind.clone())?;
        for step in steps {
            if let TypeBase::Named(_) = &found.base {
                found = self.resolved_within(instance, &found, budget);
            }
            found = match &found.base {
                TypeBase::Object(properties, other) => properties
                    .iter()
                    .find(|(name, _)| name.text.eq_ignore_ascii_case(step))
                    .map(|(_, kind)| kind.clone())
                    .or_else(|| other.as_deref().cloned())?,
                TypeBase::Array(Some(items)) => (**items).clone(),
                TypeBase::Tuple(items) => step
                    .parse()
                    .ok()
                    .and_then(|index: usize| items.get(index))
                    .cloned()?,
                _ => return None,
            };
        }
        Some(found)
    }

    /// The value of a variable of an instance; `None` where none of that name is declared.
    pub(super) fn variable(&mut self, instance: usize, name: &str) -> Option<Value> {
        let key = name.to_ascii_lowercase();
        let index = *self.instances[instance].names.variables.get(&key)?;
        let template = self.instances[instance].template.clone();
        let variable = &template.variables[index];
        let declared = Place::new(template.file, variable.name.span);
        match &self.instances[instance].variables[index] {
            Slot::Ready(value) => return Some(value.clone()),
            Slot::Busy => {
                let message = format!("variable '{}' refers to itself", variable.name.text);
                let text = format!("variables('{}')", variable.name.text);
                return Some(self.failed(text, &message, Origin::at(declared)));
            }
            Slot::Empty => {}
        }
        self.instances[instance].variables[index] = Slot::Busy;
        let environment = Environment {
            instance,
            file: template.file,
            frames: None,
        };
        let value = self.evaluate(&variable.value, &environment);
        let origin = value
            .origin
            .through(Step::Variable(variable.name.text.clone()), declared);
        let value = value.with_origin(origin);
        self.instances[instance].variables[index] = Slot::Ready(value.clone());
        Some(value)
    }

    /// A user-defined function by namespace and name: the instance that it belongs to and its number there.
    pub(super) fn find_function(
        &self,
        instance: usize,
        namespace: &str,
        name: &str,
    ) -> Option<(usize, usize)> {
        let index = self.instances[instance]
            .template
            .functions
            .iter()
            .position(|function| {
                function.namespace.eq_ignore_ascii_case(namespace)
                    && function.name.text.eq_ignore_ascii_case(name)
            })?;
        Some((instance, index))
    }
}

/// Whether a default gives another value at each deployment (`newGuid()`, `utcNow()`, legal in defaults only).
fn is_unrepeatable(default: &Expression) -> bool {
    match &default.kind {
        ExpressionKind::Call(call) => {
            call.namespace.is_none()
                && ["newGuid", "utcNow"]
                    .iter()
                    .any(|name| call.name.eq_ignore_ascii_case(name))
                || call.arguments.iter().any(is_unrepeatable)
        }
        ExpressionKind::Access(access) => {
            is_unrepeatable(&access.base) || is_unrepeatable(&access.key)
        }
        ExpressionKind::Array(items) => items.iter().any(is_unrepeatable),
        ExpressionKind::Object(properties) => properties
            .iter()
            .any(|property| is_unrepeatable(&property.value)),
        ExpressionKind::Loop(repeat) => is_unrepeatable(&repeat.body),
        ExpressionKind::Lambda(lambda) => is_unrepeatable(&lambda.body),
        _ => false,
    }
}

/// The outermost layer of a resolved type.
fn shape(kind: &Type) -> Shape {
    match kind.base {
        TypeBase::Any | TypeBase::Named(_) | TypeBase::Union(_) => Shape::Any,
        TypeBase::String => Shape::String,
        TypeBase::Integer => Shape::Integer,
        TypeBase::Bool => Shape::Bool,
        TypeBase::Array(_) | TypeBase::Tuple(_) => Shape::Array,
        TypeBase::Object(..) => Shape::Object,
    }
}

impl Shape {
    /// The type's name in ARM.
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::String => "string",
            Self::Integer => "int",
            Self::Bool => "bool",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// A place in a file as a whole, for what stands nowhere in particular.
pub(super) fn whole(file: FileId) -> Place {
    Place::new(file, Span::point(0))
}
