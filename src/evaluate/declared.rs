//! What is declared of undecided values: of parameters, and of the members of parameters of a declared object type.
//!
//! In: a symbol. Out: its values where there are finitely many, whether it may be null or empty, and which member of which
//! parameter it reads. A member is known by its path, since `c.bypass` and `c.?bypass` are two symbols for one member.
//! Evaluating and printing an expression do without it: a decision is what asks.

use std::sync::Arc;

use super::origin::Origin;
use super::symbol::{DeclaredMember, Shape, Symbol, Term};
use super::value::Value;
use crate::source::Place;

/// What is declared of a parameter or of a member of one.
#[derive(Debug, Clone, Copy)]
pub struct Declared<'s> {
    /// What is known of its type.
    pub shape: Shape,
    /// Whether it may be null: by itself, or since it is read safely of what may be.
    pub nullable: bool,
    /// All its values, where there are finitely many.
    domain: Option<&'s [Value]>,
    /// The members that an object has by its type.
    members: &'s [DeclaredMember],
    /// Where the parameter is declared.
    place: Place,
}

/// Which parameter, or which member of one: the key of the parameter's symbol, and the lower-case names that lead from
/// there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    /// The key of the parameter.
    pub parameter: [u64; 2],
    /// The names; none for the parameter itself.
    pub names: Vec<String>,
}

impl Path {
    /// Whether the other one is within what is here.
    pub fn leads_to(&self, other: &Self) -> bool {
        self.parameter == other.parameter
            && self.names.len() < other.names.len()
            && other.names.starts_with(&self.names)
    }
}

impl Declared<'_> {
    /// Whether it may be this value, null or empty, as far as it is declared.
    pub fn admits(&self, value: &Value) -> bool {
        if value.is_null() {
            return self.nullable;
        }
        let is_empty_object = value.as_object().is_some_and(|object| object.is_empty());
        !is_empty_object || self.members.iter().all(|member| member.nullable)
    }
}

/// What is declared of a symbol, with what has been assumed of it: a parameter, or a declared member of one.
pub fn of(symbol: &Symbol) -> Option<Declared<'_>> {
    match &symbol.term {
        Term::Parameter(parameter) => Some(Declared {
            shape: parameter.shape,
            nullable: parameter.nullable
                || parameter.shape == Shape::Any && parameter.domain.is_none(),
            domain: parameter.domain.as_deref(),
            members: &parameter.members,
            place: parameter.declared,
        }),
        Term::Except {
            of: inner,
            excluded,
        } => {
            let known = of(inner.as_symbol()?)?;
            Some(Declared {
                nullable: known.nullable && !excluded.iter().any(Value::is_null),
                ..known
            })
        }
        Term::Access {
            base,
            key,
            safe,
            from_end: false,
        } => {
            let base = of(base.as_symbol()?)?;
            let name = key.as_str()?;
            let mut members = base.members.iter();
            let member = members.find(|member| member.name.eq_ignore_ascii_case(name))?;
            Some(Declared {
                shape: member.shape,
                nullable: member.nullable || *safe && base.nullable,
                domain: member.domain.as_deref(),
                members: &member.members,
                place: base.place,
            })
        }
        _ => None,
    }
}

/// Whether a symbol has finitely many values.
pub fn is_finite(symbol: &Symbol) -> bool {
    of(symbol).is_some_and(|known| known.domain.is_some())
}

/// All the values that a symbol is declared to have, where there are finitely many. What has been assumed of the symbol
/// itself is not taken off.
pub fn values(symbol: &Symbol) -> Option<Vec<Value>> {
    let known = of(symbol)?;
    let mut values = known.domain?.to_vec();
    if known.nullable && !values.iter().any(Value::is_null) {
        values.push(Value::null(Origin::at(known.place)));
    }
    Some(values)
}

/// The outermost of the values around a member that may be null, and of which it is read safely: the member is null
/// where that is.
pub fn nullable_base(symbol: &Symbol) -> Option<&Arc<Symbol>> {
    match &symbol.term {
        Term::Access { base, safe, .. } => {
            let base = base.as_symbol()?;
            let is_base = || *safe && of(base).is_some_and(|known| known.nullable);
            nullable_base(base).or_else(|| is_base().then_some(base))
        }
        Term::Except { of, .. } => nullable_base(of.as_symbol()?),
        _ => None,
    }
}

/// The path of a parameter or of a declared member; `None` for what is neither.
pub fn path(symbol: &Symbol) -> Option<Path> {
    of(symbol)?;
    let mut names = Vec::new();
    let mut symbol = symbol;
    loop {
        symbol = match &symbol.term {
            Term::Access { base, key, .. } => {
                names.push(key.as_str()?.to_ascii_lowercase());
                base.as_symbol()?
            }
            Term::Except { of, .. } => of.as_symbol()?,
            _ => break,
        };
    }
    names.reverse();
    Some(Path {
        parameter: symbol.key(),
        names,
    })
}
