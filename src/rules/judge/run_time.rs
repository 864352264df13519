//! Assumptions about what the run time says of a resource that is at hand.
//!
//! In: a combination in which a rule fails for what another resource declares. Out: why that is not sure: it is assumed
//! that a read of that resource gives something, and what it declares was not put in the place of the read, as for the
//! copies of a loop whose count is undecided. What is declared may say the opposite.

use foldhash::{HashSet, HashSetExt};

use super::explorer::Leaf;
use crate::estate::Estate;
use crate::estate::truth::Reason;
use crate::evaluate::Resource;
use crate::evaluate::origin::Origin;
use crate::evaluate::symbol::{Symbol, Term};
use crate::evaluate::value::{Kind, Value};
use crate::source::Place;

/// How many symbols of the assumptions are looked at.
const MAXIMUM_SYMBOLS: usize = 1_000;

/// The first read that may be one of a resource which makes the rule fail.
pub(super) fn doubt(estate: &Estate, leaf: &Leaf) -> Option<Reason> {
    let failing = leaf.judgements().iter();
    let ends: HashSet<Place> = failing
        .filter(|judgement| judgement.truth.is_true())
        .flat_map(|judgement| judgement.related.iter().map(|(_, place)| *place))
        .collect();
    if ends.is_empty() {
        return None;
    }
    let mut reads = Vec::new();
    let mut seen = HashSet::new();
    for assumed in leaf.assumed() {
        let subject = Value::symbolic((*assumed.subject).clone(), Origin::at(assumed.place));
        collect(&subject, &mut seen, &mut reads);
    }
    if reads.is_empty() {
        return None;
    }
    let members = estate.members().iter().map(|member| &member.resource);
    let failing: Vec<&Resource> = members
        .filter(|resource| !resource.existing && ends.contains(&resource.head))
        .collect();
    reads
        .into_iter()
        .find(|read| {
            let mut failing = failing.iter();
            failing.any(|resource| may_be(&read.id, &resource.id))
        })
        .map(|read| Reason::Value(read.call))
}

/// A call of `reference()` and the id in it.
struct Read {
    call: Value,
    id: Value,
}

fn collect(value: &Value, seen: &mut HashSet<[u64; 2]>, reads: &mut Vec<Read>) {
    let Kind::Symbolic(symbol) = &value.kind else {
        value.each_part(|part| collect(part, seen, reads));
        return;
    };
    if seen.len() >= MAXIMUM_SYMBOLS || !seen.insert(symbol.key()) {
        return;
    }
    if let Some(id) = target(symbol) {
        reads.push(Read {
            call: value.clone(),
            id: id.clone(),
        });
    }
    for operand in symbol.operands() {
        collect(operand, seen, reads);
    }
}

fn target(symbol: &Symbol) -> Option<&Value> {
    match &symbol.term {
        Term::Context(context) if &*context.function == "reference" => context.arguments.first(),
        _ => None,
    }
}

/// Whether two ids may be those of one resource: as far as it takes to tell two known names apart.
fn may_be(one: &Value, other: &Value) -> bool {
    match (one.as_str(), other.as_str()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => true,
    }
}
