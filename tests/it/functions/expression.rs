//! A small reader and evaluator of ARM expressions: enough to drive the functions, without templates.

use akvlint::evaluate::access::access;
use akvlint::evaluate::functions::{
    self, Apply, Cloud, DeploymentScope, Function, FunctionError, FunctionKind,
};
use akvlint::evaluate::origin::Origin;
use akvlint::evaluate::symbol::{Binder, Context, Symbol, Term};
use akvlint::evaluate::value::{Kind, Member, Object, Part, Value};
use akvlint::source::{FileId, Place, Span};

pub(super) enum Expression {
    Text(String),
    Integer(i64),
    Call(String, Vec<Expression>),
    Member(Box<Expression>, Box<Expression>),
}

/// Reads one expression from the start of a text, and gives what follows it.
pub(super) fn read(text: &str) -> (Expression, &str) {
    let text = text.trim_start();
    let (mut expression, mut rest) = if let Some(quoted) = text.strip_prefix('\'') {
        let (content, rest) = read_text(quoted);
        (Expression::Text(content), rest)
    } else if text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        let end = text[1..]
            .find(|next: char| !next.is_ascii_digit())
            .map_or(text.len(), |end| end + 1);
        let number = text[..end].parse().expect("an integer");
        (Expression::Integer(number), &text[end..])
    } else {
        let end = text.find('(').expect("a call");
        let (arguments, rest) = read_arguments(&text[end + 1..]);
        (Expression::Call(text[..end].to_owned(), arguments), rest)
    };
    loop {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after
                .find(|next: char| !next.is_ascii_alphanumeric() && next != '_')
                .unwrap_or(after.len());
            let name = Expression::Text(after[..end].to_owned());
            expression = Expression::Member(Box::new(expression), Box::new(name));
            rest = &after[end..];
        } else if let Some(after) = rest.strip_prefix('[') {
            let (key, after) = read(after);
            expression = Expression::Member(Box::new(expression), Box::new(key));
            rest = after.trim_start().strip_prefix(']').expect("a bracket");
        } else {
            return (expression, rest);
        }
    }
}

fn read_text(mut text: &str) -> (String, &str) {
    let mut content = String::new();
    loop {
        let end = text.find('\'').expect("a closing quote");
        content.push_str(&text[..end]);
        text = &text[end + 1..];
        match text.strip_prefix('\'') {
            Some(rest) => {
                content.push('\'');
                text = rest;
            }
            None => return (content, text),
        }
    }
}

fn read_arguments(mut text: &str) -> (Vec<Expression>, &str) {
    let mut arguments = Vec::new();
    if let Some(rest) = text.trim_start().strip_prefix(')') {
        return (arguments, rest);
    }
    loop {
        let (argument, rest) = read(text);
        arguments.push(argument);
        let rest = rest.trim_start();
        match rest.strip_prefix(',') {
            Some(more) => text = more,
            None => return (arguments, rest.strip_prefix(')').expect("a parenthesis")),
        }
    }
}

pub(super) fn here() -> Origin {
    Origin::at(Place::new(FileId(0), Span::point(0)))
}

/// What names mean while an expression is evaluated.
#[derive(Default)]
pub(super) struct Environment {
    pub(super) parameters: Vec<(String, Value)>,
    pub(super) variables: Vec<(String, Value)>,
    /// Whether the scope of the deployment is known.
    pub(super) known_scope: bool,
}

impl Environment {
    pub(super) fn evaluate(&mut self, expression: &Expression) -> Result<Value, FunctionError> {
        match expression {
            Expression::Text(text) => Ok(Value::string(text.as_str(), here())),
            Expression::Integer(number) => Ok(Value::new(Kind::Integer(*number), here())),
            Expression::Member(base, key) => {
                let (base, key) = (self.evaluate(base)?, self.evaluate(key)?);
                Ok(access(&base, &key, false, false, &here())?)
            }
            Expression::Call(name, arguments) => self.call(name, arguments),
        }
    }

    fn call(&mut self, name: &str, arguments: &[Expression]) -> Result<Value, FunctionError> {
        let function = functions::find(name).unwrap_or_else(|| panic!("no function {name}"));
        let literal = || match arguments.first() {
            Some(Expression::Text(text)) => text.clone(),
            _ => panic!("{name} needs a literal"),
        };
        let lookup = |names: &[(String, Value)], wanted: &str| {
            let found = names.iter().rev().find(|(name, _)| name == wanted);
            found.unwrap_or_else(|| panic!("no {wanted}")).1.clone()
        };
        match function.name {
            "parameters" => Ok(lookup(&self.parameters, &literal())),
            "lambdaVariables" => Ok(lookup(&self.variables, &literal())),
            "environment" => Ok(functions::environment(Cloud::Public, &here())),
            "if" => self.choice(function, arguments),
            "resourceId" | "subscriptionResourceId" | "managementGroupResourceId" => {
                let arguments = self.all(arguments)?;
                let scope = self.scope();
                let id = functions::resource_id(function, &arguments, &scope, &here())?;
                Ok(id.unwrap_or_else(|| symbol(Symbol::call(function.name, arguments))))
            }
            _ if function.kind == FunctionKind::Context => Ok(self.context(function.name)),
            _ if function.kind == FunctionKind::Lambda => self.with_lambdas(function, arguments),
            _ => functions::apply(function, self.all(arguments)?, &here()),
        }
    }

    fn all(&mut self, arguments: &[Expression]) -> Result<Vec<Value>, FunctionError> {
        arguments
            .iter()
            .map(|argument| self.evaluate(argument))
            .collect()
    }

    /// The branch that is not taken is not evaluated.
    fn choice(
        &mut self,
        function: &'static Function,
        arguments: &[Expression],
    ) -> Result<Value, FunctionError> {
        let guard = self.evaluate(&arguments[0])?;
        match guard.as_bool() {
            Some(guard) => self.evaluate(&arguments[if guard { 1 } else { 2 }]),
            None => {
                // What fails in a branch fails there only.
                let mut branch = |index: usize| {
                    self.evaluate(&arguments[index]).unwrap_or_else(|error| {
                        functions::failed("failed", &error.to_string(), &here())
                    })
                };
                let branches = vec![guard, branch(1), branch(2)];
                functions::apply(function, branches, &here())
            }
        }
    }

    fn with_lambdas(
        &mut self,
        function: &'static Function,
        arguments: &[Expression],
    ) -> Result<Value, FunctionError> {
        let is_lambda = |argument: &Expression| matches!(argument, Expression::Call(name, _) if name.eq_ignore_ascii_case("lambda"));
        let mut values = Vec::new();
        for argument in arguments {
            values.push(if is_lambda(argument) {
                Value::null(here())
            } else {
                self.evaluate(argument)?
            });
        }
        let mut lambdas = Lambdas {
            environment: self,
            arguments,
        };
        let reduced = functions::reduce_lambda(function, &values, &mut lambdas, &here())?;
        if let Some(value) = reduced {
            return Ok(value);
        }
        for (argument, value) in arguments.iter().zip(&mut values) {
            if is_lambda(argument) {
                *value = self.lambda(argument);
            }
        }
        Ok(symbol(Symbol::call(function.name, values)))
    }

    /// A lambda as a symbol, its variables numbered by depth.
    fn lambda(&mut self, lambda: &Expression) -> Value {
        let (names, body) = parts(lambda);
        let depth = self.variables.len();
        let mut binders = Vec::new();
        for name in names {
            let binder = Binder {
                id: u32::try_from(self.variables.len()).expect("few variables"),
                name: name.as_str().into(),
                index: false,
            };
            let bound = symbol(Symbol::new(Term::Bound(binder.clone())));
            self.variables.push((name, bound));
            binders.push(binder);
        }
        // A body that fails may never be evaluated.
        let body = self
            .evaluate(body)
            .unwrap_or_else(|error| functions::failed("failed", &error.to_string(), &here()));
        self.variables.truncate(depth);
        symbol(Symbol::new(Term::Lambda { binders, body }))
    }

    fn scope(&self) -> DeploymentScope {
        let known = |text: &str| Value::string(text, here());
        let (subscription, resource_group) = if self.known_scope {
            (
                known("87d64d6d-6d17-4ad7-b507-16d9bc498781"),
                known("testRg"),
            )
        } else {
            let member = |context: &str, name: &str| {
                let base = symbol(surroundings(context, Object::new()));
                access(&base, &known(name), false, false, &here()).expect("a member")
            };
            (
                member("subscription", "subscriptionId"),
                member("resourceGroup", "name"),
            )
        };
        DeploymentScope {
            scope: functions::Scope::ResourceGroup,
            subscription,
            resource_group,
            management_group: Value::null(here()),
        }
    }

    fn context(&self, name: &str) -> Value {
        let scope = self.scope();
        let mut members = Object::new();
        if name == "resourceGroup" {
            let id = functions::compose(
                [
                    Part::Text("/subscriptions/".into()),
                    Part::Hole(scope.subscription),
                    Part::Text("/resourceGroups/".into()),
                    Part::Hole(scope.resource_group),
                ],
                &here(),
            );
            members.insert(Member {
                key: "id".into(),
                key_place: here().place,
                value: id,
            });
        }
        symbol(surroundings(name, members))
    }
}

fn surroundings(function: &str, members: Object) -> Symbol {
    Symbol::new(Term::Context(std::sync::Arc::new(Context {
        function: function.into(),
        arguments: Vec::new(),
        deployment: 0,
        members,
    })))
}

pub(super) fn symbol(symbol: Symbol) -> Value {
    Value::symbolic(symbol, here())
}

/// The names of a lambda's variables, and its body.
fn parts(lambda: &Expression) -> (Vec<String>, &Expression) {
    let Expression::Call(_, arguments) = lambda else {
        panic!("no lambda");
    };
    let (body, names) = arguments.split_last().expect("a body");
    let names = names.iter().map(|name| match name {
        Expression::Text(name) => name.clone(),
        _ => panic!("a variable needs a name"),
    });
    (names.collect(), body)
}

struct Lambdas<'a> {
    environment: &'a mut Environment,
    arguments: &'a [Expression],
}

impl Apply for Lambdas<'_> {
    fn apply(&mut self, argument: usize, values: &[Value]) -> Result<Value, FunctionError> {
        let (names, body) = parts(&self.arguments[argument]);
        let depth = self.environment.variables.len();
        let bound = names.into_iter().zip(values.iter().cloned());
        self.environment.variables.extend(bound);
        let result = self.environment.evaluate(body);
        self.environment.variables.truncate(depth);
        result
    }
}
