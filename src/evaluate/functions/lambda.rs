//! Functions that apply lambdas: `map`, `filter`, `reduce`, `sort`, `toObject`, `groupBy`, `mapValues`.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-lambda>

use super::invocation::Invocation;
use super::{Apply, FunctionError, Reduced};
use crate::evaluate::bounds::Budget;
use crate::evaluate::value::{Kind, Member, Object, Value};

pub(super) fn map(call: &Invocation<'_>, lambdas: &mut dyn Apply) -> Reduced {
    let Some(items) = call.items(0)? else {
        return Ok(None);
    };
    let mut mapped = Vec::with_capacity(items.len());
    let mut budget = Budget::new();
    for (index, item) in items.iter().enumerate() {
        let made = lambdas.apply(1, &with_index(call, item, index))?;
        spend(call, &mut budget, &made)?;
        mapped.push(made);
    }
    call.gives_items(mapped)
}

/// Undecided while it is undecided of one item whether it stays.
pub(super) fn filter(call: &Invocation<'_>, lambdas: &mut dyn Apply) -> Reduced {
    let Some(items) = call.items(0)? else {
        return Ok(None);
    };
    let mut kept = Vec::new();
    let mut undecided = false;
    for (index, item) in items.iter().enumerate() {
        match verdict(call, lambdas.apply(1, &with_index(call, item, index))?)? {
            Some(true) => kept.push(item.out_of(call.argument(0))),
            Some(false) => {}
            None => undecided = true,
        }
    }
    if undecided {
        return Ok(None);
    }
    call.gives_items(kept)
}

pub(super) fn reduce(call: &Invocation<'_>, lambdas: &mut dyn Apply) -> Reduced {
    let Some(items) = call.items(0)? else {
        return Ok(None);
    };
    let mut current = call.argument(1).clone();
    for (index, item) in items.iter().enumerate() {
        let mut values = with_index(call, item, index);
        values.insert(0, current);
        current = lambdas.apply(2, &values)?;
    }
    Ok(Some(current))
}

/// A stable merge sort by whether one item goes before another. Undecided while one of the comparisons is.
pub(super) fn sort(call: &Invocation<'_>, lambdas: &mut dyn Apply) -> Reduced {
    let Some(items) = call.items(0)? else {
        return Ok(None);
    };
    let mut runs: Vec<Vec<Value>> = items.iter().map(|item| vec![item.clone()]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut pairs = runs.into_iter();
        while let Some(left) = pairs.next() {
            match pairs.next() {
                Some(right) => match merge(call, left, right, lambdas)? {
                    Some(run) => merged.push(run),
                    None => return Ok(None),
                },
                None => merged.push(left),
            }
        }
        runs = merged;
    }
    call.gives_items(runs.pop().unwrap_or_default())
}

fn merge(
    call: &Invocation<'_>,
    left: Vec<Value>,
    right: Vec<Value>,
    lambdas: &mut dyn Apply,
) -> Result<Option<Vec<Value>>, FunctionError> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(first), Some(second)) = (left.peek(), right.peek()) {
        let goes_before = lambdas.apply(1, &[second.clone(), first.clone()])?;
        match verdict(call, goes_before)? {
            Some(true) => merged.extend(right.next()),
            Some(false) => merged.extend(left.next()),
            None => return Ok(None),
        }
    }
    merged.extend(left);
    merged.extend(right);
    Ok(Some(merged))
}

/// An object with a member for each item. Undecided names leave a call of `createObject`, of which what is certain is
/// known.
pub(super) fn to_object(call: &Invocation<'_>, lambdas: &mut dyn Apply) -> Reduced {
    let Some(items) = call.items(0)? else {
        return Ok(None);
    };
    let mut pairs = Vec::with_capacity(2 * items.len());
    let mut budget = Budget::new();
    for item in items {
        pairs.push(key(call, item, lambdas)?);
        let made = value(call, item, lambdas)?;
        spend(call, &mut budget, &made)?;
        pairs.push(made);
    }
    let mut object = Object::new();
    for pair in pairs.chunks_exact(2) {
        let Some(name) = pair[0].as_str() else {
            return super::call("createObject", pairs, call.origin).map(Some);
        };
        object.insert(call.member(name, pair[1].clone()));
    }
    call.gives_object(object)
}

/// An object with an array of items for each key.
pub(super) fn group_by(call: &Invocation<'_>, lambdas: &mut dyn Apply) -> Reduced {
    let Some(items) = call.items(0)? else {
        return Ok(None);
    };
    let mut groups: Vec<(String, Vec<Value>)> = Vec::new();
    let mut budget = Budget::new();
    for item in items {
        let key = key(call, item, lambdas)?;
        let value = value(call, item, lambdas)?;
        spend(call, &mut budget, &value)?;
        let Some(key) = key.as_str() else {
            return Ok(None);
        };
        match groups
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(key))
        {
            Some((_, group)) => group.push(value),
            None => groups.push((key.to_owned(), vec![value])),
        }
    }
    let members = groups.into_iter().map(|(key, group)| {
        let group = Value::array(group, call.origin.clone());
        call.member(key, group)
    });
    call.gives_object(members.collect())
}

pub(super) fn map_values(call: &Invocation<'_>, lambdas: &mut dyn Apply) -> Reduced {
    let Some(object) = call.object(0)? else {
        return Ok(None);
    };
    let mut mapped = Object::new();
    let mut budget = Budget::new();
    for member in object.iter() {
        let value = lambdas.apply(1, &[member.value.out_of(call.argument(0))])?;
        spend(call, &mut budget, &value)?;
        mapped.insert(Member {
            value,
            ..member.clone()
        });
    }
    call.gives_object(mapped)
}

/// Ends a call whose result has become too large.
fn spend(call: &Invocation<'_>, budget: &mut Budget, made: &Value) -> Result<(), FunctionError> {
    budget.take(made).map_err(|excess| call.too_large(excess))
}

/// What the lambda for keys gives: a string, or something undecided.
fn key(
    call: &Invocation<'_>,
    item: &Value,
    lambdas: &mut dyn Apply,
) -> Result<Value, FunctionError> {
    let key = lambdas.apply(1, std::slice::from_ref(item))?;
    match key.kind {
        Kind::String(_) | Kind::Mixed(_) | Kind::Symbolic(_) => Ok(key),
        _ => Err(call.error("the lambda for keys must give a string")),
    }
}

/// What the lambda for values gives; the item where there is none.
fn value(
    call: &Invocation<'_>,
    item: &Value,
    lambdas: &mut dyn Apply,
) -> Result<Value, FunctionError> {
    match call.arguments.get(2) {
        Some(_) => lambdas.apply(2, std::slice::from_ref(item)),
        None => Ok(item.clone()),
    }
}

fn with_index(call: &Invocation<'_>, item: &Value, index: usize) -> Vec<Value> {
    let index = Kind::Integer(i64::try_from(index).unwrap_or(i64::MAX));
    vec![
        item.out_of(call.argument(0)),
        Value::new(index, call.origin.clone()),
    ]
}

/// What a lambda says that answers yes or no.
fn verdict(call: &Invocation<'_>, value: Value) -> Result<Option<bool>, FunctionError> {
    match value.kind {
        Kind::Bool(verdict) => Ok(Some(verdict)),
        Kind::Symbolic(_) => Ok(None),
        _ => Err(call.error("the lambda must give a bool")),
    }
}
