//! `akvlint expand`: what a template would deploy.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::NOT_COMPLETE;
use super::deployment::{DeploymentFlags, parameters};
use crate::evaluate::diagnostic::{Code, Diagnostic};
use crate::evaluate::{Entry, Evaluation, Wanted, evaluate};
use crate::project::{Content, Parsed, Project};
use crate::report;
use crate::source::{FileId, Place, Sources, Span};
use crate::syntax::error::SyntaxError;
use crate::syntax::template::{ParameterFile, Template};

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

/// What a file deploys.
struct EntryPoint {
    template: Arc<Template>,
    /// The file itself, where it gives parameters to the template.
    parameters: Option<Arc<ParameterFile>>,
    /// Why the template is not known.
    missing: Option<Diagnostic>,
}

/// The template that a file is, or that it gives parameters to.
fn entry_point(parsed: &Parsed, project: &Project) -> Result<EntryPoint, String> {
    match &parsed.content {
        Content::Template(template) => Ok(EntryPoint {
            template: template.clone(),
            parameters: None,
            missing: None,
        }),
        Content::Parameters(parameters) => {
            let file = parsed.source.id();
            let found = match &parameters.using {
                Some(using) => project
                    .module(file, &using.text)
                    .map_err(|error| (using.span, error.to_string())),
                None => Err((
                    Span::point(0),
                    "no template is named: give this file with `-p` to one".to_owned(),
                )),
            };
            let template = match found {
                Ok(template) => template,
                // Without its template it deploys nothing that is known.
                Err((span, message)) => {
                    let missing = Diagnostic {
                        place: Place::new(file, span),
                        code: Code::Module,
                        message,
                    };
                    return Ok(EntryPoint {
                        template: parameters.template.clone(),
                        parameters: None,
                        missing: Some(missing),
                    });
                }
            };
            Ok(EntryPoint {
                template,
                parameters: Some(parameters.clone()),
                missing: None,
            })
        }
        Content::Other => Err(format!("{} is not a template", parsed.source.name())),
    }
}

/// Prints the resources of a template. Gives the exit code.
pub(super) fn run(flags: &Expand) -> Result<u8, String> {
    let here = std::env::current_dir()
        .map_err(|error| format!("the working directory is not known: {error}"))?;
    let sources = Arc::new(Sources::new(&here));
    let project =
        Project::new(sources.clone()).with_module_cache(flags.deployment.module_cache.clone());
    let parsed = project
        .file(&flags.file)
        .map_err(|error| error.to_string())?;
    let EntryPoint {
        template,
        parameters: own,
        missing,
    } = entry_point(&parsed, &project)?;
    let (mut parameters, overrides) = parameters(&flags.deployment.parameters, &project)?;
    parameters.splice(0..0, own);
    let entry = Entry {
        template,
        parameters,
        overrides,
        surroundings: flags.deployment.surroundings(None),
        number: 1,
    };
    let mut evaluation = evaluate(&project, &entry, Wanted::ALL);
    evaluation.diagnostics.extend(missing);
    let syntax = syntax_errors(&project, &evaluation);
    let document = report::expand::document(&evaluation, &syntax, &sources);
    let is_terminal = std::io::stdout().is_terminal();
    super::printed(|out| {
        if is_terminal {
            serde_json::to_writer_pretty(&mut *out, &document)?;
        } else {
            serde_json::to_writer(&mut *out, &document)?;
        }
        writeln!(out)
    })?;
    let complete = syntax.is_empty() && evaluation.diagnostics.is_empty();
    Ok(if flags.strict && !complete {
        NOT_COMPLETE
    } else {
        0
    })
}

/// The syntax errors of all templates and parameter files that took part. What else was read is judged by who loads it.
fn syntax_errors(project: &Project, evaluation: &Evaluation) -> Vec<(FileId, SyntaxError)> {
    let sources = evaluation
        .files
        .iter()
        .filter_map(|file| project.sources().get(*file));
    sources
        .flat_map(|source| {
            let parsed = project.parsed(&source);
            let is_read = !matches!(parsed.content, Content::Other);
            let errors = parsed.errors.iter().filter(|_| is_read).cloned();
            let of_file: Vec<_> = errors.map(|error| (source.id(), error)).collect();
            of_file
        })
        .collect()
}
