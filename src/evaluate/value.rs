//! The value domain: what an expression of a template evaluates to when not everything is known.
//!
//! A value is concrete, or a string with holes, or symbolic: an expression that cannot be reduced offline, kept in
//! canonical form together with its operands. Members of arrays and objects are values in turn. `docs/design.md`
//! (Values) has the whole story.

use std::sync::{Arc, OnceLock};

use super::composition::Composition;
use super::origin::Origin;
use super::positions::Positions;
use super::symbol::{Extent, ParameterSymbol, Symbol, Term};
use crate::source::Place;
use crate::syntax::expression::Text;

/// A value and where it comes from.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Where it comes from.
    pub origin: Origin,
}

/// The kinds of value.
#[derive(Debug, Clone)]
pub enum Kind {
    /// `null`. As a property it means "not specified".
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number of 64 bits.
    Integer(i64),
    /// Any other number, as its source text.
    Decimal(Text),
    /// A known string.
    String(Text),
    /// A string of which only parts are known: at least one hole; neighbouring texts are merged.
    Mixed(Arc<[Part]>),
    /// An array of known length; its elements may be undecided.
    Array(Arc<[Value]>),
    /// An object whose members are all known by name; their values may be undecided.
    Object(Arc<Object>),
    /// An expression that cannot be reduced.
    Symbolic(Arc<Symbol>),
}

/// A part of a string with holes.
#[derive(Debug, Clone)]
pub enum Part {
    /// Known text, not empty.
    Text(Text),
    /// A symbolic value that is written into the string as `format` would.
    Hole(Value),
}

/// An object: members in source order, no two of them with names that differ in case only.
#[derive(Debug, Clone, Default)]
pub struct Object {
    members: Vec<Member>,
    positions: Positions,
    /// What symbols need to know of it, once one has asked: objects are shared by many.
    pub(super) digest: Digest,
}

/// What a symbol keeps of an object among its operands.
#[derive(Debug, Clone, Default)]
pub(super) struct Digest {
    /// Equal for objects that are equal.
    pub(super) key: OnceLock<[u64; 2]>,
    /// What there is in it.
    pub(super) extent: OnceLock<Extent>,
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Member {
    /// The name as written.
    pub key: Text,
    /// Where the name is written; of a computed member, where the object is.
    pub key_place: Place,
    /// The value.
    pub value: Value,
}

impl Value {
    /// A value of this kind.
    pub fn new(kind: Kind, origin: Origin) -> Self {
        Self { kind, origin }
    }

    /// The same value, as a member or an item that was taken out of a container.
    #[must_use]
    pub fn out_of(&self, container: &Self) -> Self {
        Self::new(self.kind.clone(), self.origin.out_of(&container.origin))
    }

    /// Visits the values that this one is made of: items, members, and the holes of a string. What a symbol is made of is
    /// not visited.
    pub fn each_part<'v>(&'v self, mut visit: impl FnMut(&'v Self)) {
        match &self.kind {
            Kind::Mixed(parts) => {
                for part in parts.iter() {
                    if let Part::Hole(hole) = part {
                        visit(hole);
                    }
                }
            }
            Kind::Array(items) => items.iter().for_each(visit),
            Kind::Object(object) => object.iter().for_each(|member| visit(&member.value)),
            _ => {}
        }
    }

    /// `null` at a place.
    pub fn null(origin: Origin) -> Self {
        Self::new(Kind::Null, origin)
    }

    /// A bool.
    pub fn bool(value: bool, origin: Origin) -> Self {
        Self::new(Kind::Bool(value), origin)
    }

    /// A known string.
    pub fn string(text: impl Into<Text>, origin: Origin) -> Self {
        Self::new(Kind::String(text.into()), origin)
    }

    /// An array.
    pub fn array(items: Vec<Value>, origin: Origin) -> Self {
        Self::new(Kind::Array(items.into()), origin)
    }

    /// An object.
    pub fn object(object: Object, origin: Origin) -> Self {
        Self::new(Kind::Object(Arc::new(object)), origin)
    }

    /// A symbolic value.
    pub fn symbolic(symbol: Symbol, origin: Origin) -> Self {
        Self::new(Kind::Symbolic(Arc::new(symbol)), origin)
    }

    /// The same value seen from elsewhere.
    #[must_use]
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// The parameter without a value that this one is, or is a part of.
    pub fn parameter(&self) -> Option<&ParameterSymbol> {
        /// A chain of accesses is followed so far.
        const MAXIMUM_LINKS: usize = 16;
        let mut next = self;
        for _ in 0..=MAXIMUM_LINKS {
            match &next.as_symbol()?.term {
                Term::Parameter(parameter) => return Some(parameter),
                Term::Access { base, .. } | Term::Except { of: base, .. } => next = base,
                _ => return None,
            }
        }
        None
    }

    /// The text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// A known bool.
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// A known whole number.
    pub fn as_integer(&self) -> Option<i64> {
        match self.kind {
            Kind::Integer(value) => Some(value),
            _ => None,
        }
    }

    /// An object all of whose member names are known.
    pub fn as_object(&self) -> Option<&Object> {
        match &self.kind {
            Kind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// An array of known length.
    pub fn as_array(&self) -> Option<&[Value]> {
        match &self.kind {
            Kind::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The symbol of a symbolic value.
    pub fn as_symbol(&self) -> Option<&Arc<Symbol>> {
        match &self.kind {
            Kind::Symbolic(symbol) => Some(symbol),
            _ => None,
        }
    }

    /// Whether it is a known null.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// Whether nothing of its outermost layer is undecided. Members and items may be.
    pub fn is_known(&self) -> bool {
        !matches!(self.kind, Kind::Symbolic(_) | Kind::Mixed(_))
    }

    /// Whether nothing in it is undecided, however deep.
    pub fn is_concrete(&self) -> bool {
        match &self.kind {
            Kind::Symbolic(_) | Kind::Mixed(_) => false,
            Kind::Array(items) => items.iter().all(Value::is_concrete),
            Kind::Object(object) => object.iter().all(|member| member.value.is_concrete()),
            _ => true,
        }
    }

    /// A string made of parts: neighbouring texts are merged, and a string without a hole is a known one.
    pub fn from_parts(parts: impl IntoIterator<Item = Part>, origin: Origin) -> Self {
        let mut composed = Composition::new();
        for part in parts {
            match part {
                Part::Text(text) => composed.shared(&text),
                Part::Hole(value) => composed.hole(value),
            }
        }
        composed.string(origin)
    }
}

impl Object {
    /// An object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// An object without members that will have so many.
    pub(super) fn of_size(members: usize) -> Self {
        Self {
            members: Vec::with_capacity(members),
            ..Self::default()
        }
    }

    /// The member of this name, whatever its case: ARM looks properties up case-insensitively.
    pub fn get(&self, key: &str) -> Option<&Member> {
        self.position(key).map(|index| &self.members[index])
    }

    fn position(&self, key: &str) -> Option<usize> {
        self.positions.find(key, names(&self.members))
    }

    /// Sets a member. One that is there already, whatever its case, keeps its place and spelling and gets the new
    /// value.
    pub fn insert(&mut self, member: Member) {
        self.digest = Digest::default();
        match self.position(&member.key) {
            Some(index) => {
                let known = &mut self.members[index];
                known.key_place = member.key_place;
                known.value = member.value;
            }
            None => {
                self.members.push(member);
                self.positions.added(names(&self.members));
            }
        }
    }

    /// Removes a member.
    pub fn remove(&mut self, key: &str) -> Option<Member> {
        let index = self.position(key)?;
        self.digest = Digest::default();
        let removed = self.members.remove(index);
        self.positions = Positions::of(names(&self.members));
        Some(removed)
    }

    /// The members in source order.
    pub fn iter(&self) -> std::slice::Iter<'_, Member> {
        self.members.iter()
    }

    /// How many members.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether it has no member.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

fn names(
    members: &[Member],
) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator<Item = &str> {
    members.iter().map(|member| &*member.key)
}

impl FromIterator<Member> for Object {
    fn from_iter<I: IntoIterator<Item = Member>>(members: I) -> Self {
        let members = members.into_iter();
        let mut object = Self::of_size(members.size_hint().0);
        for member in members {
            object.insert(member);
        }
        object
    }
}

/// Deep equality as the language's `equals` has it: strings are case-sensitive, member names are not, member order does
/// not matter, `1` and `1.0` are equal, values of different types differ. Symbolic values are equal where their
/// canonical forms are; two that are not may still be equal at run time.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Null, Kind::Null) => true,
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Integer(a), Kind::Integer(b)) => a == b,
            (Kind::Decimal(a), Kind::Decimal(b)) => {
                a == b || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
            }
            (Kind::Integer(a), Kind::Decimal(b)) | (Kind::Decimal(b), Kind::Integer(a)) => {
                b.parse::<f64>().is_ok_and(|b| b == *a as f64)
            }
            (Kind::String(a), Kind::String(b)) => a == b,
            (Kind::Mixed(a), Kind::Mixed(b)) => Arc::ptr_eq(a, b) || a == b,
            (Kind::Array(a), Kind::Array(b)) => Arc::ptr_eq(a, b) || a == b,
            (Kind::Object(a), Kind::Object(b)) => Arc::ptr_eq(a, b) || a == b,
            (Kind::Symbolic(a), Kind::Symbolic(b)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Hole(a), Self::Hole(b)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.iter().all(|member| {
                other
                    .get(&member.key)
                    .is_some_and(|m| m.value == member.value)
            })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;
    use crate::evaluate::positions::MANY;
    use crate::source::{FileId, Span};

    fn member(key: &str, number: i64) -> Member {
        let place = Place::new(FileId(0), Span::point(0));
        Member {
            key: key.into(),
            key_place: place,
            value: Value::new(Kind::Integer(number), Origin::at(place)),
        }
    }

    #[test]
    fn objects_of_few_and_of_many_members_behave_alike() {
        for count in [3, MANY - 1, MANY, MANY + 1, 100] {
            let mut object = Object::new();
            for number in 0..count {
                object.insert(member(&format!("Key{number}"), 0));
            }
            for number in 0..count {
                object.insert(member(&format!("kEY{number}"), 1));
            }
            assert_eq!(object.len(), count);
            let last = format!("key{}", count - 1);
            assert_eq!(object.get(&last).unwrap().value.as_integer(), Some(1));
            assert_eq!(&*object.remove("KEY0").unwrap().key, "Key0");
            assert!(object.get("key0").is_none());
            assert_eq!(
                &*object.get(&last).unwrap().key,
                &format!("Key{}", count - 1)
            );
            assert_eq!(object.len(), count - 1);
        }
    }
}
