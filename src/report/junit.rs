//! Test results in JUnit's XML: a suite for each file, a case for each verdict in it.
//!
//! What makes the run fail is a failure: servers make a build red where there is one, whatever the exit code. All else
//! that is found is skipped with the reason: what is undecided, suppressed, in the baseline, or of a level that the run
//! lets pass. Each file that was read has a case of its own, so a clean run is not an empty one; a file that failed is an
//! error.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::place::Spot;
use super::text::visible;
use super::words;
use super::{Context, Threshold};
use crate::finding::{BaselineState, FileRecord, FileStatus, Finding, Problem, Verdict};

pub(super) fn write(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(context);
    let cases = suites.values().flatten();
    let mut total = Counts::default();
    cases.for_each(|case| total.add(case.outcome(context)));
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="akvlint" {}>"#, total.attributes())?;
    for (path, cases) in &suites {
        let mut counts = Counts::default();
        cases
            .iter()
            .for_each(|case| counts.add(case.outcome(context)));
        let name = escaped(path);
        writeln!(
            out,
            r#"  <testsuite name="{name}" {}>"#,
            counts.attributes()
        )?;
        for case in cases {
            case.write(path, context, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// The cases of each file, by its path.
fn suites(context: Context<'_>) -> BTreeMap<String, Vec<Case<'_>>> {
    let mut suites: BTreeMap<String, Vec<Case<'_>>> = BTreeMap::new();
    for file in &context.report.files {
        if file.status != FileStatus::Skipped {
            let cases = suites.entry(file.path.clone()).or_default();
            cases.push(Case::File(file));
        }
    }
    for problem in &context.report.problems {
        let cases = suites.entry(problem.path.clone()).or_default();
        cases.push(Case::Problem(problem));
    }
    for finding in &context.report.findings {
        let spot = Spot::of(finding.place, context.sources);
        let cases = suites.entry(spot.path().to_owned()).or_default();
        cases.push(Case::Finding(finding));
    }
    suites
}

/// One test case.
enum Case<'a> {
    /// Whether the file could be analysed.
    File(&'a FileRecord),
    /// A path that could not be analysed.
    Problem(&'a Problem),
    Finding(&'a Finding),
}

/// What became of a test case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    Error,
    Skipped,
}

impl Case<'_> {
    fn outcome(&self, context: Context<'_>) -> Outcome {
        match self {
            Self::File(file) => match file.status {
                FileStatus::Analysed => Outcome::Passed,
                FileStatus::Partial | FileStatus::Skipped => Outcome::Skipped,
                FileStatus::Failed => Outcome::Error,
            },
            Self::Problem(problem) if problem.named => Outcome::Error,
            Self::Problem(_) => Outcome::Skipped,
            Self::Finding(finding) if silenced(finding).is_some() => Outcome::Skipped,
            Self::Finding(finding) if fails(finding, context) => Outcome::Failed,
            Self::Finding(finding) => match finding.verdict {
                Verdict::Fail | Verdict::Open | Verdict::NotApplicable => Outcome::Skipped,
                Verdict::Pass => Outcome::Passed,
            },
        }
    }

    fn write(&self, path: &str, context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let class = escaped(path);
        let (name, message, detail) = match self {
            Self::File(file) => {
                let reason = file.reason.clone().unwrap_or_default();
                ("analysed".to_owned(), reason, String::new())
            }
            Self::Problem(problem) => (
                "analysed".to_owned(),
                problem.message.clone(),
                String::new(),
            ),
            Self::Finding(finding) => {
                let place = Spot::of(finding.place, context.sources).range.start;
                let rule = context.rules.get(&finding.rule);
                let rule = rule.map_or_else(String::new, |rule| format!(" {}", rule.name));
                let name = &finding.resource.label;
                let (line, column) = (place.line, place.column);
                (
                    format!("{}{rule}: {name} ({line}:{column})", finding.rule),
                    message(finding, context),
                    detail(finding, context),
                )
            }
        };
        let (name, message) = (escaped(&name), escaped(&message));
        write!(out, r#"    <testcase classname="{class}" name="{name}""#)?;
        match self.outcome(context) {
            Outcome::Passed => writeln!(out, "/>"),
            Outcome::Skipped => {
                writeln!(out, ">\n      <skipped message=\"{message}\"/>")?;
                if !detail.is_empty() {
                    writeln!(
                        out,
                        "      <system-out>{}</system-out>",
                        escaped_lines(&detail)
                    )?;
                }
                writeln!(out, "    </testcase>")
            }
            Outcome::Error => writeln!(
                out,
                ">\n      <error message=\"{message}\" type=\"failed\"/>\n    </testcase>"
            ),
            Outcome::Failed => {
                let kind = match self {
                    Self::Finding(finding) => words::label(finding),
                    Self::File(_) | Self::Problem(_) => "error",
                };
                writeln!(
                    out,
                    ">\n      <failure message=\"{message}\" type=\"{kind}\">{}</failure>\n    </testcase>",
                    escaped_lines(&detail)
                )
            }
        }
    }
}

/// Why a finding does not count.
fn silenced(finding: &Finding) -> Option<String> {
    if let Some(suppression) = &finding.suppression {
        return Some(format!("suppressed: {}", suppression.reason));
    }
    let is_known = finding.baseline == Some(BaselineState::Unchanged);
    is_known.then(|| "in the baseline".to_owned())
}

/// Whether a finding makes the run fail, if nothing silences it.
fn fails(finding: &Finding, context: Context<'_>) -> bool {
    let Threshold { level, open } = context.options.threshold;
    match finding.verdict {
        Verdict::Fail => level.is_some_and(|level| finding.level >= level),
        Verdict::Open => open,
        Verdict::Pass | Verdict::NotApplicable => false,
    }
}

fn message(finding: &Finding, context: Context<'_>) -> String {
    let message = &finding.message;
    match (silenced(finding), finding.verdict) {
        (Some(why), _) => format!("{why} ({message})"),
        (None, Verdict::Open) => format!("undecided: {message}"),
        (None, Verdict::Fail) if !fails(finding, context) => {
            format!("{}: {message}", words::level(finding.level))
        }
        (None, _) => message.clone(),
    }
}

/// Place, witness and deployments.
fn detail(finding: &Finding, context: Context<'_>) -> String {
    let place = Spot::of(finding.place, context.sources).line_and_column();
    let mut lines = vec![format!("{place}: {}", finding.message)];
    lines.extend(words::witness(finding, context.sources));
    lines.extend(words::deployments(finding));
    lines.join("\n")
}

/// The counts of a suite.
#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn add(&mut self, outcome: Outcome) {
        self.tests += 1;
        match outcome {
            Outcome::Passed => {}
            Outcome::Failed => self.failures += 1,
            Outcome::Error => self.errors += 1,
            Outcome::Skipped => self.skipped += 1,
        }
    }

    fn attributes(&self) -> String {
        let Self {
            tests,
            failures,
            errors,
            skipped,
        } = self;
        format!(r#"tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}""#)
    }
}

/// Text for an attribute or an element. Control characters, which XML 1.0 does not allow, are spelt out.
fn escaped(text: &str) -> String {
    let text = visible(text).replace('&', "&amp;").replace('<', "&lt;");
    let text = text.replace('>', "&gt;").replace('"', "&quot;");
    // XML 1.0 §2.2 allows neither.
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// Text of several lines for an element.
fn escaped_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(escaped).collect();
    lines.join("\n")
}
