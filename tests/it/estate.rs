//! Estates: folders of Bicep modules and of exports, with what every rule that relates says of them.
//!
//! Each folder of `testdata/estate` is a project of its own. Its `expected.toml` lists what is found, one line each:
//!
//! ```text
//! pass AKV401                              it passes for some resource
//! fail AKV402 endpoint.bicep:14: a part    at this place, with this in the message
//! open AKV502 endpoint.json:3: a part      at this place, with this in a cause
//! none AKV504                              it says nothing
//! related AKV404 endpoint.bicep:2          a finding of it has a related place here
//! ```
//!
//! Of every rule that is named, all fails and all open verdicts are listed; of one with a `related`, all related places.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use akvlint::discover::WalkOptions;
use akvlint::evaluate::{Cloud, Surroundings};
use akvlint::finding::{Finding, Verdict};
use akvlint::project::Project;
use akvlint::report::{Format, Options, RuleCatalogue, write};
use akvlint::rules::{RuleSet, RuleSettings, Selection};
use akvlint::run::{Outcome, Request, run};
use akvlint::source::{Place, Sources};
use serde::Deserialize;

/// The rules that look at more than one resource.
const JOINING: [&str; 23] = [
    "AKV103", "AKV107", "AKV110", "AKV111", "AKV112", "AKV303", "AKV401", "AKV402", "AKV403",
    "AKV404", "AKV405", "AKV406", "AKV407", "AKV408", "AKV501", "AKV502", "AKV503", "AKV504",
    "AKV505", "AKV506", "AKV507", "AKV508", "AKV601",
];

/// What `expected.toml` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Whether everything is here.
    #[serde(default)]
    closed: bool,
    /// Rules that are off.
    #[serde(default)]
    ignore: Vec<String>,
    expect: Vec<String>,
}

/// A line of `expect`.
#[derive(Debug)]
struct Line<'a> {
    verdict: &'a str,
    rule: &'a str,
    /// The file and the line.
    at: &'a str,
    /// What the message or a cause has in it.
    part: &'a str,
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Self {
        let (head, part) = text.split_once(": ").unwrap_or((text, ""));
        let mut words = head.split(' ');
        let mut word = || words.next().unwrap_or_default();
        Self {
            verdict: word(),
            rule: word(),
            at: word(),
            part,
        }
    }
}

struct Ran {
    _folder: tempfile::TempDir,
    sources: Arc<Sources>,
    outcome: Outcome,
}

impl Ran {
    /// The file, relative to the case, and the line of a place.
    fn at(&self, place: Place) -> String {
        let source = self.sources.get(place.file).unwrap();
        let line = source.position(place.span.start).line;
        format!("{}:{line}", source.name())
    }

    fn findings(&self) -> &[Finding] {
        &self.outcome.report.findings
    }

    fn text(&self, format: Format) -> String {
        let catalogue = RuleCatalogue::new(Vec::new());
        let mut out = Vec::new();
        write(
            format,
            &self.outcome.report,
            &self.sources,
            &catalogue,
            &Options::default(),
            &mut out,
        )
        .unwrap();
        String::from_utf8(out).unwrap()
    }
}

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/estate")
}

fn names() -> BTreeSet<String> {
    let entries = fs::read_dir(testdata()).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn case(name: &str) -> Case {
    let path = testdata().join(name).join("expected.toml");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every rule but these.
fn all(ignore: &[String]) -> Selection {
    Selection {
        select: vec!["AKV".to_owned()],
        ignore: ignore.to_vec(),
    }
}

/// Runs a case as a project of its own.
fn ran(name: &str, case: &Case) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::write(root.join("akvlint.toml"), "").unwrap();
    for entry in fs::read_dir(testdata().join(name)).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != "expected.toml" {
            fs::copy(entry.path(), root.join(entry.file_name())).unwrap();
        }
    }
    let sources = Arc::new(Sources::new(&root));
    let project = Project::new(sources.clone());
    let rules = RuleSet::load(&[], &RuleSettings::default()).unwrap();
    let request = Request {
        paths: vec![root.clone()],
        standard_input: None,
        walk: WalkOptions {
            ignore_files: true,
            exclude: Vec::new(),
            threads: 1,
        },
        rules: rules.selected(&all(&case.ignore)).unwrap(),
        parameters: Vec::new(),
        values: Vec::new(),
        surroundings: Surroundings::default(),
        closed_world: case.closed,
        parameter_files: true,
        include_generated: false,
        cloud: None::<Cloud>,
        pictures: false,
        baseline: None,
        earlier: None,
        configured: akvlint::run::Configured::default(),
        verdicts: vec![Verdict::Fail, Verdict::Open, Verdict::Pass],
    };
    let workers = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .stack_size(64 << 20)
        .build()
        .unwrap();
    let outcome = workers.install(|| run(&project, &request)).unwrap();
    Ran {
        _folder: folder,
        sources,
        outcome,
    }
}

fn has(finding: &Finding, part: &str) -> bool {
    finding.message.contains(part)
        || finding
            .causes
            .iter()
            .any(|cause| cause.message.contains(part))
}

/// What of the expectations of a case does not hold.
fn differences(case: &Case, ran: &Ran) -> Vec<String> {
    let lines: Vec<Line<'_>> = case.expect.iter().map(|line| Line::read(line)).collect();
    let rules: BTreeSet<&str> = lines.iter().map(|line| line.rule).collect();
    let findings = ran.findings().iter();
    let findings: Vec<&Finding> = findings
        .filter(|finding| rules.contains(&*finding.rule))
        .collect();
    let mut wrong = Vec::new();
    let mut met: BTreeSet<usize> = BTreeSet::new();
    for line in &lines {
        let of_rule = || findings.iter().filter(|found| &*found.rule == line.rule);
        let holds = match line.verdict {
            "pass" => of_rule().any(|finding| finding.verdict == Verdict::Pass),
            "none" => of_rule().next().is_none(),
            "related" => of_rule().any(|finding| {
                let mut related = finding.related.iter();
                related.any(|related| {
                    ran.at(related.place) == line.at && related.message.contains(line.part)
                })
            }),
            verdict @ ("fail" | "open") => {
                let found = findings.iter().enumerate().position(|(number, finding)| {
                    !met.contains(&number)
                        && &*finding.rule == line.rule
                        && finding.verdict.word() == verdict
                        && ran.at(finding.place) == line.at
                        && has(finding, line.part)
                });
                found.is_some_and(|number| met.insert(number))
            }
            other => panic!("{other} is no verdict"),
        };
        if !holds {
            wrong.push(format!("missing: {line:?}"));
        }
    }
    let has_related = |rule: &str| {
        let mut lines = lines.iter();
        lines.any(|line| line.verdict == "related" && line.rule == rule)
    };
    for (number, finding) in findings.iter().enumerate() {
        let (word, rule) = (finding.verdict.word(), &finding.rule);
        if finding.verdict != Verdict::Pass && !met.contains(&number) {
            let causes = finding.causes.iter().map(|cause| cause.message.as_str());
            let causes: Vec<&str> = causes.collect();
            wrong.push(format!(
                "found: {word} {rule} {}: {} {causes:?}",
                ran.at(finding.place),
                finding.message
            ));
        }
        for related in finding.related.iter().filter(|_| has_related(rule)) {
            let at = ran.at(related.place);
            let mut lines = lines.iter();
            if !lines.any(|line| line.verdict == "related" && line.rule == &**rule && line.at == at)
            {
                wrong.push(format!("found: related {rule} {at}: {}", related.message));
            }
        }
    }
    wrong
}

#[test]
fn every_estate_has_the_verdicts_that_it_says() {
    let mut wrong = Vec::new();
    for name in names() {
        let case = case(&name);
        let found = differences(&case, &ran(&name, &case));
        wrong.extend(found.into_iter().map(|line| format!("{name}: {line}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Verdicts that a form cannot give.
const IMPOSSIBLE: [(&str, &str, &str); 3] = [
    // What an export does not show is not counted.
    ("exports", "AKV406", "open"),
    // Exports say nothing of the order in which endpoints were made.
    ("exports", "AKV407", "fail"),
    ("exports", "AKV407", "open"),
];

#[test]
fn every_rule_that_joins_passes_fails_and_is_open_in_modules_and_in_exports() {
    let mut seen: BTreeSet<(&str, String, String)> = BTreeSet::new();
    for name in names() {
        let mut files = fs::read_dir(testdata().join(&name)).unwrap();
        let is_bicep = files.any(|file| file.unwrap().path().extension() == Some("bicep".as_ref()));
        let form = if is_bicep { "modules" } else { "exports" };
        for line in case(&name).expect {
            let line = Line::read(&line);
            seen.insert((form, line.rule.to_owned(), line.verdict.to_owned()));
        }
    }
    let mut missing = Vec::new();
    for form in ["modules", "exports"] {
        for rule in JOINING {
            for verdict in ["pass", "fail", "open"] {
                let is_seen = seen.contains(&(form, rule.to_owned(), verdict.to_owned()));
                if is_seen == IMPOSSIBLE.contains(&(form, rule, verdict)) {
                    missing.push(format!("{form} {rule} {verdict}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

/// The list of <https://learn.microsoft.com/azure/key-vault/general/private-link-diagnostics>, each with what tells of it.
const TROUBLES: [(&str, &str); 6] = [
    ("connection_not_approved", "AKV402"),
    ("no_zone", "AKV502"),
    ("wrong_zone_name", "AKV501"),
    ("zone_not_linked", "AKV503"),
    ("no_a_record", "AKV502"),
    ("a_record_with_a_wrong_address", "AKV504"),
];

#[test]
fn what_the_private_link_guide_tells_to_check_is_found() {
    for (trouble, rule) in TROUBLES {
        let name = format!("troubleshooting_{trouble}");
        let ran = ran(&name, &case(&name));
        let of_endpoints = ran.findings().iter().filter(|finding| {
            finding.verdict == Verdict::Fail
                && (finding.rule.starts_with("AKV4") || finding.rule.starts_with("AKV5"))
        });
        let rules: BTreeSet<&str> = of_endpoints.map(|finding| &*finding.rule).collect();
        // A record of another vault stands for the one that is missing.
        let expected = match trouble {
            "no_a_record" => BTreeSet::from([rule, "AKV504"]),
            _ => BTreeSet::from([rule]),
        };
        assert_eq!(rules, expected, "{trouble}");
    }
}

#[test]
fn a_vault_and_its_endpoint_may_be_anywhere() {
    for (name, verdict) in [
        ("apart_in_one_file", Verdict::Pass),
        ("apart_in_sibling_modules", Verdict::Pass),
        ("apart_in_two_exports", Verdict::Pass),
        ("apart_in_two_deployments", Verdict::Open),
    ] {
        for closed in [false, true] {
            let case = Case {
                closed,
                ..case(name)
            };
            let ran = ran(name, &case);
            for rule in ["AKV107", "AKV401"] {
                let findings = ran.findings().iter();
                let verdicts: BTreeSet<&str> = findings
                    .filter(|finding| &*finding.rule == rule)
                    .map(|finding| finding.verdict.word())
                    .collect();
                let expected = BTreeSet::from([verdict.word()]);
                assert_eq!(verdicts, expected, "{name} {rule}, closed: {closed}");
            }
        }
    }
}

#[test]
fn reports_show_the_other_end_of_a_relation() {
    let name = "exports_wrong_access";
    let ran = ran(name, &case(name));
    let end = "the resource vnet-app/clients is here";
    let sarif: serde_json::Value = serde_json::from_str(&ran.text(Format::Sarif)).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|result| result["ruleId"] == "AKV303");
    let related = result.unwrap()["relatedLocations"].as_array().unwrap();
    let there = related
        .iter()
        .find(|location| location["message"]["text"] == end)
        .unwrap();
    let place = &there["physicalLocation"];
    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.ends_with("az-network-vnet-show.json"), "{uri}");
    assert_eq!(place["region"]["startLine"], 20);

    let pretty = ran.text(Format::Pretty);
    let shown = pretty
        .lines()
        .any(|line| line.contains(end) || line.contains("vnet-app/clients is here"));
    assert!(shown, "{pretty}");
    assert!(pretty.contains("az-network-vnet-show.json:20"), "{pretty}");
}
