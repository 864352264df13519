//! Decisions: undecided values with a finite domain, which a verdict enumerates.
//!
//! In: the values that a verdict hangs on. Out: what can be assumed of the unknowns in them, one decision at a time:
//! the values of a parameter or of a declared member of one, the literals that the template compares it with and
//! "anything else", or whether a guard holds. What a rule compares with is not asked here: it makes no decision.
//! `docs/design.md` (Decisions) has the order in which they are taken.

use std::sync::Arc;

use foldhash::{HashSet, HashSetExt};

use super::bounds::Work;
use super::declared;
use super::functions::{self, FunctionKind};
use super::origin::Origin;
use super::symbol::{Binder, Shape, Symbol, Term};
use super::unknowns::{MAXIMUM_SYMBOLS, unknown_parameters, unknown_path, walk};
use super::value::{Kind, Object, Value};
use crate::source::Place;

/// How many literals one parameter is compared with before the decision is given up.
const MAXIMUM_CASES: usize = 64;
/// How many symbols are looked at for one decision, counting each as often as something is asked of it.
const MAXIMUM_WORK: usize = 200_000;

/// An undecided value and all that can be assumed of it.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What is undecided.
    pub subject: Arc<Symbol>,
    /// Where it is declared or written.
    pub place: Place,
    /// What it may be.
    pub cases: Vec<Case>,
    /// The place of its first parameter in the order of declaration.
    pub order: u32,
    /// Whether it is a guard: taken to hold or not, without knowing what makes it hold.
    pub guard: bool,
}

/// One thing that can be assumed of an undecided value.
#[derive(Debug, Clone)]
pub struct Case {
    /// What stands in its place then.
    pub replacement: Value,
    /// The values that it is taken not to be; empty where it is taken to be the replacement.
    pub excluded: Vec<Value>,
}

/// The next decision that these values hang on, the first in the order of declaration; `guards` are values that hold or
/// do not, whatever they look like. `None` where nothing that can be enumerated would decide them. The symbols that are
/// looked at are added to `work`.
pub fn next<'v>(
    values: impl IntoIterator<Item = &'v Value>,
    guards: impl IntoIterator<Item = &'v Value>,
    work: &Work,
) -> Option<Decision> {
    let mut search = Search {
        seen: HashSet::new(),
        found: Vec::new(),
        literals: Vec::new(),
        bound: Vec::new(),
        work,
        most: work.done().saturating_add(MAXIMUM_WORK),
    };
    for value in values {
        search.value(value);
    }
    for guard in guards {
        search.guard(guard);
    }
    let literals = std::mem::take(&mut search.literals);
    let found = std::mem::take(&mut search.found);
    let first = found
        .into_iter()
        .enumerate()
        .take_while(|(number, _)| *number == 0 || !search.is_over())
        .min_by_key(|(_, subject)| {
            let symbol = subject.symbol();
            let is_guard = matches!(subject, Subject::Guard(_));
            // What a parameter is decides what is made of it, and not the other way round.
            let is_made = !matches!(symbol.term, Term::Parameter(_));
            // An object is decided before its members.
            let names = declared::path(symbol).map_or(0, |path| path.names.len());
            (is_guard, is_made, order_of(symbol, work), names)
        });
    first.map(|(_, subject)| decide(subject, &literals, work))
}

/// What is to be decided, before its cases are known.
enum Subject {
    /// A parameter, or a member of one, with finitely many values.
    Domain(Arc<Symbol>),
    /// A symbol that is compared with literals.
    Literals(Arc<Symbol>),
    /// A guard.
    Guard(Arc<Symbol>),
}

impl Subject {
    fn symbol(&self) -> &Arc<Symbol> {
        match self {
            Self::Domain(symbol) | Self::Literals(symbol) | Self::Guard(symbol) => symbol,
        }
    }
}

struct Search<'w> {
    seen: HashSet<[u64; 2]>,
    found: Vec<Subject>,
    /// The literals that a symbol is compared with, in the order in which they are met.
    literals: Vec<(Arc<Symbol>, Vec<Value>)>,
    /// The variables of the lambdas and loops around. What is said of an element may hold for one and not for another.
    bound: Vec<u32>,
    work: &'w Work,
    /// How much of it there is when it is enough: what has not been found by then is not decided.
    most: usize,
}

impl Search<'_> {
    fn is_over(&self) -> bool {
        self.work.done() > self.most
    }

    fn value(&mut self, value: &Value) {
        match &value.kind {
            Kind::Symbolic(symbol) => self.symbol(symbol),
            _ => value.each_part(|part| self.value(part)),
        }
    }

    fn symbol(&mut self, symbol: &Arc<Symbol>) {
        // It has the key of what it is about.
        if let Term::Except { of, .. } = &symbol.term {
            match of.as_symbol() {
                // That it is not null has been decided.
                Some(inner) if declared::of(symbol).is_some_and(|known| !known.nullable) => {
                    self.inner(inner)
                }
                _ => self.value(of),
            }
            return;
        }
        if declared::is_nullable_object(symbol) && self.is_free(symbol) {
            let null = Value::null(Origin::at(place_of(symbol)));
            let base = declared::nullable_base(symbol).unwrap_or(symbol);
            self.compare(base, vec![null]);
        }
        self.inner(symbol);
    }

    fn inner(&mut self, symbol: &Arc<Symbol>) {
        if self.seen.len() > MAXIMUM_SYMBOLS || self.is_over() || !self.seen.insert(symbol.key()) {
            return;
        }
        self.work.add(1);
        match &symbol.term {
            Term::Parameter(_) | Term::Access { .. } if declared::is_finite(symbol) => {
                match declared::nullable_base(symbol) {
                    Some(base) => {
                        let null = Value::null(Origin::at(place_of(symbol)));
                        self.compare(base, vec![null]);
                    }
                    None => self.found.push(Subject::Domain(symbol.clone())),
                }
            }
            Term::Call {
                function,
                arguments,
            } => {
                match (&**function, arguments.as_slice()) {
                    ("if", [guard, ..]) => self.guard(guard),
                    ("and" | "or" | "not", guards) => {
                        guards.iter().for_each(|guard| self.guard(guard))
                    }
                    ("coalesce", [first, ..]) => self.nullness(first),
                    (function, _) if is_test(function) => self.atom(symbol),
                    _ => {}
                }
                arguments.iter().for_each(|argument| self.value(argument));
            }
            Term::Access { base, key, .. } => {
                // `settings[environment]`: the names that are there are what the template compares with.
                if let (Kind::Object(object), Kind::Symbolic(key)) = (&base.kind, &key.kind)
                    && self.is_free(key)
                    && !self.holds_failure(key)
                {
                    let names = object.iter().map(|member| {
                        Value::string(member.key.clone(), Origin::at(member.key_place))
                    });
                    self.compare(key, names.collect());
                }
                self.value(base);
                self.value(key);
            }
            Term::Lambda { binders, body } => {
                self.below(binders, body);
            }
            Term::Loop {
                binder,
                count,
                body,
            } => {
                self.value(count);
                self.below(std::slice::from_ref(binder), body);
            }
            _ => symbol.operands().for_each(|operand| self.value(operand)),
        }
    }

    fn below(&mut self, binders: &[Binder], body: &Value) {
        let outer = self.bound.len();
        self.bound.extend(binders.iter().map(|binder| binder.id));
        self.value(body);
        self.bound.truncate(outer);
    }

    /// Whether it is the same for all elements of the lists around.
    fn is_free(&self, symbol: &Arc<Symbol>) -> bool {
        let mut free = true;
        if !self.bound.is_empty() {
            self.work.add(walk(symbol, &mut |inner| {
                free &=
                    !matches!(&inner.term, Term::Bound(binder) if self.bound.contains(&binder.id));
            }));
        }
        free
    }

    /// A value whose truth matters.
    fn guard(&mut self, guard: &Value) {
        let Kind::Symbolic(symbol) = &guard.kind else {
            return;
        };
        match &symbol.term {
            Term::Call { function, .. }
                if matches!(&**function, "and" | "or" | "not" | "if" | "coalesce") =>
            {
                self.symbol(symbol);
            }
            _ if declared::is_finite(symbol) => self.symbol(symbol),
            Term::Token(_) | Term::Failed { .. } | Term::NotExported { .. } => {}
            _ => self.atom(symbol),
        }
    }

    /// A guard that is no connection of others: by the unknown in it where that decides it, else by itself.
    fn atom(&mut self, symbol: &Arc<Symbol>) {
        if !self.is_free(symbol) {
            symbol.operands().for_each(|operand| self.value(operand));
            return;
        }
        let depends_on_finite = self.depends_on_finite(symbol);
        let decided = match &symbol.term {
            Term::Call {
                function,
                arguments,
            } => match (&**function, arguments.as_slice()) {
                ("equals", [a, b]) => {
                    let comparable = |value| self.as_comparable(value, depends_on_finite);
                    match (comparable(a), comparable(b)) {
                        (Some(unknown), None) if b.is_concrete() => {
                            self.compare(unknown, vec![b.clone()])
                        }
                        (None, Some(unknown)) if a.is_concrete() => {
                            self.compare(unknown, vec![a.clone()])
                        }
                        _ => false,
                    }
                }
                ("contains", [list, needle]) => {
                    let needle = self.as_comparable(needle, depends_on_finite);
                    match (literals_of(list), needle) {
                        (Some(literals), Some(unknown)) => self.compare(unknown, literals),
                        _ => false,
                    }
                }
                ("empty", [tested]) => match as_unknown(tested) {
                    Some(unknown) => match empties(unknown, tested) {
                        Some(empties) => self.compare(unknown, empties),
                        None => false,
                    },
                    None => false,
                },
                _ => false,
            },
            _ => false,
        };
        if !decided {
            if depends_on_finite {
                // Its parameters are decided first; what is left of it then is met again.
                symbol.operands().for_each(|operand| self.value(operand));
            } else if !self.holds_failure(symbol) {
                self.found.push(Subject::Guard(symbol.clone()));
            }
        }
    }

    fn nullness(&mut self, value: &Value) {
        if value
            .as_symbol()
            .is_some_and(|symbol| !self.is_free(symbol))
        {
            return;
        }
        if let Some(symbol) = as_unknown(value) {
            // It is null where what it is a member of is.
            let nullable = declared::nullable_base(symbol).unwrap_or(symbol);
            self.compare(nullable, vec![Value::null(value.origin.clone())]);
        } else if let Kind::Symbolic(symbol) = &value.kind
            && let Term::Access { base, key, .. } = &symbol.term
        {
            // What a map holds is decided by the key.
            let by_key = base.as_object().is_some() && as_unknown(key).is_some();
            if !by_key {
                self.compare(symbol, vec![Value::null(value.origin.clone())]);
            }
        }
    }

    /// Notes that an unknown is compared with literals. Whether that makes a decision.
    fn compare(&mut self, unknown: &Arc<Symbol>, literals: Vec<Value>) -> bool {
        if declared::is_finite(unknown) {
            self.symbol(unknown);
            return true;
        }
        let literals: Vec<Value> = literals
            .into_iter()
            .filter(|literal| !excludes(unknown, literal))
            .collect();
        if literals.is_empty() {
            // It is none of them: there is nothing left to decide.
            return false;
        }
        let known = match self
            .literals
            .iter_mut()
            .find(|(symbol, _)| symbol == unknown)
        {
            Some((_, known)) => known,
            None => {
                self.found.push(Subject::Literals(unknown.clone()));
                self.literals.push((unknown.clone(), Vec::new()));
                match self.literals.last_mut() {
                    Some((_, known)) => known,
                    None => return false,
                }
            }
        };
        for literal in literals {
            if known.len() < MAXIMUM_CASES && !known.contains(&literal) {
                known.push(literal);
            }
        }
        true
    }
}

/// Whether a function answers yes or no, from what it is given.
fn is_test(function: &str) -> bool {
    functions::find(function).is_some_and(|function| {
        function.returns == Shape::Bool && function.kind != FunctionKind::RunTime
    })
}

fn decide(subject: Subject, literals: &[(Arc<Symbol>, Vec<Value>)], work: &Work) -> Decision {
    let (symbol, cases, guard) = match subject {
        Subject::Domain(symbol) => {
            let values = declared::values(&symbol);
            let cases = values.unwrap_or_default().into_iter().map(is).collect();
            (symbol, cases, false)
        }
        Subject::Literals(symbol) => {
            let known = literals
                .iter()
                .find(|(other, _)| *other == symbol)
                .map(|(_, known)| known.clone())
                .unwrap_or_default();
            let admits = |literal: &&Value| {
                declared::of(&symbol).is_none_or(|declared| declared.admits(literal))
            };
            let mut cases: Vec<Case> = known.iter().filter(admits).cloned().map(is).collect();
            let others = other_than(&symbol, known);
            let is_none = others
                .replacement
                .as_symbol()
                .is_some_and(|others| declared::is_none(others));
            if cases.is_empty() || !is_none {
                cases.push(others);
            }
            (symbol, cases, false)
        }
        Subject::Guard(symbol) => {
            let origin = Origin::at(place_of(&symbol));
            let cases = [true, false].map(|holds| is(Value::bool(holds, origin.clone())));
            (symbol, cases.to_vec(), true)
        }
    };
    Decision {
        place: place_of(&symbol),
        order: order_of(&symbol, work),
        subject: symbol,
        cases,
        guard,
    }
}

/// The place of its first parameter in the order of declaration.
fn order_of(symbol: &Arc<Symbol>, work: &Work) -> u32 {
    let mut first = u32::MAX;
    work.add(walk(symbol, &mut |symbol| {
        if let Term::Parameter(parameter) = &symbol.term {
            first = first.min(parameter.order);
        }
    }));
    first
}

fn is(value: Value) -> Case {
    Case {
        replacement: value,
        excluded: Vec::new(),
    }
}

/// Anything but these literals, and but what has been excluded before.
fn other_than(symbol: &Arc<Symbol>, literals: Vec<Value>) -> Case {
    let origin = Origin::at(place_of(symbol));
    let (of, mut excluded) = match &symbol.term {
        Term::Except { of, excluded } => (of.clone(), excluded.clone()),
        _ => (
            Value::new(Kind::Symbolic(symbol.clone()), origin.clone()),
            Vec::new(),
        ),
    };
    excluded.extend(literals);
    let except = Symbol::new(Term::Except {
        of,
        excluded: excluded.clone(),
    });
    Case {
        replacement: Value::symbolic(except, origin),
        excluded,
    }
}

/// What can be taken to be a literal, or none of some literals: a parameter without a finite domain, a member of one, a
/// fact of the surroundings, and any of them in lower or upper case.
fn as_unknown(value: &Value) -> Option<&Arc<Symbol>> {
    let symbol = value.as_symbol()?;
    let is_unknown = match &symbol.term {
        Term::Parameter(parameter) => !parameter.secure,
        Term::Except { of, .. } => as_unknown(of).is_some(),
        Term::Access { .. } => {
            unknown_path(symbol).is_some()
                && unknown_parameters(symbol)
                    .iter()
                    .all(|parameter| !parameter.secure && parameter.domain.is_none())
        }
        Term::Call {
            function,
            arguments,
        } => match (&**function, arguments.as_slice()) {
            ("toLower" | "toUpper" | "trim", [text]) => {
                as_unknown(text).is_some_and(|inner| !depends_on_finite(inner))
            }
            _ => false,
        },
        _ => false,
    };
    is_unknown.then_some(symbol)
}

/// Whether there is something with finitely many values in a symbol.
fn depends_on_finite(symbol: &Arc<Symbol>) -> bool {
    let mut found = false;
    walk(symbol, &mut |inner| found |= declared::is_finite(inner));
    found
}

impl Search<'_> {
    fn depends_on_finite(&self, symbol: &Arc<Symbol>) -> bool {
        let mut found = false;
        let looked_at = walk(symbol, &mut |inner| found |= declared::is_finite(inner));
        self.work.add(looked_at);
        found
    }

    fn holds_failure(&self, symbol: &Arc<Symbol>) -> bool {
        let mut found = false;
        let looked_at = walk(symbol, &mut |symbol| {
            found |= matches!(symbol.term, Term::Failed { .. });
        });
        self.work.add(looked_at);
        found
    }

    /// What can be taken to be one of the literals that it is compared with: a parameter, or else what is made of unknowns
    /// that are not enumerated themselves (`toLower(parameters('environment'))`, `resourceGroup().tags.environment`). So two
    /// comparisons of one value exclude one another.
    fn as_comparable<'v>(
        &self,
        value: &'v Value,
        depends_on_finite: bool,
    ) -> Option<&'v Arc<Symbol>> {
        if let Some(unknown) = as_unknown(value) {
            return Some(unknown);
        }
        let symbol = value.as_symbol()?;
        let is_made = matches!(
            symbol.term,
            Term::Call { .. } | Term::Access { .. } | Term::Except { .. }
        );
        (is_made && !depends_on_finite && !self.holds_failure(symbol)).then_some(symbol)
    }
}

fn excludes(symbol: &Arc<Symbol>, literal: &Value) -> bool {
    matches!(&symbol.term, Term::Except { excluded, .. } if excluded.contains(literal))
}

/// What a list or an object is searched for: its elements, or its names.
fn literals_of(list: &Value) -> Option<Vec<Value>> {
    match &list.kind {
        Kind::Array(items) if items.iter().all(Value::is_concrete) => Some(items.to_vec()),
        Kind::Object(object) => Some(
            object
                .iter()
                .map(|member| Value::string(member.key.clone(), Origin::at(member.key_place)))
                .collect(),
        ),
        _ => None,
    }
}

/// What makes a parameter, or a declared member, of this type empty; `None` where the type is not known.
fn empties(symbol: &Arc<Symbol>, tested: &Value) -> Option<Vec<Value>> {
    let origin = tested.origin.clone();
    let declared = declared::of(symbol)?;
    let mut empties = match declared.shape {
        Shape::String => vec![Value::string("", origin.clone())],
        Shape::Array => vec![Value::array(Vec::new(), origin.clone())],
        Shape::Object => vec![Value::object(Object::new(), origin.clone())],
        _ => return None,
    };
    if declared.nullable {
        empties.push(Value::null(origin));
    }
    Some(empties)
}

/// Where the unknown in a symbol is declared, or where the symbol is written.
fn place_of(symbol: &Arc<Symbol>) -> Place {
    if let Some(parameter) = unknown_parameters(symbol)
        .into_iter()
        .min_by_key(|parameter| parameter.order)
    {
        return parameter.declared;
    }
    let mut place = None;
    walk(symbol, &mut |inner| {
        if let Term::Failed { place: failed, .. } = &inner.term {
            place.get_or_insert(*failed);
        }
        if let Some(first) = inner.operands().next() {
            place.get_or_insert(first.origin.place);
        }
    });
    place.unwrap_or(super::instance::whole(crate::source::FileId(0)))
}
