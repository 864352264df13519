//! How large and how deep a value may become.
//!
//! Templates are untrusted input: a short one can describe a value of any size (`concat(v, v)` thirty times over) or
//! depth. What makes values checks them here, so that everything that walks one may recurse.

use std::cell::Cell;

use super::symbol::nesting;
use super::value::{Kind, Part, Value};

/// How deep a value may nest: arrays, objects, strings with holes and the operands of symbols together.
pub const MAX_DEPTH: u32 = 200;

/// How many items one call or loop may make. `range` has the same limit in Azure.
pub const MAX_ITEMS: usize = 10_000;

/// How many bytes of UTF-8 a string may have.
pub const MAX_TEXT: usize = 1 << 20;

/// How many known and unknown parts a string may be put together of: those of [`MAX_ITEMS`] unknown items, joined by a
/// separator. Names are printed, compared and looked for in full.
pub const MAX_PARTS: usize = 2 * MAX_ITEMS;

/// How many values one value may consist of, counted as often as they would be printed.
pub const MAX_VALUES: usize = 250_000;

/// How much has been looked at: counted and not timed, so that a bound on it holds alike on every machine.
#[derive(Debug, Default)]
pub struct Work(Cell<usize>);

impl Work {
    /// Adds to it.
    pub fn add(&self, more: usize) {
        self.0.set(self.0.get().saturating_add(more));
    }

    /// All of it.
    pub fn done(&self) -> usize {
        self.0.get()
    }
}

/// What a value has too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// It nests deeper than [`MAX_DEPTH`].
    Depth,
    /// It consists of more values than [`MAX_VALUES`].
    Values,
    /// It makes more items than [`MAX_ITEMS`].
    Items,
    /// A string in it is longer than [`MAX_TEXT`].
    Text,
    /// A string in it is put together of more parts than [`MAX_PARTS`].
    Parts,
}

impl std::fmt::Display for Excess {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Depth => write!(formatter, "nests deeper than {MAX_DEPTH} levels"),
            Self::Values => write!(formatter, "consists of more than {MAX_VALUES} values"),
            Self::Items => write!(formatter, "has more than {MAX_ITEMS} items"),
            Self::Text => write!(formatter, "is longer than {MAX_TEXT} bytes"),
            Self::Parts => {
                let what = "is a string that is put together of more than";
                write!(formatter, "{what} {MAX_PARTS} parts")
            }
        }
    }
}

/// Whether a value is of a size that may be kept.
///
/// # Errors
/// What it has too much of.
pub fn check(value: &Value) -> Result<(), Excess> {
    let mut left = MAX_VALUES;
    count(value, MAX_DEPTH, &mut left)
}

/// What is left of [`MAX_VALUES`] while a value is put together piece by piece: what is too large is seen before all of
/// it has been made.
#[derive(Debug)]
pub struct Budget {
    left: usize,
}

impl Budget {
    /// All of it.
    pub fn new() -> Self {
        Self { left: MAX_VALUES }
    }

    /// How many values have been taken.
    pub fn taken(&self) -> u64 {
        (MAX_VALUES - self.left) as u64
    }

    /// Takes a piece out of it.
    ///
    /// # Errors
    /// What the piece, or the whole, has too much of.
    pub fn take(&mut self, piece: &Value) -> Result<(), Excess> {
        count(piece, MAX_DEPTH, &mut self.left)
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}

fn count(value: &Value, depth: u32, left: &mut usize) -> Result<(), Excess> {
    *left = left.checked_sub(1).ok_or(Excess::Values)?;
    let below = depth.checked_sub(1).ok_or(Excess::Depth);
    match &value.kind {
        Kind::Symbolic(_) if nesting(value) > depth => Err(Excess::Depth),
        Kind::String(text) if text.len() > MAX_TEXT => Err(Excess::Text),
        Kind::Mixed(parts) if parts.len() > MAX_PARTS => Err(Excess::Parts),
        Kind::Mixed(parts) => {
            let mut length = 0usize;
            for part in parts.iter() {
                match part {
                    Part::Text(text) => length = length.saturating_add(text.len()),
                    Part::Hole(hole) => count(hole, below?, left)?,
                }
            }
            if length > MAX_TEXT {
                return Err(Excess::Text);
            }
            Ok(())
        }
        Kind::Array(items) => {
            let below = below?;
            items.iter().try_for_each(|item| count(item, below, left))
        }
        Kind::Object(object) => {
            let below = below?;
            object
                .iter()
                .try_for_each(|member| count(&member.value, below, left))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;
    use crate::evaluate::origin::Origin;
    use crate::source::{FileId, Place, Span};

    fn here() -> Origin {
        Origin::at(Place::new(FileId(0), Span::point(0)))
    }

    #[test]
    fn a_value_that_doubles_is_too_large_long_before_it_is_walked() {
        let mut value = Value::string("x", here());
        for _ in 0..40 {
            value = Value::array(vec![value.clone(), value], here());
            if check(&value).is_err() {
                break;
            }
        }
        assert_eq!(check(&value), Err(Excess::Values));
    }

    #[test]
    fn a_value_may_nest_so_deep_and_no_deeper() {
        let mut value = Value::string("x", here());
        for _ in 0..MAX_DEPTH {
            value = Value::array(vec![value], here());
        }
        assert_eq!(check(&value), Ok(()));
        let deeper = Value::array(vec![value], here());
        assert_eq!(check(&deeper), Err(Excess::Depth));
    }
}
