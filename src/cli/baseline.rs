//! `akvlint baseline create|update`: the file of the findings that are known already.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::NOT_DONE;
use super::analysis::{Analysis, AnalysisFlags, Known, Wanted};
use super::configuration::Configuration;

use crate::baseline::{Baseline, FILE_NAME};
use crate::project::root_of;
use crate::report;
use crate::source::replace;

#[derive(Debug, Args)]
pub(super) struct BaselineFlags {
    #[command(subcommand)]
    command: BaselineCommand,
}

#[derive(Debug, Subcommand)]
enum BaselineCommand {
    /// Write down all findings, so that `check --baseline` reports only others
    Create(Create),
    /// Take out what is mended and add what is new
    Update(Inputs),
}

#[derive(Debug, Args)]
struct Create {
    #[command(flatten)]
    inputs: Inputs,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

/// What is analysed, and the file that it is held against.
#[derive(Debug, Args)]
struct Inputs {
    #[command(flatten)]
    analysis: AnalysisFlags,
    /// The baseline file; by default that of the configuration, else akvlint-baseline.toml at the root of the project
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// Runs the command. Gives the exit code.
pub(super) fn run(flags: &BaselineFlags) -> Result<u8, String> {
    match &flags.command {
        BaselineCommand::Create(flags) => {
            let analysis = Analysis::new(&flags.inputs.analysis)?;
            let file = flags.inputs.file(&analysis.configuration);
            if file.exists() && !flags.force {
                return Err(format!(
                    "{} is there already: `akvlint baseline update` brings it up to date, --force replaces it",
                    file.display()
                ));
            }
            write(&analysis, &file, None)
        }
        BaselineCommand::Update(inputs) => {
            let analysis = Analysis::new(&inputs.analysis)?;
            let file = inputs.file(&analysis.configuration);
            let old = Baseline::read(&file).map_err(super::shown)?;
            write(&analysis, &file, Some(old))
        }
    }
}

impl Inputs {
    /// The baseline that the flags or the configuration name, else the usual one at the root of the project.
    fn file(&self, configuration: &Configuration) -> PathBuf {
        let named = self.baseline.clone().or_else(|| configuration.baseline());
        if let Some(file) = named {
            return file;
        }
        let root = self.analysis.paths.first().and_then(|path| root_of(path));
        let here = std::env::current_dir().ok();
        let here = here.and_then(|here| here.canonicalize().ok());
        match root {
            // In the working directory the shorter name of the same file.
            Some(root) if here.as_ref() != Some(&root) => root.join(FILE_NAME),
            _ => PathBuf::from(FILE_NAME),
        }
    }
}

/// Writes the findings of now, and what the old file holds of files and rules that were not looked at.
fn write(analysis: &Analysis<'_>, file: &Path, old: Option<Baseline>) -> Result<u8, String> {
    let known = Known {
        baseline: old.clone(),
        earlier: None,
    };
    let strange = old.as_ref().map(|old| analysis.strange(file, old));
    let analysed = analysis.run(Wanted::findings(), known)?;
    let outcome = analysed.outcome;
    let report = &outcome.report;
    let mut err = std::io::stderr().lock();
    // Nobody is left to tell where this cannot be written.
    let _ = err.write_all(strange.unwrap_or_default().as_bytes());
    let _ = err.write_all(report::absent_list(report).as_bytes());
    let _ = err.write_all(report::problem_list(report).as_bytes());
    let _ = err.write_all(report::coverage(report).as_bytes());
    if outcome.input_failed {
        drop(err);
        super::complain(&format!(
            "{} is not written, since an input cannot be read",
            file.display()
        ));
        return Ok(NOT_DONE);
    }
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let found = Baseline::of(
        &report.findings,
        &analysed.sources,
        folder.unwrap_or(Path::new(".")),
    );
    let unseen = outcome.unseen.len();
    let new = if unseen > 0 {
        found.with(outcome.unseen)
    } else {
        found
    };
    replace(file, |out| out.write_all(new.to_toml().as_bytes()))
        .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
    let name = file.display();
    let _ = match old {
        None => writeln!(
            err,
            "{name} holds {}. `akvlint check --baseline {name}`, or `baseline = \"…\"` in akvlint.toml, reports only others.",
            findings(new.len())
        ),
        Some(old) => {
            let (added, dropped) = (new.more_than(&old), old.more_than(&new));
            let kept = match unseen {
                0 => String::new(),
                unseen => format!(", {unseen} of them kept, which this run could not look for"),
            };
            writeln!(
                err,
                "{name} holds {}: {added} added, {dropped} taken out{kept}.",
                findings(new.len())
            )
        }
    };
    Ok(0)
}

fn findings(count: usize) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} finding{plural}")
}
