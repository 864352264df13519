//! What has been decided of the unknowns of a deployment.
//!
//! In: decisions, one after the other: a symbol is this value, or none of these. Out: what a symbol is by them, and whether
//! they may change a value. A decision about a member of a parameter, or about its limits, narrows the type of the parameter.
//! It refuses to put anything into values (`substitute`).

use std::sync::Arc;

use foldhash::HashMap;

use super::declared;
use super::origin::Origin;
use super::partial;
use super::symbol::{self, Symbol, Term};
use super::value::{Kind, Value};

/// What has been decided of symbols.
#[derive(Debug, Clone, Default)]
pub struct Assignment {
    rules: HashMap<[u64; 2], Value>,
    /// What has been decided of members of parameters, however they are read.
    members: HashMap<declared::Path, Value>,
    /// The parameters of which members or limits are decided, by their keys, with types that are narrowed to that.
    pub(super) narrowed: HashMap<[u64; 2], Arc<Symbol>>,
    /// The bits of the symbols that something is decided of.
    symbols: u128,
}

impl Assignment {
    /// Nothing is decided.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing is decided.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Decides that a symbol is this value. Takes the place of what was decided of it before.
    pub fn assign(&mut self, symbol: &Symbol, value: Value) {
        self.decide(symbol, value);
    }

    fn decide(&mut self, symbol: &Symbol, value: Value) {
        if let Some(path) = declared::path(symbol).filter(|path| !path.names.is_empty()) {
            self.symbols |= symbol::bit(path.parameter);
            self.narrow(symbol, &path, &value);
            self.members.insert(path, value.clone());
        }
        if let Some((limited, limits)) = value
            .as_bool()
            .and_then(|holds| partial::limits_by(symbol, holds))
        {
            self.limit(limited, limits);
        }
        self.rules.insert(symbol.key(), value);
        self.symbols |= symbol::bit(symbol.key());
    }

    fn narrow(&mut self, symbol: &Symbol, path: &declared::Path, value: &Value) {
        let known = self.narrowed.get(&path.parameter);
        let known = known.or_else(|| declared::root(symbol));
        if let Some(Term::Parameter(parameter)) = known.map(|symbol| &symbol.term)
            && let Some(narrowed) = declared::narrowed(parameter, path, value)
        {
            let narrowed = Symbol::new(Term::Parameter(Arc::new(narrowed)));
            self.narrowed.insert(path.parameter, Arc::new(narrowed));
        }
    }

    /// A comparison leaves a parameter, or a member of one, only what is within these limits.
    fn limit(&mut self, limited: &Arc<Symbol>, limits: [Option<i64>; 2]) {
        let Some(path) = declared::path(limited) else {
            return;
        };
        let root = declared::root(limited).unwrap_or(limited);
        let known = self.narrowed.get(&path.parameter).unwrap_or(root);
        if let Term::Parameter(parameter) = &known.term
            && let Some(narrowed) = declared::limited(parameter, &path, limits)
        {
            let narrowed = Symbol::new(Term::Parameter(Arc::new(narrowed)));
            self.symbols |= symbol::bit(path.parameter);
            self.narrowed.insert(path.parameter, Arc::new(narrowed));
        }
    }

    /// Whether it may change a value. What is no, is surely not changed.
    pub fn concerns(&self, value: &Value) -> bool {
        self.symbols & symbol::symbols(value) != 0
    }

    /// Whether it may change a value in which there are the symbols of these keys, sorted, and no others. It tells more
    /// than [`concerns`](Self::concerns).
    pub fn is_about_any_of(&self, keys: &[[u64; 2]]) -> bool {
        let paths = self.members.keys().map(|path| &path.parameter);
        let mut decided = self.rules.keys().chain(paths).chain(self.narrowed.keys());
        decided.any(|key| keys.binary_search(key).is_ok())
    }

    /// Decides that a symbol is none of these values, besides those that it was decided not to be before. A symbol that
    /// is decided to be a value stays so.
    pub fn exclude(&mut self, symbol: &Arc<Symbol>, excluded: &[Value], origin: &Origin) {
        let of = match self.get(symbol) {
            Some(known) if known.as_symbol().is_none() => return,
            Some(known) => known.clone(),
            None => Value::new(Kind::Symbolic(symbol.clone()), origin.clone()),
        };
        self.decide(symbol, except(&of, excluded));
    }

    /// What has been decided of a symbol.
    pub fn get(&self, symbol: &Symbol) -> Option<&Value> {
        let exactly = self.rules.get(&symbol.key());
        exactly.or_else(|| match &symbol.term {
            Term::Access { .. } if !self.members.is_empty() => {
                self.members.get(&declared::path(symbol)?)
            }
            _ => None,
        })
    }
}

/// A symbolic value with the assumption that it is none of these, added to what was assumed before.
pub(super) fn except(value: &Value, more: &[Value]) -> Value {
    let (of, mut excluded) = match value.as_symbol().map(|symbol| &symbol.term) {
        Some(Term::Except { of, excluded }) => (of.clone(), excluded.clone()),
        _ => (value.clone(), Vec::new()),
    };
    for value in more {
        if !excluded.contains(value) {
            excluded.push(value.clone());
        }
    }
    let symbol = Symbol::new(Term::Except { of, excluded });
    Value::symbolic(symbol, value.origin.clone())
}
