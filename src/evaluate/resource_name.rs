//! The names and ids of resources.
//!
//! In: a type, the name as declared, and what the resource lies in. Out: its id. It refuses to know templates.

use super::access;
use super::canonical;
use super::composition::Composition;
use super::functions;
use super::id;
use super::origin::Origin;
use super::symbol::{Symbol, Term};
use super::value::{Kind, Value};

/// `{base}/providers/{namespace}/{type}/{name}/{type}/{name}…`. The name has as many segments as the type has after its
/// namespace.
pub(super) fn full_id(base: &Value, kind: &str, name: &Value, origin: &Origin) -> Value {
    let mut words = kind.trim_end_matches('/').split('/');
    let namespace = words.next().unwrap_or_default();
    let types: Vec<&str> = words.collect();
    let names = match types.as_slice() {
        // Most resources are no children: their names need not be divided.
        [_] => vec![name.clone()],
        _ => match id::segments(name) {
            Some(pieces) if pieces.len() == types.len() => pieces,
            // How the name divides is not known, or is an error.
            _ if types.len() > 1 => divided(name, types.len(), origin),
            _ => vec![name.clone()],
        },
    };
    let mut id = Composition::new();
    id.value(base);
    id.text("/providers/");
    id.text(namespace);
    add_names(&mut id, &types, &names);
    id.string_or_hole(origin)
}

/// Adds `/{type}/{name}` for each of them.
fn add_names(id: &mut Composition, types: &[&str], names: &[Value]) {
    for (kind, name) in types.iter().zip(names) {
        for text in ["/", kind, "/"] {
            id.text(text);
        }
        id.value(name);
    }
}

/// Whether a name has as many segments as a type has after its namespace: some authors write the full name of a child
/// that is nested in its parent.
pub(super) fn is_full_name(kind: &str, name: &Value) -> bool {
    let types = kind
        .trim_end_matches('/')
        .split('/')
        .count()
        .saturating_sub(1);
    types > 1 && id::segments(name).is_some_and(|pieces| pieces.len() == types)
}

/// The pieces of a name as `split` would give them.
fn divided(name: &Value, count: usize, origin: &Origin) -> Vec<Value> {
    let arguments = vec![name.clone(), id::text("/", origin)];
    let pieces = functions::call("split", arguments.clone(), origin)
        .unwrap_or_else(|_| Value::symbolic(Symbol::call("split", arguments), origin.clone()));
    let indexes = (0..count).map(|index| Value::new(Kind::Integer(index as i64), origin.clone()));
    indexes
        .map(|index| {
            access::access(&pieces, &index, false, false, origin).unwrap_or_else(|error| {
                let step = Symbol::new(Term::Access {
                    base: pieces.clone(),
                    key: index,
                    safe: false,
                    from_end: false,
                });
                let text = canonical::expression(&Value::symbolic(step, origin.clone()));
                functions::failed(&text, &error.to_string(), origin)
            })
        })
        .collect()
}

/// The id of a parent with its type as that of the child has it: they may be written in different letter case.
fn in_case(parent: &Value, kind: &[&str], origin: &Origin) -> Value {
    let Some(mut pieces) = id::segments(parent) else {
        return parent.clone();
    };
    // `…/namespace/type/name/type/name`
    let types = kind.len().saturating_sub(1);
    for (position, word) in kind.iter().enumerate() {
        let back = match position {
            0 => 2 * types + 1,
            _ => 2 * (types - position + 1),
        };
        let piece = pieces
            .len()
            .checked_sub(back)
            .and_then(|at| pieces.get_mut(at));
        match piece {
            Some(piece)
                if piece
                    .as_str()
                    .is_some_and(|text| text.eq_ignore_ascii_case(word)) =>
            {
                *piece = id::text(word, origin);
            }
            _ => return parent.clone(),
        }
    }
    id::join_segments(&pieces, origin)
}

/// The id of a child: its type and name after those of its parent. A child may be several segments below it.
pub(super) fn child_id(parent: &Value, kind: &str, name: &Value, origin: &Origin) -> Value {
    let names = id::segments(name).unwrap_or_else(|| vec![name.clone()]);
    let types: Vec<&str> = kind.trim_end_matches('/').split('/').collect();
    let (around, own) = types.split_at(types.len().saturating_sub(names.len()));
    let mut id = Composition::new();
    id.value(&in_case(parent, around, origin));
    add_names(&mut id, own, &names);
    id.string_or_hole(origin)
}
