//! Running a plan over a value.
//!
//! In: segments and the node that they start at. Out, into a [`Sink`]: the nodes that they select or may select, in
//! the order of RFC 9535, and the symbolic values that may hide more. Nodes are visited depth first by reference, and
//! a path is made only for a node that somebody keeps.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use foldhash::HashMap;

use super::layer::{Layer, layer};
use super::path::{Path, Step};
use super::pattern::Pattern;
use super::plan::{Filter, Segment, Selector, Slice};
use super::truth::Truth;
use super::{Case, Node};
use crate::evaluate::value::{Kind, Member, Value};
use crate::source::Place;

/// Steps below steps, those of filters included, go no deeper than this: what lies deeper is undecided. The parsers
/// keep values well below it.
pub(super) const DEPTH_LIMIT: u32 = 600;

/// Takes what a query finds.
pub(super) trait Sink {
    /// A node is selected, or may be.
    fn node(&mut self, at: At<'_>);
    /// This value may have children that would be selected.
    fn hides(&mut self, value: &Value);
    /// Nothing that could still be found would matter.
    fn is_full(&self) -> bool {
        false
    }
    /// Some of the nodes that are surely selected may be one and the same.
    fn merges(&mut self);
}

/// A node on the way.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) value: &'a Value,
    trail: &'a Trail<'a>,
    /// Whether it is surely selected, or only may be.
    pub(super) sure: bool,
}

/// How a node was reached.
pub(super) struct Trail<'a> {
    from: Option<(&'a Trail<'a>, Stride<'a>)>,
    path: OnceCell<Path>,
}

/// One step on the way.
#[derive(Clone, Copy)]
pub(super) enum Stride<'a> {
    Member(&'a Member),
    Item(usize),
    /// From the end: 1 is the last.
    ItemFromEnd(usize),
    SomeItem,
}

impl Stride<'_> {
    pub(super) fn step(self) -> Step {
        let index = |index: usize| i64::try_from(index).unwrap_or(i64::MAX);
        match self {
            Self::Member(member) => Step::Member(member.key.clone()),
            Self::Item(from_start) => Step::Item(index(from_start)),
            Self::ItemFromEnd(from_end) => Step::Item(-index(from_end)),
            Self::SomeItem => Step::SomeItem,
        }
    }

    pub(super) fn key_place(self) -> Option<Place> {
        match self {
            Self::Member(member) => Some(member.key_place),
            _ => None,
        }
    }
}

impl<'a> Trail<'a> {
    /// The trail of the node that a query starts at.
    pub(super) fn start() -> Self {
        Self {
            from: None,
            path: OnceCell::new(),
        }
    }

    fn on(&'a self, stride: Stride<'a>) -> Self {
        Self {
            from: Some((self, stride)),
            path: OnceCell::new(),
        }
    }

    /// The path, shared with the nodes around it. It recurses as deep as the steps did.
    fn path(&self) -> Path {
        let make = || match self.from {
            None => Path::root(),
            Some((trail, stride)) => trail.path().child(stride.step()),
        };
        self.path.get_or_init(make).clone()
    }
}

impl<'a> At<'a> {
    /// The node that a query starts at.
    pub(super) fn start(value: &'a Value, trail: &'a Trail<'a>) -> Self {
        Self {
            value,
            trail,
            sure: true,
        }
    }

    /// The node, to keep.
    pub(super) fn node(self) -> Node {
        Node {
            value: self.value.clone(),
            path: self.trail.path(),
            key_place: self.trail.from.and_then(|(_, stride)| stride.key_place()),
        }
    }

    pub(super) fn unsure(self) -> Self {
        Self {
            sure: false,
            ..self
        }
    }
}

/// As many names go straight.
const MAX_STRAIGHT: usize = 32;

/// What segments of one name each select on a way through known objects, which is what most queries of rules are and
/// most values have: one node, or none. `None` where there is more to it.
pub(super) fn straight(at: At<'_>, segments: &[Segment], case: Case) -> Option<Option<Node>> {
    let Some((segment, rest)) = segments.split_first() else {
        return Some(Some(at.node()));
    };
    let ([Selector::Name(name)], false) = (segment.selectors.as_slice(), segment.descendant) else {
        return None;
    };
    let object = at.value.as_object()?;
    if case != Case::Ignore || rest.len() >= MAX_STRAIGHT {
        return None;
    }
    let Some(member) = object.get(name) else {
        return Some(None);
    };
    let trail = at.trail.on(Stride::Member(member));
    let below = At {
        value: &member.value,
        trail: &trail,
        sure: at.sure,
    };
    straight(below, rest, case)
}

/// Patterns that stand in the document, by their text and whether they are for the whole string; those that are no
/// pattern too.
type Patterns = HashMap<(String, bool), Option<Rc<Pattern>>>;

/// One run of a query: what its filters refer to and what it remembers.
pub(super) struct Evaluation<'q> {
    /// What `$` is.
    pub(super) root: &'q Value,
    pub(super) case: Case,
    /// The values that a filter could not be decided on, while it may be that its node is selected.
    pub(super) undecided: RefCell<Vec<Value>>,
    patterns: RefCell<Patterns>,
    depth: Cell<u32>,
}

impl<'q> Evaluation<'q> {
    pub(super) fn new(root: &'q Value, case: Case) -> Self {
        Self {
            root,
            case,
            undecided: RefCell::default(),
            patterns: RefCell::default(),
            depth: Cell::new(0),
        }
    }

    /// What the segments select, starting at a node.
    pub(super) fn run<S: Sink>(&self, at: At<'_>, segments: &[Segment], sink: &mut S) {
        let Some((segment, rest)) = segments.split_first() else {
            sink.node(at);
            return;
        };
        if sink.is_full() {
            return;
        }
        if self.depth.get() >= DEPTH_LIMIT {
            sink.hides(at.value);
            return;
        }
        self.depth.set(self.depth.get() + 1);
        let layer = layer(at.value);
        for selector in &segment.selectors {
            self.select(at, &layer, selector, rest, sink);
        }
        if segment.descendant {
            self.descend(at, &layer, segments, sink);
        }
        self.depth.set(self.depth.get() - 1);
    }

    /// Runs a descendant segment on the children: its first node has been seen to.
    fn descend<S: Sink>(&self, at: At<'_>, layer: &Layer<'_>, segments: &[Segment], sink: &mut S) {
        match layer {
            Layer::Leaf => {}
            Layer::Object(members) => self.each_member(at, members, segments, sink),
            Layer::Array(items) => self.each_item(at, items, segments, sink),
            Layer::Partial(partial) => self.descend_unknown(at, partial, segments, sink),
        }
    }

    pub(super) fn each_member<S: Sink>(
        &self,
        at: At<'_>,
        members: &[Member],
        segments: &[Segment],
        sink: &mut S,
    ) {
        for member in members {
            self.go_below(at, Stride::Member(member), &member.value, segments, sink);
        }
    }

    fn each_item<S: Sink>(&self, at: At<'_>, items: &[Value], segments: &[Segment], sink: &mut S) {
        for (index, item) in items.iter().enumerate() {
            self.go_below(at, Stride::Item(index), item, segments, sink);
        }
    }

    /// Takes a descendant segment one level down, where there is one.
    pub(super) fn go_below<S: Sink>(
        &self,
        at: At<'_>,
        stride: Stride<'_>,
        value: &Value,
        segments: &[Segment],
        sink: &mut S,
    ) {
        if matches!(
            value.kind,
            Kind::Object(_) | Kind::Array(_) | Kind::Symbolic(_)
        ) {
            self.go(at, stride, value, segments, sink);
        }
    }

    /// Goes on with the rest of the query at a child.
    pub(super) fn go<S: Sink>(
        &self,
        at: At<'_>,
        stride: Stride<'_>,
        value: &Value,
        rest: &[Segment],
        sink: &mut S,
    ) {
        let trail = at.trail.on(stride);
        let at = At {
            value,
            trail: &trail,
            sure: at.sure,
        };
        self.run(at, rest, sink);
    }

    /// Applies one selector to the children of a node.
    fn select<S: Sink>(
        &self,
        at: At<'_>,
        layer: &Layer<'_>,
        selector: &Selector,
        rest: &[Segment],
        sink: &mut S,
    ) {
        match layer {
            Layer::Leaf => {}
            Layer::Object(members) => self.select_members(at, members, selector, rest, sink),
            Layer::Array(items) => self.select_items(at, items, selector, rest, sink),
            Layer::Partial(partial) => self.select_unknown(at, partial, selector, rest, sink),
        }
    }

    pub(super) fn select_members<S: Sink>(
        &self,
        at: At<'_>,
        members: &[Member],
        selector: &Selector,
        rest: &[Segment],
        sink: &mut S,
    ) {
        match selector {
            Selector::Name(name) => {
                if let Some(member) = self.member(members, name) {
                    self.go(at, Stride::Member(member), &member.value, rest, sink);
                }
            }
            Selector::Wildcard => {
                for member in members {
                    self.go(at, Stride::Member(member), &member.value, rest, sink);
                }
            }
            Selector::Filter(filter) => {
                for member in members {
                    if let Some(at) = self.filtered(at, filter, &member.value) {
                        self.go(at, Stride::Member(member), &member.value, rest, sink);
                    }
                }
            }
            Selector::Index(_) | Selector::Slice(_) => {}
        }
    }

    pub(super) fn select_items<S: Sink>(
        &self,
        at: At<'_>,
        items: &[Value],
        selector: &Selector,
        rest: &[Segment],
        sink: &mut S,
    ) {
        match selector {
            Selector::Name(_) => {}
            Selector::Wildcard => {
                for (index, item) in items.iter().enumerate() {
                    self.go(at, Stride::Item(index), item, rest, sink);
                }
            }
            Selector::Index(index) => {
                if let Some((index, item)) = item(items, *index) {
                    self.go(at, Stride::Item(index), item, rest, sink);
                }
            }
            Selector::Slice(slice) => {
                for index in indexes(*slice, items.len()) {
                    if let Some(item) = items.get(index) {
                        self.go(at, Stride::Item(index), item, rest, sink);
                    }
                }
            }
            Selector::Filter(filter) => {
                for (index, item) in items.iter().enumerate() {
                    if let Some(at) = self.filtered(at, filter, item) {
                        self.go(at, Stride::Item(index), item, rest, sink);
                    }
                }
            }
        }
    }

    /// The node with the certainty that a filter leaves it, or nothing where the filter is false.
    pub(super) fn filtered<'a>(
        &self,
        at: At<'a>,
        filter: &Filter,
        child: &Value,
    ) -> Option<At<'a>> {
        let before = self.undecided.borrow().len();
        let truth = self.holds(filter, child);
        if truth == Truth::Unknown {
            return Some(at.unsure());
        }
        self.undecided.borrow_mut().truncate(before);
        (truth == Truth::True).then_some(at)
    }

    /// The member of a name.
    pub(super) fn member<'m>(&self, members: &'m [Member], name: &str) -> Option<&'m Member> {
        members
            .iter()
            .find(|member| self.case.equal(&member.key, name))
    }

    /// The compiled form of a pattern that stands in the document; `None` where it is none.
    pub(super) fn pattern(&self, text: &str, whole: bool) -> Option<Rc<Pattern>> {
        let compile = || Pattern::new(text, whole, self.case).ok().map(Rc::new);
        self.patterns
            .borrow_mut()
            .entry((text.to_owned(), whole))
            .or_insert_with(compile)
            .clone()
    }
}

/// The item of an index, which counts from the end where it is negative, and its index from the start.
pub(super) fn item(items: &[Value], index: i64) -> Option<(usize, &Value)> {
    let index = if index < 0 {
        let back = usize::try_from(index.unsigned_abs()).ok()?;
        items.len().checked_sub(back)?
    } else {
        usize::try_from(index).ok()?
    };
    items.get(index).map(|item| (index, item))
}

/// The indexes that a slice selects (RFC 9535 §2.3.4.2.2).
pub(super) fn indexes(slice: Slice, length: usize) -> impl Iterator<Item = usize> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let normal = |index: i64| {
        if index < 0 {
            index.saturating_add(length)
        } else {
            index
        }
    };
    let (start, end) = if slice.step >= 0 {
        (
            normal(slice.start.unwrap_or(0)).clamp(0, length),
            normal(slice.end.unwrap_or(length)).clamp(0, length),
        )
    } else {
        (
            slice.start.map_or(length - 1, normal).clamp(-1, length - 1),
            slice.end.map_or(-1, normal).clamp(-1, length - 1),
        )
    };
    let step = slice.step;
    let first = (step != 0).then_some(start);
    std::iter::successors(first, move |index| index.checked_add(step))
        .take_while(move |index| if step > 0 { *index < end } else { *index > end })
        .filter_map(|index| usize::try_from(index).ok())
}
