//! The command line: flags, and what each command does with them.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};

use crate::evaluate::origin::Origin;
use crate::evaluate::value::Value;
use crate::evaluate::{Cloud, Entry, Surroundings, evaluate};
use crate::project::{Content, Project};
use crate::report;
use crate::source::{Place, Sources, Span};
use crate::syntax::expression::Text;

/// The exit code of a job that could not be done.
const NOT_DONE: u8 = 2;
/// The exit code of `--strict` where something was not fully analysed.
const NOT_COMPLETE: u8 = 3;

/// Offline static analyzer for the network security of Azure Key Vault
#[derive(Debug, Parser)]
#[command(name = "akvlint", version, about)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the resources that a template would deploy, as far as they can be known offline
    Expand(Expand),
}

#[derive(Debug, Args)]
struct Expand {
    /// The template
    file: PathBuf,
    #[command(flatten)]
    deployment: DeploymentFlags,
    /// Exit with 3 where something was not fully analysed
    #[arg(long)]
    strict: bool,
}

/// What is known of the deployment.
#[derive(Debug, Args)]
struct DeploymentFlags {
    /// A parameter file, or the value of one parameter; of several the later wins
    #[arg(short, long = "parameters", value_name = "FILE|NAME=VALUE")]
    parameters: Vec<String>,
    /// The subscription that is deployed to
    #[arg(long, value_name = "GUID")]
    subscription_id: Option<String>,
    /// The resource group that is deployed to
    #[arg(long, value_name = "NAME")]
    resource_group: Option<String>,
    /// The tenant
    #[arg(long, value_name = "GUID")]
    tenant_id: Option<String>,
    /// The location of the resource group, or of a deployment to another scope
    #[arg(long)]
    location: Option<String>,
    /// The cloud
    #[arg(long, value_name = "AzureCloud|AzureUSGovernment|AzureChinaCloud", value_parser = cloud, default_value = "AzureCloud")]
    cloud: Cloud,
}

fn cloud(name: &str) -> Result<Cloud, String> {
    Cloud::named(name)
        .ok_or_else(|| "it is one of AzureCloud, AzureUSGovernment, AzureChinaCloud".to_owned())
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let command_line = match CommandLine::try_parse() {
        Ok(command_line) => command_line,
        Err(error) => {
            let code = if error.use_stderr() { NOT_DONE } else { 0 };
            // Nobody is left to tell when the message itself cannot be written.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let outcome = match &command_line.command {
        Command::Expand(flags) => expand(flags),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "error: {message}");
            ExitCode::from(NOT_DONE)
        }
    }
}

fn expand(flags: &Expand) -> Result<u8, String> {
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
        surroundings: surroundings(&flags.deployment),
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

fn surroundings(flags: &DeploymentFlags) -> Surroundings {
    Surroundings {
        subscription: flags.subscription_id.clone(),
        resource_group: flags.resource_group.clone(),
        tenant: flags.tenant_id.clone(),
        location: flags.location.clone(),
        cloud: flags.cloud,
    }
}

type Given = (
    Vec<Arc<crate::syntax::template::ParameterFile>>,
    Vec<(Text, Value)>,
);

/// Parameter files and single values of the command line.
fn parameters(
    flags: &[String],
    project: &Project,
    syntax: &mut Vec<(crate::source::FileId, crate::syntax::error::SyntaxError)>,
) -> Result<Given, String> {
    let mut files = Vec::new();
    let mut values = Vec::new();
    for (number, flag) in flags.iter().enumerate() {
        if let Some((name, text)) = flag.split_once('=')
            && !name.is_empty()
            && name
                .chars()
                .all(|character| character.is_alphanumeric() || character == '_')
        {
            let source = project
                .sources()
                .insert(&format!("<-p {}>", number + 1), flag.clone());
            let place = Place::new(source.id(), Span::new(name.len() + 1, flag.len()));
            values.push((Text::from(name), command_line_value(text, place)));
            continue;
        }
        let parsed = project
            .file(std::path::Path::new(flag))
            .map_err(|error| error.to_string())?;
        let Content::Parameters(parameters) = &parsed.content else {
            return Err(format!("{} is not a parameter file", parsed.source.name()));
        };
        syntax.extend(
            parsed
                .errors
                .iter()
                .map(|error| (parsed.source.id(), error.clone())),
        );
        files.push(parameters.clone());
    }
    Ok((files, values))
}

/// A value on the command line is JSON where it reads as JSON, else a string, as the Azure CLI has it.
fn command_line_value(text: &str, place: Place) -> Value {
    let origin = Origin::at(place);
    let document = crate::syntax::json::parse(text);
    if !document.errors.is_empty() {
        return Value::string(text, origin);
    }
    from_json(&document.root, &origin)
}

fn from_json(node: &crate::syntax::json::Node<'_>, origin: &Origin) -> Value {
    use crate::evaluate::value::{Kind, Member};
    use crate::syntax::json::Kind as Json;
    match &node.kind {
        Json::Bool(value) => Value::bool(*value, origin.clone()),
        Json::Number(text) => match text.parse() {
            Ok(number) => Value::new(Kind::Integer(number), origin.clone()),
            Err(_) => Value::new(Kind::Decimal((*text).into()), origin.clone()),
        },
        Json::String(text) => Value::string(&**text, origin.clone()),
        Json::Array(items) => Value::array(
            items.iter().map(|item| from_json(item, origin)).collect(),
            origin.clone(),
        ),
        Json::Object(members) => Value::object(
            members
                .iter()
                .map(|member| Member {
                    key: (&*member.key).into(),
                    key_place: origin.place,
                    value: from_json(&member.value, origin),
                })
                .collect(),
            origin.clone(),
        ),
        _ => Value::null(origin.clone()),
    }
}
