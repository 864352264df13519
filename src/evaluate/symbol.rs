//! Symbolic values: expressions that cannot be reduced offline, in canonical form.
//!
//! A symbol keeps its operands as values, so that it can be evaluated again when an assignment of the decisions makes
//! one of them known ([`super::substitute`]). Two symbols are equal where their canonical forms are: same function,
//! equal operands, same deployment for a parameter, same scope for a context function.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use foldhash::HashSet;

use super::value::{Kind, Object, Part, Value};
use crate::source::Place;
use crate::syntax::expression::Text;

/// A symbolic value.
#[derive(Debug, Clone)]
pub struct Symbol {
    /// What it stands for.
    pub term: Term,
    /// Its canonical form, hashed: symbols with equal keys are taken as equal. 128 bits of SipHash make an accident
    /// impossible in practice, and comparing whole terms would be exponential where they share operands.
    key: [u64; 2],
    extent: Extent,
}

/// What there is in a value.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extent {
    /// How deep it nests.
    depth: u32,
    /// A bit for each symbol in it, by a part of the symbol's key: two symbols may share one.
    symbols: u128,
}

impl Extent {
    /// The extent of what is made of these, one level deeper than the deepest.
    fn around(parts: impl Iterator<Item = Self>) -> Self {
        let all = parts.fold(Self::default(), |all, part| Self {
            depth: all.depth.max(part.depth),
            symbols: all.symbols | part.symbols,
        });
        Self {
            depth: all.depth.saturating_add(1),
            ..all
        }
    }
}

/// The bit of a symbol among those of all.
pub(super) fn bit([key, _]: [u64; 2]) -> u128 {
    1 << (key % 128)
}

/// What a symbol stands for.
#[derive(Debug, Clone)]
pub enum Term {
    /// A parameter that nothing gives a value to, or a secure one.
    Parameter(Arc<ParameterSymbol>),
    /// A function of the deployment's surroundings (`resourceGroup()`, `subscription()`, `tenant()`, `deployment()` …).
    Context(Arc<Context>),
    /// A variable of a lambda or a loop, inside of what the lambda or loop gives.
    Bound(Binder),
    /// A function whose arguments are not known well enough, or that only the run time can answer. The name is in
    /// its documented case, and the arguments are reduced. `if`, `and`, `coalesce` … with an undecided guard are
    /// calls too.
    Call {
        /// The function's documented name, with its namespace for a user-defined one.
        function: Text,
        /// The reduced arguments.
        arguments: Vec<Value>,
    },
    /// `base.key`, `base[key]`.
    Access {
        /// What is accessed; not reducible itself, or accessed by an undecided key.
        base: Value,
        /// A string or integer, or an undecided value.
        key: Value,
        /// Null where there is no such member (`tryGet`).
        safe: bool,
        /// Counted from the end, from 1.
        from_end: bool,
    },
    /// A lambda that no call could reduce, as an argument of a call.
    Lambda {
        /// Its parameters.
        binders: Vec<Binder>,
        /// What it gives.
        body: Value,
    },
    /// A loop whose count is undecided.
    Loop {
        /// Its index.
        binder: Binder,
        /// How many.
        count: Value,
        /// One element.
        body: Value,
    },
    /// A symbol of which it has been assumed that it is none of these values, by a decision. It prints and counts as
    /// the symbol itself.
    Except {
        /// The symbol.
        of: Value,
        /// Concrete values that it is not (null, empty values and literals of the template).
        excluded: Vec<Value>,
    },
    /// An expression that cannot be evaluated, with the canonical text that it prints as. Each failure is itself only.
    Failed {
        /// The expression.
        text: Text,
        /// Why, in the user's words.
        message: Text,
        /// Where.
        place: Place,
        /// Whether it fails in Azure too, so that no deployment survives it: it is not only that it cannot be read here.
        surely: bool,
    },
    /// A token in a text that something replaces before the deployment, as written: `#{VaultName}#`. Rules see it; the
    /// evaluator takes it for the text that it is.
    Token(Text),
    /// What an export does not hold, though the resource may well have it. Each is itself only.
    NotExported {
        /// The path of the property; `properties.*` where some properties are there and others may be.
        property: Text,
        /// What the export has of the resource.
        place: Place,
    },
}

/// A parameter without a value.
#[derive(Debug, Clone)]
pub struct ParameterSymbol {
    /// The deployment that it belongs to: parameters of two deployments are never equal.
    pub deployment: u64,
    /// Its declared name.
    pub name: Text,
    /// Where it is declared.
    pub declared: Place,
    /// Its place in the order of declaration.
    pub order: u32,
    /// What is known of its type.
    pub shape: Shape,
    /// It may be null.
    pub nullable: bool,
    /// It is a secret: its value is never shown or used, even when there is one.
    pub secure: bool,
    /// For a secure parameter with a value: whether that value is empty. Never empty where the declaration says so.
    pub empty: Option<bool>,
    /// The least number or length, and the greatest, that the declaration takes.
    pub limits: [Option<i64>; 2],
    /// All its values, where there are finitely many.
    pub domain: Option<Vec<Value>>,
    /// What gives it a value when it is deployed: a token, a function of the surroundings of who deploys, or what could
    /// not be read.
    pub given: Option<Value>,
    /// What an object or an array is made of by its type.
    pub structure: Structure,
}

/// What an object or an array is made of by its declared type.
#[derive(Debug, Clone, Default)]
pub struct Structure {
    /// The declared members of an object. Of an array the items of which more is known than of all, under the name of
    /// the step to them: `[0]`.
    pub members: Vec<DeclaredMember>,
    /// Whether an object has no other members.
    pub sealed: bool,
    /// What each item of an array is, under no name.
    pub items: Option<Box<DeclaredMember>>,
}

/// A member that the type of a parameter declares, or an item.
#[derive(Debug, Clone)]
pub struct DeclaredMember {
    /// Its name.
    pub name: Text,
    /// What is known of its type.
    pub shape: Shape,
    /// It may be null, or left out.
    pub nullable: bool,
    /// The least number or length, and the greatest, that the declaration takes.
    pub limits: [Option<i64>; 2],
    /// All its values, where there are finitely many; null among them where it is nullable.
    pub domain: Option<Vec<Value>>,
    /// What it is made of itself.
    pub structure: Structure,
}

/// The outermost layer of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Not known.
    Any,
    /// A string.
    String,
    /// A whole number.
    Integer,
    /// A bool.
    Bool,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A function of the surroundings, at one scope.
#[derive(Debug, Clone)]
pub struct Context {
    /// The function's documented name.
    pub function: Text,
    /// What names the scope where it is not that of the entry point: `resourceGroup('hub')`.
    pub arguments: Vec<Value>,
    /// The entry point that it belongs to.
    pub deployment: u64,
    /// Members that are known, or have a canonical form of their own (`id`).
    pub members: Object,
}

/// The call that stands for the index of any loop over its argument, the count, where ids of different loops are compared.
/// No template has it: an index of one loop is [`Term::Bound`].
pub const ANY_INDEX: &str = "copyIndex";

/// A variable that a lambda or a loop binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binder {
    /// Tells it from all others of the evaluation. Where two equal lambdas are compared, the depth of nesting.
    pub id: u32,
    /// Its name as written.
    pub name: Text,
    /// Whether it is a loop's index (`copyIndex`) rather than a lambda's variable.
    pub index: bool,
}

/// The number of the first loop of resources or deployments. The binders within a value are numbered by depth from 0.
pub const FIRST_RESOURCE_LOOP: u32 = 1 << 16;

impl Binder {
    /// Whether it counts the copies of a resource or of a deployment.
    pub fn is_of_resources(&self) -> bool {
        self.index && self.id >= FIRST_RESOURCE_LOOP
    }
}

impl Symbol {
    /// The symbol of a term.
    pub fn new(term: Term) -> Self {
        // What has been assumed of a symbol does not make it another one.
        if let Term::Except { of, .. } = &term
            && let Kind::Symbolic(symbol) = &of.kind
        {
            let key = symbol.key;
            let extent = Extent::around(std::iter::once(symbol.extent));
            return Self { term, key, extent };
        }
        let key = key_of(|hasher| hash_term(&term, hasher));
        let mut symbol = Self {
            term,
            key,
            extent: Extent::default(),
        };
        let mut extent = Extent::around(symbol.operands().map(extent));
        extent.symbols |= bit(key);
        if let Term::Context(context) = &symbol.term {
            extent.symbols |= extent_of(&context.members).symbols;
        }
        symbol.extent = extent;
        symbol
    }

    /// The symbol of a call that could not be reduced.
    pub fn call(function: &str, arguments: Vec<Value>) -> Self {
        Self::new(Term::Call {
            function: function.into(),
            arguments,
        })
    }

    /// The symbol of a step to a member or an item that has to be there.
    pub(crate) fn access(base: Value, key: Value) -> Self {
        Self::new(Term::Access {
            base,
            key,
            safe: false,
            from_end: false,
        })
    }

    /// Equal for symbols of equal canonical form. Not stable between runs: never print it.
    pub fn key(&self) -> [u64; 2] {
        self.key
    }

    /// How deep its operands nest, itself included: what walks a symbol recursively may rely on
    /// [`bounds`](super::bounds) to keep this small.
    pub fn depth(&self) -> u32 {
        self.extent.depth
    }

    /// The values that it is made of.
    pub fn operands(&self) -> impl Iterator<Item = &Value> {
        let (list, others): (&[Value], _) = match &self.term {
            Term::Parameter(_)
            | Term::Bound(_)
            | Term::Token(_)
            | Term::Failed { .. }
            | Term::NotExported { .. } => (&[], [None; 2]),
            Term::Context(context) => (&context.arguments, [None; 2]),
            Term::Call { arguments, .. } => (arguments, [None; 2]),
            Term::Access { base, key, .. } => (&[], [Some(base), Some(key)]),
            Term::Lambda { body, .. } => (&[], [Some(body), None]),
            Term::Loop { count, body, .. } => (&[], [Some(count), Some(body)]),
            Term::Except { of, .. } => (&[], [Some(of), None]),
        };
        list.iter().chain(others.into_iter().flatten())
    }
}

impl PartialEq for Symbol {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Symbol {}

/// How deep a value nests, symbols included.
pub(super) fn nesting(value: &Value) -> u32 {
    extent(value).depth
}

/// Adds the keys of all symbols in a value, those of what is known of a function of the surroundings included. It recurses
/// as deep as the value nests.
pub(crate) fn collect_keys(value: &Value, into: &mut HashSet<[u64; 2]>) {
    let Kind::Symbolic(symbol) = &value.kind else {
        value.each_part(|part| collect_keys(part, into));
        return;
    };
    // An assumption has the key of what it is about.
    if let Term::Except { of, .. } = &symbol.term {
        collect_keys(of, into);
        return;
    }
    if !into.insert(symbol.key) {
        return;
    }
    for operand in symbol.operands() {
        collect_keys(operand, into);
    }
    if let Term::Context(context) = &symbol.term {
        context
            .members
            .iter()
            .for_each(|member| collect_keys(&member.value, into));
    }
}

/// The bits of all symbols in a value.
pub(super) fn symbols(value: &Value) -> u128 {
    extent(value).symbols
}

fn extent(value: &Value) -> Extent {
    match &value.kind {
        Kind::Symbolic(symbol) => symbol.extent,
        Kind::Mixed(parts) => Extent::around(parts.iter().map(|part| match part {
            Part::Text(_) => Extent::default(),
            Part::Hole(hole) => extent(hole),
        })),
        Kind::Array(items) => Extent::around(items.iter().map(extent)),
        Kind::Object(object) => extent_of(object),
        _ => Extent::default(),
    }
}

/// What there is in an object, worked out once.
fn extent_of(object: &Object) -> Extent {
    let members = || object.iter().map(|member| extent(&member.value));
    *object
        .digest
        .extent
        .get_or_init(|| Extent::around(members()))
}

/// Equal for objects that are equal, worked out once.
fn key_of_object(object: &Object) -> [u64; 2] {
    *object.digest.key.get_or_init(|| {
        let mut members: Vec<_> = object
            .iter()
            .map(|member| (member.key.to_ascii_lowercase(), &member.value))
            .collect();
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        key_of(|hasher| {
            for (name, value) in &members {
                hash_name(name, hasher);
                hash_value(value, hasher);
            }
        })
    })
}

/// 128 bits of a hash: two views of one state, which is larger than both.
fn key_of(hash: impl Fn(&mut Gathered)) -> [u64; 2] {
    let mut gathered = Gathered::new();
    hash(&mut gathered);
    gathered.flush();
    let mut hasher = gathered.hasher;
    let first = hasher.finish();
    1u8.hash(&mut hasher);
    [first, hasher.finish()]
}

/// Gathers what is hashed: `SipHash` takes one long piece in a fraction of the time of many short ones.
struct Gathered {
    hasher: DefaultHasher,
    pieces: [u8; Self::ROOM],
    length: usize,
}

impl Gathered {
    const ROOM: usize = 256;

    fn new() -> Self {
        Self {
            hasher: DefaultHasher::new(),
            pieces: [0; Self::ROOM],
            length: 0,
        }
    }

    fn flush(&mut self) {
        let gathered = self.pieces.get(..self.length).unwrap_or_default();
        self.hasher.write(gathered);
        self.length = 0;
    }
}

impl Hasher for Gathered {
    fn write(&mut self, bytes: &[u8]) {
        if self.length + bytes.len() > Self::ROOM {
            self.flush();
        }
        let end = self.length + bytes.len();
        match self.pieces.get_mut(self.length..end) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.length = end;
            }
            None => self.hasher.write(bytes),
        }
    }

    fn finish(&self) -> u64 {
        let mut hasher = self.hasher.clone();
        hasher.write(self.pieces.get(..self.length).unwrap_or_default());
        hasher.finish()
    }
}

fn hash_name(name: &str, hasher: &mut impl Hasher) {
    let mut piece = [0; 32];
    for bytes in name.as_bytes().chunks(piece.len()) {
        for (lower, byte) in piece.iter_mut().zip(bytes) {
            *lower = byte.to_ascii_lowercase();
        }
        hasher.write(piece.get(..bytes.len()).unwrap_or_default());
    }
    0xffu8.hash(hasher);
}

fn hash_term(term: &Term, hasher: &mut impl Hasher) {
    b's'.hash(hasher);
    std::mem::discriminant(term).hash(hasher);
    match term {
        Term::Parameter(parameter) => {
            parameter.deployment.hash(hasher);
            hash_name(&parameter.name, hasher);
        }
        Term::Context(context) => {
            context.function.hash(hasher);
            context.deployment.hash(hasher);
            hash_values(&context.arguments, hasher);
        }
        Term::Bound(binder) => binder.id.hash(hasher),
        Term::Call {
            function,
            arguments,
        } => {
            function.hash(hasher);
            hash_values(arguments, hasher);
        }
        Term::Access {
            base,
            key,
            safe,
            from_end,
        } => {
            hash_value(base, hasher);
            match key.as_str() {
                Some(name) => hash_name(name, hasher),
                None => hash_value(key, hasher),
            }
            (safe, from_end).hash(hasher);
        }
        Term::Lambda { binders, body } => {
            binders.len().hash(hasher);
            hash_value(body, hasher);
        }
        Term::Loop { count, body, .. } => {
            hash_value(count, hasher);
            hash_value(body, hasher);
        }
        Term::Failed { place, text, .. } => {
            place.hash(hasher);
            text.hash(hasher);
        }
        Term::Token(token) => token.hash(hasher),
        Term::NotExported { property, place } => {
            place.hash(hasher);
            property.hash(hasher);
        }
        Term::Except { of, .. } => hash_value(of, hasher),
    }
}

fn hash_values(values: &[Value], hasher: &mut impl Hasher) {
    values.len().hash(hasher);
    for value in values {
        hash_value(value, hasher);
    }
}

fn hash_value(value: &Value, hasher: &mut impl Hasher) {
    match &value.kind {
        Kind::Null => b'n'.hash(hasher),
        Kind::Bool(value) => (b'b', value).hash(hasher),
        Kind::Integer(value) => (b'i', value).hash(hasher),
        Kind::Decimal(text) => (b'd', text).hash(hasher),
        Kind::String(text) => (b't', text).hash(hasher),
        Kind::Mixed(parts) => {
            (b'm', parts.len()).hash(hasher);
            for part in parts.iter() {
                match part {
                    Part::Text(text) => (0u8, text).hash(hasher),
                    Part::Hole(value) => {
                        1u8.hash(hasher);
                        hash_value(value, hasher);
                    }
                }
            }
        }
        Kind::Array(items) => {
            b'a'.hash(hasher);
            hash_values(items, hasher);
        }
        Kind::Object(object) => {
            (b'o', object.len(), key_of_object(object)).hash(hasher);
        }
        Kind::Symbolic(symbol) => (b'y', symbol.key).hash(hasher),
    }
}
