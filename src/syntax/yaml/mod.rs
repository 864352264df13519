//! YAML: text to a tree with spans.
//!
//! In: a text. Out: the tree of its one document, its scalars read by the core schema of YAML 1.2, or why there is none.
//! Aliases are replaced by what they stand for. It refuses to know tags of its author's own, which change nothing.
//!
//! The events are those of `saphyr-parser`. Depth and size are bounded here: a short text can describe a tree of any
//! size (aliases of aliases).

mod scalar;
mod tree;

pub use tree::{Entry, Kind, MAX_DEPTH, MAX_NODES, Node, parse};
