//! The tree of a JSON text. It borrows strings and numbers from the text.
use super::Note;
use super::damage::{Damage, Written};
use crate::source::Span;
use crate::syntax::error::SyntaxError;
use std::borrow::Cow;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'s> {
    /// The value.
    pub kind: Kind<'s>,
    /// From its first to its last character: brackets and quotes included, blanks and comments around it not.
    pub span: Span,
}

/// The values of JSON, and what is left of one that could not be read.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind<'s> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it is written, of any size and precision, in the grammar of RFC 8259 section 6.
    Number(&'s str),
    /// A string with its escapes decoded; borrowed where it has none.
    String(Cow<'s, str>),
    /// The elements in order.
    Array(Box<[Node<'s>]>),
    /// The members in order, with all that share a key.
    Object(Box<[Member<'s>]>),
    /// A value that is missing or cannot be read; there is an error for it. It is not null: what was meant is unknown.
    Invalid,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Member<'s> {
    /// The key with its escapes decoded.
    pub key: Cow<'s, str>,
    /// The key as written, with its quotes.
    pub key_span: Span,
    /// The value.
    pub value: Node<'s>,
}

impl<'s> Node<'s> {
    /// The value of the member `key` of an object: the last one, in any (ASCII) letter case, since ARM takes names in
    /// any case and readers of JSON let the last member win. `None` where there is none, or this is no object.
    pub fn get(&self, key: &str) -> Option<&Node<'s>> {
        self.member(key).map(|member| &member.value)
    }

    /// As [`get`](Self::get), with the key as written and its place.
    pub fn member(&self, key: &str) -> Option<&Member<'s>> {
        self.members()
            .iter()
            .rev()
            .find(|member| member.key.eq_ignore_ascii_case(key))
    }

    /// The members of an object; none for another value.
    pub fn members(&self) -> &[Member<'s>] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of an array; none for another value.
    pub fn elements(&self) -> &[Node<'s>] {
        match &self.kind {
            Kind::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.kind, Kind::Object(_))
    }

    /// Whether it is an array.
    pub fn is_array(&self) -> bool {
        matches!(self.kind, Kind::Array(_))
    }
}

/// A text with one value, as RFC 8259 has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document<'s> {
    /// The value; [`Kind::Invalid`] where the text has none.
    pub root: Node<'s>,
    /// What the reader should know of, in order of place.
    pub notes: Vec<Note>,
    /// What could not be read, in order of place.
    pub errors: Vec<SyntaxError>,
    /// What may have lost a part to the errors.
    pub damage: Damage,
}

impl Document<'_> {
    /// The text that this was parsed from, with its damage.
    pub fn written<'d>(&'d self, text: &'d str) -> Written<'d> {
        Written {
            text,
            damage: &self.damage,
        }
    }
}

/// A text with any number of values: newline-delimited JSON, or what several commands wrote into one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence<'s> {
    /// The values in order; none where the text has only blanks and comments.
    pub values: Vec<Node<'s>>,
    /// What the reader should know of, in order of place.
    pub notes: Vec<Note>,
    /// What could not be read, in order of place. That there is more than one value is no error here.
    pub errors: Vec<SyntaxError>,
    /// What may have lost a part to the errors.
    pub damage: Damage,
}

impl<'s> Sequence<'s> {
    /// The text that this was parsed from, with its damage.
    pub fn written<'d>(&'d self, text: &'d str) -> Written<'d> {
        Written {
            text,
            damage: &self.damage,
        }
    }

    /// The same text as one document: the first value, with an error where there is none or more than one.
    pub fn into_document(self) -> Document<'s> {
        let Self {
            values,
            notes,
            mut errors,
            damage,
        } = self;
        let mut values = values.into_iter();
        let root = values.next().unwrap_or(Node {
            kind: Kind::Invalid,
            span: Span::default(),
        });
        if matches!(root.kind, Kind::Invalid) && errors.is_empty() {
            errors.push(SyntaxError::new(
                "there is no JSON value in this text",
                Span::default(),
            ));
        }
        if let Some(second) = values.next() {
            errors.push(
                SyntaxError::new("a second value after the end of the first one", second.span)
                    .with_help("keep one value in the file; only exports may have one per line"),
            );
            errors.sort_by_key(|error| error.span);
        }
        Document {
            root,
            notes,
            errors,
            damage,
        }
    }
}
