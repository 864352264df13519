//! What is declared of undecided values: of parameters, and of the members of parameters of a declared object type.
//!
//! In: a symbol. Out: its values where there are finitely many, whether it may be null or empty, and which member of which
//! parameter it reads. A member is known by its path, since `c.bypass` and `c.?bypass` are two symbols for one member.
//! Evaluating and printing an expression do without it: a decision is what asks.

use std::sync::Arc;

use super::origin::Origin;
use super::symbol::{DeclaredMember, Shape, Symbol, Term};
use super::value::{Kind, Value};
use crate::source::Place;

/// What is declared of a parameter or of a member of one.
#[derive(Debug, Clone, Copy)]
pub struct Declared<'s> {
    /// What is known of its type.
    pub shape: Shape,
    /// Whether it may be null: by itself, or since it is read safely of what may be.
    pub nullable: bool,
    /// The least number or length, and the greatest, that the declaration takes.
    limits: [Option<i64>; 2],
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
    /// Whether it may be this value, as far as it is declared: null, empty, or of some size.
    pub fn admits(&self, value: &Value) -> bool {
        if value.is_null() {
            return self.nullable;
        }
        let [least, greatest] = self.limits;
        if size(value).is_some_and(|size| {
            least.is_some_and(|least| size < least)
                || greatest.is_some_and(|greatest| size > greatest)
        }) {
            return false;
        }
        let is_empty_object = value.as_object().is_some_and(|object| object.is_empty());
        !is_empty_object || self.members.iter().all(|member| member.nullable)
    }
}

/// What the limits of a declaration are about: a number, or a length.
fn size(value: &Value) -> Option<i64> {
    match &value.kind {
        Kind::Integer(number) => Some(*number),
        Kind::String(text) => i64::try_from(text.encode_utf16().count()).ok(),
        Kind::Array(items) => i64::try_from(items.len()).ok(),
        _ => None,
    }
}

/// What is declared of a symbol, with what has been assumed of it: a parameter, or a declared member of one.
pub fn of(symbol: &Symbol) -> Option<Declared<'_>> {
    match &symbol.term {
        Term::Parameter(parameter) => Some(Declared {
            shape: parameter.shape,
            nullable: parameter.nullable
                || parameter.shape == Shape::Any && parameter.domain.is_none(),
            limits: parameter.limits,
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
                limits: member.limits,
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;
    use crate::evaluate::substitute::{Assignment, substitute};
    use crate::evaluate::symbol::ParameterSymbol;
    use crate::evaluate::value::{Kind, Object};
    use crate::source::{FileId, Span};

    fn here() -> Origin {
        Origin::at(Place::new(FileId(0), Span::point(0)))
    }

    fn member(name: &str, shape: Shape, nullable: bool) -> DeclaredMember {
        let bools = [true, false].map(|value| Value::bool(value, here()));
        DeclaredMember {
            name: name.into(),
            shape,
            nullable,
            limits: [None, None],
            domain: (shape == Shape::Bool).then(|| bools.to_vec()),
            members: Vec::new(),
        }
    }

    /// `{ acls: { on: bool, rules: array? }? }`.
    fn parameter() -> Value {
        let acls = DeclaredMember {
            members: vec![
                member("on", Shape::Bool, false),
                member("rules", Shape::Array, true),
            ],
            ..member("acls", Shape::Object, true)
        };
        let symbol = ParameterSymbol {
            deployment: 0,
            name: "c".into(),
            declared: here().place,
            order: 0,
            shape: Shape::Object,
            nullable: false,
            secure: false,
            empty: None,
            limits: [None, None],
            domain: None,
            members: vec![acls],
        };
        Value::symbolic(Symbol::new(Term::Parameter(Arc::new(symbol))), here())
    }

    fn read(base: &Value, name: &str, safe: bool) -> Value {
        let term = Term::Access {
            base: base.clone(),
            key: Value::string(name, here()),
            safe,
            from_end: false,
        };
        Value::symbolic(Symbol::new(term), here())
    }

    fn except_null(value: &Value) -> Value {
        let term = Term::Except {
            of: value.clone(),
            excluded: vec![Value::null(here())],
        };
        Value::symbolic(Symbol::new(term), here())
    }

    fn shown(value: &Value) -> Vec<&'static str> {
        let values = values(value.as_symbol().unwrap()).unwrap_or_default();
        let word = |value: &Value| match value.kind {
            Kind::Bool(true) => "true",
            Kind::Bool(false) => "false",
            Kind::Null => "null",
            _ => "?",
        };
        values.iter().map(word).collect()
    }

    #[test]
    fn a_member_is_null_where_it_is_read_safely_of_what_is() {
        let acls = read(&parameter(), "ACLS", true);
        assert_eq!(shown(&read(&acls, "on", false)), ["true", "false"]);
        assert_eq!(shown(&read(&acls, "on", true)), ["true", "false", "null"]);
        let there = except_null(&acls);
        assert_eq!(shown(&read(&there, "on", true)), ["true", "false"]);
        assert!(shown(&acls).is_empty());
        assert!(shown(&read(&acls, "other", true)).is_empty());
        let on = read(&acls, "on", true);
        let base = nullable_base(on.as_symbol().unwrap()).unwrap();
        assert_eq!(base, acls.as_symbol().unwrap());
    }

    #[test]
    fn an_object_with_a_member_that_it_must_have_is_not_empty() {
        let empty = Value::object(Object::new(), here());
        let acls = read(&parameter(), "acls", false);
        assert!(!of(acls.as_symbol().unwrap()).unwrap().admits(&empty));
        assert!(of(parameter().as_symbol().unwrap()).unwrap().admits(&empty));
    }

    #[test]
    fn what_is_decided_of_a_member_holds_however_it_is_read() {
        let parameter = parameter();
        let decided = read(&read(&parameter, "acls", true), "on", true);
        let mut assignment = Assignment::new();
        assignment.assign(decided.as_symbol().unwrap(), Value::bool(true, here()));
        let same = read(&read(&parameter, "acls", false), "On", false);
        assert_eq!(substitute(&same, &assignment).as_bool(), Some(true));
        let other = read(&read(&parameter, "acls", false), "rules", false);
        assert!(substitute(&other, &assignment).as_symbol().is_some());
    }
}
