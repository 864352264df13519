//! What a template reads of a resource that another template of the same deployment declares.
//!
//! In: the resources of a deployment, and the calls of `reference()` that met no declaration in their own template. Out:
//! the resources with what is declared in the place of those calls. A read is taken to see what the deployment makes, as
//! one within a template does; a resource that reads itself sees what it was before.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::assignment::Assignment;
use super::functions;
use super::id::Key;
use super::partial::is_surely;
use super::reference::{access_symbol, declared_members, is_full};
use super::resource::Resource;
use super::substitute::Substitution;
use super::symbol::{Context, Shape, Symbol, Term, bit, symbols};
use super::value::{Member, Object, Value};
use crate::syntax::expression::Text;

/// Calls of `reference()`, each once.
#[derive(Debug, Default)]
pub(super) struct Reads {
    calls: BTreeMap<[u64; 2], Value>,
}

impl Reads {
    /// Notes a call.
    pub(super) fn note(&mut self, call: &Value) {
        if let Some(symbol) = call.as_symbol() {
            let known = self.calls.entry(symbol.key());
            known.or_insert_with(|| call.clone());
        }
    }

    /// Puts what the resources declare into one another, and into outputs. A resource that is then left out for sure goes.
    pub(super) fn look_up(&self, resources: &mut Vec<Resource>, outputs: &mut [(Text, Value)]) {
        if self.calls.is_empty() {
            return;
        }
        let found = self.found(resources);
        let assignment = |is_meant: &dyn Fn(&Found<'_>) -> bool| {
            let mut assignment = Assignment::new();
            for one in found.iter().filter(|one| is_meant(one)) {
                assignment.assign(one.symbol, one.value.clone());
            }
            assignment
        };
        let all = assignment(&|_| true);
        if all.is_empty() {
            return;
        }
        let mut reads_of: HashMap<usize, Vec<&Symbol>> = HashMap::new();
        for one in &found {
            reads_of.entry(one.declared).or_default().push(one.symbol);
        }
        let mut substitution = Substitution::new(&all);
        let mut spent = 0;
        let changed = resources.iter().enumerate().map(|(number, resource)| {
            let mut own = reads_of.get(&number).into_iter().flatten();
            if !own.any(|symbol| holds(resource, symbol)) {
                return under(resource, &mut substitution);
            }
            spent += found.len();
            if spent > MAXIMUM_PUT_IN {
                return resource.clone();
            }
            let others = assignment(&|one| one.declared != number);
            under(resource, &mut Substitution::new(&others))
        });
        for (_, output) in outputs {
            *output = Substitution::new(&all).apply(output);
        }
        let stays = |resource: &Resource| resource.condition.as_bool() != Some(false);
        *resources = changed.filter(stays).collect();
    }

    /// The calls of which it is known what they give.
    fn found(&self, resources: &[Resource]) -> Vec<Found<'_>> {
        let mut by_id: HashMap<Key, Vec<usize>> = HashMap::new();
        for (number, resource) in resources.iter().enumerate() {
            let is_read = resource.existing || resource.unread || resource.extension;
            if !is_read && resource.copies.is_none() {
                let same = by_id.entry(Key::of(&resource.id)).or_default();
                same.push(number);
            }
        }
        let calls = self.calls.values();
        calls
            .filter_map(|call| found(call, &by_id, resources))
            .collect()
    }
}

/// What a call gives, if a resource is what it reads.
fn found<'c>(
    call: &'c Value,
    by_id: &HashMap<Key, Vec<usize>>,
    resources: &[Resource],
) -> Option<Found<'c>> {
    let symbol = call.as_symbol()?;
    let Term::Context(context) = &symbol.term else {
        return None;
    };
    let wanted = context.arguments.first()?;
    let same = by_id.get(&Key::of(wanted))?.iter();
    let mut declared = same.filter_map(|number| Some((*number, resources.get(*number)?)));
    // Of two nobody knows which is read.
    let (Some((declared, resource)), None) = (declared.next(), declared.next()) else {
        return None;
    };
    Some(Found {
        symbol,
        value: served(context, call, resource),
        declared,
    })
}

/// A call and what it gives.
struct Found<'c> {
    symbol: &'c Symbol,
    value: Value,
    /// The resource that is read.
    declared: usize,
}

/// What a call gives of a resource; where it is not sure that the resource is deployed, what its condition makes of it.
fn served(context: &Context, call: &Value, resource: &Resource) -> Value {
    let full = is_full(&context.arguments);
    let declared = plain(&resource.body, MAX_LEVELS);
    let members = declared.map(|body| declared_members(&body, full, call));
    let under_condition = |member: &Member| {
        let origin = &member.value.origin;
        let key = Value::string(member.key.clone(), origin.clone());
        let other = access_symbol(call, key, origin);
        Member {
            value: functions::choose(&resource.condition, &member.value, &other, origin),
            ..member.clone()
        }
    };
    let known = Context {
        members: members
            .iter()
            .flat_map(Object::iter)
            .map(under_condition)
            .collect(),
        ..context.clone()
    };
    Value::symbolic(
        Symbol::new(Term::Context(Arc::new(known))),
        call.origin.clone(),
    )
}

/// How many reads are put, one by one, into the resources that read themselves. What is left out stays undecided.
const MAXIMUM_PUT_IN: usize = 200_000;

/// How deep what is declared is looked up.
const MAX_LEVELS: u32 = 16;

/// The part of a value that stays as it is declared: texts, numbers and bools, and those in objects. To an item of a list
/// the service adds members, such as the id of a subnet.
fn plain(value: &Value, levels: u32) -> Option<Value> {
    if let Some(object) = value.as_object() {
        let levels = levels.checked_sub(1)?;
        let members = object.iter().filter_map(|member| {
            Some(Member {
                value: plain(&member.value, levels)?,
                ..member.clone()
            })
        });
        return Some(Value::object(members.collect(), value.origin.clone()));
    }
    [Shape::String, Shape::Integer, Shape::Bool]
        .into_iter()
        .any(|shape| is_surely(value, shape))
        .then(|| value.clone())
}

/// Whether a symbol may be in what is said of a resource.
fn holds(resource: &Resource, symbol: &Symbol) -> bool {
    let values = [&resource.id, &resource.body, &resource.condition];
    values
        .into_iter()
        .any(|value| symbols(value) & bit(symbol.key()) != 0)
}

/// A resource with its values put in.
pub(super) fn under(resource: &Resource, substitution: &mut Substitution<'_>) -> Resource {
    Resource {
        id: substitution.apply(&resource.id),
        name: substitution.apply(&resource.name),
        body: substitution.apply(&resource.body),
        condition: substitution.apply(&resource.condition),
        ..resource.clone()
    }
}
