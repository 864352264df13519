//! Events to a tree.

use std::borrow::Cow;

use foldhash::HashMap;
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::scalar;
use crate::source::Span;
use crate::syntax::error::SyntaxError;

/// How deep sequences and mappings may nest.
pub const MAX_DEPTH: usize = 128;
/// How many nodes a tree may have, aliases counted as often as they stand.
pub const MAX_NODES: usize = 250_000;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub kind: Kind,
    /// Where. What an alias stands for has the place of the anchor.
    pub span: Span,
}

/// The values of YAML's core schema.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that fits 64 bits.
    Integer(i64),
    /// Any other number but infinities, as JSON would write it.
    Decimal(String),
    /// A string.
    String(String),
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping, in order.
    Mapping(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key as a string: what is no string is taken as it is written.
    pub key: String,
    /// Where the key is written.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// The tree of a text with one document; `null` for a text without any.
///
/// # Errors
/// Why it has no tree.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    let offsets = Offsets::of(text);
    let mut builder = Builder::default();
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = offsets.byte(error.marker().index());
            SyntaxError::new(error.info().to_owned(), Span::point(at))
        })?;
        let span = Span::new(
            offsets.byte(span.start.index()),
            offsets.byte(span.end.index()),
        );
        if matches!(event, Event::DocumentStart(_)) {
            documents += 1;
            if documents > 1 {
                let error = SyntaxError::new("a second document in the file", span);
                return Err(error.with_help("keep one document in the file"));
            }
        }
        builder.event(event, span)?;
    }
    Ok(builder.root.unwrap_or(Node {
        kind: Kind::Null,
        span: Span::default(),
    }))
}

/// Byte offsets of characters; the parser counts characters.
struct Offsets(Option<Vec<u32>>);

impl Offsets {
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self(None);
        }
        let starts = text.char_indices().map(|(start, _)| start);
        let all = starts.chain([text.len()]);
        Self(Some(
            all.map(|start| u32::try_from(start).unwrap_or(u32::MAX))
                .collect(),
        ))
    }

    fn byte(&self, character: usize) -> usize {
        match &self.0 {
            None => character,
            Some(starts) => starts
                .get(character)
                .or(starts.last())
                .map_or(0, |&start| start as usize),
        }
    }
}

/// A sequence or mapping whose end has not come yet.
struct Open {
    kind: Kind,
    span: Span,
    anchor: usize,
    /// How many nodes it has so far.
    size: usize,
    /// The key that waits for its value.
    key: Option<(String, Span)>,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
    /// What anchors name, with the number of nodes.
    anchors: HashMap<usize, (Node, usize)>,
    /// How many nodes there are, aliases counted as what they stand for.
    nodes: usize,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1, span)?;
                let kind = scalar_kind(&text, style, tag.as_deref(), span)?;
                self.finished(Node { kind, span }, 1, anchor, Some(&text))
            }
            Event::SequenceStart(anchor, _) => self.start(Kind::Sequence(Vec::new()), span, anchor),
            Event::MappingStart(anchor, _) => self.start(Kind::Mapping(Vec::new()), span, anchor),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => {
                    let node = Node {
                        kind: open.kind,
                        span: open.span.to(span),
                    };
                    self.finished(node, open.size, open.anchor, None)
                }
                None => Ok(()),
            },
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some((node, size)) => {
                    self.count(size, span)?;
                    self.finished(node, size, 0, None)
                }
                None => Err(SyntaxError::new(
                    "an alias of something that is not complete, or is not there",
                    span,
                )),
            },
            _ => Ok(()),
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), SyntaxError> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES {
            let message = format!("more than {MAX_NODES} values");
            return Err(SyntaxError::new(message, span));
        }
        Ok(())
    }

    fn start(&mut self, kind: Kind, span: Span, anchor: usize) -> Result<(), SyntaxError> {
        self.count(1, span)?;
        if self.open.len() >= MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            return Err(SyntaxError::new(message, span));
        }
        if let Some(Open {
            kind: Kind::Mapping(_),
            key: None,
            ..
        }) = self.open.last()
        {
            return Err(SyntaxError::new("a key that is no scalar", span));
        }
        self.open.push(Open {
            kind,
            span,
            anchor,
            size: 1,
            key: None,
        });
        Ok(())
    }

    /// Puts a node that is complete in its place. `text` is what a scalar is written as.
    fn finished(
        &mut self,
        node: Node,
        size: usize,
        anchor: usize,
        text: Option<&Cow<'_, str>>,
    ) -> Result<(), SyntaxError> {
        let span = node.span;
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.kind {
            Kind::Mapping(entries) => match open.key.take() {
                Some((key, key_span)) => {
                    entries.push(Entry {
                        key,
                        key_span,
                        value: node,
                    });
                    open.size = open.size.saturating_add(size);
                }
                None => {
                    let key = match (text, node.kind) {
                        (Some(text), _) => text.clone().into_owned(),
                        (None, Kind::String(text)) => text,
                        (None, _) => {
                            return Err(SyntaxError::new("a key that is no scalar", span));
                        }
                    };
                    open.key = Some((key, span));
                }
            },
            Kind::Sequence(items) => {
                items.push(node);
                open.size = open.size.saturating_add(size);
            }
            _ => {}
        }
        Ok(())
    }
}

fn scalar_kind(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    span: Span,
) -> Result<Kind, SyntaxError> {
    match tag.filter(|tag| tag.is_yaml_core_schema()) {
        Some(tag) => scalar::tagged(text, &tag.suffix)
            .ok_or_else(|| SyntaxError::new(format!("this is no {}", tag.suffix), span)),
        None if style == ScalarStyle::Plain => Ok(scalar::plain(text)),
        None => Ok(Kind::String(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]
    use super::*;

    fn entries(node: &Node) -> &[Entry] {
        match &node.kind {
            Kind::Mapping(entries) => entries,
            other => panic!("{other:?} is no mapping"),
        }
    }

    #[test]
    fn spans_are_bytes_also_behind_characters_of_many() {
        let text = "name: 'ü😀'\nranges:\n  - 10.0.0.0/8\n  - ${x}\n1: true\n";
        let root = parse(text).unwrap();
        let [name, ranges, one] = entries(&root) else {
            panic!("{root:?}")
        };
        assert_eq!(name.value.kind, Kind::String("ü😀".to_owned()));
        assert_eq!(&text[ranges.key_span.range()], "ranges");
        let Kind::Sequence(items) = &ranges.value.kind else {
            panic!("{ranges:?}")
        };
        assert_eq!(text[items[0].span.range()].trim_end(), "10.0.0.0/8");
        assert_eq!(
            (one.key.as_str(), &one.value.kind),
            ("1", &Kind::Bool(true))
        );
    }

    #[test]
    fn aliases_stand_for_what_they_name_and_bombs_end() {
        let root = parse("a: &x {k: [1]}\nb: *x\n").unwrap();
        let [a, b] = entries(&root) else {
            panic!("{root:?}")
        };
        assert_eq!(a.value.kind, b.value.kind);
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..30 {
            let below = level - 1;
            let items = vec![format!("*a{below}"); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        }
        assert!(parse(&bomb).unwrap_err().message.contains("250000"));
        assert!(parse("a: &a [*a]\n").is_err());
    }

    #[test]
    fn depth_and_documents_are_bounded() {
        for text in [
            "[".repeat(100_000),
            "{a: ".repeat(100_000),
            "- ".repeat(100_000),
        ] {
            assert!(parse(&text).is_err());
        }
        assert!(parse("a: 1\n---\nb: 2\n").is_err());
        assert_eq!(parse("# nothing\n").unwrap().kind, Kind::Null);
        assert_eq!(parse("").unwrap().kind, Kind::Null);
        assert!(parse("a: b: c").is_err());
        assert!(parse("? [a, b]\n: c\n").is_err());
    }
}
