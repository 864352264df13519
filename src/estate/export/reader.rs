//! JSON of an export as values: places, what PowerShell cut off, what could not be read.

use std::borrow::Cow;
use std::cell::RefCell;

use super::Problem;
use super::flattened;
use crate::evaluate::origin::Origin;
use crate::evaluate::symbol::{Symbol, Term};
use crate::evaluate::value::{Kind, Member, Object, Value};
use crate::source::{FileId, Place, Span};
use crate::syntax::expression::Text;
use crate::syntax::json::{self, Damage, Node, StringMap};

/// How deep an export is read. Resources nest by about a dozen levels.
const MAX_DEPTH: usize = 64;

/// What all readers of a file share.
pub(super) struct File {
    pub(super) id: FileId,
    pub(super) problems: RefCell<Vec<Problem>>,
}

/// Reads the JSON of a file, or JSON that is written into a string of it.
pub(super) struct Reader<'a> {
    file: &'a File,
    /// What the spans of nodes are offsets of.
    text: &'a str,
    /// What of it may have lost a part to syntax errors.
    pub(super) damage: &'a Damage,
    /// The way from the text of a string back to the file.
    map: Option<&'a StringMap>,
}

/// The path of what is being read, for the cause of what is left out. Items of a list have that of the list.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    name: &'p str,
    above: Option<&'p Path<'p>>,
}

impl<'p> Path<'p> {
    pub(super) fn root(name: &'p str) -> Self {
        Self { name, above: None }
    }

    pub(super) fn below(&'p self, name: &'p str) -> Path<'p> {
        Path {
            name,
            above: Some(self),
        }
    }

    pub(super) fn text(&self) -> String {
        match self.above {
            Some(above) => format!("{}.{}", above.text(), self.name),
            None => self.name.to_owned(),
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a File, text: &'a str, damage: &'a Damage) -> Self {
        Self {
            file,
            text,
            damage,
            map: None,
        }
    }

    /// The place of a span.
    pub(super) fn place(&self, span: Span) -> Place {
        let span = self.map.map_or(span, |map| map.source_span(span.range()));
        Place::new(self.file.id, span)
    }

    pub(super) fn origin(&self, node: &Node<'_>) -> Origin {
        Origin::at(self.place(node.span))
    }

    pub(super) fn report(&self, node: &Node<'_>, message: impl Into<String>) {
        self.file.problems.borrow_mut().push(Problem {
            place: self.place(node.span),
            message: message.into(),
        });
    }

    /// What the export leaves out of what stands at `node`.
    pub(super) fn left_out(&self, property: impl Into<Text>, node: &Node<'_>) -> Value {
        let term = Term::NotExported {
            property: property.into(),
            place: self.place(node.span),
        };
        Value::symbolic(Symbol::new(term), self.origin(node))
    }

    /// An object of which only some members are known.
    pub(super) fn partial(&self, known: Object, rest: Value) -> Value {
        let origin = rest.origin.clone();
        let operands = vec![rest, Value::object(known, origin.clone())];
        let operands = Value::array(operands, origin.clone());
        Value::symbolic(Symbol::call("shallowMerge", vec![operands]), origin)
    }

    /// The value at a path.
    pub(super) fn value(&self, node: &Node<'_>, path: &Path<'_>) -> Value {
        self.within(node, path, MAX_DEPTH)
    }

    fn within(&self, node: &Node<'_>, path: &Path<'_>, depth: usize) -> Value {
        let node = uncounted(node);
        let origin = self.origin(node);
        let kind = match &node.kind {
            json::Kind::Null => Kind::Null,
            json::Kind::Bool(value) => Kind::Bool(*value),
            json::Kind::Number(text) => match text.parse() {
                Ok(number) => Kind::Integer(number),
                Err(_) => Kind::Decimal((*text).into()),
            },
            json::Kind::String(text) if json::is_cut_off(text) => return self.cut_off(node, path),
            json::Kind::String(text) => Kind::String(text.as_ref().into()),
            json::Kind::Invalid => return self.failed(node),
            json::Kind::Array(_) | json::Kind::Object(_) if depth == 0 => {
                self.report(
                    node,
                    format!("this is nested deeper than {MAX_DEPTH} levels and was not read"),
                );
                return self.failed(node);
            }
            json::Kind::Array(elements) => {
                let read = |element| self.within(element, path, depth - 1);
                let items = Value::array(elements.iter().map(read).collect(), origin);
                if !self.damage.touches(node) {
                    return items;
                }
                let rest = self.failed(node);
                let origin = items.origin.clone();
                return Value::symbolic(Symbol::call("concat", vec![items, rest]), origin);
            }
            json::Kind::Object(_) => return self.object(node, path, depth),
        };
        Value::new(kind, origin)
    }

    fn object(&self, node: &Node<'_>, path: &Path<'_>, depth: usize) -> Value {
        let flattened = flattened::is_sub_resource(path.name, node);
        let mut own = Object::new();
        let mut properties = Object::new();
        let below = Path::root("properties");
        for member in node.members() {
            let moved = flattened && !flattened::stays_on_top(&member.key);
            let path = if moved { &below } else { path };
            let member = Member {
                value: self.within(&member.value, &path.below(&member.key), depth - 1),
                key: member.key.as_ref().into(),
                key_place: self.place(member.key_span),
            };
            if moved {
                properties.insert(member);
            } else {
                own.insert(member);
            }
        }
        if flattened {
            let value = if flattened::is_projected(path.name, node) {
                self.partial(properties, self.left_out("properties.*", node))
            } else {
                Value::object(properties, self.origin(node))
            };
            own.insert(Member {
                key: "properties".into(),
                key_place: self.head(node),
                value,
            });
        }
        if self.damage.touches(node) {
            return self.partial(own, self.failed(node));
        }
        Value::object(own, self.origin(node))
    }

    /// A member at a path, with its name.
    pub(super) fn member(&self, member: &json::Member<'_>, path: &Path<'_>) -> Member {
        Member {
            value: self.value(&member.value, path),
            key: member.key.as_ref().into(),
            key_place: self.place(member.key_span),
        }
    }

    /// What to point at when an object as a whole is meant.
    pub(super) fn head(&self, node: &Node<'_>) -> Place {
        const NAMES: [&str; 7] = [
            "type",
            "resourceType",
            "name",
            "vaultName",
            "id",
            "resourceId",
            "defaultAction",
        ];
        let named = NAMES.iter().find_map(|name| node.get(name));
        let named = named.filter(|value| value.as_str().is_some());
        named.map_or_else(
            || {
                let start = node.span.start as usize;
                self.place(Span::new(start, start + 1))
            },
            |value| self.place(value.span),
        )
    }

    /// JSON that is written into a string, read by `read`; `None` where it is no JSON object.
    pub(super) fn embedded<T>(
        &self,
        node: &Node<'_>,
        read: impl FnOnce(&Reader<'_>, &Node<'_>) -> T,
    ) -> Option<T> {
        let json::Kind::String(text) = &node.kind else {
            return None;
        };
        let sequence = json::parse_sequence(text);
        let [root] = sequence.values.as_slice() else {
            return None;
        };
        if !root.is_object() || self.map.is_some() {
            return None;
        }
        let map = StringMap::new(self.text, node.span);
        let reader = Reader {
            file: self.file,
            text,
            damage: &sequence.damage,
            map: Some(&map),
        };
        Some(read(&reader, root))
    }

    /// The pieces of a text that a separator divides, each at its place in the string.
    pub(super) fn pieces(&self, node: &Node<'_>, separators: &[char]) -> Vec<Value> {
        let json::Kind::String(text) = &node.kind else {
            return Vec::new();
        };
        let own_map;
        let map = match (text, self.map) {
            (Cow::Owned(_), None) => {
                own_map = StringMap::new(self.text, node.span);
                Some(&own_map)
            }
            _ => None,
        };
        let start = node.span.start as usize + 1;
        let mut at = 0;
        let mut pieces = Vec::new();
        for piece in text.split(separators) {
            let from = at;
            at += piece.len()
                + separators
                    .first()
                    .map_or(0, |separator| separator.len_utf8());
            if piece.is_empty() {
                continue;
            }
            let place = match (map, self.map) {
                (Some(map), _) => {
                    Place::new(self.file.id, map.source_span(from..from + piece.len()))
                }
                (None, None) => Place::new(
                    self.file.id,
                    Span::new(start + from, start + from + piece.len()),
                ),
                (None, Some(_)) => self.place(node.span),
            };
            pieces.push(Value::string(piece, Origin::at(place)));
        }
        pieces
    }

    /// Whether a text stands in the place of a value because of `ConvertTo-Json -Depth`. Told once for each file.
    pub(super) fn cut_off(&self, node: &Node<'_>, path: &Path<'_>) -> Value {
        const MESSAGE: &str =
            "`ConvertTo-Json` cut values off here; run it again with a greater depth, `-Depth 10`";
        let is_told = {
            let problems = self.file.problems.borrow();
            problems.iter().any(|problem| problem.message == MESSAGE)
        };
        if !is_told {
            self.report(node, MESSAGE);
        }
        self.left_out(path.text(), node)
    }

    fn failed(&self, node: &Node<'_>) -> Value {
        let term = Term::Failed {
            text: "unreadable".into(),
            message: "this part of the export cannot be read".into(),
            place: self.place(node.span),
            surely: false,
        };
        Value::symbolic(Symbol::new(term), self.origin(node))
    }
}

/// The list in what Windows PowerShell makes of one with members of its own: `{"value": […], "Count": 1}`.
pub(super) fn uncounted<'n, 's>(node: &'n Node<'s>) -> &'n Node<'s> {
    match node.members() {
        [list, count] if list.key == "value" && count.key == "Count" && list.value.is_array() => {
            &list.value
        }
        _ => node,
    }
}
