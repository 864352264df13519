//! The rules that run, by the types that they look at.
//!
//! In: rules. Out: those that look at resources of a type, in their order. Most look at one type only, and a run has
//! resources of many.

use std::sync::Arc;

use foldhash::HashMap;

use super::rule::Rule;

/// Rules that run together.
#[derive(Debug, Default)]
pub struct Running {
    rules: Vec<Arc<Rule>>,
    /// The positions of those that look at a type, by that type in lower case.
    by_type: HashMap<String, Vec<usize>>,
    /// The positions of those that look at types that begin alike, which may be any.
    by_start: Vec<usize>,
}

impl Running {
    /// These rules.
    pub fn new(rules: Vec<Arc<Rule>>) -> Self {
        let mut by_type: HashMap<String, Vec<usize>> = HashMap::default();
        let mut by_start = Vec::new();
        for (position, rule) in rules.iter().enumerate() {
            for pattern in &rule.resources {
                match pattern.only() {
                    Some(kind) => by_type
                        .entry(kind.to_ascii_lowercase())
                        .or_default()
                        .push(position),
                    None => by_start.push(position),
                }
            }
        }
        Self {
            rules,
            by_type,
            by_start,
        }
    }

    /// All of them.
    pub fn all(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    /// Those that look at resources of this type, or at those that a template only refers to, with their positions.
    pub fn speaking_of(&self, kind: &str, existing: bool) -> Vec<(usize, &Arc<Rule>)> {
        let of_type = self.by_type.get(&kind.to_ascii_lowercase());
        let of_type = of_type.into_iter().flatten();
        let mut positions: Vec<usize> = of_type.chain(&self.by_start).copied().collect();
        positions.sort_unstable();
        positions.dedup();
        let rules = positions
            .into_iter()
            .filter_map(|position| Some((position, self.rules.get(position)?)));
        rules
            .filter(|(_, rule)| rule.speaks_of(kind, existing))
            .collect()
    }
}
