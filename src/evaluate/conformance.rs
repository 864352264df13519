//! Whether what a parameter is given is what the members and items of its declared type take.
//!
//! In: a value and what its type says of its parts. Out: the parts that do not conform, each with the path to it. What is
//! undecided conforms: it refuses to guess. Azure Resource Manager rejects a deployment with such a value
//! (<https://learn.microsoft.com/azure/azure-resource-manager/templates/definitions>).

use super::declared::item_step;
use super::symbol::{DeclaredMember, Shape, Structure};
use super::value::{Kind, Value};
use crate::source::Place;
use crate::syntax::expression::Text;

/// How many parts of one value are told of.
const MAXIMUM_TOLD: usize = 8;

/// A part of a value that does not conform to its type.
#[derive(Debug)]
pub(super) struct Misfit {
    /// The names that lead to it: `acls.rules[0]`.
    pub(super) path: String,
    /// What is wrong with it.
    pub(super) fault: Fault,
    /// Where it is written; of a member that is missing, where the object is.
    pub(super) place: Place,
}

/// What is wrong with a part of a value.
#[derive(Debug, PartialEq)]
pub(super) enum Fault {
    /// It is of another type than the first, of the second.
    Type(Shape, Shape),
    /// It is not one of the permitted values.
    NotAllowed,
    /// The type requires it, and it is not there.
    Missing,
    /// The type has no such member, and takes no others than its own.
    Unexpected,
}

/// The outermost layer of a value's type; any where it is null or not known.
pub(super) fn shape_of(value: &Value) -> Shape {
    match &value.kind {
        Kind::Null | Kind::Symbolic(_) => Shape::Any,
        Kind::Bool(_) => Shape::Bool,
        Kind::Integer(_) | Kind::Decimal(_) => Shape::Integer,
        Kind::String(_) | Kind::Mixed(_) => Shape::String,
        Kind::Array(_) => Shape::Array,
        Kind::Object(_) => Shape::Object,
    }
}

/// The parts of an object or an array that do not conform to what it is made of by its type, the first ones of many.
pub(super) fn misfits(value: &Value, structure: &Structure) -> Vec<Misfit> {
    let mut check = Check::default();
    check.parts(value, structure);
    check.found
}

#[derive(Default)]
struct Check {
    found: Vec<Misfit>,
    /// The names and the steps to items that lead to what is looked at.
    path: Vec<Text>,
}

impl Check {
    /// It goes as deep as types are looked at.
    fn parts(&mut self, value: &Value, structure: &Structure) {
        match &value.kind {
            Kind::Object(object) => {
                for member in &structure.members {
                    let given = object.get(&member.name);
                    self.below(&member.name, |check| match given {
                        Some(given) => check.part(&given.value, member),
                        None if member.nullable => {}
                        None => check.tell(Fault::Missing, value.origin.place),
                    });
                }
                let is_declared = |name: &str| {
                    let mut members = structure.members.iter();
                    members.any(|member| member.name.eq_ignore_ascii_case(name))
                };
                if structure.sealed {
                    for member in object.iter().filter(|member| !is_declared(&member.key)) {
                        self.below(&member.key, |check| {
                            check.tell(Fault::Unexpected, member.key_place);
                        });
                    }
                }
            }
            Kind::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    if self.found.len() >= MAXIMUM_TOLD {
                        return;
                    }
                    let step = item_step(index);
                    let mut own = structure.members.iter();
                    let own = own.find(|member| member.name == step);
                    if let Some(kind) = own.or(structure.items.as_deref()) {
                        self.below(&step, |check| check.part(item, kind));
                    }
                }
            }
            _ => {}
        }
    }

    fn below(&mut self, step: &Text, look: impl FnOnce(&mut Self)) {
        self.path.push(step.clone());
        look(self);
        self.path.pop();
    }

    fn part(&mut self, value: &Value, kind: &DeclaredMember) {
        let place = value.origin.place;
        if value.is_null() {
            if !kind.nullable {
                self.tell(Fault::Missing, place);
            }
            return;
        }
        let actual = shape_of(value);
        if kind.shape != Shape::Any && actual != Shape::Any && kind.shape != actual {
            self.tell(Fault::Type(kind.shape, actual), place);
        } else if let Some(domain) = &kind.domain {
            if value.is_concrete() && !domain.contains(value) {
                self.tell(Fault::NotAllowed, place);
            }
        } else {
            self.parts(value, &kind.structure);
        }
    }

    fn tell(&mut self, fault: Fault, place: Place) {
        if self.found.len() >= MAXIMUM_TOLD {
            return;
        }
        let mut path = String::new();
        for step in &self.path {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        self.found.push(Misfit { path, fault, place });
    }
}

impl Misfit {
    /// What is wrong, in words that go behind a parameter's name.
    pub(super) fn message(&self) -> String {
        let path = &self.path;
        match &self.fault {
            Fault::Type(expected, actual) => format!(
                "is given a value whose '{path}' has to be of type {}, but is of type {}",
                expected.word(),
                actual.word()
            ),
            Fault::NotAllowed => {
                format!("is given a value whose '{path}' is not one of its allowed values")
            }
            Fault::Missing => {
                format!("is given a value without '{path}', which its type requires")
            }
            Fault::Unexpected => {
                format!("is given a value with '{path}', which its type does not have")
            }
        }
    }
}
