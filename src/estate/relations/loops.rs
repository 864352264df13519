//! Resources that stand for all copies of a loop whose count is undecided.
//!
//! Two loops over one count run through the same indexes, so that `vaults[i]` and the endpoint `i` of it meet, whatever
//! the loops are called. Ids are compared with an index that is named after the count.

use super::identity::Id;
use crate::evaluate::decision::walk;
use crate::evaluate::partial::as_call;
use crate::evaluate::substitute::instance;
use crate::evaluate::symbol::{ANY_INDEX, Binder, Symbol, Term};
use crate::evaluate::value::{Kind, Part, Value};
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

/// Whether an id differs from copy to copy of a loop.
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

fn symbols(id: &Value, visit: &mut dyn FnMut(&Symbol)) {
    let mut look = |symbol: &Arc<Symbol>| {
        walk(symbol, &mut |inner| visit(inner));
    };
    match &id.kind {
        Kind::Symbolic(symbol) => look(symbol),
        Kind::Mixed(parts) => {
            for part in parts.iter() {
                if let Part::Hole(hole) = part
                    && let Some(symbol) = hole.as_symbol()
                {
                    look(symbol);
                }
            }
        }
        _ => {}
    }
}
