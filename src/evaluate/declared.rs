//! What is declared of undecided values: of parameters, and of the members of parameters of a declared object type.
//!
//! In: a symbol. Out: its values where there are finitely many, whether it may be null or empty, what members it has, and
//! which member of which parameter it reads. A member is known by its path, since `c.bypass` and `c.?bypass` are two
//! symbols for one member. What has been decided of a member narrows the type of its parameter, so that whoever looks
//! into the parameter as a whole finds it.

use std::sync::Arc;

use super::conformance;
use super::origin::Origin;
use super::symbol::{DeclaredMember, ParameterSymbol, Shape, Structure, Symbol, Term};
use super::value::{Kind, Value};
use crate::source::Place;
use crate::syntax::expression::Text;

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
    /// What an object or an array is made of by its type.
    structure: &'s Structure,
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

impl<'s> Declared<'s> {
    /// The members that an object has by its type.
    pub fn members(&self) -> &'s [DeclaredMember] {
        match self.shape {
            Shape::Object => &self.structure.members,
            _ => &[],
        }
    }

    /// Whether it has no other members than those.
    pub fn is_sealed(&self) -> bool {
        self.shape == Shape::Object && self.structure.sealed
    }

    /// How many items a tuple has, whatever comes after them; 0 where it is none.
    pub fn length_of_tuple(&self) -> usize {
        let least = self.limits[0].and_then(|least| usize::try_from(least).ok());
        let is_item = |(index, member): (usize, &DeclaredMember)| member.name == item_step(index);
        let steps = self.structure.members.iter().enumerate();
        let count = steps.take_while(|step| is_item(*step)).count();
        let is_tuple = self.shape == Shape::Array && self.structure.items.is_none();
        least
            .filter(|least| is_tuple && *least >= count)
            .map_or(0, |_| count)
    }

    /// The least number or length, and the greatest.
    pub fn limits(&self) -> [Option<i64>; 2] {
        self.limits
    }

    /// All its values but null, where there are finitely many.
    pub fn domain(&self) -> Option<&'s [Value]> {
        self.domain
    }

    /// What is declared of the member or of the item that a key leads to.
    fn part(&self, key: &Value) -> Option<&'s DeclaredMember> {
        part(self.structure, self.shape, &step(key)?)
    }

    /// Whether it may be this value, as far as it is declared: null, empty, of some size, with these members.
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
        conformance::misfits(value, self.structure).is_empty()
    }
}

/// The values that each item of an array has by its declared type, null among them where it may be that; `None` where
/// the value is not surely an array, or its items may have any value.
pub fn values_of_items(array: &Value) -> Option<Vec<Value>> {
    let known = of(array.as_symbol()?)?;
    let items = known.structure.items.as_deref()?;
    let is_known = known.shape == Shape::Array && !known.nullable;
    let mut values = items.domain.as_ref().filter(|_| is_known)?.clone();
    if items.nullable && !values.iter().any(Value::is_null) {
        values.push(Value::null(Origin::at(known.place)));
    }
    Some(values)
}

/// The name of the step to an item.
pub(super) fn item_step(index: impl std::fmt::Display) -> Text {
    format!("[{index}]").into()
}

/// The name of the step to a member or to an item; `None` for what may be any of them.
fn step(key: &Value) -> Option<Text> {
    match &key.kind {
        Kind::String(name) => Some(name.clone()),
        Kind::Integer(index) => Some(item_step(index)),
        Kind::Symbolic(symbol) => match &symbol.term {
            // The item at hand in a loop of resources: the same one for all that is said of one copy. In a list each
            // item is another one.
            Term::Bound(binder) if binder.is_of_resources() => {
                Some(item_step(format_args!("#{}", binder.id)))
            }
            _ => None,
        },
        _ => None,
    }
}

/// What is declared of the member or of the item at a step.
fn part<'s>(structure: &'s Structure, shape: Shape, step: &str) -> Option<&'s DeclaredMember> {
    let mut members = structure.members.iter();
    let known = members.find(|member| member.name.eq_ignore_ascii_case(step));
    match shape {
        Shape::Object => known,
        Shape::Array if step.starts_with('[') => known.or(structure.items.as_deref()),
        _ => None,
    }
}

/// A parameter of which a member has been decided to be this value, or, of a symbol, what that excludes. The members that
/// nothing is decided of stay as they are declared.
pub(super) fn narrowed(
    parameter: &ParameterSymbol,
    path: &Path,
    decided: &Value,
) -> Option<ParameterSymbol> {
    let mut narrowed = parameter.clone();
    narrow(
        &mut narrowed.structure,
        narrowed.shape,
        &path.names,
        decided,
    )?;
    Some(narrowed)
}

/// A parameter that has been decided to be within these limits, or a member of which has.
pub(super) fn limited(
    parameter: &ParameterSymbol,
    path: &Path,
    [least, greatest]: [Option<i64>; 2],
) -> Option<ParameterSymbol> {
    let mut limited = parameter.clone();
    let limits = match path.names.as_slice() {
        [] => &mut limited.limits,
        names => &mut member_at(&mut limited.structure, limited.shape, names)?.limits,
    };
    limits[0] = limits[0].max(least);
    limits[1] = match (limits[1], greatest) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    Some(limited)
}

fn narrow(
    structure: &mut Structure,
    shape: Shape,
    names: &[String],
    decided: &Value,
) -> Option<()> {
    let member = member_at(structure, shape, names)?;
    match decided.as_symbol().map(|symbol| &symbol.term) {
        Some(Term::Except { excluded, .. }) => {
            member.nullable &= !excluded.iter().any(Value::is_null);
            if let Some(domain) = &mut member.domain {
                domain.retain(|value| !excluded.contains(value));
            }
        }
        Some(_) => return None,
        None => {
            member.nullable = decided.is_null();
            member.structure = Structure::default();
            member.domain = Some(match decided.is_null() {
                true => Vec::new(),
                false => vec![decided.clone()],
            });
        }
    }
    Some(())
}

/// The member that names lead to; an item of which nothing was said but what holds for all becomes one of its own.
fn member_at<'s>(
    structure: &'s mut Structure,
    shape: Shape,
    names: &[String],
) -> Option<&'s mut DeclaredMember> {
    let (name, rest) = names.split_first()?;
    let known = structure
        .members
        .iter()
        .position(|member| member.name.eq_ignore_ascii_case(name));
    let index = match known {
        Some(index) => index,
        None => {
            let item = part(structure, shape, name)?;
            let name = name.as_str().into();
            let item = DeclaredMember {
                name,
                ..item.clone()
            };
            structure.members.push(item);
            structure.members.len() - 1
        }
    };
    let member = structure.members.get_mut(index)?;
    match rest {
        [] => Some(member),
        rest => member_at(&mut member.structure, member.shape, rest),
    }
}

/// The parameter that a member is read of.
pub(super) fn root(symbol: &Symbol) -> Option<&Arc<Symbol>> {
    match &symbol.term {
        Term::Access { base: of, .. } | Term::Except { of, .. } => {
            let of = of.as_symbol()?;
            match &of.term {
                Term::Parameter(_) => Some(of),
                _ => root(of),
            }
        }
        _ => None,
    }
}

/// Whether it is an object with declared members, or null.
pub fn is_nullable_object(symbol: &Symbol) -> bool {
    of(symbol).is_some_and(|known| known.nullable && !known.members().is_empty())
}

/// The one value that a member has by what is declared or has been decided of it.
pub fn only(member: &DeclaredMember, origin: &Origin) -> Option<Value> {
    match (member.domain.as_deref()?, member.nullable) {
        ([], true) => Some(Value::null(origin.clone())),
        ([only], false) => Some(only.clone().with_origin(origin.clone())),
        _ => None,
    }
}

/// What the limits of a declaration are about: a number, or a length.
pub(super) fn size(value: &Value) -> Option<i64> {
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
            structure: &parameter.structure,
            place: parameter.declared,
        }),
        Term::Except {
            of: inner,
            excluded,
        } => {
            let known = of(inner.as_symbol()?)?;
            Some(Declared {
                nullable: known.nullable && !excluded.iter().any(Value::is_null),
                limits: limits_without(known.limits, excluded),
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
            let member = base.part(key)?;
            // There may be fewer items, but for those that it has at least.
            let is_there = |index| base.limits[0].is_some_and(|least| (0..least).contains(&index));
            let may_lack = || {
                base.nullable
                    || base.shape == Shape::Array && !key.as_integer().is_some_and(is_there)
            };
            Some(Declared {
                shape: member.shape,
                nullable: member.nullable || *safe && may_lack(),
                limits: member.limits,
                domain: member.domain.as_deref(),
                structure: &member.structure,
                place: base.place,
            })
        }
        _ => None,
    }
}

/// The limits of a number that is none of these. Of a length they stay as they are.
fn limits_without(limits: [Option<i64>; 2], excluded: &[Value]) -> [Option<i64>; 2] {
    let is_excluded = |limit: i64| excluded.iter().any(|one| one.as_integer() == Some(limit));
    let [mut least, mut greatest] = limits;
    for _ in excluded {
        least = least.map(|least| least.saturating_add(i64::from(is_excluded(least))));
        greatest = greatest.map(|most| most.saturating_sub(i64::from(is_excluded(most))));
    }
    [least, greatest]
}

/// Whether no number within its limits is left to a symbol.
pub fn is_none(symbol: &Symbol) -> bool {
    of(symbol).is_some_and(|known| {
        let [least, greatest] = known.limits;
        let is_empty = least
            .zip(greatest)
            .is_some_and(|(least, greatest)| least > greatest);
        known.shape == Shape::Integer && !known.nullable && is_empty
    })
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

/// The path of a parameter, or of what is read of one by names that are known; `None` for what is neither. What reads a
/// member that is not there fails, unless it does so safely: where all of it can be evaluated, both give the same.
pub fn path(symbol: &Symbol) -> Option<Path> {
    let mut names = Vec::new();
    let mut symbol = symbol;
    loop {
        symbol = match &symbol.term {
            Term::Access {
                base,
                key,
                from_end: false,
                ..
            } => {
                names.push(step(key)?.to_ascii_lowercase());
                base.as_symbol()?
            }
            Term::Except { of, .. } => of.as_symbol()?,
            Term::Parameter(_) => break,
            _ => return None,
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
    use crate::evaluate::assignment::Assignment;
    use crate::evaluate::partial::{Lookup, members};
    use crate::evaluate::substitute::substitute;
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
            structure: Structure::default(),
        }
    }

    /// `{ acls: { on: bool, rules: array? }? }`.
    fn parameter() -> Value {
        let acls = DeclaredMember {
            structure: Structure {
                members: vec![
                    member("on", Shape::Bool, false),
                    member("rules", Shape::Array, true),
                ],
                ..Structure::default()
            },
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
            given: None,
            structure: Structure {
                members: vec![acls],
                ..Structure::default()
            },
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
    fn what_is_decided_of_a_member_is_found_in_the_whole() {
        let parameter = parameter();
        let mut assignment = Assignment::new();
        let acls = read(&parameter, "acls", true);
        assignment.assign(acls.as_symbol().unwrap(), except_null(&acls));
        let on = read(&acls, "on", true);
        assignment.assign(on.as_symbol().unwrap(), Value::bool(false, here()));
        let whole = substitute(&acls, &assignment);
        assert_eq!(whole, acls);
        let found = members(&whole);
        assert!(found.open);
        assert!(
            matches!(found.lookup("ON"), Lookup::Certain(on) if on.value.as_bool() == Some(false))
        );
        assert!(matches!(found.lookup("rules"), Lookup::Optional(_)));
        assert!(matches!(found.lookup("other"), Lookup::Possible));
        assert!(matches!(members(&acls).lookup("on"), Lookup::Optional(_)));
    }

    #[test]
    fn what_is_decided_of_an_item_is_not_of_the_others() {
        let item = DeclaredMember {
            name: "".into(),
            ..member("", Shape::Bool, false)
        };
        let mut structure = Structure {
            items: Some(Box::new(item)),
            ..Structure::default()
        };
        let no = Value::bool(false, here());
        narrow(&mut structure, Shape::Array, &["[1]".to_owned()], &no).unwrap();
        let domain = |step: &str| {
            let part = part(&structure, Shape::Array, step).unwrap();
            part.domain.as_ref().unwrap().len()
        };
        assert_eq!((domain("[0]"), domain("[1]")), (2, 1));
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
