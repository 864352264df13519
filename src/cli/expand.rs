//! `akvlint expand`: what a template would deploy.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::NOT_COMPLETE;
use super::deployment::{DeploymentFlags, parameters};
use crate::evaluate::{Entry, evaluate};
use crate::project::{Content, Project};
use crate::report;
use crate::source::Sources;

#[derive(Debug, Args)]
pub(super) struct Expand {
    /// The template
    file: PathBuf,
    #[command(flatten)]
    deployment: DeploymentFlags,
    /// Exit with 3 where something was not fully analysed
    #[arg(long)]
    strict: bool,
}

/// Prints the resources of a template. Gives the exit code.
pub(super) fn run(flags: &Expand) -> Result<u8, String> {
    let here = std::env::current_dir()
        .map_err(|error| format!("the working directory is not known: {error}"))?;
    let sources = Arc::new(Sources::new(&here));
    let project = Project::new(sources.clone());
    let parsed = project
        .file(&flags.file)
        .map_err(|error| error.to_string())?;
    let Content::Template(template) = &parsed.content else {
        return Err(format!("{} is not an ARM template", parsed.source.name()));
    };
    let mut syntax: Vec<_> = parsed
        .errors
        .iter()
        .map(|error| (parsed.source.id(), error.clone()))
        .collect();
    let (parameters, overrides) = parameters(&flags.deployment.parameters, &project, &mut syntax)?;
    let entry = Entry {
        template: template.clone(),
        parameters,
        overrides,
        surroundings: flags.deployment.surroundings(),
        number: 1,
    };
    let evaluation = evaluate(&project, &entry, &|_| true, true);
    let document = report::expand::document(&evaluation, &syntax, &sources);
    let mut output = std::io::stdout().lock();
    let printed = if output.is_terminal() {
        serde_json::to_writer_pretty(&mut output, &document)
    } else {
        serde_json::to_writer(&mut output, &document)
    };
    printed.map_err(|error| format!("the result cannot be written: {error}"))?;
    writeln!(output).map_err(|error| format!("the result cannot be written: {error}"))?;
    let complete = syntax.is_empty() && evaluation.diagnostics.is_empty();
    Ok(if flags.strict && !complete {
        NOT_COMPLETE
    } else {
        0
    })
}
