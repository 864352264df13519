//! Reading rule files.
//!
//! In: the text of a file, and what a configuration says of the rule. Out: the rule with that applied, or every fault of
//! the file with its place.
mod argument;
mod case;
mod condition;
mod prose;
mod rule;
pub(super) mod section;
pub(super) mod tree;

use self::rule::Reader;
use self::section::{Faults, Section};
use self::tree::{Many, parse};
use super::builtin;
use super::error::{Fault, RuleError, RulesError};
use super::rule::{Prose, Rule, RuleFile};
use super::settings::RuleSettings;
use crate::finding::Level;

const LEVELS: &[(&str, Level)] = &[
    ("error", Level::Error),
    ("warning", Level::Warning),
    ("note", Level::Note),
];

/// What came of reading a file.
pub(super) struct Reading {
    /// The rule; `None` where the file has faults.
    pub(super) rule: Option<Rule>,
    /// The faults of the file, in order of place.
    pub(super) faults: Vec<RuleError>,
    /// Settings that the rule does not take.
    pub(super) refused: Vec<RulesError>,
    /// Where the id is written.
    pub(super) id: std::ops::Range<usize>,
}

/// Where the prose of a built-in rule begins. A test sees to it that nothing of the logic comes after.
const PROSE: &str = "\n[docs]\n";

/// The text of a built-in rule up to its prose.
pub(super) fn logic_of(text: &str) -> &str {
    text.split_once(PROSE).map_or(text, |(logic, _)| logic)
}

/// Reads a rule. That the prose of a built-in one is whole was tested when it was built in, so it is left for later; a
/// team's own is read at once.
pub(super) fn read(file: &RuleFile, settings: &RuleSettings) -> Reading {
    let mut faults = Faults::new(file);
    let table = match builtin::tree(file) {
        Some(tree) => Many::Fixed(tree),
        None => {
            let logic = match &file.path {
                None => logic_of(&file.text),
                Some(_) => &file.text,
            };
            let (table, errors) = parse(logic);
            for error in errors {
                let fault = Fault::Toml(error.message().to_owned());
                faults.add(fault, error.span().unwrap_or(0..0), None);
            }
            table
        }
    };
    let mut reader = Reader {
        faults,
        settings,
        refused: Vec::new(),
    };
    let mut id = 0..0;
    let mut rule = None;
    if reader.faults.is_empty() {
        // A key that is missing from the file is shown at its first character.
        let mut section = Section::new(&table, 0..0);
        id = section.get("id").map_or(0..0, |item| item.span());
        rule = reader.rule(&mut section, file);
        if file.path.is_some() {
            // Also where the logic has faults: all of the file are told at once, and what prose is called is known.
            let prose = prose::prose(&mut section, &mut reader.faults);
            if let Some(rule) = &rule {
                rule.prose.get_or_init(|| prose);
            }
        }
        section.finish(&mut reader.faults);
    }
    Reading {
        rule: rule.filter(|_| reader.faults.is_empty()),
        faults: reader.faults.into_errors(),
        refused: reader.refused,
        id,
    }
}

/// Reads the prose of a rule; what has faults is empty.
pub(super) fn read_prose(file: &RuleFile) -> Prose {
    let mut faults = Faults::new(file);
    let (table, _) = parse(&file.text);
    prose::prose(&mut Section::new(&table, 0..0), &mut faults)
}
