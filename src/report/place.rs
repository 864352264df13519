//! Places as people and machines read them: path, line and column.

use std::sync::Arc;

use crate::finding::FileRecord;
use crate::source::{Place, Position, Range, Source, Sources, Span};

/// A place looked up in its file.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    /// The file; `None` if the run no longer holds it, which leaves nothing to count lines in.
    pub(super) source: Option<Arc<Source>>,
    /// The place as bytes.
    pub(super) span: Span,
    /// Where the place starts and ends.
    pub(super) range: Range,
}

/// The place of what cannot be looked up.
const FIRST: Position = Position { line: 1, column: 1 };

impl Spot {
    /// Looks a place up.
    pub(super) fn of(place: Place, sources: &Sources) -> Self {
        let source = sources.get(place.file);
        let nowhere = Range {
            start: FIRST,
            end: FIRST,
        };
        let range = source
            .as_ref()
            .map_or(nowhere, |source| source.range(place.span));
        Self {
            source,
            span: place.span,
            range,
        }
    }

    /// Where the reason of a file points, if it points somewhere.
    pub(super) fn of_file(file: &FileRecord, sources: &Sources) -> Option<Self> {
        let spot = Self::of(file.place?, sources);
        spot.source.is_some().then_some(spot)
    }

    /// The name of the file, as it is.
    pub(super) fn path(&self) -> &str {
        self.source
            .as_ref()
            .map_or("(unknown file)", |source| source.name())
    }

    /// `path:line:column`, with the path as it is.
    pub(super) fn line_and_column(&self) -> String {
        let Position { line, column } = self.range.start;
        format!("{}:{line}:{column}", self.path())
    }

    /// `path:line`, with the path as it is.
    pub(super) fn line(&self) -> String {
        format!("{}:{}", self.path(), self.range.start.line)
    }
}
