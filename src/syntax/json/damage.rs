//! Which arrays and objects may have lost a part to a syntax error.
//!
//! In: the values of a text, and its errors. Out: the arrays and objects in which something was skipped or whose end
//! is missing. What is not in one of them is not absent but unknown. It refuses to know what a member means.
use super::tree::{Kind, Node};
use crate::source::Span;
use crate::syntax::error::SyntaxError;

/// The lines that version control puts around the two sides of a conflict, by how they begin.
/// <https://git-scm.com/docs/git-merge#_how_conflicts_are_presented>
const BEFORE_CONFLICT: &str = "<<<<<<<";
const AFTER_CONFLICT: &str = ">>>>>>>";
const IN_CONFLICT: [&str; 2] = ["=======", "|||||||"];

/// The arrays and objects of a text that may have lost a part.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Damage {
    /// Where their brackets open, in order.
    starts: Vec<u32>,
}

/// A text as it was parsed.
#[derive(Debug, Clone, Copy)]
pub struct Written<'d> {
    /// The text.
    pub text: &'d str,
    /// What of it may have lost a part.
    pub damage: &'d Damage,
}

impl Damage {
    /// Finds the damage in `values`, and makes the members invalid that the sides of a conflict do not agree on.
    pub(super) fn find(values: &mut [Node<'_>], text: &str, errors: &[SyntaxError]) -> Self {
        let mut damage = Self::default();
        if !errors.is_empty() {
            for value in values {
                damage.look(value, text, errors, false);
            }
            damage.starts.sort_unstable();
        }
        damage
    }

    /// Whether this array or object may have lost a part.
    pub fn touches(&self, node: &Node<'_>) -> bool {
        self.is_at(node.span)
    }

    /// Whether the array or object with this span may have lost a part.
    pub fn is_at(&self, span: Span) -> bool {
        !self.starts.is_empty() && self.starts.binary_search(&span.start).is_ok()
    }

    /// Looks for damage in a value; `all` says that there is some in whatever it holds.
    fn look(&mut self, node: &mut Node<'_>, text: &str, errors: &[SyntaxError], all: bool) {
        if !node.is_object() && !node.is_array() {
            return;
        }
        let errors = within(errors, node.span);
        let is_closed = is_closed(node, text)
            && errors
                .first()
                .is_none_or(|error| error.span.start != node.span.start);
        if errors.is_empty() && is_closed && !all {
            return;
        }
        let own: Vec<&SyntaxError> = errors
            .iter()
            .filter(|error| !is_elsewhere(node, error, text))
            .collect();
        if all || !is_closed || !own.is_empty() {
            self.starts.push(node.span.start);
        }
        // A bracket is missing further in, and which of them it is, is not known: what stands here may belong there.
        let is_cut = (node.span.end as usize) >= text.trim_end().len();
        let all = all || !is_closed && !is_cut;
        // What closes too much, or follows it: the value before ended too early.
        let ended: Vec<u32> = own
            .iter()
            .filter(|error| matches!(text.get(error.span.range()), Some("}" | "]" | ":")))
            .filter_map(|error| container_before(node, error.span.start))
            .map(|value| value.span.start)
            .collect();
        if let Some(disputed) = disputed(&own, node.span, text) {
            dispute(node, disputed);
        }
        let mut inside = |value: &mut Node<'_>| {
            let all = all || ended.contains(&value.span.start);
            self.look(value, text, errors, all);
        };
        match &mut node.kind {
            Kind::Array(elements) => elements.iter_mut().for_each(inside),
            Kind::Object(members) => members
                .iter_mut()
                .for_each(|member| inside(&mut member.value)),
            _ => {}
        }
    }
}

/// The errors that begin in a span.
fn within(errors: &[SyntaxError], span: Span) -> &[SyntaxError] {
    let first = errors.partition_point(|error| error.span.start < span.start);
    let after = errors.partition_point(|error| error.span.start <= span.end);
    errors.get(first..after).unwrap_or_default()
}

/// Whether an array or object ends in a closing bracket that is not that of a value in it. That it is the bracket of
/// something that was skipped is seen from an error at its own opening one.
fn is_closed(node: &Node<'_>, text: &str) -> bool {
    let last = match &node.kind {
        Kind::Array(elements) => elements.last(),
        Kind::Object(members) => members.last().map(|member| &member.value),
        _ => None,
    };
    let closing = if node.is_object() { '}' } else { ']' };
    let text = text.get(node.span.range()).unwrap_or_default();
    text.ends_with(closing) && last.is_none_or(|last| last.span.end < node.span.end)
}

/// Whether an error in a value is one of a value in it, or of a key that was read nonetheless.
fn is_elsewhere(node: &Node<'_>, error: &SyntaxError, text: &str) -> bool {
    let at = error.span.start;
    let holds = |span: Span| span.start <= at && at < span.end.max(span.start + 1);
    match &node.kind {
        Kind::Array(elements) => {
            let after = elements.partition_point(|element| element.span.start <= at);
            let last = elements.get(..after).and_then(<[_]>::last);
            last.is_some_and(|last| {
                holds(last.span) && !(last.kind == Kind::Invalid && conflict(error, text).is_some())
            })
        }
        Kind::Object(members) => {
            let after = members.partition_point(|member| member.value.span.start <= at);
            let last = members.get(..after).and_then(<[_]>::last);
            let is_in_value = last.is_some_and(|last| holds(last.value.span));
            let is_quoted = text.as_bytes().get(at as usize) == Some(&b'"');
            is_in_value
                || !is_quoted
                    && members
                        .get(after)
                        .is_some_and(|member| member.key_span == error.span)
        }
        _ => false,
    }
}

/// The last array or object in a value that begins before `at`.
fn container_before<'n, 's>(node: &'n Node<'s>, at: u32) -> Option<&'n Node<'s>> {
    let is_it = |value: &&Node<'_>| {
        value.span.start < at && matches!(value.kind, Kind::Array(_) | Kind::Object(_))
    };
    match &node.kind {
        Kind::Array(elements) => elements.iter().rev().find(is_it),
        Kind::Object(members) => members.iter().rev().map(|member| &member.value).find(is_it),
        _ => None,
    }
}

/// The mark of a conflict that an error is about.
fn conflict<'t>(error: &SyntaxError, text: &'t str) -> Option<&'t str> {
    let mark = text.get(error.span.start as usize..)?.get(..7)?;
    (mark == BEFORE_CONFLICT || mark == AFTER_CONFLICT || IN_CONFLICT.contains(&mark))
        .then_some(mark)
}

/// From where to where the sides of a conflict stand in an array or object with these errors of its own. They may begin
/// or end further out.
fn disputed(own: &[&SyntaxError], whole: Span, text: &str) -> Option<Span> {
    let mut marks = own
        .iter()
        .filter_map(|error| Some((conflict(error, text)?, error.span.start)));
    let first = marks.next()?;
    let last = marks.next_back().unwrap_or(first);
    Some(Span {
        start: match first {
            (BEFORE_CONFLICT, at) => at,
            _ => whole.start,
        },
        end: match last {
            (AFTER_CONFLICT, at) => at,
            _ => whole.end,
        },
    })
}

/// Makes the members invalid that begin in a span: each is what only one side says.
fn dispute(node: &mut Node<'_>, disputed: Span) {
    let Kind::Object(members) = &mut node.kind else {
        return;
    };
    for member in members {
        let at = member.key_span.start;
        if disputed.start <= at && at < disputed.end {
            member.value.kind = Kind::Invalid;
        }
    }
}
