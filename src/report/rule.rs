//! What reports say about rules.
//!
//! The rule set fills it in, so that reports do not depend on how rules are written.

use crate::finding::Level;

/// One rule, as reports describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleInfo {
    /// `AKV101`.
    pub id: String,
    /// The bad pattern in kebab case: `open-to-all-networks`.
    pub name: String,
    /// One sentence that says what is wrong.
    pub title: String,
    /// The level of most of its findings.
    pub level: Level,
    /// How code scanning ranks its alerts: a number from 0.1 to 10.0, as text.
    pub security_severity: String,
    /// How often a fail is a real one, in the words of code scanning: `very-high`, `high`, `medium` or `low`.
    pub precision: String,
    /// Without duplicates, at most 20 of which are printed (GitHub's limit).
    pub tags: Vec<String>,
    /// Why it matters, in a paragraph of plain text.
    pub description: String,
    /// Why, remedy, limits and links as plain text.
    pub help_text: String,
    /// The same as Markdown.
    pub help_markdown: String,
    /// The rule's page.
    pub help_uri: String,
}

/// The rules of a run: all that are enabled, in order of id.
#[derive(Debug, Clone, Default)]
pub struct RuleCatalogue {
    rules: Vec<RuleInfo>,
}

impl RuleInfo {
    /// The security severity in tenths; `None` for what is no number of the range, which GitHub would refuse.
    pub(super) fn severity_in_tenths(&self) -> Option<u32> {
        let severity: f64 = self.security_severity.trim().parse().ok()?;
        (0.1..=10.0)
            .contains(&severity)
            .then(|| (severity * 10.0).round() as u32)
    }
}

impl RuleCatalogue {
    /// The catalogue of these rules. Of two with the same id the first counts.
    pub fn new(mut rules: Vec<RuleInfo>) -> Self {
        rules.sort_by(|left, right| left.id.cmp(&right.id));
        rules.dedup_by(|later, first| later.id == first.id);
        Self { rules }
    }

    /// All of them, in order of id.
    pub fn rules(&self) -> &[RuleInfo] {
        &self.rules
    }

    /// The place of a rule in [`rules`](Self::rules).
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.rules
            .binary_search_by(|rule| rule.id.as_str().cmp(id))
            .ok()
    }

    /// A rule by its id.
    pub fn get(&self, id: &str) -> Option<&RuleInfo> {
        self.rules.get(self.index_of(id)?)
    }
}
