//! What is said to be certain of a value must hold of what it becomes.

use akvlint::evaluate::assignment::Assignment;
use akvlint::evaluate::canonical::to_json;
use akvlint::evaluate::partial::{
    emptiness, items, may_be_null, members, shape, text_bounds, utf16_length,
};
use akvlint::evaluate::substitute::substitute;
use akvlint::evaluate::symbol::Shape;
use akvlint::evaluate::value::{Kind, Value};

/// What of a symbolic value does not hold of the known value that it becomes under an assignment.
pub(crate) fn broken(symbolic: &Value, known: &Value, assignment: &Assignment) -> Vec<String> {
    let mut broken = Vec::new();
    let mut check = |holds: bool, fact: String| {
        if !holds {
            broken.push(fact);
        }
    };
    let printed = |value: &Value| to_json(value).to_string().to_lowercase();
    let under = |value: &Value| printed(&substitute(value, assignment));
    if !known.is_known() {
        return Vec::new();
    }
    check(
        !known.is_null() || may_be_null(symbolic),
        "it is not null".to_owned(),
    );
    let shape = shape(symbolic);
    check(
        known.is_null() || shape == Shape::Any || shape == akvlint::evaluate::partial::shape(known),
        format!("it is of shape {shape:?}"),
    );
    if let (Some(said), Some(so)) = (emptiness(symbolic), emptiness(known)) {
        check(said == so, format!("empty is {said}"));
    }
    if let (Some(bounds), Some(text)) = (text_bounds(symbolic), known.as_str()) {
        let length = utf16_length(text);
        let holds = text.starts_with(&bounds.prefix)
            && text.ends_with(&bounds.suffix)
            && length >= bounds.min
            && bounds.max.is_none_or(|max| length <= max)
            && text
                .chars()
                .all(|character| bounds.alphabet.admits(character));
        check(holds, format!("{bounds:?}"));
    }
    let members = members(symbolic);
    match &known.kind {
        Kind::Object(object) => {
            for member in &members.certain {
                let found = object.get(&member.key).map(|found| printed(&found.value));
                check(
                    found == Some(under(&member.value)),
                    format!("the member {} is {}", member.key, to_json(&member.value)),
                );
            }
            for member in &members.optional {
                let found = object.get(&member.key);
                let found = found.map_or_else(|| "null".to_owned(), |found| printed(&found.value));
                check(
                    found == under(&member.value),
                    format!(
                        "the member {}, if any, is {}",
                        member.key,
                        to_json(&member.value)
                    ),
                );
            }
            for name in &members.present {
                check(
                    object.get(name).is_some(),
                    format!("there is a member {name}"),
                );
            }
            for member in object.iter().filter(|_| !members.open) {
                let named = members.certain.iter().chain(&members.possible);
                let named = named.chain(&members.optional);
                let names = named.map(|member| &member.key).chain(&members.present);
                let mut names = names.map(|name| name.to_ascii_lowercase());
                check(
                    names.any(|name| name == member.key.to_ascii_lowercase()),
                    format!("there is no member {}", member.key),
                );
            }
        }
        _ => check(
            members.certain.is_empty() || known.is_null(),
            "it has members".to_owned(),
        ),
    }
    let said = items(symbolic);
    if let Some(array) = known.as_array() {
        let found: Vec<_> = array.iter().map(printed).collect();
        let listed = |values: &[Value]| -> Vec<_> { values.iter().map(under).collect() };
        let (start, end) = (listed(&said.start), listed(&said.end));
        check(
            found.starts_with(&start),
            format!("it starts with {start:?}"),
        );
        check(found.ends_with(&end), format!("it ends with {end:?}"));
        for item in listed(&said.middle) {
            check(found.contains(&item), format!("it has {item}"));
        }
        check(
            found.len() >= said.minimum,
            format!("{} items at least", said.minimum),
        );
        if said.is_exact() {
            check(found == start, format!("it is {start:?}"));
        } else if !said.open {
            let mut all: Vec<_> = said.known().map(under).collect();
            all.extend(listed(&said.possible));
            check(
                found.iter().all(|item| all.contains(item)),
                format!("all its items are of {all:?}"),
            );
        }
    }
    broken
}
