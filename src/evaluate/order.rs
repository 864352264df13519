//! The order in which a deployment makes its resources.
//!
//! A resource waits for what its `dependsOn` names, for its parent, and for what its expressions refer to (`reference`,
//! in Bicep the symbolic name or a module's output); a module waits so for others, with all that it deploys. Only what
//! is declared counts: dependencies are those of declarations, not of single copies.

use foldhash::{HashMap, HashSet};

use super::evaluator::Evaluator;
use super::resource::Resource;
use super::value::Value;
use crate::source::Place;
use crate::syntax::expression::{Expression, ExpressionKind};
use crate::syntax::template::{ArgumentValue, Resource as Declared, Template};

/// The types of which several can be in each other's way: the order of others is not kept.
const ORDERED: &str = "Microsoft.Network/privateEndpoints";

/// Expressions in expressions are looked through so deep.
const MAX_DEPTH: usize = 64;

/// Which declarations of a deployment wait for which. A declaration is named by its head, the place of its type.
#[derive(Debug, Clone, Default)]
pub struct Order {
    after: HashMap<Place, Vec<Place>>,
    /// Loops, and whether they make one copy after the other.
    loops: HashMap<Place, bool>,
}

impl Order {
    /// Whether two resources may be made at the same time. Each is given by the heads of the deployments around it, the
    /// outermost first, and its own.
    pub fn are_concurrent(&self, one: &[Place], other: &[Place]) -> bool {
        let parted = one.iter().zip(other).find(|(one, other)| one != other);
        match parted {
            Some((one, other)) => !self.waits(*one, *other) && !self.waits(*other, *one),
            // Copies of one declaration.
            None => one.iter().any(|head| self.loops.get(head) == Some(&false)),
        }
    }

    fn waits(&self, one: Place, other: Place) -> bool {
        let mut seen = HashSet::from_iter([one]);
        let mut open = vec![one];
        while let Some(next) = open.pop() {
            for before in self.after.get(&next).into_iter().flatten() {
                if *before == other {
                    return true;
                }
                if seen.insert(*before) {
                    open.push(*before);
                }
            }
        }
        false
    }
}

impl Evaluator<'_> {
    /// Notes the order of what an instance declares, if some of the resources that it gave rise to need one.
    pub(super) fn note_order(&mut self, instance: usize, resources: &[Resource]) {
        let template = self.instances[instance].template.clone();
        let head = |declared: &Declared| Place::new(template.file, declared.kind.span);
        let mut ordered = resources
            .iter()
            .filter(|resource| resource.kind.eq_ignore_ascii_case(ORDERED));
        // One may stand for many.
        let (first, second) = (ordered.next(), ordered.next());
        if second.is_none() && first.is_none_or(|only| only.copies.is_none()) {
            return;
        }
        for (index, declared) in template.resources.iter().enumerate() {
            let own = head(declared);
            if let Some(copy) = &declared.copy {
                self.order.loops.insert(own, copy.batch == Some(1));
            }
            if self.order.after.contains_key(&own) {
                continue;
            }
            let before = self.guarded(|evaluator| evaluator.before(instance, &template, index));
            let before = before.into_iter().filter(|other| *other != index);
            let heads = before.filter_map(|other| template.resources.get(other).map(head));
            let heads = heads.collect();
            self.order.after.insert(own, heads);
        }
    }

    /// The declarations that one waits for.
    fn before(&mut self, instance: usize, template: &Template, index: usize) -> Vec<usize> {
        let declared = &template.resources[index];
        let copies = self.expanded(instance, index);
        let Some(first) = copies.first() else {
            return Vec::new();
        };
        let environment = first.environment.clone();
        let mut before: Vec<usize> = declared.parent.iter().map(|p| p.resource).collect();
        let mut named: Vec<&Expression> = declared.depends_on.iter().collect();
        for expression in expressions(declared) {
            references(expression, MAX_DEPTH, &mut named);
        }
        for expression in named {
            let wanted = self.evaluate(expression, &environment);
            before.extend(loop_named(template, &wanted));
            before.extend(self.located(instance, &wanted));
        }
        before
    }
}

/// The loop that a `dependsOn` names.
fn loop_named(template: &Template, wanted: &Value) -> Option<usize> {
    let name = wanted.as_str()?;
    template.resources.iter().position(|resource| {
        let copy = resource.copy.as_ref();
        copy.is_some_and(|copy| copy.name.eq_ignore_ascii_case(name))
    })
}

/// What a declaration is made of, as far as it can refer to others.
fn expressions(declared: &Declared) -> Vec<&Expression> {
    let mut all: Vec<&Expression> = declared
        .body
        .iter()
        .map(|property| &property.value)
        .collect();
    all.push(&declared.name);
    all.extend(declared.condition.iter().chain(&declared.scope));
    let Some(deployment) = &declared.deployment else {
        return all;
    };
    all.extend(&deployment.argument_object);
    for argument in &deployment.arguments {
        match &argument.value {
            ArgumentValue::Value(value) | ArgumentValue::Computed(value) => all.push(value),
            ArgumentValue::Secret { vault, secret } => all.extend([vault, secret]),
        }
    }
    all
}

/// The first arguments of `reference` and `resourceInfo` in an expression.
fn references<'e>(expression: &'e Expression, depth: usize, found: &mut Vec<&'e Expression>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    match &expression.kind {
        ExpressionKind::Array(items) => {
            for item in items {
                references(item, depth, found);
            }
        }
        ExpressionKind::Object(properties) => {
            for property in properties {
                references(&property.key, depth, found);
                references(&property.value, depth, found);
            }
        }
        ExpressionKind::Call(call) => {
            let refers = ["reference", "references", "resourceInfo"]
                .iter()
                .any(|name| call.name.eq_ignore_ascii_case(name));
            if refers && call.namespace.is_none() {
                found.extend(call.arguments.first());
            }
            for argument in &call.arguments {
                references(argument, depth, found);
            }
        }
        ExpressionKind::Access(access) => {
            references(&access.base, depth, found);
            references(&access.key, depth, found);
        }
        ExpressionKind::Lambda(lambda) => references(&lambda.body, depth, found),
        ExpressionKind::Loop(repeat) => {
            references(repeat.over.expression(), depth, found);
            references(&repeat.body, depth, found);
        }
        _ => {}
    }
}
