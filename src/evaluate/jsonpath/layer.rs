//! What is known of the children of a value.
//!
//! In: a value. Out: its children, which of them are certain, and whether there may be others. The one place where
//! the steps of a query meet symbolic values.

use super::compare::{Type, type_unless_null};
use crate::evaluate::value::{Kind, Member, Value};

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
    pub(super) possible: Vec<Member>,
    /// There may be members of other names, so it may be an object.
    pub(super) open_members: bool,
    /// The first items, surely there.
    pub(super) items: Vec<Value>,
    /// More items may follow, so it may be an array.
    pub(super) open_items: bool,
}

/// The children of a value, as far as they are known.
#[inline]
pub(super) fn layer(value: &Value) -> Layer<'_> {
    match &value.kind {
        Kind::Object(object) => Layer::Object(object.iter().as_slice()),
        Kind::Array(items) => Layer::Array(items),
        Kind::Symbolic(_) => partial(value),
        Kind::Null
        | Kind::Bool(_)
        | Kind::Integer(_)
        | Kind::Decimal(_)
        | Kind::String(_)
        | Kind::Mixed(_) => Layer::Leaf,
    }
}

fn partial(value: &Value) -> Layer<'_> {
    let typed = type_unless_null(&value.kind);
    if matches!(
        typed,
        Some(Type::Null | Type::Bool | Type::Number | Type::String)
    ) {
        return Layer::Leaf;
    }
    Layer::Partial(Box::new(Partial {
        open_members: typed != Some(Type::Array),
        open_items: typed != Some(Type::Object),
        ..Partial::default()
    }))
}
