//! Bytes to text that can be pointed into.
//!
//! In: paths. Out: decoded text, and the line and column of any byte offset. It refuses to know what a file means.
mod span;

pub use span::{FileId, Place, Span};
