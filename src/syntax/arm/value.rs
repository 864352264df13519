//! Values: JSON to expressions, and the loops among the members of an object.
use memchr::memchr2_iter;

use super::Lowered;
use crate::source::{FileId, Span};
use crate::syntax::error::SyntaxError;
use crate::syntax::expression::{
    Expression, ExpressionKind, Loop, Property, Rounds, Text, Undecided, is_expression, parse,
    shared, unescape,
};
use crate::syntax::json::{Damage, Kind, Member, Node, StringMap, Written};
use crate::syntax::template::Name;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// The lowering of one file: what it was read from, and the errors so far.
pub(super) struct Lowering<'s> {
    written: Option<Written<'s>>,
    pub(super) file: FileId,
    errors: Vec<SyntaxError>,
    /// Whether an expression so far may call `reference`.
    refers: bool,
    /// Where `ConvertTo-Json` cut values off.
    cut_off: BTreeSet<Span>,
}

/// A JSON value as a literal: strings are what they are, whatever brackets they stand in. So are the values of
/// parameter files and exports.
pub fn literal(node: &Node<'_>) -> Expression {
    literal_of(node, None)
}

fn literal_of(node: &Node<'_>, damage: Option<&Damage>) -> Expression {
    let literal = |node| literal_of(node, damage);
    let kind = match &node.kind {
        Kind::String(text) => ExpressionKind::String(shared(text)),
        Kind::Array(elements) => ExpressionKind::Array(elements.iter().map(literal).collect()),
        Kind::Object(members) => ExpressionKind::Object(
            members
                .iter()
                .map(|member| Property {
                    key: Expression::string(member.key.as_ref(), member.key_span),
                    value: literal(&member.value),
                })
                .collect(),
        ),
        scalar => self::scalar(scalar),
    };
    with_loss(Expression::new(kind, node.span), damage)
}

fn with_loss(read: Expression, damage: Option<&Damage>) -> Expression {
    let span = read.span;
    let function = match &read.kind {
        _ if !damage.is_some_and(|damage| damage.is_at(span)) => return read,
        ExpressionKind::Array(_) => "concat",
        ExpressionKind::Object(_) => "shallowMerge",
        _ => return read,
    };
    let arguments = if function == "concat" {
        vec![read, invalid(span)]
    } else {
        let both = vec![invalid(span), read];
        vec![Expression::new(ExpressionKind::Array(both.into()), span)]
    };
    Expression::call(function, arguments, span)
}

/// What neither has parts nor can be an expression.
fn scalar(kind: &Kind<'_>) -> ExpressionKind {
    match kind {
        Kind::Bool(value) => ExpressionKind::Bool(*value),
        Kind::Number(text) => text.parse().map_or_else(
            |_| ExpressionKind::Decimal((*text).into()),
            ExpressionKind::Integer,
        ),
        Kind::Invalid => ExpressionKind::Invalid("".into()),
        _ => ExpressionKind::Null,
    }
}

/// Whether an expression may call `reference`. Most have the letter `f` in few places.
fn may_refer(text: &str) -> bool {
    const NAME: &[u8] = b"reference";
    let bytes = text.as_bytes();
    memchr2_iter(b'f', b'F', bytes).any(|at| {
        let start = at.checked_sub(2);
        let word = start.and_then(|start| bytes.get(start..start + NAME.len()));
        word.is_some_and(|word| word.eq_ignore_ascii_case(NAME))
    })
}

impl<'s> Lowering<'s> {
    pub(super) fn new(written: Option<Written<'s>>, file: FileId) -> Self {
        Self {
            written,
            file,
            errors: Vec::new(),
            refers: false,
            cut_off: BTreeSet::new(),
        }
    }

    /// Reports a value that `ConvertTo-Json` cut off. What stands in its place has no value.
    pub(super) fn report_cut_off(&mut self, span: Span) {
        let message = "`ConvertTo-Json` cut this value off; run it again with a greater `-Depth`";
        self.report(SyntaxError::new(message, span));
        self.cut_off.insert(span);
    }

    pub(super) fn finish<T>(mut self, value: T) -> Lowered<T> {
        self.errors.sort_by_key(|error| error.span);
        Lowered {
            value,
            errors: self.errors,
        }
    }

    /// Whether an expression so far may call `reference`.
    pub(super) fn refers(&self) -> bool {
        self.refers
    }

    pub(super) fn report(&mut self, error: SyntaxError) {
        self.errors.push(error);
    }

    /// Reports a value of the wrong kind. One that could not be read was reported by the JSON parser.
    pub(super) fn wrong_kind(&mut self, what: &str, expected: &str, found: &Node<'_>) {
        let found_kind = match &found.kind {
            Kind::Invalid => return,
            Kind::Null => "null",
            Kind::Bool(_) => "a bool",
            Kind::Number(_) => "a number",
            Kind::String(text) if is_expression(text) => "an expression",
            Kind::String(_) => "a string",
            Kind::Array(_) => "an array",
            Kind::Object(_) => "an object",
        };
        self.report(SyntaxError::new(
            format!("{what} must be {expected}, not {found_kind}"),
            place(found),
        ));
    }

    /// Whether this array or object may have lost a part to a syntax error.
    pub(super) fn is_damaged(&self, node: &Node<'_>) -> bool {
        self.written
            .is_some_and(|written| written.damage.touches(node))
    }

    /// A JSON value as a literal; see [`literal`].
    pub(super) fn literal(&self, node: &Node<'_>) -> Expression {
        let damage = self.written.map(|written| written.damage);
        literal_of(node, damage)
    }

    /// What an array or object is of which a part may be lost: what was read of it, and what is unknown. What was read
    /// goes before what is unknown of the same name.
    fn with_loss(&self, read: Expression) -> Expression {
        let damage = self.written.map(|written| written.damage);
        with_loss(read, damage)
    }

    /// Reports that an object lacks a member, and gives what stands in its place. Where a part of the object is lost
    /// the member may be in it, which was reported by the JSON parser.
    pub(super) fn missing(&mut self, what: &str, member: &str, object: &Node<'_>) -> Expression {
        if !self.is_damaged(object) {
            let message = format!("{what} needs `{member}`");
            self.report(SyntaxError::new(message, place(object)));
        }
        invalid(object.span)
    }

    /// A value of a template: its strings are expressions where they are written so, and `copy` is a loop.
    pub(super) fn value(&mut self, node: &Node<'_>) -> Expression {
        let kind = match &node.kind {
            Kind::String(text) => return self.string(text, node.span),
            Kind::Array(elements) => {
                ExpressionKind::Array(elements.iter().map(|element| self.value(element)).collect())
            }
            Kind::Object(members) => return self.object(members, node.span),
            Kind::Invalid if self.cut_off.contains(&node.span) => {
                ExpressionKind::Undecided(Box::new(Undecided {
                    text: "…".into(),
                    message: "`ConvertTo-Json` cut it off".into(),
                }))
            }
            scalar => self::scalar(scalar),
        };
        self.with_loss(Expression::new(kind, node.span))
    }

    /// An optional value.
    pub(super) fn optional(&mut self, node: Option<&Node<'_>>) -> Option<Expression> {
        node.map(|node| self.value(node))
    }

    /// A string of a template. Property names are such strings too.
    #[allow(
        clippy::ptr_arg,
        reason = "that the text is borrowed says that it is written without escapes"
    )]
    pub(super) fn string(&mut self, text: &Cow<'_, str>, span: Span) -> Expression {
        if !is_expression(text) {
            return Expression::string(unescape(text), span);
        }
        self.refers |= may_refer(text);
        let parsed = match (text, self.written.map(|written| written.text)) {
            (_, None) => parse(text, &|_| span),
            (Cow::Borrowed(_), Some(_)) => {
                let start = span.start as usize + 1;
                parse(text, &|range: Range<usize>| {
                    Span::new(start + range.start, start + range.end)
                })
            }
            (Cow::Owned(_), Some(source)) => {
                let map = StringMap::new(source, span);
                parse(text, &|range| map.source_span(range))
            }
        };
        parsed.unwrap_or_else(|error| {
            self.report(error);
            Expression::new(ExpressionKind::Invalid(text.as_ref().into()), span)
        })
    }

    /// An object of these members.
    pub(super) fn object<'n, 't: 'n>(
        &mut self,
        members: impl IntoIterator<Item = &'n Member<'t>>,
        span: Span,
    ) -> Expression {
        let members = members.into_iter();
        let mut properties = Vec::with_capacity(members.size_hint().0);
        for member in members {
            self.property(member, &mut properties);
        }
        self.with_loss(Expression::new(
            ExpressionKind::Object(properties.into()),
            span,
        ))
    }

    /// The property that a member is, or those that its loops give.
    pub(super) fn property(&mut self, member: &Member<'_>, properties: &mut Vec<Property>) {
        match loops(member) {
            Some(loops) => properties.extend(loops.iter().map(|node| self.property_loop(node))),
            None => properties.push(Property {
                key: self.string(&member.key, member.key_span),
                value: self.value(&member.value),
            }),
        }
    }

    /// `{"name": …, "count": …, "input": …}`: a property whose value is a loop.
    pub(super) fn property_loop(&mut self, node: &Node<'_>) -> Property {
        if !node.is_object() {
            self.wrong_kind("a `copy` loop", "an object", node);
            return Property {
                key: invalid(node.span),
                value: invalid(node.span),
            };
        }
        let key = match node.get("name") {
            Some(name) => self.value(name),
            None => self.missing("a `copy` loop", "name", node),
        };
        let name = key.as_str().or_else(|| node.get("name")?.as_str());
        let name = name.map(Text::from);
        Property {
            value: self.value_loop(node, name),
            key,
        }
    }

    /// `{"count": …, "input": …}`: an array made by a loop.
    pub(super) fn value_loop(&mut self, node: &Node<'_>, name: Option<Text>) -> Expression {
        let over = Rounds::Count(self.loop_member(node, "count"));
        let body = self.loop_member(node, "input");
        let kind = ExpressionKind::Loop(Box::new(Loop { name, over, body }));
        Expression::new(kind, node.span)
    }

    /// A member that a loop needs.
    pub(super) fn loop_member(&mut self, node: &Node<'_>, member: &str) -> Expression {
        match node.get(member) {
            Some(value) => self.value(value),
            None => self.missing("a `copy` loop", member, node),
        }
    }
}

/// The loops that `"copy": [{"name": …, "count": …, "input": …}]` holds. Arrays of other things are values: data may
/// have a member of this name too.
pub(super) fn loops<'n, 's>(member: &'n Member<'s>) -> Option<&'n [Node<'s>]> {
    if !member.key.eq_ignore_ascii_case("copy") {
        return None;
    }
    let elements = member.value.elements();
    let is_loop = |node: &Node<'_>| node.get("count").is_some() || node.get("input").is_some();
    elements.iter().any(is_loop).then_some(elements)
}

/// Where a message about a value points: what has parts may be long, so its opening bracket stands for it.
fn place(node: &Node<'_>) -> Span {
    match node.kind {
        Kind::Array(_) | Kind::Object(_) => {
            let start = node.span.start as usize;
            Span::new(start, start + 1)
        }
        _ => node.span,
    }
}

/// What stands in the place of something that was reported.
pub(super) fn invalid(span: Span) -> Expression {
    Expression::new(ExpressionKind::Invalid("".into()), span)
}

/// The name that a key is.
pub(super) fn name(member: &Member<'_>) -> Name {
    Name {
        text: shared(&member.key),
        span: member.key_span,
    }
}
