//! The documentation that is made of the rules is fresh, and the guide does what it says. With `AKVLINT_BLESS=1` the
//! pages are written instead of compared.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use akvlint::rules::{RuleSet, RuleSettings, explain, grammar, schema};

use crate::program::akvlint;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn is_blessed() -> bool {
    std::env::var_os("AKVLINT_BLESS").is_some_and(|value| value == "1")
}

/// Compares a file with what it must be, or makes it so.
pub(crate) fn fresh(name: &str, wanted: &str) {
    let path = root().join(name);
    if is_blessed() {
        fs::write(path, wanted).unwrap();
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == wanted,
        "{name} is not fresh: run the tests once with AKVLINT_BLESS=1"
    );
}

/// The file with what stands between its markers replaced.
fn between(name: &str, marker: &str, inner: &str) -> String {
    let text = fs::read_to_string(root().join(name)).unwrap();
    let (begin, end) = (
        format!("<!-- {marker}:begin -->\n"),
        format!("<!-- {marker}:end -->"),
    );
    let (before, rest) = text
        .split_once(&begin)
        .unwrap_or_else(|| panic!("{name} has no {begin}"));
    let (_, after) = rest
        .split_once(&end)
        .unwrap_or_else(|| panic!("{name} has no {end}"));
    format!("{before}{begin}{inner}{end}{after}")
}

fn rules() -> RuleSet {
    RuleSet::load(&[], &RuleSettings::default()).unwrap()
}

/// The index of all rules, with links from the root.
fn index() -> String {
    let mut out = String::from("| id | name | level | finds |\n|---|---|---|---|\n");
    for rule in rules().iter() {
        out.push_str(&explain::index_row(rule));
        out.push('\n');
    }
    out
}

#[test]
fn every_rule_has_its_page_and_every_page_its_rule() {
    let folder = "docs/rules";
    let mut pages: BTreeSet<String> = BTreeSet::from(["README.md".to_owned()]);
    for rule in rules().iter() {
        let name = format!("{}.md", rule.id);
        fresh(&format!("{folder}/{name}"), &explain::page(rule));
        pages.insert(name);
    }
    let index = index().replace("](docs/rules/", "](");
    let page = format!(
        "# The rules\n\nEach page is made of the rule's one file in [rules](../../rules); `akvlint explain ID` prints the same. \
         How to write one: [writing rules](../writing-rules.md).\n\n{index}"
    );
    fresh(&format!("{folder}/README.md"), &page);
    let found: BTreeSet<String> = fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, pages);
}

#[test]
fn the_readme_lists_the_rules() {
    fresh("README.md", &between("README.md", "rules", &index()));
}

#[test]
fn the_guide_lists_the_words_of_rules() {
    let words = grammar::markdown();
    let text = between("docs/writing-rules.md", "words", &format!("\n{words}"));
    fresh("docs/writing-rules.md", &text);
}

#[test]
fn the_schema_is_published() {
    let schema = serde_json::to_string_pretty(&schema::schema()).unwrap();
    fresh("docs/rule.schema.json", &format!("{schema}\n"));
}

/// A fenced block of the guide and the line before it.
struct Block {
    language: String,
    text: String,
    /// `path`, where the line before is "`path`:".
    file: Option<PathBuf>,
}

fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lead = "";
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```")
            && !language.contains('`')
        {
            let inner: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let file = lead
                .strip_prefix('`')
                .and_then(|lead| lead.strip_suffix("`:"));
            blocks.push(Block {
                language: language.to_owned(),
                text: inner.join("\n") + "\n",
                file: file.map(PathBuf::from),
            });
        } else if !line.is_empty() {
            lead = line;
        }
    }
    blocks
}

/// Runs a command line as it is written down.
fn written(folder: &Path, arguments: &str) -> (Option<i32>, String, String) {
    let arguments: Vec<&str> = arguments.split(' ').collect();
    akvlint(folder, &arguments)
}

/// The files of the guide are written, its commands are run, and what they print is what it says.
#[test]
fn the_guide_can_be_followed_word_for_word() {
    let folder = tempfile::tempdir().unwrap();
    let guide = fs::read_to_string(root().join("docs/writing-rules.md")).unwrap();
    let (mut files, mut commands, mut outputs) = (0, 0, 0);
    let mut printed = String::new();
    for block in blocks(&guide) {
        match (block.language.as_str(), block.file) {
            ("sh", _) => {
                printed.clear();
                for command in block.text.lines() {
                    let arguments = command.strip_prefix("akvlint ").unwrap();
                    printed.push_str(&written(folder.path(), arguments).1);
                    commands += 1;
                }
            }
            ("text", _) => {
                assert_eq!(printed, block.text);
                outputs += 1;
            }
            (_, Some(file)) => {
                let path = folder.path().join(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, block.text).unwrap();
                files += 1;
            }
            (language, None) => panic!("a block of {language} without a file:\n{}", block.text),
        }
    }
    assert!(files >= 3 && commands >= 3 && outputs >= 2);

    // The claims in its text.
    let code = |arguments| written(folder.path(), arguments).0;
    assert_eq!(code("rules test broken"), Some(2));
    assert_eq!(
        code("check --rules rules --select CONTOSO main.bicep"),
        Some(1)
    );
    let (_, _, message) = written(folder.path(), "rules test broken");
    assert!(
        message.contains("broken/vault-without-owner.toml:2:1")
            && message.contains("did you mean `name`?"),
        "{message}"
    );
    let (_, page, _) = written(folder.path(), "explain CONTOSO1 --rules rules");
    assert!(page.contains("vault-without-owner"));
}

/// The first block of the README is a part of what the command below it prints.
#[test]
fn the_readme_shows_what_a_check_prints() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let shown = blocks(&readme).remove(0);
    let (code, printed, _) = written(root(), "check testdata/example");
    assert_eq!(code, Some(1));
    assert!(
        !shown.text.is_empty() && printed.contains(&shown.text),
        "{printed}"
    );
}

/// The rule that the guide makes.
fn rule_of_the_guide() -> String {
    let guide = fs::read_to_string(root().join("docs/writing-rules.md")).unwrap();
    let mut blocks = blocks(&guide).into_iter();
    blocks.find(|block| block.language == "toml").unwrap().text
}

#[test]
fn a_misspelt_path_survives_its_changes() {
    let folder = tempfile::tempdir().unwrap();
    let rule = rule_of_the_guide();
    // The condition is made to look at another property; the examples do not show it as long as they only fail.
    let wrong = rule
        .replace(
            "when = { not = { path = \"$.tags.owner\", in = { data = \"teams\" } } }",
            "when = { any = [{ not = { path = \"$.tags.owner\", in = { data = \"teams\" } } }, { all = [{ path = \"$.tags.ovner\", equals = \"x\" }, { path = \"$.tags.owner\", equals = \"y\" }] }] }",
        );
    assert_ne!(rule, wrong);
    fs::write(folder.path().join("rule.toml"), wrong).unwrap();
    let (code, text, _) = written(folder.path(), "rules test . --mutate");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("`$.tags.ovner` is judged, but "), "{text}");
    assert!(!text.contains("`$.tags.owner` is judged"), "{text}");
}

#[test]
fn an_example_that_does_not_hold_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = rule_of_the_guide()
        .replace("\"Payments\"", "\"Payment\"")
        .replace("at = '\"sales\"'", "at = '\"sale\"'");
    fs::write(folder.path().join("rule.toml"), wrong).unwrap();
    let (code, text, _) = written(folder.path(), "rules test rule.toml");
    assert_eq!(code, Some(1), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines,
        [
            "rule.toml: example `a team that is not there`: it points at [\"\\\"sales\\\"\"], not at [\"\\\"sale\\\"\"]",
            "rule.toml: example `one of the teams`: the verdict is fail, not pass",
            "1 rule, 4 examples: 2 not as expected",
        ]
    );
}

/// All examples of the built-in rules, through all that a file goes through, and all changes of what they judge.
#[test]
fn the_built_in_rules_do_what_their_examples_say() {
    let (code, text, _) = written(root(), "rules test --mutate");
    assert_eq!(code, Some(0), "{text}");
}
