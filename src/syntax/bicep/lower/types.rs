//! Types: as much of them as tells null, secrets and finite domains.

use super::names::Meaning;
use super::{Lowering, name};
use crate::source::Span;
use crate::syntax::bicep::tree::{
    self, Decorator, ExpressionKind as Written, KeyKind, TypeKey, TypeKind, UnaryOperator,
};
use crate::syntax::expression::{Expression, ExpressionKind, Text};
use crate::syntax::template::{Name, Type, TypeBase};

impl<'s> Lowering<'_, 's> {
    /// A type with the decorators above what is declared with it.
    pub(super) fn decorated_type(
        &mut self,
        written: &tree::Type<'s>,
        decorators: &[Decorator<'s>],
    ) -> Type {
        let mut kind = self.type_of(written);
        kind.secure |= decorators.iter().any(|decorator| is(decorator, "secure"));
        kind.sealed |= decorators.iter().any(|decorator| is(decorator, "sealed"));
        let bound = |value, length| {
            let found = decorator(decorators, value).or_else(|| decorator(decorators, length));
            found.and_then(integer)
        };
        kind.minimum = bound("minValue", "minLength").or(kind.minimum);
        kind.maximum = bound("maxValue", "maxLength").or(kind.maximum);
        if let Some(Written::Array(items)) =
            decorator(decorators, "allowed").map(|allowed| &allowed.kind)
        {
            let allowed = items
                .iter()
                .map(|item| match item {
                    tree::ArrayItem::Value(value) => self.expression(value),
                    tree::ArrayItem::Spread(spread) => self.expression(&spread.value),
                })
                .collect();
            kind.allowed = Some(allowed);
        }
        kind
    }

    pub(super) fn type_of(&mut self, written: &tree::Type<'s>) -> Type {
        match &written.kind {
            TypeKind::Name(text) => self.named_type(text),
            TypeKind::Property { base, name, .. } => self.property_type(base, *name),
            TypeKind::OtherProperties(base) | TypeKind::Items(base) => self.step(base, "*".into()),
            TypeKind::Item { base, index } => match index.kind {
                Written::Integer(index) => self.step(base, index.to_string().into()),
                _ => Type::any(),
            },
            TypeKind::Array(item) => {
                let item = self.type_of(item);
                Type::of(TypeBase::Array(Some(Box::new(item))))
            }
            TypeKind::Nullable(inner) => Type {
                nullable: true,
                ..self.type_of(inner)
            },
            TypeKind::NonNull(inner) => Type {
                nullable: false,
                ..self.type_of(inner)
            },
            TypeKind::Parenthesized(inner) => self.type_of(inner),
            TypeKind::Union(members) => self.union(members),
            TypeKind::Literal(value) => {
                let value = self.expression(value);
                literal(value)
            }
            TypeKind::Unary { operator, operand } => {
                self.unary_type(*operator, operand, written.span)
            }
            TypeKind::Object(properties) => self.object_type(properties),
            TypeKind::Tuple(items) => {
                let items = items
                    .iter()
                    .map(|item| self.decorated_type(&item.value, item.decorators))
                    .collect();
                let items: Vec<Type> = items;
                // The compiler writes `items: false`: there are no others.
                let length = i64::try_from(items.len()).ok();
                Type {
                    minimum: length,
                    maximum: length,
                    ..Type::of(TypeBase::Tuple(items))
                }
            }
            // What a resource provider declares is not known here; a resource as a parameter is its id.
            TypeKind::Generic { .. } | TypeKind::Resource(_) | TypeKind::Error => Type::any(),
        }
    }

    fn named_type(&mut self, text: &str) -> Type {
        match self.names.global(text) {
            Some(Meaning::Type | Meaning::Imported) => Type::of(TypeBase::Named(vec![text.into()])),
            _ => Type::of(built_in(text)),
        }
    }

    /// `sys.string`, `alias.name` of an import, or a property of a type.
    fn property_type(&mut self, base: &tree::Type<'s>, name: tree::Name<'s>) -> Type {
        if let TypeKind::Name(namespace) = base.kind {
            match self.names.global(namespace) {
                Some(Meaning::Extension) => return Type::of(built_in(name.text)),
                Some(Meaning::Namespace) => {
                    let text = format!("{namespace}.{}", name.text).into();
                    return Type::of(TypeBase::Named(vec![text]));
                }
                _ => {}
            }
        }
        self.step(base, name.text.into())
    }

    /// A step into a named type; into another one nothing is known.
    fn step(&mut self, base: &tree::Type<'s>, step: Text) -> Type {
        let base = self.type_of(base);
        match base.base {
            TypeBase::Named(mut path) => {
                path.push(step);
                Type::of(TypeBase::Named(path))
            }
            _ => Type::any(),
        }
    }

    /// Literals are the permitted values; of other types one has to fit.
    fn union(&mut self, members: &[tree::Type<'s>]) -> Type {
        let mut members: Vec<Type> = members.iter().map(|member| self.type_of(member)).collect();
        let nullable = members.iter().any(|member| member.nullable);
        // `null` alone is a type of its own.
        members.retain(|member| member.allowed.as_ref().is_none_or(|all| !all.is_empty()));
        let Some(first) = members.first() else {
            return Type {
                nullable,
                ..Type::any()
            };
        };
        if members.iter().any(|member| member.allowed.is_none()) {
            return Type {
                nullable,
                ..Type::of(TypeBase::Union(members))
            };
        }
        let alike = members.iter().all(|member| {
            std::mem::discriminant(&member.base) == std::mem::discriminant(&first.base)
        });
        let base = if alike {
            first.base.clone()
        } else {
            TypeBase::Any
        };
        let allowed = members.into_iter().filter_map(|member| member.allowed);
        Type {
            nullable,
            allowed: Some(allowed.flatten().collect()),
            ..Type::of(base)
        }
    }

    fn unary_type(
        &mut self,
        operator: UnaryOperator,
        operand: &tree::Type<'s>,
        span: Span,
    ) -> Type {
        let operand = self.type_of(operand);
        let value = match operand.allowed.as_deref() {
            Some([only]) => &only.kind,
            _ => return Type::any(),
        };
        let value = match (operator, value) {
            (UnaryOperator::Minus, ExpressionKind::Integer(value)) => {
                value.checked_neg().map(ExpressionKind::Integer)
            }
            (UnaryOperator::Not, ExpressionKind::Bool(value)) => {
                Some(ExpressionKind::Bool(!*value))
            }
            _ => None,
        };
        match value {
            Some(value) => literal(Expression::new(value, span)),
            None => Type::any(),
        }
    }

    fn object_type(&mut self, properties: &[tree::TypeProperty<'s>]) -> Type {
        let mut named = Vec::with_capacity(properties.len());
        let mut others = None;
        for property in properties {
            let kind = self.decorated_type(&property.value, property.decorators);
            match &property.key {
                TypeKey::Any(_) => others = Some(Box::new(kind)),
                TypeKey::Key(key) => named.push((key_name(key), kind)),
            }
        }
        Type::of(TypeBase::Object(named, others))
    }
}

/// A type that is one value. `null` permits no other.
fn literal(value: Expression) -> Type {
    let base = match &value.kind {
        ExpressionKind::String(_) => TypeBase::String,
        ExpressionKind::Integer(_) | ExpressionKind::Decimal(_) => TypeBase::Integer,
        ExpressionKind::Bool(_) => TypeBase::Bool,
        ExpressionKind::Null => {
            return Type {
                nullable: true,
                allowed: Some(Vec::new()),
                ..Type::any()
            };
        }
        // A literal with holes, or something that is none: an error.
        _ => return Type::any(),
    };
    Type {
        allowed: Some(vec![value]),
        ..Type::of(base)
    }
}

fn built_in(text: &str) -> TypeBase {
    match text {
        "string" => TypeBase::String,
        "int" => TypeBase::Integer,
        "bool" => TypeBase::Bool,
        "array" => TypeBase::Array(None),
        "object" => TypeBase::Object(Vec::new(), None),
        _ => TypeBase::Any,
    }
}

fn key_name(key: &tree::Key<'_>) -> Name {
    match &key.kind {
        KeyKind::Name(text) => name(tree::Name {
            text,
            span: key.span,
        }),
        KeyKind::Text(text) => Name {
            text: text.value.into(),
            span: key.span,
        },
        KeyKind::Interpolated(_) => Name {
            text: "".into(),
            span: key.span,
        },
    }
}

fn is(decorator: &Decorator<'_>, name: &str) -> bool {
    let is_own = decorator
        .namespace
        .is_none_or(|namespace| matches!(namespace.text, "sys" | "az"));
    is_own && decorator.name.text == name
}

/// The first argument of the decorator of this name.
pub(super) fn decorator<'d, 's>(
    decorators: &'d [Decorator<'s>],
    name: &str,
) -> Option<&'d tree::Expression<'s>> {
    let found = decorators.iter().find(|decorator| is(decorator, name))?;
    found.arguments.first()
}

/// A whole number as it is written, perhaps with a sign.
pub(super) fn integer(expression: &tree::Expression<'_>) -> Option<i64> {
    match &expression.kind {
        Written::Integer(value) => i64::try_from(*value).ok(),
        Written::Parenthesized(inner) => integer(inner),
        Written::Unary(unary) if unary.operator == UnaryOperator::Minus => {
            match unary.operand.kind {
                Written::Integer(value) => 0_i64.checked_sub_unsigned(value),
                _ => None,
            }
        }
        _ => None,
    }
}
