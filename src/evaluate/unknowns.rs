//! Which symbols are in a value, and which of them are the unknowns that it is made of.
//!
//! In: a value or a symbol. Out: the symbols in it, each once, as far as there is patience: values share operands. It refuses
//! to know what can be assumed of them (`decision`).

use std::sync::Arc;

use foldhash::{HashSet, HashSetExt};

use super::bounds::Work;
use super::canonical;
use super::id;
use super::symbol::{ParameterSymbol, Symbol, Term};
use super::value::{Kind, Value};

/// How many symbols are looked at in one value; values share operands, so this is far away.
pub(super) const MAXIMUM_SYMBOLS: usize = 20_000;

/// The unknowns that a symbol is made of: parameters, members of parameters, facts of the surroundings. Each is a path,
/// the root's key first.
pub fn unknowns(symbol: &Arc<Symbol>) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    descend(vec![symbol], &mut |inner| match unknown_path(inner) {
        Some(path) => {
            all.push(path);
            false
        }
        None => true,
    });
    all.sort();
    all.dedup();
    all
}

/// The parameters in a symbol.
pub(crate) fn unknown_parameters(symbol: &Arc<Symbol>) -> Vec<Arc<ParameterSymbol>> {
    let mut found = Vec::new();
    walk(symbol, &mut |symbol| {
        if let Term::Parameter(parameter) = &symbol.term {
            found.push(parameter.clone());
        }
    });
    found
}

/// The failures that evaluating a value surely meets: those that lie in no branch of a choice and in no lambda or loop.
/// The symbols that are looked at are added to `work`.
pub fn failures(value: &Value, work: &Work) -> Vec<Arc<Symbol>> {
    let mut found = Vec::new();
    let mut outermost = Vec::new();
    symbols_in(value, &mut outermost);
    outermost.reverse();
    let looked_at = descend(outermost, &mut |inner| match &inner.term {
        Term::Failed { surely, .. } => {
            if *surely {
                found.push(inner.clone());
            }
            false
        }
        Term::Call { function, .. } => !matches!(&**function, "if" | "and" | "or" | "coalesce"),
        Term::Lambda { .. } | Term::Loop { .. } => false,
        _ => true,
    });
    work.add(looked_at);
    found
}

/// Visits a symbol and those in it, each once. Gives how many.
pub(crate) fn walk(symbol: &Arc<Symbol>, visit: &mut dyn FnMut(&Arc<Symbol>)) -> usize {
    descend(vec![symbol], &mut |symbol| {
        visit(symbol);
        true
    })
}

/// Visits symbols, the last of them first, and those in them, each once; not what is in one for which `visit` says no.
/// Gives how many.
fn descend<'s>(
    mut open: Vec<&'s Arc<Symbol>>,
    visit: &mut dyn FnMut(&Arc<Symbol>) -> bool,
) -> usize {
    let mut seen = HashSet::new();
    while let Some(next) = open.pop() {
        // It has the key of what it is about.
        if let Term::Except { of, .. } = &next.term {
            symbols_in(of, &mut open);
            continue;
        }
        if seen.len() > MAXIMUM_SYMBOLS || !seen.insert(next.key()) || !visit(next) {
            continue;
        }
        let from = open.len();
        next.operands()
            .for_each(|operand| symbols_in(operand, &mut open));
        // The first operand is visited first.
        open[from..].reverse();
    }
    seen.len()
}

/// The outermost symbols of a value.
pub(crate) fn symbols_in<'v>(value: &'v Value, into: &mut Vec<&'v Arc<Symbol>>) {
    match &value.kind {
        Kind::Symbolic(symbol) => into.push(symbol),
        _ => value.each_part(|part| symbols_in(part, into)),
    }
}

/// `parameters('p').a.b` as a path.
pub(super) fn unknown_path(symbol: &Arc<Symbol>) -> Option<Vec<String>> {
    match &symbol.term {
        Term::Parameter(_) | Term::Context(_) | Term::Bound(_) => {
            let [a, b] = symbol.key();
            Some(vec![format!("{a:x}{b:x}")])
        }
        Term::Except { of, .. } => unknown_path(of.as_symbol()?),
        // Its case decides no more than it does itself.
        Term::Call {
            function,
            arguments,
        } => match (&**function, arguments.as_slice()) {
            ("toLower" | "toUpper" | "trim", [text]) => unknown_path(text.as_symbol()?),
            _ => None,
        },
        Term::Access { base, key, .. } => {
            let mut path = unknown_path(base.as_symbol()?)?;
            path.push(match key.as_str() {
                Some(name) => id::folded(name),
                None => canonical::expression(key),
            });
            Some(path)
        }
        _ => None,
    }
}
