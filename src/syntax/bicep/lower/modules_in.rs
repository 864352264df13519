//! Which expressions are modules, or lists of them.
//!
//! In: an expression as it is written. Out: whether it is a module or a list of modules, which the compiler knows by its
//! type: what an output of a module holds is in its `value`, so that `map(apps, app => app.outputs.id)` is
//! `map(references('apps'), lambda('app', lambdaVariables('app').outputs.id.value))`.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-lambda>
//!
//! It refuses to know types other than that: what is in an object, or what a function of the file gives, is no module.

use super::Lowering;
use super::names::{Local, Meaning};
use crate::syntax::bicep::tree::{
    self, ArrayItem, BinaryOperator, ExpressionKind as Written, Link, LinkKind,
};
use crate::syntax::expression::{Expression, ExpressionKind};

/// How many variables are followed to what they stand for.
const MAX_VARIABLES: usize = 4;

/// How an expression is of modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Modules {
    /// It is a module.
    One,
    /// It is a list of modules.
    Many,
}

impl<'s> Lowering<'_, 's> {
    /// The arguments of a call. The lambdas of a function that goes through a list of modules are given modules.
    pub(super) fn call_arguments(&mut self, call: &tree::Call<'s>) -> Vec<Expression> {
        let given: &[usize] = match call.name.text {
            "map" | "filter" | "toObject" | "groupBy" => &[0],
            "sort" => &[0, 1],
            "reduce" => &[1],
            _ => return self.expressions(call.arguments),
        };
        let list = call.arguments.first();
        let of_modules = list.and_then(|list| self.modules_in(list)) == Some(Modules::Many);
        let mut lowered = Vec::with_capacity(call.arguments.len());
        for argument in call.arguments {
            lowered.push(match &argument.kind {
                Written::Lambda(lambda) if of_modules => {
                    let lambda: ExpressionKind = self.lambda(lambda, given);
                    Expression::new(lambda, argument.span)
                }
                _ => self.expression(argument),
            });
        }
        lowered
    }

    /// How an expression is of modules, if it is.
    pub(super) fn modules_in(&self, written: &tree::Expression<'s>) -> Option<Modules> {
        self.modules_behind(written, MAX_VARIABLES)
    }

    fn modules_behind(&self, written: &tree::Expression<'s>, depth: usize) -> Option<Modules> {
        match &written.kind {
            Written::Parenthesized(inner) => self.modules_behind(inner, depth),
            Written::Variable(name) => match self.meaning(name)? {
                Meaning::Local(Local::Module) => Some(Modules::One),
                Meaning::Resource(number) => {
                    let symbol = self.names.symbols.get(number)?;
                    symbol.is_module.then_some(match symbol.is_loop {
                        true => Modules::Many,
                        false => Modules::One,
                    })
                }
                Meaning::Variable => {
                    let value = self.names.variables.get(name)?;
                    self.modules_behind(value, depth.checked_sub(1)?)
                }
                _ => None,
            },
            Written::Conditional(choice) => {
                let when_true = self.modules_behind(&choice.when_true, depth);
                when_true.or_else(|| self.modules_behind(&choice.when_false, depth))
            }
            Written::Binary(binary) if binary.operator == BinaryOperator::Coalesce => {
                let left = self.modules_behind(&binary.left, depth);
                left.or_else(|| self.modules_behind(&binary.right, depth))
            }
            Written::Array(items) => {
                let holds = items.iter().any(|item| match item {
                    ArrayItem::Value(value) => {
                        self.modules_behind(value, depth) == Some(Modules::One)
                    }
                    ArrayItem::Spread(spread) => {
                        self.modules_behind(&spread.value, depth) == Some(Modules::Many)
                    }
                });
                holds.then_some(Modules::Many)
            }
            Written::Call(call) => {
                let first = self.modules_behind(call.arguments.first()?, depth)?;
                match (call.name.text, first) {
                    ("filter" | "sort" | "take" | "skip" | "concat" | "union", Modules::Many) => {
                        Some(Modules::Many)
                    }
                    ("first" | "last", Modules::Many) => Some(Modules::One),
                    _ => None,
                }
            }
            Written::Access { base, links } => {
                let base = self.modules_behind(base, depth);
                links.iter().try_fold(base?, step)
            }
            _ => None,
        }
    }
}

fn step(from: Modules, link: &Link<'_>) -> Option<Modules> {
    match (from, &link.kind) {
        (from, LinkKind::NonNull) => Some(from),
        (Modules::Many, LinkKind::Index { .. }) => Some(Modules::One),
        _ => None,
    }
}
