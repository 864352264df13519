//! Where the nodes of a syntax tree are: side by side in the order in which they were read, and gone all at once.

use bumpalo::Bump;

/// The memory of the syntax trees that are read into it. Nodes refer to each other and own nothing.
#[derive(Debug, Default)]
pub struct Arena(Bump);

impl Arena {
    /// One with room for the tree of a text of this length, which most need.
    pub fn for_text(length: usize) -> Self {
        Self(Bump::with_capacity(3 * length))
    }

    /// Keeps a node.
    pub(super) fn node<T>(&self, node: T) -> &T {
        const { assert!(!std::mem::needs_drop::<T>(), "nobody would drop it") }
        self.0.alloc(node)
    }

    /// Keeps a list of nodes.
    pub(super) fn list<T: Copy>(&self, nodes: &[T]) -> &[T] {
        self.0.alloc_slice_copy(nodes)
    }

    /// Keeps what stands in `pending` from `start` on, and takes it away there.
    pub(super) fn list_from<T: Copy>(&self, pending: &mut Vec<T>, start: usize) -> &[T] {
        let list = self.list(pending.get(start..).unwrap_or_default());
        pending.truncate(start);
        list
    }

    /// Keeps a text.
    pub(super) fn text(&self, characters: impl Iterator<Item = char>) -> &str {
        let text: String = characters.collect();
        self.0.alloc_str(&text)
    }
}
