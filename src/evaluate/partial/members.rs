//! What members an object has that is not wholly known.

use super::{PATIENCE, as_choice, call_of, is_surely, shape};
use crate::evaluate::declared;
use crate::evaluate::functions;
use crate::evaluate::symbol::{Shape, Symbol, Term};
use crate::evaluate::value::{Kind, Member, Value};
use crate::source::Place;
use crate::syntax::expression::Text;

/// What is certain of the members of a value. What is no object has none.
#[derive(Debug, Clone, Default)]
pub struct Members {
    /// Members that it has, with the value that they have.
    pub certain: Vec<Member>,
    /// Names of members that it has with a value that is undecided.
    pub present: Vec<Text>,
    /// Members that it may have with this value, which is null where it has not.
    pub optional: Vec<Member>,
    /// Members that it may have with this value.
    pub possible: Vec<Member>,
    /// Whether it may have members that are not named here.
    pub open: bool,
}

/// What is certain of one member.
#[derive(Debug, Clone, Copy)]
pub enum Lookup<'a> {
    /// It is there, with this value.
    Certain(&'a Member),
    /// It is there; its value is undecided.
    Present,
    /// It may be there, with this value, which is null where it is not.
    Optional(&'a Member),
    /// It may be there.
    Possible,
    /// It is not there.
    Absent,
}

impl Members {
    fn unknown() -> Self {
        Self {
            open: true,
            ..Self::default()
        }
    }

    /// What is certain of the member of this name, whatever its case.
    pub fn lookup(&self, name: &str) -> Lookup<'_> {
        let named = |member: &&Member| member.key.eq_ignore_ascii_case(name);
        if let Some(member) = self.certain.iter().find(named) {
            Lookup::Certain(member)
        } else if self
            .present
            .iter()
            .any(|key| key.eq_ignore_ascii_case(name))
        {
            Lookup::Present
        } else if let Some(member) = self.optional.iter().find(named) {
            Lookup::Optional(member)
        } else if self.open || self.possible.iter().any(|member| named(&member)) {
            Lookup::Possible
        } else {
            Lookup::Absent
        }
    }

    /// Whether it surely has a member.
    pub fn has_any(&self) -> bool {
        self.minimum() > 0
    }

    /// How many it has at least.
    pub fn minimum(&self) -> usize {
        self.certain.len() + self.present.len()
    }

    /// Whether it surely has none.
    pub fn has_none(&self) -> bool {
        !self.open && !self.has_any() && self.possible.is_empty() && self.optional.is_empty()
    }
}

/// What is certain of the members of a value. Only what nothing unknown can override counts as certain: in
/// `union(createObject('a', 1), parameters('x'))` there is a member `a`, but its value is undecided.
pub fn members(value: &Value) -> Members {
    within(value, PATIENCE)
}

fn within(value: &Value, patience: u32) -> Members {
    match &value.kind {
        Kind::Object(object) => Members {
            certain: object.iter().cloned().collect(),
            ..Members::default()
        },
        Kind::Symbolic(symbol) => match patience.checked_sub(1) {
            Some(patience) => of_symbol(value, symbol, patience),
            None => Members::unknown(),
        },
        _ => Members::default(),
    }
}

fn of_symbol(value: &Value, symbol: &Symbol, patience: u32) -> Members {
    if !matches!(shape(value), Shape::Any | Shape::Object) {
        return Members::default();
    }
    if let Some((guard, then, otherwise)) = as_choice(value) {
        return of_choice(
            guard,
            &within(then, patience),
            &within(otherwise, patience),
            value,
        );
    }
    if let Some(members) = of_declared(value, symbol) {
        return members;
    }
    match &symbol.term {
        Term::Except { of, .. } => within(of, patience),
        Term::Context(context) => Members {
            certain: context.members.iter().cloned().collect(),
            open: true,
            ..Members::default()
        },
        Term::Access { base, key, .. } => match (layers(base, patience), key.as_str()) {
            (Some(layers), Some(name)) => Merge::of(
                layers
                    .into_iter()
                    .flat_map(|layer| below(&layer, name, patience)),
            )
            .into_members(),
            _ => Members::unknown(),
        },
        _ => match call_of(symbol) {
            Some(("union", operands)) => {
                let layers = operands.iter().map(|operand| Layer::of(operand, patience));
                Merge::within(value, layers).into_members()
            }
            Some(("shallowMerge", [operands])) => match operands.as_array() {
                Some(operands) => overlaid(value, operands, patience),
                None => Members::unknown(),
            },
            Some(("createObject", arguments)) => of_pairs(arguments, value.origin.place),
            Some(("mapValues", [object, _])) => {
                let source = within(object, patience);
                let names = source.certain.iter().map(|member| member.key.clone());
                Members {
                    present: names.chain(source.present).collect(),
                    open: source.open || !source.possible.is_empty() || !source.optional.is_empty(),
                    ..Members::default()
                }
            }
            _ => Members::unknown(),
        },
    }
}

/// By the declared type of a parameter or of a member of one: each member is read of it, or is what has been decided of
/// it.
fn of_declared(value: &Value, symbol: &Symbol) -> Option<Members> {
    let known = declared::of(symbol)?;
    if known.members().is_empty() && !known.is_sealed() {
        return None;
    }
    let mut members = Members {
        open: !known.is_sealed(),
        ..Members::default()
    };
    for member in known.members() {
        let is_certain = !known.nullable && !member.nullable;
        let read = || {
            let term = Term::Access {
                base: value.clone(),
                key: Value::string(member.name.clone(), value.origin.clone()),
                safe: !is_certain,
                from_end: false,
            };
            Value::symbolic(Symbol::new(term), value.origin.clone())
        };
        let only = match known.nullable {
            true => None,
            false => declared::only(member, &value.origin),
        };
        let member = Member {
            key: member.name.clone(),
            key_place: value.origin.place,
            value: only.unwrap_or_else(read),
        };
        match is_certain {
            true => members.certain.push(member),
            false => members.optional.push(member),
        }
    }
    Some(members)
}

/// What both branches have; what one of them has may be there.
fn of_choice(guard: &Value, then: &Members, otherwise: &Members, choice: &Value) -> Members {
    let mut all = Members {
        open: then.open || otherwise.open,
        ..Members::default()
    };
    for member in &then.certain {
        match otherwise.lookup(&member.key) {
            Lookup::Certain(other) if other.key == member.key => {
                let value = functions::choose(guard, &member.value, &other.value, &choice.origin);
                all.certain.push(Member {
                    value,
                    ..member.clone()
                });
            }
            Lookup::Present => all.present.push(member.key.clone()),
            Lookup::Certain(other) => {
                // It is there, and which of both spellings its name has is not certain.
                all.possible.extend([member.clone(), other.clone()]);
            }
            Lookup::Optional(_) | Lookup::Possible | Lookup::Absent => {
                all.possible.push(member.clone());
            }
        }
    }
    for name in &then.present {
        if matches!(otherwise.lookup(name), Lookup::Certain(_) | Lookup::Present) {
            all.present.push(name.clone());
        }
    }
    let one_sided = otherwise.certain.iter().filter(|member| {
        !matches!(
            then.lookup(&member.key),
            Lookup::Certain(_) | Lookup::Present
        )
    });
    all.possible.extend(one_sided.cloned());
    for branch in [then, otherwise] {
        let may_be = branch.possible.iter().chain(&branch.optional);
        all.possible.extend(may_be.cloned());
    }
    // A name of which only its presence is known, on one side only, has no value to show as possible.
    all.open |= then.present.iter().chain(&otherwise.present).any(|name| {
        !all.present
            .iter()
            .any(|other| other.eq_ignore_ascii_case(name))
    });
    all
}

/// `createObject('a', 1, undecided, 2)`: an undecided name may be that of a member before it.
fn of_pairs(arguments: &[Value], place: Place) -> Members {
    let mut merge = Merge::default();
    for pair in arguments.chunks_exact(2) {
        let [key, value] = pair else { continue };
        match key.as_str() {
            Some(name) => merge.set(name, place, State::Certain(value.clone())),
            None => {
                merge.doubt();
                merge.open = true;
            }
        }
    }
    merge.into_members()
}

/// `shallowMerge`: a later member takes the place of an earlier one, whatever either is.
fn overlaid(whole: &Value, operands: &[Value], patience: u32) -> Members {
    let mut merge = Merge {
        whole: Some(whole),
        ..Merge::default()
    };
    for operand in operands {
        let operand = within(operand, patience);
        merge.doubt_where(|name| matches!(operand.lookup(name), Lookup::Possible));
        for member in operand.certain {
            let state = State::Certain(member.value);
            merge.set(&member.key, member.key_place, state);
        }
        for name in operand.present {
            merge.present(&name);
        }
        for member in operand.optional {
            merge.optional(member, true);
        }
        for member in operand.possible {
            merge.possible(member);
        }
        merge.open |= operand.open;
    }
    merge.into_members()
}

/// What one operand of a deep merge contributes at one place.
enum Layer {
    /// An object of which this is certain.
    Object(Members),
    /// Something that is no object, and takes the place of what was there.
    Scalar,
    /// Nothing is known: it may be an object to merge, or take the place of everything.
    Unknown,
}

impl Layer {
    fn of(value: &Value, patience: u32) -> Self {
        match shape(value) {
            _ if value.is_null() => Self::Scalar,
            // An operand of a `union` of objects is one, whatever is known of it.
            Shape::Object | Shape::Any => Self::Object(within(value, patience)),
            _ => Self::Scalar,
        }
    }
}

/// The operands of a value that merges objects deeply, each by what is certain of it.
fn layers(value: &Value, patience: u32) -> Option<Vec<Layer>> {
    let patience = patience.checked_sub(1)?;
    let symbol = value.as_symbol()?;
    if let Term::Access { base, key, .. } = &symbol.term {
        let name = key.as_str()?;
        let above = layers(base, patience)?;
        return Some(
            above
                .into_iter()
                .flat_map(|layer| below(&layer, name, patience))
                .collect(),
        );
    }
    match call_of(symbol)? {
        ("union", operands) => Some(
            operands
                .iter()
                .map(|operand| Layer::of(operand, patience))
                .collect(),
        ),
        _ => None,
    }
}

/// What a layer contributes to the member of this name; nothing where it has none.
fn below(layer: &Layer, name: &str, patience: u32) -> Option<Layer> {
    match layer {
        Layer::Unknown => Some(Layer::Unknown),
        // What stood there is gone, and so are all its members.
        Layer::Scalar => Some(Layer::Scalar),
        Layer::Object(members) => match members.lookup(name) {
            Lookup::Absent => None,
            Lookup::Present | Lookup::Optional(_) | Lookup::Possible => Some(Layer::Unknown),
            Lookup::Certain(member) => Some(match &member.value.kind {
                Kind::Object(_) => Layer::Object(within(&member.value, patience)),
                _ if is_surely(&member.value, Shape::Object) => {
                    Layer::Object(within(&member.value, patience))
                }
                _ if is_no_object(&member.value) => Layer::Scalar,
                _ => Layer::Unknown,
            }),
        },
    }
}

/// Whether a value is surely not an object, so that a deep merge replaces it.
pub(crate) fn is_no_object(value: &Value) -> bool {
    value.is_null() || matches!(value.kind, Kind::Decimal(_)) || {
        let shape = shape(value);
        shape != Shape::Any && shape != Shape::Object
    }
}

enum State {
    Certain(Value),
    Present,
    Optional(Value),
    Possible(Value),
}

/// Members while operands are laid over each other.
#[derive(Default)]
struct Merge<'v> {
    /// The value that they are members of.
    whole: Option<&'v Value>,
    states: Vec<(Text, Place, State)>,
    names_only: Vec<Text>,
    open: bool,
}

impl<'v> Merge<'v> {
    /// A deep merge, which is what this value is.
    fn within(whole: &'v Value, layers: impl IntoIterator<Item = Layer>) -> Self {
        Self {
            whole: Some(whole),
            ..Self::default()
        }
        .merged(layers)
    }

    /// A deep merge.
    fn of(layers: impl IntoIterator<Item = Layer>) -> Self {
        Self::default().merged(layers)
    }

    /// Where two objects meet they are merged in turn, else the later one stays.
    fn merged(self, layers: impl IntoIterator<Item = Layer>) -> Self {
        let whole = self.whole;
        let mut merge = self;
        for layer in layers {
            match layer {
                Layer::Scalar => {
                    merge = Self {
                        whole,
                        ..Self::default()
                    };
                }
                Layer::Unknown => {
                    merge.lose();
                    merge.open = true;
                }
                Layer::Object(members) => merge.lay(members),
            }
        }
        merge
    }

    fn lay(&mut self, over: Members) {
        self.doubt_where(|name| matches!(over.lookup(name), Lookup::Possible));
        for member in over.certain {
            let state = match self.state(&member.key) {
                _ if is_no_object(&member.value) => State::Certain(member.value),
                None if !self.open && !self.is_present(&member.key) => State::Certain(member.value),
                Some(State::Certain(known)) if is_no_object(known) => State::Certain(member.value),
                Some(State::Certain(known)) => match functions::merge_objects(known, &member.value)
                {
                    Some(value) => State::Certain(value),
                    None => State::Present,
                },
                // It merges with something unknown.
                _ => State::Present,
            };
            self.set(&member.key, member.key_place, state);
        }
        for name in over.present {
            self.present(&name);
        }
        for member in over.optional {
            let is_replaced = is_no_object(&member.value)
                || matches!(self.state(&member.key), Some(State::Certain(known)) if is_no_object(known));
            self.optional(member, is_replaced);
        }
        for member in over.possible {
            self.possible(member);
        }
        self.open |= over.open;
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.states
            .iter()
            .position(|(key, _, _)| key.eq_ignore_ascii_case(name))
    }

    fn state(&self, name: &str) -> Option<&State> {
        self.position(name).map(|index| &self.states[index].2)
    }

    /// Whether a member is there of which nothing else is known.
    fn is_present(&self, name: &str) -> bool {
        self.names_only
            .iter()
            .any(|other| other.eq_ignore_ascii_case(name))
    }

    fn set(&mut self, name: &str, place: Place, state: State) {
        self.names_only
            .retain(|other| !other.eq_ignore_ascii_case(name));
        match self.position(name) {
            Some(index) => self.states[index].2 = state,
            None => self.states.push((name.into(), place, state)),
        }
    }

    fn present(&mut self, name: &Text) {
        match self.position(name) {
            Some(index) => self.states[index].2 = State::Present,
            None if self.is_present(name) => {}
            None => self.names_only.push(name.clone()),
        }
    }

    fn possible(&mut self, member: Member) {
        if let Some(State::Possible(_) | State::Optional(_)) = self.state(&member.key) {
            // Of two values that it may have, one is named.
            self.open = true;
        } else if self.position(&member.key).is_none() && !self.is_present(&member.key) {
            let state = State::Possible(member.value);
            self.states.push((member.key, member.key_place, state));
        }
    }

    /// A member that may be there; `replaces` says that it takes the place of what is there then, and is not merged
    /// with it. Where it is null it is there or not, and so what it was before is there or not.
    fn optional(&mut self, member: Member, replaces: bool) {
        let null = Value::null(member.value.origin.clone());
        let state = match (self.state(&member.key), self.whole) {
            (None, _) if !self.open && !self.is_present(&member.key) => {
                State::Optional(member.value)
            }
            (Some(State::Certain(_)), Some(whole)) if replaces && !member.value.is_null() => {
                let origin = &member.value.origin;
                let guard = Symbol::call("equals", vec![member.value.clone(), null]);
                let guard = Value::symbolic(guard, origin.clone());
                let undecided = Value::symbolic(
                    Symbol::new(Term::Access {
                        base: whole.clone(),
                        key: Value::string(member.key.clone(), origin.clone()),
                        safe: true,
                        from_end: false,
                    }),
                    origin.clone(),
                );
                State::Certain(functions::choose(&guard, &undecided, &member.value, origin))
            }
            (Some(State::Certain(_) | State::Present), _) => State::Present,
            (None, _) if self.is_present(&member.key) => return,
            _ => {
                self.open = true;
                State::Possible(member.value)
            }
        };
        self.set(&member.key, member.key_place, state);
    }

    /// Something unknown may override the members: they are there, with what value is undecided.
    fn doubt(&mut self) {
        self.doubt_where(|_| true);
    }

    fn doubt_where(&mut self, test: impl Fn(&str) -> bool) {
        for (name, _, state) in &mut self.states {
            if !test(name) {
                continue;
            }
            match state {
                State::Certain(_) => *state = State::Present,
                State::Optional(value) => *state = State::Possible(value.clone()),
                State::Present | State::Possible(_) => {}
            }
        }
    }

    /// Something unknown may take the place of the whole object.
    fn lose(&mut self) {
        self.names_only.clear();
        self.states.retain_mut(|(_, _, state)| {
            if let State::Certain(value) | State::Optional(value) = state {
                *state = State::Possible(value.clone());
            }
            matches!(state, State::Possible(_))
        });
    }

    fn into_members(self) -> Members {
        let mut members = Members {
            present: self.names_only,
            open: self.open,
            ..Members::default()
        };
        for (key, key_place, state) in self.states {
            match state {
                State::Certain(value) => members.certain.push(Member {
                    key,
                    key_place,
                    value,
                }),
                State::Present => members.present.push(key),
                State::Optional(value) => members.optional.push(Member {
                    key,
                    key_place,
                    value,
                }),
                State::Possible(value) => members.possible.push(Member {
                    key,
                    key_place,
                    value,
                }),
            }
        }
        members
    }
}
