//! Functions that make arrays, and those that are the same for arrays and objects: `concat`, `union`, `intersection`.

use foldhash::HashSet;

use super::invocation::Invocation;
use super::{FunctionError, Reduced, object};
use crate::evaluate::bounds::{Excess, MAX_ITEMS};
use crate::evaluate::composition::Composition;
use crate::evaluate::partial::{may_be_null, same, shape};
use crate::evaluate::symbol::Shape;
use crate::evaluate::value::{Kind, Value};
use crate::syntax::expression::Text;

pub(super) fn array(call: &Invocation<'_>) -> Reduced {
    let value = call.argument(0);
    match shape(value) {
        Shape::Array if !may_be_null(value) => Ok(Some(value.clone())),
        Shape::Any | Shape::Array if value.as_symbol().is_some() => Ok(None),
        _ if value.as_symbol().is_some() && may_be_null(value) => Ok(None),
        _ => call.gives_items(vec![value.clone()]),
    }
}

pub(super) fn create_array(call: &Invocation<'_>) -> Reduced {
    call.gives_items(call.arguments.to_vec())
}

/// All arrays, or no array: then all are written as text.
pub(super) fn concat(call: &Invocation<'_>) -> Reduced {
    let shapes: Vec<Shape> = call
        .arguments
        .iter()
        .map(|value| match shape(value) {
            // What is null instead is written as text.
            Shape::Array | Shape::Object if may_be_null(value) => Shape::Any,
            shape => shape,
        })
        .collect();
    if shapes.contains(&Shape::Array) {
        return concat_arrays(call);
    }
    if let Some(index) = shapes.iter().position(|shape| *shape == Shape::Object) {
        return Err(call.type_error(index, "a string or an array"));
    }
    let some_is_text = call
        .arguments
        .iter()
        .zip(&shapes)
        .any(|(value, shape)| *shape != Shape::Any || value.is_known());
    if !some_is_text {
        return Ok(None);
    }
    let mut composed = Composition::new();
    call.arguments
        .iter()
        .for_each(|value| composed.value(value));
    call.gives_composed(composed)
}

fn concat_arrays(call: &Invocation<'_>) -> Reduced {
    let mut items = Vec::new();
    let mut undecided = false;
    for value in call.arguments {
        match &value.kind {
            Kind::Array(more) => {
                call.check_length(items.len() + more.len())?;
                items.extend(more.iter().cloned());
            }
            Kind::Symbolic(_) if matches!(shape(value), Shape::Any | Shape::Array) => {
                undecided = true;
            }
            _ => return Err(call.error("either all arguments must be arrays, or none")),
        }
    }
    if undecided {
        return Ok(None);
    }
    call.gives_items(items)
}

/// An array of arrays to one array, by one level.
pub(super) fn flatten(call: &Invocation<'_>) -> Reduced {
    let Some(outer) = call.items(0)? else {
        return Ok(None);
    };
    let mut items = Vec::new();
    let mut undecided = false;
    for inner in outer {
        match &inner.kind {
            Kind::Array(more) => {
                call.check_length(items.len() + more.len())?;
                items.extend(more.iter().cloned());
            }
            Kind::Symbolic(_) => undecided = true,
            _ => return Err(call.type_error(0, "an array of arrays")),
        }
    }
    if undecided {
        return Ok(None);
    }
    call.gives_items(items)
}

/// Limits: <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array#range>.
pub(super) fn range(call: &Invocation<'_>) -> Reduced {
    let (Some(start), Some(count)) = (call.integer(0)?, call.integer(1)?) else {
        return Ok(None);
    };
    if count < 0 {
        return Err(call.error(format!("the count {count} is negative")));
    }
    if usize::try_from(count).is_ok_and(|count| count > MAX_ITEMS) {
        return Err(call.too_large(Excess::Items));
    }
    let end = start
        .checked_add(count)
        .filter(|end| *end <= i64::from(i32::MAX));
    let Some(end) = end else {
        return Err(call.error(format!(
            "the sum of {start} and {count} is greater than {}",
            i32::MAX
        )));
    };
    let item = |value| Value::new(Kind::Integer(value), call.origin.clone());
    call.gives_items((start..end).map(item).collect())
}

pub(super) fn distinct(call: &Invocation<'_>) -> Reduced {
    let Some(items) = call.items(0)? else {
        return Ok(None);
    };
    unique(call, items.iter())
}

/// Arrays: all items, duplicates once. Objects: all members, merged deeply; a later one takes the place of an earlier,
/// arrays are not merged.
pub(super) fn union(call: &Invocation<'_>) -> Reduced {
    match common_shape(call)? {
        Shape::Array => match known_arrays(call) {
            Some(arrays) => unique(call, arrays.into_iter().flatten()),
            None => Ok(None),
        },
        Shape::Object => object::union(call),
        _ => Ok(None),
    }
}

/// Arrays: the items of the first that all others have. Objects: the members that all have with the same value.
pub(super) fn intersection(call: &Invocation<'_>) -> Reduced {
    match common_shape(call)? {
        Shape::Array => {
            let Some(arrays) = known_arrays(call) else {
                return Ok(None);
            };
            let Some((first, others)) = arrays.split_first() else {
                return Ok(None);
            };
            let longest = others.iter().map(|other| other.len()).max().unwrap_or(0);
            if first.len().saturating_mul(longest) > MAX_ITEMS * MAX_ITEMS {
                return Err(call.too_large(Excess::Items));
            }
            let mut shared = Vec::new();
            for item in *first {
                match contained_in_all(item, others) {
                    Some(true) => shared.push(item),
                    Some(false) => {}
                    None => return Ok(None),
                }
            }
            unique(call, shared.into_iter())
        }
        Shape::Object => object::intersection(call),
        _ => Ok(None),
    }
}

/// Whether all operands are arrays or all are objects; [`Shape::Any`] while nothing is known of any.
fn common_shape(call: &Invocation<'_>) -> Result<Shape, FunctionError> {
    let mut common = Shape::Any;
    for (index, value) in call.arguments.iter().enumerate() {
        match shape(value) {
            Shape::Any if value.as_symbol().is_some() => {}
            next @ (Shape::Array | Shape::Object) if common == Shape::Any || common == next => {
                common = next;
            }
            _ => {
                return Err(call.type_error(
                    index,
                    match common {
                        Shape::Array => "an array, as those before it",
                        Shape::Object => "an object, as those before it",
                        _ => "an array or an object",
                    },
                ));
            }
        }
    }
    Ok(common)
}

fn known_arrays<'a>(call: &Invocation<'a>) -> Option<Vec<&'a [Value]>> {
    call.arguments.iter().map(Value::as_array).collect()
}

fn contained_in_all(item: &Value, arrays: &[&[Value]]) -> Option<bool> {
    let mut all = Some(true);
    for array in arrays {
        match contained(item, array) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

/// Whether an array of known length has an item that equals this value.
pub(super) fn contained(value: &Value, items: &[Value]) -> Option<bool> {
    let mut found = Some(false);
    for item in items {
        match same(item, value) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => found = None,
        }
    }
    found
}

/// The items without duplicates, the first of each kept. Undecided while it is not certain of two items whether they
/// are the same.
fn unique<'a>(call: &Invocation<'_>, items: impl Iterator<Item = &'a Value>) -> Reduced {
    let mut kept = Distinct::default();
    for item in items {
        match kept.holds(item) {
            Some(true) => {}
            Some(false) => {
                kept.add(item);
                call.check_length(kept.items.len())?;
                if kept.others.len() > MAX_ITEMS {
                    return Err(call.too_large(Excess::Items));
                }
            }
            None => return Ok(None),
        }
    }
    call.gives_items(kept.items)
}

/// Items without duplicates. Strings and integers, which most are, are looked up rather than compared one by one.
#[derive(Default)]
struct Distinct {
    items: Vec<Value>,
    texts: HashSet<Text>,
    integers: HashSet<i64>,
    /// Where in `items` those are that are neither.
    others: Vec<usize>,
}

impl Distinct {
    fn holds(&self, item: &Value) -> Option<bool> {
        let known = match &item.kind {
            Kind::String(text) => self.texts.contains(text),
            Kind::Integer(value) => self.integers.contains(value),
            _ => return contained(item, &self.items),
        };
        if known {
            return Some(true);
        }
        let mut found = Some(false);
        for index in &self.others {
            match same(&self.items[*index], item) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => found = None,
            }
        }
        found
    }

    fn add(&mut self, item: &Value) {
        match &item.kind {
            Kind::String(text) => {
                self.texts.insert(text.clone());
            }
            Kind::Integer(value) => {
                self.integers.insert(*value);
            }
            _ => self.others.push(self.items.len()),
        }
        self.items.push(item.clone());
    }
}
