//! The conditions of rules, and whether they hold.
//!
//! In: a condition and a scope. Out: a truth value with its reasons. How conditions are written is in
//! [`read`](super::read).

use ipnet::Ipv4Net;

use super::message::name_of;
use super::predicate::address::{self, Range, is_inside};
use super::predicate::{Comparison, Number, Predicate, Tested, reasons_of};
use super::scope::Scope;
use super::subject::{Related, RelatedResource};
use crate::estate::exposure::Reach;
use crate::estate::relations::Relation;
use crate::estate::truth::{Reason, Truth};
use crate::evaluate::Cloud;
use crate::evaluate::jsonpath::{self, Node, Query};
use crate::evaluate::value::Value;
use crate::source::Place;

/// A condition of a rule.
#[derive(Debug, Clone)]
pub enum Condition {
    /// Decided when the rule was read: a question about its data.
    Constant(bool),
    /// All hold.
    All(Vec<Condition>),
    /// One holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// What a path selects passes tests.
    Path(PathTest),
    /// How many nodes a path selects.
    Count(Query, Vec<(Comparison, Number)>),
    /// How large a part of IPv4 the union of the selected ranges is, ranges inside of these left out.
    Coverage(Query, Vec<Ipv4Net>, Vec<(Comparison, Number)>),
    /// Who can reach the vault.
    Exposure(Reach),
    /// Whether the firewall is closed.
    FirewallClosed(bool),
    /// Whether the resource brings back a deleted one.
    Recovered(bool),
    /// Whether it comes from an export.
    Export(bool),
    /// Whether everything that exists was read.
    ClosedWorld(bool),
    /// Which cloud it is in; public Azure where the user has not said.
    Cloud(Vec<Cloud>),
    /// Whether the user has said which cloud it is in.
    CloudGiven(bool),
    /// Whether it is a module or nested deployment that could not be read: undecided if so, since nobody knows what is in
    /// it.
    Unread(bool),
    /// Whether it is declared, or exported, in what was read, rather than only named as one that exists.
    Declared(bool),
    /// What holds of related resources.
    Related(RelatedTest),
}

/// Tests of what a path selects.
#[derive(Debug, Clone)]
pub struct PathTest {
    /// Of how many nodes.
    pub quantifier: Quantifier,
    /// The path.
    pub query: Query,
    /// What an absent or null property counts as.
    pub default: Option<Value>,
    /// What has to hold of a node, all of it.
    pub predicates: Vec<Predicate>,
}

/// How many of the selected have to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// The only one; an absent one is tested too.
    One,
    /// At least one.
    Some,
    /// All, also where there are none.
    Every,
    /// None.
    None,
}

/// Tests of related resources.
#[derive(Debug, Clone)]
pub struct RelatedTest {
    /// The relation.
    pub relation: Relation,
    /// The value that the relation starts at.
    pub of: Option<Query>,
    /// Only what was read counts.
    pub only_read: bool,
    /// What is asked.
    pub ask: Ask,
}

/// What is asked of related resources. In the conditions `$` is the related resource and `@` what relates it.
#[derive(Debug, Clone)]
pub enum Ask {
    /// Whether it holds of so many.
    Holds(Quantifier, Box<Condition>),
    /// Of how many it holds.
    Count(Box<Condition>, Vec<(Comparison, Number)>),
}

impl Condition {
    /// Whether it holds in a scope.
    pub(super) fn holds(&self, scope: &Scope<'_>) -> Truth {
        let exactly = |truth: Truth, wanted: bool| if wanted { truth } else { truth.negate() };
        match self {
            Self::Constant(holds) => (*holds).into(),
            Self::All(parts) => Truth::all(parts.iter().map(|part| part.holds(scope))),
            Self::Any(parts) => Truth::any(parts.iter().map(|part| part.holds(scope))),
            Self::Not(part) => part.holds(scope).negate(),
            Self::Path(test) => test.holds(scope),
            Self::Count(query, bounds) => count(query, bounds, scope),
            Self::Coverage(query, ignoring, bounds) => coverage(query, ignoring, bounds, scope),
            Self::Exposure(reach) => scope.subject.exposure().is(*reach),
            Self::FirewallClosed(wanted) => exactly(scope.subject.exposure().is_closed(), *wanted),
            Self::Declared(wanted) => (scope.subject.is_declared() == *wanted).into(),
            Self::Recovered(wanted) => exactly(scope.subject.exposure().recovered.clone(), *wanted),
            Self::Export(wanted) => (scope.subject.is_export() == *wanted).into(),
            Self::ClosedWorld(wanted) => (scope.subject.closed_world() == *wanted).into(),
            Self::Cloud(clouds) => clouds
                .contains(&scope.subject.cloud().unwrap_or_default())
                .into(),
            Self::CloudGiven(wanted) => (scope.subject.cloud().is_some() == *wanted).into(),
            Self::Unread(wanted) => match scope.subject.unread() {
                Some(reason) => Truth::unknown(reason),
                None => (!wanted).into(),
            },
            Self::Related(test) => test.holds(scope),
        }
    }

    /// The related resources that make it hold, where it does.
    pub(super) fn evidence(&self, scope: &Scope<'_>, found: &mut Vec<Evidence>) {
        match self {
            Self::All(parts) => parts.iter().for_each(|part| part.evidence(scope, found)),
            Self::Any(parts) => {
                let held = parts.iter().find(|part| part.holds(scope).is_true());
                held.into_iter()
                    .for_each(|part| part.evidence(scope, found));
            }
            Self::Related(test) => test.evidence(scope, found),
            _ => {}
        }
    }

    /// The first count in it, for messages that tell the number.
    pub(super) fn counted(&self) -> Option<&Query> {
        match self {
            Self::Count(query, _) => Some(query),
            Self::All(parts) | Self::Any(parts) => parts.iter().find_map(Self::counted),
            Self::Not(part) => part.counted(),
            _ => None,
        }
    }
}

impl PathTest {
    fn holds(&self, scope: &Scope<'_>) -> Truth {
        if self.quantifier == Quantifier::One {
            return match scope.one(&self.query) {
                Ok(Some(node)) => self.of_node(&node, scope),
                Ok(None) => self.of_absent(),
                Err(reasons) => Truth::Unknown(reasons),
            };
        }
        let selection = match scope.select(&self.query) {
            Ok(selection) => selection,
            Err(reasons) => return Truth::Unknown(reasons),
        };
        let turn = |truth: Truth| match self.quantifier {
            Quantifier::Every => truth.negate(),
            _ => truth,
        };
        let some_of =
            |nodes: &[Node]| Truth::any(nodes.iter().map(|node| turn(self.of_node(node, scope))));
        let doubt = unknown(reasons_of(&selection.undecided));
        let some = some_of(&selection.sure)
            .or(doubt
                .unwrap_or(Truth::True)
                .and(some_of(&selection.possible)))
            .or(unknown(reasons_of(&selection.hidden)).unwrap_or(Truth::False));
        match self.quantifier {
            Quantifier::Some => some,
            _ => some.negate(),
        }
    }

    fn of_absent(&self) -> Truth {
        match &self.default {
            Some(value) => Truth::from(
                self.predicates
                    .iter()
                    .all(|predicate| predicate.of_constant(value)),
            ),
            None => Truth::from(self.predicates.iter().all(Predicate::of_absent)),
        }
    }

    fn of_node(&self, node: &Node, scope: &Scope<'_>) -> Truth {
        if node.value.is_null() {
            return self.of_absent();
        }
        let path = scope.absolute(&self.query, &node.path);
        let at = Tested { scope, path: &path };
        Truth::all(self.predicates.iter().map(|predicate| {
            let absent = match &self.default {
                Some(value) => predicate.of_constant(value),
                None => predicate.of_absent(),
            };
            predicate.test(&node.value, &absent.into(), at)
        }))
    }
}

fn unknown(reasons: Vec<Reason>) -> Option<Truth> {
    (!reasons.is_empty()).then_some(Truth::Unknown(reasons))
}

fn count(query: &Query, bounds: &[(Comparison, Number)], scope: &Scope<'_>) -> Truth {
    let selection = match scope.select(query) {
        Ok(selection) => selection,
        Err(reasons) => return Truth::Unknown(reasons),
    };
    let (least, most) = selection.count();
    // Items that may be one and the same are as much in doubt as those that may not be there.
    let sure = if selection.merged {
        selection.sure
    } else {
        Vec::new()
    };
    let nodes = selection.possible.into_iter().chain(sure);
    let nodes: Vec<Value> = nodes.map(|node| node.value).collect();
    let doubts = [selection.hidden, selection.undecided, nodes].concat();
    within(least, most, bounds, || reasons_of(&doubts))
}

fn within(
    least: usize,
    most: Option<usize>,
    bounds: &[(Comparison, Number)],
    reasons: impl Fn() -> Vec<Reason>,
) -> Truth {
    let signed = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Truth::all(bounds.iter().map(|(comparison, bound)| {
        match comparison.of_range(signed(least), most.map(signed), *bound) {
            Some(holds) => holds.into(),
            None => Truth::Unknown(reasons()),
        }
    }))
}

fn coverage(
    query: &Query,
    ignoring: &[Ipv4Net],
    bounds: &[(Comparison, Number)],
    scope: &Scope<'_>,
) -> Truth {
    let selection = match scope.select(query) {
        Ok(selection) => selection,
        Err(reasons) => return Truth::Unknown(reasons),
    };
    let range = |node: &Node| Some(Range::parse(node.value.as_str()?).ok()?.network());
    let ranges: Vec<Ipv4Net> = selection
        .sure
        .iter()
        .filter_map(range)
        .filter(|range| !is_inside(*range, ignoring))
        .collect();
    let least = address::union_size(&ranges);
    let not_known = |node: &&Node| !node.value.is_known();
    let mut doubts: Vec<Value> = selection.hidden;
    doubts.extend(
        selection
            .sure
            .iter()
            .filter(not_known)
            .map(|node| node.value.clone()),
    );
    doubts.extend(selection.possible.into_iter().map(|node| node.value));
    let most = if doubts.is_empty() {
        least
    } else {
        address::ALL_ADDRESSES
    };
    let signed = |size: u64| i64::try_from(size).unwrap_or(i64::MAX);
    Truth::all(bounds.iter().map(|(comparison, bound)| {
        match comparison.of_range(signed(least), Some(signed(most)), bound.of_all_addresses()) {
            Some(holds) => holds.into(),
            None => Truth::Unknown(reasons_of(&doubts)),
        }
    }))
}

/// A related resource that makes a condition hold.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    /// Its name.
    pub(super) name: String,
    /// What it is.
    pub(super) singular: &'static str,
    /// Where it is.
    pub(super) place: Place,
}

/// How many related resources one condition shows.
const MAX_EVIDENCE: usize = 3;

impl RelatedTest {
    fn holds(&self, scope: &Scope<'_>) -> Truth {
        match self.related(scope) {
            Ok(related) => self.answer(&related, scope),
            Err(reasons) => Truth::Unknown(reasons),
        }
    }

    fn related<'s>(&self, scope: &Scope<'s>) -> Result<Related<'s>, Vec<Reason>> {
        let start = match self.of.as_ref().map(|query| scope.one(query)) {
            None => None,
            Some(Ok(Some(node))) => Some(node.value),
            Some(Ok(None)) => return Ok(Related::none()),
            Some(Err(reasons)) => return Err(reasons),
        };
        let mut related = scope.subject.related(self.relation, start.as_ref());
        if self.only_read {
            related.unseen.clear();
        }
        Ok(related)
    }

    fn answer(&self, related: &Related<'_>, scope: &Scope<'_>) -> Truth {
        let of = |condition: &Condition, resource: &RelatedResource<'_>| {
            holds_of(condition, resource, scope)
        };
        match &self.ask {
            Ask::Holds(Quantifier::Every, condition) => {
                some(related, |resource| of(condition, resource).negate()).negate()
            }
            Ask::Holds(Quantifier::None, condition) => {
                some(related, |resource| of(condition, resource)).negate()
            }
            Ask::Holds(Quantifier::One | Quantifier::Some, condition) => {
                some(related, |resource| of(condition, resource))
            }
            Ask::Count(condition, bounds) => {
                count_related(related, |resource| of(condition, resource), bounds)
            }
        }
    }

    fn evidence(&self, scope: &Scope<'_>, found: &mut Vec<Evidence>) {
        let condition = match &self.ask {
            Ask::Holds(Quantifier::One | Quantifier::Some, condition)
            | Ask::Count(condition, _) => condition,
            Ask::Holds(..) => return,
        };
        let Ok(related) = self.related(scope) else {
            return;
        };
        let singular = self
            .relation
            .entry()
            .map_or("resource", |entry| entry.singular);
        let held = related
            .sure
            .iter()
            .filter(|resource| holds_of(condition, resource, scope).is_true());
        for resource in held.take(MAX_EVIDENCE) {
            let body = resource.subject.body();
            let name = body.as_object().and_then(|body| body.get("name"));
            found.push(Evidence {
                name: name_of(name.map(|member| &member.value)),
                singular,
                place: resource.subject.head(),
            });
            let inner = scope.related(&*resource.subject);
            match &resource.link {
                Some(link) => {
                    condition.evidence(&inner.at(link, jsonpath::Path::root()), found);
                }
                None => condition.evidence(&inner, found),
            }
        }
    }
}

fn holds_of(condition: &Condition, resource: &RelatedResource<'_>, around: &Scope<'_>) -> Truth {
    let scope = around.related(&*resource.subject);
    match &resource.link {
        Some(link) => condition.holds(&scope.at(link, jsonpath::Path::root())),
        None => condition.holds(&scope),
    }
}

fn some(related: &Related<'_>, test: impl Fn(&RelatedResource<'_>) -> Truth) -> Truth {
    let sure = Truth::any(related.sure.iter().map(&test));
    let possible = Truth::any(related.possible.iter().map(|(resource, why)| {
        unknown(why.clone())
            .unwrap_or(Truth::True)
            .and(test(resource))
    }));
    let unseen = unknown(related.unseen.clone()).unwrap_or(Truth::False);
    sure.or(possible).or(unseen)
}

fn count_related(
    related: &Related<'_>,
    test: impl Fn(&RelatedResource<'_>) -> Truth,
    bounds: &[(Comparison, Number)],
) -> Truth {
    let mut least = 0;
    let mut most = related.unseen.is_empty().then_some(0);
    let mut doubts = Truth::True;
    let doubted = related
        .possible
        .iter()
        .map(|(resource, why)| (resource, Truth::Unknown(why.clone()).and(test(resource))));
    let sure = related
        .sure
        .iter()
        .map(|resource| (resource, test(resource)));
    for (resource, truth) in sure.chain(doubted) {
        if truth.is_false() {
            continue;
        }
        let (fewest, all) = match &resource.copies {
            None => (1, Some(1)),
            Some(count) => match count.as_integer().map(usize::try_from) {
                Some(Ok(count)) => (count, Some(count)),
                _ => {
                    doubts = doubts.and(Truth::hangs_on(count));
                    (1, None)
                }
            },
        };
        if truth.is_true() {
            least += fewest;
        } else {
            doubts = doubts.and(truth);
        }
        most = most.zip(all).map(|(most, all)| most + all);
    }
    if let Some(unseen) = unknown(related.unseen.clone()) {
        doubts = doubts.and(unseen);
    }
    within(least, most, bounds, || doubts.reasons().to_vec())
}
