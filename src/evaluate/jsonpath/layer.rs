//! What is known of the children of a value.
//!
//! In: a value. Out: its children, which of them are certain, and whether there may be others. The one place where
//! the steps of a query meet symbolic values.

use super::compare::{Type, type_unless_null};
use super::evaluate::Stride;
use crate::evaluate::access::access;
use crate::evaluate::partial::{Members, items, may_be_null, members};
use crate::evaluate::symbol::Symbol;
use crate::evaluate::value::{Kind, Member, Value};
use crate::syntax::expression::Text;

/// The children of a value.
pub(super) enum Layer<'v> {
    /// None: a scalar, or a string of which parts are unknown.
    Leaf,
    /// Those of an object that is known by name.
    Object(&'v [Member]),
    /// Those of an array of known length.
    Array(&'v [Value]),
    /// Those of a symbolic value.
    Partial(Box<Partial>),
}

/// What is known of the children of a symbolic value.
#[derive(Debug, Default)]
pub(super) struct Partial {
    /// Members that are surely there, with these values.
    pub(super) members: Vec<Member>,
    /// Members that may be there; if so, with these values.
    pub(super) possible_members: Vec<Member>,
    /// There may be members of other names.
    pub(super) open_members: bool,
    /// The items that it surely begins with.
    pub(super) start: Vec<Value>,
    /// Items that are surely somewhere behind those. Two of them may be one and the same.
    pub(super) middle: Vec<Value>,
    /// The items that it surely ends with.
    pub(super) end: Vec<Value>,
    /// Items that may be there.
    pub(super) possible_items: Vec<Value>,
    /// There may be other items.
    pub(super) open_items: bool,
    /// How many items there are at least.
    pub(super) least_items: usize,
}

impl Partial {
    /// Whether the items are those that it begins with and no others.
    pub(super) fn has_exact_items(&self) -> bool {
        let others = [&self.middle, &self.end, &self.possible_items];
        !self.open_items && others.iter().all(|items| items.is_empty())
    }

    /// All items that are known, and whether they are surely there.
    pub(super) fn items(&self) -> impl Iterator<Item = (Stride<'_>, &Value, bool)> {
        let start = self.start.iter().enumerate();
        let end = (1..=self.end.len()).rev().zip(&self.end);
        start
            .map(|(index, item)| (Stride::Item(index), item, true))
            .chain(
                self.middle
                    .iter()
                    .map(|item| (Stride::SomeItem, item, true)),
            )
            .chain(end.map(|(index, item)| (Stride::ItemFromEnd(index), item, true)))
            .chain(
                self.possible_items
                    .iter()
                    .map(|item| (Stride::SomeItem, item, false)),
            )
    }

    /// The item of an index, which counts from the end where it is negative, where it surely is this one.
    pub(super) fn item(&self, index: i64) -> Option<(Stride<'_>, &Value)> {
        let places = if index < 0 { &self.end } else { &self.start };
        let from_end = usize::try_from(index.unsigned_abs()).ok()?;
        let position = if index < 0 {
            places.len().checked_sub(from_end)?
        } else {
            from_end
        };
        let stride = if index < 0 {
            Stride::ItemFromEnd(from_end)
        } else {
            Stride::Item(position)
        };
        places.get(position).map(|item| (stride, item))
    }

    /// How many items there are at least, and at most where that is known.
    pub(super) fn item_count(&self) -> (usize, Option<usize>) {
        let known = self.items().count();
        (self.least_items, (!self.open_items).then_some(known))
    }

    /// How many members there are at least, and at most where that is known.
    pub(super) fn member_count(&self) -> (usize, Option<usize>) {
        let most = self.members.len() + self.possible_members.len();
        let sure = self.members.iter();
        let sure = sure.filter(|member| !may_be_null(&member.value)).count();
        (sure, (!self.open_members).then_some(most))
    }
}

/// The children of a value, as far as they are known.
#[inline]
pub(super) fn layer(value: &Value) -> Layer<'_> {
    match &value.kind {
        Kind::Object(object) => Layer::Object(object.iter().as_slice()),
        Kind::Array(items) => Layer::Array(items),
        Kind::Symbolic(_) => layer_of_symbol(value),
        Kind::Null
        | Kind::Bool(_)
        | Kind::Integer(_)
        | Kind::Decimal(_)
        | Kind::String(_)
        | Kind::Mixed(_) => Layer::Leaf,
    }
}

fn layer_of_symbol(value: &Value) -> Layer<'_> {
    let typed = type_unless_null(&value.kind);
    if matches!(
        typed,
        Some(Type::Null | Type::Bool | Type::Number | Type::String)
    ) {
        return Layer::Leaf;
    }
    let Members {
        certain,
        present,
        optional,
        possible,
        open,
    } = members(value);
    let present = present.iter().map(|name| present_member(value, name));
    let items = items(value);
    Layer::Partial(Box::new(Partial {
        // Rules take a member that is null for one that is not there.
        members: certain.into_iter().chain(present).chain(optional).collect(),
        possible_members: possible,
        open_members: open && typed != Some(Type::Array),
        open_items: items.open && typed != Some(Type::Object),
        start: items.start,
        middle: items.middle,
        end: items.end,
        possible_items: items.possible,
        least_items: items.minimum,
    }))
}

/// A member that is surely there with a value of which nothing is certain: `union(…).name`.
fn present_member(value: &Value, name: &Text) -> Member {
    let key = Value::string(name.clone(), value.origin.clone());
    let found = access(value, &key, false, false, &value.origin).unwrap_or_else(|_| {
        Value::symbolic(Symbol::access(value.clone(), key), value.origin.clone())
    });
    Member {
        key: name.clone(),
        key_place: value.origin.place,
        value: found,
    }
}
