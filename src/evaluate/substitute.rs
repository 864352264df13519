//! Values under an assignment of the decisions.
//!
//! In: a value, and what has been decided of symbols in it: a parameter is this value, a guard is true, a symbol is
//! none of these. Out: the value with all of that put in, and everything that depended on it evaluated again: choices
//! collapse, strings and arrays close, loops and lambdas run. What is still undecided stays symbolic. It refuses to
//! know which decisions there are.
//!
//! A choice that collapses gives its branch, with the branch's origin and the uses that carried the choice.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::access::access;
use super::assignment::{Assignment, except};
use super::bounds::{MAX_DEPTH, MAX_ITEMS};
use super::canonical;
use super::functions::{self, Apply, FunctionError, FunctionKind};
use super::origin::{Origin, Use};
use super::symbol::{Binder, Context, Symbol, Term};
use super::value::{Kind, Member, Object, Part, Value};
use crate::source::Place;

/// How many values one substitution rewrites. Loops within loops multiply; past this what is left stays as it is,
/// which is undecided.
const MAX_STEPS: usize = 1_000_000;

/// A value under an assignment. For many values under the same one, use a [`Substitution`].
pub fn substitute(value: &Value, assignment: &Assignment) -> Value {
    Substitution::new(assignment).apply(value)
}

/// What a lambda gives for these values; nothing for what is no lambda. It takes as many values as it has parameters.
pub fn apply_lambda(lambda: &Value, values: &[Value]) -> Option<Value> {
    let (binders, body) = as_lambda(lambda)?;
    let assignment = Assignment::new();
    let mut substitution = Substitution::new(&assignment);
    substitution.bound = bind(binders, values);
    Some(substitution.apply(body))
}

/// The body of a loop with this index. Nothing where a variable in the index is numbered like one that is bound within
/// the body, which would capture it: binders are numbered by depth, and the loop may stand elsewhere than the index.
pub(crate) fn instance(binder: &Binder, body: &Value, index: &Value) -> Option<Value> {
    let mut variables = Vec::new();
    let mut captured = false;
    let mut left = MAX_LOOK;
    let seen = visit(index, &mut left, &mut |symbol| {
        if let Term::Bound(variable) = &symbol.term {
            variables.push(variable.id);
        }
    }) && (variables.is_empty()
        || visit(body, &mut left, &mut |symbol| match &symbol.term {
            Term::Lambda { binders, .. } => {
                captured |= binders.iter().any(|inner| variables.contains(&inner.id));
            }
            Term::Loop { binder, .. } => captured |= variables.contains(&binder.id),
            _ => {}
        }));
    if !seen || captured {
        return None;
    }
    let assignment = Assignment::new();
    let mut substitution = Substitution::new(&assignment);
    substitution.bound = vec![(binder.id, index.clone())];
    Some(substitution.apply(body))
}

/// How many values are looked at before an index is put into a loop.
const MAX_LOOK: usize = 2_000;

/// Shows all symbols in a value; false if there are too many.
fn visit(value: &Value, left: &mut usize, show: &mut impl FnMut(&Symbol)) -> bool {
    let Some(fewer) = left.checked_sub(1) else {
        return false;
    };
    *left = fewer;
    match &value.kind {
        Kind::Mixed(parts) => parts.iter().all(|part| match part {
            Part::Text(_) => true,
            Part::Hole(hole) => visit(hole, left, show),
        }),
        Kind::Array(items) => items.iter().all(|item| visit(item, left, show)),
        Kind::Object(object) => object.iter().all(|member| visit(&member.value, left, show)),
        Kind::Symbolic(symbol) => {
            show(symbol);
            symbol.operands().all(|operand| visit(operand, left, show))
        }
        _ => true,
    }
}

fn as_lambda(value: &Value) -> Option<(&[Binder], &Value)> {
    match &value.as_symbol()?.term {
        Term::Lambda { binders, body } => Some((binders, body)),
        _ => None,
    }
}

fn bind(binders: &[Binder], values: &[Value]) -> Vec<(u32, Value)> {
    let ids = binders.iter().map(|binder| binder.id);
    ids.zip(values.iter().cloned()).collect()
}

/// A value that may occur many times: what its occurrences share, and where it is written. How each of them came to
/// where it is used does not matter: an expression of many variables is a graph, and would be walked as a tree.
type Occurrence = (usize, Place);

/// Puts one assignment into values. What values share is rewritten once.
pub struct Substitution<'a> {
    assignment: &'a Assignment,
    /// What the variables of lambdas and loops are.
    bound: Vec<(u32, Value)>,
    /// What has been rewritten, and what it became; nothing if it stayed. The first is kept so that no other value
    /// takes its address.
    done: HashMap<Occurrence, (Value, Option<Value>)>,
    depth: u32,
    steps: usize,
}

impl<'a> Substitution<'a> {
    /// A substitution that has not seen a value yet.
    pub fn new(assignment: &'a Assignment) -> Self {
        Self {
            assignment,
            bound: Vec::new(),
            done: HashMap::new(),
            depth: 0,
            steps: 0,
        }
    }

    /// A value under the assignment; a cheap clone where that changes nothing.
    pub fn apply(&mut self, value: &Value) -> Value {
        if self.assignment.is_empty() && self.bound.is_empty() {
            return value.clone();
        }
        self.or_same(value)
    }

    /// What the assignment makes of a value; nothing where it stays as it is.
    pub fn changed(&mut self, value: &Value) -> Option<Value> {
        if self.assignment.is_empty() && self.bound.is_empty() {
            return None;
        }
        self.rewritten(value)
    }

    /// How many values have been rewritten, or looked at for it.
    pub fn steps(&self) -> usize {
        self.steps
    }

    fn or_same(&mut self, value: &Value) -> Value {
        self.rewritten(value).unwrap_or_else(|| value.clone())
    }

    /// The value rewritten; nothing where it stays as it is.
    fn rewritten(&mut self, value: &Value) -> Option<Value> {
        // Most of a resource hangs on nothing that is decided. Items of arrays are asked one by one.
        let is_asked = self.bound.is_empty() && !matches!(value.kind, Kind::Array(_));
        if is_asked && !self.assignment.concerns(value) {
            return None;
        }
        let occurrence = occurrence(value)?;
        if let Some((_, known)) = self.done.get(&occurrence) {
            return known.clone().map(|result| placed(result, value));
        }
        if self.depth > 2 * MAX_DEPTH || self.steps > MAX_STEPS {
            return None;
        }
        self.depth += 1;
        self.steps += 1;
        let rewritten = match &value.kind {
            Kind::Mixed(parts) => self.parts(parts, value),
            Kind::Array(items) => self.all(items).map(|items| Value {
                kind: Kind::Array(items.into()),
                origin: value.origin.clone(),
            }),
            Kind::Object(object) => self
                .object(object)
                .map(|object| Value::object(object, value.origin.clone())),
            Kind::Symbolic(symbol) => self.symbol(symbol, value),
            _ => None,
        };
        self.depth -= 1;
        self.done
            .insert(occurrence, (value.clone(), rewritten.clone()));
        rewritten.map(|result| placed(result, value))
    }

    fn parts(&mut self, parts: &[Part], value: &Value) -> Option<Value> {
        let mut changed = false;
        let parts: Vec<Part> = parts
            .iter()
            .map(|part| match part {
                Part::Text(_) => part.clone(),
                Part::Hole(hole) => match self.rewritten(hole) {
                    Some(hole) => {
                        changed = true;
                        Part::Hole(hole)
                    }
                    None => part.clone(),
                },
            })
            .collect();
        changed.then(|| functions::compose(parts, &value.origin))
    }

    /// The values rewritten; nothing where all of them stay.
    fn all(&mut self, values: &[Value]) -> Option<Vec<Value>> {
        let rewritten: Vec<Option<Value>> =
            values.iter().map(|value| self.rewritten(value)).collect();
        rewritten.iter().any(Option::is_some).then(|| {
            rewritten
                .into_iter()
                .zip(values)
                .map(|(new, old)| new.unwrap_or_else(|| old.clone()))
                .collect()
        })
    }

    fn object(&mut self, object: &Object) -> Option<Object> {
        let values: Vec<Option<Value>> = object
            .iter()
            .map(|member| self.rewritten(&member.value))
            .collect();
        values.iter().any(Option::is_some).then(|| {
            let members = object.iter().zip(values).map(|(member, value)| Member {
                value: value.unwrap_or_else(|| member.value.clone()),
                ..member.clone()
            });
            members.collect()
        })
    }

    fn symbol(&mut self, symbol: &Symbol, value: &Value) -> Option<Value> {
        if let Some(decided) = self.decided(symbol, value) {
            // What is left of it may still have members that are decided.
            if let Some(Term::Except { excluded, .. }) =
                decided.as_symbol().map(|symbol| &symbol.term)
                && !self.assignment.narrowed.is_empty()
                && let Some(of) = self.term(symbol, value)
            {
                return Some(match of.as_symbol() {
                    Some(_) => except(&of, excluded),
                    None => of,
                });
            }
            return Some(decided);
        }
        let rewritten = self.term(symbol, value)?;
        // What has become another symbol may have been decided under that name.
        match rewritten.as_symbol() {
            Some(other) if other.key() != symbol.key() => {
                let decided = self.decided(other, &rewritten);
                Some(decided.unwrap_or(rewritten))
            }
            _ => Some(rewritten),
        }
    }

    /// What has been decided of a symbol, in the place of one occurrence of it.
    fn decided(&self, symbol: &Symbol, value: &Value) -> Option<Value> {
        let decided = self.assignment.get(symbol)?;
        if let Some(Term::Except { excluded, .. }) = decided.as_symbol().map(|symbol| &symbol.term)
        {
            return Some(except(value, excluded));
        }
        Some(decided.clone().with_origin(value.origin.clone()))
    }

    fn term(&mut self, symbol: &Symbol, value: &Value) -> Option<Value> {
        match &symbol.term {
            Term::Parameter(_) => {
                let narrowed = self.assignment.narrowed.get(&symbol.key())?;
                Some(Value::new(
                    Kind::Symbolic(narrowed.clone()),
                    value.origin.clone(),
                ))
            }
            Term::Token(_) | Term::Failed { .. } | Term::NotExported { .. } => None,
            Term::Bound(binder) => self.variable(binder.id),
            Term::Context(context) => self.context(context, value),
            Term::Call {
                function,
                arguments,
            } => self.call(function, arguments, value),
            Term::Access {
                base,
                key,
                safe,
                from_end,
            } => {
                let (new_base, new_key) = (self.rewritten(base), self.rewritten(key));
                if new_base.is_none() && new_key.is_none() {
                    return None;
                }
                let base = new_base.as_ref().unwrap_or(base);
                let key = new_key.as_ref().unwrap_or(key);
                Some(step(base, key, *safe, *from_end, &value.origin))
            }
            Term::Lambda { binders, body } => {
                let ids: Vec<u32> = binders.iter().map(|binder| binder.id).collect();
                let body = self.below(&ids, body)?;
                let binders = binders.clone();
                let symbol = Symbol::new(Term::Lambda { binders, body });
                Some(Value::symbolic(symbol, value.origin.clone()))
            }
            Term::Loop {
                binder,
                count,
                body,
            } => self.run_loop(binder, count, body, value),
            Term::Except { of, excluded } => {
                let of = self.rewritten(of)?;
                Some(if of.as_symbol().is_some() {
                    except(&of, excluded)
                } else {
                    of
                })
            }
        }
    }

    fn variable(&self, id: u32) -> Option<Value> {
        let (_, value) = self.bound.iter().find(|(bound, _)| *bound == id)?;
        Some(value.clone())
    }

    fn context(&mut self, context: &Context, value: &Value) -> Option<Value> {
        let (arguments, members) = (self.all(&context.arguments), self.object(&context.members));
        if arguments.is_none() && members.is_none() {
            return None;
        }
        let symbol = Symbol::new(Term::Context(Arc::new(Context {
            arguments: arguments.unwrap_or_else(|| context.arguments.clone()),
            members: members.unwrap_or_else(|| context.members.clone()),
            ..context.clone()
        })));
        Some(Value::symbolic(symbol, value.origin.clone()))
    }

    fn call(&mut self, name: &str, arguments: &[Value], value: &Value) -> Option<Value> {
        // The branch that is not taken may be of any size, and may fail.
        if let ("if", [guard, then, otherwise]) = (name, arguments)
            && let Some(guard) = self.rewritten(guard)
        {
            return Some(match guard.as_bool() {
                Some(true) => self.or_same(then),
                Some(false) => self.or_same(otherwise),
                None => {
                    let (then, otherwise) = (self.or_same(then), self.or_same(otherwise));
                    functions::choose(&guard, &then, &otherwise, &value.origin)
                }
            });
        }
        let arguments = self.all(arguments)?;
        let Some(function) = functions::find(name) else {
            return Some(again(name, arguments, &value.origin));
        };
        let reduced = if function.kind == FunctionKind::Lambda {
            let mut lambdas = Lambdas {
                substitution: self,
                function: function.name,
                arguments: &arguments,
            };
            functions::reduce_lambda(function, &arguments, &mut lambdas, &value.origin)
        } else {
            functions::reduce(function, &arguments, &value.origin)
        };
        Some(match reduced {
            Ok(Some(result)) => result,
            Ok(None) => again(name, arguments, &value.origin),
            Err(error) => functions::failed_call(name, &arguments, &error, &value.origin),
        })
    }

    /// A value below binders, whose variables are not those of outer binders that are numbered alike.
    fn below(&mut self, binders: &[u32], body: &Value) -> Option<Value> {
        if !self.bound.iter().any(|(id, _)| binders.contains(id)) {
            return self.rewritten(body);
        }
        let bound = self
            .bound
            .iter()
            .filter(|(id, _)| !binders.contains(id))
            .cloned()
            .collect();
        self.with_bound(bound, |inner| inner.rewritten(body))
    }

    /// Runs with other variables, and so without what has been rewritten with these.
    fn with_bound<T>(&mut self, bound: Vec<(u32, Value)>, run: impl FnOnce(&mut Self) -> T) -> T {
        let mut inner = Self {
            assignment: self.assignment,
            bound,
            done: HashMap::new(),
            depth: self.depth,
            steps: self.steps,
        };
        let result = run(&mut inner);
        self.steps = inner.steps;
        result
    }

    fn run_loop(
        &mut self,
        binder: &Binder,
        count: &Value,
        body: &Value,
        value: &Value,
    ) -> Option<Value> {
        let new_count = self.rewritten(count);
        if let Some(known) = new_count.as_ref().and_then(Value::as_integer) {
            return Some(self.expanded(binder, known, body, value));
        }
        let new_body = self.below(&[binder.id], body);
        if new_count.is_none() && new_body.is_none() {
            return None;
        }
        let symbol = Symbol::new(Term::Loop {
            binder: binder.clone(),
            count: new_count.unwrap_or_else(|| count.clone()),
            body: new_body.unwrap_or_else(|| body.clone()),
        });
        Some(Value::symbolic(symbol, value.origin.clone()))
    }

    fn expanded(&mut self, binder: &Binder, count: i64, body: &Value, value: &Value) -> Value {
        let Ok(length) = usize::try_from(count) else {
            let message = format!("the count {count} of the loop is negative");
            return functions::failed(&canonical::expression(value), &message, &value.origin);
        };
        if length > MAX_ITEMS {
            let message = format!("the loop makes {count} items, more than {MAX_ITEMS}");
            return functions::failed(&canonical::expression(value), &message, &value.origin);
        }
        let outer = self.bound.iter().filter(|(id, _)| *id != binder.id);
        let outer: Vec<(u32, Value)> = outer.cloned().collect();
        let items = (0..count).map(|index| {
            let index = Value::new(Kind::Integer(index), value.origin.clone());
            let mut bound = outer.clone();
            bound.push((binder.id, index));
            self.with_bound(bound, |inner| inner.or_same(body))
        });
        Value::array(items.collect(), value.origin.clone())
    }
}

/// What tells one occurrence of a value from another; nothing for values in which nothing can be rewritten.
fn occurrence(value: &Value) -> Option<Occurrence> {
    let shared = match &value.kind {
        Kind::Mixed(parts) => address(parts),
        Kind::Array(items) if items.is_empty() => return None,
        Kind::Array(items) => address(items),
        Kind::Object(object) => address(object),
        Kind::Symbolic(symbol) => address(symbol),
        _ => return None,
    };
    Some((shared, value.origin.place))
}

fn address<T: ?Sized>(shared: &Arc<T>) -> usize {
    Arc::as_ptr(shared).cast::<()>() as usize
}

/// What a value has become, at one occurrence of it.
fn placed(result: Value, value: &Value) -> Value {
    if result.origin.place == value.origin.place {
        result.with_origin(value.origin.clone())
    } else {
        carried(result, value)
    }
}

/// A result that was taken from within a value, with the uses that carried the value.
fn carried(result: Value, value: &Value) -> Value {
    let (inner, outer) = (&result.origin, &value.origin);
    if inner.place == outer.place || outer.uses.is_none() {
        return result;
    }
    let steps: Vec<&Use> = outer.steps().collect();
    let origin = steps.into_iter().rev().fold(inner.clone(), |origin, step| {
        origin.through(step.step.clone(), step.place)
    });
    result.with_origin(origin)
}

/// A call as a symbol once more, under the name that it had.
fn again(name: &str, arguments: Vec<Value>, origin: &Origin) -> Value {
    let symbol = Symbol::call(name, arguments);
    if symbol.depth() > MAX_DEPTH {
        let message = format!("'{name}' nests deeper than {MAX_DEPTH} levels");
        return functions::failed("…", &message, origin);
    }
    Value::symbolic(symbol, origin.clone())
}

fn step(base: &Value, key: &Value, safe: bool, from_end: bool, origin: &Origin) -> Value {
    access(base, key, safe, from_end, origin).unwrap_or_else(|error| {
        let term = Term::Access {
            base: base.clone(),
            key: key.clone(),
            safe,
            from_end,
        };
        let symbol = Value::symbolic(Symbol::new(term), origin.clone());
        let text = canonical::expression(&symbol);
        functions::failed(&text, &error.to_string(), origin)
    })
}

/// Applies the lambdas among rewritten arguments.
struct Lambdas<'s, 'a> {
    substitution: &'s mut Substitution<'a>,
    function: &'static str,
    arguments: &'s [Value],
}

impl Apply for Lambdas<'_, '_> {
    fn apply(&mut self, argument: usize, values: &[Value]) -> Result<Value, FunctionError> {
        let lambda = self.arguments.get(argument).and_then(as_lambda);
        let Some((binders, body)) = lambda else {
            return Err(FunctionError::Argument {
                function: self.function,
                message: format!("argument {} is no lambda", argument + 1),
                url: functions::find(self.function)
                    .map(functions::Function::url)
                    .unwrap_or_default(),
            });
        };
        let bound = bind(binders, values);
        Ok(self
            .substitution
            .with_bound(bound, |inner| inner.or_same(body)))
    }
}
