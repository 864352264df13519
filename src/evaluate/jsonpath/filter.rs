//! Filters and their operands, three-valued.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::compare::{Type, relate, type_of};
use super::evaluate::{At, DEPTH_LIMIT, Evaluation, Sink, Trail, item};
use super::functions;
use super::layer::{Layer, Partial, layer};
use super::pattern::Pattern;
use super::plan::{Expected, Filter, Operand, Relation, Selector, Subquery, singular};
use super::truth::Truth;
use super::{Case, number};
use crate::evaluate::value::{Kind, Member, Value};

/// What an operand is, on the node at hand.
pub(super) enum Comparand<'v> {
    /// No value: a query that selects nothing.
    Nothing,
    /// A literal of the query.
    Literal(&'v Kind),
    /// The value of a node.
    Node {
        value: Cow<'v, Value>,
        /// Whether it is surely there; else it is this value or nothing.
        sure: bool,
    },
    /// A number of things that is not known exactly, or is.
    Between { least: usize, most: Option<usize> },
    /// Undecided.
    Unknown,
}

impl Comparand<'_> {
    /// A known number of things.
    pub(super) fn count(exact: usize) -> Self {
        Self::Between {
            least: exact,
            most: Some(exact),
        }
    }

    /// A number of things between two bounds.
    pub(super) fn between((least, most): (usize, Option<usize>)) -> Self {
        Self::Between { least, most }
    }

    fn kind(&self) -> Option<&Kind> {
        match self {
            Self::Literal(kind) => Some(kind),
            Self::Node { value, .. } => Some(&value.kind),
            Self::Nothing | Self::Between { .. } | Self::Unknown => None,
        }
    }

    /// The least and the greatest number that it can be, where it is a number. No greatest: there is no bound.
    fn bounds(&self) -> Option<(Kind, Option<Kind>)> {
        let whole = |count: usize| Kind::Integer(i64::try_from(count).unwrap_or(i64::MAX));
        match self {
            Self::Between { least, most } => Some((whole(*least), most.map(whole))),
            _ => self
                .kind()
                .filter(|kind| matches!(kind, Kind::Integer(_) | Kind::Decimal(_)))
                .map(|kind| (kind.clone(), Some(kind.clone()))),
        }
    }
}

/// How many nodes a query selects.
#[derive(Default)]
struct Tally {
    sure: usize,
    possible: usize,
    /// The first sure node, or else the first possible one.
    first: Option<Value>,
    hiding: Vec<Value>,
    /// Whether some of the sure ones may be one and the same.
    merged: bool,
    /// Whether one sure node is enough to know.
    one_will_do: bool,
}

impl Sink for Tally {
    fn node(&mut self, at: At<'_>) {
        if self.first.is_none() || at.sure && self.sure == 0 {
            self.first = Some(at.value.clone());
        }
        if at.sure {
            self.sure += 1;
        } else {
            self.possible += 1;
        }
    }

    fn hides(&mut self, value: &Value) {
        self.hiding.push(value.clone());
    }

    fn is_full(&self) -> bool {
        self.one_will_do && self.sure > 0
    }

    fn merges(&mut self) {
        self.merged = true;
    }
}

impl Tally {
    /// How many nodes there are at least.
    fn least(&self) -> usize {
        if self.merged {
            self.sure.min(1)
        } else {
            self.sure
        }
    }
}

/// One step of a singular query.
enum Child<'v> {
    Found { value: Cow<'v, Value>, sure: bool },
    Absent,
    Hidden,
}

impl Evaluation<'_> {
    /// Whether a filter holds of a node. It recurses with the filter, which the parser keeps less than 128 brackets
    /// deep.
    pub(super) fn holds(&self, filter: &Filter, current: &Value) -> Truth {
        match filter {
            Filter::All(parts) => Truth::all(parts.iter().map(|part| self.holds(part, current))),
            Filter::Any(parts) => Truth::any(parts.iter().map(|part| self.holds(part, current))),
            Filter::Not(inner) => !self.holds(inner, current),
            Filter::Exists(query) => self.exists(query, current),
            Filter::Compare {
                left,
                relation,
                right,
            } => {
                let left = self.comparand(left, current);
                let right = self.comparand(right, current);
                let truth = compare(&left, *relation, &right, self.case);
                self.explain(truth, [&left, &right])
            }
            Filter::Matches { subject, pattern } => self.matches(subject, pattern, current),
        }
    }

    fn exists(&self, query: &Subquery, current: &Value) -> Truth {
        if query.segments.iter().all(|step| singular(step).is_some()) {
            let node = self.resolve(query, current);
            let truth = match node {
                Comparand::Nothing => Truth::False,
                Comparand::Node { sure: true, .. } => Truth::True,
                _ => Truth::Unknown,
            };
            return self.explain(truth, [&node]);
        }
        let tally = self.tally(query, current, true);
        if tally.sure > 0 {
            Truth::True
        } else if tally.possible > 0 || !tally.hiding.is_empty() {
            Truth::Unknown
        } else {
            Truth::False
        }
    }

    fn matches(&self, subject: &Operand, pattern: &Expected, current: &Value) -> Truth {
        let subject = self.comparand(subject, current);
        let truth = match pattern {
            Expected::Fixed(pattern) => matches(&subject, pattern),
            Expected::Computed { operand, whole } => {
                let operand = self.comparand(operand, current);
                let truth = match text(&operand) {
                    Text::Known(text) => match self.pattern(text, *whole) {
                        Some(pattern) => matches(&subject, &pattern),
                        None => Truth::False,
                    },
                    Text::None => Truth::False,
                    Text::Unknown => Truth::Unknown,
                };
                self.explain(truth, [&operand])
            }
        };
        self.explain(truth, [&subject])
    }

    fn comparand<'v>(&'v self, operand: &'v Operand, current: &'v Value) -> Comparand<'v> {
        match operand {
            Operand::Literal(kind) => Comparand::Literal(kind),
            Operand::Query(query) => self.resolve(query, current),
            Operand::Length(inner) => self.length(inner, current),
            Operand::Count(query) => {
                let tally = self.tally(query, current, false);
                Comparand::Between {
                    least: tally.least(),
                    most: tally
                        .hiding
                        .is_empty()
                        .then_some(tally.sure + tally.possible),
                }
            }
            Operand::Value(query) => self.value(query, current),
        }
    }

    fn length(&self, operand: &Operand, current: &Value) -> Comparand<'static> {
        let operand = self.comparand(operand, current);
        let length = match &operand {
            Comparand::Literal(Kind::String(text)) => Comparand::count(text.chars().count()),
            Comparand::Node { value, sure: true } => functions::length(value),
            Comparand::Node { value, sure: false } => match functions::length(value) {
                Comparand::Nothing => Comparand::Nothing,
                _ => Comparand::Unknown,
            },
            Comparand::Unknown => Comparand::Unknown,
            Comparand::Nothing | Comparand::Literal(_) | Comparand::Between { .. } => {
                Comparand::Nothing
            }
        };
        match length {
            Comparand::Between { least, most } if most == Some(least) => {}
            Comparand::Nothing => {}
            _ => {
                self.explain(Truth::Unknown, [&operand]);
            }
        }
        length
    }

    /// `value` (RFC 9535 §2.4.8): the value of the one node that is selected, if it is one.
    fn value(&self, query: &Subquery, current: &Value) -> Comparand<'static> {
        let tally = self.tally(query, current, false);
        let others = tally.possible > 0 || !tally.hiding.is_empty();
        match (tally.sure, tally.first) {
            (0, None) if !others => Comparand::Nothing,
            (0, Some(value)) if tally.possible == 1 && tally.hiding.is_empty() => Comparand::Node {
                value: Cow::Owned(value),
                sure: false,
            },
            (1, Some(value)) => Comparand::Node {
                value: Cow::Owned(value),
                sure: !others,
            },
            (0, _) => Comparand::Unknown,
            _ if tally.merged => Comparand::Unknown,
            _ => Comparand::Nothing,
        }
    }

    fn tally(&self, query: &Subquery, current: &Value, one_will_do: bool) -> Tally {
        let mut tally = Tally {
            one_will_do,
            ..Tally::default()
        };
        let trail = Trail::start();
        let at = At::start(self.start(query, current), &trail);
        self.run(at, &query.segments, &mut tally);
        let mut undecided = self.undecided.borrow_mut();
        undecided.extend(tally.hiding.iter().cloned());
        tally
    }

    fn start<'v>(&'v self, query: &Subquery, current: &'v Value) -> &'v Value {
        if query.from_root { self.root } else { current }
    }

    /// The node of a singular query.
    fn resolve<'v>(&'v self, query: &Subquery, current: &'v Value) -> Comparand<'v> {
        let mut value = Cow::Borrowed(self.start(query, current));
        let mut sure = true;
        for selector in query.segments.iter().filter_map(singular) {
            let child = match &value {
                Cow::Borrowed(value) => self.child(value, selector),
                Cow::Owned(value) => self.child(value, selector).into_owned(),
            };
            match child {
                Child::Found {
                    value: found,
                    sure: there,
                } => {
                    value = found;
                    sure &= there;
                }
                Child::Absent => return Comparand::Nothing,
                Child::Hidden => {
                    self.undecided.borrow_mut().push(value.into_owned());
                    return Comparand::Unknown;
                }
            }
        }
        Comparand::Node { value, sure }
    }

    fn child<'v>(&self, value: &'v Value, selector: &Selector) -> Child<'v> {
        match (layer(value), selector) {
            (Layer::Object(members), Selector::Name(name)) => match self.member(members, name) {
                Some(member) => Child::Found {
                    value: Cow::Borrowed(&member.value),
                    sure: true,
                },
                None => Child::Absent,
            },
            (Layer::Array(items), Selector::Index(index)) => match item(items, *index) {
                Some((_, item)) => Child::Found {
                    value: Cow::Borrowed(item),
                    sure: true,
                },
                None => Child::Absent,
            },
            (Layer::Partial(partial), selector) => self.unknown_child(&partial, selector),
            _ => Child::Absent,
        }
    }

    fn unknown_child(&self, partial: &Partial, selector: &Selector) -> Child<'static> {
        let found = |value: &Value, sure: bool| Child::Found {
            value: Cow::Owned(value.clone()),
            sure,
        };
        match selector {
            Selector::Name(name) => {
                if let Some(member) = self.member(&partial.members, name) {
                    return found(&member.value, true);
                }
                let named = |member: &&Member| self.case.equal(&member.key, name);
                let mut possible = partial.possible_members.iter().filter(named);
                match (possible.next(), possible.next()) {
                    (Some(member), None) if !partial.open_members => found(&member.value, false),
                    (None, _) => hidden_if(partial.open_members),
                    _ => Child::Hidden,
                }
            }
            Selector::Index(index) if partial.has_exact_items() => {
                item(&partial.start, *index).map_or(Child::Absent, |(_, item)| found(item, true))
            }
            Selector::Index(index) => partial
                .item(*index)
                .map_or(Child::Hidden, |(_, item)| found(item, true)),
            _ => Child::Absent,
        }
    }

    /// Notes the operands that left something undecided.
    fn explain<const N: usize>(&self, truth: Truth, operands: [&Comparand<'_>; N]) -> Truth {
        if truth == Truth::Unknown {
            let mut undecided = self.undecided.borrow_mut();
            for operand in operands {
                match operand {
                    Comparand::Node { value, sure: true } => unknowns(value, 0, &mut undecided),
                    Comparand::Node { value, sure: false } => {
                        undecided.push(value.clone().into_owned());
                    }
                    _ => {}
                }
            }
        }
        truth
    }
}

/// The unknown values in a value.
fn unknowns(value: &Value, depth: u32, found: &mut Vec<Value>) {
    match &value.kind {
        Kind::Symbolic(_) | Kind::Mixed(_) => found.push(value.clone()),
        Kind::Array(items) if depth < DEPTH_LIMIT => {
            for item in items.iter() {
                unknowns(item, depth + 1, found);
            }
        }
        Kind::Object(object) if depth < DEPTH_LIMIT => {
            for member in object.iter() {
                unknowns(&member.value, depth + 1, found);
            }
        }
        _ => {}
    }
}

fn hidden_if(open: bool) -> Child<'static> {
    if open { Child::Hidden } else { Child::Absent }
}

impl Child<'_> {
    fn into_owned(self) -> Child<'static> {
        match self {
            Self::Found { value, sure } => Child::Found {
                value: Cow::Owned(value.into_owned()),
                sure,
            },
            Self::Absent => Child::Absent,
            Self::Hidden => Child::Hidden,
        }
    }
}

/// The text of an operand.
enum Text<'v> {
    Known(&'v str),
    /// It is no string.
    None,
    Unknown,
}

fn text<'v>(operand: &'v Comparand<'_>) -> Text<'v> {
    match operand {
        Comparand::Unknown | Comparand::Node { sure: false, .. } => Text::Unknown,
        _ => match operand.kind() {
            Some(Kind::String(text)) => Text::Known(text),
            Some(kind) if matches!(type_of(kind), Some(Type::String) | None) => Text::Unknown,
            _ => Text::None,
        },
    }
}

fn matches(subject: &Comparand<'_>, pattern: &Pattern) -> Truth {
    match subject {
        Comparand::Unknown => Truth::Unknown,
        Comparand::Literal(kind) => functions::matches(kind, pattern),
        Comparand::Node { value, sure: true } => functions::matches(&value.kind, pattern),
        Comparand::Node { value, sure: false } => {
            functions::matches(&value.kind, pattern).agree(Truth::False)
        }
        Comparand::Nothing | Comparand::Between { .. } => Truth::False,
    }
}

/// Whether a relation holds between two operands (RFC 9535 §2.3.5.2.2).
fn compare(left: &Comparand<'_>, relation: Relation, right: &Comparand<'_>, case: Case) -> Truth {
    let there = |value| Comparand::Node {
        value: Cow::Borrowed(value),
        sure: true,
    };
    match (left, right) {
        (Comparand::Node { value, sure: false }, _) => compare(
            &there(value),
            relation,
            right,
            case,
        )
        .agree(compare(&Comparand::Nothing, relation, right, case)),
        (_, Comparand::Node { value, sure: false }) => compare(left, relation, &there(value), case)
            .agree(compare(left, relation, &Comparand::Nothing, case)),
        (Comparand::Unknown, _) | (_, Comparand::Unknown) => Truth::Unknown,
        (Comparand::Nothing, Comparand::Nothing) => (relation != Relation::Less).into(),
        (Comparand::Nothing, _) | (_, Comparand::Nothing) => Truth::False,
        _ => match (left.kind(), right.kind()) {
            (Some(left), Some(right)) => relate(left, relation, right, case),
            _ => compare_counts(left, relation, right),
        },
    }
}

/// The same, where one side at least is a number of things.
fn compare_counts(left: &Comparand<'_>, relation: Relation, right: &Comparand<'_>) -> Truth {
    let (Some((left_least, left_most)), Some((right_least, right_most))) =
        (left.bounds(), right.bounds())
    else {
        let other = left.kind().or(right.kind()).and_then(type_of);
        return match other {
            Some(Type::Number) | None => Truth::Unknown,
            Some(_) => Truth::False,
        };
    };
    let order = |a: &Kind, b: &Option<Kind>| match b {
        Some(b) => number::compare(a, b),
        None => Some(Ordering::Less),
    };
    // How the greatest of one compares with the least of the other.
    let left_reach = order(&right_least, &left_most).map(Ordering::reverse);
    let right_reach = order(&left_least, &right_most).map(Ordering::reverse);
    let (Some(left_reach), Some(right_reach)) = (left_reach, right_reach) else {
        return Truth::Unknown;
    };
    match relation {
        Relation::Less if left_reach == Ordering::Less => Truth::True,
        Relation::Less if right_reach != Ordering::Greater => Truth::False,
        Relation::LessOrEqual if left_reach != Ordering::Greater => Truth::True,
        Relation::LessOrEqual if right_reach == Ordering::Less => Truth::False,
        Relation::Equal if left_reach == Ordering::Less || right_reach == Ordering::Less => {
            Truth::False
        }
        Relation::Equal if left_reach == Ordering::Equal && right_reach == Ordering::Equal => {
            Truth::True
        }
        _ => Truth::Unknown,
    }
}
