//! Templates in other documents: an artifact of Azure Blueprints or the request that deploys a template
//! (`{"properties": {"template": …}}`), the export of a deployment stack (`{"template": …}`), a template spec
//! (`mainTemplate`), and a list of these.
//!
//! In: the tree of a document. Out: where its template stands, and the template. One that stands there as a text of JSON, as
//! PowerShell prints that of a template spec, is read too. Of several templates the first is the one, and the others are
//! told of. It refuses to know which documents are some (`discover::classify`).

use super::value::Lowering;
use super::{Lowered, template};
use crate::source::{FileId, Span};
use crate::syntax::error::SyntaxError;
use crate::syntax::json::{self, Kind, Member, Node, StringMap, Written};
use crate::syntax::template::Template;

/// The template in another document. `None` where there is none.
pub fn enclosed(
    root: &Node<'_>,
    written: Option<Written<'_>>,
    file: FileId,
) -> Option<Lowered<Template>> {
    let mut nodes = enclosing(root).filter_map(enclosed_node);
    let first = nodes.next()?;
    let mut lowered = match first.as_str() {
        Some(text) => in_text(text, first.span, written, file),
        None => template(first, written, file),
    };
    lowered.errors.extend(nodes.map(|other| {
        let message = "this template is not judged, since another one stands before it; write it into a file of its own";
        SyntaxError::new(message, other.span)
    }));
    Some(lowered)
}

/// The documents that may hold a template: one, or those of a list.
pub(crate) fn enclosing<'n, 's>(root: &'n Node<'s>) -> impl Iterator<Item = &'n Node<'s>> {
    let alone = (!root.is_array()).then_some(root);
    alone.into_iter().chain(root.elements())
}

/// Where the template of a document stands.
pub(crate) fn enclosed_node<'n, 's>(document: &'n Node<'s>) -> Option<&'n Node<'s>> {
    let within = |name| {
        let properties = document.get("properties");
        let inner = properties.and_then(|properties| properties.get(name));
        inner.or_else(|| document.get(name))
    };
    let is_text = |node: &Node<'_>| node.as_str().is_some_and(is_text_of_object);
    ["template", "mainTemplate"]
        .into_iter()
        .filter_map(within)
        .find(|node| node.is_object() || is_text(node))
}

/// A text that is cut off has no end, and is told of.
fn is_text_of_object(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// The template that a string is the text of. What is wrong with the text is told, and then nothing of it is known.
fn in_text(
    text: &str,
    span: Span,
    written: Option<Written<'_>>,
    file: FileId,
) -> Lowered<Template> {
    let document = json::parse(text);
    let wrong = match document.errors.first() {
        Some(error) => Some(&*error.message),
        None if document.root.get("resources").is_none()
            && enclosed_node(&document.root).is_some() =>
        {
            Some("it holds another document, with a template in it")
        }
        None => None,
    };
    if let Some(wrong) = wrong {
        let mut lowering = Lowering::new(None, file);
        let message = format!("the template in this text cannot be read: {wrong}");
        lowering.report(SyntaxError::new(message, span));
        let nothing = Node {
            kind: Kind::Object(Box::default()),
            span,
        };
        let template = lowering.template(&nothing);
        return lowering.finish(template);
    }
    let map = written.map(|written| StringMap::new(written.text, span));
    let place = |inner: Span| {
        map.as_ref()
            .map_or(span, |map| map.source_span(inner.range()))
    };
    template(&placed(document.root, &place), None, file)
}

/// A tree with its spans where the text that it was parsed from is written.
fn placed<'s>(node: Node<'s>, place: &impl Fn(Span) -> Span) -> Node<'s> {
    let kind = match node.kind {
        Kind::Array(elements) => Kind::Array(
            elements
                .into_iter()
                .map(|element| placed(element, place))
                .collect(),
        ),
        Kind::Object(members) => Kind::Object(
            members
                .into_iter()
                .map(|member| Member {
                    key_span: place(member.key_span),
                    value: placed(member.value, place),
                    ..member
                })
                .collect(),
        ),
        other => other,
    };
    Node {
        kind,
        span: place(node.span),
    }
}
