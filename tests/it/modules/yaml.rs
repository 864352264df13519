//! YAML that is broken: nothing panics, and all that is read has its place in the text.
//! `AKVLINT_FUZZ_ITERATIONS` sets how many.
use akvlint::source::Span;
use akvlint::syntax::yaml::{Kind, Node, parse};

use crate::dice::{Dice, number};

const TEXT: &str = "# ä\nname: &a 'kv-😀'\nacl: {defaultAction: Deny, \"ip\\u00e4\": [1.2.3.4, !!str 5]}\nlist:\n  - *a\n  - |\n    text\n  - >-\n    more\n  - {k: *a}\nnull: ~\n...\n";

const PIECES: [&str; 24] = [
    "\n",
    "\n  ",
    "\n- ",
    "\t",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "*b",
    "!!int ",
    "!<tag:x> ",
    "'",
    "\"",
    "|\n",
    ">\n",
    "#",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "😀",
];

fn walk(node: &Node, text: &str) {
    let holds = |span: Span| text.get(span.range()).is_some();
    assert!(holds(node.span), "{:?} is not in {text:?}", node.span);
    match &node.kind {
        Kind::Sequence(items) => items.iter().for_each(|item| walk(item, text)),
        Kind::Mapping(entries) => {
            for entry in entries {
                assert!(holds(entry.key_span), "{:?} is not in {text:?}", entry.key);
                walk(&entry.value, text);
            }
        }
        _ => {}
    }
}

#[test]
fn mutilated_texts_are_trees_or_errors() {
    let mut dice = Dice::new(7);
    let mut read = 0;
    for _ in 0..number("AKVLINT_FUZZ_ITERATIONS", 4000) {
        let mut characters: Vec<char> = TEXT.chars().collect();
        for _ in 0..=dice.below(4) {
            let at = dice.below(characters.len() + 1);
            match dice.below(3) {
                0 => {
                    let end = (at + dice.below(6)).min(characters.len());
                    characters.drain(at..end);
                }
                1 => {
                    let piece = dice.pick(&PIECES).chars();
                    characters.splice(at..at, piece);
                }
                _ => characters.truncate(at),
            }
        }
        let text: String = characters.into_iter().collect();
        match parse(&text) {
            Ok(node) => {
                read += 1;
                walk(&node, &text);
            }
            Err(error) => assert!(
                error.span.range().end <= text.len(),
                "{error:?} in {text:?}"
            ),
        }
    }
    assert!(read > 0);
}
