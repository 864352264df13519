//! One template with the arguments of one deployment: its parameters and variables, evaluated on demand.

use std::rc::Rc;
use std::sync::Arc;

use super::argument::{Arguments, Given};
use super::conformance;
use super::diagnostic::Code;
use super::environment::Environment;
use super::evaluator::Evaluator;
use super::functions;
use super::import::{Imported, UnreadImport};
use super::lookup::Lookup;
use super::origin::{Origin, Step};
use super::partial;
use super::positions::Positions;
use super::resource::Expanded;
use super::scope::Scope;
use super::symbol::{ParameterSymbol, Shape, Structure, Symbol, Term};
use super::token;
use super::types::{Resolved, shape};
use super::value::{Kind, Value};
use crate::source::{FileId, Place, Span};
use crate::syntax::expression::{Expression, ExpressionKind};
use crate::syntax::template::{Parameter, Template, Type, TypeBase};

/// A template that takes part in a deployment.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) template: Arc<Template>,
    /// What its expressions see: itself, or for a nested template of outer scope the one around it.
    pub(super) environment: Environment,
    pub(super) scope: Scope,
    /// Of a library, the instance of a deployment that imports names from it.
    pub(super) importer: Option<usize>,
    /// The deployment that deploys this one.
    pub(super) caller: Option<Caller>,
    /// What the parameters are given.
    pub(super) arguments: Arguments,
    /// Of a parameter file, what the one that it extends gives to the parameters.
    pub(super) base: Option<Value>,
    pub(super) parameters: Vec<Slot<Value>>,
    pub(super) variables: Vec<Slot<Value>>,
    pub(super) resources: Vec<Slot<Rc<[Expanded]>>>,
    /// Where its resources are found by their ids and names.
    pub(super) lookup: Lookup,
    /// The outputs as `reference(…).outputs` gives them.
    pub(super) outputs: Slot<Value>,
    /// Each of them as `{value}`; `None` where its condition is false.
    pub(super) each_output: Vec<Slot<Option<Value>>>,
    names: Names,
}

/// Who deploys an instance.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller {
    pub(super) instance: usize,
    /// The deployment among the resources of that instance.
    pub(super) resource: usize,
    /// Which copy of it.
    pub(super) copy: usize,
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

impl<T: Clone> Slot<T> {
    /// What it is now. One that is empty is busy from then on: who asks evaluates what goes into it.
    pub(super) fn ask(&mut self) -> Self {
        match self {
            Self::Empty => std::mem::replace(self, Self::Busy),
            Self::Busy => Self::Busy,
            Self::Ready(value) => Self::Ready(value.clone()),
        }
    }
}

/// Where declarations are, by their names.
#[derive(Debug, Default)]
struct Names {
    parameters: Positions,
    variables: Positions,
}

impl Instance {
    pub(super) fn new(
        template: Arc<Template>,
        environment: Environment,
        scope: Scope,
        arguments: Arguments,
        caller: Option<Caller>,
    ) -> Self {
        let names = Names {
            parameters: Positions::of(names_of_parameters(&template)),
            variables: Positions::of(names_of_variables(&template)),
        };
        Self {
            parameters: vec![Slot::Empty; template.parameters.len()],
            variables: vec![Slot::Empty; template.variables.len()],
            resources: vec![Slot::Empty; template.resources.len()],
            lookup: Lookup::default(),
            outputs: Slot::Empty,
            each_output: vec![Slot::Empty; template.outputs.len()],
            environment,
            scope,
            importer: None,
            caller,
            arguments,
            base: None,
            names,
            template,
        }
    }
}

fn names_of_parameters(template: &Template) -> impl ExactSizeIterator<Item = &str> {
    template.parameters.iter().map(|one| &*one.name.text)
}

fn names_of_variables(template: &Template) -> impl ExactSizeIterator<Item = &str> {
    template.variables.iter().map(|one| &*one.name.text)
}

impl Evaluator<'_> {
    /// What tells the symbols of an instance from those of all others of a run.
    pub(super) fn number_of(&self, instance: usize) -> u64 {
        self.entry << 20 | instance as u64
    }

    /// The value of a parameter of an instance; `None` where none of that name is declared.
    pub(super) fn parameter(&mut self, instance: usize, name: &str) -> Option<Value> {
        let known = &mut self.instances[instance];
        let names = names_of_parameters(&known.template);
        let index = known.names.parameters.find(name, names)?;
        let slot = known.parameters[index].ask();
        if let Slot::Ready(value) = slot {
            return Some(value);
        }
        let template = known.template.clone();
        let parameter = &template.parameters[index];
        let declared = Place::new(template.file, parameter.name.span);
        if let Slot::Busy = slot {
            let name = &parameter.name.text;
            let what = match known.arguments.get(name) {
                Some(_) => "what is given to",
                None => "the default of",
            };
            let message = format!("{what} parameter '{name}' refers to itself");
            let text = format!("parameters('{name}')");
            return Some(self.failed(text, &message, Origin::at(declared)));
        }
        let value = self.parameter_value(instance, index, parameter, declared);
        self.instances[instance].parameters[index] = Slot::Ready(value.clone());
        Some(value)
    }

    fn parameter_value(
        &mut self,
        instance: usize,
        index: usize,
        parameter: &Parameter,
        declared: Place,
    ) -> Value {
        let resolved = self.resolved(instance, &parameter.kind);
        let kind = &resolved.kind;
        let given = self.instances[instance].arguments.get(&parameter.name.text);
        let is_handed_on = matches!(given, Some(Given::Deferred(_)));
        let given = match given {
            Some(Given::Deferred(deferred)) => Some(self.argument(&deferred)),
            given => given,
        };
        let given = match given {
            Some(Given::Value(value)) => Some(Given::Value(self.or_own_default(value, kind))),
            given => given,
        };
        let given = match given {
            Some(Given::Value(value)) if value.is_null() => {
                match (&parameter.default, &kind.base) {
                    (Some(_), _) => {}
                    (None, TypeBase::Any) => return value,
                    (None, _) if kind.nullable => return value,
                    // A parameter file leaves to the command line what it has as null.
                    (None, _) if self.instances[instance].caller.is_none() => {}
                    (None, _) => {
                        let name = &parameter.name.text;
                        let message =
                            format!("parameter '{name}' needs a value, but is given null");
                        self.diagnose(Code::Parameter, &message, value.origin.place);
                    }
                }
                None
            }
            given => given,
        };
        let mut unread = None;
        let value = match given {
            Some(Given::Secret(_)) => {
                return self.symbol(instance, index, parameter, &resolved, declared, Some(false));
            }
            Some(Given::Unknown(given)) => {
                unread = given;
                None
            }
            Some(Given::Deferred(_)) => None,
            // A value of the surroundings of who deploys has all the values that the parameter has.
            Some(Given::Value(value))
                if is_from_outside(&value) && (resolved.is_finite() || !takes_text(kind)) =>
            {
                let origin = value.origin.clone();
                let unknown = ParameterSymbol {
                    given: Some(value),
                    ..self.unknown(instance, index, parameter, &resolved, declared)
                };
                let symbol = Symbol::new(Term::Parameter(Arc::new(unknown)));
                Some(Value::symbolic(symbol, origin))
            }
            Some(Given::Value(value)) => {
                self.check_argument(parameter, &resolved, &value);
                let value = match is_handed_on {
                    true => self.narrowed(value, instance, &resolved, declared),
                    false => value,
                };
                let value = self.or_default(instance, value, parameter);
                let is_secret = value.parameter().is_some_and(|parameter| parameter.secure);
                if kind.secure || !is_secret {
                    Some(value)
                } else {
                    let step = Step::Exposed(parameter.name.text.clone());
                    let origin = value.origin.through(step, declared);
                    Some(value.with_origin(origin))
                }
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
                let secret = self.symbol(instance, index, parameter, &resolved, declared, empty);
                match written_at(&value) {
                    Some(place) => {
                        let step = Step::Written(parameter.name.text.clone());
                        let origin = Origin::at(place).through(step, declared);
                        secret.with_origin(origin)
                    }
                    None => secret,
                }
            }
            None => {
                // A default that gives another value each time is unknown whatever its type is.
                if let (Some(import), None) = (&resolved.unread, &parameter.default) {
                    self.import_not_read(import);
                }
                let unknown = ParameterSymbol {
                    given: unread,
                    ..self.unknown(instance, index, parameter, &resolved, declared)
                };
                let symbol = Symbol::new(Term::Parameter(Arc::new(unknown)));
                Value::symbolic(symbol, Origin::at(declared))
            }
        }
    }

    /// A parameter of a deployment around this one, where it is handed to one with finitely many values: nothing is
    /// deployed with another value. It stays the parameter that it is. What all of its uses leave to it is put into them
    /// in the end (`narrowing`).
    fn narrowed(
        &mut self,
        given: Value,
        instance: usize,
        resolved: &Resolved,
        declared: Place,
    ) -> Value {
        let Some(Term::Parameter(parameter)) = given.as_symbol().map(|symbol| &symbol.term) else {
            return given;
        };
        let is_free = !parameter.secure && !parameter.nullable;
        if !is_free || resolved.kind.secure || resolved.kind.nullable {
            return given;
        }
        if !self.is_sure_within(instance, parameter.deployment) {
            return given;
        }
        let Some(mut domain) = self.domain(resolved, declared) else {
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
    fn or_default(&mut self, instance: usize, given: Value, parameter: &Parameter) -> Value {
        let (Some(default), Kind::Symbolic(symbol)) = (&parameter.default, &given.kind) else {
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
        let environment = self.instances[instance].environment.clone();
        let default = self.guarded(|evaluator| evaluator.evaluate(default, &environment));
        let origin = given.origin.clone();
        self.apply("coalesce", vec![given, default], &origin)
    }

    /// A parameter that has no value that may be known; of a secret, whether what it has is empty.
    fn symbol(
        &mut self,
        instance: usize,
        index: usize,
        parameter: &Parameter,
        resolved: &Resolved,
        declared: Place,
        empty: Option<bool>,
    ) -> Value {
        let unknown = self.unknown(instance, index, parameter, resolved, declared);
        let symbol = ParameterSymbol {
            empty: empty.or(unknown.empty),
            ..unknown
        };
        Value::symbolic(
            Symbol::new(Term::Parameter(Arc::new(symbol))),
            Origin::at(declared),
        )
    }

    fn unknown(
        &mut self,
        instance: usize,
        index: usize,
        parameter: &Parameter,
        resolved: &Resolved,
        declared: Place,
    ) -> ParameterSymbol {
        let kind = &resolved.kind;
        let domain = if kind.secure {
            None
        } else {
            self.domain(resolved, declared)
        };
        let structure = match domain {
            Some(_) => Structure::default(),
            None => self.structure(resolved, declared),
        };
        ParameterSymbol {
            deployment: self.number_of(instance),
            name: parameter.name.text.clone(),
            declared,
            order: u32::try_from(instance << 10 | index).unwrap_or(u32::MAX),
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

    fn check_argument(&mut self, parameter: &Parameter, resolved: &Resolved, value: &Value) {
        let kind = &resolved.kind;
        let name = &parameter.name.text;
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
            let structure = self.structure(resolved, value.origin.place);
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
        let Some(allowed) = self.permitted(resolved) else {
            return;
        };
        if allowed.iter().all(|one| one.is_concrete() && one != value) {
            let message = format!(
                "parameter '{name}' is given a value that is not one of its allowed values"
            );
            self.diagnose(Code::Parameter, &message, value.origin.place);
        }
    }

    /// The value of a variable of an instance; `None` where none of that name is declared or imported.
    pub(super) fn variable(&mut self, instance: usize, name: &str) -> Option<Value> {
        if let Some(own) = self.own_variable(instance, name) {
            return Some(own);
        }
        if let Some(base) = self.instances[instance].base.as_ref()
            && name == "base"
        {
            return Some(base.clone());
        }
        match self.imported(instance, name)? {
            Imported::Library { instance, name } => self.own_variable(instance, &name),
            Imported::Unread(import) => {
                self.import_not_read(&import);
                let text = format!("variables('{name}')");
                let origin = Origin::at(import.place);
                Some(functions::failed(&text, &import.reason, &origin))
            }
        }
    }

    fn own_variable(&mut self, instance: usize, name: &str) -> Option<Value> {
        let known = &mut self.instances[instance];
        let names = names_of_variables(&known.template);
        let index = known.names.variables.find(name, names)?;
        let slot = known.variables[index].ask();
        if let Slot::Ready(value) = slot {
            return Some(value);
        }
        let template = known.template.clone();
        let variable = &template.variables[index];
        let declared = Place::new(template.file, variable.name.span);
        if let Slot::Busy = slot {
            let message = format!("variable '{}' refers to itself", variable.name.text);
            let text = format!("variables('{}')", variable.name.text);
            return Some(self.failed(text, &message, Origin::at(declared)));
        }
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

    /// A user-defined function by namespace and name: the instance that it belongs to and its number there. All that is
    /// imported is in the namespace of Bicep.
    pub(super) fn find_function(
        &mut self,
        instance: usize,
        namespace: &str,
        name: &str,
    ) -> Result<(usize, usize), Option<UnreadImport>> {
        let is_bicep = namespace.eq_ignore_ascii_case(NAMESPACE);
        let own = |evaluator: &Self, instance: usize, name: &str| {
            let mut functions = evaluator.instances[instance].template.functions.iter();
            functions.position(|function| {
                function.namespace.eq_ignore_ascii_case(namespace)
                    && function.name.text.eq_ignore_ascii_case(name)
            })
        };
        if let Some(index) = own(self, instance, name) {
            return Ok((instance, index));
        }
        let imported = is_bicep.then(|| self.imported(instance, name)).flatten();
        match imported.ok_or(None)? {
            Imported::Library { instance, name } => {
                let index = own(self, instance, &name).ok_or(None)?;
                Ok((instance, index))
            }
            Imported::Unread(import) => Err(Some(import)),
        }
    }
}

/// The namespace that the Bicep compiler puts the functions of a file in.
const NAMESPACE: &str = "__bicep";

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

/// A place in a file as a whole, for what stands nowhere in particular.
pub(super) fn whole(file: FileId) -> Place {
    Place::new(file, Span::point(0))
}

/// Whether a declaration takes no empty value: `@minLength(1)`.
fn is_never_empty(kind: &Type) -> bool {
    let has_length = matches!(shape(kind), Shape::String | Shape::Array | Shape::Object);
    has_length && !kind.nullable && kind.minimum.is_some_and(|least| least > 0)
}
