//! The report for people.
//!
//! Each fail in full, with its source lines drawn by miette; other verdicts as one line each; then what could not be
//! checked and why, and two lines that sum up.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters,
    ThemeStyles,
};

use super::Context;
use super::alike::{Alike, alike};
use super::place::Spot;
use super::text::{shortened, visible, wrapped};
use super::window::{Excerpts, Layout, Mark};
use super::words;
use crate::finding::{FileStatus, Finding, Level, Related, SUPPRESSIONS, Verdict};

/// How many verdicts that are no fails are listed by kind.
const LISTED: usize = 10;
/// How many panels of source lines a finding has at most.
const PANELS: usize = 4;
/// Longer names and property paths are cut in labels.
const LONGEST_NAME: usize = 60;
/// What stands left of a source line: its number and the frame.
const GUTTER: usize = 10;
/// How many columns of a source line are shown at most.
const WINDOW: usize = 160;

pub(super) fn write(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let page = Page {
        context,
        paint: Paint {
            is_on: context.options.color,
        },
    };
    for finding in context.fails() {
        page.fail(finding, out)?;
    }
    page.list(Verdict::Open, "Undecided offline", out)?;
    page.list(Verdict::Pass, "Passed", out)?;
    page.list(Verdict::NotApplicable, "Not applicable", out)?;
    page.unchecked(out)?;
    page.summary(out)
}

/// A report on its way out.
struct Page<'a> {
    context: Context<'a>,
    paint: Paint,
}

impl Page<'_> {
    /// A fail in full.
    fn fail(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let word = words::label(finding);
        let head = match self.context.rules.get(&finding.rule) {
            Some(rule) => format!("{word}[{} {}]", finding.rule, rule.name),
            None => format!("{word}[{}]", finding.rule),
        };
        let message = visible(&finding.message);
        let head = self.paint.level(finding.level, &visible(&head));
        let message = self.paint.bold(&format!(": {message}"));
        writeln!(out, "{head}{message}")?;
        let story = self.story(finding);
        match &story.excerpts {
            Some(excerpts) => out.write_all(self.draw(excerpts, finding.level).as_bytes())?,
            None => {
                let place = Spot::of(finding.place, self.context.sources).line_and_column();
                writeln!(out, "   at {}", visible(&place))?;
            }
        }
        for note in self.notes(finding, &story) {
            self.note(&note, out)?;
        }
        writeln!(out)
    }

    /// What is drawn of a finding, and what is left for words.
    fn story<'f>(&self, finding: &'f Finding) -> Story<'f> {
        let width = self.context.options.width;
        let limit = width.saturating_sub(GUTTER).min(WINDOW);
        let mark = |place, message| Mark {
            spot: Spot::of(place, self.context.sources),
            message,
        };
        let Some(mut layout) = Layout::new(&mark(finding.place, subject(finding)), limit) else {
            return Story {
                excerpts: None,
                steps: finding.related.iter().filter(|each| each.step).collect(),
                others: finding.related.iter().filter(|each| !each.step).collect(),
            };
        };
        let (steps, others): (Vec<&Related>, Vec<&Related>) =
            finding.related.iter().partition(|each| each.step);
        let mut is_complete = true;
        for step in &steps {
            is_complete &= layout.add_near(&mark(step.place, step.message.clone()));
        }
        let undrawn = others.into_iter().filter(|other| {
            let mark = mark(other.place, other.message.clone());
            let is_drawn = if layout.len() < PANELS {
                layout.add(&mark)
            } else {
                layout.add_near(&mark)
            };
            !is_drawn
        });
        let others = undrawn.collect();
        Story {
            excerpts: Some(layout.draw()),
            steps: if is_complete { Vec::new() } else { steps },
            others,
        }
    }

    /// The frame with the source lines.
    fn draw(&self, excerpts: &Excerpts, level: Level) -> String {
        let styles = if self.context.options.color {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        };
        let main = match level {
            Level::Error => styles.error,
            Level::Warning => styles.warning,
            Level::Note => styles.advice,
        };
        // miette gives the styles to the labels in their order.
        let labels = excerpts.labels().iter();
        let highlights = labels.map(|label| if label.primary() { main } else { styles.help });
        let theme = GraphicalTheme {
            characters: ThemeCharacters::unicode(),
            styles: ThemeStyles {
                highlights: highlights.collect(),
                link: ThemeStyles::none().link,
                ..styles
            },
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_width(self.context.options.width);
        let mut drawn = String::new();
        if handler
            .render_report(&mut drawn, &Drawing { excerpts })
            .is_err()
        {
            return String::new();
        }
        // The first line is the message, which stands above already.
        let lines = drawn.lines().skip(1);
        lines
            .map(|line| line.trim_end().to_owned() + "\n")
            .collect()
    }

    /// What is said below the source lines.
    fn notes(&self, finding: &Finding, story: &Story<'_>) -> Vec<String> {
        let place = |related: &&Related| {
            let line = Spot::of(related.place, self.context.sources).line();
            visible(&format!("{} ({line})", related.message)).into_owned()
        };
        let mut notes = Vec::new();
        notes.extend(words::witness(finding, self.context.sources));
        if !story.steps.is_empty() {
            let steps: Vec<String> = story.steps.iter().map(place).collect();
            notes.push(format!("by way of {}", steps.join(" → ")));
        }
        if !story.others.is_empty() {
            let others: Vec<String> = story.others.iter().map(place).collect();
            notes.push(format!("see also {}", others.join(", ")));
        }
        notes.extend(words::deployments(finding));
        if let Some(fix) = &finding.fix {
            let flag = if fix.safe {
                "--fix"
            } else {
                "--fix --unsafe-fixes"
            };
            notes.push(format!("fix: {} ({flag})", visible(&fix.title)));
        }
        notes.push(format!("help: akvlint explain {}", visible(&finding.rule)));
        notes
    }

    /// One note, wrapped.
    fn note(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let width = self.context.options.width.saturating_sub(4);
        for (index, line) in wrapped(text, width).iter().enumerate() {
            let lead = if index == 0 { "  = " } else { "    " };
            writeln!(out, "{}{line}", self.paint.dim(lead))?;
        }
        Ok(())
    }

    /// The verdicts of one kind that are no fails: the most severe first, one line for those of a resource that hang on the
    /// same, then a count of the others.
    fn list(&self, verdict: Verdict, heading: &str, out: &mut dyn Write) -> io::Result<()> {
        let findings = self.context.reported();
        let mut listed: Vec<&Finding> = findings
            .filter(|finding| finding.verdict == verdict)
            .collect();
        if listed.is_empty() {
            return Ok(());
        }
        listed.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        let heading = format!("{heading} ({})", listed.len());
        writeln!(out, "{}", self.paint.bold(&heading))?;
        let lines = alike(&listed);
        let (shown, hidden) = lines.split_at(lines.len().min(LISTED));
        for Alike { first, also } in shown {
            let place = Spot::of(first.place, self.context.sources).line_and_column();
            let mut line = format!("  {} {place}: {}", first.rule, words::sentence(first));
            if !also.is_empty() {
                line.push_str(&format!(" (also {})", also.join(", ")));
            }
            writeln!(out, "{}", visible(&line))?;
        }
        if !hidden.is_empty() {
            let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
            let hidden_rules = hidden.iter().flat_map(Alike::rules);
            for rule in hidden_rules.clone() {
                *rules.entry(rule).or_default() += 1;
            }
            let rules: Vec<String> = rules
                .into_iter()
                .map(|(rule, count)| format!("{count} × {}", visible(rule)))
                .collect();
            let text = format!("and {} more: {}", hidden_rules.count(), rules.join(", "));
            for line in wrapped(&text, self.context.options.width.saturating_sub(2)) {
                writeln!(out, "  {}", self.paint.dim(&line))?;
            }
        }
        writeln!(out)
    }

    /// What was not analysed, or not in full: every file and every problem, with its reason.
    fn unchecked(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = self.context.report;
        let mut is_first = true;
        let mut line = |level, word: &str, what: &str| {
            if std::mem::take(&mut is_first) {
                writeln!(out, "{}", self.paint.bold("Not fully checked"))?;
            }
            let word = self.paint.level(level, &format!("{word:7}"));
            writeln!(out, "  {word} {}", visible(what))
        };
        for file in words::incomplete(report) {
            let level = match file.status {
                FileStatus::Partial => Level::Warning,
                _ => Level::Error,
            };
            let place = words::file_place(file, self.context.sources);
            let reason = words::reason_at_place(file, self.context.sources);
            line(
                level,
                words::status(file.status),
                &format!("{place}: {reason}"),
            )?;
        }
        for problem in &report.problems {
            line(
                words::problem_level(problem),
                "problem",
                &words::problem(problem),
            )?;
        }
        if is_first { Ok(()) } else { writeln!(out) }
    }

    fn summary(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = self.context.report;
        for line in wrapped(&words::coverage(report), self.context.options.width) {
            writeln!(out, "{}", self.paint.dim(&line))?;
        }
        if let Some(outcome) = words::outcome(report) {
            writeln!(out, "{}", self.paint.bold(&outcome))?;
        }
        if let Some(fixable) = words::fixable(self.context.reported()) {
            writeln!(out, "{fixable}")?;
        }
        match words::absent(report) {
            Some(absent) => writeln!(out, "{}", self.paint.dim(&absent)),
            None => Ok(()),
        }
    }
}

/// What is drawn of a finding, and what is left for words.
struct Story<'a> {
    excerpts: Option<Excerpts>,
    /// All steps of the value's way, where one of them at least is not drawn.
    steps: Vec<&'a Related>,
    /// Other places that are not drawn.
    others: Vec<&'a Related>,
}

/// What the primary place is about: `networkAcls.bypass of 'kv-prod' and 2 more`.
fn subject(finding: &Finding) -> String {
    let property = finding.property.strip_prefix("properties.");
    let property = property.unwrap_or(&finding.property);
    let name = shortened(&finding.resource.label, LONGEST_NAME);
    let mut subject = match (property, finding.resource.label.as_str()) {
        // What is said of a suppression is no property of it.
        (_, _) if finding.resource.kind == SUPPRESSIONS => format!("suppression of '{name}'"),
        ("", "") => String::new(),
        ("", _) => format!("'{name}'"),
        (property, "") => shortened(property, LONGEST_NAME).into_owned(),
        (property, _) => format!("{} of '{name}'", shortened(property, LONGEST_NAME)),
    };
    if finding.instances() > 1 {
        subject.push_str(&format!(" and {} more", finding.instances() - 1));
    }
    subject
}

/// The excerpts as the diagnostic that miette draws. It has no message of its own.
#[derive(Debug)]
struct Drawing<'a> {
    excerpts: &'a Excerpts,
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Drawing<'_> {}

impl Diagnostic for Drawing<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.excerpts)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpts.labels().iter().cloned()))
    }
}

/// Colours, where they are wanted (ECMA-48 `SGR`).
#[derive(Clone, Copy)]
struct Paint {
    is_on: bool,
}

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.is_on {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn level(self, level: Level, text: &str) -> String {
        let code = match level {
            Level::Error => "1;31",
            Level::Warning => "1;33",
            Level::Note => "1;36",
        };
        self.with(code, text)
    }
}
