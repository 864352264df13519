//! What a template refers to in other files, without evaluating it.

use foldhash::HashSet;

use crate::syntax::expression::{Expression, ExpressionKind, Referent, Text};
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

/// Whether a template deploys another one whose path only an evaluation gives, or that is not there: a rule may say so.
pub fn has_links(template: &Template) -> bool {
    has_links_within(template, MAX_DEPTH + 1)
}

fn has_links_within(template: &Template, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return true;
    };
    deployments(template).any(|deployment| match &deployment.source {
        DeploymentSource::Link(_) | DeploymentSource::Missing | DeploymentSource::Unnamed => true,
        DeploymentSource::Computed(value) => !is_closed(value, MAX_DEPTH),
        DeploymentSource::Inline(inner) => has_links_within(inner, depth),
        _ => false,
    })
}

/// Whether a template that is written as a value, as Bicep files have it for telemetry, surely deploys no other.
fn is_closed(value: &Expression, depth: usize) -> bool {
    let ExpressionKind::Object(properties) = &value.kind else {
        return false;
    };
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    properties.iter().all(|property| {
        let key = property.key.as_str().map(str::to_ascii_lowercase);
        match (key.as_deref(), &property.value.kind) {
            (None | Some("templatelink"), _) => false,
            (_, ExpressionKind::Object(_)) => is_closed(&property.value, depth),
            (_, ExpressionKind::Array(items)) => items.iter().all(|item| {
                matches!(item.kind, ExpressionKind::String(_)) || is_closed(item, depth)
            }),
            (Some("resources" | "template" | "properties"), _) => false,
            _ => true,
        }
    })
}

fn deployments(template: &Template) -> impl Iterator<Item = &Deployment> {
    template
        .resources
        .iter()
        .filter_map(|resource| resource.deployment.as_deref())
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
                let mut followed = HashSet::default();
                literals(link.expression(), template, &mut followed, depth, found);
            }
            DeploymentSource::Inline(inner) => collect(inner, depth, found),
            DeploymentSource::Computed(_)
            | DeploymentSource::Missing
            | DeploymentSource::Unnamed => {}
        }
    }
}

/// Whether the ending of a JSON file is in a text.
fn names_json(text: &str) -> bool {
    const ENDING: &[u8] = b".json";
    text.match_indices('.').any(|(at, _)| {
        let place = text.as_bytes().get(at..at + ENDING.len());
        place.is_some_and(|place| place.eq_ignore_ascii_case(ENDING))
    })
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
        ExpressionKind::String(text) if names_json(text) => {
            let reference = Reference::Link(text.clone());
            if !found.contains(&reference) {
                found.push(reference);
            }
        }
        ExpressionKind::Reference(Referent::Variable, name) => {
            if let Some(variable) = template
                .variables
                .iter()
                .find(|variable| variable.name.text.eq_ignore_ascii_case(name))
                && followed.insert(&variable.name.text)
            {
                literals(&variable.value, template, followed, depth, found);
            }
        }
        ExpressionKind::Call(call) => {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::syntax::bicep::{Arena, Dialect, lower, parse};

    #[test]
    fn a_template_in_place_leads_nowhere_unless_it_has_links() {
        for (template, expected) in [
            (
                "{ resources: [], outputs: { a: { type: 'string', value: uniqueString('a') } } }",
                false,
            ),
            (
                "{ resources: [ { type: 'a/b', name: p, dependsOn: [ 'c' ] } ] }",
                false,
            ),
            (
                "{ resources: [ { type: 'a/b', properties: { templateLink: { uri: p } } } ] }",
                true,
            ),
            ("{ resources: p }", true),
            ("{ resources: [ p ] }", true),
            ("json(p)", true),
        ] {
            let text = format!(
                "param p string\nresource d 'Microsoft.Resources/deployments@2022-09-01' = {{\n  name: 'd'\n  properties: {{\n    template: {template}\n  }}\n}}\n"
            );
            let arena = Arena::default();
            let file = parse(&text, Dialect::Template, &arena);
            assert_eq!(file.errors, [], "{text}");
            let lowered = lower::template(&file, FileId(1), text.len()).value;
            assert_eq!(has_links(&lowered), expected, "{template}");
        }
    }
}
