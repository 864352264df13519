//! One line for each finding, for editors and `grep`: `path:line:column: level[ID] message`.
//!
//! Files that were not analysed in full have their line too, `path:line:column: failed[syntax] reason`, and so has what
//! went wrong beside them: `path:1:1: warning[problem] message`.

use std::io::{self, Write};

use super::Context;
use super::place::Spot;
use super::text::visible;
use super::words;

pub(super) fn write(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in context.reported() {
        let place = Spot::of(finding.place, context.sources).line_and_column();
        let label = words::label(finding);
        let sentence = words::sentence(finding);
        let line = format!("{place}: {label}[{}] {sentence}", finding.rule);
        writeln!(out, "{}", visible(&line))?;
    }
    for file in words::incomplete(context.report) {
        let spot = Spot::of_file(file, context.sources);
        let place = spot.map_or_else(
            || format!("{}:1:1", file.path),
            |spot| spot.line_and_column(),
        );
        let (status, word) = (words::status(file.status), words::reason_word(file));
        let reason = words::reason_at_place(file, context.sources);
        let reason = reason.strip_prefix(word).unwrap_or(&reason);
        let reason = reason.trim_start_matches([':', ' ']);
        let line = format!("{place}: {status}[{word}] {reason}");
        writeln!(out, "{}", visible(line.trim_end()))?;
    }
    for problem in &context.report.problems {
        let level = words::level(words::problem_level(problem));
        let (path, at) = (&problem.path, problem.line.unwrap_or(1));
        let line = format!("{path}:{at}:1: {level}[problem] {}", problem.message);
        writeln!(out, "{}", visible(&line))?;
    }
    Ok(())
}
