//! Symbols that have finitely many values because their declaration says so: parameters, and members of parameters of a
//! declared object type.
//!
//! In: a symbol. Out: its values, how it is declared, and which member of which parameter it reads. Members are found by
//! their path, since `c.bypass` and `c.?bypass` are two symbols for one member. Printing and evaluating an expression go
//! on without it: only decisions and comparisons ask.

use std::sync::Arc;

use super::origin::Origin;
use super::symbol::{DeclaredMember, Symbol, Term};
use super::value::Value;
use crate::source::Place;

/// What is declared of a parameter or of a member of one.
#[derive(Debug, Clone, Copy)]
pub struct Declared<'s> {
    /// All its values, where there are finitely many.
    domain: Option<&'s [Value]>,
    /// Whether it may be null; by itself, or since it is read safely of what may be.
    nullable: bool,
    /// Those of its members that are declared to have finitely many values, or lead to such.
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

/// What is declared of a symbol, with what has been assumed of it: a parameter, or a member that leads to finitely many
/// values.
pub fn declared(symbol: &Symbol) -> Option<Declared<'_>> {
    match &symbol.term {
        Term::Parameter(parameter) => Some(Declared {
            domain: parameter.domain.as_deref(),
            nullable: parameter.nullable,
            members: &parameter.members,
            place: parameter.declared,
        }),
        Term::Except { of, excluded } => {
            let known = declared(of.as_symbol()?)?;
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
            let base = declared(base.as_symbol()?)?;
            let name = key.as_str()?;
            let mut members = base.members.iter();
            let member = members.find(|member| member.name.eq_ignore_ascii_case(name))?;
            Some(Declared {
                domain: member.domain.as_deref(),
                nullable: member.nullable || *safe && base.nullable,
                members: &member.members,
                place: base.place,
            })
        }
        _ => None,
    }
}

/// Whether a symbol has finitely many values.
pub fn is_finite(symbol: &Symbol) -> bool {
    declared(symbol).is_some_and(|known| known.domain.is_some())
}

/// All the values that a symbol is declared to have, where there are finitely many. What has been assumed of the symbol
/// itself is not taken off.
pub fn values(symbol: &Symbol) -> Option<Vec<Value>> {
    let known = declared(symbol)?;
    let mut values = known.domain?.to_vec();
    if known.nullable && !values.iter().any(Value::is_null) {
        values.push(Value::null(Origin::at(known.place)));
    }
    Some(values)
}

/// What has to be null for a member to be null though it is not so itself: the outermost of the values around it that
/// may be null, and of which it is read safely.
pub fn nullable_base(symbol: &Symbol) -> Option<&Arc<Symbol>> {
    match &symbol.term {
        Term::Access { base, safe, .. } => {
            let base = base.as_symbol()?;
            let is_base = || *safe && declared(base).is_some_and(|known| known.nullable);
            nullable_base(base).or_else(|| is_base().then_some(base))
        }
        Term::Except { of, .. } => nullable_base(of.as_symbol()?),
        _ => None,
    }
}

/// The path of a parameter or of a declared member; `None` for what is neither.
pub fn path(symbol: &Symbol) -> Option<Path> {
    declared(symbol)?;
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
