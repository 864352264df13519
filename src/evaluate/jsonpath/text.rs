//! Strings with holes, compared by the parts that are known.
//!
//! A hole may stand for any text, the empty one too.

use super::Case;
use super::truth::Truth;
use crate::evaluate::value::{Kind, Part};

/// Whether a string with holes equals a known one: unknown where some filling of the holes gives it.
pub(super) fn equal(parts: &[Part], known: &str, case: Case) -> Truth {
    let mut rest = known.as_bytes();
    for (position, part) in parts.iter().enumerate() {
        let Part::Text(piece) = part else { continue };
        let piece = piece.as_bytes();
        let found = if position == 0 {
            starts_with(rest, piece, case).then_some(0)
        } else if position + 1 == parts.len() {
            ends_with(rest, piece, case).then(|| rest.len() - piece.len())
        } else {
            find(rest, piece, case)
        };
        match found.and_then(|start| rest.get(start + piece.len()..)) {
            Some(behind) => rest = behind,
            None => return Truth::False,
        }
    }
    Truth::Unknown
}

/// Whether two strings with holes are equal: surely, where they have the same holes and texts; surely not, where they
/// start or end differently.
pub(super) fn equal_parts(left: &[Part], right: &[Part], case: Case) -> Truth {
    let same = |pair: (&Part, &Part)| match pair {
        (Part::Text(a), Part::Text(b)) => case.equal(a, b),
        (a, b) => a == b,
    };
    if left.len() == right.len() && left.iter().zip(right).all(same) {
        return Truth::True;
    }
    if let (Some(Part::Text(a)), Some(Part::Text(b))) = (left.first(), right.first()) {
        let (a, b) = (a.as_bytes(), b.as_bytes());
        if !starts_with(a, b, case) && !starts_with(b, a, case) {
            return Truth::False;
        }
    }
    if let (Some(Part::Text(a)), Some(Part::Text(b))) = (left.last(), right.last()) {
        let (a, b) = (a.as_bytes(), b.as_bytes());
        if !ends_with(a, b, case) && !ends_with(b, a, case) {
            return Truth::False;
        }
    }
    Truth::Unknown
}

/// Whether a string is less than another (by Unicode scalar value, which is the order of UTF-8 bytes).
pub(super) fn less(left: &Kind, right: &Kind, case: Case) -> Truth {
    let (Some(left), Some(right)) = (Beginning::of(left), Beginning::of(right)) else {
        return Truth::False;
    };
    let fold = |byte: &u8| match case {
        Case::Ignore => byte.to_ascii_lowercase(),
        Case::Exact => *byte,
    };
    let mut pairs = left
        .bytes
        .iter()
        .map(fold)
        .zip(right.bytes.iter().map(fold));
    if let Some((a, b)) = pairs.find(|(a, b)| a != b) {
        return (a < b).into();
    }
    // One beginning starts with the other.
    let (short, long) = (left.bytes.len(), right.bytes.len());
    match (left.open, right.open) {
        (false, false) => (short < long).into(),
        (false, true) if short <= long && short < right.least => Truth::True,
        (true, false) if short >= long => Truth::False,
        _ => Truth::Unknown,
    }
}

/// The text that a string surely starts with.
struct Beginning<'t> {
    bytes: &'t [u8],
    /// Whether more follows.
    open: bool,
    /// How long the whole string is at least, in bytes.
    least: usize,
}

impl<'t> Beginning<'t> {
    fn of(kind: &'t Kind) -> Option<Self> {
        match kind {
            Kind::String(text) => Some(Self {
                bytes: text.as_bytes(),
                open: false,
                least: text.len(),
            }),
            Kind::Mixed(parts) => Some(Self {
                bytes: match parts.first() {
                    Some(Part::Text(text)) => text.as_bytes(),
                    _ => &[],
                },
                open: true,
                least: texts(parts).map(str::len).sum(),
            }),
            _ => None,
        }
    }
}

/// How many characters a string with holes has at least.
pub(super) fn least_length(parts: &[Part]) -> usize {
    texts(parts).map(|text| text.chars().count()).sum()
}

/// The known parts.
pub(super) fn texts(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().filter_map(|part| match part {
        Part::Text(text) => Some(&**text),
        Part::Hole(_) => None,
    })
}

fn same(left: &[u8], right: &[u8], case: Case) -> bool {
    match case {
        Case::Ignore => left.eq_ignore_ascii_case(right),
        Case::Exact => left == right,
    }
}

fn starts_with(text: &[u8], start: &[u8], case: Case) -> bool {
    text.get(..start.len())
        .is_some_and(|found| same(found, start, case))
}

fn ends_with(text: &[u8], end: &[u8], case: Case) -> bool {
    text.len()
        .checked_sub(end.len())
        .and_then(|at| text.get(at..))
        .is_some_and(|found| same(found, end, case))
}

fn find(text: &[u8], piece: &[u8], case: Case) -> Option<usize> {
    if piece.is_empty() {
        return Some(0);
    }
    text.windows(piece.len())
        .position(|window| same(window, piece, case))
}
