//! A table for the summary of a job (`$GITHUB_STEP_SUMMARY`, `##vso[task.uploadsummary]`), in GitHub's Markdown.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Context;
use super::alike::{Alike, alike};
use super::place::Spot;
use super::text::{shortened, visible};
use super::{mermaid, words};
use crate::finding::{Finding, Level, Picture, Verdict};

/// How many rows a table has at most: a summary may have 1 MiB.
const ROWS: usize = 500;
/// Longer names are cut over a picture.
const LONGEST_NAME: usize = 80;

pub(super) fn write(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = context.report;
    writeln!(out, "## akvlint\n")?;
    if let Some(outcome) = words::outcome(report) {
        write!(out, "**{outcome}.** ")?;
    }
    writeln!(out, "{}.\n", words::coverage(report))?;
    if let Some(absent) = words::absent(report) {
        writeln!(out, "{absent}.\n")?;
    }
    let fails: Vec<Alike<'_>> = context.fails().map(Alike::alone).collect();
    if !fails.is_empty() {
        table(&fails, context, out)?;
    }
    let reported = context.reported();
    let open: Vec<&Finding> = reported
        .filter(|each| each.verdict == Verdict::Open)
        .collect();
    if !open.is_empty() {
        writeln!(
            out,
            "<details><summary>{} undecided offline</summary>\n",
            open.len()
        )?;
        table(&alike(&open), context, out)?;
        writeln!(out, "</details>\n")?;
    }
    pictures(context, out)?;
    unchecked(context, out)
}

/// How many vaults are drawn; a browser draws each by itself.
const PICTURES: usize = 12;
/// How many vaults are named that nothing stands around.
const NAMES: usize = 50;

/// What stands around each vault, those with findings first.
fn pictures(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut worst: BTreeMap<&str, Level> = BTreeMap::new();
    for finding in context.fails() {
        let level = worst.entry(&finding.resource.id).or_insert(finding.level);
        *level = finding.level.max(*level);
    }
    let level = |picture: &Picture| worst.get(picture.resource.id.as_str()).copied();
    let (mut drawn, alone): (Vec<&Picture>, Vec<&Picture>) = context
        .report
        .pictures
        .iter()
        .partition(|picture| picture.nodes.len() > 1);
    drawn.sort_by_key(|picture| Reverse(level(picture)));
    if drawn.is_empty() {
        return Ok(());
    }
    writeln!(out, "### Around the vaults\n")?;
    for (number, picture) in drawn.iter().take(PICTURES).enumerate() {
        let name = code(&shortened(&picture.resource.label, LONGEST_NAME));
        let places: Vec<String> = picture
            .deployments
            .iter()
            .take(3)
            .map(words::deployment)
            .collect();
        let place = match places.as_slice() {
            [] => String::new(),
            places => format!(" in {}", plain(&words::listed(places, "and"))),
        };
        let open = if number == 0 { " open" } else { "" };
        writeln!(out, "<details{open}><summary>{name}{place}</summary>\n")?;
        mermaid::write(picture, level(picture), out)?;
        if picture.is_cut {
            writeln!(out, "There is more than is drawn here.\n")?;
        }
        writeln!(out, "</details>\n")?;
    }
    if drawn.len() > PICTURES {
        writeln!(out, "and {} more vaults\n", drawn.len() - PICTURES)?;
    }
    if !alone.is_empty() {
        let mut names: Vec<String> = alone
            .iter()
            .take(NAMES)
            .map(|picture| code(&shortened(&picture.resource.label, LONGEST_NAME)))
            .collect();
        names.dedup();
        let more = if alone.len() > NAMES { ", …" } else { "" };
        writeln!(
            out,
            "Nothing was read that stands around {}{more}.\n",
            names.join(", ")
        )?;
    }
    Ok(())
}

/// One row for each finding, or for those that are told together.
fn table(rows: &[Alike<'_>], context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| Level | Rule | Where | Resource | What |")?;
    writeln!(out, "| --- | --- | --- | --- | --- |")?;
    for Alike {
        first: finding,
        also,
    } in rows.iter().take(ROWS)
    {
        let place = Spot::of(finding.place, context.sources).line();
        let id = plain(&finding.rule);
        let mut rule = match context.rules.get(&finding.rule) {
            Some(rule) => format!("[{id}]({}) {}", link(&rule.help_uri), plain(&rule.name)),
            None => id,
        };
        if !also.is_empty() {
            rule.push_str(&format!("<br>also {}", plain(&also.join(", "))));
        }
        let mut what = prose(&finding.message);
        if let Some(witness) = words::witness(finding, context.sources) {
            what.push_str("<br>");
            what.push_str(&plain(&witness));
        }
        if let Some(cause) = finding.causes.first() {
            what.push_str("<br>");
            what.push_str(&prose(&cause.message));
        }
        let label = words::label(finding);
        let (place, name) = (code(&place), code(&finding.resource.label));
        writeln!(out, "| {label} | {rule} | {place} | {name} | {what} |")?;
    }
    if let Some(hidden) = rows.get(ROWS..).filter(|hidden| !hidden.is_empty()) {
        let hidden: usize = hidden.iter().map(|row| row.rules().count()).sum();
        writeln!(out, "\nand {hidden} more")?;
    }
    writeln!(out)
}

/// What was not analysed, or not in full.
fn unchecked(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = context.report;
    let mut rows: Vec<(&str, String, Cow<'_, str>)> = Vec::new();
    for file in words::incomplete(report) {
        let place = words::file_place(file, context.sources);
        let reason = words::reason_at_place(file, context.sources);
        rows.push((words::status(file.status), place, reason.into()));
    }
    for problem in &report.problems {
        let place = match problem.line {
            Some(line) => format!("{}:{line}", problem.path),
            None => problem.path.clone(),
        };
        rows.push(("problem", place, problem.message.as_str().into()));
    }
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "### Not fully checked\n")?;
    writeln!(out, "| | Where | Why |\n| --- | --- | --- |")?;
    for (word, place, reason) in rows {
        writeln!(out, "| {word} | {} | {} |", code(&place), prose(&reason))?;
    }
    writeln!(out)
}

/// Text that means nothing to Markdown or HTML: punctuation of ASCII as character references, letters and digits as
/// they are.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            // `@` mentions people, `#` refers to issues, `:` makes emoji and links.
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '|' | '&' | '@' | '#'
            | '~' | '!' | '$' | ':' => out.push_str(&format!("&#{};", u32::from(character))),
            other => out.push(other),
        }
    }
    out
}

/// A message, in which backticks set off code. Where they are not in pairs, one is part of a name.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(text);
    }
    let words = parts.iter().enumerate();
    words
        .map(|(position, part)| match position % 2 {
            0 => plain(part),
            _ => code(part),
        })
        .collect()
}

/// Text in a code span inside a table. References mean nothing in backticks, so it is an element instead.
fn code(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("<code>{}</code>", plain(text))
    }
}

/// An address that cannot end its link.
fn link(uri: &str) -> String {
    uri.replace('(', "%28")
        .replace(')', "%29")
        .replace([' ', '|', '<', '>'], "")
}
