//! Reading the tests of conditions and their arguments.

use ipnet::Ipv4Net;

use super::section::{
    Faults, Item, Section, bool, integer, list, query, singular_query, text, word, wrong_type,
};
use super::tree::Kind;
use crate::estate::compare::Literal;
use crate::estate::version::ApiVersion;
use crate::evaluate::symbol::Shape;
use crate::rules::data::{Data, Datum, fraction};
use crate::rules::error::Fault;
use crate::rules::nearest::probable;
use crate::rules::predicate::address::{SETS, ranges_named};
use crate::rules::predicate::text::Pattern;
use crate::rules::predicate::{Comparison, Number, Operand, PREDICATES, Predicate};

const SECONDS_OF_DAY: i64 = 86_400;

const COMPARISONS: &[(&str, Comparison)] = &[
    ("less-than", Comparison::LessThan),
    ("more-than", Comparison::MoreThan),
    ("at-least", Comparison::AtLeast),
    ("at-most", Comparison::AtMost),
];

/// Reads tests with the data of their rule.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'d> {
    pub(super) data: &'d Data,
}

/// An argument of a test: written in place, or a datum of the rule.
enum Argument<'a> {
    Item(Item<'a>),
    Datum(&'a Datum),
}

impl<'d> Arguments<'d> {
    /// The tests of a section, of which there has to be one.
    pub(super) fn predicates(
        &self,
        section: &mut Section<'_>,
        faults: &mut Faults<'_>,
    ) -> Option<Vec<Predicate>> {
        let mut read = Vec::new();
        for key in section.unread() {
            if let Some(entry) = PREDICATES.iter().find(|entry| entry.name == key)
                && let Some(item) = section.get(entry.name)
            {
                read.push(self.predicate(entry.name, item, faults));
            }
        }
        if read.is_empty() {
            // A key that is no test is reported when the condition has been read.
            if section.unread().is_empty() {
                let fault = Fault::Condition("nothing is asked of what is selected".to_owned());
                let help = "write a test, such as `equals = …`".to_owned();
                faults.add(fault, section.span(), Some(help));
            }
            return None;
        }
        read.into_iter().collect()
    }

    fn predicate(&self, name: &str, item: Item<'_>, faults: &mut Faults<'_>) -> Option<Predicate> {
        if let Some((_, comparison)) = COMPARISONS.iter().find(|(word, _)| *word == name) {
            return Some(Predicate::Number(*comparison, self.operand(item, faults)?));
        }
        Some(match name {
            "exists" => Predicate::Exists(self.flag(item, faults)?),
            "empty" => Predicate::Empty(self.flag(item, faults)?),
            "given" => Predicate::Given(self.flag(item, faults)?),
            "type" => Predicate::Type(word(item, "a type", SHAPES, faults)?),
            "equals" => Predicate::In(vec![self.literal(item, faults)?]),
            "in" => Predicate::In(self.literals(item, faults)?),
            "trimmed-in" => Predicate::TrimmedIn(self.literals(item, faults)?),
            "includes-all" => Predicate::IncludesAll(self.literals(item, faults)?),
            "matches" => Predicate::Matches(pattern(item, faults)?),
            "literal" => Predicate::Literal(self.flag(item, faults)?),
            "plain-parameter" => Predicate::PlainParameter(self.flag(item, faults)?),
            "length" => Predicate::Length(self.integer_bounds(item, faults)?),
            "before" => Predicate::Before(version(item, faults)?),
            "since" => Predicate::Since(version(item, faults)?),
            "ip" => Predicate::Ip(self.flag(item, faults)?),
            "ip-prefix" => Predicate::IpPrefix(self.integer_bounds(item, faults)?),
            "ip-share" => {
                let mut section = Section::of(item, faults)?;
                let bounds = self.number_bounds(&mut section, faults)?;
                section.finish(faults);
                Predicate::IpShare(bounds)
            }
            "ip-inside" => Predicate::IpInside(self.ranges(item, faults)?),
            "ip-around" => Predicate::IpAround(self.ranges(item, faults)?),
            "ip-host-bits" => Predicate::IpHostBits(self.flag(item, faults)?),
            "ip-covered-by" => Predicate::IpCoveredBy(query(item, faults)?),
            "resource-id" => Predicate::ResourceId(text(item, faults)?.into()),
            "repeats" => Predicate::Repeats(query(item, faults)?),
            "among-judged" => Predicate::AmongJudged(query(item, faults)?),
            "region-of-judged" => Predicate::RegionOfJudged(singular_query(item, faults)?),
            _ => return None,
        })
    }

    pub(super) fn datum(&self, item: Item<'_>, faults: &mut Faults<'_>) -> Option<&'d Datum> {
        let name = text(item, faults)?;
        let entry = self.data.get(&name);
        if entry.is_none() {
            let help = probable(&name, self.data.keys().map(String::as_str))
                .map(|known| format!("did you mean `{known}`?"));
            faults.add(Fault::UnknownData(name), item.span(), help);
        }
        entry.map(|entry| &entry.value)
    }

    /// What stands for the argument: itself, or the datum that `{ data = "name" }` names.
    fn argument<'a>(&'a self, item: Item<'a>, faults: &mut Faults<'_>) -> Option<Argument<'a>> {
        match &item.kind {
            Kind::Table(table)
                if table.len() == 1 && table.iter().all(|entry| entry.key == "data") =>
            {
                Some(Argument::Datum(self.datum(&table.first()?.value, faults)?))
            }
            _ => Some(Argument::Item(item)),
        }
    }

    fn flag(&self, item: Item<'_>, faults: &mut Faults<'_>) -> Option<bool> {
        match self.argument(item, faults)? {
            Argument::Item(item) => bool(item, faults),
            Argument::Datum(Datum::Bool(value)) => Some(*value),
            Argument::Datum(_) => {
                wrong_type("a datum that is true or false", item, faults);
                None
            }
        }
    }

    pub(super) fn literal(&self, item: Item<'_>, faults: &mut Faults<'_>) -> Option<Literal> {
        match self.argument(item, faults)? {
            Argument::Datum(Datum::Bool(value)) => Some(Literal::Bool(*value)),
            Argument::Datum(Datum::Integer(value)) => Some(Literal::Integer(*value)),
            Argument::Datum(Datum::Text(value)) => Some(Literal::text(value)),
            Argument::Item(item) => match &item.kind {
                Kind::Text(text) => Some(Literal::text(text)),
                Kind::Bool(value) => Some(Literal::Bool(*value)),
                Kind::Integer(value) => Some(Literal::Integer(*value)),
                _ => {
                    wrong_type("a text, a whole number, true or false", item, faults);
                    None
                }
            },
            Argument::Datum(_) => {
                wrong_type("a datum of one value", item, faults);
                None
            }
        }
    }

    fn literals(&self, item: Item<'_>, faults: &mut Faults<'_>) -> Option<Vec<Literal>> {
        match self.argument(item, faults)? {
            Argument::Datum(Datum::Texts(texts)) => {
                Some(texts.iter().map(|text| Literal::text(text)).collect())
            }
            _ => {
                let read = list(item)
                    .into_iter()
                    .map(|item| self.literal(item, faults));
                let read: Vec<_> = read.collect();
                read.into_iter().collect()
            }
        }
    }

    pub(super) fn ranges(&self, item: Item<'_>, faults: &mut Faults<'_>) -> Option<Vec<Ipv4Net>> {
        if let Argument::Datum(datum) = self.argument(item, faults)? {
            let Datum::Ranges(_, ranges) = datum else {
                wrong_type("a datum of addresses and ranges", item, faults);
                return None;
            };
            return Some(ranges.clone());
        }
        let mut ranges = Vec::new();
        for item in list(item) {
            let word = text(item, faults)?;
            let Some(read) = ranges_named(&word) else {
                let names: Vec<&str> = SETS.iter().map(|(name, ..)| *name).collect();
                let help = format!("the sets of ranges are: {}", names.join(", "));
                let expected = "an IPv4 range or a set of ranges".to_owned();
                faults.add(Fault::Word { word, expected }, item.span(), Some(help));
                return None;
            };
            ranges.extend(read);
        }
        Some(ranges)
    }

    fn operand(&self, item: Item<'_>, faults: &mut Faults<'_>) -> Option<Operand> {
        let Kind::Table(_) = &item.kind else {
            return number(item, faults).map(Operand::Number);
        };
        let mut section = Section::of(item, faults)?;
        let plus = match (section.get("plus"), section.get("plus-days")) {
            (Some(item), _) => self.whole_number(item, faults)?,
            (None, Some(item)) => self
                .whole_number(item, faults)?
                .saturating_mul(SECONDS_OF_DAY),
            (None, None) => 0,
        };
        let operand = match (section.get("path"), section.get("data")) {
            (Some(item), _) => Some(Operand::Path(singular_query(item, faults)?, plus)),
            (None, Some(item)) => match self.datum(item, faults)? {
                Datum::Integer(value) => Some(Operand::Number(value.saturating_add(plus).into())),
                Datum::Fraction(number) => Some(Operand::Number(*number)),
                Datum::Text(date) => Some(match seconds(date) {
                    Some(seconds) => Operand::Number(seconds.saturating_add(plus).into()),
                    None => Operand::Nothing,
                }),
                _ => {
                    wrong_type("a datum that is a number or a date", item, faults);
                    None
                }
            },
            (None, None) => {
                wrong_type("a number, or a table with `path` or `data`", item, faults);
                None
            }
        };
        section.finish(faults);
        operand
    }

    fn whole_number(&self, item: Item<'_>, faults: &mut Faults<'_>) -> Option<i64> {
        match self.argument(item, faults)? {
            Argument::Item(item) => integer(item, faults),
            Argument::Datum(Datum::Integer(value)) => Some(*value),
            Argument::Datum(_) => {
                wrong_type("a datum that is a whole number", item, faults);
                None
            }
        }
    }

    fn integer_bounds(
        &self,
        item: Item<'_>,
        faults: &mut Faults<'_>,
    ) -> Option<Vec<(Comparison, i64)>> {
        let mut section = Section::of(item, faults)?;
        let mut bounds = Vec::new();
        for (name, comparison) in COMPARISONS {
            if let Some(item) = section.get(name) {
                bounds.push((*comparison, self.whole_number(item, faults)?));
            }
        }
        need_bounds(bounds.is_empty(), &section, faults)?;
        section.finish(faults);
        Some(bounds)
    }

    pub(super) fn number_bounds(
        &self,
        section: &mut Section<'_>,
        faults: &mut Faults<'_>,
    ) -> Option<Vec<(Comparison, Number)>> {
        let mut bounds = Vec::new();
        for (name, comparison) in COMPARISONS {
            let Some(item) = section.get(name) else {
                continue;
            };
            match self.operand(item, faults)? {
                Operand::Number(number) => bounds.push((*comparison, number)),
                Operand::Path(..) | Operand::Nothing => {
                    wrong_type("a number that the rule knows", item, faults);
                    return None;
                }
            }
        }
        need_bounds(bounds.is_empty(), section, faults)?;
        Some(bounds)
    }
}

fn need_bounds(missing: bool, section: &Section<'_>, faults: &mut Faults<'_>) -> Option<()> {
    if missing {
        let help = "write `less-than`, `more-than`, `at-least` or `at-most`".to_owned();
        let fault = Fault::Condition("no number is compared".to_owned());
        faults.add(fault, section.span(), Some(help));
        return None;
    }
    Some(())
}

const SHAPES: &[(&str, Shape)] = &[
    ("string", Shape::String),
    ("integer", Shape::Integer),
    ("bool", Shape::Bool),
    ("array", Shape::Array),
    ("object", Shape::Object),
];

fn pattern(item: Item<'_>, faults: &mut Faults<'_>) -> Option<Pattern> {
    let source = text(item, faults)?;
    if faults.is_tested() {
        return Some(Pattern::new(&source));
    }
    match Pattern::checked(&source) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            faults.add(Fault::Pattern(error.to_string()), item.span(), None);
            None
        }
    }
}

fn version(item: Item<'_>, faults: &mut Faults<'_>) -> Option<ApiVersion> {
    let word = text(item, faults)?;
    let version = ApiVersion::parse(&word);
    if version.is_none() {
        let expected = "an API version".to_owned();
        let help = "write a date, and `-preview` after it for a preview: `2021-06-01-preview`";
        faults.add(
            Fault::Word { word, expected },
            item.span(),
            Some(help.to_owned()),
        );
    }
    version
}

fn number(item: Item<'_>, faults: &mut Faults<'_>) -> Option<Number> {
    let Kind::Text(written) = &item.kind else {
        return integer(item, faults).map(Number::from);
    };
    let number = fraction(written);
    if number.is_none() {
        wrong_type(
            "a whole number or a fraction such as \"1/16\"",
            item,
            faults,
        );
    }
    number
}

/// Seconds from 1970 to the start of a day, in UTC.
fn seconds(date: &str) -> Option<i64> {
    let (year, month, day) = ApiVersion::parse(date)?.date;
    let year = i16::try_from(year).ok()?;
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let date = jiff::civil::Date::new(year, month, day).ok()?;
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(midnight.timestamp().as_second())
}
