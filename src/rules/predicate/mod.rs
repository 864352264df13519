//! What a rule can ask of a value: typed tests with three answers.
//!
//! In: a value, which may be symbolic or known in part. Out: whether it passes; unknown with the values that it hangs
//! on. Absent and null values are the business of [`Predicate::of_absent`].
pub mod address;
mod given;
mod identity;
pub(super) mod list;
mod region;
mod secret;
mod table;
pub mod text;

pub use table::{PREDICATES, PredicateEntry, SELECTORS};

use ipnet::Ipv4Net;

use self::address::Range;
use self::text::Pattern;
use super::scope::Scope;
use crate::estate::compare::{Literal, decide, equals_any, equals_any_or, is_null};
use crate::estate::truth::{Reason, Truth};
use crate::estate::version::ApiVersion;
use crate::evaluate::jsonpath::{Path, Query};
use crate::evaluate::partial::{TextBounds, emptiness, is_surely, shape, text_bounds};
use crate::evaluate::symbol::Shape;
use crate::evaluate::token;
use crate::evaluate::value::{Kind, Value};
use crate::syntax::expression::Text;

/// One test. The variants are in the order of [`PREDICATES`], which says what they mean to the author of a rule.
#[derive(Debug, Clone)]
pub enum Predicate {
    /// `exists`
    Exists(bool),
    /// `empty`
    Empty(bool),
    /// `given`
    Given(bool),
    /// `type`
    Type(Shape),
    /// `equals`, `in`
    In(Vec<Literal>),
    /// `trimmed-in`
    TrimmedIn(Vec<Literal>),
    /// `includes-all`
    IncludesAll(Vec<Literal>),
    /// `matches`
    Matches(Pattern),
    /// `literal`
    Literal(bool),
    /// `plain-parameter`
    PlainParameter(bool),
    /// `less-than`, `more-than`, `at-least`, `at-most`
    Number(Comparison, Operand),
    /// `length`
    Length(Vec<(Comparison, i64)>),
    /// `before`
    Before(ApiVersion),
    /// `since`
    Since(ApiVersion),
    /// `ip`
    Ip(bool),
    /// `ip-prefix`
    IpPrefix(Vec<(Comparison, i64)>),
    /// `ip-share`
    IpShare(Vec<(Comparison, Number)>),
    /// `ip-inside`
    IpInside(Vec<Ipv4Net>),
    /// `ip-around`
    IpAround(Vec<Ipv4Net>),
    /// `ip-host-bits`
    IpHostBits(bool),
    /// `ip-covered-by`
    IpCoveredBy(Query),
    /// `resource-id`
    ResourceId(Text),
    /// `repeats`
    Repeats(Query),
    /// `among-judged`
    AmongJudged(Query),
    /// `region-of-judged`
    RegionOfJudged(Query),
}

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    LessThan,
    /// `>`
    MoreThan,
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
}

/// What a number is compared with.
#[derive(Debug, Clone)]
pub enum Operand {
    /// A number.
    Number(Number),
    /// The number at a path, plus so much.
    Path(Query, i64),
    /// A date that is not set; no number compares with it.
    Nothing,
}

/// A whole number or a fraction of whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// Above the line.
    pub numerator: i64,
    /// Below the line; at least 1.
    pub denominator: i64,
}

impl Number {
    /// This part of IPv4, in addresses.
    pub fn of_all_addresses(self) -> Self {
        let all = i64::try_from(address::ALL_ADDRESSES).unwrap_or(i64::MAX);
        Self {
            numerator: self.numerator.saturating_mul(all),
            denominator: self.denominator,
        }
    }
}

impl From<i64> for Number {
    fn from(numerator: i64) -> Self {
        Self {
            numerator,
            denominator: 1,
        }
    }
}

impl Comparison {
    /// Whether `number` compares so with a bound.
    pub fn holds(self, number: i64, bound: Number) -> bool {
        let number = i128::from(number) * i128::from(bound.denominator);
        let bound = i128::from(bound.numerator);
        match self {
            Self::LessThan => number < bound,
            Self::MoreThan => number > bound,
            Self::AtLeast => number >= bound,
            Self::AtMost => number <= bound,
        }
    }

    /// Whether every number from `least` to `most` compares so, or none does; `None` where some do. No `most` means
    /// that there is no limit.
    pub fn of_range(self, least: i64, most: Option<i64>, bound: Number) -> Option<bool> {
        let at_least = self.holds(least, bound);
        // Without a limit the largest number stands for those that are large enough.
        let at_most = self.holds(most.unwrap_or(i64::MAX), bound);
        (at_least == at_most).then_some(at_least)
    }
}

/// Where the value that is tested stands.
#[derive(Clone, Copy)]
pub(super) struct Tested<'a> {
    /// What paths start at.
    pub(super) scope: &'a Scope<'a>,
    /// The path of the value from the resource.
    pub(super) path: &'a Path,
}

impl Predicate {
    /// The answer for a value that is absent or null: as if it were empty and nothing else.
    pub fn of_absent(&self) -> bool {
        match self {
            Self::Exists(wanted)
            | Self::Given(wanted)
            | Self::Ip(wanted)
            | Self::IpHostBits(wanted) => !wanted,
            Self::Empty(wanted) => *wanted,
            Self::Literal(wanted) | Self::PlainParameter(wanted) => !wanted,
            _ => false,
        }
    }

    /// The answer for a value that is known and stands nowhere: a default, or a datum of the rule.
    pub fn of_constant(&self, value: &Value) -> bool {
        if value.is_null() {
            self.of_absent()
        } else {
            self.of_known(value, None).is_true()
        }
    }

    /// The answer for a value. `absent` is the answer that counts where the value is null.
    pub(super) fn test(&self, value: &Value, absent: &Truth, at: Tested<'_>) -> Truth {
        let unfilled = token::unfilled(value);
        let value = match (&unfilled, self) {
            (Some(unfilled), Self::Literal(_)) => return Truth::hangs_on(unfilled),
            // Where a value comes from does not hang on what it is.
            (_, Self::PlainParameter(_)) | (None, _) => value,
            (Some(unfilled), _) => unfilled,
        };
        let truth = match self {
            Self::Exists(wanted) => turned(is_null(value).negate(), *wanted),
            Self::Empty(wanted) => turned(is_empty(value), *wanted),
            Self::Given(wanted) => turned(given::is_given(value), *wanted),
            Self::Type(wanted) => has_type(value, *wanted),
            Self::Literal(wanted) => turned(secret::is_literal(value, Some(at)), *wanted),
            Self::PlainParameter(wanted) => turned(secret::is_plain(value), *wanted),
            Self::In(literals) => equals_any_or(value, literals, absent),
            // An undecided value equals itself.
            Self::AmongJudged(query) if !value.is_null() => list::among_judged(value, query, at),
            Self::RegionOfJudged(query) if !value.is_null() => {
                region::is_of_judged(value, query, at)
            }
            _ => match self.beside_others(value, at) {
                Some(truth) => truth,
                None => decide(value, &|known| {
                    if known.is_null() {
                        absent.clone()
                    } else {
                        self.of_known(known, Some(at))
                    }
                }),
            },
        };
        // What may be null has the answer only if the absent value has it too.
        if !truth.is_unknown() && truth != *absent && is_null(value).is_unknown() {
            return Truth::hangs_on(value);
        }
        truth
    }

    /// The answer for an undecided value that follows from the others of its list alone: one without others repeats none
    /// and is covered by none, whatever it is, and it repeats itself.
    fn beside_others(&self, value: &Value, at: Tested<'_>) -> Option<Truth> {
        let truth = match self {
            // A text with holes is compared with the others like a known one, which is done but once.
            Self::Repeats(query) if value.as_symbol().is_some() => list::repeats(value, query, at),
            Self::IpCoveredBy(query) if !value.is_known() => {
                list::covered_by_another(value, query, at)
            }
            _ => return None,
        };
        (!truth.is_unknown()).then_some(truth)
    }

    /// The answer for a value that is neither null nor symbolic. What asks for its surroundings fails without.
    fn of_known(&self, value: &Value, at: Option<Tested<'_>>) -> Truth {
        match self {
            Self::Exists(wanted) => Truth::from(*wanted),
            Self::Empty(wanted) => turned(is_empty(value), *wanted),
            Self::Given(wanted) => turned(given::is_given(value), *wanted),
            Self::Type(wanted) => has_type(value, *wanted),
            Self::In(literals) => equals_any(value, literals),
            Self::TrimmedIn(literals) => trimmed_in(value, literals),
            Self::IncludesAll(literals) => list::includes_all(value, literals),
            Self::Matches(pattern) => pattern.matches(value),
            Self::Length(bounds) => length_within(value, bounds),
            Self::Before(version) => of_version(value, |own| own < *version),
            Self::Since(version) => of_version(value, |own| own >= *version),
            Self::Ip(wanted) => turned(is_address(value), *wanted),
            Self::IpPrefix(bounds) => prefix_within(value, bounds),
            Self::IpShare(bounds) => of_range(value, |range| {
                share_within(address::union_size(&[range.network()]), bounds)
            }),
            Self::IpInside(of) => of_range(value, |range| address::is_inside(range.network(), of)),
            Self::IpAround(of) => of_range(value, |range| address::is_around(range.network(), of)),
            Self::IpHostBits(wanted) => turned(of_range(value, Range::has_host_bits), *wanted),
            Self::ResourceId(kind) => identity::is_resource_id(value, kind),
            Self::Literal(wanted) => turned(secret::is_literal(value, at), *wanted),
            Self::PlainParameter(wanted) => turned(secret::is_plain(value), *wanted),
            Self::Number(comparison, operand) => compare(value, *comparison, operand, at),
            Self::IpCoveredBy(query) => {
                at.map_or(Truth::False, |at| list::covered_by(value, query, at))
            }
            Self::Repeats(query) => at.map_or(Truth::False, |at| list::repeats(value, query, at)),
            Self::AmongJudged(query) => {
                at.map_or(Truth::False, |at| list::among_judged(value, query, at))
            }
            Self::RegionOfJudged(query) => {
                at.map_or(Truth::False, |at| region::is_of_judged(value, query, at))
            }
        }
    }
}

fn turned(truth: Truth, wanted: bool) -> Truth {
    if wanted { truth } else { truth.negate() }
}

fn is_empty(value: &Value) -> Truth {
    match emptiness(value) {
        Some(empty) => empty.into(),
        None if value.is_known() => Truth::False,
        None => Truth::hangs_on(value),
    }
}

fn has_type(value: &Value, wanted: Shape) -> Truth {
    if is_surely(value, wanted) {
        return Truth::True;
    }
    match shape(value) {
        Shape::Any if !value.is_known() => Truth::hangs_on(value),
        found if found == wanted && !value.is_null() => Truth::hangs_on(value),
        _ => Truth::False,
    }
}

fn trimmed_in(value: &Value, literals: &[Literal]) -> Truth {
    match &value.kind {
        Kind::String(text) => {
            let trimmed = Value::string(text.trim(), value.origin.clone());
            equals_any(&trimmed, literals)
        }
        Kind::Mixed(_) => Truth::hangs_on(value),
        _ => equals_any(value, literals),
    }
}

fn compare(
    value: &Value,
    comparison: Comparison,
    operand: &Operand,
    at: Option<Tested<'_>>,
) -> Truth {
    let bound = match (operand, at) {
        (Operand::Number(number), _) => *number,
        (Operand::Nothing, _) | (Operand::Path(..), None) => return Truth::False,
        (Operand::Path(query, plus), Some(at)) => match at.scope.one(query) {
            Ok(Some(node)) => match whole_number(&node.value) {
                Some(number) => number.saturating_add(*plus).into(),
                None if node.value.is_known() => return Truth::False,
                None => return Truth::hangs_on(&node.value),
            },
            Ok(None) => return Truth::False,
            Err(reasons) => return Truth::Unknown(reasons),
        },
    };
    match whole_number(value) {
        Some(number) => comparison.holds(number, bound).into(),
        None if matches!(value.kind, Kind::Mixed(_)) => Truth::hangs_on(value),
        None => Truth::False,
    }
}

/// A number, or the number that a string spells; one with a fraction is cut.
fn whole_number(value: &Value) -> Option<i64> {
    match &value.kind {
        Kind::Integer(number) => Some(*number),
        Kind::Decimal(text) | Kind::String(text) => text
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map(|number| number as i64),
        _ => None,
    }
}

fn length_within(value: &Value, bounds: &[(Comparison, i64)]) -> Truth {
    let Some(TextBounds { min, max, .. }) = text_bounds(value) else {
        return Truth::False;
    };
    let signed = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    Truth::all(bounds.iter().map(|(comparison, bound)| {
        match comparison.of_range(signed(min), max.map(signed), (*bound).into()) {
            Some(holds) => holds.into(),
            None => Truth::hangs_on(value),
        }
    }))
}

fn of_version(value: &Value, test: impl FnOnce(ApiVersion) -> bool) -> Truth {
    match &value.kind {
        Kind::String(text) => ApiVersion::parse(text).is_some_and(test).into(),
        Kind::Mixed(_) => Truth::hangs_on(value),
        _ => Truth::False,
    }
}

fn is_address(value: &Value) -> Truth {
    match &value.kind {
        Kind::String(text) => Range::parse(text).is_ok().into(),
        Kind::Mixed(parts) if address::problem_of_parts(parts).is_none() => Truth::hangs_on(value),
        _ => Truth::False,
    }
}

/// What a test says of an address or range; what is none fails every test.
fn of_range(value: &Value, test: impl FnOnce(Range) -> bool) -> Truth {
    match &value.kind {
        Kind::String(text) => Range::parse(text).is_ok_and(test).into(),
        Kind::Mixed(parts) if address::problem_of_parts(parts).is_none() => Truth::hangs_on(value),
        _ => Truth::False,
    }
}

/// Whether so many addresses are such a part of IPv4.
fn share_within(size: u64, bounds: &[(Comparison, Number)]) -> bool {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    bounds
        .iter()
        .all(|(comparison, bound)| comparison.holds(size, bound.of_all_addresses()))
}

/// Compares the prefix as written; a single address has none.
fn prefix_within(value: &Value, bounds: &[(Comparison, i64)]) -> Truth {
    let Some(prefix) = address::written_prefix(value) else {
        return of_range(value, |_| false);
    };
    if is_address(value).is_false() {
        return Truth::False;
    }
    let holds =
        |(comparison, bound): &(Comparison, i64)| comparison.holds(prefix.into(), (*bound).into());
    bounds.iter().all(holds).into()
}

/// The reasons why a selection leaves something undecided.
pub(super) fn reasons_of(values: &[Value]) -> Vec<Reason> {
    let truths = values.iter().map(Truth::hangs_on);
    Truth::all(truths).reasons().to_vec()
}
