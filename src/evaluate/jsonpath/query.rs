//! A query, ready to run.

use foldhash::{HashSet, HashSetExt};
use jsonpath_rust::parser::errors::JsonPathError;
use jsonpath_rust::parser::parse_json_path;
use pest::error::InputLocation;

use super::error::{Fault, QueryError};
use super::evaluate::{At, Evaluation, Sink, Stride, Trail, item, straight};
use super::layer::{Layer, layer};
use super::lint::{self, marks};
use super::plan::{Segment, Selector, compile, singular};
use super::{Case, Node, Path, Selection, Step};
use crate::evaluate::value::{Kind, Value};
use crate::source::Span;
use crate::syntax::expression::Text;

/// A JSONPath query. Its patterns are compiled; it can be shared between threads.
#[derive(Debug, Clone)]
pub struct Query {
    text: Text,
    case: Case,
    from_current: bool,
    segments: Vec<Segment>,
}

/// How far a query gets on a value.
#[derive(Debug, Clone)]
pub struct Reach {
    /// The deepest node that is there.
    pub node: Node,
    /// The steps from there that the value does not have, as the query spells them. Where the node is symbolic they
    /// may be there.
    pub missing: Vec<Step>,
}

impl Query {
    /// Reads a query of a rule: ASCII case is ignored.
    ///
    /// # Errors
    /// Where the text is no query, or one that would never do what it seems to say.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        Self::parse_with(text, Case::Ignore)
    }

    /// Reads a query.
    ///
    /// # Errors
    /// As [`parse`](Self::parse); with [`Case::Exact`], what RFC 9535 has for invalid and no more than a few patterns
    /// that it only leaves without effect.
    pub fn parse_with(text: &str, case: Case) -> Result<Self, QueryError> {
        if case == Case::Ignore
            && let Some((from_current, segments)) = plain(text)
        {
            return Ok(Self {
                text: text.into(),
                case,
                from_current,
                segments,
            });
        }
        Self::parse_in_full(text, case)
    }

    fn parse_in_full(text: &str, case: Case) -> Result<Self, QueryError> {
        outer_space(text)?;
        let marks = marks(text)?;
        // The grammar has `$` only; the length stays, and so do all positions.
        let (from_current, parsed) = match text.strip_prefix('@') {
            Some(rest) if case == Case::Ignore => (true, parse_json_path(&format!("${rest}"))),
            _ => (false, parse_json_path(text)),
        };
        let tree = parsed.map_err(|error| syntax_error(error, text))?;
        Ok(Self {
            text: text.into(),
            case,
            from_current,
            segments: compile(tree, text, &marks, case)?,
        })
    }

    /// The query as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it selects one node at most: names and indexes only.
    pub fn is_singular(&self) -> bool {
        self.segments.iter().all(|step| singular(step).is_some())
    }

    /// What the query finds. `$` is `root`, and `@` at its start is `current`.
    pub fn select(&self, root: &Value, current: &Value) -> Selection {
        let trail = Trail::start();
        let start = At::start(self.start(root, current), &trail);
        if let Some(found) = straight(start, &self.segments, self.case) {
            return Selection {
                sure: found.into_iter().collect(),
                ..Selection::default()
            };
        }
        let evaluation = Evaluation::new(root, self.case);
        let mut selection = Selection::default();
        evaluation.run(start, &self.segments, &mut selection);
        selection.undecided = evaluation.undecided.into_inner();
        remove_repeated(&mut selection.hidden);
        remove_repeated(&mut selection.undecided);
        selection
    }

    /// How far the names and indexes that the query starts with get, so that what is absent can be shown where it
    /// would stand. Only members and items that are surely there count.
    pub fn reach(&self, root: &Value, current: &Value) -> Reach {
        let mut node = Node {
            value: self.start(root, current).clone(),
            path: Path::root(),
            key_place: None,
        };
        let mut steps = self.segments.iter().map_while(singular);
        let evaluation = Evaluation::new(root, self.case);
        while let Some(selector) = steps.next() {
            match evaluation.deeper(&node, selector) {
                Some(deeper) => node = deeper,
                None => {
                    let missing = std::iter::once(selector).chain(steps);
                    return Reach {
                        node,
                        missing: missing.filter_map(as_step).collect(),
                    };
                }
            }
        }
        Reach {
            node,
            missing: Vec::new(),
        }
    }

    fn start<'v>(&self, root: &'v Value, current: &'v Value) -> &'v Value {
        if self.from_current { current } else { root }
    }
}

impl Evaluation<'_> {
    /// The one child that a name or index selects, if it is surely there.
    fn deeper(&self, node: &Node, selector: &Selector) -> Option<Node> {
        let layer = layer(&node.value);
        let (stride, value) = match (selector, &layer) {
            (Selector::Name(name), Layer::Object(members)) => {
                let member = self.member(members, name)?;
                (Stride::Member(member), &member.value)
            }
            (Selector::Name(name), Layer::Partial(partial)) => {
                let member = self.member(&partial.members, name)?;
                (Stride::Member(member), &member.value)
            }
            (Selector::Index(index), Layer::Array(items)) => {
                let (index, item) = item(items, *index)?;
                (Stride::Item(index), item)
            }
            (Selector::Index(index), Layer::Partial(partial)) => partial.item(*index)?,
            _ => return None,
        };
        Some(Node {
            value: value.clone(),
            path: node.path.child(stride.step()),
            key_place: stride.key_place(),
        })
    }
}

fn as_step(selector: &Selector) -> Option<Step> {
    match selector {
        Selector::Name(name) => Some(Step::Member(name.clone())),
        Selector::Index(index) => Some(Step::Item(*index)),
        _ => None,
    }
}

impl Sink for Selection {
    fn node(&mut self, at: At<'_>) {
        if at.sure {
            self.sure.push(at.node());
        } else {
            self.possible.push(at.node());
        }
    }

    fn hides(&mut self, value: &Value) {
        self.hidden.push(value.clone());
    }

    fn merges(&mut self) {
        self.merged = true;
    }
}

/// Keeps the first of equal symbols at one place.
fn remove_repeated(values: &mut Vec<Value>) {
    if values.len() < 2 {
        return;
    }
    let mut seen = HashSet::new();
    values.retain(|value| {
        let symbol = match &value.kind {
            Kind::Symbolic(symbol) => Some(symbol.key()),
            _ => None,
        };
        seen.insert((value.origin.place, symbol))
    });
}

/// A query of nothing but names in ASCII, `[*]` and short indexes, which is nearly every one in a rule: whether it starts
/// at `@`, and its segments. The parser would give the same, at thirty times the cost, which a run pays at its start.
fn plain(text: &str) -> Option<(bool, Vec<Segment>)> {
    const MAX_DIGITS: usize = 9;
    let from_current = text.starts_with('@');
    let mut rest = text.strip_prefix(['$', '@'])?;
    let mut segments = Vec::new();
    while !rest.is_empty() {
        let selector = if let Some(named) = rest.strip_prefix('.') {
            let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            let end = named.bytes().take_while(is_part).count();
            let (name, after) = named.split_at(end);
            if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
                return None;
            }
            rest = after;
            Selector::Name(name.into())
        } else {
            let (inner, after) = rest.strip_prefix('[')?.split_once(']')?;
            rest = after;
            let is_index = !inner.is_empty()
                && inner.len() <= MAX_DIGITS
                && inner.bytes().all(|byte| byte.is_ascii_digit())
                && (inner.len() == 1 || !inner.starts_with('0'));
            match inner {
                "*" => Selector::Wildcard,
                _ if is_index => Selector::Index(inner.parse().ok()?),
                _ => return None,
            }
        };
        segments.push(Segment {
            descendant: false,
            selectors: vec![selector],
        });
    }
    Some((from_current, segments))
}

fn outer_space(text: &str) -> Result<(), QueryError> {
    let before = text.len() - text.trim_start_matches(lint::is_blank).len();
    let end = text.trim_end_matches(lint::is_blank).len();
    let span = if before > 0 {
        Span::new(0, before)
    } else {
        Span::new(end, text.len())
    };
    if span.is_empty() {
        return Ok(());
    }
    Err(QueryError::new(Fault::OuterSpace, span))
}

/// What the stock parser says, in our words and with the position where it has one.
fn syntax_error(error: JsonPathError, text: &str) -> QueryError {
    let whole = Span::new(0, text.len());
    let at = match error {
        JsonPathError::PestError(error) => match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        },
        JsonPathError::MaxNestingDepthExceeded(limit) => {
            return QueryError::new(Fault::TooDeep { limit }, whole);
        }
        other => {
            let message = other.to_string();
            return QueryError::new(Fault::Malformed { message }, whole);
        }
    };
    let rest = text.get(at..).unwrap_or_default();
    let length = found_length(rest);
    let found = match rest.get(..length) {
        Some(found) if !found.is_empty() => format!("`{found}`"),
        _ => String::from("the end"),
    };
    QueryError::new(Fault::Syntax { found }, Span::new(at, at + length))
}

/// How much of the text to show: a word or one character.
fn found_length(rest: &str) -> usize {
    let word = rest
        .find(|character| !lint::is_name(character))
        .unwrap_or(rest.len());
    word.max(rest.chars().next().map_or(0, char::len_utf8))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;
    use crate::evaluate::origin::Origin;
    use crate::evaluate::symbol::Symbol;
    use crate::evaluate::value::Member;
    use crate::source::{FileId, Place};

    #[test]
    fn to_go_straight_finds_what_is_found_in_general() {
        let origin = || Origin::at(Place::new(FileId(0), Span::point(0)));
        let text = |text: &str| Value::string(text, origin());
        let object = |members: Vec<(&str, Value)>| {
            let member = |(at, (key, value)): (usize, (&str, Value))| Member {
                key: key.into(),
                key_place: Place::new(FileId(0), Span::point(at)),
                value,
            };
            let members = members.into_iter().enumerate().map(member);
            Value::object(members.collect(), origin())
        };
        let inner = vec![
            ("Bypass", text("None")),
            ("rules", Value::new(Kind::Null, origin())),
            (
                "unknown",
                Value::symbolic(Symbol::call("f", vec![]), origin()),
            ),
        ];
        let root = object(vec![("type", text("a/b")), ("acls", object(inner))]);
        let shown = |selection: &Selection| {
            let nodes = selection.sure.iter();
            let nodes = nodes.map(|node| format!("{} {:?}", node.path, node.key_place));
            (nodes.collect::<Vec<_>>(), selection.is_complete())
        };
        for (query, is_straight) in [
            ("$", true),
            ("$.acls", true),
            ("$.ACLS.bypass", true),
            ("$.acls.rules", true),
            ("$.acls.unknown", true),
            ("$.acls.none", true),
            ("$.none.rules", true),
            ("$.acls.rules.none", false),
            ("$.acls.unknown.none", false),
            ("$.type.none", false),
            ("$.acls[0]", false),
            ("$.*", false),
            ("$..bypass", false),
        ] {
            let query = Query::parse(query).unwrap();
            let trail = Trail::start();
            let start = At::start(&root, &trail);
            let straight = straight(start, &query.segments, query.case);
            assert_eq!(straight.is_some(), is_straight, "{}", query.text());
            let mut general = Selection::default();
            Evaluation::new(&root, query.case).run(start, &query.segments, &mut general);
            let selection = query.select(&root, &root);
            assert_eq!(shown(&selection), shown(&general), "{}", query.text());
        }
    }

    #[test]
    fn a_plain_query_is_what_the_parser_makes_of_it() {
        let plain_ones = [
            "$",
            "@",
            "$.properties.networkAcls.ipRules[*].value",
            "@.value",
            "$.a[0][10]._b1",
            "@[*][999999999]",
            "$.null.true",
        ];
        for text in plain_ones {
            let (from_current, segments) = plain(text).unwrap();
            let full = Query::parse_in_full(text, Case::Ignore).unwrap();
            assert_eq!(from_current, full.from_current, "{text}");
            assert_eq!(
                format!("{segments:?}"),
                format!("{:?}", full.segments),
                "{text}"
            );
        }
    }

    #[test]
    fn all_else_is_left_to_the_parser() {
        let others = [
            "",
            "$.",
            "$.a ",
            " $.a",
            "$.a b",
            "$..a",
            "$.1a",
            "$.a-b",
            "$.\u{e9}",
            "$[01]",
            "$[-1]",
            "$[1:2]",
            "$['a']",
            "$[?@.a]",
            "$[*",
            "$[]",
            "$[1234567890]",
            "$a",
            "$.*",
            "a.b",
        ];
        for text in others {
            assert!(plain(text).is_none(), "{text}");
        }
    }
}
