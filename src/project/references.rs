//! What a template refers to in other files, without evaluating it.

use std::collections::HashSet;

use crate::syntax::expression::{Expression, ExpressionKind, Text};
use crate::syntax::template::{Deployment, DeploymentSource, Template};

/// How deep templates within templates, and expressions, are followed.
const MAX_DEPTH: usize = 64;

/// A reference to another template, as far as it can be read off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A Bicep module path, `br:` or `ts:` reference.
    Module(Text),
    /// A literal in the expression of a link that may be the path, or its end.
    Link(Text),
    /// A file that names are imported from.
    Import(Text),
}

/// The references of a template and of those that are nested in it, in source order.
pub fn references(template: &Template) -> Vec<Reference> {
    let mut found = Vec::new();
    collect(template, MAX_DEPTH, &mut found);
    found
}

/// Whether a template deploys another one whose path only an evaluation gives.
pub fn has_links(template: &Template) -> bool {
    deployments(template).any(|deployment| match &deployment.source {
        DeploymentSource::Link(_) | DeploymentSource::Computed(_) => true,
        DeploymentSource::Inline(inner) => has_links_within(inner, MAX_DEPTH),
        _ => false,
    })
}

fn has_links_within(template: &Template, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return true;
    };
    deployments(template).any(|deployment| match &deployment.source {
        DeploymentSource::Link(_) | DeploymentSource::Computed(_) => true,
        DeploymentSource::Inline(inner) => has_links_within(inner, depth),
        _ => false,
    })
}

fn deployments(template: &Template) -> impl Iterator<Item = &Deployment> {
    template
        .resources
        .iter()
        .filter_map(|resource| resource.deployment.as_ref())
}

fn collect(template: &Template, depth: usize, found: &mut Vec<Reference>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let imports = template.imports.iter();
    found.extend(imports.map(|import| Reference::Import(import.from.text.clone())));
    for deployment in deployments(template) {
        match &deployment.source {
            DeploymentSource::Module(name) => found.push(Reference::Module(name.text.clone())),
            DeploymentSource::Link(link) => {
                let mut followed = HashSet::new();
                literals(link.expression(), template, &mut followed, depth, found);
            }
            DeploymentSource::Inline(inner) => collect(inner, depth, found),
            DeploymentSource::Computed(_) | DeploymentSource::Missing => {}
        }
    }
}

/// The strings in an expression, and in the variables that it names, which name a JSON file.
fn literals<'t>(
    expression: &'t Expression,
    template: &'t Template,
    followed: &mut HashSet<&'t str>,
    depth: usize,
    found: &mut Vec<Reference>,
) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    match &expression.kind {
        ExpressionKind::String(text) if text.to_ascii_lowercase().contains(".json") => {
            let reference = Reference::Link(text.clone());
            if !found.contains(&reference) {
                found.push(reference);
            }
        }
        ExpressionKind::Call(call) => {
            if let ("variables", [name]) = (&*call.name.to_ascii_lowercase(), &*call.arguments)
                && let ExpressionKind::String(name) = &name.kind
                && let Some(variable) = template
                    .variables
                    .iter()
                    .find(|variable| variable.name.text.eq_ignore_ascii_case(name))
                && followed.insert(&variable.name.text)
            {
                literals(&variable.value, template, followed, depth, found);
            }
            for argument in &call.arguments {
                literals(argument, template, followed, depth, found);
            }
        }
        ExpressionKind::Access(access) => {
            literals(&access.base, template, followed, depth, found);
        }
        ExpressionKind::Array(items) => {
            for item in items {
                literals(item, template, followed, depth, found);
            }
        }
        ExpressionKind::Object(properties) => {
            for property in properties {
                literals(&property.value, template, followed, depth, found);
            }
        }
        _ => {}
    }
}
