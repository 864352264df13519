//! Exports that were damaged: nothing panics, and no resource is without type, name and id.
//!
//! `AKVLINT_FUZZ_ITERATIONS` sets how many.

use akvlint::estate::export::{merged, resources};
use akvlint::evaluate::value::{Kind, Value};
use akvlint::source::{Place, Sources, decode};
use akvlint::syntax::arm::snapshot;
use akvlint::syntax::json::parse_sequence;
use std::path::Path;

/// A small generator of its own, so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap()
    }
}

const INSERTED: [&str; 19] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "null",
    "\\",
    "1e999",
    "\u{1f600}",
    "\"properties\":",
    "\"id\":\"/providers/\"",
    "\"NetworkAcls\":[[]]",
    "\"VaultName\":\"v\",",
    "\"System.Object[]\"",
    "\"apiVersion\":\"2016-10-01\",",
    "\"resources\":[{\"id\":\"/providers/a/b/c\"}],",
    "\"properties_a__b\":1,",
];

fn mutate(text: &str, dice: &mut Dice) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(3) {
        let at = dice.below(characters.len());
        match dice.below(5) {
            0 => characters.truncate(at),
            1 => {
                let end = (at + dice.below(40)).min(characters.len());
                characters.drain(at..end);
            }
            2 => {
                let end = (at + dice.below(200)).min(characters.len());
                let copied: Vec<char> = characters[at..end].to_vec();
                let to = dice.below(characters.len());
                characters.splice(to..to, copied);
            }
            _ => {
                let inserted = INSERTED[dice.below(INSERTED.len())].chars();
                characters.splice(at..at, inserted);
            }
        }
    }
    characters.into_iter().collect()
}

fn lies_in(text: &str, place: Place) {
    assert!(
        text.get(place.span.range()).is_some(),
        "{place:?} of {text}"
    );
}

/// Whether all places of a value are in the text.
fn places_lie_in(text: &str, value: &Value) {
    lies_in(text, value.origin.place);
    match &value.kind {
        Kind::Array(items) => items.iter().for_each(|item| places_lie_in(text, item)),
        Kind::Object(object) => object.iter().for_each(|member| {
            lies_in(text, member.key_place);
            places_lie_in(text, &member.value);
        }),
        Kind::Symbolic(symbol) => {
            let operands = symbol.operands();
            operands.for_each(|operand| places_lie_in(text, operand));
        }
        _ => {}
    }
}

#[test]
fn damaged_exports_never_panic() {
    let rounds = std::env::var("AKVLINT_FUZZ_ITERATIONS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(4_000);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/exports");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let texts: Vec<String> = files
        .iter()
        .map(|file| decode(std::fs::read(file).unwrap()).unwrap().text)
        .collect();
    let mut dice = Dice(20_260_801);
    let mut found = 0;
    for _ in 0..rounds {
        let text = mutate(&texts[dice.below(texts.len())], &mut dice);
        let sources = Sources::new(Path::new("/"));
        let source = sources.insert("export.json", text);
        let sequence = parse_sequence(source.text());
        let exported = resources(&source, &sequence, &|_| true);
        for resource in &exported.resources {
            assert!(resource.kind.contains('/'), "{}", source.text());
            let places = [resource.declared, resource.head];
            places
                .iter()
                .for_each(|place| lies_in(source.text(), *place));
            places_lie_in(source.text(), &resource.body);
            places_lie_in(source.text(), &resource.id);
        }
        for value in &sequence.values {
            let template = snapshot(value, Some(sequence.written(source.text())), source.id());
            assert!(template.value.resources.len() <= source.text().len());
        }
        found += merged([exported.resources]).len();
    }
    assert!(
        found * 2 > rounds,
        "the mutations must leave resources: {found}"
    );
}
