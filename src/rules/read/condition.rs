//! Reading conditions.

use super::argument::Arguments;
use super::section::{Faults, Item, Section, bool, list, query, singular_query, word, wrong_type};
use super::tree::Kind;
use crate::estate::compare::Literal;
use crate::estate::exposure::Reach;
use crate::estate::relations::{RELATIONS, Relation};
use crate::evaluate::Cloud;
use crate::rules::condition::{Ask, Condition, PathTest, Quantifier, RelatedTest};
use crate::rules::data::{Data, Datum};
use crate::rules::error::Fault;
use crate::rules::predicate::{PREDICATES, SELECTORS};

/// Conditions in conditions are read so deep.
const MAX_DEPTH: usize = 16;

/// Reads conditions with the data of their rule.
pub(super) struct Conditions<'d> {
    arguments: Arguments<'d>,
    depth: usize,
}

impl<'d> Conditions<'d> {
    pub(super) fn new(data: &'d Data) -> Self {
        Self {
            arguments: Arguments { data },
            depth: MAX_DEPTH,
        }
    }

    /// Reads one condition.
    pub(super) fn read(&self, item: Item<'_>, faults: &mut Faults<'_>) -> Option<Condition> {
        let Some(depth) = self.depth.checked_sub(1) else {
            wrong_type("less nesting of conditions", item, faults);
            return None;
        };
        let inner = Conditions {
            arguments: self.arguments,
            depth,
        };
        let mut section = Section::of(item, faults)?;
        let condition = inner.of_section(&mut section, faults);
        let tests = PREDICATES.iter().map(|entry| entry.name);
        section.finish_as(Fault::UnknownPredicate, tests, faults);
        condition
    }

    fn of_section(&self, section: &mut Section<'_>, faults: &mut Faults<'_>) -> Option<Condition> {
        if section.has("related") {
            return self.related(section, faults);
        }
        let present: Vec<&str> = SELECTORS
            .iter()
            .map(|selector| selector.name)
            .filter(|name| section.has(name))
            .collect();
        let [selector] = present[..] else {
            let names: Vec<&str> = SELECTORS.iter().map(|selector| selector.name).collect();
            let (message, help) = match present[..] {
                [] => (
                    "the condition is about nothing",
                    format!("write one of: {}", names.join(", ")),
                ),
                [first, second, ..] => (
                    "the condition is about two things",
                    format!("join them: `all = [{{ {first} = … }}, {{ {second} = … }}]`"),
                ),
                [_] => return None,
            };
            faults.add(
                Fault::Condition(message.to_owned()),
                section.span(),
                Some(help),
            );
            return None;
        };
        self.of_selector(selector, section, faults)
    }

    fn of_selector(
        &self,
        selector: &'static str,
        section: &mut Section<'_>,
        faults: &mut Faults<'_>,
    ) -> Option<Condition> {
        let item = section.get(selector)?;
        match selector {
            "all" => Some(Condition::All(self.list(item, faults)?)),
            "any" => Some(Condition::Any(self.list(item, faults)?)),
            "not" => Some(Condition::Not(Box::new(self.read(item, faults)?))),
            "path" => self.path_test(Quantifier::One, item, section, faults),
            "some" => self.path_test(Quantifier::Some, item, section, faults),
            "every" => self.path_test(Quantifier::Every, item, section, faults),
            "none" => self.path_test(Quantifier::None, item, section, faults),
            "count" => {
                let bounds = self.arguments.number_bounds(section, faults)?;
                Some(Condition::Count(query(item, faults)?, bounds))
            }
            "coverage" => {
                let ignoring = match section.get("ignoring") {
                    Some(item) => self.arguments.ranges(item, faults)?,
                    None => Vec::new(),
                };
                let bounds = self.arguments.number_bounds(section, faults)?;
                Some(Condition::Coverage(query(item, faults)?, ignoring, bounds))
            }
            "data" => self.datum_test(item, section, faults),
            "exposure" => word(item, "an exposure", REACHES, faults).map(Condition::Exposure),
            "firewall" => {
                word(item, "a state of the firewall", CLOSED, faults).map(Condition::FirewallClosed)
            }
            "world" => word(item, "a world", CLOSED, faults).map(Condition::ClosedWorld),
            "source" => word(item, "a source", SOURCES, faults).map(Condition::Export),
            "cloud" => {
                let clouds = list(item)
                    .into_iter()
                    .map(|item| word(item, "a cloud", CLOUDS, faults));
                let clouds: Vec<_> = clouds.collect();
                let clouds: Option<Vec<Cloud>> = clouds.into_iter().collect();
                clouds.map(Condition::Cloud)
            }
            "cloud-given" => bool(item, faults).map(Condition::CloudGiven),
            "unread" => bool(item, faults).map(Condition::Unread),
            "declared" => bool(item, faults).map(Condition::Declared),
            _ => bool(item, faults).map(Condition::Recovered),
        }
    }

    fn list(&self, item: Item<'_>, faults: &mut Faults<'_>) -> Option<Vec<Condition>> {
        let Kind::List(items) = &item.kind else {
            wrong_type("a list of conditions", item, faults);
            return None;
        };
        let read: Vec<_> = items.iter().map(|item| self.read(item, faults)).collect();
        read.into_iter().collect()
    }

    fn path_test(
        &self,
        quantifier: Quantifier,
        item: Item<'_>,
        section: &mut Section<'_>,
        faults: &mut Faults<'_>,
    ) -> Option<Condition> {
        let mut default = None;
        let query = if quantifier == Quantifier::One {
            default = section
                .get("default")
                .map(|item| self.arguments.literal(item, faults));
            if let Some(Some(default)) = &default {
                check_types(default, section, faults);
            }
            singular_query(item, faults)
        } else {
            query(item, faults)
        };
        let predicates = self.arguments.predicates(section, faults)?;
        Some(Condition::Path(PathTest {
            quantifier,
            query: query?,
            default: match default {
                Some(literal) => Some(datum_of(literal?).to_value()),
                None => None,
            },
            predicates,
        }))
    }

    /// A question about the rule's data is answered here and now.
    fn datum_test(
        &self,
        item: Item<'_>,
        section: &mut Section<'_>,
        faults: &mut Faults<'_>,
    ) -> Option<Condition> {
        let datum = self.arguments.datum(item, faults);
        let predicates = self.arguments.predicates(section, faults)?;
        let value = datum?.to_value();
        let holds = predicates
            .iter()
            .all(|predicate| predicate.of_constant(&value));
        Some(Condition::Constant(holds))
    }

    fn related(&self, section: &mut Section<'_>, faults: &mut Faults<'_>) -> Option<Condition> {
        let names: Vec<(&str, Relation)> = RELATIONS
            .iter()
            .map(|entry| (entry.name, entry.relation))
            .collect();
        let item = section.get("related")?;
        let relation = word(item, "a relation", &names, faults);
        let of = match section.get("of") {
            Some(item) => Some(singular_query(item, faults)?),
            None => None,
        };
        let only_read = match section.get("among") {
            Some(item) => word(
                item,
                "what counts",
                &[("read", true), ("all", false)],
                faults,
            )?,
            None => false,
        };
        let quantifiers = [
            ("some", Quantifier::Some),
            ("every", Quantifier::Every),
            ("none", Quantifier::None),
        ];
        let mut asks = Vec::new();
        for (name, quantifier) in quantifiers {
            if let Some(item) = section.get(name) {
                asks.push(Ask::Holds(quantifier, Box::new(self.inner(item, faults)?)));
            }
        }
        if let Some(item) = section.get("count") {
            let mut section = Section::of(item, faults)?;
            let condition = match section.get("where") {
                Some(item) => self.inner(item, faults)?,
                None => Condition::All(Vec::new()),
            };
            let bounds = self.arguments.number_bounds(&mut section, faults)?;
            section.finish(faults);
            asks.push(Ask::Count(Box::new(condition), bounds));
        }
        match (relation, asks.pop()) {
            (Some(relation), Some(ask)) if asks.is_empty() => {
                Some(Condition::Related(RelatedTest {
                    relation,
                    of,
                    only_read,
                    ask,
                }))
            }
            (Some(_), _) => {
                let message = "a relation is asked one thing: `some`, `every`, `none` or `count`";
                faults.add(Fault::Condition(message.to_owned()), section.span(), None);
                None
            }
            (None, _) => None,
        }
    }

    /// A condition on a related resource; `{}` holds of any.
    fn inner(&self, item: Item<'_>, faults: &mut Faults<'_>) -> Option<Condition> {
        match &item.kind {
            Kind::Table(table) if table.is_empty() => Some(Condition::All(Vec::new())),
            _ => self.read(item, faults),
        }
    }
}

const REACHES: &[(&str, Reach)] = &[
    ("internet", Reach::Internet),
    ("networks", Reach::Networks),
    ("perimeter", Reach::Perimeter),
    ("private", Reach::Private),
];

const CLOSED: &[(&str, bool)] = &[("closed", true), ("open", false)];

const CLOUDS: &[(&str, Cloud)] = &[
    ("AzureCloud", Cloud::Public),
    ("AzureUSGovernment", Cloud::UsGovernment),
    ("AzureChinaCloud", Cloud::China),
];

const SOURCES: &[(&str, bool)] = &[("export", true), ("template", false)];

/// What is left out counts as `default`, so that the property has values of its type. A literal of another type that is
/// written here equals none of them: `"true"` is text, and `true` is not.
fn check_types(default: &Literal, section: &Section<'_>, faults: &mut Faults<'_>) {
    const BOOLEAN: &str = "a boolean";
    const INTEGER: &str = "a whole number";
    const TEXT: &str = "text";
    let expected = match default {
        Literal::Bool(_) => BOOLEAN,
        Literal::Integer(_) => INTEGER,
        Literal::Text(_) => TEXT,
    };
    for name in ["equals", "in"] {
        for item in section.peek(name).map(list).unwrap_or_default() {
            let found = match item.kind {
                Kind::Bool(_) => BOOLEAN,
                Kind::Integer(_) => INTEGER,
                Kind::Text(_) => TEXT,
                _ => continue,
            };
            if found != expected {
                let message = format!("`default` is {expected}, and {found} equals none");
                let help =
                    "write both as the service has the property: `true` and `\"true\"` differ";
                faults.add(
                    Fault::Condition(message),
                    item.span(),
                    Some(help.to_owned()),
                );
            }
        }
    }
}

fn datum_of(literal: Literal) -> Datum {
    match literal {
        Literal::Bool(value) => Datum::Bool(value),
        Literal::Integer(value) => Datum::Integer(value),
        Literal::Text(text) => Datum::Text(text.to_string()),
    }
}
