//! What the command line says of a deployment: parameters and surroundings.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use uuid::Uuid;

use crate::evaluate::document::Document;
use crate::evaluate::origin::Origin;
use crate::evaluate::value::Value;
use crate::evaluate::{Cloud, Surroundings};
use crate::project::{Content, Project};
use crate::source::{Place, Span};
use crate::syntax::expression::Text;

/// What is known of the deployment.
#[derive(Debug, Args)]
pub(super) struct DeploymentFlags {
    /// A parameter file, or the value of one parameter; of several the later wins
    #[arg(short, long = "parameters", value_name = "FILE|NAME=VALUE")]
    pub(super) parameters: Vec<String>,
    /// The subscription that is deployed to
    #[arg(long, value_name = "GUID", value_parser = guid)]
    subscription_id: Option<String>,
    /// The resource group that is deployed to
    #[arg(long, value_name = "NAME", value_parser = resource_group)]
    resource_group: Option<String>,
    /// The tenant
    #[arg(long, value_name = "GUID", value_parser = guid)]
    tenant_id: Option<String>,
    /// The location of the resource group, or of a deployment to another scope
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    location: Option<String>,
    /// The cloud
    #[arg(long, value_name = "AzureCloud|AzureUSGovernment|AzureChinaCloud", value_parser = cloud)]
    pub(super) cloud: Option<Cloud>,
    /// Where restored modules are; the default is what bicepconfig.json says, else ~/.bicep
    #[arg(long, value_name = "DIR", value_parser = folder)]
    pub(super) module_cache: Option<PathBuf>,
}

fn cloud(name: &str) -> Result<Cloud, String> {
    Cloud::named(name)
        .ok_or_else(|| "it is one of AzureCloud, AzureUSGovernment, AzureChinaCloud".to_owned())
}

/// A GUID as Azure writes them: digits and hyphens.
fn guid(text: &str) -> Result<String, String> {
    const LENGTH: usize = 36;
    match Uuid::try_parse(text) {
        Ok(_) if text.len() == LENGTH => Ok(text.to_owned()),
        _ => Err("it is no GUID such as 11111111-2222-3333-4444-555555555555".to_owned()),
    }
}

/// The name of a resource group:
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources>.
fn resource_group(name: &str) -> Result<String, String> {
    const LONGEST: usize = 90;
    let is_allowed = |character: char| character.is_alphanumeric() || "_-.()".contains(character);
    if name.is_empty() || name.chars().count() > LONGEST {
        Err("a resource group has a name of 1 to 90 characters".to_owned())
    } else if !name.chars().all(is_allowed) || name.ends_with('.') {
        Err("it is made of letters, digits and `_-.()`, and does not end with a `.`".to_owned())
    } else {
        Ok(name.to_owned())
    }
}

fn folder(path: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(path);
    if path.is_dir() {
        Ok(path)
    } else {
        Err("there is no folder of this name".to_owned())
    }
}

impl DeploymentFlags {
    /// Where it is deployed to, as far as the flags say; `cloud` is what something else says of it.
    pub(super) fn surroundings(&self, cloud: Option<Cloud>) -> Surroundings {
        Surroundings {
            subscription: self.subscription_id.clone(),
            resource_group: self.resource_group.clone(),
            tenant: self.tenant_id.clone(),
            location: self.location.clone(),
            cloud: self.cloud.or(cloud).unwrap_or_default(),
        }
    }
}

pub(super) type Given = (
    Vec<Arc<crate::syntax::template::ParameterFile>>,
    Vec<(Text, Value)>,
);

/// Parameter files and single values of the command line.
pub(super) fn parameters(flags: &[String], project: &Project) -> Result<Given, String> {
    let mut files = Vec::new();
    let mut values = Vec::new();
    for (number, flag) in flags.iter().enumerate() {
        if let Some((name, text)) = flag.split_once('=')
            && !name.is_empty()
            && name
                .chars()
                .all(|character| character.is_alphanumeric() || character == '_')
        {
            let source = project.insert_argument(&format!("<-p {}>", number + 1), flag.clone());
            let place = Place::new(source.id(), Span::new(name.len() + 1, flag.len()));
            values.push((Text::from(name), command_line_value(text, place)));
            continue;
        }
        if flag.is_empty() {
            return Err("-p needs a parameter file or NAME=VALUE".to_owned());
        }
        let parsed = project
            .file(std::path::Path::new(flag))
            .map_err(|error| error.to_string())?;
        let Content::Parameters(parameters) = &parsed.content else {
            return Err(format!("{} is not a parameter file", parsed.source.name()));
        };
        files.push(parameters.clone());
    }
    Ok((files, values))
}

/// A value on the command line is JSON where it reads as JSON, else a string. What the parameter's type makes of it is
/// told where the parameter is known.
fn command_line_value(text: &str, place: Place) -> Value {
    let origin = Origin::at(place);
    let document = crate::syntax::json::parse(text);
    if !document.errors.is_empty() {
        return Value::string(text, origin);
    }
    let read = Document {
        file: None,
        otherwise: place,
        uses: None,
    };
    read.json(&document.root)
}
