//! `akvlint check`: the main job.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{ArgMatches, Args, ValueEnum};

use super::analysis::{Analysed, Analysis, AnalysisFlags, Known, Wanted};
use super::configuration::FailOn;
use super::fixing::{Changes, after, fix_all};
use super::outputs::{outputs, spare, write};
use super::{FOUND, NOT_COMPLETE, NOT_DONE};
use crate::baseline::Baseline;
use crate::finding::{BaselineState, FileStatus, Report, Verdict};
use crate::report::{
    self, Color, Format, Options, RuleCatalogue, RuleInfo, SarifProfile, Threshold,
};
use crate::rules::{Rule, explain};
use crate::run::Outcome;
use crate::source::{Sources, canonical};

/// Where the pages of the rules are.
const RULE_PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/rules/");

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    analysis: AnalysisFlags,
    /// The form of the report; may be given again, each with an --output that follows it
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    format: Vec<Format>,
    /// The file that the format before it goes to
    #[arg(short, long, value_name = "FILE")]
    output: Vec<PathBuf>,
    /// For whom SARIF is written
    #[arg(long, value_enum, default_value_t)]
    sarif_profile: SarifProfile,
    /// From which level on findings make the exit code 1, by default `warning`; `open` takes undecided verdicts too
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<FailOn>,
    /// Exit with 0 where findings would make it 1
    #[arg(long)]
    exit_zero: bool,
    /// Exit with 3 where some input was not fully analysed
    #[arg(long)]
    strict: bool,
    /// Change the files where that surely is what is meant, then report what is left
    #[arg(long)]
    fix: bool,
    /// With --fix or --diff, changes too that need a look
    #[arg(long)]
    unsafe_fixes: bool,
    /// Print what --fix would change, and write nothing
    #[arg(long)]
    diff: bool,
    /// Report only what this baseline does not hold
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    baseline: Option<PathBuf>,
    /// Do without the baseline of the configuration
    #[arg(long)]
    no_baseline: bool,
    /// Report only what is new since a git revision
    #[arg(long, value_name = "REV")]
    diff_base: Option<String>,
    /// Which verdicts are listed
    #[arg(
        long,
        value_enum,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "fail,open"
    )]
    verdicts: Vec<Listed>,
    /// When there are colours
    #[arg(long, value_enum, default_value_t)]
    color: Color,
    /// Say nothing but the results
    #[arg(short, long)]
    quiet: bool,
    /// Tell of every file that was not analysed in full
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// Count the findings of each rule, on standard error
    #[arg(long)]
    statistics: bool,
}

/// A verdict that can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Listed {
    Fail,
    Open,
    Pass,
}

/// Checks the paths. Gives the exit code.
pub(super) fn run(flags: &Check, matches: &ArgMatches) -> Result<u8, String> {
    let outputs = outputs(matches)?;
    let analysis = Analysis::new(&flags.analysis)?;
    let baseline = baseline(flags, &analysis);
    spare(&outputs, |file| {
        let is_baseline = |path: &PathBuf| canonical(path).is_ok_and(|path| path == file);
        analysis.reads(file) || baseline.as_ref().is_some_and(is_baseline)
    })?;
    let mut complete = true;
    if flags.fix || flags.diff {
        match fixed(flags, &analysis)? {
            Ok(all) => complete = all,
            Err(code) => return Ok(code),
        }
    }
    let known = known(flags, &analysis)?;
    if let (Some(file), Some(baseline), false) = (&baseline, &known.baseline, flags.quiet) {
        let strange = analysis.strange(file, baseline);
        // Nobody is left to tell where this cannot be written.
        let _ = std::io::stderr().lock().write_all(strange.as_bytes());
    }
    let wanted = Wanted {
        verdicts: verdicts(flags),
        pictures: outputs
            .iter()
            .any(|output| output.format == Format::Markdown),
    };
    let Analysed {
        project,
        sources,
        outcome,
        rules,
    } = analysis.run(wanted, known)?;
    spare(&outputs, |file| is_analysed(file, &outcome, &sources))?;
    let fail_on = flags
        .fail_on
        .or(analysis.configuration.fail_on)
        .unwrap_or_default();
    let mut code = after(
        exit_code(flags, fail_on, &outcome.report, outcome.input_failed),
        complete,
    );
    let full = outputs.iter().any(|output| output.format == Format::Sarif);
    let catalogue = catalogue(&rules, full);
    let options = Options {
        sarif_profile: flags.sarif_profile,
        threshold: fail_on.threshold(),
        succeeded: code != NOT_DONE,
        ..Options::default()
    };
    for output in &outputs {
        let written = analysis.workers.install(|| {
            write(
                output,
                &outcome.report,
                &sources,
                &catalogue,
                flags.color,
                &options,
            )
        });
        if let Err(message) = written {
            super::complain(&message);
            code = NOT_DONE;
        }
    }
    let on_stdout = outputs.last().map(|output| output.format);
    tell(flags, &outcome.report, on_stdout == Some(Format::Pretty));
    // The process ends here: to free every node of every tree first would take a good part of the run.
    std::mem::forget((project, outcome));
    Ok(code)
}

/// Changes what can be changed, or prints it. As [`fix_all`].
fn fixed(flags: &Check, analysis: &Analysis<'_>) -> Result<Result<bool, u8>, String> {
    if analysis.reads_standard_input() {
        return Err("standard input cannot be fixed; name the file itself".to_owned());
    }
    let changes = Changes {
        with_unsafe: flags.unsafe_fixes,
        diff: flags.diff,
        quiet: flags.quiet,
    };
    fix_all(changes, &mut |overlay| {
        analysis.with_changes(overlay, known(flags, analysis)?)
    })
}

/// The baseline file that the run goes by.
fn baseline(flags: &Check, analysis: &Analysis<'_>) -> Option<PathBuf> {
    match &flags.baseline {
        Some(file) => Some(file.clone()),
        None if flags.no_baseline => None,
        None => analysis.configuration.baseline(),
    }
}

/// Whether a file, links resolved, is one that took part in the run, or that the report lists as understood. A report of
/// an earlier run is neither.
fn is_analysed(file: &Path, outcome: &Outcome, sources: &Sources) -> bool {
    let Some(number) = sources.number(file) else {
        return false;
    };
    let name = sources.name_of_file(number);
    let listed = outcome.report.files.iter();
    let mut understood = listed.filter(|file| file.status != FileStatus::Failed);
    outcome.used.contains(&number) || understood.any(|file| name.as_ref() == Some(&file.path))
}

/// What is known already: what the baseline holds, and what a revision has.
fn known(flags: &Check, analysis: &Analysis<'_>) -> Result<Known, String> {
    let baseline = baseline(flags, analysis)
        .map(|file| Baseline::read(&file))
        .transpose();
    let revision = flags.diff_base.as_deref();
    Ok(Known {
        baseline: baseline.map_err(super::shown)?,
        earlier: revision
            .map(|revision| analysis.of_revision(revision))
            .transpose()?,
    })
}

fn verdicts(flags: &Check) -> Vec<Verdict> {
    let listed = flags.verdicts.iter().map(|listed| match listed {
        Listed::Fail => Verdict::Fail,
        Listed::Open => Verdict::Open,
        Listed::Pass => Verdict::Pass,
    });
    listed.collect()
}

fn exit_code(flags: &Check, fail_on: FailOn, report: &Report, input_failed: bool) -> u8 {
    if input_failed {
        return NOT_DONE;
    }
    if has_findings(fail_on, report) && !flags.exit_zero {
        return FOUND;
    }
    let is_incomplete = !report.problems.is_empty()
        || report
            .files
            .iter()
            .any(|file| matches!(file.status, FileStatus::Partial | FileStatus::Failed));
    if flags.strict && is_incomplete {
        NOT_COMPLETE
    } else {
        0
    }
}

fn has_findings(fail_on: FailOn, report: &Report) -> bool {
    let Threshold { level, open } = fail_on.threshold();
    let is_reached = level.is_some_and(|level| report.worst.is_some_and(|worst| worst >= level));
    is_reached || (open && report.verdicts.open > 0)
}

/// What reports say of the rules; the prose is read only for what prints it.
fn catalogue(rules: &[Arc<Rule>], full: bool) -> RuleCatalogue {
    let prose = |text: &dyn Fn() -> String| if full { text() } else { String::new() };
    RuleCatalogue::new(
        rules
            .iter()
            .map(|rule| RuleInfo {
                id: rule.id.to_string(),
                name: rule.name.to_string(),
                title: rule.title.clone(),
                level: rule.level,
                security_severity: rule.security_severity.clone(),
                precision: rule.precision.word().to_owned(),
                tags: rule.tags.clone(),
                description: prose(&|| explain::description(rule)),
                help_text: prose(&|| explain::help_text(rule)),
                help_markdown: prose(&|| explain::help_markdown(rule)),
                help_uri: format!("{RULE_PAGES}{}.md", rule.id),
            })
            .collect(),
    )
}

/// What goes to standard error.
fn tell(flags: &Check, report: &Report, is_pretty: bool) {
    let mut text = String::new();
    // Why the job could not be done is said whatever the form of the report.
    if !is_pretty {
        text.push_str(&report::problem_list(report));
    }
    if !flags.quiet {
        if flags.verbose {
            text.push_str(&report::file_list(report));
            text.push_str(&report::absent_list(report));
        }
        if !is_pretty {
            text.push_str(&report::summary(report));
        }
    }
    if flags.statistics {
        let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for finding in &report.findings {
            let fate = match (&finding.suppression, finding.baseline) {
                (Some(_), _) => "suppressed",
                (None, Some(BaselineState::Unchanged)) => "in the baseline",
                _ => finding.verdict.word(),
            };
            *counts.entry((&finding.rule, fate)).or_default() += 1;
        }
        for ((rule, fate), count) in counts {
            let _ = writeln!(text, "{count:>7}  {rule}  {fate}");
        }
    }
    // Nobody is left to tell where this cannot be written.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
