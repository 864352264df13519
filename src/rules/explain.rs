//! The documentation of a rule as Markdown and as plain text.
//!
//! In: a rule. Out: its page for `docs/rules/`, its help in SARIF, and what `akvlint explain` prints. All of it comes
//! from the rule's one file.

use std::fmt::Write as _;

use super::rule::{Example, ExampleInput, Rule, TypePattern};
use crate::finding::{Level, Verdict};

/// How wide plain text is.
const WIDTH: usize = 100;

/// The whole page, for `docs/rules/<ID>.md`.
pub fn page(rule: &Rule) -> String {
    let mut out = format!("# {}: {}\n\n{}.\n\n", rule.id, rule.name, rule.title);
    let _ = write!(out, "{}\n{}", facts(rule), body(rule));
    let all: Vec<&Example> = rule.prose().examples.iter().collect();
    let examples = examples(&all);
    if !examples.is_empty() {
        let _ = write!(out, "## Examples\n\n{examples}");
    }
    out.push_str(&links(rule));
    finished(&out)
}

/// Why the rule is there, in a paragraph of plain text.
pub fn description(rule: &Rule) -> String {
    let why = &rule.prose().docs.why;
    let first = why.trim().split("\n\n").next().unwrap_or_default();
    plain(first)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The help of the rule in SARIF: what a reader of an alert needs.
pub fn help_markdown(rule: &Rule) -> String {
    finished(&format!("{}{}", body(rule), links(rule)))
}

/// The same as plain text.
pub fn help_text(rule: &Rule) -> String {
    plain(&help_markdown(rule))
}

/// The page as plain text, for a terminal: of the examples the shortest that fails and the shortest that passes.
pub fn page_text(rule: &Rule) -> String {
    let mut out = format!("# {}: {}\n\n{}.\n\n", rule.id, rule.name, rule.title);
    let _ = write!(out, "{}\n{}{}", facts(rule), body(rule), links(rule));
    let all = &rule.prose().examples;
    let shortest = |verdict: Verdict| {
        let examples = all.iter().filter(|example| example.expect == verdict);
        let lengths = examples.filter_map(|example| Some((shown(example)?.1.len(), example)));
        lengths
            .min_by_key(|(length, _)| *length)
            .map(|(_, example)| example)
    };
    let chosen: Vec<&Example> = [Verdict::Fail, Verdict::Pass]
        .into_iter()
        .filter_map(shortest)
        .collect();
    let _ = write!(out, "## Examples\n\n{}", examples(&chosen));
    let more = all.len() - chosen.len();
    if more > 0 {
        let _ = writeln!(
            out,
            "{more} more: `akvlint explain {} --format markdown`",
            rule.id
        );
    }
    plain(&finished(&out))
}

/// The rule in one line, for a list.
pub fn line(rule: &Rule) -> String {
    format!("{}  {}: {}\n", rule.id, rule.name, rule.title)
}

/// One row of the index of all rules: id with a link, name, level, title.
pub fn index_row(rule: &Rule) -> String {
    let off = if rule.enabled { "" } else { ", off" };
    format!(
        "| [{}](docs/rules/{}.md) | {} | {}{off} | {} |",
        rule.id,
        rule.id,
        rule.name,
        levels(rule),
        rule.title
    )
}

/// The levels of the cases, the highest first.
fn levels(rule: &Rule) -> String {
    let mut levels: Vec<Level> = rule.cases.iter().map(|case| case.level).collect();
    levels.sort_unstable();
    levels.dedup();
    let words: Vec<&str> = levels.into_iter().rev().map(Level::word).collect();
    words.join(" or ")
}

fn facts(rule: &Rule) -> String {
    let resources: Vec<String> = rule
        .resources
        .iter()
        .map(TypePattern::as_str)
        .map(|kind| format!("`{kind}`"))
        .collect();
    let mut rows = vec![
        ("Level", levels(rule)),
        ("Security severity", rule.security_severity.clone()),
        ("Precision", rule.precision.word().to_owned()),
        ("Looks at", resources.join(", ")),
    ];
    if !rule.enabled {
        rows.push(("Runs", "only when selected".to_owned()));
    }
    if !rule.unless.is_empty() {
        rows.push((
            "Silent where",
            format!("{} fails on the same resource", rule.unless.join(" or ")),
        ));
    }
    if !rule.tags.is_empty() {
        rows.push(("Tags", rule.tags.join(", ")));
    }
    if !rule.controls.is_empty() {
        rows.push(("Controls", rule.controls.join(", ")));
    }
    let sources: Vec<&str> = rule.sources.iter().map(|source| source.title()).collect();
    if !sources.is_empty() {
        rows.push(("Comes from", sources.join("; ")));
    }
    let mut out = String::from("| | |\n|---|---|\n");
    for (name, value) in rows {
        let _ = writeln!(out, "| {name} | {value} |");
    }
    out
}

fn body(rule: &Rule) -> String {
    let mut out = String::new();
    let sections = [
        ("Why", &rule.prose().docs.why),
        ("What to do", &rule.prose().docs.remedy),
        ("Limits", &rule.prose().docs.limits),
    ];
    for (title, text) in sections {
        let _ = write!(out, "## {title}\n\n{text}\n\n");
    }
    if !rule.data.is_empty() {
        out.push_str("## Configuration\n\n");
        for (name, entry) in &rule.data {
            let default = match entry.default.to_string() {
                empty if empty.is_empty() => "none".to_owned(),
                default => format!("`{default}`"),
            };
            let here = match entry.value == entry.default {
                true => String::new(),
                false => format!("; here `{}`", entry.value),
            };
            let _ = writeln!(
                out,
                "- `{name}`, {}; default {default}{here}. {}",
                entry.kind, entry.description
            );
        }
        out.push('\n');
    }
    if !rule.prose().equivalents.is_empty() {
        out.push_str("## The same check elsewhere\n\n");
        for equivalent in &rule.prose().equivalents {
            let _ = writeln!(out, "- {}: {}", equivalent.tool, equivalent.ids.join(", "));
        }
        out.push('\n');
    }
    out
}

fn links(rule: &Rule) -> String {
    let mut out = String::new();
    if !rule.prose().docs.links.is_empty() {
        out.push_str("## Read on\n\n");
        for link in &rule.prose().docs.links {
            let _ = writeln!(out, "- <{link}>");
        }
        out.push('\n');
    }
    out
}

fn examples(examples: &[&Example]) -> String {
    let mut out = String::new();
    for example in examples {
        if let Some((language, text)) = shown(example) {
            let verdict = match example.expect {
                Verdict::Fail => "Fails",
                Verdict::Pass => "Passes",
                Verdict::Open => "Open",
                Verdict::NotApplicable => "Not applicable",
            };
            let fence = if text.contains("```") { "~~~" } else { "```" };
            let _ = write!(
                out,
                "{verdict}: {}.\n\n{fence}{language}\n{}\n{fence}\n\n",
                example.name,
                text.trim_matches('\n')
            );
        }
    }
    out
}

/// The text of an example and its language; a file is not shown.
fn shown(example: &Example) -> Option<(&'static str, &str)> {
    match &example.input {
        ExampleInput::Resource(text) | ExampleInput::Arm(text) | ExampleInput::Export(text) => {
            Some(("json", text))
        }
        ExampleInput::Bicep(text) => Some(("bicep", text)),
        ExampleInput::File(_) => None,
    }
}

/// One line end at the end.
fn finished(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

/// Markdown as rules and this module write it (headings, paragraphs, lists, tables of two columns, fences), without its
/// marks and wrapped.
fn plain(markdown: &str) -> String {
    let mut plain = Plain::default();
    for line in markdown.lines() {
        plain.line(line);
    }
    plain.end_paragraph();
    plain.out
}

#[derive(Default)]
struct Plain {
    out: String,
    /// The lines of the paragraph or item that is being read, joined.
    paragraph: String,
    indent: &'static str,
    /// The mark that ends the fence.
    fence: Option<&'static str>,
}

impl Plain {
    fn line(&mut self, line: &str) {
        if let Some(mark) = self.fence {
            if line == mark {
                self.fence = None;
            } else {
                let _ = writeln!(self.out, "    {line}");
            }
            return;
        }
        let fence = ["```", "~~~"]
            .into_iter()
            .find(|mark| line.starts_with(mark));
        let starts_anew = line.is_empty() || line.starts_with(['#', '|', '-']) || fence.is_some();
        if starts_anew {
            self.end_paragraph();
        }
        if fence.is_some() {
            self.fence = fence;
        } else if line.is_empty() {
            self.out.push('\n');
        } else if let Some(title) = line.strip_prefix("# ") {
            let _ = writeln!(self.out, "{title}");
        } else if line.starts_with('#') {
            let title = line.trim_start_matches('#').trim();
            let _ = writeln!(self.out, "{}", title.to_uppercase());
        } else if let Some(row) = line.strip_prefix("| ") {
            if row != "| |" {
                let row = row.trim_end_matches(" |").replacen(" | ", ": ", 1);
                wrap(&unmarked(&row), "  ", &mut self.out);
            }
        } else if !line.starts_with('|') {
            self.indent = if line.starts_with('-') {
                "  "
            } else {
                self.indent
            };
            if !self.paragraph.is_empty() {
                self.paragraph.push(' ');
            }
            self.paragraph.push_str(line.trim());
        }
    }

    fn end_paragraph(&mut self) {
        if !self.paragraph.is_empty() {
            wrap(&unmarked(&self.paragraph), self.indent, &mut self.out);
            self.paragraph.clear();
        }
        self.indent = "";
    }
}

/// Without the marks of emphasis, and with bare links. Backquotes stay: they tell code from words in plain text too.
fn unmarked(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once("<https://") {
        let (address, after) = link.split_once('>').unwrap_or((link, ""));
        out.push_str(before);
        out.push_str("https://");
        out.push_str(address);
        rest = after;
    }
    out.push_str(rest);
    out.replace("**", "")
}

/// Breaks a line at blanks; lines after the first are indented.
fn wrap(line: &str, indent: &str, out: &mut String) {
    let mut width = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            out.push('\n');
            out.push_str(indent);
            width = indent.len();
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
    }
    out.push('\n');
}
