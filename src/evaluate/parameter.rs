//! What a parameter of an instance is: what it is given, its default, or an unknown value of its declared type.
//!
//! In: a declaration, and what the deployment gives. Out: the value, with a diagnostic where the type does not take what is
//! given. It refuses to show what a secure parameter is: that stays a symbol.

use std::sync::Arc;

use super::argument::Given;
use super::conformance;
use super::diagnostic::Code;
use super::evaluator::Evaluator;
use super::origin::{Origin, Step};
use super::partial;
use super::symbol::{ParameterSymbol, Shape, Structure, Symbol, Term};
use super::token;
use super::types::{Resolved, shape};
use super::value::{Kind, Value};
use crate::source::Place;
use crate::syntax::expression::{Expression, ExpressionKind};
use crate::syntax::template::{Parameter, Type, TypeBase};

/// A parameter that is asked for.
struct Own<'p> {
    instance: usize,
    /// Its number among the parameters of the instance.
    index: usize,
    parameter: &'p Parameter,
    /// Its type, with what it refers to.
    resolved: Resolved,
    /// Where it is declared.
    declared: Place,
}

impl Own<'_> {
    fn kind(&self) -> &Type {
        &self.resolved.kind
    }
}

impl Evaluator<'_> {
    /// The value of the parameter with this number, which is evaluated for the first time.
    pub(super) fn parameter_value(
        &mut self,
        instance: usize,
        index: usize,
        parameter: &Parameter,
        declared: Place,
    ) -> Value {
        let own = Own {
            instance,
            index,
            parameter,
            resolved: self.resolved(instance, &parameter.kind),
            declared,
        };
        let value = match self.given(&own) {
            Some(Given::Secret(_)) => return self.symbol(&own, Some(false)),
            Some(Given::Unknown(unread)) => return self.without_value(&own, unread),
            Some(Given::Deferred(_)) => None,
            Some(Given::Value(value)) if value.is_null() => return value,
            // A value of the surroundings of who deploys has all the values that the parameter has.
            Some(Given::Value(value))
                if is_from_outside(&value)
                    && (own.resolved.is_finite() || !takes_text(own.kind())) =>
            {
                let origin = value.origin.clone();
                let unknown = ParameterSymbol {
                    given: Some(value),
                    ..self.unknown(&own)
                };
                Some(symbolic(unknown, origin))
            }
            Some(Given::Value(value)) => Some(self.taken(&own, value)),
            None => self.default(&own),
        };
        match value {
            Some(value) if own.kind().secure => self.kept_secret(&own, &value),
            Some(value) => value,
            None => self.without_value(&own, None),
        }
    }

    /// What it is given, evaluated; `None` where its default counts. Null is left where the type takes it.
    fn given(&mut self, own: &Own<'_>) -> Option<Given> {
        let name = &own.parameter.name.text;
        let given = match self.instances[own.instance].arguments.get(name)? {
            Given::Deferred(deferred) => match self.argument(&deferred) {
                Given::Value(value) => Given::Value(self.narrowed(own, value)),
                given => given,
            },
            given => given,
        };
        let Given::Value(value) = given else {
            return Some(given);
        };
        let value = self.or_own_default(value, own.kind());
        if !value.is_null() {
            return Some(Given::Value(value));
        }
        if own.parameter.default.is_some() {
            return None;
        }
        if own.kind().nullable || matches!(own.kind().base, TypeBase::Any) {
            return Some(Given::Value(value));
        }
        // A parameter file leaves to the command line what it has as null.
        if self.instances[own.instance].caller.is_some() {
            let message = format!("parameter '{name}' needs a value, but is given null");
            self.diagnose(Code::Parameter, &message, value.origin.place);
        }
        None
    }

    /// A value that it is given.
    fn taken(&mut self, own: &Own<'_>, value: Value) -> Value {
        self.check_argument(own, &value);
        let value = self.or_default(own, value);
        let is_secret = value.parameter().is_some_and(|parameter| parameter.secure);
        if own.kind().secure || !is_secret {
            return value;
        }
        let step = Step::Exposed(own.parameter.name.text.clone());
        let origin = value.origin.through(step, own.declared);
        value.with_origin(origin)
    }

    /// The value that it has where it is given none; `None` where that is not known.
    fn default(&mut self, own: &Own<'_>) -> Option<Value> {
        match &own.parameter.default {
            Some(default) if is_unrepeatable(default) => None,
            Some(default) => {
                let environment = self.instances[own.instance].environment.clone();
                let value = self.evaluate(default, &environment);
                let step = Step::Default(own.parameter.name.text.clone());
                let origin = value.origin.through(step, own.declared);
                Some(value.with_origin(origin))
            }
            None if own.kind().nullable => Some(Value::null(Origin::at(own.declared))),
            None => None,
        }
    }

    /// A secure parameter in the place of its value. Where that is written in the open is kept.
    fn kept_secret(&mut self, own: &Own<'_>, value: &Value) -> Value {
        let secret = self.symbol(own, partial::emptiness(value));
        let Some(place) = written_at(value) else {
            return secret;
        };
        let step = Step::Written(own.parameter.name.text.clone());
        secret.with_origin(Origin::at(place).through(step, own.declared))
    }

    /// A parameter whose value is not known, with what may give it and could not be read.
    fn without_value(&mut self, own: &Own<'_>, unread: Option<Value>) -> Value {
        // A default that gives another value each time is unknown whatever its type is.
        if let (Some(import), None) = (&own.resolved.unread, &own.parameter.default) {
            self.import_not_read(import);
        }
        let unknown = ParameterSymbol {
            given: unread,
            ..self.unknown(own)
        };
        symbolic(unknown, Origin::at(own.declared))
    }

    /// A parameter of a deployment around this one, where it is handed to one with finitely many values: nothing is
    /// deployed with another value. It stays the parameter that it is. What all of its uses leave to it is put into them
    /// in the end (`narrowing`).
    fn narrowed(&mut self, own: &Own<'_>, given: Value) -> Value {
        let Some(Term::Parameter(parameter)) = given.as_symbol().map(|symbol| &symbol.term) else {
            return given;
        };
        let is_free = !parameter.secure && !parameter.nullable;
        if !is_free || own.kind().secure || own.kind().nullable {
            return given;
        }
        if !self.is_sure_within(own.instance, parameter.deployment) {
            return given;
        }
        let Some(mut domain) = self.domain(&own.resolved, own.declared) else {
            return given;
        };
        if let Some(own) = &parameter.domain {
            domain.retain(|value| own.contains(value));
            // One that no value is left to is refused, and told of where it is declared.
            if domain.is_empty() || domain.len() == own.len() {
                return given;
            }
        }
        let narrowed = self.narrowings.note(parameter, domain);
        Value::symbolic(narrowed, given.origin)
    }

    /// A token of a parameter file that has a default, as what the default is for a parameter of this type. The Azure
    /// Developer CLI hands over text, which Azure Resource Manager takes for a bool or a number too.
    fn or_own_default(&mut self, given: Value, kind: &Type) -> Value {
        let Some(default) = token::default_of(&given) else {
            return given;
        };
        let text = Value::string(default, given.origin.clone());
        if takes_text(kind) {
            return text;
        }
        let origin = given.origin.clone();
        let read = self.guarded(|evaluator| evaluator.apply("json", vec![text], &origin));
        if conformance::shape_of(&read) == shape(kind) {
            read
        } else {
            given
        }
    }

    /// An argument that may turn out to be null, in which case the default is used.
    fn or_default(&mut self, own: &Own<'_>, given: Value) -> Value {
        let (Some(default), Kind::Symbolic(symbol)) = (&own.parameter.default, &given.kind) else {
            return given;
        };
        let may_be_null = match &symbol.term {
            Term::Access { safe, .. } => *safe,
            Term::Parameter(parameter) => parameter.nullable,
            Term::Call { function, .. } => matches!(
                &**function,
                "if" | "coalesce" | "tryGet" | "tryIndexFromEnd"
            ),
            _ => false,
        };
        if !may_be_null || is_unrepeatable(default) {
            return given;
        }
        let environment = self.instances[own.instance].environment.clone();
        let default = self.guarded(|evaluator| evaluator.evaluate(default, &environment));
        let origin = given.origin.clone();
        self.apply("coalesce", vec![given, default], &origin)
    }

    /// A parameter that has no value that may be known; of a secret, whether what it has is empty.
    fn symbol(&mut self, own: &Own<'_>, empty: Option<bool>) -> Value {
        let unknown = self.unknown(own);
        let symbol = ParameterSymbol {
            empty: empty.or(unknown.empty),
            ..unknown
        };
        symbolic(symbol, Origin::at(own.declared))
    }

    fn unknown(&mut self, own: &Own<'_>) -> ParameterSymbol {
        let kind = own.kind();
        let domain = match kind.secure {
            true => None,
            false => self.domain(&own.resolved, own.declared),
        };
        let structure = match domain {
            Some(_) => Structure::default(),
            None => self.structure(&own.resolved, own.declared),
        };
        ParameterSymbol {
            deployment: self.number_of(own.instance),
            name: own.parameter.name.text.clone(),
            declared: own.declared,
            order: u32::try_from(own.instance << 10 | own.index).unwrap_or(u32::MAX),
            shape: shape(kind),
            nullable: kind.nullable,
            secure: kind.secure,
            empty: is_never_empty(kind).then_some(false),
            limits: [kind.minimum, kind.maximum],
            domain,
            given: None,
            structure,
        }
    }

    /// Tells of a value that the declared type does not take.
    fn check_argument(&mut self, own: &Own<'_>, value: &Value) {
        let kind = own.kind();
        let name = &own.parameter.name.text;
        let expected = shape(kind);
        let actual = conformance::shape_of(value);
        if expected != Shape::Any && actual != Shape::Any && expected != actual {
            let message = format!(
                "parameter '{name}' is of type {}, but is given a value of type {}",
                expected.word(),
                actual.word()
            );
            return self.diagnose(Code::Parameter, &message, value.origin.place);
        }
        if matches!(value.kind, Kind::Object(_) | Kind::Array(_)) && !kind.secure {
            let structure = self.structure(&own.resolved, value.origin.place);
            for misfit in conformance::misfits(value, &structure) {
                let message = format!("parameter '{name}' {}", misfit.message());
                self.diagnose(Code::Parameter, &message, misfit.place);
            }
        }
        if matches!(kind.base, TypeBase::Array(_) | TypeBase::Tuple(_))
            || !value.is_concrete()
            || kind.secure
        {
            return;
        }
        let Some(allowed) = self.permitted(&own.resolved) else {
            return;
        };
        if allowed.iter().all(|one| one.is_concrete() && one != value) {
            let message = format!(
                "parameter '{name}' is given a value that is not one of its allowed values"
            );
            self.diagnose(Code::Parameter, &message, value.origin.place);
        }
    }
}

fn symbolic(parameter: ParameterSymbol, origin: Origin) -> Value {
    Value::symbolic(Symbol::new(Term::Parameter(Arc::new(parameter))), origin)
}

/// Whether a value is one that a parameter file takes from the surroundings of who deploys.
fn is_from_outside(value: &Value) -> bool {
    const FUNCTIONS: [&str; 5] = [
        "readEnvironmentVariable",
        "readEnvVar",
        "readCliArg",
        "externalInput",
        "externalInputs",
    ];
    value.as_symbol().is_some_and(|symbol| match &symbol.term {
        Term::Call { function, .. } => FUNCTIONS.contains(&&**function),
        Term::Token(_) => true,
        _ => false,
    })
}

/// Whether a text may be the value of a parameter of this type.
fn takes_text(kind: &Type) -> bool {
    matches!(shape(kind), Shape::String | Shape::Any)
}

/// Where the text stands that a secure parameter is given. That of a parameter file or of the command line is kept apart
/// from the template, and a token stands for text that is not written.
fn written_at(value: &Value) -> Option<Place> {
    let kept_apart = |step: &Step| matches!(step, Step::ParameterFile(_) | Step::CommandLine(_));
    let mut steps = value.origin.steps();
    match &value.kind {
        Kind::String(text)
            if !text.is_empty()
                && !token::is_in(text)
                && !steps.any(|used| kept_apart(&used.step)) =>
        {
            Some(value.origin.place)
        }
        Kind::Symbolic(_) => steps
            .find(|used| matches!(used.step, Step::Written(_)))
            .map(|_| value.origin.place),
        _ => None,
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

/// Whether a declaration takes no empty value: `@minLength(1)`.
fn is_never_empty(kind: &Type) -> bool {
    let has_length = matches!(shape(kind), Shape::String | Shape::Array | Shape::Object);
    has_length && !kind.nullable && kind.minimum.is_some_and(|least| least > 0)
}
