//! Issues of an Azure Pipelines job: logging commands on stdout.
//!
//! Fails, and what was not analysed in full; what is undecided is only counted. An issue is an error or a warning,
//! so notes are warnings. Syntax and escapes:
//! <https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands>.

use std::io::{self, Write};

use super::Context;
use super::place::Spot;
use super::text::{ended, sentence, visible};
use super::words;
use crate::finding::{FileStatus, Level};
use crate::source::Position;

pub(super) fn write(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in context.fails() {
        let spot = Spot::of(finding.place, context.sources);
        let mut message = finding.message.clone();
        if let Some(witness) = words::witness(finding, context.sources) {
            message = ended(&message) + " ";
            message.push_str(&sentence(&witness));
        }
        let issue = Issue {
            is_error: finding.level == Level::Error,
            path: Some(spot.path()),
            position: Some(spot.range.start),
            code: &finding.rule,
        };
        issue.write(&message, out)?;
    }
    for file in words::incomplete(context.report) {
        let spot = Spot::of_file(file, context.sources);
        let issue = Issue {
            is_error: file.status == FileStatus::Failed,
            path: Some(&file.path),
            position: spot.map(|spot| spot.range.start),
            code: words::reason_word(file),
        };
        let reason = words::reason_at_place(file, context.sources);
        issue.write(&format!("Not fully checked. {reason}"), out)?;
    }
    for problem in &context.report.problems {
        let issue = Issue {
            is_error: problem.named,
            path: None,
            position: None,
            code: "problem",
        };
        issue.write(
            &format!("Not fully checked. {}", words::problem(problem)),
            out,
        )?;
    }
    write!(out, "{}", super::summary(context.report))
}

/// One `task.logissue` command.
struct Issue<'a> {
    is_error: bool,
    path: Option<&'a str>,
    position: Option<Position>,
    code: &'a str,
}

impl Issue<'_> {
    fn write(&self, message: &str, out: &mut dyn Write) -> io::Result<()> {
        let kind = if self.is_error { "error" } else { "warning" };
        write!(out, "##vso[task.logissue type={kind};")?;
        if let Some(path) = self.path {
            write!(out, "sourcepath={};", property(path))?;
        }
        if let Some(Position { line, column }) = self.position {
            write!(out, "linenumber={line};columnnumber={column};")?;
        }
        writeln!(out, "code={};]{}", property(self.code), data(message))
    }
}

/// A message, made safe and escaped.
fn data(text: &str) -> String {
    visible(text).replace('%', "%AZP25")
}

/// The value of a property, made safe and escaped.
fn property(text: &str) -> String {
    data(text).replace(']', "%5D").replace(';', "%3B")
}
