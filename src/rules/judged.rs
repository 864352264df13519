//! The properties that the verdict of a rule hangs on.
//!
//! In: a rule. Out: the paths that its conditions ask about, for checking that its examples tell right from wrong.

use std::collections::BTreeSet;

use super::condition::{Ask, Condition};
use super::predicate::{Operand, Predicate};
use super::rule::Rule;
use crate::syntax::expression::Text;

/// What `exposure` and `firewall` ask about.
const FIREWALL: &[&str] = &[
    "$.properties.publicNetworkAccess",
    "$.properties.networkAcls.defaultAction",
];

impl Rule {
    /// The paths that the conditions of its cases ask about, each once, in order. Those that say when it applies are not
    /// among them, and neither are those of fixes and messages.
    pub fn judged_paths(&self) -> Vec<Text> {
        let mut paths = Paths::default();
        for case in &self.cases {
            paths.element = case.for_each.as_ref().map(|query| query.text().into());
            paths.condition(&case.when);
        }
        paths.found
    }
}

#[derive(Default)]
struct Paths {
    found: Vec<Text>,
    known: BTreeSet<Text>,
    /// What `@` stands for: what is judged one by one. `None` in conditions on related resources, where it is whatever
    /// relates them.
    element: Option<Text>,
}

impl Paths {
    fn add(&mut self, path: &str) {
        let path: Text = match (path.strip_prefix('@'), &self.element) {
            (Some(rest), Some(element)) => format!("{element}{rest}").into(),
            _ => path.into(),
        };
        if self.known.insert(path.clone()) {
            self.found.push(path);
        }
    }

    /// Its recursion is as deep as the reader lets conditions be.
    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::All(inner) | Condition::Any(inner) => {
                for condition in inner {
                    self.condition(condition);
                }
            }
            Condition::Not(inner) => self.condition(inner),
            Condition::Path(test) => {
                self.add(test.query.text());
                for predicate in &test.predicates {
                    self.predicate(predicate);
                }
            }
            Condition::Count(query, _) | Condition::Coverage(query, ..) => self.add(query.text()),
            Condition::Exposure(_) | Condition::FirewallClosed(_) => {
                for path in FIREWALL {
                    self.add(path);
                }
            }
            Condition::Related(test) => {
                if let Some(of) = &test.of {
                    self.add(of.text());
                }
                let element = self.element.take();
                match &test.ask {
                    Ask::Holds(_, condition) | Ask::Count(condition, _) => {
                        self.condition(condition);
                    }
                }
                self.element = element;
            }
            Condition::Constant(_)
            | Condition::Declared(_)
            | Condition::Recovered(_)
            | Condition::Export(_)
            | Condition::ClosedWorld(_)
            | Condition::Cloud(_)
            | Condition::CloudGiven(_)
            | Condition::Unread(_) => {}
        }
    }

    fn predicate(&mut self, predicate: &Predicate) {
        match predicate {
            Predicate::IpCoveredBy(query)
            | Predicate::Repeats(query)
            | Predicate::Number(_, Operand::Path(query, _)) => self.add(query.text()),
            _ => {}
        }
    }
}
