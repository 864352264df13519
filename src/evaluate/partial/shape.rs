//! The outermost layer of a value's type.

use super::{PATIENCE, as_call, as_choice, call_of};
use crate::evaluate::declared;
use crate::evaluate::functions;
use crate::evaluate::symbol::{Context, Shape, Symbol, Term};
use crate::evaluate::value::{Kind, Value};

/// What is known of a value's type. It may be null besides, see [`may_be_null`].
pub fn shape(value: &Value) -> Shape {
    shape_within(value, PATIENCE)
}

/// Whether a value is surely of this shape, and not null.
pub fn is_surely(value: &Value, wanted: Shape) -> bool {
    shape(value) == wanted && !may_be_null(value)
}

/// Whether a value is or may turn out to be null.
pub fn may_be_null(value: &Value) -> bool {
    nullable_within(value, PATIENCE)
}

fn shape_within(value: &Value, patience: u32) -> Shape {
    match &value.kind {
        Kind::Null | Kind::Decimal(_) => Shape::Any,
        Kind::Bool(_) => Shape::Bool,
        Kind::Integer(_) => Shape::Integer,
        Kind::String(_) | Kind::Mixed(_) => Shape::String,
        Kind::Array(_) => Shape::Array,
        Kind::Object(_) => Shape::Object,
        Kind::Symbolic(symbol) => match patience.checked_sub(1) {
            Some(patience) => symbol_shape(symbol, patience),
            None => Shape::Any,
        },
    }
}

fn symbol_shape(symbol: &Symbol, patience: u32) -> Shape {
    match &symbol.term {
        Term::Parameter(parameter) => parameter.shape,
        Term::Context(_) => Shape::Object,
        Term::Bound(binder) if binder.index => Shape::Integer,
        Term::Call {
            function,
            arguments,
        } => call_shape(function, arguments, patience),
        Term::Access { base, key, .. } if is_context_text(base, key) => Shape::String,
        Term::Access { base, .. } if pieces_of(base).is_some() => Shape::String,
        Term::Access { .. } => declared::of(symbol).map_or(Shape::Any, |known| known.shape),
        Term::Loop { .. } => Shape::Array,
        Term::Token(_) => Shape::String,
        Term::Except { of, .. } => shape_within(of, patience),
        Term::Bound(_) | Term::Lambda { .. } | Term::Failed { .. } | Term::NotExported { .. } => {
            Shape::Any
        }
    }
}

fn call_shape(function: &str, arguments: &[Value], patience: u32) -> Shape {
    let of = |value: &Value| shape_within(value, patience);
    match (function, arguments) {
        ("if", [_, then, otherwise]) => joined([then, otherwise], patience),
        ("coalesce", arguments) => joined(arguments, patience),
        // All operands are of one kind, so that one that is known tells the kind of all. Numbers and bools in a
        // `concat` become text.
        ("concat", arguments) => {
            arguments
                .iter()
                .map(of)
                .fold(Shape::Any, |known, next| match next {
                    Shape::Integer | Shape::Bool if known == Shape::Any => Shape::String,
                    Shape::Any | Shape::Integer | Shape::Bool => known,
                    next => next,
                })
        }
        ("union" | "intersection" | "skip" | "take", arguments) => arguments
            .iter()
            .map(of)
            .find(|shape| matches!(shape, Shape::Array | Shape::Object | Shape::String))
            .unwrap_or(Shape::Any),
        _ => functions::find(function).map_or(Shape::Any, |function| function.returns),
    }
}

/// The delimiters of a value that is a text split into pieces: each is a text.
pub(super) fn pieces_of(value: &Value) -> Option<&Value> {
    match as_call(value)? {
        ("split", [_, delimiters]) => Some(delimiters),
        _ => None,
    }
}

/// The shape of all of them, nulls aside.
fn joined<'a>(values: impl IntoIterator<Item = &'a Value>, patience: u32) -> Shape {
    let mut shapes = values
        .into_iter()
        .filter(|value| !value.is_null())
        .map(|value| shape_within(value, patience));
    let Some(first) = shapes.next() else {
        return Shape::Any;
    };
    if shapes.all(|shape| shape == first) {
        first
    } else {
        Shape::Any
    }
}

fn nullable_within(value: &Value, patience: u32) -> bool {
    let Kind::Symbolic(symbol) = &value.kind else {
        return value.is_null();
    };
    let Some(patience) = patience.checked_sub(1) else {
        return true;
    };
    match &symbol.term {
        Term::Parameter(parameter) => parameter.nullable || parameter.shape == Shape::Any,
        Term::Context(_) | Term::Loop { .. } | Term::Lambda { .. } | Term::Token(_) => false,
        Term::Bound(binder) => !binder.index,
        Term::Access {
            base, safe: false, ..
        } if pieces_of(base).is_some() => false,
        Term::Access { base, key, .. } => {
            !is_context_text(base, key) && declared::of(symbol).is_none_or(|known| known.nullable)
        }
        Term::Except { of, excluded } => {
            !excluded.iter().any(Value::is_null) && nullable_within(of, patience)
        }
        Term::Call { .. } => nullable_call(value, symbol, patience),
        Term::Failed { .. } | Term::NotExported { .. } => true,
    }
}

fn nullable_call(value: &Value, symbol: &Symbol, patience: u32) -> bool {
    if let Some((_, then, otherwise)) = as_choice(value) {
        return nullable_within(then, patience) || nullable_within(otherwise, patience);
    }
    match call_of(symbol) {
        Some(("coalesce", arguments)) => arguments
            .iter()
            .all(|argument| nullable_within(argument, patience)),
        Some(("concat" | "union" | "intersection" | "skip" | "take", _)) => false,
        Some((function, _)) => {
            functions::find(function).is_none_or(|function| function.returns == Shape::Any)
        }
        None => true,
    }
}

/// Whether an access reads a member of the surroundings that is always a string.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-scope>
fn is_context_text(base: &Value, key: &Value) -> bool {
    context_member(base, key).is_some_and(|(context, member)| {
        let names: &[&str] = match &*context.function {
            "resourceGroup" => &["id", "name", "location", "type"],
            "subscription" => &["id", "subscriptionId", "tenantId", "displayName"],
            "tenant" => &["tenantId", "countryCode", "displayName"],
            "managementGroup" => &["id", "name", "type"],
            "deployment" => &["name", "location"],
            "deployer" => &["objectId", "tenantId", "userPrincipalName"],
            _ => &[],
        };
        names.iter().any(|name| name.eq_ignore_ascii_case(member))
    })
}

/// The surroundings and the name of the member that an access reads of them.
pub(super) fn context_member<'a>(
    base: &'a Value,
    key: &'a Value,
) -> Option<(&'a Context, &'a str)> {
    match &base.as_symbol()?.term {
        Term::Context(context) => Some((context, key.as_str()?)),
        _ => None,
    }
}
