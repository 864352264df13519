//! `equals` and the four comparisons.

use std::cmp::Ordering;

use super::collation::compare;
use super::invocation::Invocation;
use super::logic::negation;
use super::{FunctionError, Reduced};
use crate::evaluate::partial::{integer_bounds, is_surely, same};
use crate::evaluate::symbol::Shape;
use crate::evaluate::value::{Kind, Value};

pub(super) fn equals(call: &Invocation<'_>) -> Reduced {
    let (left, right) = (call.argument(0), call.argument(1));
    if let Some(decided) = same(left, right) {
        return call.gives_bool(decided);
    }
    for (guard, other) in [(left, right), (right, left)] {
        if let Some(value) = other.as_bool()
            && is_surely(guard, Shape::Bool)
        {
            return Ok(Some(if value {
                guard.clone()
            } else {
                negation(guard, call.origin)
            }));
        }
    }
    Ok(None)
}

pub(super) fn less(call: &Invocation<'_>) -> Reduced {
    compared(call, |order| order == Ordering::Less)
}

pub(super) fn less_or_equals(call: &Invocation<'_>) -> Reduced {
    compared(call, |order| order != Ordering::Greater)
}

pub(super) fn greater(call: &Invocation<'_>) -> Reduced {
    compared(call, |order| order == Ordering::Greater)
}

pub(super) fn greater_or_equals(call: &Invocation<'_>) -> Reduced {
    compared(call, |order| order != Ordering::Less)
}

fn compared(call: &Invocation<'_>, test: impl Fn(Ordering) -> bool) -> Reduced {
    for index in 0..2 {
        if !is_comparable(call.argument(index)) {
            return Err(call.type_error(index, "an integer or a string"));
        }
    }
    let (left, right) = (call.argument(0), call.argument(1));
    let order = match (&left.kind, &right.kind) {
        (Kind::String(left), Kind::String(right)) => match compare(left, right) {
            Some(order) => order,
            None => return Ok(None),
        },
        (Kind::Symbolic(left), Kind::Symbolic(right)) if left == right => Ordering::Equal,
        (Kind::Symbolic(_) | Kind::Mixed(_), _) | (_, Kind::Symbolic(_) | Kind::Mixed(_)) => {
            return bounded(call, test);
        }
        _ => match (number(left), number(right)) {
            (Some(left), Some(right)) => order_of(left, right),
            _ => return Err(mismatch(call)),
        },
    };
    call.gives_bool(test(order))
}

fn is_comparable(value: &Value) -> bool {
    matches!(
        value.kind,
        Kind::Integer(_) | Kind::Decimal(_) | Kind::String(_) | Kind::Mixed(_) | Kind::Symbolic(_)
    )
}

fn mismatch(call: &Invocation<'_>) -> FunctionError {
    call.error("compares two integers or two strings, not one of each")
}

enum Number {
    Integer(i64),
    Decimal(f64),
}

fn number(value: &Value) -> Option<Number> {
    match &value.kind {
        Kind::Integer(value) => Some(Number::Integer(*value)),
        Kind::Decimal(text) => text.parse().ok().map(Number::Decimal),
        _ => None,
    }
}

fn order_of(left: Number, right: Number) -> Ordering {
    let decimal = |number: Number| match number {
        Number::Integer(value) => value as f64,
        Number::Decimal(value) => value,
    };
    match (left, right) {
        (Number::Integer(left), Number::Integer(right)) => left.cmp(&right),
        (left, right) => decimal(left).total_cmp(&decimal(right)),
    }
}

/// Decides by the least and the greatest value of both sides: a length is never negative.
fn bounded(call: &Invocation<'_>, test: impl Fn(Ordering) -> bool) -> Reduced {
    let (Some(left), Some(right)) = (
        integer_bounds(call.argument(0)),
        integer_bounds(call.argument(1)),
    ) else {
        return Ok(None);
    };
    let can_be_less = left.0 < right.1;
    let can_be_equal = left.0 <= right.1 && right.0 <= left.1;
    let can_be_greater = left.1 > right.0;
    let mut outcomes = [
        (can_be_less, Ordering::Less),
        (can_be_equal, Ordering::Equal),
        (can_be_greater, Ordering::Greater),
    ]
    .into_iter()
    .filter(|(can_be, _)| *can_be)
    .map(|(_, order)| test(order));
    let Some(first) = outcomes.next() else {
        return Ok(None);
    };
    call.gives_decided(outcomes.all(|next| next == first).then_some(first))
}
