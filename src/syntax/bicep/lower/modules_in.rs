//! Which expressions are modules, or hold them.
//!
//! In: an expression as it is written. Out: how modules are in its value, as far as the compiler knows it by the type. What
//! an output of a module holds is in its `value`, which the compiler adds where what is left of `.outputs` is a module by
//! its type: `map(apps, app => app.outputs.id)` is
//! `map(references('apps'), lambda('app', lambdaVariables('app').outputs.id.value))`.
//! <https://github.com/Azure/bicep/blob/main/src/Bicep.Core/Intermediate/ExpressionBuilder.cs> (`ConvertPropertyAccess`);
//! the types of functions are those of `SystemNamespaceType.cs` beside it.
//!
//! It refuses to know types other than that, and says so where a module may be in a value of which it does not know the
//! type: what is read of it is undecided then.

use std::rc::Rc;

use super::Lowering;
use super::names::{Local, Meaning};
use crate::syntax::bicep::tree::{
    self, ArrayItem, BinaryOperator, ExpressionKind as Written, KeyKind, Link, LinkKind, ObjectItem,
};
use crate::syntax::expression::{Expression, ExpressionKind};

/// How deep expressions, and variables that stand for expressions, are followed.
const MAX_DEPTH: u32 = 256;

/// How many expressions of a file are looked at.
const MAX_EFFORT: u32 = 1_000_000;

/// How many parts of two types are compared. Types that hold a type twice, again and again, have no end.
const MAX_COMPARED: u32 = 1_000;

/// How modules are in a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Modules {
    /// By its type there is none in it: what is read of it is what is written.
    #[default]
    None,
    /// It is a module.
    One,
    /// It is a list of such items.
    List(Rc<Modules>),
    /// It is an object, all of whose members are such values.
    Values(Rc<Modules>),
    /// It is an object of these members.
    Members(Rc<[(String, Modules)]>),
    /// It is such a value or null.
    OrNull(Rc<Modules>),
    /// There is no such value: the item of an empty list.
    Never,
    /// There may be some in it.
    Unknown,
}

impl Modules {
    pub(super) fn list(item: Self) -> Self {
        match item {
            Self::None => Self::None,
            item => Self::List(Rc::new(item)),
        }
    }

    fn values(value: Self) -> Self {
        match value {
            Self::None | Self::Never => Self::None,
            value => Self::Values(Rc::new(value)),
        }
    }

    fn members(members: Vec<(String, Self)>) -> Self {
        match members.iter().any(|(_, value)| value.has_some()) {
            true => Self::Members(members.into()),
            false => Self::None,
        }
    }

    fn or_null(self) -> Self {
        match self {
            Self::None | Self::OrNull(_) | Self::Unknown => self,
            other => Self::OrNull(Rc::new(other)),
        }
    }

    /// What it is where it is not null.
    pub(super) fn not_null(self) -> Self {
        match self {
            Self::OrNull(inner) => (*inner).clone(),
            other => other,
        }
    }

    /// Whether there may be a module in it.
    fn has_some(&self) -> bool {
        match self {
            Self::None | Self::Never => false,
            Self::One | Self::Unknown => true,
            Self::List(inner) | Self::Values(inner) | Self::OrNull(inner) => inner.has_some(),
            Self::Members(members) => members.iter().any(|(_, value)| value.has_some()),
        }
    }

    /// What may have modules in it in a way that is not known.
    fn unknown_of(self) -> Self {
        match self.has_some() {
            true => Self::Unknown,
            false => Self::None,
        }
    }

    /// Whether two types are the same, as far as they are compared.
    fn is_like(&self, other: &Self, left: &mut u32) -> bool {
        let Some(fewer) = left.checked_sub(1) else {
            return false;
        };
        *left = fewer;
        match (self, other) {
            (Self::None, Self::None)
            | (Self::One, Self::One)
            | (Self::Never, Self::Never)
            | (Self::Unknown, Self::Unknown) => true,
            (Self::List(one), Self::List(other))
            | (Self::Values(one), Self::Values(other))
            | (Self::OrNull(one), Self::OrNull(other)) => {
                Rc::ptr_eq(one, other) || one.is_like(other, left)
            }
            (Self::Members(one), Self::Members(other)) => {
                let mut both = one.iter().zip(other.iter());
                Rc::ptr_eq(one, other)
                    || one.len() == other.len()
                        && both.all(|((name, one), (known, other))| {
                            name == known && one.is_like(other, left)
                        })
            }
            _ => false,
        }
    }

    /// What is one of two: a union by its type, which is a module where all of its members are.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one.is_like(&other, &mut { MAX_COMPARED }) => one,
            (Self::Never, known) | (known, Self::Never) => known,
            (Self::OrNull(one), other) | (other, Self::OrNull(one)) => {
                (*one).clone().or(other.not_null()).or_null()
            }
            (Self::List(one), Self::List(other)) => Self::list((*one).clone().or((*other).clone())),
            (Self::Values(one), Self::Values(other)) => {
                Self::values((*one).clone().or((*other).clone()))
            }
            (one, other) => match one.has_some() || other.has_some() {
                true => Self::Unknown,
                false => Self::None,
            },
        }
    }

    /// An item of a list.
    pub(super) fn item(&self) -> Self {
        match self {
            Self::List(item) => (**item).clone(),
            // Of what may be null, or is no list by its type, the compiler makes `any`.
            other => other.clone().unknown_of(),
        }
    }

    fn value(&self) -> Self {
        match self {
            Self::Values(value) => (**value).clone(),
            Self::Members(members) => {
                let values = members.iter().map(|(_, value)| value.clone());
                values.fold(Self::Never, Self::or)
            }
            other => other.clone().unknown_of(),
        }
    }

    fn member(&self, name: &str) -> Self {
        match self {
            // What a module has is no module.
            Self::One => Self::None,
            Self::OrNull(inner) if **inner == Self::One => Self::None,
            Self::Values(value) => (**value).clone(),
            Self::Members(members) => {
                let member = members.iter().rev().find(|(known, _)| known == name);
                member.map_or(Self::Unknown, |(_, value)| value.clone())
            }
            other => other.clone().unknown_of(),
        }
    }

    /// What a step leads to.
    pub(super) fn step(&self, link: &Link<'_>) -> Self {
        let (to, safe) = match &link.kind {
            LinkKind::NonNull => return self.clone().not_null(),
            LinkKind::Property { name, safe } => (self.member(name.text), *safe),
            LinkKind::Index { index, safe, .. } => match (self, &index.kind) {
                // Of an item that may not be there the type says no null (`GetArrayItemType` in `TypeAssignmentVisitor.cs`).
                (Self::List(_), _) => (self.item(), false),
                (_, Written::String(text)) => (self.member(text.value), *safe),
                _ => (self.clone().unknown_of(), *safe),
            },
            LinkKind::Call(_) | LinkKind::Resource(_) => (Self::None, false),
        };
        // From a safe step on all that follows may be null.
        match safe || matches!(self, Self::OrNull(_)) {
            true => to.or_null(),
            false => to,
        }
    }
}

impl<'s> Lowering<'_, 's> {
    /// The arguments of a call. The lambdas of a function that goes through modules are given modules.
    pub(super) fn call_arguments(&mut self, call: &tree::Call<'s>) -> Vec<Expression> {
        let given = match call.arguments.iter().any(is_lambda) {
            true => given_to_lambda(call.name.text, &self.modules_in_arguments(call)),
            false => Vec::new(),
        };
        let mut lowered = Vec::with_capacity(call.arguments.len());
        for argument in call.arguments {
            lowered.push(match &argument.kind {
                Written::Lambda(lambda) => {
                    let lambda: ExpressionKind = self.lambda(lambda, &given);
                    Expression::new(lambda, argument.span)
                }
                _ => self.expression(argument),
            });
        }
        lowered
    }

    /// How modules are in the arguments of a call, but for its lambdas.
    fn modules_in_arguments(&mut self, call: &tree::Call<'s>) -> Vec<Modules> {
        let plain = call
            .arguments
            .iter()
            .filter(|argument| !is_lambda(argument));
        plain.map(|argument| self.modules_in(argument)).collect()
    }

    /// How modules are in the value of an expression.
    pub(super) fn modules_in(&mut self, written: &tree::Expression<'s>) -> Modules {
        if !self.names.has_modules {
            return Modules::None;
        }
        if self.followed >= MAX_DEPTH || self.looked_at >= MAX_EFFORT {
            return Modules::Unknown;
        }
        self.followed += 1;
        self.looked_at += 1;
        let found = self.modules_written(written);
        self.followed -= 1;
        found
    }

    fn modules_written(&mut self, written: &tree::Expression<'s>) -> Modules {
        match &written.kind {
            Written::Null => Modules::Never.or_null(),
            Written::Parenthesized(inner) => self.modules_in(inner),
            Written::Variable(name) => self.modules_of_name(name),
            Written::Conditional(choice) => {
                let when_true = self.modules_in(&choice.when_true);
                when_true.or(self.modules_in(&choice.when_false))
            }
            Written::Binary(binary) if binary.operator == BinaryOperator::Coalesce => {
                let left = self.modules_in(&binary.left);
                left.not_null().or(self.modules_in(&binary.right))
            }
            Written::Array(items) => {
                let mut all = Modules::Never;
                for item in *items {
                    all = all.or(match item {
                        ArrayItem::Value(value) => self.modules_in(value),
                        ArrayItem::Spread(spread) => self.modules_in(&spread.value).item(),
                    });
                }
                Modules::list(all)
            }
            Written::Object(object) => self.modules_in_members(object),
            Written::For(repeat) => {
                let seen = self.variables(&repeat.head);
                let body = self.within(seen, |lowering| lowering.modules_in(&repeat.body));
                Modules::list(body)
            }
            Written::Call(call) => match self.meaning(call.name.text) {
                // The types that functions of a file declare are none of modules.
                Some(Meaning::Function | Meaning::Imported) => Modules::None,
                _ => self.modules_of_call(call),
            },
            Written::Access { base, links } => self.modules_behind(base, links),
            _ => Modules::None,
        }
    }

    fn modules_of_name(&mut self, name: &'s str) -> Modules {
        match self.meaning(name) {
            Some(Meaning::Local(Local::Variable(known))) => known,
            Some(Meaning::Resource(number)) => match self.names.symbols.get(number) {
                Some(symbol) if symbol.is_module && symbol.is_loop => Modules::list(Modules::One),
                Some(symbol) if symbol.is_module => Modules::One,
                _ => Modules::None,
            },
            Some(Meaning::Variable) => {
                if let Some(known) = self.in_variables.get(name) {
                    return known.clone();
                }
                let Some(value) = self.names.variables.get(name).copied() else {
                    return Modules::None;
                };
                // A variable that is made of itself.
                self.in_variables.insert(name, Modules::Unknown);
                let around = std::mem::take(&mut self.locals);
                let known = self.modules_in(value);
                self.locals = around;
                self.in_variables.insert(name, known.clone());
                known
            }
            _ => Modules::None,
        }
    }

    fn modules_in_members(&mut self, object: &tree::Object<'s>) -> Modules {
        let mut members = Vec::new();
        let mut is_plain = true;
        for item in object.items {
            let (name, value) = match item {
                ObjectItem::Property(property) => match &property.key.kind {
                    KeyKind::Name(name) => (Some((*name).to_owned()), &property.value),
                    KeyKind::Text(text) => (Some(text.value.to_owned()), &property.value),
                    KeyKind::Interpolated(_) => (None, &property.value),
                },
                ObjectItem::Spread(spread) => (None, &spread.value),
                _ => continue,
            };
            is_plain &= name.is_some();
            let value = self.modules_in(value);
            members.push((name.unwrap_or_default(), value));
        }
        let members = Modules::members(members);
        match is_plain {
            true => members,
            false => members.unknown_of(),
        }
    }

    fn modules_behind(&mut self, base: &tree::Expression<'s>, links: &[Link<'s>]) -> Modules {
        let mut links = links.iter();
        let mut known = match &base.kind {
            Written::Variable(name)
                if matches!(
                    self.meaning(name),
                    Some(Meaning::Extension | Meaning::Namespace)
                ) =>
            {
                match (self.meaning(name), links.next().map(|link| &link.kind)) {
                    (Some(Meaning::Extension), Some(LinkKind::Call(call))) => {
                        self.modules_of_call(call)
                    }
                    _ => Modules::None,
                }
            }
            _ => self.modules_in(base),
        };
        for link in links {
            if known == Modules::None {
                break;
            }
            known = known.step(link);
        }
        known
    }

    /// What a function of the language gives.
    fn modules_of_call(&mut self, call: &tree::Call<'s>) -> Modules {
        let arguments = self.modules_in_arguments(call);
        let Some(first) = arguments.first() else {
            return Modules::None;
        };
        match call.name.text {
            "filter" | "sort" | "take" | "skip" => match first {
                Modules::List(_) => first.clone(),
                other => other.clone().unknown_of(),
            },
            "first" | "last" => first.item().or_null(),
            "concat" => {
                let all = arguments.into_iter();
                all.fold(Modules::list(Modules::Never), Modules::or)
            }
            "flatten" => Modules::list(match first.item() {
                Modules::Never => Modules::Never,
                lists => lists.item(),
            }),
            "items" => {
                let members = vec![("value".to_owned(), first.value())];
                Modules::list(Modules::members(members))
            }
            "map" => Modules::list(self.given_by_lambda(call, &arguments)),
            "mapValues" => Modules::values(self.given_by_lambda(call, &arguments)),
            "reduce" => self.given_by_lambda(call, &arguments),
            "toObject" | "groupBy" => {
                let value = match call.arguments.len() {
                    2 => first.item(),
                    _ => self.given_by_lambda(call, &arguments),
                };
                match call.name.text {
                    "groupBy" => Modules::values(Modules::list(value)),
                    _ => Modules::values(value),
                }
            }
            "any" => Modules::None,
            _ => match arguments.iter().any(Modules::has_some) {
                true => Modules::Unknown,
                false => Modules::None,
            },
        }
    }

    /// What the last argument of a call gives, a lambda. The others are known.
    fn given_by_lambda(&mut self, call: &tree::Call<'s>, arguments: &[Modules]) -> Modules {
        let Some(Written::Lambda(lambda)) = call.arguments.last().map(|last| &last.kind) else {
            return Modules::Unknown;
        };
        let seen = parameters(lambda, &given_to_lambda(call.name.text, arguments));
        self.within(seen, |lowering| lowering.modules_in(&lambda.body))
    }

    /// The variables of a loop.
    pub(super) fn variables(&mut self, head: &tree::Loop<'s>) -> Vec<(&'s str, Local)> {
        let item = self.modules_in(&head.collection).item();
        let mut variables = vec![(head.item.text, Local::Variable(item))];
        variables.extend(
            head.index
                .map(|index| (index.text, Local::Variable(Modules::None))),
        );
        variables
    }
}

/// What a function gives to its lambdas, of what its other arguments are. What is not said is no module.
fn given_to_lambda(function: &str, arguments: &[Modules]) -> Vec<Modules> {
    let Some(first) = arguments.first() else {
        return Vec::new();
    };
    match function {
        "map" | "filter" | "toObject" | "groupBy" => vec![first.item()],
        "sort" => vec![first.item(), first.item()],
        "mapValues" => vec![first.value()],
        // What is gathered is `any`, or what the initial value is where the list has one item at most.
        "reduce" => {
            let initial = arguments.get(1).cloned().unwrap_or_default();
            vec![initial.unknown_of(), first.item()]
        }
        _ => Vec::new(),
    }
}

/// The variables of a lambda that is given these.
pub(super) fn parameters<'s>(
    lambda: &tree::Lambda<'s>,
    given: &[Modules],
) -> Vec<(&'s str, Local)> {
    let mut given = given.iter().cloned();
    let parameters = lambda.parameters.iter();
    parameters
        .map(|parameter| {
            let known = given.next().unwrap_or_default();
            (parameter.text, Local::Variable(known))
        })
        .collect()
}

fn is_lambda(argument: &tree::Expression<'_>) -> bool {
    matches!(argument.kind, Written::Lambda(_))
}
