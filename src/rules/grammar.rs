//! The words of rule files as Markdown, for the documentation of rule authors.
//!
//! In: the tables that the reader of rule files goes by. Out: text that cannot fall behind them.

use std::fmt::Write as _;

use super::message::PLACEHOLDERS;
use super::predicate::address::SETS;
use super::predicate::{PREDICATES, PredicateEntry, SELECTORS};
use super::rule::{CATALOGUES, Source};
use crate::estate::relations::RELATIONS;

/// What a condition can be about, its tests, the relations, the sets of ranges, the placeholders of messages, and the
/// words for sources and catalogues.
pub fn markdown() -> String {
    let mut out = String::new();
    entries("What a condition is about", SELECTORS, &mut out);
    entries("Tests", PREDICATES, &mut out);
    let relations = RELATIONS
        .iter()
        .map(|entry| (entry.name, entry.description));
    words("Relations", relations, &mut out);
    let sets = SETS
        .iter()
        .map(|(name, _, description)| (*name, *description));
    words("Sets of ranges", sets, &mut out);
    words("Placeholders", PLACEHOLDERS.iter().copied(), &mut out);
    let sources = Source::ALL.iter().map(|(word, _, title)| (*word, *title));
    words("Sources", sources, &mut out);
    words("Catalogues", CATALOGUES.iter().copied(), &mut out);
    out
}

fn entries(title: &str, entries: &[PredicateEntry], out: &mut String) {
    let _ = write!(
        out,
        "## {title}\n\n| key | takes | holds when | example |\n|---|---|---|---|\n"
    );
    for entry in entries {
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | `{}` |",
            entry.name, entry.argument, entry.description, entry.example
        );
    }
    out.push('\n');
}

fn words<'a>(title: &str, words: impl Iterator<Item = (&'a str, &'a str)>, out: &mut String) {
    let _ = write!(out, "## {title}\n\n| word | meaning |\n|---|---|\n");
    for (word, meaning) in words {
        let _ = writeln!(out, "| `{word}` | {meaning} |");
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_breaks_its_row() {
        let columns = |line: &str| line.matches(" | ").count();
        for line in markdown().lines().filter(|line| line.starts_with("| `")) {
            assert!(matches!(columns(line), 1 | 3), "{line}");
            assert!(line.ends_with(" |"), "{line}");
        }
    }
}
