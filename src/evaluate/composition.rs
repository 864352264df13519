//! Strings that are put together.
//!
//! In: texts and values, one after the other. Out: the string of them as `format` writes it, with a hole for each value
//! that is undecided. It refuses to know what the string is for.

use super::functions::display;
use super::origin::Origin;
use super::value::{Kind, Part, Value};
use crate::syntax::expression::Text;

/// A string to which pieces are added. Neighbouring texts become one.
#[derive(Debug, Default)]
pub(crate) struct Composition {
    /// What ends with a hole.
    parts: Vec<Part>,
    /// The text after that. One that stays alone is shared, and not copied.
    lone: Option<Text>,
    text: String,
}

/// What most texts between holes have room in.
const ROOM: usize = 64;

impl Composition {
    /// A string without pieces.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The string of these parts. Holes that are known become text.
    pub(crate) fn of(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut composed = Self::new();
        for part in parts {
            match part {
                Part::Text(text) => composed.shared(&text),
                Part::Hole(value) => composed.value(&value),
            }
        }
        composed
    }

    /// Adds known text.
    pub(crate) fn text(&mut self, text: &str) {
        if self.text.capacity() == 0 {
            self.text.reserve(ROOM);
        }
        if let Some(lone) = self.lone.take() {
            self.text.push_str(&lone);
        }
        self.text.push_str(text);
    }

    /// Adds known text that is shared.
    pub(crate) fn shared(&mut self, text: &Text) {
        if self.text.is_empty() && self.lone.is_none() && !text.is_empty() {
            self.lone = Some(text.clone());
        } else {
            self.text(text);
        }
    }

    /// Adds an undecided value.
    pub(crate) fn hole(&mut self, value: Value) {
        let text = self.take_text().map(Part::Text);
        self.parts.extend(text);
        self.parts.push(Part::Hole(value));
    }

    /// Adds a part of another string.
    pub(crate) fn part(&mut self, part: &Part) {
        match part {
            Part::Text(text) => self.shared(text),
            Part::Hole(value) => self.hole(value.clone()),
        }
    }

    /// Adds a value as it is written into a string. One with holes is opened.
    pub(crate) fn value(&mut self, value: &Value) {
        match &value.kind {
            Kind::Mixed(parts) => parts.iter().for_each(|part| self.part(part)),
            Kind::String(text) => self.shared(text),
            _ => match display(value) {
                Some(text) => self.text(&text),
                None => self.hole(value.clone()),
            },
        }
    }

    /// How many bytes of it are known.
    pub(crate) fn known_length(&self) -> usize {
        let length = |part: &Part| match part {
            Part::Text(text) => text.len(),
            Part::Hole(_) => 0,
        };
        let last = self
            .lone
            .as_ref()
            .map_or(self.text.len(), |lone| lone.len());
        self.parts.iter().map(length).sum::<usize>() + last
    }

    /// The value that all of it is.
    pub(crate) fn lone_hole(&self) -> Option<&Value> {
        match self.parts.as_slice() {
            [Part::Hole(value)] if self.lone.is_none() && self.text.is_empty() => Some(value),
            _ => None,
        }
    }

    /// The string. Without a hole it is a known one.
    pub(crate) fn string(mut self, origin: Origin) -> Value {
        self.take(origin)
    }

    /// The string, or the value that all of it is.
    pub(crate) fn string_or_hole(mut self, origin: &Origin) -> Value {
        self.take_string_or_hole(origin)
    }

    /// The same, so that the next string can be put together.
    pub(crate) fn take_string_or_hole(&mut self, origin: &Origin) -> Value {
        match self.lone_hole().cloned() {
            Some(value) => {
                self.parts.clear();
                value
            }
            None => self.take(origin.clone()),
        }
    }

    fn take(&mut self, origin: Origin) -> Value {
        let last = self.take_text();
        if self.parts.is_empty() {
            return Value::string(last.unwrap_or_else(|| "".into()), origin);
        }
        self.parts.extend(last.map(Part::Text));
        let parts = std::mem::take(&mut self.parts);
        Value::new(Kind::Mixed(parts.into()), origin)
    }

    fn take_text(&mut self) -> Option<Text> {
        if let Some(lone) = self.lone.take() {
            return Some(lone);
        }
        let text = (!self.text.is_empty()).then(|| Text::from(&*self.text));
        self.text.clear();
        text
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests may panic")]
    use super::*;
    use crate::evaluate::canonical;
    use crate::evaluate::symbol::Symbol;
    use crate::source::{FileId, Place, Span};

    fn origin() -> Origin {
        Origin::at(Place::new(FileId(0), Span::point(0)))
    }

    fn unknown() -> Value {
        Value::symbolic(Symbol::call("newGuid", Vec::new()), origin())
    }

    #[test]
    fn neighbouring_texts_become_one_and_empty_ones_leave_nothing() {
        let mut composed = Composition::new();
        composed.shared(&"a".into());
        composed.text("");
        composed.text("b");
        composed.shared(&"c".into());
        assert_eq!(composed.known_length(), 3);
        composed.hole(unknown());
        composed.shared(&"".into());
        composed.value(&Value::new(Kind::Integer(1), origin()));
        let mixed = composed.string(origin());
        assert_eq!(
            canonical::expression(&mixed),
            "format('abc{0}1', newGuid())"
        );
        let mut around = Composition::new();
        around.text("<");
        around.value(&mixed);
        around.text(">");
        let around = around.string(origin());
        assert_eq!(
            canonical::expression(&around),
            "format('<abc{0}1>', newGuid())"
        );
        let Kind::Mixed(parts) = &around.kind else {
            panic!("a string with a hole")
        };
        assert_eq!(parts.len(), 3);
    }

    #[test]
    fn what_is_one_value_is_that_value_or_a_string_of_it() {
        let mut composed = Composition::new();
        composed.text("");
        composed.hole(unknown());
        assert!(composed.lone_hole().is_some());
        assert_eq!(composed.take_string_or_hole(&origin()), unknown());
        // Nothing of it is left for the next.
        composed.text("next");
        let next = composed.take_string_or_hole(&origin());
        assert_eq!(next.as_str(), Some("next"));
        composed.hole(unknown());
        assert!(matches!(
            composed.string(origin()).kind,
            Kind::Mixed(parts) if parts.len() == 1
        ));
        assert_eq!(Composition::new().string(origin()).as_str(), Some(""));
    }
}
