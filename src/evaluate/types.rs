//! Declared types: what their names stand for, and which values they have.

use super::environment::Environment;
use super::evaluator::Evaluator;
use super::import::{Imported, UnreadImport};
use super::origin::Origin;
use super::symbol::Shape;
use super::value::Value;
use crate::source::Place;
use crate::syntax::expression::Text;
use crate::syntax::template::{Type, TypeBase};

/// How many names a type may go through, names of steps into types included.
const MAXIMUM_NAMES: usize = 64;

/// A type with its name resolved.
#[derive(Debug, Clone)]
pub(super) struct Resolved {
    /// What the name stands for, with the nullability of all names on the way.
    pub(super) kind: Type,
    /// The instance whose file its permitted values are written in.
    pub(super) instance: usize,
    /// The import that a name on the way comes from, where its file is not known. The type is `any` then.
    pub(super) unread: Option<UnreadImport>,
}

/// Why a name stands for no type.
enum Unresolved {
    /// Nothing of that name, or no such step in it.
    Absent,
    /// The file that it comes from is not known.
    Unread(UnreadImport),
}

impl Evaluator<'_> {
    /// A type with its name resolved.
    pub(super) fn resolved(&mut self, instance: usize, kind: &Type) -> Resolved {
        let mut left = MAXIMUM_NAMES;
        self.resolved_within(instance, kind, &mut left)
    }

    fn resolved_within(&mut self, instance: usize, kind: &Type, left: &mut usize) -> Resolved {
        let mut resolved = Resolved {
            kind: kind.clone(),
            instance,
            unread: None,
        };
        // The instance in which the next name is looked up.
        let mut at = instance;
        while let TypeBase::Named(path) = &resolved.kind.base {
            let path = path.clone();
            let target = match left.checked_sub(1) {
                Some(less) => {
                    *left = less;
                    self.named_type(at, &path, left)
                }
                None => Err(Unresolved::Absent),
            };
            match target {
                Ok((target, home)) => {
                    let known = resolved.kind;
                    if known.allowed.is_none() {
                        resolved.instance = home;
                    }
                    resolved.kind = Type {
                        nullable: known.nullable || target.nullable,
                        secure: known.secure || target.secure,
                        allowed: known.allowed.or(target.allowed),
                        ..target
                    };
                    at = home;
                }
                Err(reason) => {
                    resolved.kind.base = TypeBase::Any;
                    if let Unresolved::Unread(import) = reason {
                        resolved.unread = Some(import);
                    }
                }
            }
        }
        resolved
    }

    /// The type at a path of names, and the instance whose file it is written in: a declared or imported type, then
    /// steps into it.
    fn named_type(
        &mut self,
        instance: usize,
        path: &[Text],
        left: &mut usize,
    ) -> Result<(Type, usize), Unresolved> {
        let (name, steps) = path.split_first().ok_or(Unresolved::Absent)?;
        let (mut found, mut home) = match self.own_type(instance, name) {
            Some(own) => (own, instance),
            None => match self.imported(instance, name) {
                Some(Imported::Library { instance, name }) => {
                    let exported = self.own_type(instance, &name);
                    (exported.ok_or(Unresolved::Absent)?, instance)
                }
                Some(Imported::Unread(import)) => return Err(Unresolved::Unread(import)),
                None => return Err(Unresolved::Absent),
            },
        };
        for step in steps {
            if matches!(found.base, TypeBase::Named(_)) {
                let resolved = self.resolved_within(home, &found, left);
                if let Some(import) = resolved.unread {
                    return Err(Unresolved::Unread(import));
                }
                (found, home) = (resolved.kind, resolved.instance);
            }
            found = step_into(&found, step).ok_or(Unresolved::Absent)?;
        }
        Ok((found, home))
    }

    fn own_type(&self, instance: usize, name: &str) -> Option<Type> {
        let types = &self.instances[instance].template.types;
        let exact = types.iter().find(|declared| *declared.name.text == *name);
        exact
            .or_else(|| {
                types
                    .iter()
                    .find(|declared| declared.name.text.eq_ignore_ascii_case(name))
            })
            .map(|declared| declared.kind.clone())
    }

    /// All values of a type, where there are finitely many. The allowed values of an array are those of its elements.
    pub(super) fn domain(&mut self, resolved: &Resolved, declared: Place) -> Option<Vec<Value>> {
        let kind = &resolved.kind;
        let mut values = match (&kind.allowed, &kind.base) {
            (_, TypeBase::Array(_) | TypeBase::Tuple(_)) => return None,
            (Some(_), _) => self.allowed(resolved)?,
            (None, TypeBase::Bool) => vec![
                Value::bool(true, Origin::at(declared)),
                Value::bool(false, Origin::at(declared)),
            ],
            _ => return None,
        };
        if kind.nullable {
            values.push(Value::null(Origin::at(declared)));
        }
        values.iter().all(Value::is_concrete).then_some(values)
    }

    /// The permitted values of a type.
    pub(super) fn allowed(&mut self, resolved: &Resolved) -> Option<Vec<Value>> {
        let environment = Environment {
            instance: resolved.instance,
            file: self.instances[resolved.instance].template.file,
            frames: None,
        };
        let allowed = resolved.kind.allowed.as_ref()?;
        Some(
            allowed
                .iter()
                .map(|value| self.evaluate(value, &environment))
                .collect(),
        )
    }
}

fn step_into(kind: &Type, step: &str) -> Option<Type> {
    match &kind.base {
        TypeBase::Object(properties, other) => properties
            .iter()
            .find(|(name, _)| name.text.eq_ignore_ascii_case(step))
            .map(|(_, kind)| kind.clone())
            .or_else(|| other.as_deref().cloned()),
        TypeBase::Array(Some(items)) => Some((**items).clone()),
        TypeBase::Tuple(items) => step
            .parse()
            .ok()
            .and_then(|index: usize| items.get(index))
            .cloned(),
        _ => None,
    }
}

/// The outermost layer of a resolved type.
pub(super) fn shape(kind: &Type) -> Shape {
    match kind.base {
        TypeBase::Any | TypeBase::Named(_) | TypeBase::Union(_) => Shape::Any,
        TypeBase::String => Shape::String,
        TypeBase::Integer => Shape::Integer,
        TypeBase::Bool => Shape::Bool,
        TypeBase::Array(_) | TypeBase::Tuple(_) => Shape::Array,
        TypeBase::Object(..) => Shape::Object,
    }
}

impl Shape {
    /// The type's name in ARM.
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::String => "string",
            Self::Integer => "int",
            Self::Bool => "bool",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}
