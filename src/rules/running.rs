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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use super::*;
    use crate::rules::{RuleSet, RuleSettings};

    #[test]
    fn speaking_of_a_type_are_those_that_say_so_in_their_order() {
        let set = RuleSet::load(&[], &RuleSettings::default()).unwrap();
        let running = Running::new(set.iter().cloned().collect());
        let rules = running.all().iter();
        let patterns = rules.flat_map(|rule| &rule.resources);
        let mut kinds: Vec<String> = patterns
            .map(|pattern| pattern.as_str().replace('*', "any").to_ascii_uppercase())
            .collect();
        kinds.push("Microsoft.Other/things".to_owned());
        for kind in &kinds {
            for existing in [false, true] {
                let speaking = running.speaking_of(kind, existing);
                let all = running.all().iter().enumerate();
                let expected = all.filter(|(_, rule)| rule.speaks_of(kind, existing));
                assert!(
                    speaking
                        .iter()
                        .map(|(position, _)| *position)
                        .eq(expected.map(|(position, _)| position)),
                    "{kind}"
                );
            }
        }
    }
}
