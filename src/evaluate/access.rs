//! Steps from a value to a member or an item.
//!
//! In: a value and a key, both known or not. Out: the value there, with its own origin; null for a safe step to what is
//! not there; or a symbol, where that is undecided. A choice is looked into: the member of an `if` is an `if` of the
//! members, and so is the item at an index that is one. It refuses to know what a function does.

use miette::Diagnostic;
use thiserror::Error;

use super::bounds::{Excess, MAX_DEPTH};
use super::canonical;
use super::declared;
use super::functions;
use super::origin::Origin;
use super::partial::{self, Lookup, as_choice};
use super::substitute::instance;
use super::symbol::{Context, Shape, Symbol, Term};
use super::value::{Kind, Object, Value};
use crate::syntax::expression::Text;

/// How many branches of nested choices one access looks into.
const MAX_BRANCHES: u32 = 64;

/// A step that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
pub enum AccessError {
    /// There is no member of this name.
    #[error("there is no property '{name}'")]
    #[diagnostic(
        code(akvlint::evaluate::missing_property),
        help("{}", listed(.available))
    )]
    MissingProperty {
        /// The name that was asked for.
        name: Text,
        /// The names that there are.
        available: Vec<Text>,
    },
    /// There is no item of this index.
    #[error("the index {index} is outside an array of {length}")]
    #[diagnostic(
        code(akvlint::evaluate::index_out_of_range),
        help("indexes count from 0, and from 1 where they count from the end")
    )]
    IndexOutOfRange {
        /// The index that was asked for.
        index: i64,
        /// How many items there are.
        length: usize,
    },
    /// The value has neither members nor items.
    #[error("a value of type {kind} has no {key}")]
    #[diagnostic(
        code(akvlint::evaluate::not_a_container),
        help("use a safe step (`.?name`, `[?index]`, `tryGet`) where the value may be null")
    )]
    NotAContainer {
        /// The type of the value.
        kind: &'static str,
        /// What was asked for.
        key: String,
    },
    /// The symbol that the step gives nests too deep to be kept.
    #[error("the expression {0}")]
    #[diagnostic(
        code(akvlint::evaluate::too_large),
        help("split the template; no deployment needs an expression like this")
    )]
    TooLarge(Excess),
    /// The key is neither a name nor an index.
    #[error("a value of type {kind} is neither a property name nor an index")]
    #[diagnostic(
        code(akvlint::evaluate::bad_key),
        help("use a string for a property and an integer for an item")
    )]
    BadKey {
        /// The type of the key.
        kind: &'static str,
    },
}

fn listed(names: &[Text]) -> String {
    match names {
        [] => "the object has no properties".to_owned(),
        names => format!("the object has: {}", names.join(", ")),
    }
}

/// The member or item of a value. Member names are case-insensitive. A `safe` step gives null where there is none;
/// `from_end` counts items from the end, from 1. What is found has its own origin
/// and what carried the base; a symbol has the given one.
///
/// # Errors
/// When there is surely no such member or item, and the step is not safe; when the value surely has none at all.
pub fn access(
    base: &Value,
    key: &Value,
    safe: bool,
    from_end: bool,
    origin: &Origin,
) -> Result<Value, AccessError> {
    Step {
        safe,
        from_end,
        origin,
        branches: MAX_BRANCHES,
    }
    .take(base, key)
}

struct Step<'a> {
    safe: bool,
    from_end: bool,
    origin: &'a Origin,
    /// How many more branches may be looked into.
    branches: u32,
}

impl Step<'_> {
    fn take(&mut self, base: &Value, key: &Value) -> Result<Value, AccessError> {
        if let Some((guard, then, otherwise)) = as_choice(key)
            && self.may_branch()
        {
            let then = self.branch(base, then);
            let otherwise = self.branch(base, otherwise);
            return Ok(functions::choose(guard, &then, &otherwise, self.origin));
        }
        if let Some((guard, then, otherwise)) = as_choice(base)
            && self.may_branch()
        {
            let then = self.branch(then, key);
            let otherwise = self.branch(otherwise, key);
            return Ok(functions::choose(guard, &then, &otherwise, self.origin));
        }
        if base.is_null() {
            return self.no_container(base, key);
        }
        if let Some(instance) = self.of_loop(base, key) {
            return Ok(instance);
        }
        match &key.kind {
            Kind::String(name) if !self.from_end => self.member(base, key, name),
            Kind::Integer(index) => self.item(base, key, *index),
            Kind::Symbolic(_) if is_none_of_the_names(base, key) => {
                let name = canonical::expression(key);
                self.missing_member(
                    &name.into(),
                    &partial::members(base).certain.into_iter().collect(),
                )
            }
            Kind::Symbolic(_) | Kind::Mixed(_) if self.may_contain(base) => self.symbol(base, key),
            Kind::Symbolic(_) | Kind::Mixed(_) => self.no_container(base, key),
            _ => Err(AccessError::BadKey {
                kind: functions::type_name(key),
            }),
        }
    }

    /// An item of a loop is its body with this index. Where the loop has no such item the step fails, so that nothing
    /// else can become of it; a safe step would give null.
    fn of_loop(&self, base: &Value, key: &Value) -> Option<Value> {
        let Term::Loop { binder, body, .. } = &base.as_symbol()?.term else {
            return None;
        };
        let is_index =
            key.as_symbol().is_some() || key.as_integer().is_some_and(|index| index >= 0);
        if !is_index || self.safe || self.from_end {
            return None;
        }
        instance(binder, body, key)
    }

    fn may_branch(&mut self) -> bool {
        let left = self.branches.checked_sub(2);
        self.branches = left.unwrap_or(0);
        left.is_some()
    }

    /// What fails in a branch fails there only.
    fn branch(&mut self, base: &Value, key: &Value) -> Value {
        self.take(base, key).unwrap_or_else(|error| {
            let text = match self.symbol(base, key) {
                Ok(symbol) => canonical::expression(&symbol),
                Err(_) => "…".to_owned(),
            };
            functions::failed(&text, &error.to_string(), self.origin)
        })
    }

    fn member(&self, base: &Value, key: &Value, name: &Text) -> Result<Value, AccessError> {
        match &base.kind {
            Kind::Object(object) => match object.get(name) {
                Some(member) => Ok(member.value.out_of(base)),
                None => self.missing_member(name, object),
            },
            Kind::Symbolic(symbol) if self.may_contain(base) => {
                // Most accesses are such: what is known of the surroundings need not be gathered first.
                if let Term::Context(context) = &symbol.term
                    && let Some(member) = context.members.get(name)
                {
                    // What is around the deployment is written nowhere but where it is asked for.
                    return Ok(match is_of_surroundings(context) {
                        true => member.value.clone().with_origin(self.origin.clone()),
                        false => member.value.out_of(base),
                    });
                }
                // What a declared type says of a member is asked of the member itself.
                if declared::of(symbol).is_some_and(|known| !known.is_sealed()) {
                    return self.symbol(base, key);
                }
                let members = partial::members(base);
                match members.lookup(name) {
                    Lookup::Certain(_) | Lookup::Optional(_) if declared::of(symbol).is_some() => {
                        self.symbol(base, key)
                    }
                    Lookup::Certain(member) => Ok(member.value.out_of(base)),
                    Lookup::Optional(member) if self.safe => Ok(member.value.out_of(base)),
                    Lookup::Absent if partial::is_surely(base, Shape::Object) => {
                        let known = members.certain.into_iter().chain(members.optional);
                        let known = known.chain(members.possible);
                        self.missing_member(name, &known.collect())
                    }
                    Lookup::Absent | Lookup::Present | Lookup::Optional(_) | Lookup::Possible => {
                        self.symbol(base, key)
                    }
                }
            }
            _ => self.no_container(base, key),
        }
    }

    /// Templates that are deployed every day take `action.?actionGroupId ?? action` of a string, so that `tryGet` of what
    /// has no members is null too, and no error.
    fn no_container(&self, base: &Value, key: &Value) -> Result<Value, AccessError> {
        if self.safe {
            Ok(Value::null(self.origin.clone()))
        } else {
            Err(not_a_container(base, key))
        }
    }

    fn missing_member(&self, name: &Text, object: &Object) -> Result<Value, AccessError> {
        if self.safe {
            return Ok(Value::null(self.origin.clone()));
        }
        Err(AccessError::MissingProperty {
            name: name.clone(),
            available: object.iter().map(|member| member.key.clone()).collect(),
        })
    }

    fn item(&self, base: &Value, key: &Value, index: i64) -> Result<Value, AccessError> {
        match &base.kind {
            Kind::Array(items) => match self.position(index, items.len()) {
                Some(position) => Ok(items[position].out_of(base)),
                None => self.outside(index, items.len()),
            },
            Kind::Symbolic(_) if self.may_contain(base) => {
                let items = partial::items(base);
                let known = if self.from_end {
                    &items.end
                } else {
                    &items.start
                };
                if let Some(position) = self.position(index, known.len()) {
                    return Ok(known[position].out_of(base));
                }
                if items.is_exact() && partial::is_surely(base, Shape::Array) {
                    return match self.position(index, items.start.len()) {
                        Some(position) => Ok(items.start[position].out_of(base)),
                        None => self.outside(index, items.start.len()),
                    };
                }
                self.symbol(base, key)
            }
            _ => self.no_container(base, key),
        }
    }

    fn position(&self, index: i64, length: usize) -> Option<usize> {
        let index = usize::try_from(index).ok()?;
        let position = if self.from_end {
            length.checked_sub(index).filter(|_| index > 0)?
        } else {
            index
        };
        (position < length).then_some(position)
    }

    fn outside(&self, index: i64, length: usize) -> Result<Value, AccessError> {
        if self.safe {
            return Ok(Value::null(self.origin.clone()));
        }
        Err(AccessError::IndexOutOfRange { index, length })
    }

    /// Whether a value has, or may turn out to have, members or items; or may turn out to be null, of which a safe
    /// step is null.
    fn may_contain(&self, base: &Value) -> bool {
        let shape = partial::shape(base);
        matches!(shape, Shape::Any | Shape::Array | Shape::Object)
            || (self.safe && partial::may_be_null(base))
    }

    fn symbol(&self, base: &Value, key: &Value) -> Result<Value, AccessError> {
        if !self.from_end
            && let Some(number) = of_numbers(base, key, self.safe)
        {
            return Ok(number.with_origin(self.origin.clone()));
        }
        let symbol = Symbol::new(Term::Access {
            base: base.clone(),
            key: key.clone(),
            safe: self.safe,
            from_end: self.from_end,
        });
        if symbol.depth() > MAX_DEPTH {
            return Err(AccessError::TooLarge(Excess::Depth));
        }
        Ok(Value::symbolic(symbol, self.origin.clone()))
    }
}

/// What `range(start, count)` has at the index that stands for those of all loops over a count
/// ([`ANY_INDEX`](super::symbol::ANY_INDEX)), or at one that is made of it: the sum of both. An index that is out of range
/// fails, but for a safe step, which has to be over the same count.
fn of_numbers(base: &Value, key: &Value, safe: bool) -> Option<Value> {
    let ("range", [start, count]) = partial::as_call(base)? else {
        return None;
    };
    let (index, offset) = partial::any_index(key)?;
    let is_within = || {
        let loops = match partial::as_call(index)? {
            (_, [index]) => partial::as_call(index)?.1,
            _ => return None,
        };
        (offset == 0 && loops == std::slice::from_ref(count)).then_some(())
    };
    if safe {
        is_within()?;
    }
    let offset = start.as_integer()?.checked_add(offset)?;
    Some(partial::with_offset(index, offset))
}

/// Whether it is what `resourceGroup()` and its kin give, not a resource that the template declares.
fn is_of_surroundings(context: &Context) -> bool {
    matches!(
        &*context.function,
        "resourceGroup" | "subscription" | "managementGroup" | "tenant"
    )
}

/// Whether it has been assumed of a key that it is none of the names of an object.
fn is_none_of_the_names(base: &Value, key: &Value) -> bool {
    let (Kind::Object(object), Some(symbol)) = (&base.kind, key.as_symbol()) else {
        return false;
    };
    let Term::Except { excluded, .. } = &symbol.term else {
        return false;
    };
    object.iter().all(|member| {
        let mut excluded = excluded.iter().filter_map(Value::as_str);
        excluded.any(|name| name.eq_ignore_ascii_case(&member.key))
    })
}

fn not_a_container(base: &Value, key: &Value) -> AccessError {
    let key = match &key.kind {
        Kind::String(name) => format!("property '{name}'"),
        Kind::Integer(index) => format!("item {index}"),
        _ => "properties or items".to_owned(),
    };
    AccessError::NotAContainer {
        kind: functions::type_name(base),
        key,
    }
}
