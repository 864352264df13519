//! Resource ids, compared as far as they are known.
//!
//! Azure compares ids and names without regard to case. A hole between two slashes stands for one segment, since no name
//! has a slash in it; a hole at the start may stand for several (`${vnet.id}/subnets/app`).

use std::sync::{Arc, OnceLock};

use crate::estate::compare::{Literal, equals_any};
use crate::estate::truth::{Reason, Truth};
use crate::evaluate::id;
use crate::evaluate::partial::{TextBounds, as_call, hole_bounds, text_bounds};
use crate::evaluate::value::{Kind, Part, Value};
use crate::syntax::expression::Text;

/// A resource id with what comparing it takes.
#[derive(Debug, Clone)]
pub(super) struct Id {
    /// The id.
    pub(super) value: Value,
    known: Option<Text>,
    /// What stands between the slashes, once it has been asked for. Clones share it.
    pieces: Arc<OnceLock<Vec<Value>>>,
}

impl Id {
    /// The id that a value is. What is no string, nor may be one, is an id that equals no other.
    pub(super) fn of(value: Value) -> Self {
        let value = id::without_cuts(value);
        let known = value.as_str().map(|known| id::folded(known).into());
        Self {
            value,
            known,
            pieces: Arc::default(),
        }
    }

    fn pieces(&self) -> &[Value] {
        self.pieces.get_or_init(|| {
            let mut pieces = id::segments(&self.value).unwrap_or_default();
            while pieces.len() > 1 && pieces.last().and_then(Value::as_str) == Some("") {
                pieces.pop();
            }
            pieces
        })
    }

    /// What it compares by, where all of it is known.
    pub(super) fn known(&self) -> Option<&str> {
        self.known.as_deref()
    }

    /// The last segment: the name without those of the parents.
    pub(super) fn name(&self) -> Option<&Value> {
        self.pieces().last()
    }

    /// The last segment in lower case, where it is known.
    pub(super) fn known_name(&self) -> Option<String> {
        Some(self.name()?.as_str()?.to_ascii_lowercase())
    }

    /// The resource type in lower case, where it is known.
    pub(super) fn kind(&self) -> Option<String> {
        let word = |piece: &Value| piece.as_str().map(str::to_ascii_lowercase);
        let is_start = |piece: &Value| {
            piece
                .as_str()
                .is_some_and(|text| text.eq_ignore_ascii_case("providers"))
        };
        let pieces = self.pieces();
        let start = pieces.iter().rposition(is_start)?;
        let mut kind = word(pieces.get(start + 1)?)?;
        let types = pieces.get(start + 2..)?.iter().step_by(2);
        for piece in types {
            kind.push('/');
            kind.push_str(&word(piece)?);
        }
        Some(kind)
    }

    /// The id without its last segments: two for the parent of a child, four for what an extension extends.
    pub(super) fn without(&self, segments: usize) -> Option<Self> {
        let left = self.pieces().len().checked_sub(segments)?;
        let pieces = self.pieces().get(..left).filter(|left| !left.is_empty())?;
        Some(Self::of(id::join_segments(pieces, &self.value.origin)))
    }

    /// Whether what stands before its first slash may be more than one segment.
    fn is_open(&self) -> bool {
        let first = self.pieces().first();
        first.is_some_and(|first| first.as_str().is_none())
    }

    /// Whether two ids name the same resource. Unknown with the parts that leave it open.
    pub(super) fn same(&self, other: &Self) -> Truth {
        if let (Some(a), Some(b)) = (&self.known, &other.known) {
            return (a == b).into();
        }
        let (short, long) = if self.pieces().len() <= other.pieces().len() {
            (self, other)
        } else {
            (other, self)
        };
        let (fewer, more) = (short.pieces(), long.pieces());
        if fewer.is_empty() {
            return Truth::False;
        }
        let differ = fewer.len() != more.len();
        // The longer one has more segments than the shorter: what is open has to be the start of the shorter one.
        if differ && !short.is_open() {
            return Truth::False;
        }
        let mut doubts = Vec::new();
        let compared = if differ { fewer.len() - 1 } else { fewer.len() };
        // Names differ more often than what stands before them.
        let pairs = fewer.iter().rev().zip(more.iter().rev());
        for (a, b) in pairs.take(compared) {
            match same_segment(a, b) {
                Some(true) => {}
                Some(false) => return Truth::False,
                None => doubts.extend([a, b].into_iter().filter(|value| !value.is_known())),
            }
        }
        if differ {
            doubts.extend(fewer.first());
        }
        Truth::all(doubts.into_iter().map(|value| Truth::hangs_on(seen(value))))
    }
}

/// What hides an item, for the item itself.
fn seen(value: &Value) -> &Value {
    match as_call(value) {
        Some(("unseenItem", [of])) => of,
        _ => value,
    }
}

/// Whether two segments of ids are the same name; `None` where that hangs on what is not known.
pub(super) fn same_segment(a: &Value, b: &Value) -> Option<bool> {
    let (a, b) = (without_case(a), without_case(b));
    match (&a.kind, &b.kind) {
        (Kind::String(x), Kind::String(y)) => Some(x.eq_ignore_ascii_case(y)),
        (Kind::String(text), Kind::Mixed(_) | Kind::Symbolic(_)) => of_text(b, text),
        (Kind::Mixed(_) | Kind::Symbolic(_), Kind::String(text)) => of_text(a, text),
        (Kind::Symbolic(x), Kind::Symbolic(y)) if x == y => Some(true),
        (Kind::Mixed(x), Kind::Mixed(y)) if same_parts(x, y) => Some(true),
        (Kind::Mixed(_) | Kind::Symbolic(_), Kind::Mixed(_) | Kind::Symbolic(_)) => {
            let apart = match (bounds(a), bounds(b)) {
                (Some(a), Some(b)) => exclude(&a, &b),
                _ => false,
            };
            (!apart).then_some(()).map_or(Some(false), |()| None)
        }
        _ => Some(false),
    }
}

/// What `toLower` and `toUpper` are made of: case does not matter.
pub(super) fn without_case(value: &Value) -> &Value {
    match as_call(value) {
        Some(("toLower" | "toUpper", [of])) => of,
        _ => value,
    }
}

fn same_parts(a: &[Part], b: &[Part]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|pair| match pair {
            (Part::Text(a), Part::Text(b)) => a.eq_ignore_ascii_case(b),
            (Part::Hole(a), Part::Hole(b)) => without_case(a) == without_case(b),
            _ => false,
        })
}

fn of_text(value: &Value, text: &str) -> Option<bool> {
    if let Some(bounds) = bounds(value)
        && exclude(&bounds, &TextBounds::exact(text))
    {
        return Some(false);
    }
    match equals_any(value, &[Literal::text(text)]) {
        Truth::True => Some(true),
        Truth::False => Some(false),
        Truth::Unknown(_) => None,
    }
}

fn bounds(value: &Value) -> Option<TextBounds> {
    text_bounds(value).or_else(|| value.as_symbol().map(|_| hole_bounds(value)))
}

/// Whether no text that is within both is the same but for case.
fn exclude(a: &TextBounds, b: &TextBounds) -> bool {
    let begins = |a: &str, b: &str| {
        a.len() >= b.len()
            && a.bytes()
                .zip(b.bytes())
                .all(|(a, b)| a.eq_ignore_ascii_case(&b))
    };
    let ends = |a: &str, b: &str| {
        a.len() >= b.len()
            && a.bytes()
                .rev()
                .zip(b.bytes().rev())
                .all(|(a, b)| a.eq_ignore_ascii_case(&b))
    };
    let starts_differ = !begins(&a.prefix, &b.prefix) && !begins(&b.prefix, &a.prefix);
    let ends_differ = !ends(&a.suffix, &b.suffix) && !ends(&b.suffix, &a.suffix);
    starts_differ
        || ends_differ
        || a.max.is_some_and(|max| max < b.min)
        || b.max.is_some_and(|max| max < a.min)
}

/// The reasons of an undecided truth, none where it holds; nothing where it does not.
pub(super) fn doubts(truth: Truth) -> Option<Vec<Reason>> {
    match truth {
        Truth::True => Some(Vec::new()),
        Truth::False => None,
        Truth::Unknown(reasons) => Some(reasons),
    }
}
