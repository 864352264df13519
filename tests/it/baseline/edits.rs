//! Edits that change nothing: whatever they do to a text, all findings stay in the baseline.
use super::akvlint;
use crate::dice::{Dice, number};
use akvlint::source::Span;
use akvlint::syntax::bicep::{Arena, Dialect, lexer, parse, token::TokenKind};
use akvlint::syntax::json::{self, Node};
use std::fs;
use std::path::{Path, PathBuf};

/// The places after line ends that are no part of a string or comment.
fn line_starts(path: &Path, text: &str) -> Vec<usize> {
    if is_bicep(path) {
        let tokens = lexer::lex(text).tokens;
        let ends = tokens
            .iter()
            .filter(|token| token.kind == TokenKind::NewLine);
        return ends.map(|token| token.span.range().end).collect();
    }
    let mut starts = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let skipped = if rest.starts_with('"') {
            string_length(rest)
        } else if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            if bytes[at] == b'\n' {
                starts.push(at + 1);
            }
            rest.chars().next().map_or(1, char::len_utf8)
        };
        at += skipped;
    }
    starts
}

fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let mut characters = text.char_indices().skip(1);
    let end = characters.find(|&(_, character)| {
        let is_end = character == '"' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

fn is_bicep(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "bicep")
}

/// Puts something at the start of a line.
fn insert(path: &Path, text: &str, dice: &mut Dice) -> Option<String> {
    let starts = line_starts(path, text);
    // In a loaded JSON file a comment would be an error.
    let may_comment = is_bicep(path) || text.contains("deploymentTemplate.json");
    let what: &[&str] = if may_comment {
        &[
            "\n",
            "\n\n\n",
            "// a note\n",
            "  /* two\n lines */\n",
            "\t\n",
        ]
    } else {
        &["\n", "\n\n\n", "\t\n"]
    };
    let at = *dice.pick(some(&starts)?);
    Some(format!("{}{}{}", &text[..at], dice.pick(what), &text[at..]))
}

fn some<T>(items: &[T]) -> Option<&[T]> {
    (!items.is_empty()).then_some(items)
}

/// Gives every line another indentation, and maybe another line end.
fn indent(path: &Path, text: &str, dice: &mut Dice) -> Option<String> {
    let starts = line_starts(path, text);
    let (unit, end) = (
        *dice.pick(&["\t", " ", "    "]),
        *dice.pick(&["\n", "\r\n"]),
    );
    let mut out = String::new();
    let mut from = 0;
    for start in starts {
        let line = text[from..start].trim_end_matches(['\n', '\r']);
        let blank = text[from..start].len() - line.len();
        out.push_str(line);
        out.push_str(
            &end.repeat(
                text[from + line.len()..from + line.len() + blank]
                    .matches('\n')
                    .count(),
            ),
        );
        let rest = &text[start..];
        let content = rest.trim_start_matches([' ', '\t']);
        out.push_str(&unit.repeat((rest.len() - content.len()) / 2));
        from = start + rest.len() - content.len();
    }
    Some(out + &text[from..])
}

/// Lets two declarations, members or elements change places.
fn swap(path: &Path, text: &str, dice: &mut Dice) -> Option<String> {
    // Which resource of a circle is told of how often depends on where the circle is entered first.
    if text.contains("refers to itself") {
        return None;
    }
    let mut lists: Vec<Vec<Span>> = Vec::new();
    if is_bicep(path) {
        let arena = Arena::default();
        let file = parse(text, Dialect::Template, &arena);
        if !file.errors.is_empty() {
            return None;
        }
        lists.push(file.declarations.iter().map(|each| each.span).collect());
    } else {
        let document = json::parse(text);
        if !document.errors.is_empty() {
            return None;
        }
        let mut waiting: Vec<&Node<'_>> = vec![&document.root];
        while let Some(node) = waiting.pop() {
            let members = node.members();
            let mut keys: Vec<String> = members
                .iter()
                .map(|member| member.key.to_lowercase())
                .collect();
            keys.sort();
            keys.dedup();
            if keys.len() == members.len() {
                lists.push(
                    members
                        .iter()
                        .map(|member| member.key_span.to(member.value.span))
                        .collect(),
                );
            }
            waiting.extend(members.iter().map(|member| &member.value));
            if let Some(resources) = node.get("resources") {
                lists.push(resources.elements().iter().map(|item| item.span).collect());
                waiting.extend(resources.elements());
            }
        }
    }
    lists.retain(|list| list.len() > 1);
    let list = dice.pick(some(&lists)?);
    let first = dice.below(list.len() - 1);
    let second = first + 1 + dice.below(list.len() - first - 1);
    let (one, other) = (list[first].range(), list[second].range());
    Some(format!(
        "{}{}{}{}{}",
        &text[..one.start],
        &text[other.clone()],
        &text[one.end..other.start],
        &text[one],
        &text[other.end..]
    ))
}

type Edit = fn(&Path, &str, &mut Dice) -> Option<String>;

/// Edits a file; whether it did.
fn edit(path: &Path, dice: &mut Dice) -> bool {
    let edits: [Edit; 3] = [insert, indent, swap];
    let Ok(text) = fs::read_to_string(path) else {
        return false;
    };
    match dice.pick(&edits)(path, &text, dice) {
        Some(edited) if edited != text => {
            fs::write(path, edited).unwrap();
            true
        }
        _ => false,
    }
}

/// The files with findings, from the baseline.
fn files(root: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(root.join("known.toml")).unwrap();
    let known: toml::Table = text.parse().unwrap();
    let findings = known["findings"].as_array().unwrap();
    let files = findings
        .iter()
        .map(|each| root.join(each["file"].as_str().unwrap()));
    let mut files: Vec<PathBuf> = files.collect();
    files.dedup();
    files
}

/// Makes a baseline, edits, and says how many findings it holds, how many edits were made in how many files.
fn none_reappears(root: &Path, edits: usize, seed: u64) -> (u64, usize) {
    let flags = ["--no-ignore", "--baseline", "known.toml"];
    let made = akvlint(
        root,
        &[&["baseline", "create", "--force"], &flags[..]].concat(),
    );
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let files = files(root);
    let mut dice = Dice::new(seed);
    let mut edited = Vec::new();
    while edited.len() < edits {
        let file = dice.pick(&files);
        if edit(file, &mut dice) {
            edited.push(file);
        }
    }
    let ran = akvlint(
        root,
        &[
            &["check", "-f", "json", "--verdicts", "fail,open"],
            &flags[..],
        ]
        .concat(),
    );
    let new = ran.findings();
    assert!(new.is_empty(), "seed {seed}: {new:?}\n{}", ran.stdout);
    assert!(!ran.stderr.contains("gone"), "seed {seed}: {}", ran.stderr);
    edited.sort();
    edited.dedup();
    (ran.baselined(), edited.len())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else if path.is_file() {
            fs::copy(&path, target).unwrap();
        }
    }
}

#[test]
fn fifty_edits_that_change_nothing_bring_no_finding_back() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    for seed in 0..number("AKVLINT_SEEDS", 3) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["example", "verdicts", "modules"] {
            copy(&data.join(name), &folder.path().join(name));
        }
        let (findings, files) = none_reappears(folder.path(), 50, seed);
        assert!(
            findings > 100 && files > 20,
            "{findings} findings, {files} files"
        );
    }
}

/// `AKVLINT_CORPUS=folder cargo test --profile fast --test it -- --ignored --nocapture baseline::edits`; each folder in it
/// is a repository.
#[test]
#[ignore = "needs a corpus"]
fn fifty_edits_of_real_repositories_bring_no_finding_back() {
    let corpus = std::env::var_os("AKVLINT_CORPUS").expect("AKVLINT_CORPUS names a folder");
    let mut repositories: Vec<PathBuf> = fs::read_dir(corpus)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    repositories.sort();
    for repository in repositories {
        let name = repository.file_name().unwrap().to_str().unwrap();
        let folder = tempfile::tempdir().unwrap();
        copy(&repository, folder.path());
        for seed in 0..number("AKVLINT_SEEDS", 1) {
            let made = akvlint(
                folder.path(),
                &[
                    "baseline",
                    "create",
                    "--force",
                    "--no-ignore",
                    "--baseline",
                    "known.toml",
                ],
            );
            if made.stderr.contains("holds 0 findings") {
                continue;
            }
            let (findings, files) = none_reappears(folder.path(), 50, seed);
            println!("{name}: {findings} findings, 50 edits in {files} files");
        }
    }
}
