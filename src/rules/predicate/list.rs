//! Tests of a value against the others of its list, and of a list against literals.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use ipnet::Ipv4Net;

use super::Tested;
use super::address::{Range, problem_of_parts};
use crate::estate::compare::{Literal, equals_any, is_null};
use crate::estate::truth::{Reason, Truth};
use crate::evaluate::jsonpath::{Node, Query};
use crate::evaluate::partial::{items, same};
use crate::evaluate::value::{Kind, Part, Value};
use crate::rules::scope::Scope;

/// Whether a list has all these literals among its items.
pub(super) fn includes_all(list: &Value, literals: &[Literal]) -> Truth {
    let items = items(list);
    Truth::all(literals.iter().map(|literal| {
        let is = |item: &Value| equals_any(item, std::slice::from_ref(literal));
        let known = Truth::any(items.known().map(is));
        let perhaps = items.open || items.possible.iter().any(|item| !is(item).is_false());
        known.or(if perhaps {
            Truth::hangs_on(list)
        } else {
            Truth::False
        })
    }))
}

/// Whether an address or range lies inside another one of the list, or equals an earlier one.
pub(super) fn covered_by(value: &Value, query: &Query, at: Tested<'_>) -> Truth {
    let own = match Address::of(value) {
        Address::Known(range) => range,
        Address::Perhaps => return Truth::hangs_on(value),
        Address::No => return Truth::False,
    };
    in_list(query, at, |entries, index| {
        if entries.cover(own, index) {
            return Truth::True;
        }
        entries.undecided.clone()
    })
}

/// Whether the value equals an earlier one of the list; the case of text does not matter.
pub(super) fn repeats(value: &Value, query: &Query, at: Tested<'_>) -> Truth {
    let own = in_lower_case(value);
    in_list(query, at, |entries, index| {
        let earlier = entries.all.iter().take(index.unwrap_or(usize::MAX));
        at.scope.subject.count(earlier.len());
        let specified = earlier.filter(|entry| !is_null(&entry.value).is_true());
        Truth::any(specified.map(|entry| match same(&own, &entry.folded) {
            Some(equal) => equal.into(),
            None => hang_on_the_unknown(value, &entry.value),
        }))
    })
}

/// Whether an undecided address or range lies inside another one: surely not where there is no other.
pub(super) fn covered_by_another(value: &Value, query: &Query, at: Tested<'_>) -> Truth {
    in_list(query, at, |entries, index| {
        let own = usize::from(index.is_some());
        match entries.all.len() > own {
            true => Truth::hangs_on(value),
            false => Truth::False,
        }
    })
}

/// Whether the value equals one of what a query of the judged resource selects; the case of text does not matter.
pub(super) fn among_judged(value: &Value, query: &Query, at: Tested<'_>) -> Truth {
    let own = in_lower_case(value);
    let selection = match at.scope.of_judged().select(query) {
        Ok(selection) => selection,
        Err(reasons) => return Truth::Unknown(reasons),
    };
    let equals = |node: &Node| match same(&own, &in_lower_case(&node.value)) {
        Some(equal) => Truth::from(equal),
        None => hang_on_the_unknown(value, &node.value),
    };
    let doubt = Truth::all(selection.undecided.iter().map(Truth::hangs_on));
    Truth::any(selection.sure.iter().map(equals))
        .or(doubt.and(Truth::any(selection.possible.iter().map(equals))))
        .or(Truth::any(selection.hidden.iter().map(Truth::hangs_on)))
}

/// Unknown because of what is not known of two values.
fn hang_on_the_unknown(a: &Value, b: &Value) -> Truth {
    match (a.is_known(), b.is_known()) {
        (true, false) => Truth::hangs_on(b),
        (false, false) => Truth::all([a, b].map(Truth::hangs_on)),
        (_, true) => Truth::hangs_on(a),
    }
}

/// What a test says of the list around a value: of what is surely in it, of what may be, and of what may be besides. The
/// test gets the index of the value itself, where it is among them.
fn in_list(
    query: &Query,
    at: Tested<'_>,
    test: impl Fn(&Entries, Option<usize>) -> Truth,
) -> Truth {
    let list = match at.scope.lists().get(query, at.scope) {
        Ok(list) => list,
        Err(reasons) => return Truth::Unknown(reasons),
    };
    let path = at.path.dotted().to_string();
    let ask = |entries: &Entries| test(entries, entries.positions.get(&path).copied());
    ask(&list.sure)
        .or(list.doubt.clone().and(ask(&list.possible)))
        .or(list.unseen.clone())
}

/// The lists that tests have asked for, kept while one rule is checked: each element of a list is compared with all.
#[derive(Default)]
pub(in crate::rules) struct Lists(RefCell<BTreeMap<String, Rc<List>>>);

/// What a query selects, made ready for comparisons.
pub(in crate::rules) struct List {
    sure: Entries,
    possible: Entries,
    /// Unknown with the reasons why `possible` are not sure.
    doubt: Truth,
    /// Unknown where there may be more; false where not.
    unseen: Truth,
}

struct Entries {
    all: Vec<Entry>,
    /// Indexes by property path.
    positions: BTreeMap<String, usize>,
    /// The first index of each address and range.
    ranges: BTreeMap<Ipv4Net, usize>,
    /// Unknown where some may be an address or range; false where none may.
    undecided: Truth,
}

struct Entry {
    value: Value,
    /// The value with its texts in lower case.
    folded: Value,
}

enum Address {
    Known(Ipv4Net),
    /// It hangs on what is not known.
    Perhaps,
    No,
}

impl Lists {
    fn get(&self, query: &Query, scope: &Scope<'_>) -> Result<Rc<List>, Vec<Reason>> {
        // What starts at `@` differs from element to element.
        let is_shared = query.text().starts_with('$');
        let known = || self.0.borrow().get(query.text()).cloned();
        if is_shared && let Some(list) = known() {
            return Ok(list);
        }
        let selection = scope.select(query)?;
        let list = Rc::new(List {
            doubt: Truth::all(selection.undecided.iter().map(Truth::hangs_on)),
            unseen: Truth::any(selection.hidden.iter().map(Truth::hangs_on)),
            sure: Entries::of(selection.sure, query, scope),
            possible: Entries::of(selection.possible, query, scope),
        });
        if is_shared {
            let text = query.text().to_owned();
            self.0.borrow_mut().insert(text, list.clone());
        }
        Ok(list)
    }
}

impl Entries {
    fn of(nodes: Vec<Node>, query: &Query, scope: &Scope<'_>) -> Self {
        let mut entries = Self {
            all: Vec::with_capacity(nodes.len()),
            positions: BTreeMap::new(),
            ranges: BTreeMap::new(),
            undecided: Truth::False,
        };
        let mut undecided = Vec::new();
        for (index, node) in nodes.into_iter().enumerate() {
            let path = scope.absolute(query, &node.path).dotted().to_string();
            entries.positions.insert(path, index);
            match Address::of(&node.value) {
                Address::Known(range) => {
                    entries.ranges.entry(range).or_insert(index);
                }
                Address::Perhaps => undecided.push(Truth::hangs_on(&node.value)),
                Address::No => {}
            }
            entries.all.push(Entry {
                folded: in_lower_case(&node.value),
                value: node.value,
            });
        }
        entries.undecided = Truth::any(undecided);
        entries
    }

    /// Whether one of them is wider than this range and contains it, or equals it and comes before this index.
    fn cover(&self, range: Ipv4Net, index: Option<usize>) -> bool {
        let around = std::iter::successors(Some(range), Ipv4Net::supernet);
        around
            .filter_map(|wider| Some((wider, *self.ranges.get(&wider)?)))
            .any(|(wider, first)| wider != range || index.is_none_or(|index| first < index))
    }
}

impl Address {
    fn of(value: &Value) -> Self {
        match &value.kind {
            Kind::String(text) => match Range::parse(text) {
                Ok(range) => Self::Known(range.network()),
                Err(_) => Self::No,
            },
            Kind::Mixed(parts) if problem_of_parts(parts).is_none() => Self::Perhaps,
            Kind::Symbolic(_) => Self::Perhaps,
            _ => Self::No,
        }
    }
}

fn in_lower_case(value: &Value) -> Value {
    let origin = value.origin.clone();
    match &value.kind {
        Kind::String(text) => Value::string(text.to_ascii_lowercase(), origin),
        Kind::Mixed(parts) => {
            let lowered = parts.iter().map(|part| match part {
                Part::Text(text) => Part::Text(text.to_ascii_lowercase().into()),
                hole => hole.clone(),
            });
            Value::from_parts(lowered, origin)
        }
        _ => value.clone(),
    }
}
