//! Whole runs over mutilated input: no template, Bicep file, parameter file, export or rule file makes `check` panic or
//! hang, all that is found has its place in the text, and every report can be written.
//!
//! `AKVLINT_FUZZ_ITERATIONS` sets how many inputs, `AKVLINT_FUZZ_SEED` where to begin; with `AKVLINT_CORPUS` real files
//! are mutilated too. The long form is `cargo test --release --test it -- fuzz:: --ignored`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic, and long ones say what they did"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use akvlint::discover::WalkOptions;
use akvlint::finding::Verdict;
use akvlint::project::Project;
use akvlint::report::{self, Format, Options, RuleCatalogue, SarifProfile};
use akvlint::rules::{Rule, RuleFile, RuleSet, RuleSettings, Selection};
use akvlint::run::{Request, run};
use akvlint::source::{Place, Sources, decode};

use crate::arm_mutation::{Dice, exchange, scratch};
use crate::bicep::mutation::{Random, mutate};
use crate::dice::number;

/// What one run may take, on a machine with other work.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 10 });

/// Larger files are left out: each run reads all of one.
const LARGEST: u64 = 20_000;

struct Input {
    name: String,
    text: String,
}

fn inputs_in(folder: &Path, found: &mut Vec<Input>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let is_input = matches!(ending, Some("json" | "bicep" | "bicepparam" | "ndjson"));
        if path.is_dir() {
            inputs_in(&path, found);
        } else if is_input
            && fs::metadata(&path).is_ok_and(|file| file.len() < LARGEST)
            && let Ok(decoded) = decode(fs::read(&path).unwrap())
        {
            found.push(Input {
                name: format!("main.{}", ending.unwrap_or_default()),
                text: decoded.text,
            });
        }
    }
}

fn inputs() -> Vec<Input> {
    let mut found = Vec::new();
    inputs_in(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"),
        &mut found,
    );
    if let Some(corpus) = std::env::var_os("AKVLINT_CORPUS") {
        inputs_in(Path::new(&corpus), &mut found);
    }
    found
}

/// Runs the rules over one input and writes all reports. Gives the number of findings.
fn check(name: &str, text: &str, rules: &[Arc<Rule>]) -> usize {
    let sources = Arc::new(Sources::new(Path::new("/nowhere")));
    let project = Project::new(sources.clone());
    let request = Request {
        paths: Vec::new(),
        standard_input: Some(sources.insert(name, text.to_owned())),
        walk: WalkOptions {
            ignore_files: false,
            exclude: Vec::new(),
            threads: 1,
        },
        rules: rules.to_vec(),
        closed_world: text.len().is_multiple_of(2),
        parameter_files: true,
        include_generated: true,
        verdicts: vec![Verdict::Fail, Verdict::Open, Verdict::Pass],
        ..Request::default()
    };
    let start = Instant::now();
    let report = run(&project, &request).unwrap().report;
    for format in [
        Format::Pretty,
        Format::Compact,
        Format::Json,
        Format::Sarif,
        Format::Github,
        Format::Junit,
        Format::Markdown,
    ] {
        let options = Options {
            sarif_profile: SarifProfile::Full,
            ..Options::default()
        };
        let mut out = Vec::new();
        let rules = RuleCatalogue::default();
        report::write(format, &report, &sources, &rules, &options, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        if matches!(format, Format::Json | Format::Sarif) {
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
        let is_control = |character: char| character.is_control() && !"\n\r\t".contains(character);
        assert!(!text.contains(is_control), "{format:?} of\n{text}");
    }
    let taken = start.elapsed();
    assert!(taken < PATIENCE, "it takes {taken:?}:\n{text}");
    let inside = |place: Place| {
        let source = sources.get(place.file).expect("the text of a finding");
        assert!(source.text().get(place.span.range()).is_some(), "{place:?}");
    };
    for finding in &report.findings {
        inside(finding.place);
        finding.related.iter().for_each(|end| inside(end.place));
        finding.causes.iter().for_each(|cause| inside(cause.place));
    }
    report.findings.len()
}

fn mutilated(input: &Input, all: &[String], dice: &mut Dice) -> String {
    let mut text = input.text.clone();
    for _ in 0..=dice.below(3) {
        if input.name.contains("bicep") {
            let seed = dice.below(1 << 30) as u64;
            mutate(&mut text, &mut Random(seed | 1));
        } else if dice.below(4) == 0 {
            text = scratch(&text, dice);
        } else {
            text = exchange(all, &text, dice);
        }
    }
    text
}

fn runs_over_mutilated_input(rounds: u64) {
    let rules = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    let rules = rules.selected(&Selection::default()).unwrap();
    let inputs = inputs();
    let json = inputs.iter().filter(|input| !input.name.contains("bicep"));
    let texts: Vec<String> = json.map(|input| input.text.clone()).collect();
    let mut dice = Dice(number("AKVLINT_FUZZ_SEED", 20_261_128));
    let mut findings = 0;
    for _ in 0..rounds {
        let input = &inputs[dice.below(inputs.len())];
        let text = mutilated(input, &texts, &mut dice);
        // What the input was is printed only where it matters.
        let checked = std::panic::catch_unwind(|| check(&input.name, &text, &rules));
        match checked {
            Ok(found) => findings += found,
            Err(_) => panic!("{} of this text:\n{text}", input.name),
        }
    }
    assert!(
        findings as u64 > rounds,
        "the mutations must leave resources: {findings}"
    );
    println!("check: {rounds} runs, {findings} findings");
}

/// What is put into a rule file.
const PIECES: [&str; 24] = [
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'''",
    "=",
    ",",
    "\n[[case]]\n",
    "\n[docs]\n",
    "\nid = \"AKV101\"\n",
    "when = { path = \"$..*\", count = { min = 2 } }",
    "\"$.properties[?@.a == 1]\"",
    "\"$[\"",
    "\"@.x\"",
    "not = ",
    "any = [",
    "all = []",
    "some = {}",
    "matches = '(a*)*b'",
    "matches = '('",
    "{name}",
    "{$.properties.networkAcls}",
    "9999999999999999999",
];

fn mutilated_rule(texts: &[String], dice: &mut Dice) -> String {
    let mut text = texts[dice.below(texts.len())].clone();
    for _ in 0..=dice.below(2) {
        let mut lines: Vec<&str> = text.lines().collect();
        let other: Vec<&str> = texts[dice.below(texts.len())].lines().collect();
        let at = dice.below(lines.len());
        match dice.below(5) {
            0 if lines.len() > 1 => drop(lines.remove(at)),
            1 => lines.insert(at, other[dice.below(other.len())]),
            2 if !lines.is_empty() => lines[at] = other[dice.below(other.len())],
            3 => {
                text = scratch(&text, dice);
                continue;
            }
            _ => {
                let boundary = (0..=dice.below(text.len() + 1))
                    .rev()
                    .find(|place| text.is_char_boundary(*place));
                text.insert_str(boundary.unwrap_or(0), PIECES[dice.below(PIECES.len())]);
                continue;
            }
        }
        text = lines.join("\n");
    }
    text
}

const VAULT: &str = "param on bool\nresource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: 'kv${on}'\n  properties: { networkAcls: { defaultAction: on ? 'Deny' : 'Allow', ipRules: [{ value: '10.0.0.0/8' }] } }\n}\n";

fn rule_files_are_rules_or_faults(rounds: u64) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    let texts: Vec<String> = paths
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let mut dice = Dice(number("AKVLINT_FUZZ_SEED", 20_261_128));
    let mut whole = 0;
    for _ in 0..rounds {
        let text = mutilated_rule(&texts, &mut dice);
        let checked = std::panic::catch_unwind(|| {
            let file = RuleFile {
                name: "team.toml".to_owned(),
                text: text.clone().into(),
                path: Some("team.toml".into()),
            };
            match RuleSet::of_files(vec![file], &RuleSettings::default()) {
                Ok(rules) => {
                    let rules: Vec<Arc<Rule>> = rules.iter().cloned().collect();
                    check("main.bicep", VAULT, &rules);
                    1
                }
                Err(errors) => {
                    let shown = format!("{:?}", miette::Report::new(errors));
                    assert!(!shown.is_empty());
                    0
                }
            }
        });
        match checked {
            Ok(is_whole) => whole += is_whole,
            Err(_) => panic!("a rule file of this text:\n{text}"),
        }
    }
    assert!(
        whole * 20 > rounds,
        "the mutations must leave rules: {whole}"
    );
    println!("rule files: {rounds} files, {whole} of them whole");
}

#[test]
fn mutilated_input_is_checked_and_reported() {
    runs_over_mutilated_input(150);
}

#[test]
fn mutilated_rule_files_are_rules_or_faults() {
    rule_files_are_rules_or_faults(300);
}

#[test]
#[ignore = "takes minutes"]
fn much_mutilated_input_is_checked_and_reported() {
    runs_over_mutilated_input(number("AKVLINT_FUZZ_ITERATIONS", 20_000));
}

#[test]
#[ignore = "takes minutes"]
fn many_mutilated_rule_files_are_rules_or_faults() {
    rule_files_are_rules_or_faults(number("AKVLINT_FUZZ_ITERATIONS", 20_000));
}
