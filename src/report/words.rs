//! The sentences that several reports share.

use std::collections::BTreeMap;

use super::place::Spot;
use super::text::visible;
use crate::finding::{
    Absent, Assumed, Assumption, DeploymentName, FileRecord, FileStatus, Finding, Level, Problem,
    Report, Verdict, VerdictCounts,
};
use crate::source::Sources;

/// `1 error`, `2 errors`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// `a, b and c`.
pub(super) fn listed(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [start @ .., end] => format!("{} {last} {end}", start.join(", ")),
    }
}

/// The word for a level, as SARIF and the configuration spell it.
pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Note => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

/// The word that stands where a fail has its level.
pub(super) fn label(finding: &Finding) -> &'static str {
    match finding.verdict {
        Verdict::Fail => level(finding.level),
        other => other.word(),
    }
}

/// `'dev'` for a string, JSON for anything else.
fn value(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => format!("'{text}'"),
        other => other.to_string(),
    }
}

/// `environment is 'dev'`, as it is.
fn assumption(assumption: &Assumption) -> String {
    let taken = match &assumption.value {
        Assumed::Is(known) => format!("is {}", value(known)),
        Assumed::Not(excluded) => {
            let excluded: Vec<String> = excluded.iter().map(value).collect();
            format!("is not {}", listed(&excluded, "or"))
        }
    };
    format!("{} {taken}", assumption.name)
}

/// `fails when environment is 'dev' (main.bicep:12); may pass otherwise`; `None` for what always fails.
///
/// A witness is the smallest assignment under which a rule fails, not the only one.
pub(super) fn witness(finding: &Finding, sources: &Sources) -> Option<String> {
    witness_with(finding, |words, each| {
        let line = Spot::of(each.place, sources).line();
        visible(&format!("{words} ({line})")).into_owned()
    })
}

/// The same, where `part` gets the words of each assumption as they are, and adds where it is made.
pub(super) fn witness_with(
    finding: &Finding,
    mut part: impl FnMut(&str, &Assumption) -> String,
) -> Option<String> {
    if finding.witness.is_empty() {
        return None;
    }
    let assumptions = finding.witness.iter();
    let parts: Vec<String> = assumptions
        .map(|each| part(&assumption(each), each))
        .collect();
    let all = listed(&parts, "and");
    Some(format!("fails when {all}; may pass otherwise"))
}

/// The message with what hangs on it, for reports that give a finding one line: the witness of a fail, the first cause of
/// what is undecided.
pub(super) fn sentence(finding: &Finding) -> String {
    let message = finding.message.trim_end_matches('.');
    if let Some(witness) = witness_with(finding, |words, _| words.to_owned()) {
        return format!("{message} ({witness})");
    }
    match finding.causes.as_slice() {
        // Some messages are their cause.
        [first, ..] if message.contains(&first.message) => message.to_owned(),
        [] => message.to_owned(),
        [only] => format!("{message}: {}", only.message),
        [first, rest @ ..] => format!(
            "{message}: {}, and {}",
            first.message,
            counted(rest.len(), "other cause")
        ),
    }
}

/// `main.bicep with dev.bicepparam`.
pub(super) fn deployment(name: &DeploymentName) -> String {
    let text = match &name.parameters {
        Some(parameters) => format!("{} with {parameters}", name.file),
        None => name.file.clone(),
    };
    visible(&text).into_owned()
}

/// `in main.bicep with dev.bicepparam`, `in 5 deployments: …`; `None` for the one deployment of the file itself, which
/// goes without saying.
pub(super) fn deployments(finding: &Finding) -> Option<String> {
    const SHOWN: usize = 3;
    match finding.deployments().as_slice() {
        [] => None,
        [only] => only
            .parameters
            .is_some()
            .then(|| format!("in {}", deployment(only))),
        several => {
            let mut names: Vec<String> = several
                .iter()
                .take(SHOWN)
                .map(|name| deployment(name))
                .collect();
            if several.len() > SHOWN {
                names.push(format!("{} more", several.len() - SHOWN));
            }
            let names = listed(&names, "and");
            Some(format!("in {} deployments: {names}", several.len()))
        }
    }
}

/// `2 errors, 1 warning`, of the fails that are reported; empty without any.
pub(super) fn fails(report: &Report) -> String {
    let counts = [Level::Error, Level::Warning, Level::Note].map(|wanted| {
        let is_counted = |finding: &&Finding| {
            finding.verdict == Verdict::Fail && finding.level == wanted && finding.is_reported()
        };
        (wanted, report.findings.iter().filter(is_counted).count())
    });
    let total: usize = counts.iter().map(|&(_, count)| count).sum();
    if total != report.verdicts.fail {
        // The fails are not among what was asked for, so their levels are not known here.
        return counted(report.verdicts.fail, "fail");
    }
    let present = counts.into_iter().filter(|&(_, count)| count > 0);
    let parts: Vec<String> = present
        .map(|(wanted, count)| counted(count, level(wanted)))
        .collect();
    parts.join(", ")
}

/// `Found 2 errors, 1 warning; 12 undecided, 1 suppressed, 4 in the baseline`; `None` where nothing was checked, which
/// finds nothing.
pub(super) fn outcome(report: &Report) -> Option<String> {
    let verdicts = &report.verdicts;
    if *verdicts == VerdictCounts::default() && checked(report) == 0 {
        return None;
    }
    let found = match verdicts.fail {
        0 => "No findings".to_owned(),
        _ => format!("Found {}", fails(report)),
    };
    let rest: Vec<String> = [
        (verdicts.open, "undecided"),
        (verdicts.suppressed, "suppressed"),
        (verdicts.baselined, "in the baseline"),
    ]
    .into_iter()
    .filter(|&(count, _)| count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    Some(if rest.is_empty() {
        found
    } else {
        format!("{found}; {}", rest.join(", "))
    })
}

/// `AKV101 of microsoft.keyvault/vaults 'kv' (properties.networkAcls), 2 times`, as it is.
pub(super) fn of_absent(absent: &Absent) -> String {
    let Absent {
        rule,
        resource,
        property,
        count,
        ..
    } = absent;
    let mut what = format!("{rule} of {resource}");
    if !property.is_empty() {
        what.push_str(&format!(" ({property})"));
    }
    if *count > 1 {
        what.push_str(&format!(", {count} times"));
    }
    what
}

/// What is gone from the baseline, and what to do about it; `None` where nothing is.
pub(super) fn absent(report: &Report) -> Option<String> {
    let count: usize = report.absent.iter().map(|each| each.count).sum();
    let (are, them) = if count == 1 {
        ("is", "it")
    } else {
        ("are", "them")
    };
    (count > 0).then(|| {
        let findings = counted(count, "finding");
        format!("{findings} of the baseline {are} gone: `akvlint baseline update` takes {them} out")
    })
}

/// How many files were analysed, if only in part.
fn checked(report: &Report) -> usize {
    let is_checked =
        |file: &&FileRecord| matches!(file.status, FileStatus::Analysed | FileStatus::Partial);
    report.files.iter().filter(is_checked).count()
}

/// `Checked 12 files (34 resources, 4 deployments); 1 only in part, 1 failed, 3 skipped (2 unrelated, 1 unpaired)`.
pub(super) fn coverage(report: &Report) -> String {
    let with = |status| {
        report
            .files
            .iter()
            .filter(move |file| file.status == status)
    };
    let count = |status| with(status).count();
    let checked = checked(report);
    // What was named may be no template, and be loaded by one.
    let head = if checked > 0 || report.deployments > 0 {
        format!(
            "Checked {} ({}, {})",
            counted(checked, "file"),
            counted(report.resources, "resource"),
            counted(report.deployments, "deployment")
        )
    } else if report.files.is_empty() {
        "Nothing to check: no template, Bicep file or export was found".to_owned()
    } else {
        "Nothing was checked".to_owned()
    };
    let mut rest = Vec::new();
    for (status, words) in [
        (FileStatus::Partial, "only in part"),
        (FileStatus::Failed, "failed"),
    ] {
        let number = count(status);
        if number > 0 {
            rest.push(format!("{number} {words}"));
        }
    }
    let in_vain = with(FileStatus::Analysed).filter(|file| file.reason.is_some());
    let in_vain = in_vain.count();
    if in_vain > 0 {
        rest.push(format!("{in_vain} deployed by no caller"));
    }
    let skipped = count(FileStatus::Skipped);
    if skipped > 0 {
        let reasons = reasons(with(FileStatus::Skipped));
        rest.push(format!("{skipped} skipped ({reasons})"));
    }
    if report.other_files > 0 {
        let others = counted(report.other_files, "other JSON file");
        rest.push(format!("{others} passed over"));
    }
    if rest.is_empty() {
        head
    } else {
        format!("{head}; {}", rest.join(", "))
    }
}

/// `2 unrelated, 1 unpaired`, by the first words of the reasons.
fn reasons<'a>(files: impl Iterator<Item = &'a FileRecord>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files {
        *counts.entry(reason_word(file)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|&(word, count)| (std::cmp::Reverse(count), word));
    let parts: Vec<String> = counts
        .into_iter()
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    parts.join(", ")
}

/// The first word of a file's reason: `syntax`, `encoding`, …
pub(super) fn reason_word(file: &FileRecord) -> &str {
    let reason = file.reason.as_deref().unwrap_or_default();
    let word = reason.split([':', ' ', ',']).next().unwrap_or_default();
    if word.is_empty() { "unknown" } else { word }
}

/// The word for what became of a file.
pub(super) fn status(status: FileStatus) -> &'static str {
    match status {
        FileStatus::Analysed => "analysed",
        FileStatus::Partial => "partial",
        FileStatus::Failed => "failed",
        FileStatus::Skipped => "skipped",
    }
}

/// The files that were not analysed in full, in the order of the report.
pub(super) fn incomplete(report: &Report) -> impl Iterator<Item = &FileRecord> {
    let is_incomplete =
        |file: &&FileRecord| matches!(file.status, FileStatus::Partial | FileStatus::Failed);
    report.files.iter().filter(is_incomplete)
}

/// Where a file's reason points: `path:line:column`, or the path.
pub(super) fn file_place(file: &FileRecord, sources: &Sources) -> String {
    Spot::of_file(file, sources).map_or_else(|| file.path.clone(), |spot| spot.line_and_column())
}

/// Why a file was not analysed in full, where it is shown beside [`file_place`], which tells the line already.
pub(super) fn reason_at_place(file: &FileRecord, sources: &Sources) -> String {
    let reason = file.reason.as_deref().unwrap_or_default();
    let line = Spot::of_file(file, sources).map(|spot| spot.range.start.line);
    match line {
        Some(line) => reason.replacen(&format!(": line {line}: "), ": ", 1),
        None => reason.to_owned(),
    }
}

/// What is wrong with a path, which is named once.
pub(super) fn problem(problem: &Problem) -> String {
    let Problem { path, message, .. } = problem;
    match problem.line {
        Some(line) => format!("{path}: line {line}: {message}"),
        None if message.contains(path) => message.clone(),
        None => format!("{path}: {message}"),
    }
}

/// How grave a problem is: one with what was named is that the job cannot be done.
pub(super) fn problem_level(problem: &Problem) -> Level {
    if problem.named {
        Level::Error
    } else {
        Level::Warning
    }
}

/// How many of the fails can be fixed: `3 fixable with --fix, 1 more with --unsafe-fixes`.
pub(super) fn fixable<'f>(findings: impl Iterator<Item = &'f Finding>) -> Option<String> {
    let fixes = findings
        .filter(|finding| finding.verdict == Verdict::Fail)
        .filter_map(|finding| finding.fix.as_ref());
    let (safe, others): (Vec<_>, Vec<_>) = fixes.partition(|fix| fix.safe);
    match (safe.len(), others.len()) {
        (0, 0) => None,
        (safe, 0) => Some(format!("{safe} fixable with --fix")),
        (0, others) => Some(format!("{others} fixable with --fix --unsafe-fixes")),
        (safe, others) => Some(format!(
            "{safe} fixable with --fix, {others} more with --unsafe-fixes"
        )),
    }
}
