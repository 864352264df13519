//! Comparison of values that may be unknown.
//!
//! In: two values. Out: whether a relation holds between them (RFC 9535 §2.3.5.2.2) whatever the unknown parts are.
//! Values that are equal as symbols are equal; a symbol differs from what has been excluded of it, and from what is
//! not in its domain or of its type; a string with holes differs from what its known parts exclude.

use std::cmp::Ordering;

use super::Case;
use super::number;
use super::plan::Relation;
use super::text;
use super::truth::Truth;
use crate::evaluate::declared;
use crate::evaluate::symbol::{Shape, Symbol, Term};
use crate::evaluate::value::{Kind, Object, Value};

/// Values nested deeper than this are compared no further; the parsers allow less.
const DEPTH_LIMIT: usize = 300;

/// The types of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// The type of a value, where it is known.
pub(super) fn type_of(kind: &Kind) -> Option<Type> {
    Some(match kind {
        Kind::Null => Type::Null,
        Kind::Bool(_) => Type::Bool,
        Kind::Integer(_) | Kind::Decimal(_) => Type::Number,
        Kind::String(_) | Kind::Mixed(_) => Type::String,
        Kind::Array(_) => Type::Array,
        Kind::Object(_) => Type::Object,
        Kind::Symbolic(symbol) => return Assumed::of(symbol).type_of(),
    })
}

/// The type of a value, where it is known, unless it is null: what children it can have.
pub(super) fn type_unless_null(kind: &Kind) -> Option<Type> {
    match kind {
        Kind::Symbolic(symbol) => Assumed::of(symbol).type_unless_null(),
        known => type_of(known),
    }
}

/// Whether a relation holds between two values.
pub(super) fn relate(left: &Kind, relation: Relation, right: &Kind, case: Case) -> Truth {
    match relation {
        Relation::Equal => equal(left, right, case, 0),
        Relation::Less => less(left, right, case),
        Relation::LessOrEqual => less(left, right, case).or(equal(left, right, case, 0)),
    }
}

/// A symbol without what has been assumed of it, and what that excludes.
pub(super) struct Assumed<'s> {
    symbol: &'s Symbol,
    excluded: Vec<&'s Value>,
}

impl<'s> Assumed<'s> {
    pub(super) fn of(mut symbol: &'s Symbol) -> Self {
        let mut excluded = Vec::new();
        while let Term::Except { of, excluded: more } = &symbol.term
            && let Kind::Symbolic(inner) = &of.kind
        {
            excluded.extend(more);
            symbol = inner;
        }
        Self { symbol, excluded }
    }

    fn type_of(&self) -> Option<Type> {
        let never_null = match &self.symbol.term {
            Term::Parameter(_) | Term::Access { .. } => {
                declared::of(self.symbol).is_some_and(|known| !known.nullable)
                    || self.excluded.iter().any(|value| value.is_null())
            }
            _ => true,
        };
        self.type_unless_null().filter(|_| never_null)
    }

    fn type_unless_null(&self) -> Option<Type> {
        match &self.symbol.term {
            Term::Parameter(_) | Term::Access { .. } => match declared::of(self.symbol)?.shape {
                Shape::Any => None,
                Shape::String => Some(Type::String),
                Shape::Integer => Some(Type::Number),
                Shape::Bool => Some(Type::Bool),
                Shape::Array => Some(Type::Array),
                Shape::Object => Some(Type::Object),
            },
            Term::Context(_) => Some(Type::Object),
            Term::Loop { .. } => Some(Type::Array),
            _ => None,
        }
    }

    /// All the values that it can have, where there are finitely many.
    fn domain(&self) -> Option<Vec<Kind>> {
        let left = declared::values(self.symbol)?
            .into_iter()
            .filter(|value| !self.excluded.contains(&value))
            .map(|value| value.kind);
        Some(left.collect())
    }

    /// Whether every value in its domain gives the same truth, and which; `None` where it has no domain.
    pub(super) fn over_domain(&self, truth: impl FnMut(&Kind) -> Truth) -> Option<Truth> {
        let domain = self.domain()?;
        domain.iter().map(truth).reduce(Truth::agree)
    }

    /// Whether it is surely none of the values that equal `other`. Where case is ignored, what has been excluded in one
    /// spelling is taken as excluded in all: the excluded value has a combination of its own.
    fn excludes(&self, other: &Kind, case: Case, depth: usize) -> bool {
        let filled = matches!(&self.symbol.term, Term::Parameter(parameter) if parameter.empty == Some(false));
        filled && is_empty(other)
            || self
                .excluded
                .iter()
                .any(|value| equal(&value.kind, other, case, depth + 1) == Truth::True)
    }
}

fn is_empty(kind: &Kind) -> bool {
    match kind {
        Kind::Null => true,
        Kind::String(text) => text.is_empty(),
        Kind::Array(items) => items.is_empty(),
        Kind::Object(object) => object.is_empty(),
        _ => false,
    }
}

fn equal(left: &Kind, right: &Kind, case: Case, depth: usize) -> Truth {
    if depth > DEPTH_LIMIT {
        return Truth::Unknown;
    }
    match (left, right) {
        // What fails has no value that could equal another.
        (Kind::Symbolic(a), Kind::Symbolic(b)) if a == b => match Assumed::of(a).symbol.term {
            Term::Failed { .. } => Truth::Unknown,
            _ => Truth::True,
        },
        (Kind::Symbolic(symbol), other) | (other, Kind::Symbolic(symbol)) => {
            equal_to_symbol(symbol, other, case, depth)
        }
        (Kind::Null, Kind::Null) => Truth::True,
        (Kind::Bool(a), Kind::Bool(b)) => (a == b).into(),
        (Kind::Integer(_) | Kind::Decimal(_), Kind::Integer(_) | Kind::Decimal(_)) => {
            (number::compare(left, right) == Some(Ordering::Equal)).into()
        }
        (Kind::String(a), Kind::String(b)) => case.equal(a, b).into(),
        (Kind::String(known), Kind::Mixed(parts)) | (Kind::Mixed(parts), Kind::String(known)) => {
            text::equal(parts, known, case)
        }
        (Kind::Mixed(a), Kind::Mixed(b)) => text::equal_parts(a, b, case),
        (Kind::Array(a), Kind::Array(b)) => {
            if a.len() != b.len() {
                return Truth::False;
            }
            let pairs = a.iter().zip(b.iter());
            Truth::all(pairs.map(|(a, b)| equal(&a.kind, &b.kind, case, depth + 1)))
        }
        (Kind::Object(a), Kind::Object(b)) => equal_objects(a, b, case, depth),
        _ => Truth::False,
    }
}

fn equal_objects(left: &Object, right: &Object, case: Case, depth: usize) -> Truth {
    if left.len() != right.len() {
        return Truth::False;
    }
    Truth::all(left.iter().map(|member| {
        let mut others = right.iter();
        match others.find(|other| case.equal(&other.key, &member.key)) {
            Some(other) => equal(&member.value.kind, &other.value.kind, case, depth + 1),
            None => Truth::False,
        }
    }))
}

fn equal_to_symbol(symbol: &Symbol, other: &Kind, case: Case, depth: usize) -> Truth {
    let assumed = Assumed::of(symbol);
    if let (Some(one), Some(two)) = (assumed.type_of(), type_of(other))
        && one != two
    {
        return Truth::False;
    }
    if assumed.excludes(other, case, depth) {
        return Truth::False;
    }
    assumed
        .over_domain(|value| equal(value, other, case, depth + 1))
        .unwrap_or(Truth::Unknown)
}

fn less(left: &Kind, right: &Kind, case: Case) -> Truth {
    match (left, right) {
        (Kind::Symbolic(a), Kind::Symbolic(b)) if a == b => Truth::False,
        (Kind::Symbolic(symbol), other) => {
            less_than_symbol(symbol, other, |value| less(value, other, case))
        }
        (other, Kind::Symbolic(symbol)) => {
            less_than_symbol(symbol, other, |value| less(other, value, case))
        }
        (Kind::Integer(_) | Kind::Decimal(_), Kind::Integer(_) | Kind::Decimal(_)) => {
            (number::compare(left, right) == Some(Ordering::Less)).into()
        }
        (Kind::String(_) | Kind::Mixed(_), Kind::String(_) | Kind::Mixed(_)) => {
            text::less(left, right, case)
        }
        _ => Truth::False,
    }
}

/// Whether a symbol is less, or greater, than another value. Only numbers and strings have an order.
fn less_than_symbol(symbol: &Symbol, other: &Kind, less: impl FnMut(&Kind) -> Truth) -> Truth {
    let assumed = Assumed::of(symbol);
    let ordered = |typed| matches!(typed, Some(Type::Number | Type::String) | None);
    let (one, two) = (assumed.type_of(), type_of(other));
    if !ordered(one) || !ordered(two) || one.is_some() && two.is_some() && one != two {
        return Truth::False;
    }
    assumed.over_domain(less).unwrap_or(Truth::Unknown)
}
