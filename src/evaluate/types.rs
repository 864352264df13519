//! Declared types: what their names stand for, and which values they have.

use super::conformance::shape_of;
use super::declared::{item_step, size};
use super::environment::Environment;
use super::evaluator::Evaluator;
use super::import::{Imported, UnreadImport};
use super::origin::Origin;
use super::symbol::{DeclaredMember, Shape, Structure};
use super::value::Value;
use crate::source::Place;
use crate::syntax::expression::{Expression, Text};
use crate::syntax::template::{Type, TypeBase};

/// How many types it may take to resolve one, and how deep they may lead into each other.
const MAXIMUM_TYPES: Budget = Budget {
    types: 4096,
    depth: 64,
};

/// How many names lead to a member that is looked at: types may hold themselves.
const MAXIMUM_PATH: u32 = 6;

/// How many members and items of one parameter are looked at, and how deep their types may lead into each other.
const MAXIMUM_MEMBERS: Budget = Budget {
    types: 1024,
    depth: 64,
};

/// What is left for resolving a type: types may refer to themselves, and unions of unions grow.
#[derive(Debug, Clone, Copy)]
struct Budget {
    types: u32,
    depth: u32,
}

impl Budget {
    /// Takes one type off.
    fn spend(&mut self) -> Option<()> {
        self.types = self.types.checked_sub(1)?;
        Some(())
    }
}

/// A type with its name resolved.
#[derive(Debug, Clone)]
pub(super) struct Resolved {
    /// What the name stands for, with the nullability of all names on the way.
    pub(super) kind: Type,
    /// The permitted values, each with the instance whose file it is written in; `None` where any value is permitted.
    permitted: Option<Vec<(usize, Expression)>>,
    /// The import that a name on the way comes from, where its file is not known. The type is `any` then.
    pub(super) unread: Option<UnreadImport>,
    /// The instance whose file the type is written in.
    home: usize,
}

/// Why a name stands for no type.
enum Unresolved {
    /// Nothing of that name, or no such step in it.
    Absent,
    /// The file that it comes from is not known.
    Unread(UnreadImport),
}

impl Resolved {
    /// A type as it is written in the file of an instance.
    fn written(instance: usize, mut kind: Type) -> Self {
        let permitted = kind.allowed.take();
        Self {
            permitted: permitted
                .map(|all| all.into_iter().map(|literal| (instance, literal)).collect()),
            kind,
            unread: None,
            home: instance,
        }
    }

    /// Whether it has finitely many values. The permitted values of an array are those of its elements.
    pub(super) fn is_finite(&self) -> bool {
        match &self.kind.base {
            TypeBase::Array(_) | TypeBase::Tuple(_) => false,
            TypeBase::Bool => true,
            _ => self.permitted.is_some(),
        }
    }
}

impl Evaluator<'_> {
    /// A type with its name resolved.
    pub(super) fn resolved(&mut self, instance: usize, kind: &Type) -> Resolved {
        self.resolved_within(instance, kind, &mut { MAXIMUM_TYPES })
    }

    fn resolved_within(&mut self, instance: usize, kind: &Type, left: &mut Budget) -> Resolved {
        let mut resolved = Resolved::written(instance, kind.clone());
        let Some(depth) = left.depth.checked_sub(1) else {
            resolved.kind.base = TypeBase::Any;
            return resolved;
        };
        left.depth = depth;
        while let TypeBase::Named(path) = &resolved.kind.base {
            let path = path.clone();
            let target = match left.spend() {
                Some(()) => self.named_type(resolved.home, &path, left),
                None => Err(Unresolved::Absent),
            };
            match target {
                Ok((target, home)) => {
                    let known = resolved;
                    resolved = Resolved::written(home, target);
                    resolved.kind.nullable |= known.kind.nullable;
                    resolved.kind.secure |= known.kind.secure;
                    resolved.kind.sealed |= known.kind.sealed;
                    // The narrower one of two limits.
                    let least = known.kind.minimum.max(resolved.kind.minimum);
                    let greatest = [known.kind.maximum, resolved.kind.maximum];
                    resolved.kind.minimum = least;
                    resolved.kind.maximum = greatest.into_iter().flatten().min();
                    resolved.permitted = known.permitted.or(resolved.permitted);
                }
                Err(reason) => {
                    resolved.kind.base = TypeBase::Any;
                    if let Unresolved::Unread(import) = reason {
                        resolved.unread = Some(import);
                    }
                }
            }
        }
        if resolved.permitted.is_none()
            && let TypeBase::Union(members) = &resolved.kind.base
        {
            let members = members.clone();
            self.union(&mut resolved, &members, left);
        }
        left.depth += 1;
        resolved
    }

    /// A union: where all of its members are literals, these are what it permits.
    fn union(&mut self, union: &mut Resolved, members: &[Type], left: &mut Budget) {
        let mut permitted = Vec::new();
        let mut base: Option<TypeBase> = None;
        for member in members {
            if left.spend().is_none() {
                return;
            }
            let member = self.resolved_within(union.home, member, left);
            union.kind.nullable |= member.kind.nullable;
            union.unread = member.unread.or(union.unread.take());
            match member.permitted {
                Some(literals) => permitted.extend(literals),
                None => return,
            }
            let alike = base.as_ref().is_none_or(|base| {
                std::mem::discriminant(base) == std::mem::discriminant(&member.kind.base)
            });
            base = Some(if alike {
                member.kind.base
            } else {
                TypeBase::Any
            });
        }
        union.kind.base = base.unwrap_or(TypeBase::Any);
        union.permitted = Some(permitted);
    }

    /// The type at a path of names, and the instance whose file it is written in: a declared or imported type, then
    /// steps into it.
    fn named_type(
        &mut self,
        instance: usize,
        path: &[Text],
        left: &mut Budget,
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
                (found, home) = (resolved.kind, resolved.home);
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

    /// All values of a type, where there are finitely many.
    pub(super) fn domain(&mut self, resolved: &Resolved, declared: Place) -> Option<Vec<Value>> {
        if !resolved.is_finite() {
            return None;
        }
        let mut values = self.permitted(resolved).unwrap_or_else(|| {
            let bools = [true, false];
            bools
                .map(|value| Value::bool(value, Origin::at(declared)))
                .to_vec()
        });
        let [least, greatest] = [resolved.kind.minimum, resolved.kind.maximum];
        let is_of_size = |size: i64| {
            least.is_none_or(|least| size >= least)
                && greatest.is_none_or(|greatest| size <= greatest)
        };
        values.retain(|value| size(value).is_none_or(is_of_size));
        // A list that permits nothing is a mistake: what the parameter may be is not known then.
        if values.is_empty() {
            return None;
        }
        if resolved.kind.nullable {
            values.push(Value::null(Origin::at(declared)));
        }
        values.iter().all(Value::is_concrete).then_some(values)
    }

    /// What an object or an array of a type is made of; nothing of a secret.
    pub(super) fn structure(&mut self, resolved: &Resolved, declared: Place) -> Structure {
        self.structure_within(resolved, declared, MAXIMUM_PATH, &mut { MAXIMUM_MEMBERS })
    }

    fn structure_within(
        &mut self,
        resolved: &Resolved,
        declared: Place,
        depth: u32,
        left: &mut Budget,
    ) -> Structure {
        let mut structure = Structure::default();
        let (false, Some(depth)) = (resolved.kind.secure, depth.checked_sub(1)) else {
            return structure;
        };
        let mut part = |name: Text, kind: &Type| {
            left.spend()?;
            Some(self.part(name, kind, resolved.home, declared, depth, left))
        };
        match &resolved.kind.base {
            TypeBase::Object(properties, _) => {
                structure.sealed = resolved.kind.sealed;
                for (name, kind) in properties {
                    // A name that is not known, and what is too much to look at.
                    match part(name.text.clone(), kind).filter(|_| !name.text.is_empty()) {
                        Some(member) => structure.members.push(member),
                        None => structure.sealed = false,
                    }
                }
            }
            // The permitted values of an array are those of its items.
            TypeBase::Array(_) if resolved.permitted.is_some() => {
                let values = self.permitted(resolved).unwrap_or_default();
                structure.items = permitted_item(values).map(Box::new);
            }
            TypeBase::Array(Some(kind)) => {
                structure.items = part("".into(), kind).map(Box::new);
            }
            TypeBase::Tuple(items) => {
                let items = items.iter().enumerate();
                let items = items.map_while(|(index, kind)| part(item_step(index), kind));
                structure.members = items.collect();
            }
            _ => {}
        }
        structure
    }

    /// A member or an item of a type that is written in the file of an instance.
    fn part(
        &mut self,
        name: Text,
        kind: &Type,
        home: usize,
        declared: Place,
        depth: u32,
        left: &mut Budget,
    ) -> DeclaredMember {
        let resolved = self.resolved_within(home, kind, left);
        let domain = match resolved.kind.secure {
            true => None,
            false => self.domain(&resolved, declared),
        };
        let shape = shape(&resolved.kind);
        DeclaredMember {
            name,
            shape,
            nullable: resolved.kind.nullable || shape == Shape::Any && domain.is_none(),
            limits: [resolved.kind.minimum, resolved.kind.maximum],
            structure: match domain {
                Some(_) => Structure::default(),
                None => self.structure_within(&resolved, declared, depth, left),
            },
            domain,
        }
    }

    /// The permitted values of a type; `None` where any value is permitted.
    pub(super) fn permitted(&mut self, resolved: &Resolved) -> Option<Vec<Value>> {
        let literals = resolved.permitted.as_ref()?;
        let values = literals.iter().map(|(instance, literal)| {
            let environment = Environment {
                instance: *instance,
                file: self.instances[*instance].template.file,
                frames: None,
            };
            self.evaluate(literal, &environment)
        });
        Some(values.collect())
    }
}

/// An item that has one of these values. Lists of lists are left alone.
fn permitted_item(values: Vec<Value>) -> Option<DeclaredMember> {
    let shapes: Vec<Shape> = values.iter().map(shape_of).collect();
    let first = *shapes.first()?;
    let is_plain = |value: &Value| value.is_concrete() && shape_of(value) != Shape::Array;
    values.iter().all(is_plain).then(|| DeclaredMember {
        name: "".into(),
        shape: match shapes.iter().all(|shape| *shape == first) {
            true => first,
            false => Shape::Any,
        },
        nullable: values.iter().any(Value::is_null),
        limits: [None, None],
        domain: Some(values),
        structure: Structure::default(),
    })
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
