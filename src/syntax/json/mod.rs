//! JSON as it is found in the wild, with the place of everything.
//!
//! In: decoded text without a byte order mark. Out: a tree that borrows from the text, *notes* on what is not strict
//! JSON but has one meaning (comments, trailing commas, line breaks in strings), and *errors* on what has none. A text
//! that RFC 8259 does not allow always has a note or an error; one that it allows has no error, unless it is nested
//! deeper than [`MAX_DEPTH`].
//!
//! It refuses to know what a document means: that a string is an expression, that a member is a resource.
mod cut_off;
mod damage;
mod keys;
mod note;
mod parser;
mod recovery;
mod scan;
mod string;
mod tree;

pub use cut_off::is_cut_off;
pub use damage::{Damage, Written};
pub use note::{Note, NoteKind};
pub use parser::{MAX_DEPTH, parse, parse_sequence};
pub use string::StringMap;
pub use tree::{Document, Kind, Member, Node, Sequence};
