//! The descriptors of rules.

use std::collections::BTreeMap;

use serde_json::json;
use serde_sarif::sarif::{
    MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor,
};

use super::super::rule::RuleInfo;
use super::super::text::{ended, shortened};
use super::super::words;
use crate::finding::Level;

/// GitHub refuses longer descriptions.
const LONGEST: usize = 1024;
/// GitHub refuses rules with more tags.
const TAGS: usize = 20;

/// The descriptor of a rule.
pub(super) fn of_rule(rule: &RuleInfo) -> ReportingDescriptor {
    let text = |text: &str| {
        let text = ended(text);
        MultiformatMessageString::builder()
            .text(shortened(&text, LONGEST))
            .build()
    };
    let help = MultiformatMessageString::builder()
        .text(rule.help_text.as_str())
        .markdown(rule.help_markdown.as_str())
        .build();
    let configuration = ReportingConfiguration::builder()
        .level(json!(words::level(rule.level)))
        .build();
    ReportingDescriptor::builder()
        .id(rule.id.as_str())
        .name(rule.name.as_str())
        .short_description(text(&rule.title))
        .full_description(text(&rule.description))
        .help(help)
        .help_uri(rule.help_uri.as_str())
        .default_configuration(configuration)
        .properties(properties(rule))
        .build()
}

/// What GitHub reads beside SARIF's own properties.
fn properties(rule: &RuleInfo) -> PropertyBag {
    // Without this tag GitHub does not count `security-severity`.
    const SECURITY: &str = "security";
    let others = rule.tags.iter().filter(|tag| *tag != SECURITY).cloned();
    let tags: Vec<String> = [SECURITY.to_owned()]
        .into_iter()
        .chain(others)
        .take(TAGS)
        .collect();
    let problem = match rule.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "recommendation",
    };
    let mut additional = BTreeMap::from([
        ("precision".to_owned(), json!(rule.precision)),
        ("problem.severity".to_owned(), json!(problem)),
    ]);
    if let Some(tenths) = rule.severity_in_tenths() {
        // A number as text; GitHub rejects the whole log otherwise.
        let severity = format!("{}.{}", tenths / 10, tenths % 10);
        additional.insert("security-severity".to_owned(), json!(severity));
    }
    PropertyBag::builder()
        .tags(tags)
        .additional_properties(additional)
        .build()
}
