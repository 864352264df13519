//! Resource ids as values.
//!
//! An id is a string, perhaps with holes (`/subscriptions/…/vaults/${name}`), never a `resourceId(…)` call, so that
//! two ids that are built from the same unknowns compare.

use super::canonical;
use super::composition::Composition;
use super::origin::Origin;
use super::symbol::{Symbol, Term};
use super::value::{Kind, Member, Part, Value};

/// The pieces of a string between slashes. `None` where the value is neither a string nor a string with holes. A hole
/// is taken to hold no slash; a value that is one unknown as a whole is one piece.
pub fn segments(value: &Value) -> Option<Vec<Value>> {
    match &value.kind {
        Kind::String(text) => {
            let count = text.bytes().filter(|byte| *byte == b'/').count() + 1;
            let mut pieces = Vec::with_capacity(count);
            let texts = text.split('/');
            pieces.extend(texts.map(|piece| Value::string(piece, value.origin.clone())));
            Some(pieces)
        }
        Kind::Mixed(parts) => Some(pieces_of(parts, &value.origin)),
        Kind::Symbolic(_) => Some(vec![value.clone()]),
        _ => None,
    }
}

/// The pieces of a string with holes.
fn pieces_of(parts: &[Part], origin: &Origin) -> Vec<Value> {
    let mut pieces = Vec::new();
    let mut piece = Composition::new();
    for part in parts {
        match part {
            Part::Hole(hole) => piece.hole(hole.clone()),
            Part::Text(text) => {
                for (index, text) in text.split('/').enumerate() {
                    if index > 0 {
                        pieces.push(piece.take_string_or_hole(origin));
                    }
                    piece.text(text);
                }
            }
        }
    }
    pieces.push(piece.string_or_hole(origin));
    pieces
}

/// Whether a text with holes is that of a resource's id, or of a resource group's: known words where an id has such, and
/// holes only where it has the name of a subscription, of a resource group or of a resource. None of these has a slash in
/// it, or it would be no id and nothing could be deployed with it.
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules>
pub(super) fn is_whole(parts: &[Part], origin: &Origin) -> bool {
    let Some(Part::Text(start)) = parts.first() else {
        return false;
    };
    if !start.starts_with('/') {
        return false;
    }
    let pieces = pieces_of(parts, origin);
    let word = |place: usize| pieces.get(place).and_then(Value::as_str);
    let is = |place: usize, expected: &str| {
        word(place).is_some_and(|word| word.eq_ignore_ascii_case(expected))
    };
    let is_filled = |piece: &Value| piece.as_str() != Some("");
    let mut place = 1;
    let mut is_deep = false;
    while place < pieces.len() {
        if is(place, "providers") {
            if word(place + 1).is_none_or(|namespace| !namespace.contains('.')) {
                return false;
            }
            place += 2;
            is_deep = true;
        } else if is(place, "resourceGroups") {
            is_deep = true;
        } else if !(is_deep || is(place, "subscriptions")) {
            return false;
        }
        if word(place).is_none_or(str::is_empty) {
            return false;
        }
        if !pieces.get(place + 1).is_some_and(is_filled) {
            return false;
        }
        place += 2;
    }
    is_deep
}

/// An id that is cut off another one: `split(subnetId, '/subnets/')[0]` of an id with holes is that of the network. A name in
/// it that is the word itself would make an id that names nothing.
pub(crate) fn without_cuts(id: Value) -> Value {
    cut(&id).unwrap_or(id)
}

fn cut(id: &Value) -> Option<Value> {
    let whole = match &id.as_symbol()?.term {
        Term::Access {
            base,
            key,
            from_end: false,
            ..
        } if key.as_integer() == Some(0) => base,
        Term::Call {
            function,
            arguments,
        } if &**function == "first" => arguments.first()?,
        _ => return None,
    };
    let (text, parts, delimiter) = as_split(whole)?;
    let word = delimiter.strip_prefix('/')?.strip_suffix('/')?;
    if word.is_empty() || word.contains('/') || !is_whole(parts, &text.origin) {
        return None;
    }
    let pieces = pieces_of(parts, &text.origin);
    let place = pieces
        .iter()
        .position(|piece| piece.as_str() == Some(word))?;
    (place + 1 < pieces.len()).then(|| join_segments(&pieces[..place], &id.origin))
}

/// What `split(name, '/')[index]` gives of a name with holes, such as `${vault}/${secret}`: the Bicep compiler takes the
/// names of a resource's parents from its own in this way. The same is taken of the holes as by [`segments`].
pub(crate) fn split_piece(value: &Value) -> Option<Value> {
    let Term::Access {
        base,
        key,
        safe: false,
        from_end: false,
    } = &value.as_symbol()?.term
    else {
        return None;
    };
    let (name, parts, "/") = as_split(base)? else {
        return None;
    };
    let index = usize::try_from(key.as_integer()?).ok()?;
    pieces_of(parts, &name.origin).into_iter().nth(index)
}

/// The text with holes that a call of `split` takes apart, its parts, and where it does so.
fn as_split(value: &Value) -> Option<(&Value, &[Part], &str)> {
    let Term::Call {
        function,
        arguments,
    } = &value.as_symbol()?.term
    else {
        return None;
    };
    let ("split", [text, delimiter]) = (&**function, arguments.as_slice()) else {
        return None;
    };
    match &text.kind {
        Kind::Mixed(parts) => Some((text, parts, delimiter.as_str()?)),
        _ => None,
    }
}

/// A name whose pieces of the form that [`split_piece`] understands are what they stand for.
pub(crate) fn without_splits(name: Value) -> Value {
    if let Some(piece) = split_piece(&name) {
        return piece;
    }
    let Kind::Mixed(parts) = &name.kind else {
        return name;
    };
    let pieces: Vec<Option<Value>> = parts
        .iter()
        .map(|part| match part {
            Part::Hole(hole) => split_piece(hole),
            Part::Text(_) => None,
        })
        .collect();
    if pieces.iter().all(Option::is_none) {
        return name;
    }
    let mut whole = Composition::new();
    for (part, piece) in parts.iter().zip(pieces) {
        match piece {
            Some(piece) => whole.value(&piece),
            None => whole.part(part),
        }
    }
    whole.string_or_hole(&name.origin)
}

/// The values one after the other as one string; what is one value alone is that value.
pub fn join<'v>(values: impl IntoIterator<Item = &'v Value>, origin: &Origin) -> Value {
    let mut joined = Composition::new();
    values.into_iter().for_each(|value| joined.value(value));
    joined.string_or_hole(origin)
}

/// The segments with slashes between them as one string.
pub(crate) fn join_segments(segments: &[Value], origin: &Origin) -> Value {
    let mut joined = Composition::new();
    for (index, segment) in segments.iter().enumerate() {
        if index > 0 {
            joined.text("/");
        }
        joined.value(segment);
    }
    joined.string_or_hole(origin)
}

/// How deep lists that subnets are chosen from, or put together of, are looked through.
const MAXIMUM_LISTS: usize = 16;

/// The subnets that a network declares, with the ids that the service adds to them: they follow from the names. Of lists
/// that are chosen or put together, each one that is known.
pub(super) fn with_ids_of_subnets(network: &Value, subnets: &Value) -> Option<Value> {
    with_ids_within(network, subnets, MAXIMUM_LISTS)
}

fn with_ids_within(network: &Value, subnets: &Value, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let origin = &subnets.origin;
    if let Some(items) = subnets.as_array() {
        let items = items.iter().map(|subnet| with_id(network, subnet));
        return Some(Value::array(items.collect(), origin.clone()));
    }
    let within = |part: &Value| with_ids_within(network, part, depth);
    let term = match &subnets.as_symbol()?.term {
        Term::Call {
            function,
            arguments,
        } if matches!(&**function, "if" | "coalesce" | "concat" | "union" | "map") => {
            let lists = arguments.iter();
            let lists = lists.map(|list| within(list).unwrap_or_else(|| list.clone()));
            Term::Call {
                function: function.clone(),
                arguments: lists.collect(),
            }
        }
        Term::Lambda { binders, body } => Term::Lambda {
            binders: binders.clone(),
            body: with_id(network, body),
        },
        Term::Loop {
            binder,
            count,
            body,
        } => Term::Loop {
            binder: binder.clone(),
            count: count.clone(),
            body: with_id(network, body),
        },
        _ => return None,
    };
    Some(Value::symbolic(Symbol::new(term), origin.clone()))
}

/// The id of the subnet of this name.
fn of_subnet(network: &Value, name: &Value, origin: &Origin) -> Value {
    join([network, &text("/subnets/", origin), name], origin)
}

/// A subnet of a network with its id.
fn with_id(network: &Value, subnet: &Value) -> Value {
    let members = subnet
        .as_object()
        .filter(|members| members.get("id").is_none());
    let Some((members, name)) = members.and_then(|members| Some((members, members.get("name")?)))
    else {
        return subnet.clone();
    };
    let origin = &name.value.origin;
    let mut members = members.clone();
    members.insert(Member {
        key: "id".into(),
        key_place: name.key_place,
        value: of_subnet(network, &name.value, origin),
    });
    Value::object(members, subnet.origin.clone())
}

/// The id that `reference(network).subnets[i].id` is. The service adds it to the subnet that the network declares there,
/// and it follows from the name. `chain` is `reference(network).subnets[i]`, and `declared` what is declared of it.
pub(super) fn of_declared_subnet(chain: &Value, declared: &Value, key: &Value) -> Option<Value> {
    let is = |key: &Value, word: &str| {
        key.as_str()
            .is_some_and(|key| key.eq_ignore_ascii_case(word))
    };
    if !is(key, "id") {
        return None;
    }
    let (subnets, _) = base_of(chain)?;
    let (reference, _) = base_of(subnets).filter(|(_, key)| is(key, "subnets"))?;
    let reference = match base_of(reference) {
        Some((whole, key)) if is(key, "properties") => whole,
        _ => reference,
    };
    let network = match &reference.as_symbol()?.term {
        Term::Context(context) if &*context.function == "reference" => context.arguments.first()?,
        _ => return None,
    };
    let pieces = segments(network)?;
    let [.., namespace, kind, _] = pieces.as_slice() else {
        return None;
    };
    let name = &declared.as_object()?.get("name")?.value;
    let origin = &network.origin;
    (is(namespace, "Microsoft.Network") && is(kind, "virtualNetworks"))
        .then(|| of_subnet(network, name, origin))
}

fn base_of(value: &Value) -> Option<(&Value, &Value)> {
    match &value.as_symbol()?.term {
        Term::Access { base, key, .. } => Some((base, key)),
        _ => None,
    }
}

/// What ids and names compare by: their texts without regard to case or a slash at the end, and the symbols between.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Piece {
    /// In lower case.
    Text(String),
    Symbol([u64; 2]),
}

impl Key {
    /// The key of a value.
    pub fn of(value: &Value) -> Self {
        Self::of_pieces(match &value.kind {
            Kind::String(text) => vec![Piece::of_text(text)],
            Kind::Mixed(parts) => parts.iter().map(Piece::of_part).collect(),
            _ => vec![Piece::of_value(value)],
        })
    }

    /// The key of what is known.
    pub(super) fn of_text(text: &str) -> Self {
        Self::of_pieces(vec![Piece::of_text(text)])
    }

    fn of_pieces(mut pieces: Vec<Piece>) -> Self {
        if let Some(Piece::Text(last)) = pieces.last_mut() {
            let end = last.trim_end_matches('/').len();
            last.truncate(end);
            if end == 0 {
                pieces.pop();
            }
        }
        Self(pieces)
    }
}

impl Piece {
    fn of_text(text: &str) -> Self {
        Self::Text(text.to_ascii_lowercase())
    }

    fn of_part(part: &Part) -> Self {
        match part {
            Part::Text(text) => Self::of_text(text),
            Part::Hole(value) => Self::of_value(value),
        }
    }

    fn of_value(value: &Value) -> Self {
        match value.as_symbol() {
            Some(symbol) => Self::Symbol(symbol.key()),
            None => Self::of_text(&canonical::expression(value)),
        }
    }
}

/// A known id or name in the form that such ones compare by: in lower case, without a slash at the end.
pub fn folded(text: &str) -> String {
    text.trim_end_matches('/').to_ascii_lowercase()
}

/// A known piece of text as a value.
pub(crate) fn text(text: &str, origin: &Origin) -> Value {
    Value::string(text, origin.clone())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests may panic")]
    use super::*;
    use crate::source::{FileId, Place, Span};

    fn origin() -> Origin {
        Origin::at(Place::new(FileId(0), Span::point(0)))
    }

    /// A text in which each `*` is a hole.
    fn parts(text: &str) -> Vec<Part> {
        let mut whole = Composition::new();
        for (index, piece) in text.split('*').enumerate() {
            if index > 0 {
                let unknown = Symbol::call("unknown", vec![super::text("x", &origin())]);
                whole.hole(Value::symbolic(unknown, origin()));
            }
            whole.text(piece);
        }
        match whole.string_or_hole(&origin()).kind {
            Kind::Mixed(parts) => parts.to_vec(),
            other => panic!("{other:?} has no holes"),
        }
    }

    #[test]
    fn ids_have_known_words_where_ids_have_them() {
        for text in [
            "/subscriptions/*/resourceGroups/*",
            "/subscriptions/*/resourceGroups/*/providers/Microsoft.KeyVault/vaults/kv-*-1",
            "/subscriptions/*/resourcegroups/rg/providers/Microsoft.KeyVault/vaults/*/secrets/*",
            "/subscriptions/*/providers/Microsoft.Resources/deployments/x",
            "/subscriptions/*/resourceGroups/*/providers/A.B/c/*/providers/D.E/f/*",
            "/providers/Microsoft.Management/managementGroups/*",
        ] {
            assert!(is_whole(&parts(text), &origin()), "{text}");
        }
        for text in [
            "*/subscriptions/*",
            "*",
            "/*",
            "/subscriptions/*",
            "/subscriptions/*/*/rg",
            "/subscriptions/*/resourceGroups/*/",
            "/subscriptions/*/resourceGroups/*/providers/Microsoft.KeyVault/*/kv",
            "/subscriptions/*/resourceGroups/*/providers/*/vaults/kv",
            "/subscriptions/*/resourceGroups/*/providers/Microsoft.KeyVault/vaults",
            "/subscriptions/*/resourceGroups/*/providers/Microsoft.KeyVault",
            "/anything/*/resourceGroups/*",
            "https://*/subscriptions/*/resourceGroups/*",
            "/subscriptions//resourceGroups/*",
        ] {
            let parts = match text {
                "*" => vec![Part::Hole(super::text("x", &origin()))],
                text => parts(text),
            };
            assert!(!is_whole(&parts, &origin()), "{text}");
        }
    }
}
