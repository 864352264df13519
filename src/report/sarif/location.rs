//! Places as SARIF locations.

use serde_sarif::sarif::{Location, PhysicalLocation, Region};

use super::super::place::Spot;
use super::message::{message, plain};
use super::uri::{Base, Uri};
use crate::source::Range;

/// A region with both ends: lines and columns from 1, the end exclusive, columns in UTF-16 code units.
pub(super) fn region(range: Range) -> Region {
    Region::builder()
        .start_line(range.start.line)
        .start_column(range.start.column)
        .end_line(range.end.line)
        .end_column(range.end.column)
        .build()
}

/// The URI of a place's file.
pub(super) fn uri(spot: &Spot) -> Uri {
    match &spot.source {
        Some(source) => Uri::of_source(source),
        None => Uri::of_name(spot.path()),
    }
}

/// A place, wherever its file lies.
pub(super) fn physical(spot: &Spot) -> PhysicalLocation {
    PhysicalLocation::builder()
        .artifact_location(uri(spot).location())
        .region(region(spot.range))
        .build()
}

/// A file that is not read, by its printed name; `None` outside the working directory.
pub(super) fn file(name: &str) -> Option<Location> {
    let uri = Uri::of_name(name);
    if uri.base != Base::WorkingDirectory {
        return None;
    }
    let physical = PhysicalLocation::builder().artifact_location(uri.location());
    Some(
        Location::builder()
            .physical_location(physical.build())
            .build(),
    )
}

/// A place that explains another; `None` outside the working directory, where no reader of the log could follow.
pub(super) fn explaining(spot: &Spot, text: &str) -> Option<Location> {
    if spot.source.is_none() || uri(spot).base != Base::WorkingDirectory {
        return None;
    }
    let location = Location::builder()
        .physical_location(physical(spot))
        .message(message(plain(text)));
    Some(location.build())
}
