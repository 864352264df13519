//! Function calls: those that need the deployment around them, the lazy ones, lambdas, and user-defined functions. All
//! others are pure, and in [`super::functions`].

use super::access;
use super::bounds;
use super::canonical;
use super::environment::{Environment, FrameKind, named};
use super::evaluator::Evaluator;
use super::functions::{self, Apply, Function, FunctionError, FunctionKind};
use super::origin::{Origin, Step};
use super::partial;
use super::symbol::{Binder, Symbol, Term};
use super::token;
use super::value::{Kind, Member, Object, Value};
use crate::source::{Place, Span};
use crate::syntax::expression::{Call, Expression, ExpressionKind, Lambda, Referent, Text};
use crate::syntax::template::Language;

/// How many parameters or variables a computed name may mean before it stays a call.
const MAXIMUM_NAMES: usize = 64;

/// What tells texts apart, reads them or takes them apart: what it makes of a token is not what it will make of the text
/// that is filled in.
const READERS: [&str; 31] = [
    "equals",
    "contains",
    "startsWith",
    "endsWith",
    "tryGet",
    "intersection",
    "empty",
    "length",
    "indexOf",
    "lastIndexOf",
    "less",
    "lessOrEquals",
    "greater",
    "greaterOrEquals",
    "first",
    "last",
    "take",
    "skip",
    "substring",
    "split",
    "bool",
    "int",
    "json",
    "base64ToString",
    "base64ToJson",
    "dataUriToString",
    "parseCidr",
    "cidrSubnet",
    "cidrHost",
    "dateTimeAdd",
    "dateTimeToEpoch",
];

const NO_SUCH_LOCAL: &str = "no lambda around this has such a variable";

/// A value with holes for its tokens.
pub(super) fn unfilled(value: Value) -> Value {
    token::unfilled(&value).unwrap_or(value)
}

/// A value as a function reads it that tells texts apart.
fn read_by(function: &str, value: Value) -> Value {
    match (function, &value.kind) {
        // Of an object the others read the names only.
        ("equals", Kind::Object(_)) => token::unfilled_within(value),
        (_, Kind::Object(_)) => value,
        ("equals" | "contains" | "intersection", Kind::Array(_)) => token::unfilled_within(value),
        // Within a text of JSON a token is one of its texts.
        ("json", _) if !token::is_alone(&value) => value,
        _ => unfilled(value),
    }
}

impl Evaluator<'_> {
    /// The value of a call.
    pub(super) fn call(&mut self, call: &Call, span: Span, environment: &Environment) -> Value {
        let origin = Origin::at(Place::new(environment.file, span));
        if call.namespace.is_some() {
            return self.user_function(call, environment, &origin);
        }
        let Some(function) = functions::find(&call.name) else {
            let arguments = self.arguments(&call.arguments, environment);
            let text = canonical::expression(&Value::symbolic(
                Symbol::call(&call.name, arguments),
                origin.clone(),
            ));
            let message = format!("there is no function '{}'", call.name);
            return self.failed(
                text,
                &message,
                Origin::at(Place::new(environment.file, call.name_span)),
            );
        };
        if let Err(error) = function.check_arguments(call.arguments.len()) {
            let arguments = self.arguments(&call.arguments, environment);
            return self.applied(function.name, Err(error), || arguments, &origin);
        }
        match function.kind {
            FunctionKind::Pure => {
                let arguments = self.arguments(&call.arguments, environment);
                if !READERS.contains(&function.name) {
                    return self.apply_function(function, arguments, &origin);
                }
                let read = |value| read_by(function.name, value);
                let arguments = arguments.into_iter().map(read).collect();
                // A piece of a text is compared with texts by name and by id, which hold their tokens as text.
                token::refilled(self.apply_function(function, arguments, &origin))
            }
            FunctionKind::Lambda => self.lambda_function(function, call, environment, &origin),
            FunctionKind::Special if matches!(function.name, "if" | "and" | "or" | "coalesce") => {
                self.lazy(function.name, &call.arguments, environment, &origin)
            }
            FunctionKind::Special | FunctionKind::Context => {
                self.surrounding(function.name, call, environment, &origin)
            }
            FunctionKind::ResourceId => {
                let arguments = self.arguments(&call.arguments, environment);
                let targets = self.instances[environment.instance].scope.targets();
                let result = match functions::resource_id(function, &arguments, &targets, &origin) {
                    Ok(Some(id)) => Ok(id),
                    Ok(None) => functions::call(function.name, arguments.clone(), &origin),
                    Err(error) => Err(error),
                };
                self.applied(function.name, result, || arguments, &origin)
            }
            FunctionKind::File => self.compile_time(function.name, call, environment, &origin),
            FunctionKind::RunTime => {
                self.run_time(&call.name, function.name, call, environment, &origin)
            }
        }
    }

    /// Functions of the Bicep compiler. The environment of this process is none that a deployment has: a variable of it
    /// is what the parameter file has for its default, or not known.
    fn compile_time(
        &mut self,
        name: &'static str,
        call: &Call,
        environment: &Environment,
        origin: &Origin,
    ) -> Value {
        let mut arguments = self.arguments(&call.arguments, environment);
        if self.instances[environment.instance].template.language == Language::Arm {
            let message = "only Bicep has this function";
            return self.unresolved(name, arguments, message, origin);
        }
        if name.starts_with("load") {
            return self.load(name, &arguments, origin);
        }
        match (arguments.pop(), arguments.is_empty()) {
            (Some(default), false) => default,
            (only, _) => {
                let arguments = only.into_iter().collect();
                Value::symbolic(Symbol::call(name, arguments), origin.clone())
            }
        }
    }

    /// The values of arguments.
    pub(super) fn arguments(
        &mut self,
        arguments: &[Expression],
        environment: &Environment,
    ) -> Vec<Value> {
        arguments
            .iter()
            .map(|argument| match &argument.kind {
                ExpressionKind::Lambda(lambda) => {
                    self.lambda_value(lambda, environment, argument.span)
                }
                _ => self.evaluate(argument, environment),
            })
            .collect()
    }

    /// A value that a known condition chose, with the parameters that the condition asks as steps of its way: who
    /// wants another value gives them another one.
    fn chosen(&mut self, value: Value, condition: &Expression, environment: &Environment) -> Value {
        let mut names = Vec::new();
        parameters_in(condition, MAXIMUM_LOOKED_AT, &mut names);
        let mut origin = value.origin.clone();
        for name in names {
            let Some(given) = self.parameter(environment.instance, &name) else {
                continue;
            };
            let place = given.origin.place;
            if origin.steps().all(|known| known.place != place) {
                origin = origin.through(Step::Condition(name), place);
            }
        }
        value.with_origin(origin)
    }

    /// `if`, `and`, `or`, `coalesce`: what is not needed is not evaluated, since templates guard failing expressions
    /// with them.
    fn lazy(
        &mut self,
        name: &'static str,
        arguments: &[Expression],
        environment: &Environment,
        origin: &Origin,
    ) -> Value {
        match (name, arguments) {
            ("if", [condition, then, otherwise]) => {
                let guard = self.evaluate(condition, environment);
                match guard.kind {
                    Kind::Bool(holds) => {
                        let branch = if holds { then } else { otherwise };
                        let value = self.evaluate(branch, environment);
                        self.chosen(value, condition, environment)
                    }
                    _ => {
                        let branches = self.guarded(|evaluator| {
                            [then, otherwise].map(|branch| evaluator.evaluate(branch, environment))
                        });
                        let [then, otherwise] = branches;
                        self.apply(name, vec![guard, then, otherwise], origin)
                    }
                }
            }
            _ => {
                // The first value that decides ends the evaluation; behind one that is undecided the others may not
                // be evaluated at run time.
                let mut values = Vec::with_capacity(arguments.len());
                let mut undecided = false;
                for argument in arguments {
                    let value = if undecided {
                        self.guarded(|evaluator| evaluator.evaluate(argument, environment))
                    } else {
                        self.evaluate(argument, environment)
                    };
                    let decides = match name {
                        "and" => value.as_bool() == Some(false),
                        "or" => value.as_bool() == Some(true),
                        _ => {
                            value.is_known() && !value.is_null()
                                || matches!(value.kind, Kind::Mixed(_))
                        }
                    };
                    undecided |= matches!(value.kind, Kind::Symbolic(_));
                    values.push(value);
                    if decides {
                        break;
                    }
                }
                self.apply(name, values, origin)
            }
        }
    }

    /// `map`, `filter` and their kin.
    fn lambda_function(
        &mut self,
        function: &'static Function,
        call: &Call,
        environment: &Environment,
        origin: &Origin,
    ) -> Value {
        let values: Vec<Value> = call
            .arguments
            .iter()
            .map(|argument| match &argument.kind {
                ExpressionKind::Lambda(_) => Value::null(origin.clone()),
                _ => self.evaluate(argument, environment),
            })
            .collect();
        let mut lambdas = Lambdas {
            function,
            evaluator: self,
            arguments: &call.arguments,
            environment,
        };
        match functions::reduce_lambda(function, &values, &mut lambdas, origin) {
            Ok(Some(value)) => value,
            Ok(None) => {
                let arguments = self.with_lambdas(values, call, environment);
                Value::symbolic(Symbol::call(function.name, arguments), origin.clone())
            }
            Err(error) => {
                let arguments = self.with_lambdas(values, call, environment);
                self.applied(function.name, Err(error), || arguments, origin)
            }
        }
    }

    /// The values of the arguments of a call with its lambdas. The others have been evaluated: to do so again would double
    /// the work with each call within a call.
    fn with_lambdas(
        &mut self,
        values: Vec<Value>,
        call: &Call,
        environment: &Environment,
    ) -> Vec<Value> {
        let arguments = call.arguments.iter().zip(values);
        self.guarded(|evaluator| {
            arguments
                .map(|(argument, value)| match &argument.kind {
                    ExpressionKind::Lambda(lambda) => {
                        evaluator.lambda_value(lambda, environment, argument.span)
                    }
                    _ => value,
                })
                .collect()
        })
    }

    /// A lambda that is not called: its body with its variables as symbols.
    fn lambda_value(&mut self, lambda: &Lambda, environment: &Environment, span: Span) -> Value {
        let origin = Origin::at(Place::new(environment.file, span));
        let depth = environment.depth();
        let binders: Vec<Binder> = lambda
            .parameters
            .iter()
            .enumerate()
            .map(|(position, name)| Binder {
                // Lambdas have at most three variables.
                id: depth * 4 + position as u32 % 3,
                name: name.clone(),
                index: false,
            })
            .collect();
        let variables = binders
            .iter()
            .map(|binder| {
                let symbol = Symbol::new(Term::Bound(binder.clone()));
                (binder.name.clone(), Value::symbolic(symbol, origin.clone()))
            })
            .collect();
        let body = self.guarded(|evaluator| {
            evaluator.evaluate(
                &lambda.body,
                &environment.within(FrameKind::Lambda(variables)),
            )
        });
        Value::symbolic(Symbol::new(Term::Lambda { binders, body }), origin)
    }

    /// Functions of the deployment around the expression.
    fn surrounding(
        &mut self,
        name: &'static str,
        call: &Call,
        environment: &Environment,
        origin: &Origin,
    ) -> Value {
        let arguments = self.arguments(&call.arguments, environment);
        match name {
            "parameters" => {
                return self.computed(Referent::Parameter, arguments, environment, origin);
            }
            "variables" => {
                return self.computed(Referent::Variable, arguments, environment, origin);
            }
            "lambdaVariables" => {
                return self.computed(Referent::Local, arguments, environment, origin);
            }
            "copyIndex" => return self.copy_index(arguments, environment, origin),
            "environment" => return functions::environment(self.surroundings.cloud, origin),
            "deployment" => return self.deployment_value(environment.instance, origin),
            _ => {}
        }
        let scope = &self.instances[environment.instance].scope;
        let value = match (name, arguments.as_slice()) {
            ("resourceGroup", []) => scope.resource_group_value(),
            ("resourceGroup", [group]) => scope
                .resource_group(None, group.clone())
                .resource_group_value(),
            ("resourceGroup", [subscription, group]) => scope
                .resource_group(Some(subscription.clone()), group.clone())
                .resource_group_value(),
            ("subscription", []) => scope.subscription_value(),
            ("subscription", [id]) => scope.subscription(id.clone()).subscription_value(),
            ("managementGroup", []) => scope.management_group_value(),
            ("managementGroup", [name]) => scope
                .management_group(name.clone())
                .management_group_value(),
            ("tenant", []) => scope.tenant_value(),
            _ => Value::symbolic(Symbol::call(name, arguments), origin.clone()),
        };
        value.with_origin(origin.clone())
    }

    fn copy_index(
        &mut self,
        arguments: Vec<Value>,
        environment: &Environment,
        origin: &Origin,
    ) -> Value {
        let (name, offset) = match arguments.as_slice() {
            [] => (None, None),
            [name] if name.as_str().is_some() => (name.as_str(), None),
            [offset] => (None, Some(offset)),
            [name, offset, ..] => (name.as_str(), Some(offset)),
        };
        let Some(index) = environment.loop_index(name).cloned() else {
            return self.unresolved(
                "copyIndex",
                arguments,
                "no loop of that name is around this",
                origin,
            );
        };
        let index = index.with_origin(origin.clone());
        match offset.cloned() {
            Some(offset) => self.apply("add", vec![index, offset], origin),
            None => index,
        }
    }

    /// A call that names something that is not there.
    pub(super) fn unresolved(
        &mut self,
        name: &str,
        arguments: Vec<Value>,
        message: &str,
        origin: &Origin,
    ) -> Value {
        let call = Value::symbolic(Symbol::call(name, arguments), origin.clone());
        let text = canonical::expression(&call);
        let message = format!("{text}: {message}");
        self.failed(text, &message, origin.clone())
    }

    /// A call of a function that a template declares. It sees its own parameters only.
    fn user_function(&mut self, call: &Call, environment: &Environment, origin: &Origin) -> Value {
        let namespace = call.namespace.as_deref().unwrap_or_default();
        let arguments = self.arguments(&call.arguments, environment);
        let (instance, index) =
            match self.find_function(environment.instance, namespace, &call.name) {
                Ok(found) => found,
                Err(unread) => {
                    let name = format!("{namespace}.{}", call.name);
                    let Some(import) = unread else {
                        let message = "no such function is declared";
                        return self.unresolved(&name, arguments, message, origin);
                    };
                    self.import_not_read(&import);
                    return Value::symbolic(Symbol::call(&name, arguments), origin.clone());
                }
            };
        let template = self.instances[instance].template.clone();
        let function = &template.functions[index];
        if function.parameters.len() != arguments.len() {
            let message = format!(
                "'{namespace}.{}' takes {} arguments, not {}",
                function.name.text,
                function.parameters.len(),
                arguments.len()
            );
            let name = format!("{namespace}.{}", call.name);
            return self.unresolved(&name, arguments, &message, origin);
        }
        let parameters: Vec<(Text, Value)> = function
            .parameters
            .iter()
            .map(|(name, _)| name.text.clone())
            .zip(arguments)
            .collect();
        let body = Environment::function(instance, template.file, parameters);
        self.calls.push((instance, index));
        let value = self.evaluate(&function.body, &body);
        self.calls.pop();
        value
    }

    /// The value of a parameter or a variable.
    pub(super) fn referred(
        &mut self,
        referent: Referent,
        name: &Text,
        environment: &Environment,
        origin: &Origin,
    ) -> Value {
        let function_parameters = environment.function_parameters();
        let value = match (referent, function_parameters) {
            (Referent::Parameter, Some(parameters)) => named(parameters, name).cloned(),
            (Referent::Parameter, None) => self.parameter(environment.instance, name),
            (Referent::Variable, _) => self.variable(environment.instance, name),
            (Referent::Local, _) => environment.lambda_variable(name).cloned(),
        };
        if let Some(value) = value {
            return value;
        }
        let message = match referent {
            Referent::Parameter if function_parameters.is_some() => {
                "the function has no such parameter"
            }
            Referent::Parameter => "no such parameter is declared",
            Referent::Variable => match self.instances[environment.instance].template.language {
                Language::Arm => "no such variable is declared",
                Language::Bicep => "nothing of this name is declared",
            },
            Referent::Local => NO_SUCH_LOCAL,
        };
        let arguments = vec![Value::string(name.clone(), origin.clone())];
        self.unresolved(referent.function(), arguments, message, origin)
    }

    /// The value of a parameter or a variable whose name is computed.
    fn computed(
        &mut self,
        referent: Referent,
        arguments: Vec<Value>,
        environment: &Environment,
        origin: &Origin,
    ) -> Value {
        if let [name] = arguments.as_slice()
            && let Kind::String(name) = &name.kind
        {
            return self.referred(referent, name, environment, origin);
        }
        let template = self.instances[environment.instance].template.clone();
        let names: Vec<&Text> = match referent {
            Referent::Parameter if environment.function_parameters().is_some() => Vec::new(),
            Referent::Parameter => {
                let parameters = template.parameters.iter();
                parameters.map(|one| &one.name.text).collect()
            }
            Referent::Variable => {
                let variables = template.variables.iter();
                variables.map(|one| &one.name.text).collect()
            }
            Referent::Local => {
                let function = referent.function();
                return self.unresolved(function, arguments, NO_SUCH_LOCAL, origin);
            }
        };
        self.computed_name(referent, &names, &arguments, environment, origin)
    }

    /// `variables(concat('size', parameters('tier')))`: a member of an object of all that may be meant.
    fn computed_name(
        &mut self,
        referent: Referent,
        names: &[&Text],
        arguments: &[Value],
        environment: &Environment,
        origin: &Origin,
    ) -> Value {
        let unknown = || {
            let call = Symbol::call(referent.function(), arguments.to_vec());
            Value::symbolic(call, origin.clone())
        };
        let [key] = arguments else { return unknown() };
        let (start, end) = match partial::text_bounds(key) {
            Some(bounds) => (
                bounds.prefix.to_ascii_lowercase(),
                bounds.suffix.to_ascii_lowercase(),
            ),
            None => (String::new(), String::new()),
        };
        let meant: Vec<&Text> = names
            .iter()
            .copied()
            .filter(|name| {
                let name = name.to_ascii_lowercase();
                name.starts_with(&start) && name.ends_with(&end)
            })
            .collect();
        if meant.is_empty() || meant.len() > MAXIMUM_NAMES {
            return unknown();
        }
        let members = self.guarded(|evaluator| {
            let mut members = Object::new();
            for name in meant {
                let value = match referent {
                    Referent::Parameter => evaluator.parameter(environment.instance, name),
                    _ => evaluator.variable(environment.instance, name),
                };
                if let Some(value) = value {
                    members.insert(Member {
                        key: name.clone(),
                        key_place: origin.place,
                        value,
                    });
                }
            }
            members
        });
        let all = Value::object(members, origin.clone());
        if bounds::check(&all).is_err() {
            return unknown();
        }
        access::access(&all, key, false, false, origin).unwrap_or_else(|_| unknown())
    }
}

/// The lambdas of one call.
struct Lambdas<'a, 'e, 'p> {
    function: &'static Function,
    evaluator: &'e mut Evaluator<'p>,
    arguments: &'a [Expression],
    environment: &'a Environment,
}

impl Apply for Lambdas<'_, '_, '_> {
    fn apply(&mut self, argument: usize, values: &[Value]) -> Result<Value, FunctionError> {
        let Some(Expression {
            kind: ExpressionKind::Lambda(lambda),
            ..
        }) = self.arguments.get(argument)
        else {
            return Err(FunctionError::Argument {
                function: self.function.name,
                message: format!("argument {} must be a lambda", argument + 1),
                url: self.function.url(),
            });
        };
        let variables = lambda
            .parameters
            .iter()
            .cloned()
            .zip(values.iter().cloned())
            .collect();
        Ok(self.evaluator.evaluate(
            &lambda.body,
            &self.environment.within(FrameKind::Lambda(variables)),
        ))
    }
}

/// How deep a condition is looked at for the parameters that it asks.
const MAXIMUM_LOOKED_AT: usize = 8;
/// How many of them are told.
const MAXIMUM_ASKED: usize = 3;

/// The names of the parameters that an expression asks directly, in order.
fn parameters_in(expression: &Expression, depth: usize, names: &mut Vec<Text>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    match &expression.kind {
        ExpressionKind::Reference(Referent::Parameter, name)
            if names.len() < MAXIMUM_ASKED && !names.contains(name) =>
        {
            names.push(name.clone());
        }
        ExpressionKind::Call(call) => {
            for argument in &call.arguments {
                parameters_in(argument, depth, names);
            }
        }
        ExpressionKind::Access(access) => parameters_in(&access.base, depth, names),
        _ => {}
    }
}
