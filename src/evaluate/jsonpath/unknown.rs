//! Selecting among the children of a symbolic value, of which only some are known.
//!
//! Where an item stands is certain at the start and the end of an array only; a selector by position may take any of
//! the others.

use std::slice;

use super::evaluate::{At, Evaluation, Sink, Stride, indexes};
use super::layer::Partial;
use super::plan::{Segment, Selector, Slice};

impl Evaluation<'_> {
    /// Applies one selector.
    pub(super) fn select_unknown<S: Sink>(
        &self,
        at: At<'_>,
        partial: &Partial,
        selector: &Selector,
        rest: &[Segment],
        sink: &mut S,
    ) {
        self.select_members(at, &partial.members, selector, rest, sink);
        // There may be several of one name, with different values.
        for member in &partial.possible_members {
            self.select_members(
                self.unsure(at),
                slice::from_ref(member),
                selector,
                rest,
                sink,
            );
        }
        let other_members = match selector {
            Selector::Name(name) => self.member(&partial.members, name).is_none(),
            Selector::Wildcard | Selector::Filter(_) => true,
            Selector::Index(_) | Selector::Slice(_) => false,
        };
        let other_items = self.select_unknown_items(at, partial, selector, rest, sink);
        if partial.open_members && other_members || partial.open_items && other_items {
            sink.hides(at.value);
        }
    }

    /// The same place with its children only possibly there, because its value is not known.
    fn unsure<'a>(&self, at: At<'a>) -> At<'a> {
        self.undecided.borrow_mut().push(at.value.clone());
        at.unsure()
    }

    /// Applies one selector to the items; whether it would select some of the items that are not known.
    fn select_unknown_items<S: Sink>(
        &self,
        at: At<'_>,
        partial: &Partial,
        selector: &Selector,
        rest: &[Segment],
        sink: &mut S,
    ) -> bool {
        if partial.has_exact_items() {
            self.select_items(at, &partial.start, selector, rest, sink);
            return false;
        }
        match selector {
            Selector::Name(_) => return false,
            Selector::Wildcard => {
                for (stride, item, sure) in partial.items() {
                    let at = if sure { at } else { self.unsure(at) };
                    self.go(at, stride, item, rest, sink);
                }
                note_merges(partial, sink);
            }
            Selector::Filter(filter) => {
                for (stride, item, sure) in partial.items() {
                    let at = if sure { at } else { self.unsure(at) };
                    if let Some(at) = self.filtered(at, filter, item) {
                        self.go(at, stride, item, rest, sink);
                    }
                }
                note_merges(partial, sink);
            }
            Selector::Index(index) => {
                if let Some((stride, item)) = partial.item(*index) {
                    self.go(at, stride, item, rest, sink);
                    return false;
                }
                let placed = |stride: &Stride<'_>| match stride {
                    Stride::Item(_) => *index >= 0,
                    Stride::ItemFromEnd(_) => *index < 0,
                    _ => false,
                };
                for (stride, item, _) in partial.items().filter(|(stride, ..)| !placed(stride)) {
                    self.go(self.unsure(at), stride, item, rest, sink);
                }
            }
            Selector::Slice(slice) => {
                return self.slice_unknown_items(at, partial, *slice, rest, sink);
            }
        }
        true
    }

    fn slice_unknown_items<S: Sink>(
        &self,
        at: At<'_>,
        partial: &Partial,
        slice: Slice,
        rest: &[Segment],
        sink: &mut S,
    ) -> bool {
        let from_start = |bound: Option<i64>| bound.is_none_or(|index| index >= 0);
        let forward = slice.step > 0 && from_start(slice.start) && from_start(slice.end);
        let known = partial.start.len();
        if forward {
            for index in indexes(slice, known) {
                if let Some(item) = partial.start.get(index) {
                    self.go(at, Stride::Item(index), item, rest, sink);
                }
            }
        }
        let ends_before = slice
            .end
            .is_some_and(|end| usize::try_from(end).is_ok_and(|end| end <= known));
        if slice.step == 0 || forward && ends_before {
            return false;
        }
        for (stride, item, _) in partial.items() {
            if !(forward && matches!(stride, Stride::Item(_))) {
                self.go(self.unsure(at), stride, item, rest, sink);
            }
        }
        true
    }

    /// Takes a descendant segment one level down.
    pub(super) fn descend_unknown<S: Sink>(
        &self,
        at: At<'_>,
        partial: &Partial,
        segments: &[Segment],
        sink: &mut S,
    ) {
        self.each_member(at, &partial.members, segments, sink);
        if !partial.possible_members.is_empty() {
            self.each_member(self.unsure(at), &partial.possible_members, segments, sink);
        }
        for (stride, item, sure) in partial.items() {
            let at = if sure { at } else { self.unsure(at) };
            self.go_below(at, stride, item, segments, sink);
        }
        note_merges(partial, sink);
        if partial.open_members || partial.open_items {
            sink.hides(at.value);
        }
    }
}

fn note_merges<S: Sink>(partial: &Partial, sink: &mut S) {
    let sure = partial.items().filter(|(_, _, sure)| *sure).count();
    if sure > partial.least_items {
        sink.merges();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]

    use jsonpath_rust::parser::parse_json_path;

    use super::*;
    use crate::evaluate::jsonpath::evaluate::Trail;
    use crate::evaluate::jsonpath::lint::marks;
    use crate::evaluate::jsonpath::plan::compile;
    use crate::evaluate::jsonpath::{Case, Node, Selection};
    use crate::evaluate::origin::Origin;
    use crate::evaluate::symbol::Symbol;
    use crate::evaluate::value::{Kind, Member, Object, Value};
    use crate::source::{FileId, Place, Span};

    fn place() -> Place {
        Place::new(FileId(0), Span::point(0))
    }

    fn number(value: i64) -> Value {
        Value::new(Kind::Integer(value), Origin::at(place()))
    }

    fn member(key: &str, value: Value) -> Member {
        Member {
            key: key.into(),
            key_place: place(),
            value,
        }
    }

    /// The first segment of a query on a value of which this much is known: what it surely and what it possibly
    /// selects, and whether more may be hidden.
    fn select(partial: &Partial, text: &str) -> (String, String, bool) {
        let tree = parse_json_path(text).unwrap();
        let segments = compile(tree, text, &marks(text).unwrap(), Case::Ignore).unwrap();
        let (segment, rest) = segments.split_first().unwrap();
        let unknown = Value::symbolic(Symbol::call("union", Vec::new()), Origin::at(place()));
        let evaluation = Evaluation::new(&unknown, Case::Ignore);
        let trail = Trail::start();
        let at = At::start(&unknown, &trail);
        let mut found = Selection::default();
        for selector in &segment.selectors {
            evaluation.select_unknown(at, partial, selector, rest, &mut found);
        }
        if segment.descendant {
            evaluation.descend_unknown(at, partial, &segments, &mut found);
        }
        let show = |nodes: &[Node]| {
            let paths = nodes.iter().map(|node| node.path.dotted().to_string());
            paths.collect::<Vec<_>>().join(" ")
        };
        (
            show(&found.sure),
            show(&found.possible),
            !found.hidden.is_empty(),
        )
    }

    fn check(partial: &Partial, expected: &[(&str, &str, &str, bool)]) {
        for (query, sure, possible, hidden) in expected {
            let found = select(partial, query);
            assert_eq!(
                found,
                ((*sure).into(), (*possible).into(), *hidden),
                "{query}"
            );
        }
    }

    #[test]
    fn members_are_certain_possible_or_hidden() {
        let inner: Object = [member("x", number(1))].into_iter().collect();
        let inner = Value::object(inner, Origin::at(place()));
        let mut partial = Partial {
            members: vec![member("a", number(1)), member("b", inner)],
            possible_members: vec![member("c", number(3)), member("c", number(4))],
            open_members: true,
            ..Partial::default()
        };
        check(
            &partial,
            &[
                ("$.A", "a", "", false),
                ("$.b.x", "b.x", "", false),
                ("$.c", "", "c c", true),
                ("$.d", "", "", true),
                ("$[*]", "a b", "c c", true),
                ("$[?@ == 1]", "a", "", true),
                ("$[?@ == 4]", "", "c", true),
                ("$[0]", "", "", false),
                ("$..x", "b.x", "", true),
            ],
        );
        partial.open_members = false;
        check(
            &partial,
            &[
                ("$.c", "", "c c", false),
                ("$.d", "", "", false),
                ("$[?@ == 1]", "a", "", false),
            ],
        );
    }

    #[test]
    fn items_are_placed_from_the_start_from_the_end_or_nowhere() {
        let mut partial = Partial {
            start: vec![number(0), number(1)],
            middle: vec![number(5)],
            end: vec![number(8), number(9)],
            possible_items: vec![number(6)],
            open_items: true,
            least_items: 5,
            ..Partial::default()
        };
        check(
            &partial,
            &[
                ("$[*]", "[0] [1] [*] [-2] [-1]", "[*]", true),
                ("$[?@ >= 6]", "[-2] [-1]", "[*]", true),
                ("$[1]", "[1]", "", false),
                ("$[2]", "", "[*] [-2] [-1] [*]", true),
                ("$[-1]", "[-1]", "", false),
                ("$[-3]", "", "[0] [1] [*] [*]", true),
                ("$[:1]", "[0]", "", false),
                ("$[1:4]", "[1]", "[*] [-2] [-1] [*]", true),
                ("$[1:]", "[1]", "[*] [-2] [-1] [*]", true),
                ("$[-1:]", "", "[0] [1] [*] [-2] [-1] [*]", true),
                ("$[::-1]", "", "[0] [1] [*] [-2] [-1] [*]", true),
                ("$[::0]", "", "", false),
                ("$.a", "", "", false),
            ],
        );
        assert_eq!(partial.item_count(), (5, None));
        partial.open_items = false;
        check(&partial, &[("$[2]", "", "[*] [-2] [-1] [*]", false)]);
        assert_eq!(partial.item_count(), (5, Some(6)));
    }

    #[test]
    fn an_array_that_is_known_after_all_is_an_array() {
        let partial = Partial {
            start: vec![number(0), number(1), number(2)],
            least_items: 3,
            ..Partial::default()
        };
        check(
            &partial,
            &[
                ("$[-1]", "[2]", "", false),
                ("$[::-1]", "[2] [1] [0]", "", false),
                ("$[3]", "", "", false),
                ("$[*]", "[0] [1] [2]", "", false),
            ],
        );
    }

    #[test]
    fn items_that_may_be_one_and_the_same_are_not_counted_twice() {
        let partial = Partial {
            middle: vec![number(1), number(2)],
            least_items: 1,
            ..Partial::default()
        };
        let unknown = Value::symbolic(Symbol::call("union", Vec::new()), Origin::at(place()));
        let evaluation = Evaluation::new(&unknown, Case::Ignore);
        let trail = Trail::start();
        let mut found = Selection::default();
        let at = At::start(&unknown, &trail);
        evaluation.select_unknown(at, &partial, &Selector::Wildcard, &[], &mut found);
        assert_eq!(found.count(), (1, Some(2)));
    }
}
