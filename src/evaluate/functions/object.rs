//! Functions that make objects or take them apart.

use std::cmp::Ordering;

use super::Reduced;
use super::invocation::Invocation;
use crate::evaluate::origin::Origin;
use crate::evaluate::partial::{is_no_object, same};
use crate::evaluate::value::{Kind, Member, Object, Value};

pub(super) fn null(call: &Invocation<'_>) -> Reduced {
    call.gives(Kind::Null)
}

/// Names and values in turn. An undecided name leaves the object undecided.
pub(super) fn create_object(call: &Invocation<'_>) -> Reduced {
    if !call.arguments.len().is_multiple_of(2) {
        return Err(call.error("takes names and values in turn, and the last name has no value"));
    }
    let mut object = Object::new();
    let mut undecided = false;
    for index in (0..call.arguments.len()).step_by(2) {
        match call.string(index)? {
            Some(name) => object.insert(call.member(name, call.argument(index + 1).clone())),
            None => undecided = true,
        }
    }
    if undecided {
        return Ok(None);
    }
    call.gives_object(object)
}

/// The deep merge of the arguments, which are objects or undecided.
pub(super) fn union(call: &Invocation<'_>) -> Reduced {
    let mut operands = call.arguments.iter();
    let Some(first) = operands.next().filter(|value| value.as_object().is_some()) else {
        return Ok(None);
    };
    let mut merged = first.clone();
    for operand in operands {
        match merge_objects(&merged, operand) {
            Some(value) => merged = value,
            None => return Ok(None),
        }
    }
    match merged.kind {
        Kind::Object(object) => call.gives_object(object.as_ref().clone()),
        _ => Ok(None),
    }
}

/// One object laid over another: where both have a member that is an object, these are merged in turn, else the later
/// one stays. Nothing where it is undecided which of both is the case.
pub(crate) fn merge_objects(below: &Value, over: &Value) -> Option<Value> {
    let (Kind::Object(known), Kind::Object(more)) = (&below.kind, &over.kind) else {
        return None;
    };
    let mut merged = known.as_ref().clone();
    for member in more.iter() {
        let value = match known.get(&member.key) {
            Some(old) if !is_no_object(&old.value) && !is_no_object(&member.value) => {
                merge_objects(&old.value, &member.value)?
            }
            _ => member.value.clone(),
        };
        merged.insert(Member {
            value,
            ..member.clone()
        });
    }
    Some(Value::object(merged, over.origin.clone()))
}

/// The members that all arguments have with the same value.
pub(super) fn intersection(call: &Invocation<'_>) -> Reduced {
    let objects: Option<Vec<&Object>> = call.arguments.iter().map(Value::as_object).collect();
    let Some((first, others)) = objects.as_deref().and_then(<[&Object]>::split_first) else {
        return Ok(None);
    };
    let mut shared = Object::new();
    for member in first.iter() {
        let mut everywhere = Some(true);
        for other in others {
            let equal = other
                .get(&member.key)
                .map_or(Some(false), |other| same(&other.value, &member.value));
            match equal {
                Some(true) => {}
                Some(false) => {
                    everywhere = Some(false);
                    break;
                }
                None => everywhere = None,
            }
        }
        match everywhere {
            Some(true) => shared.insert(member.clone()),
            Some(false) => {}
            None => return Ok(None),
        }
    }
    call.gives_object(shared)
}

/// An array of objects to one object; a later member takes the place of an earlier one, whatever either is.
pub(super) fn shallow_merge(call: &Invocation<'_>) -> Reduced {
    let Some(entries) = call.items(0)? else {
        return Ok(None);
    };
    let mut merged = Object::new();
    let mut undecided = false;
    let mut length = 0;
    for entry in entries {
        match &entry.kind {
            Kind::Object(object) => {
                length += object.len();
                call.check_length(length)?;
                for member in object.iter() {
                    merged.insert(member.clone());
                }
            }
            Kind::Symbolic(_) => undecided = true,
            _ => return Err(call.type_error(0, "an array of objects")),
        }
    }
    if undecided {
        return Ok(None);
    }
    call.gives_object(merged)
}

pub(super) fn items(call: &Invocation<'_>) -> Reduced {
    let Some(object) = call.object(0)? else {
        return Ok(None);
    };
    let entries = sorted(object)
        .into_iter()
        .map(|member| entry(member, call.origin));
    call.gives_items(entries.collect())
}

/// What `items` makes of one member.
pub(crate) fn entry(member: &Member, origin: &Origin) -> Value {
    let of = |key: &str, value: Value| Member {
        key: key.into(),
        key_place: origin.place,
        value,
    };
    let key = Value::string(member.key.clone(), Origin::at(member.key_place));
    let object = [of("key", key), of("value", member.value.clone())];
    Value::object(object.into_iter().collect(), origin.clone())
}

pub(super) fn object_keys(call: &Invocation<'_>) -> Reduced {
    let Some(object) = call.object(0)? else {
        return Ok(None);
    };
    let names = sorted(object)
        .into_iter()
        .map(|member| Value::string(member.key.clone(), Origin::at(member.key_place)));
    call.gives_items(names.collect())
}

/// The members by name, whatever its case, as the tests of the Bicep compiler record of the real engine.
fn sorted(object: &Object) -> Vec<&Member> {
    let mut members: Vec<&Member> = object.iter().collect();
    members.sort_by(|a, b| ignoring_case(&a.key, &b.key));
    members
}

fn ignoring_case(a: &str, b: &str) -> Ordering {
    let upper = |text: &str| -> Vec<char> { text.chars().flat_map(char::to_uppercase).collect() };
    upper(a).cmp(&upper(b))
}
