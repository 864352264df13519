//! Where the template of a deployment comes from: written in place, a file, the module cache, or an expression.
//!
//! In: the source of a deployment. Out: its template, or what it is called and why it is not known.

use std::sync::Arc;

use super::argument::Arguments;
use super::canonical;
use super::computed;
use super::diagnostic::Code;
use super::environment::Environment;
use super::evaluator::Evaluator;
use super::symbol::Term;
use super::value::{Kind, Object, Part, Value};
use crate::project::ModuleReference;
use crate::source::{FileId, Place};
use crate::syntax::expression::Expression;
use crate::syntax::template::{Deployment, DeploymentSource, Link, Template};

/// A module reference as reports show it. One that says nothing is its quotes.
fn shown(reference: &str) -> String {
    match reference {
        "" => "''".to_owned(),
        reference => reference.to_owned(),
    }
}

/// A template to deploy, and the arguments that come with it where it is computed.
pub(super) type Found = (Arc<Template>, Arguments);

impl Evaluator<'_> {
    /// The template of a deployment, or what it is called and why it is not known.
    pub(super) fn deployed_template(
        &mut self,
        around: FileId,
        deployment: &Deployment,
        environment: &Environment,
    ) -> Result<Found, (String, String)> {
        let read = match &deployment.source {
            DeploymentSource::Inline(template) => Ok(template.clone()),
            DeploymentSource::Module(name) => self
                .project
                .module(around, &name.text)
                .map_err(|error| (shown(&name.text), error.to_string())),
            DeploymentSource::Link(link) => {
                let is_path = matches!(link, Link::RelativePath(_));
                let link = self.evaluate(link.expression(), environment);
                self.linked_template(around, &link, is_path)
            }
            DeploymentSource::Computed(expression) => {
                return self.computed_template(around, expression, environment);
            }
            DeploymentSource::Unnamed => Err((
                "module".to_owned(),
                "no path of a module could be read here".to_owned(),
            )),
            DeploymentSource::Missing => Err((
                "properties".to_owned(),
                "no template and no link to one could be read in the `properties` of the deployment"
                    .to_owned(),
            )),
        };
        read.map(|template| (template, Arguments::default()))
    }

    /// The template that the value of a link names: a relative path, or else a URI, an id, or an object with one of them.
    fn linked_template(
        &mut self,
        around: FileId,
        link: &Value,
        is_path: bool,
    ) -> Result<Arc<Template>, (String, String)> {
        let shown = canonical::expression(link);
        let target = link_target(link);
        if let Some(spec) = target.as_str().and_then(template_spec) {
            return self
                .project
                .template_spec(around, &spec)
                .map_err(|error| (shown, error.to_string()));
        }
        let Some(path) = link_path(&target) else {
            return Err((
                shown,
                "the path of the linked template is not known offline".to_owned(),
            ));
        };
        let is_member = |link: &Object| link.get("relativePath").is_some();
        let linked = match is_path || link.as_object().is_some_and(is_member) {
            true => self.project.linked(around, &path),
            false => self.project.linked_by_uri(around, &path),
        };
        linked.map_err(|error| (path, error.to_string()))
    }

    fn computed_template(
        &mut self,
        around: FileId,
        expression: &Expression,
        environment: &Environment,
    ) -> Result<Found, (String, String)> {
        let value = self.evaluate(expression, environment);
        // What a file holds that is loaded keeps its places; what is put together has that of the expression.
        let loaded = value.origin.place;
        let place = if loaded.file == around {
            Place::new(around, expression.span)
        } else {
            loaded
        };
        let Some(computed) = computed::template(&value, place.file, place.span) else {
            return Err((
                canonical::expression(&value),
                "the template is computed by an expression that is not known offline".to_owned(),
            ));
        };
        for error in &computed.errors {
            let place = Place::new(place.file, error.span);
            self.diagnose(Code::Evaluate, &error.message, place);
        }
        Ok((Arc::new(computed.template), computed.arguments))
    }
}

/// What a link says: the link itself, or a member of the object that an expression gives in its place.
fn link_target(link: &Value) -> Value {
    let members = ["relativePath", "uri", "id"];
    let member = link.as_object().and_then(|object| {
        let found = members.iter().find_map(|name| object.get(name))?;
        Some(found.value.clone())
    });
    member.unwrap_or_else(|| link.clone())
}

/// The version of a template spec that a resource id means.
fn template_spec(id: &str) -> Option<ModuleReference> {
    let parts: Vec<&str> = id.trim_matches('/').split('/').collect();
    let is = |at: usize, name: &str| {
        parts
            .get(at)
            .is_some_and(|part| part.eq_ignore_ascii_case(name))
    };
    let fits = parts.len() == 10
        && is(0, "subscriptions")
        && is(2, "resourceGroups")
        && is(4, "providers")
        && is(5, "Microsoft.Resources")
        && is(6, "templateSpecs")
        && is(8, "versions");
    if !fits {
        return None;
    }
    ModuleReference::template_spec(&format!(
        "{}/{}/{}:{}",
        parts[1], parts[3], parts[7], parts[9]
    ))
}

/// The path of a linked file, as far as its URI is known: what follows the unknown base.
pub(super) fn link_path(link: &Value) -> Option<String> {
    match &link.kind {
        Kind::String(text) => Some(text.to_string()),
        Kind::Mixed(parts) => parts.iter().rev().find_map(|part| match part {
            Part::Text(text) if text.to_ascii_lowercase().contains(".json") => {
                Some(text.to_string())
            }
            _ => None,
        }),
        Kind::Symbolic(symbol) => match &symbol.term {
            Term::Call {
                function,
                arguments,
            } if &**function == "uri" => arguments.get(1).and_then(link_path),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_version_names_a_template_spec() {
        let id = "/subscriptions/s/resourcegroups/g/providers/Microsoft.Resources/templateSpecs/t/versions/1.0";
        let expected = ModuleReference::TemplateSpec {
            subscription: "s".to_owned(),
            resource_group: "g".to_owned(),
            name: "t".to_owned(),
            version: "1.0".to_owned(),
        };
        assert_eq!(template_spec(id), Some(expected));
        assert_eq!(template_spec(id.trim_end_matches("/1.0")), None);
        assert_eq!(template_spec("/subscriptions/s"), None);
    }
}
