//! Suppressions in the metadata of templates, and of resources in JSON.
//!
//! ```bicep
//! metadata akvlint = {
//!   ignore: [{ rule: 'AKV101', resource: 'kv-*', reason: 'the load test needs it' }]
//! }
//! ```
//!
//! It is `metadata` of the JSON that the Bicep compiler makes of it, with the same members.

use std::collections::BTreeMap;

use super::comment::reason_of;
use super::{Entry, Pattern, Target, Word};
use crate::source::{Place, Span};
use crate::syntax::expression::{Expression, ExpressionKind, Property};
use crate::syntax::template::{DeploymentSource, Template};

/// What a template says of suppressions and of what they can be about.
#[derive(Debug, Default)]
pub struct OfTemplate {
    /// The suppressions in metadata, of the templates nested in it too.
    pub entries: Vec<Entry>,
    /// The declarations by each offset that stands for one: where it begins, where its type is.
    pub declared: BTreeMap<u32, Vec<Span>>,
}

/// Reads the metadata and the declarations of a template.
pub fn of_template(template: &Template) -> OfTemplate {
    let mut of = OfTemplate::default();
    let mut waiting = vec![template];
    while let Some(template) = waiting.pop() {
        let within = Place::new(template.file, template.span);
        if let Some(metadata) = &template.metadata {
            entries(metadata, within, &mut of.entries);
        }
        for resource in &template.resources {
            let within = Place::new(template.file, resource.span);
            for offset in [resource.span.start, resource.kind.span.start] {
                let spans = of.declared.entry(offset).or_default();
                if !spans.contains(&resource.span) {
                    spans.push(resource.span);
                }
            }
            let is_metadata = |property: &&Property| {
                let key = property.key.as_str();
                key.is_some_and(|key| key.eq_ignore_ascii_case("metadata"))
            };
            if let Some(metadata) = resource.body.iter().find(is_metadata) {
                entries(&metadata.value, within, &mut of.entries);
            }
            let deployment = resource.deployment.as_ref();
            if let Some(DeploymentSource::Inline(inner)) = deployment.map(|each| &each.source)
                && inner.file == template.file
            {
                waiting.push(inner);
            }
        }
    }
    of.entries.sort_by_key(|entry| entry.place);
    of
}

/// The entries of `akvlint.ignore`.
fn entries(metadata: &Expression, within: Place, found: &mut Vec<Entry>) {
    let Some(own) = metadata.member("akvlint") else {
        return;
    };
    let place = |expression: &Expression| Place::new(within.file, expression.span);
    let not_understood = |at: &Expression, problem: &str| Entry {
        target: Target::Nothing,
        place: place(at),
        words: Vec::new(),
        reason: None,
        problem: Some(problem.to_owned()),
    };
    let Some(ignore) = own.member("ignore") else {
        let problem = "`akvlint` in metadata has no `ignore`, and nothing else is read";
        found.push(not_understood(own, problem));
        return;
    };
    let ExpressionKind::Array(items) = &ignore.kind else {
        let problem = "`ignore` is a list of objects with `rule` and `reason`";
        found.push(not_understood(ignore, problem));
        return;
    };
    for item in items {
        let text = |name: &str| {
            let value = item.member(name);
            value.and_then(Expression::as_str)
        };
        let rule = item.member("rule");
        let Some((rule, word)) = rule.and_then(|rule| Some((rule, rule.as_str()?))) else {
            found.push(not_understood(item, "`rule` names no rule as text"));
            continue;
        };
        let resource = match item.member("resource").map(|value| (value, value.as_str())) {
            Some((value, None)) => {
                found.push(not_understood(
                    value,
                    "`resource` is a name as text, with `*` for any characters",
                ));
                continue;
            }
            Some((_, Some(name))) => Some(Pattern::new(name)),
            None => None,
        };
        found.push(Entry {
            target: Target::Declared { within, resource },
            place: place(item),
            words: vec![Word {
                text: word.trim().into(),
                place: place(rule),
            }],
            reason: text("reason").and_then(reason_of),
            problem: None,
        });
    }
}
