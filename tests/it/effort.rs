//! Whatever a run leaves undone, it finds the same: without the looks ahead, with any number of threads, and in whatever
//! order the disk lists its files.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use akvlint::discover::WalkOptions;
use akvlint::finding::Verdict;
use akvlint::project::Project;
use akvlint::rules::{RuleSet, RuleSettings, Selection};
use akvlint::run::{Outcome, Request, RunError, run, run_on_all};
use akvlint::source::{FileId, Sources};

use crate::dice::{Dice, number};
use crate::program::akvlint;

type Run = fn(&Project, &Request) -> Result<Outcome, RunError>;

/// What a run says of a folder, but for what became of the files.
fn said(folder: &Path, include_generated: bool, run: Run) -> (Vec<String>, String) {
    let sources = Arc::new(Sources::new(folder));
    let project = Project::new(sources.clone());
    let rules = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    let request = Request {
        paths: vec![folder.to_owned()],
        walk: WalkOptions {
            ignore_files: false,
            exclude: Vec::new(),
            threads: 2,
        },
        rules: rules.selected(&Selection::default()).unwrap(),
        parameter_files: true,
        include_generated,
        verdicts: vec![Verdict::Fail, Verdict::Open, Verdict::Pass],
        ..Request::default()
    };
    let report = run(&project, &request).unwrap().report;
    let findings = report.findings.iter();
    let findings = findings
        .map(|finding| with_names(&format!("{finding:?}"), &sources))
        .collect();
    let counts = format!("{:?} {:?}", report.verdicts, report.worst);
    (findings, counts)
}

/// Files by name: what is loaded gets its number when it is loaded, in whatever order threads come to that.
fn with_names(finding: &str, sources: &Sources) -> String {
    const NUMBER: &str = "FileId(";
    let mut parts = finding.split(NUMBER);
    let mut named = parts.next().unwrap().to_owned();
    for part in parts {
        let (number, rest) = part.split_once(')').unwrap();
        let name = sources.name_of_file(FileId(number.parse().unwrap()));
        named.push_str(&name.unwrap());
        named.push_str(rest);
    }
    named
}

fn finds_the_same(folder: &Path) {
    for include_generated in [false, true] {
        let (needed, counts) = said(folder, include_generated, run);
        let (all, all_counts) = said(folder, include_generated, run_on_all);
        assert!(!needed.is_empty());
        for (one, other) in needed.iter().zip(&all) {
            assert_eq!(one, other);
        }
        assert_eq!((needed.len(), counts), (all.len(), all_counts));
    }
}

#[test]
fn what_is_left_out_early_holds_no_finding() {
    finds_the_same(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"));
    if let Some(corpus) = std::env::var_os("AKVLINT_CORPUS") {
        finds_the_same(Path::new(&corpus));
    }
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// `AKVLINT_RUNS` sets how many runs.
#[test]
fn twenty_runs_in_trees_that_were_written_in_any_order_print_the_same_bytes() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut files = Vec::new();
    for folder in ["example", "exports", "modules"] {
        files_below(&testdata.join(folder), &mut files);
    }
    files.sort();
    let mut dice = Dice::new(20_261_128);
    let mut first: Option<Vec<Vec<u8>>> = None;
    for round in 0..number("AKVLINT_RUNS", 20) {
        for last in (1..files.len()).rev() {
            files.swap(last, dice.below(last + 1));
        }
        let tree = tempfile::tempdir().unwrap();
        for file in &files {
            let copy = tree.path().join(file.strip_prefix(&testdata).unwrap());
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(file, copy).unwrap();
        }
        let jobs = (1 + round % 5).to_string();
        let arguments = [
            &["check", "--verdicts", "fail,open,pass", "--jobs", &jobs][..],
            &["-f", "sarif", "-o", "r.sarif", "--sarif-profile", "full"],
            &["-f", "markdown", "-o", "r.md", "-f", "json"],
        ];
        let (code, stdout, stderr) = akvlint(tree.path(), &arguments.concat());
        assert_eq!(code, Some(1));
        let reports = vec![
            stdout.into_bytes(),
            stderr.into_bytes(),
            fs::read(tree.path().join("r.sarif")).unwrap(),
            fs::read(tree.path().join("r.md")).unwrap(),
        ];
        let known = first.get_or_insert_with(|| reports.clone());
        assert!(*known == reports, "run {round} with {jobs} threads differs");
    }
}
