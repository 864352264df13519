//! What could not be analysed, as notifications of the run (SARIF §3.58).

use serde_json::json;
use serde_sarif::sarif::{Location, Notification, PhysicalLocation, ReportingDescriptorReference};

use super::super::Context;
use super::super::place::Spot;
use super::super::text::ended;
use super::super::words;
use super::MOST_RESULTS;
use super::location::physical;
use super::message::{message, plain};
use super::uri::{Base, Uri};
use crate::finding::{FileRecord, FileStatus, Level};

/// One notification for each file that was not analysed in full, under the first word of the reason; `problem` for each
/// problem; `limit` for results that were left out.
pub(super) fn notifications(context: Context<'_>, omitted: usize) -> Vec<Notification> {
    let report = context.report;
    let files = words::incomplete(report).map(|file| of_file(file, context));
    let problems = report.problems.iter().map(|problem| {
        let level = words::problem_level(problem);
        let mut text = words::problem(problem);
        if problem.line.is_none() {
            text.insert_str(0, "Not analysed: ");
        }
        notification("problem", level, &text, None)
    });
    let limit = (omitted > 0).then(|| {
        let text = format!(
            "{omitted} results are left out: a log holds at most {MOST_RESULTS}, and these are the most severe"
        );
        notification("limit", Level::Warning, &text, None)
    });
    files.chain(problems).chain(limit).collect()
}

fn of_file(file: &FileRecord, context: Context<'_>) -> Notification {
    let level = match file.status {
        FileStatus::Failed => Level::Error,
        _ => Level::Warning,
    };
    let place = match Spot::of_file(file, context.sources) {
        Some(spot) => physical(&spot),
        None => PhysicalLocation::builder()
            .artifact_location(Uri::of_name(&file.path).location())
            .build(),
    };
    let is_inside = Uri::of_name(&file.path).base == Base::WorkingDirectory;
    let extent = match file.status {
        FileStatus::Failed => "Not analysed",
        _ => "Analysed only in part",
    };
    let reason = file.reason.as_deref().unwrap_or("no reason was given");
    let text = format!("{extent}: {}: {reason}", file.path);
    notification(
        words::reason_word(file),
        level,
        &text,
        is_inside.then_some(place),
    )
}

fn notification(
    kind: &str,
    level: Level,
    text: &str,
    place: Option<PhysicalLocation>,
) -> Notification {
    let descriptor = ReportingDescriptorReference::builder().id(kind).build();
    let mut notification = Notification::builder()
        .descriptor(descriptor)
        .level(json!(words::level(level)))
        .message(message(ended(&plain(text))))
        .build();
    notification.locations =
        place.map(|place| vec![Location::builder().physical_location(place).build()]);
    notification
}
