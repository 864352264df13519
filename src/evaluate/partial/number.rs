//! Between which numbers an undecided integer lies.

use std::sync::Arc;

use super::{as_call, call_of, emptiness, items, members, text_bounds};
use crate::evaluate::declared;
use crate::evaluate::symbol::{ANY_INDEX, Shape, Symbol};
use crate::evaluate::value::{Kind, Value};

/// The least and the greatest value of an integer that may be undecided: a length is never negative. `None` where it is
/// not surely an integer, or nothing is known of it.
pub fn integer_bounds(value: &Value) -> Option<(i64, i64)> {
    if let Some(value) = value.as_integer() {
        return Some((value, value));
    }
    if let Some(known) = value.as_symbol().and_then(|symbol| declared::of(symbol)) {
        let [least, greatest] = known.limits();
        let is_number = known.shape == Shape::Integer && !known.nullable;
        return is_number.then_some((least.unwrap_or(i64::MIN), greatest.unwrap_or(i64::MAX)));
    }
    match as_call(value)? {
        ("length", [measured]) => Some(length_bounds(measured)),
        _ => None,
    }
}

fn length_bounds(measured: &Value) -> (i64, i64) {
    let text = text_bounds(measured);
    let least = text.as_ref().map_or(0, |bounds| bounds.min);
    let least = least
        .max(items(measured).minimum)
        .max(members(measured).minimum())
        .max(usize::from(emptiness(measured) == Some(false)));
    let integer = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let declared = || {
        let known = declared::of(measured.as_symbol()?)?;
        known.limits()[1].filter(|_| known.shape == Shape::Array)
    };
    let greatest = text.and_then(|bounds| bounds.max).map(integer);
    (
        integer(least),
        greatest.or_else(declared).unwrap_or(i64::MAX),
    )
}

/// The index that stands for those of all loops over a count ([`ANY_INDEX`]), and what is added to it.
pub(crate) fn any_index(value: &Value) -> Option<(&Value, i64)> {
    match as_call(value)? {
        ("int", [index]) => (as_call(index)?.0 == ANY_INDEX).then_some((value, 0)),
        ("add", [index, offset]) => {
            let (index, _) = any_index(index).filter(|(_, before)| *before == 0)?;
            Some((index, offset.as_integer()?))
        }
        _ => None,
    }
}

/// The sum of that index and a number, in the form that [`any_index`] takes apart.
pub(crate) fn with_offset(index: &Value, offset: i64) -> Value {
    if offset == 0 {
        return index.clone();
    }
    let number = Value::new(Kind::Integer(offset), index.origin.clone());
    let sum = Symbol::call("add", vec![index.clone(), number]);
    Value::symbolic(sum, index.origin.clone())
}

/// What a comparison with a number says of a parameter, or of a declared member of one, where it holds or where it does
/// not: the least and the greatest number that it can be, or length that it can have.
pub fn limits_by(comparison: &Symbol, holds: bool) -> Option<(&Arc<Symbol>, [Option<i64>; 2])> {
    let (function, [left, right]) = call_of(comparison)? else {
        return None;
    };
    let (compared, number, is_left) = match (left.as_integer(), right.as_integer()) {
        (None, Some(number)) => (left, number, true),
        (Some(number), None) => (right, number, false),
        _ => return None,
    };
    let (is_less, is_strict) = match function {
        "less" => (true, true),
        "lessOrEquals" => (true, false),
        "greater" => (false, true),
        "greaterOrEquals" => (false, false),
        _ => return None,
    };
    // `2 < n` is `n > 2`, and `not(n < 2)` is `n >= 2`.
    let step = i64::from(is_strict == holds);
    let limits = match (is_less == is_left) == holds {
        true => [None, Some(number.checked_sub(step)?)],
        false => [Some(number.checked_add(step)?), None],
    };
    let (limited, shapes) = match as_call(compared) {
        Some(("length", [measured])) => (measured, [Shape::String, Shape::Array].as_slice()),
        _ => (compared, [Shape::Integer].as_slice()),
    };
    let limited = limited.as_symbol()?;
    let known = declared::of(limited)?;
    (!known.nullable && shapes.contains(&known.shape)).then_some((limited, limits))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;
    use crate::evaluate::origin::Origin;
    use crate::evaluate::symbol::{ParameterSymbol, Structure, Term};
    use crate::source::{FileId, Place, Span};

    fn here() -> Origin {
        Origin::at(Place::new(FileId(0), Span::point(0)))
    }

    fn number(value: i64) -> Value {
        Value::new(Kind::Integer(value), here())
    }

    fn parameter(shape: Shape, nullable: bool) -> Value {
        let symbol = ParameterSymbol {
            deployment: 0,
            name: "n".into(),
            declared: here().place,
            order: 0,
            shape,
            nullable,
            secure: false,
            empty: None,
            limits: [None, None],
            domain: None,
            given: None,
            structure: Structure::default(),
        };
        Value::symbolic(Symbol::new(Term::Parameter(Arc::new(symbol))), here())
    }

    fn limits(
        function: &str,
        left: &Value,
        right: &Value,
        holds: bool,
    ) -> Option<[Option<i64>; 2]> {
        let comparison = Symbol::call(function, vec![left.clone(), right.clone()]);
        limits_by(&comparison, holds).map(|(_, limits)| limits)
    }

    #[test]
    fn a_comparison_leaves_the_numbers_for_which_it_is_so() {
        let n = parameter(Shape::Integer, false);
        let five = number(5);
        type Holds = fn(i64, i64) -> bool;
        let all: [(&str, Holds); 4] = [
            ("less", |a, b| a < b),
            ("lessOrEquals", |a, b| a <= b),
            ("greater", |a, b| a > b),
            ("greaterOrEquals", |a, b| a >= b),
        ];
        for (function, compares) in all {
            for holds in [true, false] {
                let [least, greatest] = limits(function, &n, &five, holds).unwrap();
                let [low, high] = limits(function, &five, &n, holds).unwrap();
                for value in 3..=7 {
                    let within = least.is_none_or(|least| value >= least)
                        && greatest.is_none_or(|greatest| value <= greatest);
                    assert_eq!(within, compares(value, 5) == holds, "{function} {value}");
                    let within =
                        low.is_none_or(|low| value >= low) && high.is_none_or(|high| value <= high);
                    assert_eq!(within, compares(5, value) == holds, "{function} 5 {value}");
                }
            }
        }
    }

    #[test]
    fn what_may_be_null_or_is_no_number_has_no_limits() {
        for other in [
            parameter(Shape::Integer, true),
            parameter(Shape::String, false),
            parameter(Shape::Any, false),
        ] {
            assert_eq!(limits("less", &other, &number(5), true), None);
        }
        let n = parameter(Shape::Integer, false);
        assert_eq!(limits("equals", &n, &number(5), true), None);
        assert_eq!(limits("less", &n, &number(i64::MIN), true), None);
        let text = Value::symbolic(
            Symbol::call("length", vec![parameter(Shape::String, false)]),
            here(),
        );
        let most = limits("lessOrEquals", &text, &number(5), true);
        assert_eq!(most, Some([None, Some(5)]));
    }
}
