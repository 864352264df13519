//! Patterns and lengths of strings of which only parts may be known.
//!
//! A string with holes is decided exactly: the pattern's automaton walks over the known parts, and at a hole goes to
//! every state that some text of the hole could lead to. Where all ends match, or none does, the known parts settle it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use foldhash::{HashMap, HashMapExt};
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
pub struct Pattern(Arc<Shared>);

/// What rules with the same pattern share, of which there are many.
#[derive(Debug)]
struct Shared {
    source: Text,
    /// Compiled when it is first needed, which takes as long as reading a rule file.
    regex: OnceLock<Option<Regex>>,
    /// For strings with holes.
    automaton: OnceLock<Option<DFA>>,
    /// What walks over the automaton have met so far.
    met: Mutex<Option<Met>>,
    /// What has been decided: the same names come again and again, and each walk starts with an automaton without states.
    settled: Mutex<HashMap<Vec<Piece>, Option<bool>>>,
}

impl Shared {
    fn new(source: Text) -> Self {
        Self {
            source,
            regex: OnceLock::new(),
            automaton: OnceLock::new(),
            met: Mutex::default(),
            settled: Mutex::new(HashMap::new()),
        }
    }
}

/// The patterns of the rules that there are, by their sources.
static PATTERNS: Mutex<BTreeMap<Text, Weak<Shared>>> = Mutex::new(BTreeMap::new());

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
    next: HashMap<LazyStateID, Next>,
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
}

/// Where some bytes lead to.
#[derive(Debug, Default)]
struct Next {
    states: Vec<LazyStateID>,
    /// Whether one of them leads to a match.
    matched: bool,
}

impl Next {
    /// Adds where a byte leads to from a state. `None` where the automaton cannot go on.
    fn add(
        &mut self,
        automaton: &DFA,
        states: &mut Cache,
        from: LazyStateID,
        byte: u8,
    ) -> Option<()> {
        let to = automaton.next_state(states, from, byte).ok()?;
        if to.is_quit() {
            return None;
        }
        // The automaton reports a match one byte late.
        if to.is_match() {
            self.matched = true;
        } else {
            self.states.push(to);
        }
        Some(())
    }

    /// With each state once, in order.
    fn sorted(mut self) -> Self {
        self.states.sort_unstable();
        self.states.dedup();
        self
    }
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
        let mut known = locked(&PATTERNS);
        if let Some(shared) = known.get(source).and_then(Weak::upgrade) {
            return Self(shared);
        }
        let source = Text::from(source);
        let shared = Arc::new(Shared::new(source.clone()));
        known.insert(source, Arc::downgrade(&shared));
        Self(shared)
    }

    /// A pattern that may not compile.
    ///
    /// # Errors
    /// Why it does not.
    pub fn checked(source: &str) -> Result<Self, regex::Error> {
        let regex = Regex::new(source)?;
        let pattern = Self::new(source);
        pattern.0.regex.get_or_init(|| Some(regex));
        Ok(pattern)
    }

    fn is_match(&self, text: &str) -> bool {
        let compile = || Regex::new(&self.0.source).ok();
        let regex = self.0.regex.get_or_init(compile);
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
        if let Some(known) = locked(&self.0.settled).get(&pieces) {
            return *known;
        }
        let matches = self.walk(&pieces);
        locked(&self.0.settled).insert(pieces, matches);
        matches
    }

    fn walk(&self, pieces: &[Piece]) -> Option<bool> {
        let automaton = self.0.automaton.get_or_init(|| {
            DFA::builder()
                .configure(
                    Config::new()
                        .cache_capacity(MAX_AUTOMATON)
                        .minimum_cache_clear_count(Some(0)),
                )
                .thompson(thompson::Config::new().nfa_size_limit(Some(MAX_AUTOMATON)))
                .build(&self.0.source)
                .ok()
        });
        let automaton = automaton.as_ref()?;
        let mut met = locked(&self.0.met);
        let known = met.get_or_insert_with(|| Met::new(automaton));
        if let Some(settled) = Walk::over(pieces, automaton, known) {
            return settled;
        }
        // It is full of what others needed.
        *known = Met::new(automaton);
        Walk::over(pieces, automaton, known)?
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All the states that an automaton can be in after what has been read.
struct Walk<'a> {
    automaton: &'a DFA,
    met: &'a mut Met,
    /// In order, each once.
    states: Vec<LazyStateID>,
    /// Whether some texts of the holes have led to a match already, which nothing after it can undo.
    matched: bool,
}

impl<'a> Walk<'a> {
    /// Whether what consists of these pieces matches; nothing where the automaton cannot go on.
    fn over(pieces: &[Piece], automaton: &'a DFA, met: &'a mut Met) -> Option<Option<bool>> {
        let mut walk = Self::start(automaton, met)?;
        for piece in pieces {
            match piece {
                Piece::Known(text) => walk.text(text)?,
                Piece::Hole(hole) => {
                    walk.text(&hole.prefix)?;
                    walk.hole(hole)?;
                    walk.text(&hole.suffix)?;
                }
            }
        }
        walk.end()
    }

    fn start(automaton: &'a DFA, met: &'a mut Met) -> Option<Self> {
        let input = Input::new("").anchored(Anchored::No);
        let start = automaton.start_state_forward(&mut met.states, &input);
        Some(Self {
            automaton,
            states: vec![start.ok()?],
            met,
            matched: false,
        })
    }

    fn text(&mut self, text: &str) -> Option<()> {
        for byte in text.bytes() {
            let mut next = Next::default();
            for state in &self.states {
                next.add(self.automaton, &mut self.met.states, *state, byte)?;
            }
            self.take(next.sorted());
        }
        Some(())
    }

    fn hole(&mut self, hole: &Hole) -> Option<()> {
        let known = self.met.alphabets.remove(&hole.alphabet);
        let mut letters = known.unwrap_or_else(|| Letters::of(hole.alphabet, self.automaton));
        for _ in 0..hole.least.min(MAX_HOLE) {
            let next = self.any(&self.states.clone(), &mut letters)?;
            if next.states == self.states {
                self.matched |= next.matched;
                break;
            }
            self.take(next);
        }
        let mut latest = self.states.clone();
        let mut rounds = hole.least;
        while !latest.is_empty() && hole.most.is_none_or(|most| rounds < most) {
            let next = self.any(&latest, &mut letters)?;
            self.matched |= next.matched;
            latest = next.states;
            latest.retain(|state| match self.states.binary_search(state) {
                Ok(_) => false,
                Err(place) => {
                    self.states.insert(place, *state);
                    true
                }
            });
            rounds += 1;
        }
        self.met.alphabets.insert(hole.alphabet, letters);
        Some(())
    }

    fn take(&mut self, next: Next) {
        self.matched |= next.matched;
        self.states = next.states;
    }

    /// Where the letters lead to from these states.
    fn any(&mut self, from: &[LazyStateID], letters: &mut Letters) -> Option<Next> {
        let mut all = Next::default();
        for state in from {
            let next = match letters.next.entry(*state) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => {
                    let mut next = Next::default();
                    for byte in &letters.bytes {
                        next.add(self.automaton, &mut self.met.states, *state, *byte)?;
                    }
                    place.insert(next.sorted())
                }
            };
            all.matched |= next.matched;
            all.states.extend(&next.states);
        }
        Some(all.sorted())
    }

    /// Whether it matches at the end of the text, in whatever state it is.
    fn end(mut self) -> Option<Option<bool>> {
        let mut unmatched = false;
        for state in std::mem::take(&mut self.states) {
            let end = self.automaton.next_eoi_state(&mut self.met.states, state);
            let end = end.ok()?;
            if end.is_match() {
                self.matched = true;
            } else {
                unmatched = true;
            }
        }
        Some((self.matched != unmatched).then_some(self.matched))
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
