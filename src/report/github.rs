//! Annotations of a GitHub Actions job: workflow commands on stdout.
//!
//! Fails, and what was not analysed in full. What is undecided is only counted, because a job shows ten
//! annotations of a kind. Syntax and escapes: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
//! and `ActionCommandManager` of `actions/runner`.

use std::io::{self, Write};

use super::Context;
use super::place::Spot;
use super::text::{sentence, visible};
use super::words;
use crate::finding::{FileStatus, Level};
use crate::source::Range;

/// The title of what is said of files.
const UNCHECKED: &str = "akvlint: not fully checked";

pub(super) fn write(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in context.fails() {
        let spot = Spot::of(finding.place, context.sources);
        let title = match context.rules.get(&finding.rule) {
            Some(rule) => format!("{} {}", finding.rule, rule.name),
            None => finding.rule.to_string(),
        };
        let mut message = finding.message.clone();
        if let Some(witness) = words::witness(finding, context.sources) {
            message.push('\n');
            message.push_str(&sentence(&witness));
        }
        let command = Command {
            name: name(finding.level),
            path: Some(spot.path()),
            range: Some(spot.range),
            title: &title,
        };
        command.write(&message, out)?;
    }
    for file in words::incomplete(context.report) {
        let spot = Spot::of_file(file, context.sources);
        let command = Command {
            name: if file.status == FileStatus::Failed {
                "error"
            } else {
                "warning"
            },
            path: Some(&file.path),
            range: spot.map(|spot| spot.range),
            title: UNCHECKED,
        };
        command.write(&words::reason_at_place(file, context.sources), out)?;
    }
    for problem in &context.report.problems {
        let command = Command {
            name: if problem.named { "error" } else { "warning" },
            path: problem.line.map(|_| &*problem.path),
            range: None,
            title: UNCHECKED,
        };
        command.write(&words::problem(problem), out)?;
    }
    write!(out, "{}", super::summary(context.report))
}

/// The command for a level.
fn name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    }
}

/// One workflow command.
struct Command<'a> {
    name: &'static str,
    path: Option<&'a str>,
    range: Option<Range>,
    title: &'a str,
}

impl Command<'_> {
    fn write(&self, message: &str, out: &mut dyn Write) -> io::Result<()> {
        let mut properties = Vec::new();
        if let Some(path) = self.path {
            properties.push(format!("file={}", property(path)));
        }
        if let Some(Range { start, end }) = self.range {
            // Columns are taken only where both ends are on one line.
            properties.push(if start.line == end.line {
                let (line, first, last) = (start.line, start.column, end.column);
                format!("line={line},col={first},endLine={line},endColumn={last}")
            } else {
                format!("line={},endLine={}", start.line, end.line)
            });
        }
        properties.push(format!("title={}", property(self.title)));
        let properties = properties.join(",");
        writeln!(out, "::{} {properties}::{}", self.name, data(message))
    }
}

/// A message, each line of which is made safe, escaped.
fn data(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(visible).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

/// The value of a property, made safe and escaped.
fn property(text: &str) -> String {
    let escaped = visible(text).replace('%', "%25");
    escaped.replace(':', "%3A").replace(',', "%2C")
}
