//! The JSON parser against serde_json, against mutilated text, and on what it must recover from.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests may panic and print"
)]
use akvlint::source::Span;
use akvlint::syntax::json::{
    Damage, Document, Kind, MAX_DEPTH, Node, NoteKind, StringMap, Written, parse, parse_sequence,
};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The same value as serde_json has it.
fn to_serde(node: &Node<'_>) -> Value {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(*value),
        Kind::Number(text) => serde_json::from_str(text).expect("a number that serde_json reads"),
        Kind::String(text) => Value::String(text.to_string()),
        Kind::Array(elements) => elements.iter().map(to_serde).collect(),
        Kind::Object(members) => {
            let entry = |member: &akvlint::syntax::json::Member<'_>| {
                (member.key.to_string(), to_serde(&member.value))
            };
            members.iter().map(entry).collect()
        }
        Kind::Invalid => panic!("an invalid value at {:?}", node.span),
    }
}

/// Every span lies in the text, on character boundaries, and inside that of its parent.
fn check_spans(text: &str, node: &Node<'_>) {
    assert!(
        text.get(node.span.range()).is_some(),
        "{:?} in {} bytes",
        node.span,
        text.len()
    );
    for element in node.elements() {
        assert!(node.span.holds(element.span));
        check_spans(text, element);
    }
    for member in node.members() {
        assert!(text.get(member.key_span.range()).is_some());
        assert!(node.span.holds(member.key_span) && node.span.holds(member.value.span));
        check_spans(text, &member.value);
    }
}

fn check_document(text: &str, document: &Document<'_>) {
    check_spans(text, &document.root);
    for span in document
        .errors
        .iter()
        .map(|error| error.span)
        .chain(document.notes.iter().map(|note| note.span))
    {
        assert!(
            text.get(span.range()).is_some(),
            "{span:?} in {} bytes",
            text.len()
        );
    }
}

/// Compares with serde_json; says whether serde_json reads the text.
fn agrees_with_serde(text: &str) -> bool {
    let document = parse(text);
    check_document(text, &document);
    match serde_json::from_str::<Value>(text) {
        Ok(expected) => {
            assert_eq!(document.errors, [], "serde_json reads it:\n{text}");
            assert!(
                document.notes.iter().all(|note| !note.kind.is_not_strict()),
                "{:?}\n{text}",
                document.notes
            );
            assert_eq!(to_serde(&document.root), expected, "{text}");
            true
        }
        Err(error) => {
            let tolerated = document.notes.iter().any(|note| {
                note.kind.is_not_strict() || matches!(note.kind, NoteKind::LoneSurrogate)
            });
            // Numbers beyond f64 and nesting beyond 128 are limits of serde_json, not of the grammar.
            let limit = error.to_string().contains("out of range")
                || error.to_string().contains("recursion limit");
            assert!(
                limit || tolerated || !document.errors.is_empty(),
                "accepted in silence ({error}):\n{text}"
            );
            false
        }
    }
}

const SAMPLES: &[&str] = &[
    r#"{"$schema": "x", "resources": [{"type": "A.B/c", "n": [1, -2.5e+10, 0, true, false, null, "", {}, []]}]}"#,
    "{\n  // a comment\n  \"a\": \"line\nbreak\", /* b */\n  \"b\": [1, 2,],\n}\n",
    r#"["\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00", "é", "😀", "[concat('a', \"b\")]"]"#,
    "[\r\n\t{\"a\":{\"a\":{\"A\":1,\"a\":2}}},\r\n\t12345678901234567890, 1E400\r\n]",
    "{'a': b, c: ..., \"d\": [<x>, #{y}#], \"e\" 1}",
    "{\"one\": 1}\n{\"two\": 2}\n",
];

/// A small generator of numbers, so that a failure can be repeated (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or_default()
    }
}

/// Changes a few characters: deletes, repeats, swaps, or puts in what the grammar is sensitive to.
fn mutate(text: &str, dice: &mut Dice) -> String {
    const INSERTED: &[char] = &[
        '{', '}', '[', ']', ',', ':', '"', '\\', '\'', '/', '*', '\n', '.', '-', '0', 'e', 'u',
        't', '\u{1}', 'é', '😀',
    ];
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(3) {
        let at = dice.below(characters.len());
        match dice.below(5) {
            0 if at < characters.len() => {
                characters.remove(at);
            }
            1 => characters.truncate(at),
            2 if at < characters.len() => {
                let other = dice.below(characters.len());
                characters.swap(at, other);
            }
            3 => {
                let end = (at + dice.below(12)).min(characters.len());
                let piece = characters[at..end].to_vec();
                characters.splice(at..at, piece);
            }
            _ => characters.insert(at, INSERTED[dice.below(INSERTED.len())]),
        }
    }
    characters.into_iter().collect()
}

fn corpus() -> PathBuf {
    std::env::var_os("AKVLINT_CORPUS")
        .map(PathBuf::from)
        .expect("AKVLINT_CORPUS names the folder of the corpus")
}

fn json_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            json_files(&path, found);
        } else if path
            .extension()
            .is_some_and(|ending| ending == "json" || ending == "jsonc")
        {
            found.push(path);
        }
    }
}

#[test]
fn samples_agree_with_serde() {
    let read = SAMPLES
        .iter()
        .filter(|sample| agrees_with_serde(sample))
        .count();
    assert_eq!(read, 2);
}

/// `AKVLINT_FUZZ_ITERATIONS` sets how many; with `AKVLINT_CORPUS` its small files are mutilated too.
#[test]
fn mutilated_text_never_panics_and_agrees_with_serde() {
    let rounds = std::env::var("AKVLINT_FUZZ_ITERATIONS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_000);
    let mut samples: Vec<String> = SAMPLES.iter().map(|&sample| sample.to_owned()).collect();
    if let Some(folder) = std::env::var_os("AKVLINT_CORPUS") {
        let mut files = Vec::new();
        json_files(Path::new(&folder), &mut files);
        files.sort();
        samples.extend(
            files
                .iter()
                .filter_map(|file| std::fs::read_to_string(file).ok())
                .filter(|text| text.len() < 4096),
        );
    }
    let mut dice = Dice(20_260_801);
    let mut read = 0;
    for _ in 0..rounds {
        let sample = dice.below(samples.len());
        let mutilated = mutate(&samples[sample], &mut dice);
        read += usize::from(agrees_with_serde(&mutilated));
    }
    println!("{rounds} mutilated texts, {read} of them still JSON");
    assert!(
        read * 100 > rounds,
        "the mutations must leave some texts sound"
    );
}

#[test]
#[ignore = "reads the corpus that AKVLINT_CORPUS names"]
fn corpus_agrees_with_serde() {
    let mut files = Vec::new();
    json_files(&corpus(), &mut files);
    let (mut read, mut tolerated, mut broken) = (0, 0, Vec::new());
    for file in &files {
        let Ok(text) = std::fs::read_to_string(file) else {
            continue;
        };
        let text = text.trim_start_matches('\u{feff}');
        if agrees_with_serde(text) {
            read += 1;
        } else if parse(text).errors.is_empty() {
            tolerated += 1;
        } else {
            let errors = parse(text).errors;
            broken.push(format!(
                "{}: {} errors, first: {}",
                file.display(),
                errors.len(),
                errors[0]
            ));
        }
    }
    println!(
        "{read} strict, {tolerated} with notes only, {} with errors:\n{}",
        broken.len(),
        broken.join("\n")
    );
    assert!(read > 3000);
}

#[test]
fn deep_nesting_is_an_error_and_fast() {
    for opening in ["[", "{\"a\":", "[{\"a\":"] {
        let text = opening.repeat(100_000);
        let begun = Instant::now();
        let document = parse(&text);
        assert!(
            document
                .errors
                .iter()
                .any(|error| error.message.contains("deeper than 256"))
        );
        assert!(document.errors.len() < 3, "{:?}", document.errors);
        drop(document);
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn the_depth_bound_is_exact_and_what_follows_is_read() {
    let nested = |depth: usize| format!("[{}{}, 7]", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_eq!(parse(&nested(MAX_DEPTH)).errors, []);
    let text = nested(MAX_DEPTH + 1);
    let document = parse(&text);
    assert_eq!(document.errors.len(), 1);
    assert_eq!(document.errors[0].span, Span::new(MAX_DEPTH, MAX_DEPTH + 1));
    assert_eq!(document.root.elements()[1].kind, Kind::Number("7"));
}

/// The messages of a text's errors with what they point at, and the values as serde_json prints them (`!` is invalid).
fn report(text: &str) -> String {
    fn print(node: &Node<'_>) -> String {
        match &node.kind {
            Kind::Invalid => "!".to_owned(),
            Kind::Array(elements) => format!(
                "[{}]",
                elements.iter().map(print).collect::<Vec<_>>().join(",")
            ),
            Kind::Object(members) => {
                let members = members
                    .iter()
                    .map(|member| format!("{}:{}", member.key, print(&member.value)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
            Kind::Number(number) => (*number).to_owned(),
            _ => to_serde(node).to_string(),
        }
    }
    let document = parse(text);
    check_document(text, &document);
    let mut lines = vec![print(&document.root)];
    for error in &document.errors {
        let (span, pointed) = (error.span, &text[error.span.range()]);
        lines.push(format!(
            "{}..{} {pointed:?}: {}",
            span.start, span.end, error.message
        ));
    }
    lines.join("\n")
}

macro_rules! recovers {
    ($($name:ident: $text:expr => $expected:expr;)*) => {
        $(#[test]
        fn $name() {
            assert_eq!(report($text), $expected);
        })*
    };
}

recovers! {
    missing_comma_between_members: r#"{"a": 1 "b": 2}"# => "{a:1,b:2}\n7..7 \"\": expected a comma";
    missing_comma_between_elements: "[1\n 2, 3]" => "[1,2,3]\n2..2 \"\": expected a comma";
    missing_colon: r#"{"a" 1, "b": 2}"# => "{a:1,b:2}\n4..4 \"\": expected `:` after the key";
    missing_value: r#"{"a": , "b": 2}"# => "{a:!,b:2}\n6..6 \"\": expected a value";
    missing_value_and_comma: "{\"a\":\n\"b\": 2}" => "{a:!,b:2}\n5..5 \"\": expected a value and a comma after the colon";
    key_alone: r#"{"a"}"# => "{a:!}\n4..4 \"\": expected a value";
    comma_without_value: "[1,,2]" => "[1,2]\n3..4 \",\": a comma without a value before it";
    unquoted_word: r#"{"a": Deny, "b": 2}"# => "{a:!,b:2}\n6..10 \"Deny\": expected a value, found `Deny`";
    unquoted_key: "{a: 1, b : 2}" => "{a:1,b:2}\n1..2 \"a\": a key without quotes\n7..8 \"b\": a key without quotes";
    single_quotes: "{'a': 'b'}" => "{a:\"b\"}\n1..4 \"'a'\": a string in single quotes\n6..9 \"'b'\": a string in single quotes";
    left_out_members: "{\"a\": 1,\n ...\n \"b\": 2}" => "{a:1,b:2}\n10..13 \"...\": something is left out here";
    left_out_elements: "[ ... ]" => "[]\n2..5 \"...\": something is left out here";
    left_out_value: "{\"a\": ..., \"b\": 2}" => "{a:!,b:2}\n6..9 \"...\": expected a value, found `...`";
    placeholder: "{\"a\": #{count}#, \"b\": 2}" => "{a:!,b:2}\n6..15 \"#{count}#\": expected a value, found `#{count}#`";
    unclosed_object_at_end: r#"{"a": {"b": 1}"# => "{a:{b:1}}\n0..1 \"{\": expected `}` before the end of the text: this `{` is not closed";
    unclosed_brackets_at_end: r#"{"a": [{"b": 1"# => "{a:[{b:1}]}\n7..8 \"{\": expected `}` before the end of the text: this `{` is not closed";
    unclosed_array_inside: r#"[{"a": [1, 2}, {"b": 3}]"# => "[{a:[1,2]},{b:3}]\n7..8 \"[\": expected `]` before the bracket around it: this `[` is not closed";
    closing_brace_too_many_in_array: r#"{"a": [{"b": 1}}, {"c": 2}], "d": 3}"# => "{a:[{b:1},{c:2}],d:3}\n15..16 \"}\": unexpected `}`";
    closing_brace_too_many: r#"{"a": {"b": 1}}, "c": 2}"# => "{a:{b:1},c:2}\n14..15 \"}\": this bracket closes the outermost object, but more members follow";
    closing_bracket_in_object: r#"{"a": 1], "b": 2}"# => "{a:1,b:2}\n7..8 \"]\": unexpected `]`";
    unclosed_string: "{\"a\": \"x,\n \"b\": \"y\"}" => "{a:\"x\",b:\"y\"}\n6..8 \"\\\"x\": this string is not closed on its line";
    unclosed_last_string: "{\"a\": \"x\n}" => "{a:\"x\"}\n6..8 \"\\\"x\": this string is not closed on its line";
    text_before: "WARNING: old, update\n{\"a\": 1}" => "{a:1}\n0..20 \"WARNING: old, update\": text outside of a JSON value: `WARNING: old, update`";
    assignment_before: "x = {\"a\": {\n}}" => "{a:{}}\n0..3 \"x =\": text outside of a JSON value: `x =`";
    text_after: "{\"a\": 1}\n$ exit\n" => "{a:1}\n9..15 \"$ exit\": text outside of a JSON value: `$ exit`";
    second_value: "{\"a\": 1} {\"b\": 2}" => "{a:1}\n9..17 \"{\\\"b\\\": 2}\": a second value after the end of the first one";
    leading_zero: "[01, 1., .5, +1, 0x1F, NaN]" => "[!,!,!,!,!]\n1..3 \"01\": expected a value, found `01`\n5..7 \"1.\": expected a value, found `1.`\n9..11 \".5\": unexpected `.5`\n13..15 \"+1\": expected a value, found `+1`\n17..21 \"0x1F\": expected a value, found `0x1F`\n23..26 \"NaN\": expected a value, found `NaN`";
    unknown_escape: r#"["C:\dir"]"# => "[\"C:\\\\dir\"]\n4..5 \"\\\\\": a backslash that starts no escape";
    unclosed_comment: "[1] /* x" => "[1]\n4..6 \"/*\": this comment is never closed";
    empty: " \n// nothing\n" => "!\n0..0 \"\": there is no JSON value in this text";
}

#[test]
fn one_error_in_a_large_file_costs_one_value() {
    let member =
        |index: usize| format!("\"m{index}\": {{\"value\": [1, 2, 3], \"text\": \"{index}\"}}");
    let members: Vec<String> = (0..1000).map(member).collect();
    let text = format!("{{{}}}", members.join(",\n")).replace("\"500\"", "oops");
    let document = parse(&text);
    assert_eq!(document.errors.len(), 1);
    assert_eq!(document.root.members().len(), 1000);
    assert_eq!(
        document.root.get("M500").unwrap().get("text").unwrap().kind,
        Kind::Invalid
    );
    assert_eq!(document.damage, Damage::default());
}

/// The arrays and objects of a text that may have lost a part, by how they begin.
fn damaged(text: &str) -> Vec<String> {
    fn look(node: &Node<'_>, written: Written<'_>, found: &mut Vec<String>) {
        if written.damage.touches(node) {
            let from = &written.text[node.span.start as usize..];
            found.push(from.chars().take(4).collect());
        }
        node.elements()
            .iter()
            .for_each(|element| look(element, written, found));
        node.members()
            .iter()
            .for_each(|member| look(&member.value, written, found));
    }
    let document = parse(text);
    let mut found = Vec::new();
    look(&document.root, document.written(text), &mut found);
    found
}

#[test]
fn what_may_have_lost_a_part_is_told_from_what_is_whole() {
    // What stands in place of one value may be anything, but the object has all of its members.
    assert_eq!(
        damaged(r#"{"a": {"b": @}, c: 1, 'd': [1,]}"#),
        [] as [&str; 0]
    );
    assert_eq!(damaged(r#"{"a": {"b": 1, ...}, "c": {}}"#), [r#"{"b""#]);
    // A cut goes through all that is open, and through nothing that was closed.
    assert_eq!(
        damaged(r#"{"a": {"b": {}, "c": [{"d": [1]}"#),
        [r#"{"a""#, r#"{"b""#, r#"[{"d"#]
    );
    // A bracket too many, or too few: where it should stand is not known.
    assert_eq!(
        damaged(r#"[{"a": {"b": []}}, "c": 1}, {"d": {}}]"#),
        [r#"[{"a"#, r#"{"a""#, r#"{"b""#, "[]}}"]
    );
    assert_eq!(
        damaged(r#"[{"a": {"b": [1], "c": 2}, {"d": {}}]"#),
        [r#"{"a""#, r#"{"b""#, "[1],"]
    );
}

#[test]
fn something_else_than_json_gives_up_soon() {
    let text = "<row a=\"1\">, text: {b} [c] </row>\n".repeat(20_000);
    let document = parse(&text);
    assert!(document.errors.len() < 110);
    assert!(
        document
            .errors
            .iter()
            .any(|error| error.message.starts_with("too many errors"))
    );
}

#[test]
fn notes_say_what_is_not_strict_and_where() {
    let text = "{ // one\n\"a\": \"x\ny\", \"A\": \"\t\", \"a\": 3, /* two */ \"b\": [1,], \"c\": \"\\ud800!\" }";
    let document = parse(text);
    assert_eq!(document.errors, []);
    let notes: Vec<_> = document
        .notes
        .iter()
        .map(|note| (&text[note.span.range()], note.kind))
        .collect();
    let at = |needle: &str| {
        Span::new(
            text.find(needle).unwrap(),
            text.find(needle).unwrap() + needle.len(),
        )
    };
    assert_eq!(
        notes,
        [
            ("// one", NoteKind::Comment),
            ("\"x\ny\"", NoteKind::MultiLineString),
            (
                "\"A\"",
                NoteKind::CaseVariantKey {
                    earlier: at("\"a\"")
                }
            ),
            ("\"\t\"", NoteKind::ControlCharacter),
            (
                "\"a\"",
                NoteKind::CaseVariantKey {
                    earlier: at("\"A\"")
                }
            ),
            ("/* two */", NoteKind::Comment),
            (",", NoteKind::TrailingComma),
            ("\\ud800", NoteKind::LoneSurrogate),
        ]
    );
    assert_eq!(document.root.get("a").unwrap().kind, Kind::Number("3"));
    assert_eq!(document.root.get("c").unwrap().as_str(), Some("\u{fffd}!"));
    assert_eq!(document.root.members().len(), 5);
}

#[test]
fn repeated_keys_are_found_in_large_objects_too() {
    let mut members: Vec<String> = (0..50)
        .map(|index| format!("\"k{index}\": {index}"))
        .collect();
    members.push("\"K7\": 1".to_owned());
    members.push("\"k3\": 2".to_owned());
    let text = format!("{{{}}}", members.join(", "));
    let document = parse(&text);
    let notes: Vec<_> = document
        .notes
        .iter()
        .map(|note| &text[note.span.range()])
        .collect();
    assert_eq!(notes, ["\"K7\"", "\"k3\""]);
    assert!(matches!(
        document.notes[0].kind,
        NoteKind::CaseVariantKey { .. }
    ));
    assert!(matches!(
        document.notes[1].kind,
        NoteKind::DuplicateKey { .. }
    ));
    assert_eq!(document.root.get("K3").unwrap().kind, Kind::Number("2"));
}

#[test]
fn numbers_keep_their_text() {
    for number in ["123456789012345678901234567890", "1e400", "-0.10", "1E+2"] {
        assert_eq!(parse(number).root.kind, Kind::Number(number));
    }
}

#[test]
fn several_values_are_a_sequence_without_errors() {
    let sequence = parse_sequence("{\"a\": 1}\n[2] \"three\"\n\n4\nnull\n");
    assert_eq!(sequence.errors, []);
    assert_eq!(sequence.values.len(), 5);
    assert_eq!(parse_sequence("").values, []);
}

/// Every character of the decoded text maps to the place in the source that it comes from.
#[test]
fn offsets_in_decoded_strings_map_to_the_source() {
    let text = r#"{"k": "[concat('é\u00e9\ud83d\ude00', \"q\", 'x\\y\ud800\q')]"}"#;
    let document = parse(text);
    let node = document.root.get("k").unwrap();
    let decoded = node.as_str().unwrap();
    let map = StringMap::new(text, node.span);
    let place = |needle: &str| map.source_offset(decoded.find(needle).unwrap());
    assert_eq!(place("[concat"), 7);
    assert!(text[place("é")..].starts_with("é\\u00e9"));
    assert!(text[place("😀")..].starts_with("\\ud83d\\ude00'"));
    assert!(text[place("\"q")..].starts_with("\\\"q\\\""));
    assert!(text[place("q\",")..].starts_with("q\\\","));
    assert!(text[place("\\y")..].starts_with("\\\\y"));
    assert!(text[place("y")..].starts_with("y\\ud800"));
    assert!(text[place("\u{fffd}")..].starts_with("\\ud800\\q"));
    assert!(text[place("\\q')")..].starts_with("\\q')]"));
    assert_eq!(map.source_offset(decoded.len()), node.span.end as usize - 1);
    let range = decoded.find("'x").unwrap()..decoded.find(")]").unwrap();
    assert_eq!(&text[map.source_span(range).range()], r"'x\\y\ud800\q'");
    // Inside the character of an escape.
    assert_eq!(
        map.source_offset(decoded.find('😀').unwrap() + 2),
        place("😀")
    );
}
