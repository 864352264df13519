//! The evaluator: expressions to values.
//!
//! One evaluator works on one deployment, an entry point with one set of arguments. It holds an instance of each
//! template that takes part (the entry point, its nested deployments and modules), whose parameters, variables and
//! resources are evaluated when they are first asked for, and once. An expression that fails poisons the smallest
//! value that holds it: it becomes a symbol of its own, and a diagnostic says why.

use std::collections::BTreeSet;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::access;
use super::bounds::{Budget, Excess};
use super::call::unfilled;
use super::canonical;
use super::computed_names::Members;
use super::diagnostic::{Code, Diagnostic};
use super::elsewhere::Reads;
use super::environment::{Environment, FrameKind};
use super::functions::{self, Function, FunctionError};
use super::id;
use super::import::Imports;
use super::instance::Instance;
use super::load::Loaded;
use super::narrowing::Narrowings;
use super::order::Order;
use super::origin::{Origin, Step};
use super::partial;
use super::scope::Surroundings;
use super::symbol::{Binder, FIRST_RESOURCE_LOOP, Shape, Symbol, Term};
use super::value::{Kind, Member, Object, Value};
use super::version_read::Deployed;
use crate::project::Project;
use crate::source::{FileId, Place, Span};
use crate::syntax::expression::{
    Access, Call, Expression, ExpressionKind, Loop, Property, Rounds, Text,
};

/// How deep expressions, functions and references may nest, counted over all of them: what a thread's stack bears.
const MAXIMUM_DEPTH: u32 = 180;
/// How many expressions one deployment may evaluate; loops of loops multiply.
const MAXIMUM_STEPS: u64 = 5_000_000;
/// How many elements a property, variable or output loop may have (ARM's own bound for `range`).
const MAXIMUM_ELEMENTS: i64 = 10_000;

/// The evaluation of one deployment.
pub(super) struct Evaluator<'p> {
    pub(super) project: &'p Project,
    pub(super) surroundings: Surroundings,
    /// Tells the symbols of this deployment from those of others.
    pub(super) entry: u64,
    pub(super) instances: Vec<Instance>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) unread: Vec<super::deployment::Unread>,
    /// The templates that files import from.
    pub(super) imports: Imports,
    /// The instance of each file that something is imported from, by the deployment that does.
    pub(super) libraries: HashMap<(usize, FileId), usize>,
    pub(super) secret_reads: Vec<super::deployment::SecretRead>,
    /// What is read of resources that the template which reads does not declare.
    pub(super) reads: Reads,
    /// The parameters that are handed to ones with fewer values.
    pub(super) narrowings: Narrowings,
    /// The templates whose resources were collected.
    pub(super) deployed: Vec<Deployed>,
    pub(super) order: Order,
    /// What `load…` functions gave.
    pub(super) loaded: HashMap<Loaded, Value>,
    /// The files that they read.
    pub(super) loaded_files: BTreeSet<FileId>,
    /// The files, among those that are known, of the folders that they list.
    pub(super) listed_files: BTreeSet<FileId>,
    /// Whether arguments, names and outputs of deployments are evaluated though nothing asks for them, to be told what is
    /// wrong.
    pub(super) is_thorough: bool,
    /// How many undecided guards are around: what fails in there may never be evaluated, and is no problem yet.
    pub(super) guards: u32,
    /// The number of the next undecided resource loop's index.
    pub(super) loops: u32,
    /// The declared resources, by their instances, of which a name or an id is being made.
    pub(super) under_way: Vec<(usize, usize)>,
    /// The user-defined functions, by their instances, whose bodies are being evaluated, the outermost first.
    pub(super) calls: Vec<(usize, usize)>,
    depth: u32,
    steps: u64,
}

impl<'p> Evaluator<'p> {
    pub(super) fn new(project: &'p Project, surroundings: Surroundings, entry: u64) -> Self {
        Self {
            project,
            surroundings,
            entry,
            instances: Vec::new(),
            diagnostics: Vec::new(),
            unread: Vec::new(),
            imports: Imports::new(),
            libraries: HashMap::new(),
            secret_reads: Vec::new(),
            reads: Reads::default(),
            narrowings: Narrowings::default(),
            deployed: Vec::new(),
            order: Order::default(),
            loaded: HashMap::new(),
            loaded_files: BTreeSet::new(),
            listed_files: BTreeSet::new(),
            is_thorough: false,
            guards: 0,
            loops: FIRST_RESOURCE_LOOP,
            under_way: Vec::new(),
            calls: Vec::new(),
            depth: 0,
            steps: 0,
        }
    }

    /// The value of an expression.
    pub(super) fn evaluate(&mut self, expression: &Expression, environment: &Environment) -> Value {
        let origin = Origin::at(Place::new(environment.file, expression.span));
        self.steps += 1;
        if self.steps > MAXIMUM_STEPS {
            return self.limit(
                "this deployment has more to evaluate than akvlint's bound of 5 million steps",
                origin,
            );
        }
        match &expression.kind {
            ExpressionKind::Null => Value::null(origin),
            ExpressionKind::Bool(value) => Value::bool(*value, origin),
            ExpressionKind::Integer(value) => Value::new(Kind::Integer(*value), origin),
            ExpressionKind::Decimal(text) => Value::new(Kind::Decimal(text.clone()), origin),
            ExpressionKind::String(text) => Value::new(Kind::String(text.clone()), origin),
            compound => {
                if let Some(limit) = self.beyond_depth(&origin) {
                    return limit;
                }
                self.depth += 1;
                let value = self.evaluate_compound(compound, expression.span, environment, origin);
                self.depth -= 1;
                value
            }
        }
    }

    /// What stands in for a value that would be evaluated too deeply, of which it is told.
    fn beyond_depth(&mut self, origin: &Origin) -> Option<Value> {
        if self.depth < MAXIMUM_DEPTH {
            return None;
        }
        const LIMIT: &str = "deeper than akvlint evaluates (180 levels)";
        let message = match self.recursion() {
            Some(recursion) => format!("{recursion}, {LIMIT}"),
            None => format!("this is nested {LIMIT}"),
        };
        Some(self.limit(&message, origin.clone()))
    }

    /// What is said of the innermost user-defined function if it calls itself.
    fn recursion(&self) -> Option<String> {
        let (last, around) = self.calls.split_last()?;
        let before = around.iter().rposition(|call| call == last)?;
        let name = |(instance, index): &(usize, usize)| {
            let functions = &self.instances.get(*instance)?.template.functions;
            Some(functions.get(*index)?.name.text.clone())
        };
        let itself = name(last)?;
        let between: Vec<_> = around.get(before + 1..)?.iter().filter_map(name).collect();
        let way = match between.as_slice() {
            [] => String::new(),
            names => format!(" by way of '{}'", names.join("', '")),
        };
        Some(format!("the function '{itself}' calls itself{way}"))
    }

    /// Does something one level deeper.
    ///
    /// # Errors
    /// As of [`beyond_depth`](Self::beyond_depth).
    pub(super) fn deeper<T>(
        &mut self,
        origin: &Origin,
        evaluate: impl FnOnce(&mut Self) -> T,
    ) -> Result<T, Value> {
        if let Some(limit) = self.beyond_depth(origin) {
            return Err(limit);
        }
        self.depth += 1;
        let value = evaluate(self);
        self.depth -= 1;
        Ok(value)
    }

    fn evaluate_compound(
        &mut self,
        kind: &ExpressionKind,
        span: Span,
        environment: &Environment,
        origin: Origin,
    ) -> Value {
        match kind {
            ExpressionKind::Array(items) => {
                let items = items
                    .iter()
                    .map(|item| {
                        let value = self.evaluate(item, environment);
                        self.within_bounds(item, value)
                    })
                    .collect();
                Value::array(items, origin)
            }
            ExpressionKind::Object(properties) => {
                self.evaluate_object(properties, environment, origin)
            }
            ExpressionKind::Reference(referent, name) => {
                self.referred(*referent, name, environment, &origin)
            }
            ExpressionKind::Call(call) => self.call(call, span, environment),
            ExpressionKind::Access(access) => self.access(access, environment, &origin),
            ExpressionKind::Loop(repeat) => self.repeat(repeat, environment, origin),
            ExpressionKind::Invalid(text) => {
                functions::unreadable(text, "it has a syntax error", &origin)
            }
            ExpressionKind::Undecided(undecided) => {
                functions::unreadable(&undecided.text, &undecided.message, &origin)
            }
            ExpressionKind::Lambda(_) => self.failed(
                "lambda()".into(),
                "a lambda can only be an argument of a function such as map()",
                origin,
            ),
            // Literals are evaluated by the caller, without counting them as a level.
            _ => Value::null(origin),
        }
    }

    /// An object, or a call of `createObject` where a name is undecided: then what is known of it is what the
    /// names that are known say.
    fn evaluate_object(
        &mut self,
        properties: &[Property],
        environment: &Environment,
        origin: Origin,
    ) -> Value {
        let mut keys = Vec::with_capacity(properties.len());
        for property in properties {
            keys.push(match &property.key.kind {
                ExpressionKind::String(text) => Ok(text.clone()),
                _ => match self.evaluate(&property.key, environment) {
                    Value {
                        kind: Kind::String(text),
                        ..
                    } => Ok(text),
                    undecided => Err(undecided),
                },
            });
        }
        if keys.iter().all(Result::is_ok) {
            let mut members = Members::of_size(properties.len());
            for (key, property) in keys.into_iter().flatten().zip(properties) {
                let value = self.evaluate_used(&property.value, environment);
                let member = Member {
                    key,
                    key_place: Place::new(environment.file, property.key.span),
                    value,
                };
                match property.key.as_str() {
                    Some(_) => members.insert(member),
                    None => members.insert_computed(member),
                }
            }
            return Value::object(members.finish(), origin);
        }
        let mut arguments = Vec::with_capacity(2 * properties.len());
        for (key, property) in keys.into_iter().zip(properties) {
            let place = Place::new(environment.file, property.key.span);
            arguments.push(match key {
                Ok(text) => Value::string(text, Origin::at(place)),
                Err(undecided) => undecided,
            });
            arguments.push(self.evaluate_used(&property.value, environment));
        }
        Value::symbolic(Symbol::call("createObject", arguments), origin)
    }

    /// The value of a property. Where it comes from elsewhere, the expression that brings it here is one more use.
    pub(super) fn evaluate_used(
        &mut self,
        expression: &Expression,
        environment: &Environment,
    ) -> Value {
        let value = self.evaluate(expression, environment);
        let value = self.within_bounds(expression, value);
        let here = Place::new(environment.file, expression.span);
        if value.origin.place == here
            || here.span.holds(value.origin.place.span) && here.file == value.origin.place.file
        {
            return value;
        }
        let origin = value.origin.through(Step::Expression, here);
        value.with_origin(origin)
    }

    /// A value that is put into an array or object. What was made elsewhere counts as often as it is put in, since
    /// `{a: x, b: x}` thirty times over has a billion members, though it takes no memory.
    fn within_bounds(&mut self, expression: &Expression, value: Value) -> Value {
        let is_from_elsewhere = matches!(
            expression.kind,
            ExpressionKind::Reference(..) | ExpressionKind::Call(_) | ExpressionKind::Access(_)
        );
        if !is_from_elsewhere || !matches!(value.kind, Kind::Array(_) | Kind::Object(_)) {
            return value;
        }
        let mut budget = Budget::new();
        let taken = budget.take(&value);
        self.steps = self.steps.saturating_add(budget.taken());
        match taken {
            Ok(()) => value,
            Err(excess) => self.limit(&format!("what is put in here {excess}"), value.origin),
        }
    }

    /// `base.key`, with a look at the whole chain where it starts at a resource of this deployment: a declared
    /// property is taken from there, and what is not declared is what the service adds, not an error.
    fn access(&mut self, access: &Access, environment: &Environment, origin: &Origin) -> Value {
        if let Some(output) = self.output_of(access, environment) {
            return output;
        }
        let base = match access.safe {
            true => self.if_deployed(&access.base, environment),
            false => self.evaluate(&access.base, environment),
        };
        let key = self.evaluate(&access.key, environment);
        let key = match (&base.kind, &key.kind) {
            (Kind::Object(object), Kind::String(name)) if object.get(name).is_none() => {
                unfilled(key)
            }
            _ => key,
        };
        match access::access(&base, &key, access.safe, access.from_end, origin) {
            Ok(value) => value,
            Err(error) => {
                let residual = |base: Value| {
                    Value::symbolic(
                        Symbol::new(Term::Access {
                            base,
                            key: key.clone(),
                            safe: access.safe,
                            from_end: access.from_end,
                        }),
                        origin.clone(),
                    )
                };
                match self.run_time_chain(&access.base, environment) {
                    Some(chain) => id::of_declared_subnet(&chain, &base, &key)
                        .unwrap_or_else(|| residual(chain)),
                    None => {
                        let text = canonical::expression(&residual(base));
                        self.failed(text, &error.to_string(), origin.clone())
                    }
                }
            }
        }
    }

    /// What a safe step starts from: a resource of this template that is not deployed is null, which the Bicep compiler
    /// writes as `tryGet(if(condition, reference('symbol'), null()), …)`.
    fn if_deployed(&mut self, base: &Expression, environment: &Environment) -> Value {
        let condition = match &base.kind {
            ExpressionKind::Call(call) if is_reference(call) => {
                self.condition_of(&call.arguments, environment)
            }
            _ => None,
        };
        let Some(condition) = condition else {
            return self.evaluate(base, environment);
        };
        let null = Value::null(Origin::at(Place::new(environment.file, base.span)));
        match condition.as_bool() {
            Some(true) => self.evaluate(base, environment),
            Some(false) => null,
            None => {
                let value = self.guarded(|evaluator| evaluator.evaluate(base, environment));
                functions::choose(&condition, &value, &null, &value.origin)
            }
        }
    }

    /// The canonical form of a chain of accesses that starts at `reference(…)`, without what is declared of it.
    fn run_time_chain(
        &mut self,
        expression: &Expression,
        environment: &Environment,
    ) -> Option<Value> {
        match &expression.kind {
            ExpressionKind::Call(call)
                if call.namespace.is_none() && call.name.eq_ignore_ascii_case("reference") =>
            {
                let value = self.evaluate(expression, environment);
                let Term::Context(context) = &value.as_symbol()?.term else {
                    return Some(value.clone());
                };
                let mut bare = (**context).clone();
                bare.members = Object::new();
                Some(Value::symbolic(
                    Symbol::new(Term::Context(Arc::new(bare))),
                    value.origin.clone(),
                ))
            }
            ExpressionKind::Access(access) => {
                let base = self.run_time_chain(&access.base, environment)?;
                let key = self.evaluate(&access.key, environment);
                let origin = base.origin.clone();
                Some(Value::symbolic(
                    Symbol::new(Term::Access {
                        base,
                        key,
                        safe: access.safe,
                        from_end: access.from_end,
                    }),
                    origin,
                ))
            }
            _ => None,
        }
    }

    /// A property, variable or output loop.
    fn repeat(&mut self, repeat: &Loop, environment: &Environment, origin: Origin) -> Value {
        let rounds = self.rounds(&repeat.over, environment);
        let count = rounds.count.clone();
        let frame = |index: Value| FrameKind::Loop {
            name: repeat.name.clone(),
            bare: repeat.name.is_none(),
            variables: rounds.variables(&index),
            index,
        };
        match count.kind {
            Kind::Integer(count) if (0..=MAXIMUM_ELEMENTS).contains(&count) => {
                let mut items = Vec::new();
                let mut budget = Budget::new();
                for index in 0..count {
                    let index = Value::new(Kind::Integer(index), origin.clone());
                    let item = self.evaluate_used(&repeat.body, &environment.within(frame(index)));
                    if let Err(excess) = budget.take(&item) {
                        return self.limit(&format!("what the loop makes {excess}"), origin);
                    }
                    items.push(item);
                }
                Value::array(items, origin)
            }
            Kind::Integer(count) => self.failed(
                format!("range(0, {count})"),
                &format!("a loop cannot have {count} elements; ARM allows 0 to {MAXIMUM_ELEMENTS}"),
                origin,
            ),
            Kind::Symbolic(_) => {
                let binder = Binder {
                    // Lambdas at this depth have the three numbers before it.
                    id: environment.depth() * 4 + 3,
                    name: repeat.name.clone().unwrap_or_else(|| "index".into()),
                    index: true,
                };
                let index =
                    Value::symbolic(Symbol::new(Term::Bound(binder.clone())), origin.clone());
                let body = self.guarded(|evaluator| {
                    evaluator.evaluate(&repeat.body, &environment.within(frame(index)))
                });
                Value::symbolic(
                    Symbol::new(Term::Loop {
                        binder,
                        count,
                        body,
                    }),
                    origin,
                )
            }
            _ => {
                let text = canonical::expression(&count);
                self.failed(text, "the count of a loop must be a whole number", origin)
            }
        }
    }

    /// What a loop runs over.
    pub(super) fn rounds<'e>(&mut self, over: &'e Rounds, environment: &Environment) -> Turns<'e> {
        let (items, item, position) = match over {
            Rounds::Count(count) => {
                return Turns {
                    count: counted(self.evaluate(count, environment)),
                    of: None,
                };
            }
            Rounds::Items {
                items,
                item,
                position,
            } => (items, item, position),
        };
        let items = self.evaluate(items, environment);
        let origin = items.origin.clone();
        let count = self.apply("length", vec![items.clone()], &origin);
        Turns {
            count: counted(count),
            of: Some((items, item, position.as_ref())),
        }
    }

    /// Evaluates what may never be evaluated: its failures are values, but no problems.
    pub(super) fn guarded<T>(&mut self, evaluate: impl FnOnce(&mut Self) -> T) -> T {
        self.guards += 1;
        let value = evaluate(self);
        self.guards -= 1;
        value
    }

    /// What a function gives; its failure is a symbol and a diagnostic.
    pub(super) fn applied(
        &mut self,
        function: &str,
        result: Result<Value, FunctionError>,
        arguments: impl FnOnce() -> Vec<Value>,
        origin: &Origin,
    ) -> Value {
        match result {
            Ok(value) => value,
            Err(error) => {
                let call = Value::symbolic(Symbol::call(function, arguments()), origin.clone());
                let text = canonical::expression(&call);
                let message = error.to_string();
                self.diagnose(code_of(&error), &message, origin.place);
                failure(text.into(), message.into(), origin.clone())
            }
        }
    }

    /// Applies a built-in function to values.
    pub(super) fn apply(
        &mut self,
        name: &'static str,
        arguments: Vec<Value>,
        origin: &Origin,
    ) -> Value {
        match functions::find(name) {
            Some(function) => self.apply_function(function, arguments, origin),
            None => {
                let result = functions::call(name, arguments.clone(), origin);
                self.applied(name, result, || arguments, origin)
            }
        }
    }

    pub(super) fn apply_function(
        &mut self,
        function: &'static Function,
        arguments: Vec<Value>,
        origin: &Origin,
    ) -> Value {
        let result = match functions::reduce(function, &arguments, origin) {
            Ok(Some(value)) => return value,
            Ok(None) => functions::call(function.name, arguments.clone(), origin),
            Err(error) => Err(error),
        };
        self.applied(function.name, result, || arguments, origin)
    }

    /// An expression that cannot be evaluated: a value that is itself only, and a diagnostic.
    pub(super) fn failed(&mut self, text: String, message: &str, origin: Origin) -> Value {
        self.diagnose(Code::Evaluate, message, origin.place);
        failure(text.into(), message.into(), origin)
    }

    fn limit(&mut self, message: &str, origin: Origin) -> Value {
        self.diagnose(Code::Limit, message, origin.place);
        failure("…".into(), message.into(), origin)
    }

    /// Notes a problem, unless it may never come about.
    pub(super) fn diagnose(&mut self, code: Code, message: &str, place: Place) {
        let matters = self.guards == 0 || code != Code::Evaluate;
        if matters && self.diagnostics.len() < 1000 {
            let diagnostic = Diagnostic {
                place,
                code,
                message: message.to_owned(),
            };
            if !self.diagnostics.contains(&diagnostic) {
                self.diagnostics.push(diagnostic);
            }
        }
    }
}

/// Whether a call is about a resource by its name.
fn is_reference(call: &Call) -> bool {
    let names = ["reference", "resourceInfo"];
    call.namespace.is_none()
        && names
            .iter()
            .any(|name| call.name.eq_ignore_ascii_case(name))
}

/// What a loop runs over, evaluated.
pub(super) struct Turns<'e> {
    pub(super) count: Value,
    /// The items, the name of the item's variable and that of its position's.
    of: Option<(Value, &'e Text, Option<&'e Text>)>,
}

impl Turns<'_> {
    /// The variables of one round.
    pub(super) fn variables(&self, index: &Value) -> Vec<(Text, Value)> {
        let Some((items, item, position)) = &self.of else {
            return Vec::new();
        };
        let origin = &items.origin;
        let value = access::access(items, index, false, false, origin).unwrap_or_else(|error| {
            let text = canonical::expression(&Value::symbolic(
                Symbol::access((*items).clone(), index.clone()),
                origin.clone(),
            ));
            failure(text.into(), error.to_string().into(), origin.clone())
        });
        let mut variables = vec![((*item).clone(), value)];
        variables.extend(position.map(|name| (name.clone(), index.clone())));
        variables
    }
}

/// A call that fails here would fail in a deployment too, but for what is too large to be kept. As many items as are too
/// many here are so in Azure.
fn code_of(error: &FunctionError) -> Code {
    match error {
        FunctionError::TooLarge { excess, .. } if *excess != Excess::Items => Code::Limit,
        _ => Code::Evaluate,
    }
}

/// A count of rounds. A loop over `range(1, n)` has as many as one over `range(0, n)`, and both fail where `n` is negative.
fn counted(count: Value) -> Value {
    let Some(("length", [items])) = partial::as_call(&count) else {
        return count;
    };
    match partial::as_call(items) {
        Some(("range", [_, number])) if partial::is_surely(number, Shape::Integer) => {
            number.clone().with_origin(count.origin.clone())
        }
        _ => count,
    }
}

fn failure(text: Text, message: Text, origin: Origin) -> Value {
    let place = origin.place;
    Value::symbolic(
        Symbol::new(Term::Failed {
            text,
            message,
            place,
            surely: true,
        }),
        origin,
    )
}
