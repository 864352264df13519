//! Reports: what a run found, for people and for machines.
//!
//! In: the [`Report`] of a run, the sources that its places lie in, and what there is to say about the rules. Out: one of
//! the formats, written as it is made. A report is a function of what goes in: no clock, no environment, no order of
//! hashing. Text that comes from a source never reaches a terminal or a log as it is.
//!
//! It refuses to know how findings came about, which of them are suppressed and why, and the exit code.

mod alike;
mod azdo;
mod compact;
mod document;
pub mod expand;
mod github;
mod json;
mod junit;
mod markdown;
mod mermaid;
mod place;
mod pretty;
mod rule;
mod sarif;
mod terminal;
mod text;
mod window;
mod words;

use std::io::{self, Write};

use crate::finding::{Finding, Level, Report, Verdict};
use crate::source::Sources;

pub use rule::{RuleCatalogue, RuleInfo};
pub use terminal::{Color, report_width};

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, clap::ValueEnum)]
pub enum Format {
    /// For people: each finding with its source lines.
    #[default]
    Pretty,
    /// One line for each finding.
    Compact,
    /// All there is, for programs.
    Json,
    /// SARIF 2.1.0, for GitHub code scanning and other viewers.
    Sarif,
    /// Annotations of a GitHub Actions job.
    Github,
    /// Issues of an Azure Pipelines job.
    Azdo,
    /// Test results, for CI servers that show them; what --fail-on lets pass is skipped.
    Junit,
    /// A table, for the summary of a job.
    Markdown,
}

/// For whom SARIF is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, clap::ValueEnum)]
pub enum SarifProfile {
    /// For GitHub code scanning, which makes an alert of every result: only fails that are neither suppressed nor in the
    /// baseline.
    #[default]
    Github,
    /// Every verdict, with suppressions and the state beside the baseline.
    Full,
}

/// What makes a run fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Threshold {
    /// From which level on a fail does; `None` where none does.
    pub level: Option<Level>,
    /// Whether what is undecided does.
    pub open: bool,
}

impl Default for Threshold {
    fn default() -> Self {
        Self {
            level: Some(Level::Warning),
            open: false,
        }
    }
}

/// How to write.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether `pretty` has colours.
    pub color: bool,
    /// How many columns `pretty` has.
    pub width: usize,
    /// For whom SARIF is written.
    pub sarif_profile: SarifProfile,
    /// What tells this analysis from others of the same commit: SARIF's `automationDetails.id`. Where it is absent, the
    /// profile `github` leaves that to the `category` of the upload, which would not count otherwise.
    pub category: Option<String>,
    /// What makes the run fail, which JUnit tells from what does not.
    pub threshold: Threshold,
    /// Whether the job could be done, which is an exit code other than 2. SARIF says so.
    pub succeeded: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: false,
            width: terminal::DEFAULT_WIDTH,
            sarif_profile: SarifProfile::default(),
            category: None,
            threshold: Threshold::default(),
            succeeded: true,
        }
    }
}

/// What a reporter works with.
#[derive(Clone, Copy)]
struct Context<'a> {
    report: &'a Report,
    sources: &'a Sources,
    rules: &'a RuleCatalogue,
    options: &'a Options,
}

impl<'a> Context<'a> {
    /// The findings that are neither suppressed nor in the baseline.
    fn reported(self) -> impl Iterator<Item = &'a Finding> {
        let findings = self.report.findings.iter();
        findings.filter(|finding| finding.is_reported())
    }

    /// The fails among them.
    fn fails(self) -> impl Iterator<Item = &'a Finding> {
        self.reported()
            .filter(|finding| finding.verdict == Verdict::Fail)
    }
}

/// Writes a report. The sources must still hold every file that a place of the report lies in.
///
/// # Errors
///
/// Those of `out`.
pub fn write(
    format: Format,
    report: &Report,
    sources: &Sources,
    rules: &RuleCatalogue,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let context = Context {
        report,
        sources,
        rules,
        options,
    };
    match format {
        Format::Pretty => pretty::write(context, out),
        Format::Compact => compact::write(context, out),
        Format::Json => json::write(context, out),
        Format::Sarif => sarif::write(context, out),
        Format::Github => github::write(context, out),
        Format::Azdo => azdo::write(context, out),
        Format::Junit => junit::write(context, out),
        Format::Markdown => markdown::write(context, out),
    }
}

/// Lines of text with what a terminal would act on, or what would hide or reorder others, spelt out.
pub fn printable(text: &str) -> String {
    let lines = text.split('\n').map(|line| text::visible(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// The files that were not analysed in full, or in vain, one line each with the reason.
pub fn file_list(report: &Report) -> String {
    let files = report.files.iter().filter(|file| file.reason.is_some());
    files
        .map(|file| {
            let reason = file.reason.as_deref().unwrap_or_default();
            let line = format!("{}: {} ({reason})", file.path, words::status(file.status));
            text::visible(&line).into_owned() + "\n"
        })
        .collect()
}

/// What is gone from the baseline, one line each.
pub fn absent_list(report: &Report) -> String {
    let absent = report.absent.iter().map(|each| {
        let (path, what) = (&each.path, words::of_absent(each));
        let line = format!("{path}: gone from the baseline: {what}");
        text::visible(&line).into_owned() + "\n"
    });
    absent.collect()
}

/// What was checked, on one line.
pub fn coverage(report: &Report) -> String {
    words::coverage(report) + "\n"
}

/// What went wrong beside the files, one to a line.
pub fn problem_list(report: &Report) -> String {
    let problems = report.problems.iter();
    problems
        .map(|problem| {
            let level = words::level(words::problem_level(problem));
            format!("{level}: {}\n", text::visible(&words::problem(problem)))
        })
        .collect()
}

/// What was checked and what was found, one line each: the end of `pretty`, and what belongs on stderr beside the formats
/// for machines.
pub fn summary(report: &Report) -> String {
    let mut summary = words::coverage(report) + "\n";
    let more = words::outcome(report)
        .into_iter()
        .chain(words::absent(report));
    summary.extend(more.map(|line| line + "\n"));
    summary
}
