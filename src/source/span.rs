//! Where something stands in a text: a half-open range of byte offsets, and the file that it is in.

/// A half-open range `start..end` of byte offsets into the decoded UTF-8 text of one file.
///
/// Both ends lie on character boundaries and inside the text. Files are limited to less than 4 GiB, so 32 bits do.
/// Lines and columns are computed from it only when a report is written (see [`LineIndex`](super::LineIndex)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte; equal to `start` where the span is a point between two characters.
    pub end: u32,
}

impl Span {
    /// The span `start..end`. An end before the start gives the point `start`.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let start = clamp(start);
        Self {
            start,
            end: clamp(end).max(start),
        }
    }

    /// The empty span at `offset`.
    pub fn point(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// As a range to index the text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The number of bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it is a point.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies inside.
    pub fn holds(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// One file of a run, by its number in [`Sources`](super::Sources). Numbers follow the order of reading, which varies
/// between runs: nothing that is printed may depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A span and the file it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Where in its text.
    pub span: Span,
}

impl Place {
    /// A place in `file`.
    pub fn new(file: FileId, span: Span) -> Self {
        Self { file, span }
    }
}
