//! Verdicts, witnesses, causes and places: small templates that say what is to be found in them.
//!
//! Each file and each folder of `testdata/verdicts` is a case. [`annotation`] has the form of what they expect.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

mod annotation;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use akvlint::discover::WalkOptions;
use akvlint::evaluate::origin::Origin;
use akvlint::evaluate::value::{Kind, Value};
use akvlint::finding::{Assumed, Assumption, Finding, Report, Verdict};
use akvlint::project::Project;
use akvlint::report::{Format, Options, RuleCatalogue, write};
use akvlint::rules::{RuleSet, RuleSettings, Selection};
use akvlint::run::{Request, run};
use akvlint::source::{FileId, Place, Sources, Span};

use annotation::{Annotation, Expected, annotations};

/// A scratch folder that is a project of its own.
struct Scratch {
    folder: tempfile::TempDir,
}

/// What a run found.
struct Ran {
    sources: Arc<Sources>,
    report: Report,
}

impl Scratch {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("akvlint.toml"), "").unwrap();
        Self { folder }
    }

    fn copy(&self, from: &Path) {
        copy(from, &self.folder.path().join(from.file_name().unwrap()));
    }

    fn run(&self, values: &[(String, serde_json::Value)], threads: usize) -> Ran {
        let root = self.folder.path();
        let sources = Arc::new(Sources::new(root));
        let project = Project::new(sources.clone());
        let set = RuleSet::load(&[], &RuleSettings::default()).unwrap();
        let all = Selection {
            select: vec!["AKV".to_owned()],
            ignore: Vec::new(),
        };
        let request = Request {
            paths: vec![root.to_owned()],
            walk: WalkOptions {
                ignore_files: true,
                exclude: Vec::new(),
                threads,
            },
            rules: set.selected(&all).unwrap(),
            values: values
                .iter()
                .map(|(name, value)| (name.as_str().into(), given(value)))
                .collect(),
            parameter_files: true,
            verdicts: vec![Verdict::Fail, Verdict::Open, Verdict::Pass],
            ..Request::default()
        };
        let workers = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(64 << 20)
            .build()
            .unwrap();
        let outcome = workers.install(|| run(&project, &request)).unwrap();
        Ran {
            sources,
            report: outcome.report,
        }
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

/// A value of the command line.
fn given(value: &serde_json::Value) -> Value {
    let place = Place::new(FileId(u32::MAX), Span::new(0, 0));
    let origin = Origin::at(place);
    match value {
        serde_json::Value::Bool(value) => Value::bool(*value, origin),
        serde_json::Value::String(text) => Value::string(text.as_str(), origin),
        serde_json::Value::Number(number) => {
            Value::new(Kind::Integer(number.as_i64().unwrap()), origin)
        }
        _ => Value::null(origin),
    }
}

impl Ran {
    /// The file and the line of a place.
    fn at(&self, place: Place) -> (String, u32) {
        let source = self.sources.get(place.file).unwrap();
        let name = source.name().to_owned();
        (name, source.position(place.span.start).line)
    }

    fn json(&self) -> String {
        let catalogue = RuleCatalogue::new(Vec::new());
        let mut out = Vec::new();
        write(
            Format::Json,
            &self.report,
            &self.sources,
            &catalogue,
            &Options::default(),
            &mut out,
        )
        .unwrap();
        String::from_utf8(out).unwrap()
    }
}

fn witness(witness: &[Assumption]) -> String {
    let assumptions = witness.iter().map(|assumption| match &assumption.value {
        Assumed::Is(value) => format!("{} is {value}", assumption.name),
        Assumed::Not(values) => {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            format!("{} is not {}", assumption.name, values.join(", "))
        }
    });
    assumptions.collect::<Vec<_>>().join(" and ")
}

fn found(finding: &Finding) -> Expected {
    Expected {
        verdict: finding.verdict.word().to_owned(),
        rule: finding.rule.to_string(),
        level: Some(format!("{:?}", finding.level).to_lowercase()),
        instances: Some(finding.instances()),
        witness: witness(&finding.witness),
        deployments: Some(finding.deployments().len()),
        causes: finding
            .causes
            .iter()
            .map(|cause| cause.message.clone())
            .collect(),
    }
}

fn is_met(expected: &Expected, found: &Expected) -> bool {
    let same = |one: &Option<String>, other: &Option<String>| one.is_none() || one == other;
    let witness = match expected.witness.as_str() {
        "*" => !found.witness.is_empty(),
        exact => exact == found.witness,
    };
    expected.verdict == found.verdict
        && expected.rule == found.rule
        && same(&expected.level, &found.level)
        && expected.instances.unwrap_or(1) == expected_instances(expected, found)
        && (expected.deployments.is_none() || expected.deployments == found.deployments)
        && witness
        && expected.causes.len() == found.causes.len()
        && expected
            .causes
            .iter()
            .zip(&found.causes)
            .all(|(part, whole)| whole.contains(part.as_str()))
}

/// Where deployments are counted, each has one of the resources.
fn expected_instances(expected: &Expected, found: &Expected) -> usize {
    let all = found.instances.unwrap_or_default();
    match (expected.instances, expected.deployments) {
        (None, Some(deployments)) if deployments > 0 => all / deployments,
        _ => all,
    }
}

/// The annotations of the files of a case, by file and line.
type Annotated = BTreeMap<String, Vec<(u32, Annotation)>>;

/// What of the annotations of one case does not hold.
fn differences(case: &Annotated, ran: &Ran) -> Vec<String> {
    let all = || {
        let files = case.iter();
        files.flat_map(|(file, found)| found.iter().map(move |(line, each)| (file, *line, each)))
    };
    let rules: BTreeSet<&str> = all().filter_map(|(_, _, each)| each.rule()).collect();
    let files: BTreeSet<&str> = case.keys().map(String::as_str).collect();
    let findings: Vec<(&Finding, String, u32)> = ran
        .report
        .findings
        .iter()
        .map(|finding| {
            let (file, line) = ran.at(finding.place);
            (finding, file, line)
        })
        .filter(|(finding, file, _)| {
            rules.contains(&*finding.rule) && files.contains(file.as_str())
        })
        .collect();
    let mut wrong = Vec::new();
    let mut met = vec![false; findings.len()];
    for (file, line, each) in all() {
        let Annotation::Finding(expected) = each else {
            continue;
        };
        let meets = |(number, (finding, at, on)): (usize, &(&Finding, String, u32))| {
            !met[number] && (at, *on) == (file, line) && is_met(expected, &found(finding))
        };
        match findings.iter().enumerate().position(meets) {
            Some(number) => met[number] = true,
            None => wrong.push(format!("{file}:{line}: missing: {expected}")),
        }
    }
    for ((finding, file, line), met) in findings.iter().zip(met) {
        if !met && finding.verdict != Verdict::Pass {
            let found = found(finding);
            let message = &finding.message;
            wrong.push(format!("{file}:{line}: found:   {found} ({message})"));
        }
    }
    for (file, line, each) in all() {
        let of_rule = |rule: &str| {
            let rule = rule.to_owned();
            findings
                .iter()
                .filter(move |(finding, ..)| *finding.rule == *rule)
        };
        match each {
            Annotation::None { rule } if of_rule(rule).next().is_some() => {
                wrong.push(format!("{file}:{line}: {rule} says something"));
            }
            Annotation::Pass(expected) => {
                let passes: Vec<&Finding> = of_rule(&expected.rule)
                    .filter(|(finding, ..)| finding.verdict == Verdict::Pass)
                    .map(|(finding, ..)| *finding)
                    .collect();
                let instances: usize = passes.iter().map(|pass| pass.instances()).sum();
                let deployments: BTreeSet<_> =
                    passes.iter().flat_map(|pass| pass.deployments()).collect();
                if passes.is_empty()
                    || expected.instances.is_some_and(|count| count != instances)
                    || expected
                        .deployments
                        .is_some_and(|count| count != deployments.len())
                {
                    wrong.push(format!(
                        "{file}:{line}: missing: {expected} (x{instances} in {} deployments)",
                        deployments.len()
                    ));
                }
            }
            Annotation::Related { rule, message } => {
                let there = of_rule(rule).flat_map(|(finding, ..)| &finding.related);
                let mut here =
                    there.filter(|related| ran.at(related.place) == (file.clone(), line));
                if !here.any(|related| related.message.contains(message.as_str())) {
                    wrong.push(format!("{file}:{line}: missing: related {rule}: {message}"));
                }
            }
            _ => {}
        }
    }
    wrong.extend(unexpected_related(case, &findings, ran));
    wrong
}

/// Related places of rules with a `related` that are not annotated.
fn unexpected_related(
    case: &Annotated,
    findings: &[(&Finding, String, u32)],
    ran: &Ran,
) -> Vec<String> {
    let mut expected: BTreeSet<(&str, &str, u32)> = BTreeSet::new();
    for (file, annotations) in case {
        for (line, annotation) in annotations {
            if let Annotation::Related { rule, .. } = annotation {
                expected.insert((rule, file, *line));
            }
        }
    }
    let mut wrong = Vec::new();
    for (finding, ..) in findings {
        let is_annotated = expected.iter().any(|(rule, ..)| *rule == &*finding.rule);
        for related in finding.related.iter().filter(|_| is_annotated) {
            let (file, line) = ran.at(related.place);
            if !expected.contains(&(&*finding.rule, file.as_str(), line)) {
                let (rule, message) = (&finding.rule, &related.message);
                wrong.push(format!("{file}:{line}: found:   related {rule}: {message}"));
            }
        }
    }
    wrong
}

fn read(path: &Path, name: &str, into: &mut Annotated) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{name}/{}", entry.file_name().to_str().unwrap());
            read(&entry.path(), &name, into);
        }
    } else {
        let text = fs::read_to_string(path).unwrap();
        into.insert(name.to_owned(), annotations(&text));
    }
}

/// The cases, each with its annotations.
fn cases() -> BTreeMap<String, Annotated> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/verdicts");
    let mut cases: BTreeMap<String, Annotated> = BTreeMap::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_str().unwrap().to_owned();
        read(&entry.path(), &name, cases.entry(name.clone()).or_default());
    }
    cases
}

fn values(case: &Annotated) -> Vec<(String, serde_json::Value)> {
    let all = case.values().flatten();
    all.filter_map(|(_, annotation)| match annotation {
        Annotation::With { name, value } => Some((name.clone(), value.clone())),
        _ => None,
    })
    .collect()
}

fn testdata(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/verdicts")
        .join(name)
}

#[test]
fn every_case_has_the_verdicts_that_it_says() {
    let cases = cases();
    let together = Scratch::new();
    for (name, case) in &cases {
        if values(case).is_empty() {
            together.copy(&testdata(name));
        }
    }
    let ran = together.run(&[], 2);
    let mut wrong = Vec::new();
    for (name, case) in &cases {
        assert!(
            case.values()
                .flatten()
                .any(|(_, each)| each.rule().is_some()),
            "{name} expects nothing"
        );
        let values = values(case);
        if values.is_empty() {
            wrong.extend(differences(case, &ran));
        } else {
            let alone = Scratch::new();
            alone.copy(&testdata(name));
            wrong.extend(differences(case, &alone.run(&values, 1)));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(cases.len() >= 60, "only {} cases", cases.len());
}

#[test]
fn findings_do_not_depend_on_the_number_of_threads() {
    let scratch = Scratch::new();
    for (name, case) in cases() {
        if values(&case).is_empty() {
            scratch.copy(&testdata(&name));
        }
    }
    let one = scratch.run(&[], 1).json();
    for threads in [4, 4, 3] {
        assert_eq!(one, scratch.run(&[], threads).json());
    }
}

/// A template of 800 vaults that hangs on twenty parameters of two values each.
fn product(action: &str) -> String {
    let names: Vec<String> = (1..=20).map(|number| format!("n{number}")).collect();
    let parameters: serde_json::Map<String, serde_json::Value> = names
        .iter()
        .map(|name| {
            let parameter = serde_json::json!({ "type": "int", "allowedValues": [1, 2] });
            (name.clone(), parameter)
        })
        .collect();
    let sum = names.iter().fold("0".to_owned(), |sum, name| {
        format!("add(parameters('{name}'), {sum})")
    });
    let template = serde_json::json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "resources": [{
            "type": "Microsoft.KeyVault/vaults",
            "apiVersion": "2023-07-01",
            "name": "[concat('kv-', copyIndex())]",
            "copy": { "name": "vaults", "count": 800 },
            "properties": { "networkAcls": { "defaultAction": action.replace("SUM", &sum) } }
        }]
    });
    template.to_string()
}

#[test]
fn a_product_of_parameters_ends_at_the_cap_in_every_copy() {
    for (action, expected) in [
        (
            "[if(equals(SUM, 40), 'Allow', 'Deny')]",
            "open AKV101 error x800 in 1 deployments: it hangs on more than 64 combinations of undecided values",
        ),
        (
            "[if(less(add(SUM, mod(add(copyIndex(), 1), 2)), 22), 'Allow', 'Deny')]",
            "fail AKV101 error x800 when n1 is 1 and n2 is 1 and n3 is 1 and n4 is 1 and n5 is 1 and n6 is 1 and n7 is 1 \
             and n8 is 1 and n9 is 1 and n10 is 1 and n11 is 1 and n12 is 1 and n13 is 1 and n14 is 1 and n15 is 1 \
             and n16 is 1 and n17 is 1 and n18 is 1 and n19 is 1 and n20 is 1 in 1 deployments",
        ),
    ] {
        let scratch = Scratch::new();
        fs::write(scratch.folder.path().join("main.json"), product(action)).unwrap();
        let ran = scratch.run(&[], 2);
        let findings = ran.report.findings.iter();
        let said: Vec<String> = findings
            .filter(|finding| &*finding.rule == "AKV101")
            .map(|finding| found(finding).to_string())
            .collect();
        assert_eq!(said, [expected]);
    }
}
