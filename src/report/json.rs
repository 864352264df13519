//! The report for programs: one JSON document, version 1 of its own schema.
//!
//! The types here are the contract; the ones of the run may change without it. Findings in the baseline are counted
//! only. Columns are UTF-16 code units from 1, ends are exclusive. The lists, which are the last members, never stand in
//! memory as a whole.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::Context;
use super::document::WithLists;
use super::place::Spot;
use crate::finding::{
    Assumed, Assumption, BaselineState, DeploymentName, FileKind, FileRecord, FileStatus, Finding,
    Level, Problem, Suppression, Verdict, VerdictCounts,
};
use crate::source::{Place, Sources};

pub(super) fn write(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = context.report;
    let is_listed = |each: &&Finding| each.baseline != Some(BaselineState::Unchanged);
    let head = Head {
        schema_version: 1,
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        summary: Summary {
            files: FileCounts::of(&report.files, report.other_files),
            deployments: report.deployments,
            resources: report.resources,
            verdicts: report.verdicts,
        },
    };
    let listed: Vec<&Finding> = report.findings.iter().filter(is_listed).collect();
    let mut document = WithLists::after(&head, out)?;
    document.list("files", &report.files, FileEntry::of)?;
    document.list("problems", &report.problems, ProblemEntry::of)?;
    document.list("findings", &listed, |finding| {
        FindingEntry::of(finding, context)
    })?;
    document.end()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    schema_version: u32,
    tool: Tool,
    summary: Summary,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    files: FileCounts,
    deployments: usize,
    resources: usize,
    verdicts: VerdictCounts,
}

#[derive(Serialize)]
struct FileCounts {
    analysed: usize,
    partial: usize,
    failed: usize,
    skipped: usize,
}

impl FileCounts {
    fn of(files: &[FileRecord], others: usize) -> Self {
        let count = |status| files.iter().filter(|file| file.status == status).count();
        Self {
            analysed: count(FileStatus::Analysed),
            partial: count(FileStatus::Partial),
            failed: count(FileStatus::Failed),
            skipped: count(FileStatus::Skipped) + others,
        }
    }
}

#[derive(Serialize)]
struct FileEntry<'a> {
    path: &'a str,
    kind: FileKind,
    status: FileStatus,
    reason: Option<&'a str>,
}

impl<'a> FileEntry<'a> {
    fn of(file: &'a FileRecord) -> Self {
        Self {
            path: &file.path,
            kind: file.kind,
            status: file.status,
            reason: file.reason.as_deref(),
        }
    }
}

/// What went wrong beside the files.
#[derive(Serialize)]
struct ProblemEntry<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    message: &'a str,
    named: bool,
}

impl<'a> ProblemEntry<'a> {
    fn of(problem: &'a Problem) -> Self {
        Self {
            path: &problem.path,
            line: problem.line,
            message: &problem.message,
            named: problem.named,
        }
    }
}

#[derive(Serialize)]
struct FindingEntry<'a> {
    rule: &'a str,
    name: &'a str,
    level: Level,
    verdict: Verdict,
    message: &'a str,
    witness: Vec<AssumptionEntry<'a>>,
    causes: Vec<Remark<'a>>,
    resource: ResourceEntry<'a>,
    instances: usize,
    deployments: Vec<DeploymentEntry<'a>>,
    location: Location,
    related: Vec<Remark<'a>>,
    fingerprint: &'a str,
    suppression: Option<SuppressionEntry<'a>>,
    fixable: bool,
}

impl<'a> FindingEntry<'a> {
    fn of(finding: &'a Finding, context: Context<'a>) -> Self {
        let sources = context.sources;
        let remark = |message: &'a str, place| Remark {
            message,
            location: Location::of(place, sources),
        };
        let causes = finding.causes.iter();
        let related = finding.related.iter();
        let deployments = finding.deployments().into_iter();
        let suppression = finding.suppression.as_ref();
        Self {
            rule: &finding.rule,
            name: context
                .rules
                .get(&finding.rule)
                .map_or("", |rule| &rule.name),
            level: finding.level,
            verdict: finding.verdict,
            message: &finding.message,
            witness: finding.witness.iter().map(AssumptionEntry::of).collect(),
            causes: causes
                .map(|each| remark(&each.message, each.place))
                .collect(),
            resource: ResourceEntry {
                id: &finding.resource.id,
                r#type: &finding.resource.kind,
                name: &finding.resource.name,
            },
            instances: finding.instances(),
            deployments: deployments.map(DeploymentEntry::of).collect(),
            location: Location::of(finding.place, sources),
            related: related
                .map(|each| remark(&each.message, each.place))
                .collect(),
            fingerprint: &finding.fingerprint,
            suppression: suppression.map(|each| SuppressionEntry::of(each, sources)),
            fixable: finding.fix.is_some(),
        }
    }
}

#[derive(Serialize)]
struct AssumptionEntry<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not: Option<&'a [Value]>,
}

impl<'a> AssumptionEntry<'a> {
    fn of(assumption: &'a Assumption) -> Self {
        let (value, not) = match &assumption.value {
            Assumed::Is(value) => (Some(value), None),
            Assumed::Not(values) => (None, Some(values.as_slice())),
        };
        Self {
            name: &assumption.name,
            value,
            not,
        }
    }
}

#[derive(Serialize)]
struct ResourceEntry<'a> {
    id: &'a str,
    r#type: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct DeploymentEntry<'a> {
    file: &'a str,
    parameters: Option<&'a str>,
}

impl<'a> DeploymentEntry<'a> {
    fn of(deployment: &'a DeploymentName) -> Self {
        Self {
            file: &deployment.file,
            parameters: deployment.parameters.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct Remark<'a> {
    message: &'a str,
    location: Location,
}

#[derive(Serialize)]
struct SuppressionEntry<'a> {
    kind: &'static str,
    reason: &'a str,
    location: Option<Location>,
}

impl<'a> SuppressionEntry<'a> {
    fn of(suppression: &'a Suppression, sources: &Sources) -> Self {
        Self {
            kind: if suppression.in_source {
                "inSource"
            } else {
                "external"
            },
            reason: &suppression.reason,
            location: suppression.place.map(|place| Location::of(place, sources)),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    path: String,
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

impl Location {
    fn of(place: Place, sources: &Sources) -> Self {
        let spot = Spot::of(place, sources);
        Self {
            path: spot.path().to_owned(),
            start_line: spot.range.start.line,
            start_column: spot.range.start.column,
            end_line: spot.range.end.line,
            end_column: spot.range.end.column,
        }
    }
}
