//! Bytes to text that can be pointed into.
//!
//! In: paths. Out: decoded text, and the line and column of any byte offset. It refuses to know what a file means.
//!
//! All reading of files goes through here, so that every text of a run has a number, a printed name and one decoding. So
//! does writing, which never leaves half a file.
mod decode;
mod error;
mod lines;
mod name;
mod read;
mod replace;
mod resolve;
mod span;
mod store;

pub(crate) use decode::is_utf16;
pub use decode::{Decoded, Encoding, decode};
pub(crate) use error::words;
pub use error::{EncodingFault, SourceError};
pub use lines::{LineIndex, Position, Range};
pub(crate) use name::for_people;
pub(crate) use read::canonical;
pub use read::{SIZE_LIMIT, read_beginning, read_bytes, read_text};
pub(crate) use replace::{replace, target};
pub use span::{FileId, Place, Span};
pub use store::{Source, Sources};
