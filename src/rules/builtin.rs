//! The rule files that the binary carries: every `.toml` file of `rules/`, listed and read by the build script.

use std::borrow::Cow;

use super::read::tree::{Entry, Kind, Many, Node};
use super::rule::RuleFile;

/// A built-in rule.
pub(super) struct Builtin {
    /// The name of its file.
    pub(super) name: &'static str,
    /// The text of its file.
    pub(super) text: &'static str,
    /// What the TOML of its logic says; `None` where it has faults.
    tree: Option<&'static [Entry]>,
}

/// The tree of a built-in rule's logic. `None` for any other file.
pub(super) fn tree(file: &RuleFile) -> Option<&'static [Entry]> {
    let builtin = BUILTIN
        .iter()
        .find(|builtin| std::ptr::eq(builtin.text, &*file.text))?;
    builtin.tree
}

/// The id and the name of each built-in rule, by the name of its file.
pub fn builtin_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    BUILTIN.iter().filter_map(|builtin| {
        let (stem, _) = builtin.name.rsplit_once('.')?;
        stem.split_once('-')
    })
}

include!(concat!(env!("OUT_DIR"), "/builtin_rules.rs"));

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::rules::read::{logic_of, tree::parse};
    use crate::rules::{RuleSet, RuleSettings};

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let mut files: Vec<String> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".toml"))
            .collect();
        files.sort();
        let embedded: Vec<&str> = BUILTIN.iter().map(|builtin| builtin.name).collect();
        assert_eq!(embedded, files);
        for Builtin { name, text, tree } in BUILTIN {
            assert_eq!(
                *text,
                fs::read_to_string(folder.join(name)).unwrap(),
                "{name}"
            );
            let (parsed, errors) = parse(logic_of(text));
            assert!(errors.is_empty(), "{name}");
            assert_eq!(*tree, Some(&*parsed), "{name}");
        }
    }

    #[test]
    fn the_trees_are_those_that_loading_finds() {
        let rules = RuleSet::load(&[], &RuleSettings::default()).unwrap();
        for rule in rules.iter() {
            assert!(tree(&rule.file).is_some(), "{}", rule.id);
        }
        let read = rules.iter().map(|rule| (&*rule.id, &*rule.name));
        assert_eq!(
            read.collect::<std::collections::BTreeSet<_>>(),
            builtin_names().collect()
        );
    }
}
