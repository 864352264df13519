//! Patterns and lengths of strings of which only parts may be known.
//!
//! A string with holes is decided exactly: the pattern's automaton walks over the known parts, and at a hole goes on from
//! every state that some text of the hole could lead to. Where all ends match, or none does, the known parts settle it;
//! the walk is over when there is one of each.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use regex::Regex;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson;
use regex_automata::{Anchored, Input};

use crate::estate::compare::decide;
use crate::estate::truth::Truth;
use crate::evaluate::partial::{Alphabet, TextBounds, hole_bounds, utf16_length};
use crate::evaluate::value::{Kind, Part, Value};
use crate::syntax::expression::Text;

/// A pattern is a few hundred characters at most; this much for its automaton is plenty.
const MAX_AUTOMATON: usize = 1 << 20;

/// A hole that may have more bytes than this counts as one of any length.
const MAX_HOLE: usize = 512;

/// A regular expression of a rule, in the syntax of the `regex` crate; it matches anywhere unless it has anchors.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: Text,
    /// Compiled when it is first needed, which takes as long as reading a rule file.
    regex: OnceLock<Option<Regex>>,
    partial: Arc<Partial>,
}

/// What it takes to decide strings with holes.
#[derive(Debug, Default)]
struct Partial {
    automaton: OnceLock<Option<DFA>>,
    /// What walks have met so far; whoever comes while it is in use starts anew.
    met: Mutex<Option<Met>>,
    /// What has been decided: the same names come again and again, and each walk starts with an automaton without states.
    settled: Mutex<HashMap<Vec<Piece>, Option<bool>>>,
}

/// What walks over an automaton have met.
#[derive(Debug)]
struct Met {
    /// The states of the automaton.
    states: Cache,
    /// The alphabets of the holes.
    alphabets: HashMap<Alphabet, Letters>,
}

impl Met {
    fn new(automaton: &DFA) -> Self {
        Self {
            states: automaton.create_cache(),
            alphabets: HashMap::new(),
        }
    }
}

/// An alphabet as an automaton sees it.
#[derive(Debug)]
struct Letters {
    /// One byte of each kind that it tells apart.
    bytes: Vec<u8>,
    /// Where all of them lead to from a state: a hole asks for that again and again.
    next: HashMap<LazyStateID, Arc<[LazyStateID]>>,
}

impl Letters {
    fn of(alphabet: Alphabet, automaton: &DFA) -> Self {
        let classes = automaton.byte_classes();
        let mut seen = BTreeSet::new();
        let bytes = (0..=u8::MAX)
            .filter(|byte| has_byte(alphabet, *byte) && seen.insert(classes.get(*byte)));
        Self {
            bytes: bytes.collect(),
            next: HashMap::new(),
        }
    }

    /// Where the letters lead to from a state, each state once. `None` where the automaton cannot go on.
    fn next(
        &mut self,
        automaton: &DFA,
        states: &mut Cache,
        from: LazyStateID,
    ) -> Option<Arc<[LazyStateID]>> {
        if let Some(known) = self.next.get(&from) {
            return Some(known.clone());
        }
        let bytes = self.bytes.iter();
        let next = bytes.map(|byte| next(automaton, states, from, *byte));
        let mut next: Vec<LazyStateID> = next.collect::<Option<_>>()?;
        next.sort_unstable();
        next.dedup();
        let next: Arc<[LazyStateID]> = next.into();
        self.next.insert(from, next.clone());
        Some(next)
    }
}

/// Where a byte leads to from a state. `None` where the automaton cannot go on.
fn next(automaton: &DFA, states: &mut Cache, from: LazyStateID, byte: u8) -> Option<LazyStateID> {
    let to = automaton.next_state(states, from, byte).ok()?;
    (!to.is_quit()).then_some(to)
}

/// A part of a string, as far as it matters to an automaton.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Piece {
    Known(Text),
    Hole(Hole),
}

impl Piece {
    fn of(part: &Part) -> Self {
        match part {
            Part::Text(text) => Self::Known(text.as_ref().into()),
            Part::Hole(value) => Self::Hole(Hole::of(value)),
        }
    }
}

impl Pattern {
    /// A pattern that is known to compile.
    pub fn new(source: &str) -> Self {
        Self {
            source: source.into(),
            regex: OnceLock::new(),
            partial: Arc::default(),
        }
    }

    /// A pattern that may not compile.
    ///
    /// # Errors
    /// Why it does not.
    pub fn checked(source: &str) -> Result<Self, regex::Error> {
        Ok(Self {
            source: source.into(),
            regex: OnceLock::from(Some(Regex::new(source)?)),
            partial: Arc::default(),
        })
    }

    fn is_match(&self, text: &str) -> bool {
        let regex = self.regex.get_or_init(|| Regex::new(&self.source).ok());
        regex.as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// Whether the value is a string that matches.
    pub fn matches(&self, value: &Value) -> Truth {
        decide(value, &|known| match &known.kind {
            Kind::String(text) => self.is_match(text).into(),
            Kind::Mixed(parts) => match self.settle(parts) {
                Some(matches) => matches.into(),
                None => Truth::hangs_on(known),
            },
            _ => Truth::False,
        })
    }

    /// Whether it matches whatever the holes are; `None` where it depends on them, or the automaton grows too big.
    fn settle(&self, parts: &[Part]) -> Option<bool> {
        let pieces: Vec<Piece> = parts.iter().map(Piece::of).collect();
        let settled = || {
            let settled = self.partial.settled.lock();
            settled.unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(known) = settled().get(&pieces) {
            return *known;
        }
        let matches = self.walk(&pieces);
        settled().insert(pieces, matches);
        matches
    }

    fn walk(&self, pieces: &[Piece]) -> Option<bool> {
        let automaton = self.partial.automaton.get_or_init(|| {
            DFA::builder()
                .configure(
                    Config::new()
                        .cache_capacity(MAX_AUTOMATON)
                        .minimum_cache_clear_count(Some(0)),
                )
                .thompson(thompson::Config::new().nfa_size_limit(Some(MAX_AUTOMATON)))
                .build(&self.source)
                .ok()
        });
        let automaton = automaton.as_ref()?;
        if let Ok(mut met) = self.partial.met.try_lock() {
            let known = met.get_or_insert_with(|| Met::new(automaton));
            if let Some(settled) = Walk::over(pieces, automaton, known) {
                return settled;
            }
            // It is full of what others needed.
            *met = None;
        }
        Walk::over(pieces, automaton, &mut Met::new(automaton))?
    }
}

/// One step over a string.
#[derive(Debug, Clone, Copy)]
enum Stride {
    /// Over this byte.
    Byte(u8),
    /// Over one letter.
    Letter(Alphabet),
    /// Over any number of letters.
    Letters(Alphabet),
    /// Over one letter, or on to the stride of this number.
    Perhaps(Alphabet, usize),
}

/// The strides over what consists of these pieces.
fn strides(pieces: &[Piece]) -> Vec<Stride> {
    let mut strides = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Known(text) => strides.extend(text.bytes().map(Stride::Byte)),
            Piece::Hole(hole) => {
                let least = hole.least.min(MAX_HOLE);
                strides.extend(hole.prefix.bytes().map(Stride::Byte));
                strides.extend((0..least).map(|_| Stride::Letter(hole.alphabet)));
                match hole.most {
                    None => strides.push(Stride::Letters(hole.alphabet)),
                    Some(most) => {
                        let more = most.saturating_sub(hole.least);
                        let end = strides.len() + more;
                        strides.extend((0..more).map(|_| Stride::Perhaps(hole.alphabet, end)));
                    }
                }
                strides.extend(hole.suffix.bytes().map(Stride::Byte));
            }
        }
    }
    strides
}

/// The ways that an automaton can go over a string, until one of them has ended with a match and one without.
struct Walk<'a> {
    automaton: &'a DFA,
    met: &'a mut Met,
    strides: Vec<Stride>,
    /// The states to go on from, each with the number of its next stride.
    open: Vec<(usize, LazyStateID)>,
    /// Those that have ever been among them.
    seen: HashSet<(usize, LazyStateID)>,
    matched: bool,
    unmatched: bool,
}

impl<'a> Walk<'a> {
    /// Whether what consists of these pieces matches; nothing where the automaton cannot go on.
    fn over(pieces: &[Piece], automaton: &'a DFA, met: &'a mut Met) -> Option<Option<bool>> {
        let input = Input::new("").anchored(Anchored::No);
        let start = automaton
            .start_state_forward(&mut met.states, &input)
            .ok()?;
        let mut walk = Self {
            automaton,
            met,
            strides: strides(pieces),
            open: vec![(0, start)],
            seen: HashSet::new(),
            matched: false,
            unmatched: false,
        };
        while !(walk.matched && walk.unmatched)
            && let Some((number, from)) = walk.open.pop()
        {
            walk.go_on(number, from)?;
        }
        Some((walk.matched != walk.unmatched).then_some(walk.matched))
    }

    fn go_on(&mut self, number: usize, from: LazyStateID) -> Option<()> {
        let Some(stride) = self.strides.get(number).copied() else {
            return self.end(from);
        };
        // Where a hole may end is looked at first: what is reached last is what it goes on from.
        match stride {
            Stride::Byte(byte) => {
                let to = next(self.automaton, &mut self.met.states, from, byte)?;
                self.reach(number + 1, to);
            }
            Stride::Letter(alphabet) => self.reach_by_letter(number + 1, from, alphabet)?,
            Stride::Letters(alphabet) => {
                self.reach_by_letter(number, from, alphabet)?;
                self.reach(number + 1, from);
            }
            Stride::Perhaps(alphabet, end) => {
                self.reach_by_letter(number + 1, from, alphabet)?;
                self.reach(end, from);
            }
        }
        Some(())
    }

    fn reach_by_letter(
        &mut self,
        number: usize,
        from: LazyStateID,
        alphabet: Alphabet,
    ) -> Option<()> {
        let Met { states, alphabets } = &mut *self.met;
        let letters = alphabets
            .entry(alphabet)
            .or_insert_with(|| Letters::of(alphabet, self.automaton));
        for to in &*letters.next(self.automaton, states, from)? {
            self.reach(number, *to);
        }
        Some(())
    }

    fn reach(&mut self, number: usize, to: LazyStateID) {
        // The automaton reports a match one byte late, and nothing that follows can undo it.
        if to.is_match() {
            self.matched = true;
        } else if to.is_dead() {
            self.unmatched = true;
        } else if self.seen.insert((number, to)) {
            self.open.push((number, to));
        }
    }

    /// Whether it matches at the end of the string.
    fn end(&mut self, from: LazyStateID) -> Option<()> {
        let end = self
            .automaton
            .next_eoi_state(&mut self.met.states, from)
            .ok()?;
        if end.is_match() {
            self.matched = true;
        } else {
            self.unmatched = true;
        }
        Some(())
    }
}

/// Whether a byte may be in a text. One of a longer character is in every alphabet that has such characters.
fn has_byte(alphabet: Alphabet, byte: u8) -> bool {
    if byte.is_ascii() {
        alphabet.admits(char::from(byte))
    } else {
        matches!(alphabet, Alphabet::Any | Alphabet::Segment)
    }
}

/// What is known of the text of a hole between its known beginning and end. Lengths are in bytes.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Hole {
    prefix: String,
    suffix: String,
    alphabet: Alphabet,
    least: usize,
    most: Option<usize>,
}

impl Hole {
    fn of(value: &Value) -> Self {
        let TextBounds {
            mut prefix,
            mut suffix,
            min,
            max,
            alphabet,
        } = hole_bounds(value);
        if utf16_length(&prefix) + utf16_length(&suffix) > min {
            // The two may overlap.
            prefix = String::new();
            suffix = String::new();
        }
        let known = utf16_length(&prefix) + utf16_length(&suffix);
        // A UTF-16 unit is one to three bytes of UTF-8, one in the narrow alphabets.
        let widest = match alphabet {
            Alphabet::Any | Alphabet::Segment => 3,
            Alphabet::Guid | Alphabet::Base32 | Alphabet::Integer => 1,
        };
        Self {
            prefix,
            suffix,
            alphabet,
            least: min - known,
            most: max
                .map(|max| max.saturating_sub(known).saturating_mul(widest))
                .filter(|most| *most <= MAX_HOLE),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;
    use crate::evaluate::origin::Origin;
    use crate::evaluate::symbol::Symbol;
    use crate::source::{FileId, Place, Span};

    fn origin() -> Origin {
        Origin::at(Place::new(FileId(0), Span::point(0)))
    }

    fn call(name: &str, arguments: Vec<Value>) -> Value {
        Value::symbolic(Symbol::call(name, arguments), origin())
    }

    fn integer(value: i64) -> Value {
        Value::new(Kind::Integer(value), origin())
    }

    /// `text`, in which `*` is any text and `#` is `uniqueString()`.
    fn mixed(text: &str) -> Value {
        let parts = text.split_inclusive(['*', '#']).flat_map(|piece| {
            let known = piece.trim_end_matches(['*', '#']);
            let hole = match &piece[known.len()..] {
                "*" => Some(call("anything", vec![])),
                "#" => Some(call("uniqueString", vec![])),
                _ => None,
            };
            let known = (!known.is_empty()).then(|| Part::Text(known.into()));
            known
                .into_iter()
                .chain(hole.map(Part::Hole))
                .collect::<Vec<_>>()
        });
        Value::from_parts(parts, origin())
    }

    fn matches(pattern: &str, value: &Value) -> Option<bool> {
        match Pattern::checked(pattern).unwrap().matches(value) {
            Truth::True => Some(true),
            Truth::False => Some(false),
            Truth::Unknown(_) => None,
        }
    }

    const VAULT: &str = "^[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$";

    #[test]
    fn known_strings_match_or_do_not() {
        assert_eq!(matches(VAULT, &mixed("contoso-kv")), Some(true));
        assert_eq!(matches(VAULT, &mixed("-contoso")), Some(false));
        assert_eq!(matches(VAULT, &integer(5)), Some(false));
    }

    #[test]
    fn known_parts_settle_what_they_can() {
        assert_eq!(matches(VAULT, &mixed("kv-*")), None);
        assert_eq!(matches(VAULT, &mixed("kv_*")), Some(false));
        assert_eq!(matches(VAULT, &mixed("*-")), Some(false));
        assert_eq!(matches("--", &mixed("kv--*")), Some(true));
        assert_eq!(matches("--", &mixed("kv-*")), None);
        assert_eq!(
            matches("(^|/)[0-9a-zA-Z-]{1,127}$", &mixed("*/secret")),
            Some(true)
        );
        assert_eq!(
            matches("(^|/)[0-9a-zA-Z-]{1,127}$", &mixed("*/my_secret")),
            Some(false)
        );
        let long = format!("kv-{}*", "x".repeat(30));
        assert_eq!(matches(VAULT, &mixed(&long)), Some(false));
    }

    #[test]
    fn a_function_bounds_its_hole() {
        assert_eq!(matches(VAULT, &mixed("kv-#")), Some(true));
        assert_eq!(matches(VAULT, &mixed("contoso-kv-#")), Some(true));
        assert_eq!(matches(VAULT, &mixed("contoso-prod-#")), Some(false));
        assert_eq!(matches(VAULT, &mixed("kv-#-#")), Some(false));
        let taken = call("take", vec![call("uniqueString", vec![]), integer(5)]);
        let name = Value::from_parts(
            [Part::Text("contoso-prod-".into()), Part::Hole(taken)],
            origin(),
        );
        assert_eq!(matches(VAULT, &name), Some(true));
    }
}
