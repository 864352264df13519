//! What items an array has that is not wholly known, and whether a value is empty.

use super::{
    PATIENCE, as_choice, call_of, hole_bounds, is_surely, may_be_null, members, same, shape,
    text_bounds,
};
use crate::evaluate::declared;
use crate::evaluate::functions;
use crate::evaluate::id;
use crate::evaluate::symbol::{Shape, Symbol, Term};
use crate::evaluate::value::{Kind, Member, Object, Part, Value};

/// What is certain of the items of a value. What is no array has none.
#[derive(Debug, Clone, Default)]
pub struct Items {
    /// The items that it begins with.
    pub start: Vec<Value>,
    /// Items that it has at an undecided position. Two of them may be one and the same item, or one of `start`.
    pub middle: Vec<Value>,
    /// The items that it ends with, in their order.
    pub end: Vec<Value>,
    /// Items that it may have.
    pub possible: Vec<Value>,
    /// Whether it may have items that are not named here.
    pub open: bool,
    /// How many items it has at least.
    pub minimum: usize,
}

impl Items {
    fn exactly(items: Vec<Value>) -> Self {
        Self {
            minimum: items.len(),
            start: items,
            ..Self::default()
        }
    }

    fn unknown() -> Self {
        Self {
            open: true,
            ..Self::default()
        }
    }

    /// The items that it surely has.
    pub fn known(&self) -> impl Iterator<Item = &Value> {
        self.start.iter().chain(&self.middle).chain(&self.end)
    }

    /// Whether these are all its items, in their order.
    pub fn is_exact(&self) -> bool {
        !self.open && self.middle.is_empty() && self.end.is_empty() && self.possible.is_empty()
    }

    /// The same items in an order that is not certain.
    fn shuffled(self) -> Self {
        Self {
            middle: self.known().cloned().collect(),
            start: Vec::new(),
            end: Vec::new(),
            ..self
        }
    }

    /// Items that may all be left out.
    fn doubted(self) -> Self {
        Self {
            possible: self.known().chain(&self.possible).cloned().collect(),
            open: self.open,
            ..Self::default()
        }
    }
}

/// What is certain of the items of a value.
pub fn items(value: &Value) -> Items {
    within(value, PATIENCE)
}

fn within(value: &Value, patience: u32) -> Items {
    match &value.kind {
        Kind::Array(items) => Items::exactly(items.to_vec()),
        Kind::Symbolic(symbol) => match patience.checked_sub(1) {
            Some(patience) => of_symbol(value, symbol, patience),
            None => Items::unknown(),
        },
        _ => Items::default(),
    }
}

fn of_symbol(value: &Value, symbol: &Symbol, patience: u32) -> Items {
    if !matches!(shape(value), Shape::Any | Shape::Array) {
        return Items::default();
    }
    if let Some((_, then, otherwise)) = as_choice(value) {
        let (then, otherwise) = (within(then, patience), within(otherwise, patience));
        let minimum = then.minimum.min(otherwise.minimum);
        let (then, otherwise) = (then.doubted(), otherwise.doubted());
        return Items {
            possible: [then.possible, otherwise.possible].concat(),
            open: then.open || otherwise.open,
            minimum,
            ..Items::default()
        };
    }
    if let Term::Except { of, excluded } = &symbol.term {
        let mut items = within(of, patience);
        let not_empty = excluded
            .iter()
            .any(|value| value.as_array().is_some_and(<[Value]>::is_empty));
        items.minimum = items.minimum.max(usize::from(not_empty));
        return items;
    }
    match call_of(symbol) {
        Some((function, arguments)) => of_call(function, arguments, value, patience),
        None => of_declared(value, symbol),
    }
}

/// By what is declared of an array: how many items it has at least, and those of a tuple.
fn of_declared(value: &Value, symbol: &Symbol) -> Items {
    let Some(known) = declared::of(symbol) else {
        return Items::unknown();
    };
    let count = |limit: Option<i64>| limit.and_then(|limit| usize::try_from(limit).ok());
    let [least, greatest] = known.limits().map(count);
    let tuple = match known.nullable {
        true => 0,
        false => known.length_of_tuple(),
    };
    let item = |index: usize| {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        let key = Value::new(Kind::Integer(index), value.origin.clone());
        Value::symbolic(Symbol::access(value.clone(), key), value.origin.clone())
    };
    Items {
        start: (0..tuple).map(item).collect(),
        open: tuple == 0 || greatest != Some(tuple),
        minimum: least.unwrap_or(0),
        ..Items::default()
    }
}

fn of_call(function: &str, arguments: &[Value], call: &Value, patience: u32) -> Items {
    let count = |value: &Value| Some(usize::try_from(value.as_integer()?).unwrap_or(0));
    match (function, arguments) {
        ("concat", operands) => joined(operands.iter().map(|operand| within(operand, patience))),
        ("flatten", [operands]) => {
            let operands = within(operands, patience);
            if operands.is_exact() {
                joined(
                    operands
                        .start
                        .iter()
                        .map(|operand| within(operand, patience)),
                )
            } else {
                Items::unknown()
            }
        }
        ("union", operands) => union(operands, patience),
        ("intersection", [first, ..]) => within(first, patience).doubted(),
        ("filter", [array, _]) => within(array, patience).doubted(),
        ("sort", [array, _]) => within(array, patience).shuffled(),
        ("distinct", [array]) => {
            let items = within(array, patience);
            let minimum = items.minimum.min(1);
            Items {
                minimum,
                ..items.shuffled()
            }
        }
        ("map", [array, _]) => Items {
            minimum: within(array, patience).minimum,
            ..Items::unknown()
        },
        ("take", [array, number]) => match count(number) {
            Some(number) => taken(within(array, patience), number),
            None => within(array, patience).doubted(),
        },
        ("skip", [array, number]) => match count(number) {
            Some(number) => skipped(within(array, patience), number),
            None => within(array, patience).doubted(),
        },
        ("split", [text, delimiter]) => split(text, delimiter).unwrap_or_else(Items::unknown),
        ("objectKeys" | "items", [object]) => keyed(function, object, call),
        _ => Items::unknown(),
    }
}

/// One array after the other. Positions are certain up to the first operand that is not wholly known, and from the
/// last such one on.
fn joined(operands: impl Iterator<Item = Items>) -> Items {
    let operands: Vec<Items> = operands.collect();
    let Some(first) = operands.iter().position(|operand| !operand.is_exact()) else {
        return Items::exactly(
            operands
                .into_iter()
                .flat_map(|operand| operand.start)
                .collect(),
        );
    };
    let last = operands
        .iter()
        .rposition(|operand| !operand.is_exact())
        .unwrap_or(first);
    let mut whole = Items::default();
    for (index, operand) in operands.into_iter().enumerate() {
        whole.minimum += operand.minimum;
        whole.open |= operand.open;
        whole.possible.extend(operand.possible);
        if index <= first {
            whole.start.extend(operand.start);
        } else if index > last {
            whole.end.extend(operand.start);
        } else {
            whole.middle.extend(operand.start);
        }
        whole.middle.extend(operand.middle);
        if index >= last {
            whole.end.extend(operand.end);
        } else {
            whole.middle.extend(operand.end);
        }
    }
    whole
}

/// Duplicates go, so that an item that is not wholly known may be one that is there already.
fn union(operands: &[Value], patience: u32) -> Items {
    let all = joined(operands.iter().map(|operand| within(operand, patience)));
    let settled = all
        .start
        .iter()
        .take_while(|item| item.is_concrete())
        .count();
    let mut start: Vec<Value> = Vec::new();
    for item in &all.start[..settled] {
        if !start.contains(item) {
            start.push(item.clone());
        }
    }
    let minimum = start.len().max(usize::from(all.minimum > 0));
    let middle = all.start[settled..]
        .iter()
        .chain(&all.middle)
        .chain(&all.end)
        .cloned()
        .collect();
    Items {
        start,
        middle,
        end: Vec::new(),
        minimum,
        ..all
    }
}

fn taken(mut items: Items, number: usize) -> Items {
    if number <= items.start.len() {
        items.start.truncate(number);
        return Items::exactly(items.start);
    }
    let minimum = items.minimum.min(number);
    let start = std::mem::take(&mut items.start);
    Items {
        start,
        minimum,
        ..items.doubted()
    }
}

fn skipped(items: Items, number: usize) -> Items {
    if number > items.start.len() {
        let minimum = items.minimum.saturating_sub(number);
        return Items {
            minimum,
            ..items.doubted()
        };
    }
    // An item of undecided position may be one of those that are skipped.
    let middle = items.middle.iter().filter(|_| number > 0);
    let possible = items.possible.iter().chain(middle).cloned().collect();
    Items {
        start: items.start[number..].to_vec(),
        middle: if number == 0 {
            items.middle
        } else {
            Vec::new()
        },
        end: items.end,
        possible,
        open: items.open,
        minimum: items.minimum.saturating_sub(number),
    }
}

/// The names, or the names and values, of an object of which not all members are known. They are sorted, so that no
/// position is certain. Where an unknown object may have them too, their spelling is not: the first one stays.
fn keyed(function: &str, object: &Value, call: &Value) -> Items {
    let source = members(object);
    let name = |member: &Member| Value::string(member.key.clone(), call.origin.clone());
    let entry = |member: &Member| {
        if function == "objectKeys" {
            return name(member);
        }
        functions::entry(member, &call.origin)
    };
    let mut known: Vec<Value> = source.certain.iter().map(entry).collect();
    let minimum = known.len() + source.present.len();
    if function == "objectKeys" {
        let present = source.present.iter();
        known.extend(present.map(|name| Value::string(name.clone(), call.origin.clone())));
    }
    let possible = source.possible.iter().chain(&source.optional);
    let items = Items {
        middle: known,
        possible: possible.map(entry).collect(),
        open: source.open || (function == "items" && !source.present.is_empty()),
        minimum,
        ..Items::default()
    };
    if source.open || !items.possible.is_empty() {
        let minimum = items.minimum;
        return Items {
            minimum,
            ..items.doubted()
        };
    }
    items
}

/// The pieces that a string surely splits into; `None` where nothing is certain. A hole that may have a delimiter in
/// it leaves the piece that it stands in undecided, and how many pieces there are.
pub(crate) fn split(text: &Value, delimiters: &Value) -> Option<Items> {
    let whole;
    let parts: &[Part] = match &text.kind {
        Kind::Mixed(parts) => parts,
        _ if is_surely(text, Shape::String) => {
            whole = [Part::Hole(text.clone())];
            &whole
        }
        _ => return None,
    };
    // A delimiter of several characters could reach from a hole into the text beside it.
    let single = |value: &Value| {
        let mut characters = value.as_str()?.chars();
        let first = characters.next()?;
        characters.next().is_none().then_some(first)
    };
    let delimiters: Vec<char> = match delimiters.as_array() {
        Some(list) => list.iter().map(single).collect::<Option<_>>()?,
        None => vec![single(delimiters)?],
    };
    // Of an id it is known where its segments end.
    let is_id = delimiters.contains(&'/') && id::is_whole(parts, &text.origin);
    let mut pieces = vec![Piece::default()];
    for part in parts {
        match part {
            Part::Text(text) => {
                for (index, piece) in text.split(delimiters.as_slice()).enumerate() {
                    if index > 0 {
                        pieces.push(Piece::default());
                    }
                    if let Some(last) = pieces.last_mut() {
                        last.parts.push(Part::Text(piece.into()));
                    }
                }
            }
            Part::Hole(hole) => {
                let alphabet = hole_bounds(hole).alphabet;
                if let Some(last) = pieces.last_mut() {
                    last.splits |= delimiters.iter().any(|delimiter| {
                        alphabet.admits(*delimiter) && !(is_id && *delimiter == '/')
                    });
                    last.parts.push(part.clone());
                }
            }
        }
    }
    Some(joined(pieces.into_iter().map(|piece| {
        if piece.splits {
            Items {
                minimum: 1,
                ..Items::unknown()
            }
        } else {
            Items::exactly(vec![functions::compose(piece.parts, &text.origin)])
        }
    })))
}

#[derive(Default)]
struct Piece {
    parts: Vec<Part>,
    /// It may split further.
    splits: bool,
}

/// Whether a value is empty, as the function `empty` has it: null, `''`, `[]` and `{}` are.
pub fn emptiness(value: &Value) -> Option<bool> {
    match &value.kind {
        Kind::Null => Some(true),
        Kind::String(text) => Some(text.is_empty()),
        Kind::Array(items) => Some(items.is_empty()),
        Kind::Object(object) => Some(Object::is_empty(object)),
        Kind::Bool(_) | Kind::Integer(_) | Kind::Decimal(_) => None,
        Kind::Mixed(_) => text_bounds(value).and_then(|bounds| match bounds.max {
            _ if bounds.min > 0 => Some(false),
            Some(0) => Some(true),
            _ => None,
        }),
        Kind::Symbolic(symbol) => symbol_emptiness(value, symbol),
    }
}

fn symbol_emptiness(value: &Value, symbol: &Symbol) -> Option<bool> {
    match &symbol.term {
        Term::Parameter(parameter) => {
            if parameter.empty.is_some() {
                return parameter.empty;
            }
            if let Some(domain) = &parameter.domain {
                return uniform(domain, parameter.nullable);
            }
        }
        Term::Access { .. } => {
            if let Some(known) = declared::of(symbol)
                && let Some(domain) = known.domain()
            {
                return uniform(domain, known.nullable);
            }
        }
        Term::Except { of, excluded } if excludes_empty(of, excluded) => return Some(false),
        Term::Except { of, .. } => return emptiness(of),
        _ => {}
    }
    if let Some((_, then, otherwise)) = as_choice(value)
        && is_shallow(symbol)
    {
        let (then, otherwise) = (emptiness(then)?, emptiness(otherwise)?);
        return (then == otherwise).then_some(then);
    }
    if may_be_null(value) && shape(value) != Shape::Any {
        return None;
    }
    if let Some(bounds) = text_bounds(value) {
        return match bounds.max {
            _ if bounds.min > 0 => Some(false),
            Some(0) => Some(true),
            _ => None,
        };
    }
    if items(value).minimum > 0 || members(value).has_any() {
        return Some(false);
    }
    let surely_none = (is_surely(value, Shape::Array) && {
        let items = items(value);
        !items.open && items.possible.is_empty() && items.known().next().is_none()
    }) || (is_surely(value, Shape::Object) && members(value).has_none());
    surely_none.then_some(true)
}

/// Looking into both branches doubles the work at every level.
fn is_shallow(symbol: &Symbol) -> bool {
    symbol.depth() <= 2 * PATIENCE
}

/// Whether all values of a domain are empty, or none is.
fn uniform(domain: &[Value], nullable: bool) -> Option<bool> {
    let mut all = domain.iter().map(emptiness);
    let first = if nullable { Some(true) } else { all.next()? }?;
    all.all(|next| next == Some(first)).then_some(first)
}

/// Whether it has been assumed that a value is not empty.
fn excludes_empty(of: &Value, excluded: &[Value]) -> bool {
    let excludes = |empty: &Value| {
        excluded
            .iter()
            .any(|value| same(value, empty) == Some(true))
    };
    let origin = &of.origin;
    // What is declared of a member is asked only where something has been assumed of it.
    let declared = of.as_symbol().and_then(|symbol| declared::of(symbol));
    let null = !may_be_null(of)
        || declared.is_some_and(|declared| !declared.nullable)
        || excludes(&Value::null(origin.clone()));
    let text = || excludes(&Value::string("", origin.clone()));
    let array = || excludes(&Value::array(Vec::new(), origin.clone()));
    let object = || excludes(&Value::object(Object::new(), origin.clone()));
    let shape = declared.map_or_else(|| shape(of), |declared| declared.shape);
    null && match shape {
        Shape::String => text(),
        Shape::Array => array(),
        Shape::Object => object(),
        Shape::Any => text() && array() && object(),
        Shape::Bool | Shape::Integer => false,
    }
}
