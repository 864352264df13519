//! Arithmetic on 64-bit integers. What overflows fails, as it does in a deployment.

use super::invocation::Invocation;
use super::{FunctionError, Reduced};
use crate::evaluate::partial::{any_index, is_surely, with_offset};
use crate::evaluate::symbol::Shape;
use crate::evaluate::value::{Kind, Value};

pub(super) fn add(call: &Invocation<'_>) -> Reduced {
    let sum = moved(call, 0, 1, i64::checked_add);
    match sum.or_else(|| moved(call, 1, 0, i64::checked_add)) {
        Some(sum) => Ok(Some(sum)),
        None => checked(call, i64::checked_add),
    }
}

pub(super) fn sub(call: &Invocation<'_>) -> Reduced {
    match moved(call, 0, 1, i64::checked_sub) {
        Some(difference) => Ok(Some(difference)),
        None => checked(call, i64::checked_sub),
    }
}

/// A sum or difference of a number and the index of a loop that stands for others, which is small: `i + 1 - 1` is `i`.
fn moved(
    call: &Invocation<'_>,
    index: usize,
    by: usize,
    operation: fn(i64, i64) -> Option<i64>,
) -> Option<Value> {
    let (index, before) = any_index(call.argument(index))?;
    let offset = operation(before, call.argument(by).as_integer()?)?;
    Some(with_offset(index, offset).with_origin(call.origin.clone()))
}

pub(super) fn mul(call: &Invocation<'_>) -> Reduced {
    checked(call, i64::checked_mul)
}

/// Truncates toward zero.
pub(super) fn div(call: &Invocation<'_>) -> Reduced {
    divisor(call)?;
    checked(call, i64::checked_div)
}

/// The remainder has the sign of the dividend.
pub(super) fn modulo(call: &Invocation<'_>) -> Reduced {
    divisor(call)?;
    checked(call, i64::checked_rem)
}

fn divisor(call: &Invocation<'_>) -> Result<(), FunctionError> {
    if call.integer(1)? == Some(0) {
        return Err(call.error("the divisor is 0"));
    }
    Ok(())
}

fn checked(call: &Invocation<'_>, operation: fn(i64, i64) -> Option<i64>) -> Reduced {
    let (left, right) = (call.integer(0)?, call.integer(1)?);
    let (Some(left), Some(right)) = (left, right) else {
        return Ok(None);
    };
    match operation(left, right) {
        Some(value) => call.gives_integer(value),
        None => Err(FunctionError::Overflow {
            function: call.function.name,
            left,
            right,
        }),
    }
}

pub(super) fn min(call: &Invocation<'_>) -> Reduced {
    extreme(call, i64::min)
}

pub(super) fn max(call: &Invocation<'_>) -> Reduced {
    extreme(call, i64::max)
}

/// Of integers, or of an array of integers.
fn extreme(call: &Invocation<'_>, choose: fn(i64, i64) -> i64) -> Reduced {
    let expected = "an integer or an array of integers";
    let mut chosen: Option<i64> = None;
    let mut undecided = false;
    for (index, argument) in call.arguments.iter().enumerate() {
        let values = argument
            .as_array()
            .unwrap_or(std::slice::from_ref(argument));
        for value in values {
            match &value.kind {
                Kind::Integer(value) => {
                    chosen = Some(chosen.map_or(*value, |known| choose(known, *value)));
                }
                Kind::Symbolic(_) => undecided = true,
                _ => return Err(call.type_error(index, expected)),
            }
        }
    }
    match chosen {
        _ if undecided => Ok(None),
        Some(value) => call.gives_integer(value),
        None => Err(call.error("the array is empty")),
    }
}

pub(super) fn int(call: &Invocation<'_>) -> Reduced {
    let value = call.argument(0);
    match &value.kind {
        Kind::Integer(_) => Ok(Some(value.clone())),
        Kind::String(text) => match text.trim().parse() {
            Ok(number) => call.gives_integer(number),
            Err(_) => Err(call.error(format!("'{text}' is no integer"))),
        },
        Kind::Decimal(text) => match whole(text) {
            Some(number) => call.gives_integer(number),
            None => Err(call.error(format!("{text} is no integer"))),
        },
        Kind::Symbolic(_) if is_surely(value, Shape::Integer) => Ok(Some(value.clone())),
        Kind::Symbolic(_) | Kind::Mixed(_) => Ok(None),
        _ => Err(call.type_error(0, "a string or an integer")),
    }
}

/// The integer that a number written with a fraction or an exponent stands for.
fn whole(text: &str) -> Option<i64> {
    let number: f64 = text.parse().ok()?;
    let fits = number.fract() == 0.0 && number.abs() < 9.0e18;
    fits.then_some(number as i64)
}

pub(super) fn float(call: &Invocation<'_>) -> Reduced {
    let value = call.argument(0);
    match &value.kind {
        Kind::Integer(number) => call.gives(Kind::Decimal(format!("{number}.0").into())),
        Kind::Decimal(_) => Ok(Some(Value::clone(value))),
        Kind::String(text) => match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => {
                let text = format!("{number:?}");
                call.gives(Kind::Decimal(text.into()))
            }
            _ => Err(call.error(format!("'{text}' is no number"))),
        },
        Kind::Symbolic(_) | Kind::Mixed(_) => Ok(None),
        _ => Err(call.type_error(0, "a string or an integer")),
    }
}
