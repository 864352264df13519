//! The lowering over a folder of real files, which `AKVLINT_CORPUS` names. By hand:
//! `AKVLINT_CORPUS=… cargo test --profile fast --test it arm_corpus -- --ignored --nocapture`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests may panic, and what is measured is read by people"
)]
use akvlint::discover::{Kind as FileKind, classify};
use akvlint::source::{FileId, Span, decode};
use akvlint::syntax::arm::{Lowered, enclosed, parameters, template};
use akvlint::syntax::expression::{self, is_expression};
use akvlint::syntax::json::{Document, Node, parse, parse_sequence};
use akvlint::syntax::template::{DeploymentSource, Template};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

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

fn corpus() -> Vec<(PathBuf, String)> {
    let folder = std::env::var_os("AKVLINT_CORPUS").expect("AKVLINT_CORPUS names the folder");
    let mut files = Vec::new();
    json_files(Path::new(&folder), &mut files);
    files.sort();
    let read = |path: PathBuf| {
        let decoded = decode(std::fs::read(&path).ok()?).ok()?;
        let short = path.strip_prefix(&folder).unwrap().to_path_buf();
        Some((short, decoded.text))
    };
    files.into_iter().filter_map(read).collect()
}

/// All strings that are expressions, wherever they stand: how many there are, and those that do not parse.
fn expressions<'n>(node: &'n Node<'_>, found: &mut usize, refused: &mut Vec<&'n str>) {
    let mut check = |text: &'n str| {
        if is_expression(text) {
            *found += 1;
            if expression::parse(text, &|range| Span::new(range.start, range.end)).is_err() {
                refused.push(text);
            }
        }
    };
    if let Some(text) = node.as_str() {
        check(text);
    }
    node.members().iter().for_each(|member| check(&member.key));
    let values = node.members().iter().map(|member| &member.value);
    for part in node.elements().iter().chain(values) {
        expressions(part, found, refused);
    }
}

/// Templates, resources, and the templates nested in them.
fn count(template: &Template) -> (usize, usize) {
    let mut total = (1, template.resources.len());
    for resource in &template.resources {
        if let Some(deployment) = &resource.deployment
            && let DeploymentSource::Inline(nested) = &deployment.source
        {
            let (templates, resources) = count(nested);
            total = (total.0 + templates, total.1 + resources);
        }
    }
    total
}

#[test]
#[ignore = "needs a corpus"]
fn every_string_that_is_an_expression_parses() {
    let mut found = 0;
    for (path, text) in corpus() {
        let sequence = parse_sequence(&text);
        if matches!(classify(&sequence.values), FileKind::Template { .. }) {
            let mut refused = Vec::new();
            expressions(&sequence.values[0], &mut found, &mut refused);
            for text in refused {
                let shown: String = text.chars().take(90).collect();
                println!("{}: {shown:?}", path.display());
            }
        }
    }
    println!("{found} expressions");
}

#[test]
#[ignore = "needs a corpus"]
fn every_template_of_a_corpus_is_lowered() {
    let mut causes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let (mut templates, mut resources) = (0, 0);
    for (path, text) in corpus() {
        let sequence = parse_sequence(&text);
        let kind = classify(&sequence.values);
        let Some(root) = sequence.values.first() else {
            continue;
        };
        let written = Some(sequence.written(&text));
        *kinds.entry(format!("{kind:?}")).or_default() += 1;
        let errors = match kind {
            FileKind::Template { .. } => {
                let lowered = template(root, written, FileId(0));
                let (all, inside) = count(&lowered.value);
                templates += all;
                resources += inside;
                lowered.errors
            }
            FileKind::EnclosedTemplate => enclosed(root, written, FileId(0)).unwrap().errors,
            FileKind::Parameters { .. } => parameters(root, written).errors,
            _ => continue,
        };
        for error in errors {
            let place = text.get(error.span.range()).expect("a place in the text");
            let line = text
                .get(..error.span.start as usize)
                .unwrap()
                .lines()
                .count();
            let shown: String = place.chars().take(90).collect();
            causes
                .entry(error.message)
                .or_default()
                .push(format!("{}:{line} {shown:?}", path.display()));
        }
    }
    println!("{kinds:?}; {templates} templates, {resources} resources");
    for (cause, places) in &causes {
        println!("{} × {cause}", places.len());
        for place in places.iter().take(4) {
            println!("      {place}");
        }
    }
}

/// What this thread has used of a processor: other work on the machine does not count.
fn processor_time() -> Duration {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanoseconds = schedule.split_whitespace().next().unwrap();
    Duration::from_nanos(nanoseconds.parse().unwrap())
}

#[test]
#[ignore = "needs a corpus"]
fn lowering_is_fast() {
    let files: Vec<String> = corpus()
        .into_iter()
        .map(|(_, text)| text)
        .filter(|text| {
            let kind = classify(&parse_sequence(text).values);
            matches!(kind, FileKind::Template { .. })
        })
        .collect();
    let roots: Vec<(&str, Document<'_>)> = files
        .iter()
        .map(|text| (text.as_str(), parse(text)))
        .collect();
    let megabytes = |files: &[(&str, Document<'_>)]| {
        files.iter().map(|(text, _)| text.len()).sum::<usize>() as f64 / 1e6
    };
    let lower = |files: &[(&str, Document<'_>)]| {
        let mut best = Duration::MAX;
        for _ in 0..5 {
            let start = processor_time();
            for (text, document) in files {
                let written = Some(document.written(text));
                let lowered: Lowered<Template> = template(&document.root, written, FileId(0));
                std::hint::black_box(lowered);
            }
            best = best.min(processor_time() - start);
        }
        best
    };
    let large: Vec<_> = roots
        .iter()
        .filter(|(text, _)| (100_000..200_000).contains(&text.len()))
        .cloned()
        .collect();
    for (name, files) in [("all", &roots), ("100 to 200 KB", &large)] {
        let time = lower(files);
        let start = processor_time();
        for (text, _) in files {
            std::hint::black_box(parse(text));
        }
        println!("parse {:?}", processor_time() - start);
        println!(
            "{name}: {} files, {:.1} MB, {time:?}, {:.0} MB/s, {:?} each",
            files.len(),
            megabytes(files),
            megabytes(files) / time.as_secs_f64(),
            time / u32::try_from(files.len()).unwrap()
        );
    }
}
