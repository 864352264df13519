//! Resources that stand for all copies of a loop whose count is undecided.
//!
//! Two loops over one count run through the same indexes, so that `vaults[i]` and the endpoint `i` of it meet, whatever
//! the loops are called. Ids are compared with an index that is named after the count. Whether the copies of one loop have
//! the same id in common is told by what of it hangs on the index ([`Spread`]).

use super::identity::{Id, without_case};
use crate::estate::truth::Reason;
use crate::evaluate::id;
use crate::evaluate::partial::{self, as_call};
use crate::evaluate::substitute::instance;
use crate::evaluate::symbol::{ANY_INDEX, Binder, Shape, Symbol, Term};
use crate::evaluate::unknowns::walk;
use crate::evaluate::value::{Kind, Part, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What makes the ids of a resource comparable with those of loops over the same count. It does nothing where more than
/// one undecided loop is around the resource, since the count of all says nothing of each.
pub(super) struct Rename {
    variable: Binder,
    index: Value,
}

impl Rename {
    /// `copies` is the count, `ids` are the ids of the resource and those that it refers to.
    pub(super) fn of<'v>(copies: &Value, ids: impl Iterator<Item = &'v Value>) -> Option<Self> {
        if matches!(as_call(copies), Some(("mul", _))) {
            return None;
        }
        let mut variable: Option<Binder> = None;
        let mut several = false;
        for id in ids {
            symbols(id, &mut |symbol| match &symbol.term {
                Term::Bound(binder) => match &variable {
                    Some(known) => several |= known.id != binder.id,
                    None => variable = Some(binder.clone()),
                },
                Term::Loop { .. } | Term::Lambda { .. } => several = true,
                _ => {}
            });
        }
        let variable = variable.filter(|variable| variable.index && !several)?;
        let symbolic = |symbol: Symbol| Value::symbolic(symbol, copies.origin.clone());
        let index = symbolic(Symbol::call(ANY_INDEX, vec![copies.clone()]));
        Some(Self {
            variable,
            // A whole number: what an id can be is told by the shape of its holes.
            index: symbolic(Symbol::call("int", vec![index])),
        })
    }

    pub(super) fn apply(&self, id: &Id) -> Id {
        match instance(&self.variable, &id.value, &self.index) {
            Some(renamed) => Id::of(renamed),
            None => id.clone(),
        }
    }
}

/// How an id goes with the copies of a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spread {
    /// Each copy has another one.
    Distinct,
    /// Some copies may have the same one.
    Unknown,
    /// All copies have the same one.
    Same,
}

impl Spread {
    /// How what the copies of a resource refer to goes with them. `own` is the id of the resource, which differs from copy
    /// to copy, since Azure refuses two resources of one id: what it hangs on alone does so too.
    pub(super) fn of(target: &Value, own: &Value) -> Self {
        if !hangs_on_index(target) {
            return Self::Same;
        }
        let apart = Apart(sole_part(own));
        let segments = id::segments(target).unwrap_or_default();
        match segments.iter().any(|segment| apart.tells(segment)) {
            true => Self::Distinct,
            false => Self::Unknown,
        }
    }
}

/// Why copies may refer to one resource: what of an id hangs on the copy.
pub(super) fn doubts(id: &Value) -> Vec<Reason> {
    let segments = id::segments(id).unwrap_or_default();
    let hanging = segments.iter().filter(|segment| hangs_on_index(segment));
    hanging.map(Reason::of).collect()
}

/// Whether an id hangs on which copy of a loop it is of.
pub(super) fn hangs_on_index(id: &Value) -> bool {
    let mut found = false;
    symbols(id, &mut |symbol| {
        found |= match &symbol.term {
            Term::Bound(_) => true,
            Term::Call { function, .. } => &**function == ANY_INDEX,
            _ => false,
        };
    });
    found
}

/// The only thing in an id that hangs on the copy, but for case.
fn sole_part(id: &Value) -> Option<&Value> {
    let mut hanging: Box<dyn Iterator<Item = &Value>> = match &id.kind {
        Kind::Mixed(parts) => Box::new(holes(parts)),
        _ => Box::new(std::iter::once(id)),
    };
    let first = without_case(hanging.find(|hole| hangs_on_index(hole))?);
    hanging
        .filter(|hole| hangs_on_index(hole))
        .all(|hole| without_case(hole) == first)
        .then_some(first)
}

fn holes(parts: &[Part]) -> impl Iterator<Item = &Value> {
    parts.iter().filter_map(|part| match part {
        Part::Hole(hole) => Some(hole),
        Part::Text(_) => None,
    })
}

/// What is another one for each copy, but for case, beside the index itself.
struct Apart<'v>(Option<&'v Value>);

impl Apart<'_> {
    /// Whether a value tells the copies apart: no two of them have the same, but for case. `mod(i, 2)` does not, nor does an
    /// item of a list that nobody knows.
    fn tells(&self, value: &Value) -> bool {
        if let Kind::Mixed(parts) = &value.kind {
            return self.told_by_parts(parts);
        }
        if self.0.is_some_and(|known| known == without_case(value)) {
            return true;
        }
        let Some((function, arguments)) = as_call(value) else {
            return self.told_by_item(value);
        };
        match (function, arguments) {
            (ANY_INDEX, _) => true,
            ("string" | "toLower" | "toUpper", [of]) => self.tells(of),
            ("int", [of]) => is_index(of) || self.number_tells(of),
            ("add" | "sub", [a, b]) => {
                (self.number_tells(a) && !hangs_on_index(b))
                    || (self.number_tells(b) && !hangs_on_index(a))
            }
            ("mul", [a, b]) => {
                let factor = |value: &Value| value.as_integer().is_some_and(|factor| factor != 0);
                (self.number_tells(a) && factor(b)) || (self.number_tells(b) && factor(a))
            }
            // A number begins with no zero.
            ("padLeft", [of, width]) => self.number_tells(of) && !hangs_on_index(width),
            ("padLeft", [of, width, with]) => {
                let is_clear = |with: &str| !with.contains(|c: char| matches!(c, '1'..='9'));
                self.number_tells(of)
                    && !hangs_on_index(width)
                    && with.as_str().is_some_and(is_clear)
            }
            // Names are made of hashes because they are as good as unique.
            ("uniqueString" | "guid", arguments) => {
                let mut hanging = arguments.iter().filter(|argument| hangs_on_index(argument));
                let first = hanging.next();
                first.is_some_and(|first| self.tells(first)) && hanging.next().is_none()
            }
            _ => false,
        }
    }

    fn number_tells(&self, value: &Value) -> bool {
        partial::is_surely(value, Shape::Integer) && self.tells(value)
    }

    /// Whether an item of a list does, all of which are known and differ.
    fn told_by_item(&self, value: &Value) -> bool {
        let Some(Term::Access { base, key, .. }) = value.as_symbol().map(|symbol| &symbol.term)
        else {
            return false;
        };
        let Some(items) = base.as_array() else {
            return false;
        };
        let texts: Option<BTreeSet<String>> = items.iter().map(known_text).collect();
        texts.is_some_and(|texts| texts.len() == items.len()) && self.number_tells(key)
    }

    /// Whether a text does that is put together: by the only part that hangs on the copy, or by a number that ends, or
    /// begins, where a text without a digit does.
    fn told_by_parts(&self, parts: &[Part]) -> bool {
        let hanging = |part: &Part| match part {
            Part::Hole(hole) => hangs_on_index(hole),
            Part::Text(_) => false,
        };
        let (Some(first), Some(last)) = (
            parts.iter().position(hanging),
            parts.iter().rposition(hanging),
        ) else {
            return false;
        };
        let hole = |place: usize| match parts.get(place) {
            Some(Part::Hole(hole)) => Some(hole),
            _ => None,
        };
        let (Some(one), Some(other)) = (hole(first), hole(last)) else {
            return false;
        };
        // Written several times, its length tells where it ends.
        let mut all = holes(parts).filter(|hole| hangs_on_index(hole));
        if all.all(|hole| without_case(hole) == without_case(one)) {
            return self.tells(one);
        }
        let text = |place: Option<usize>| match place.and_then(|place| parts.get(place)) {
            Some(Part::Text(text)) => Some(&**text),
            _ => None,
        };
        let ends = text(first.checked_add(1)).and_then(|text| text.chars().next());
        let begins = text(last.checked_sub(1)).and_then(|text| text.chars().next_back());
        let is_clear = |c: Option<char>| c.is_some_and(|c| !c.is_ascii_digit());
        (is_clear(ends) && self.number_tells(one)) || (is_clear(begins) && self.number_tells(other))
    }
}

/// What a known item writes into an id, without regard to case.
fn known_text(item: &Value) -> Option<String> {
    match item.as_integer() {
        Some(number) => Some(number.to_string()),
        None => item.as_str().map(id::folded),
    }
}

fn is_index(value: &Value) -> bool {
    matches!(as_call(value), Some((ANY_INDEX, _)))
}

fn symbols(id: &Value, visit: &mut dyn FnMut(&Symbol)) {
    let mut look = |symbol: &Arc<Symbol>| {
        walk(symbol, &mut |inner| visit(inner));
    };
    match &id.kind {
        Kind::Symbolic(symbol) => look(symbol),
        Kind::Mixed(parts) => {
            for symbol in holes(parts).filter_map(Value::as_symbol) {
                look(symbol);
            }
        }
        _ => {}
    }
}
