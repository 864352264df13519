//! Whether two values are equal, as far as it is certain.

use super::text::common;
use super::{
    PATIENCE, as_choice, call_of, emptiness, hole_bounds, integer_bounds, is_surely, may_be_null,
    shape, text_bounds,
};
use crate::evaluate::declared;
use crate::evaluate::functions;
use crate::evaluate::symbol::{Shape, Symbol, Term};
use crate::evaluate::value::{Kind, Object, Part, Value};

/// Whether two values are equal as the language's `equals` has it; `None` where that depends on what is undecided.
/// Strings are case-sensitive, names of members are not, values of different types differ.
pub fn same(a: &Value, b: &Value) -> Option<bool> {
    same_within(a, b, PATIENCE)
}

fn same_within(a: &Value, b: &Value, patience: u32) -> Option<bool> {
    match (&a.kind, &b.kind) {
        (Kind::Symbolic(x), Kind::Symbolic(y)) if x == y => {
            // What fails has no value that could equal another.
            (!matches!(x.term, Term::Failed { .. })).then_some(true)
        }
        (Kind::Symbolic(x), Kind::Symbolic(y)) => {
            let known = symbol_same(a, x, b, patience).or_else(|| symbol_same(b, y, a, patience));
            known.or_else(|| is_one_member(x, y).then_some(true))
        }
        (Kind::Symbolic(symbol), _) => {
            symbol_same(a, symbol, b, patience).or_else(|| differs_from_its_text(a, b))
        }
        (_, Kind::Symbolic(symbol)) => {
            symbol_same(b, symbol, a, patience).or_else(|| differs_from_its_text(b, a))
        }
        (Kind::Mixed(_), Kind::Mixed(_) | Kind::String(_)) | (Kind::String(_), Kind::Mixed(_)) => {
            texts_same(a, b)
        }
        (Kind::Array(x), Kind::Array(y)) => {
            if x.len() != y.len() {
                return Some(false);
            }
            every(x.iter().zip(y.iter()), |(x, y)| same_within(x, y, patience))
        }
        (Kind::Object(x), Kind::Object(y)) => objects_same(x, y, patience),
        _ => Some(a == b),
    }
}

/// True if all are, false if one is not, else undecided.
fn every<T>(items: impl Iterator<Item = T>, test: impl Fn(T) -> Option<bool>) -> Option<bool> {
    let mut all = Some(true);
    for item in items {
        match test(item) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

fn objects_same(a: &Object, b: &Object, patience: u32) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    every(a.iter(), |member| match b.get(&member.key) {
        Some(other) => same_within(&member.value, &other.value, patience),
        None => Some(false),
    })
}

fn symbol_same(value: &Value, symbol: &Symbol, other: &Value, patience: u32) -> Option<bool> {
    let patience = patience.checked_sub(1)?;
    if let Some((_, then, otherwise)) = as_choice(value) {
        let first = same_within(then, other, patience)?;
        let second = same_within(otherwise, other, patience)?;
        return (first == second).then_some(first);
    }
    if let Term::Except { of, excluded } = &symbol.term {
        if other.is_concrete() && excluded.iter().any(|value| value == other) {
            return Some(false);
        }
        return same_within(of, other, patience);
    }
    if surely_differ(value, other) || outside_domain(symbol, other) || is_other_json(symbol, other)
    {
        return Some(false);
    }
    // A secret of which only its emptiness is known: an empty string equals the empty string.
    let both_empty_texts = is_surely(value, Shape::String)
        && other.as_str() == Some("")
        && emptiness(value) == Some(true);
    both_empty_texts.then_some(true)
}

/// Whether all values that a parameter, or a declared member of one, can have are others than this one.
fn outside_domain(symbol: &Symbol, other: &Value) -> bool {
    let Some(known) = declared::of(symbol) else {
        let Some(("first" | "last", [array])) = call_of(symbol) else {
            return false;
        };
        // Of an empty array it is null.
        return !may_be_null(other)
            && declared::values_of_items(array).is_some_and(|values| {
                values.iter().all(|value| same(value, other) == Some(false))
            });
    };
    let Some(domain) = known.domain() else {
        return other.is_concrete() && !known.admits(other);
    };
    let null_is_possible = known.nullable && may_be_null(other);
    !null_is_possible && domain.iter().all(|value| same(value, other) == Some(false))
}

/// Whether a text is that of an array or an object, and another text than this one. `string` writes JSON.
fn is_other_json(symbol: &Symbol, other: &Value) -> bool {
    let (Some(("string", [written])), Some(text)) = (call_of(symbol), other.as_str()) else {
        return false;
    };
    let is_json = is_surely(written, Shape::Object) || is_surely(written, Shape::Array);
    let may_be = |value: &Value| same(written, value) != Some(false);
    is_json && !functions::may_be_written(text, &other.origin, may_be)
}

/// Whether a value differs from a text with holes in which it stands itself: of one length they may be, but not where
/// there is more around it.
fn differs_from_its_text(value: &Value, text: &Value) -> Option<bool> {
    if !matches!(text.kind, Kind::Mixed(_)) {
        return None;
    }
    // What is no string equals none.
    let differ = length_differs(&[Piece::Hole(value)], &pieces(text));
    differ.then_some(false)
}

/// Whether two symbols read one declared member in two ways: `c.bypass` and `c.?bypass`.
fn is_one_member(one: &Symbol, other: &Symbol) -> bool {
    matches!(
        (&one.term, &other.term),
        (Term::Access { .. }, Term::Access { .. })
    ) && declared::path(one).is_some_and(|path| Some(path) == declared::path(other))
}

/// Whether two values differ whatever the undecided parts of them are.
fn surely_differ(a: &Value, b: &Value) -> bool {
    let (a_shape, b_shape) = (shape(a), shape(b));
    let both_may_be_null = may_be_null(a) && may_be_null(b);
    if both_may_be_null {
        return false;
    }
    if a.is_null() || b.is_null() {
        // One is null, and the other is surely not.
        return true;
    }
    if a_shape != Shape::Any && b_shape != Shape::Any && a_shape != b_shape {
        return true;
    }
    if let (Some(a), Some(b)) = (text_bounds(a), text_bounds(b))
        && a.exclude(&b)
    {
        return true;
    }
    if let (Some(a), Some(b)) = (integer_bounds(a), integer_bounds(b))
        && (a.1 < b.0 || b.1 < a.0)
    {
        return true;
    }
    matches!((emptiness(a), emptiness(b)), (Some(a), Some(b)) if a != b)
}

/// One piece of a string while its ends are compared.
#[derive(Clone, Copy)]
enum Piece<'a> {
    Text(&'a str),
    Hole(&'a Value),
}

fn pieces(value: &Value) -> Vec<Piece<'_>> {
    match &value.kind {
        Kind::String(text) if !text.is_empty() => vec![Piece::Text(text)],
        Kind::Mixed(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Piece::Text(text),
                Part::Hole(hole) => Piece::Hole(hole),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Compares two strings, with holes or without: what they begin and end with alike is cancelled, and what is left
/// decides if it can.
fn texts_same(a: &Value, b: &Value) -> Option<bool> {
    if let (Some(a), Some(b)) = (text_bounds(a), text_bounds(b))
        && a.exclude(&b)
    {
        return Some(false);
    }
    let (mut a, mut b) = (pieces(a), pieces(b));
    for from_end in [false, true] {
        a.reverse();
        b.reverse();
        if !cancel(&mut a, &mut b, !from_end) {
            return Some(false);
        }
    }
    match (a.as_slice(), b.as_slice()) {
        ([], []) => Some(true),
        ([Piece::Hole(a)], [Piece::Hole(b)])
            if is_surely(a, Shape::String) && is_surely(b, Shape::String) =>
        {
            same(a, b)
        }
        ([Piece::Hole(hole)], [Piece::Text(text)]) | ([Piece::Text(text)], [Piece::Hole(hole)])
            if is_surely(hole, Shape::String) =>
        {
            same(hole, &Value::string(*text, hole.origin.clone()))
        }
        (a, b) => length_differs(a, b).then_some(false),
    }
}

/// Takes equal pieces off the ends of the lists; `from_start` says that the lists are reversed, so that their ends are
/// the starts of the strings. False if the strings differ there.
fn cancel(a: &mut Vec<Piece<'_>>, b: &mut Vec<Piece<'_>>, from_start: bool) -> bool {
    loop {
        match (a.last().copied(), b.last().copied()) {
            (Some(Piece::Text(x)), Some(Piece::Text(y))) => {
                let shared = if from_start {
                    common(x.chars(), y.chars())
                } else {
                    common(x.chars().rev(), y.chars().rev())
                };
                if shared == 0 {
                    return false;
                }
                shorten(a, x, shared, from_start);
                shorten(b, y, shared, from_start);
            }
            (Some(Piece::Hole(x)), Some(Piece::Hole(y))) if same(x, y) == Some(true) => {
                a.pop();
                b.pop();
            }
            _ => return true,
        }
    }
}

fn shorten<'a>(pieces: &mut Vec<Piece<'a>>, text: &'a str, by: usize, from_start: bool) {
    pieces.pop();
    let rest = if from_start {
        &text[by..]
    } else {
        &text[..text.len() - by]
    };
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
}

/// Whether the lengths of two strings surely differ. What stands in both counts for neither.
fn length_differs(a: &[Piece<'_>], b: &[Piece<'_>]) -> bool {
    let (a, mut b) = (a.iter().copied(), b.to_vec());
    let a: Vec<Piece<'_>> = a.filter(|piece| !takes_off(piece, &mut b)).collect();
    let (a, b) = (a.as_slice(), b.as_slice());
    let (a_min, a_max) = length(a);
    let (b_min, b_max) = length(b);
    a_max.is_some_and(|max| max < b_min) || b_max.is_some_and(|max| max < a_min)
}

/// Takes a hole off a list that has the same one.
fn takes_off(piece: &Piece<'_>, from: &mut Vec<Piece<'_>>) -> bool {
    let Piece::Hole(hole) = piece else {
        return false;
    };
    let is_same = |other: &Piece<'_>| {
        let Piece::Hole(other) = other else {
            return false;
        };
        matches!((&hole.kind, &other.kind), (Kind::Symbolic(a), Kind::Symbolic(b)) if a == b)
    };
    let found = from.iter().position(is_same);
    found.is_some_and(|index| {
        from.swap_remove(index);
        true
    })
}

fn length(pieces: &[Piece<'_>]) -> (usize, Option<usize>) {
    pieces.iter().fold((0, Some(0)), |(min, max), piece| {
        let (least, most) = match piece {
            Piece::Text(text) => {
                let length = super::utf16_length(text);
                (length, Some(length))
            }
            Piece::Hole(hole) => {
                let bounds = hole_bounds(hole);
                (bounds.min, bounds.max)
            }
        };
        (min + least, max.zip(most).map(|(a, b)| a + b))
    })
}
