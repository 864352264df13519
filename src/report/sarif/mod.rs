//! SARIF 2.1.0 (OASIS), for GitHub code scanning and other viewers.
//!
//! One run. Results are made and written one by one; the log never stands in memory. What GitHub takes and refuses:
//! <https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.

mod descriptor;
mod location;
mod message;
mod notification;
mod result;
mod uri;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;
use serde_sarif::sarif::{ArtifactLocation, Invocation, RunAutomationDetails, Tool, ToolComponent};

use super::document::{self, Streamed};
use super::place::Spot;
use super::rule::RuleInfo;
use super::{Context, SarifProfile};
use crate::finding::{Finding, Verdict};
use crate::source::FileId;
use result::Results;
use uri::Base;

/// The schema as OASIS publishes it.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// GitHub refuses a run with more results.
const MOST_RESULTS: usize = 25_000;

pub(super) fn write(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let selection = Selection::of(context);
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: tool(context),
            invocations: [invocation(context, selection.omitted)],
            automation_details: automation_details(context),
            original_uri_base_ids: bases(&selection.findings, context),
            column_kind: "utf16CodeUnits",
            results: Streamed(|| {
                let mut results = Results::new(context);
                let absent = match context.options.sarif_profile {
                    SarifProfile::Github => &[][..],
                    SarifProfile::Full => &context.report.absent,
                };
                let findings = selection.findings.iter();
                findings
                    .map(move |finding| results.result(finding))
                    .chain(absent.iter().map(move |each| result::absent(each, context)))
            }),
        }],
    };
    document::write(&log, out)
}

#[derive(Serialize)]
struct Log<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<R>; 1],
}

/// A run (SARIF §3.14) whose results are made while it is written. `columnKind` is there because a log without it leaves
/// open what a column is (§3.14.27).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<R> {
    tool: Tool,
    invocations: [Invocation; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    automation_details: Option<RunAutomationDetails>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    original_uri_base_ids: BTreeMap<String, ArtifactLocation>,
    column_kind: &'static str,
    results: R,
}

/// The findings to write, in the order of the report, and how many were left out.
struct Selection<'a> {
    findings: Vec<&'a Finding>,
    omitted: usize,
}

impl<'a> Selection<'a> {
    fn of(context: Context<'a>) -> Self {
        let is_wanted = |finding: &&Finding| match context.options.sarif_profile {
            SarifProfile::Github => finding.verdict == Verdict::Fail && finding.is_reported(),
            SarifProfile::Full => true,
        };
        let mut findings: Vec<_> = context
            .report
            .findings
            .iter()
            .filter(is_wanted)
            .enumerate()
            .collect();
        let omitted = findings.len().saturating_sub(MOST_RESULTS);
        if omitted > 0 {
            findings.sort_by_key(|&(index, finding)| (rank(finding, context), index));
            findings.truncate(MOST_RESULTS);
            findings.sort_by_key(|&(index, _)| index);
        }
        let findings = findings.into_iter().map(|(_, finding)| finding).collect();
        Self { findings, omitted }
    }
}

/// What to keep where not everything can be: reported fails first, the most severe of them before the others.
fn rank(finding: &Finding, context: Context<'_>) -> impl Ord {
    let rule = context.rules.get(&finding.rule);
    let severity = rule.and_then(RuleInfo::severity_in_tenths);
    let is_silenced = !finding.is_reported();
    (
        finding.verdict,
        is_silenced,
        Reverse((finding.level, severity)),
    )
}

fn tool(context: Context<'_>) -> Tool {
    let rules: Vec<_> = context
        .rules
        .rules()
        .iter()
        .map(descriptor::of_rule)
        .collect();
    let driver = ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .full_name(concat!(
            env!("CARGO_PKG_NAME"),
            " ",
            env!("CARGO_PKG_VERSION")
        ))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .information_uri(env!("CARGO_PKG_REPOSITORY"))
        .rules(rules);
    Tool::builder().driver(driver.build()).build()
}

/// Not successful is a run that ended with exit code 2; files that failed are notifications, which say that the results
/// may be incomplete (SARIF, appendix I).
fn invocation(context: Context<'_>, omitted: usize) -> Invocation {
    let mut invocation = Invocation::builder()
        .execution_successful(context.options.succeeded)
        .build();
    let notifications = notification::notifications(context, omitted);
    invocation.tool_execution_notifications = Some(notifications).filter(|all| !all.is_empty());
    invocation
}

/// GitHub takes what stands before the last `/` of the id for the category of the analysis. The action that uploads logs
/// sets it only where it is absent, so `github` leaves it absent unless it is asked for.
fn automation_details(context: Context<'_>) -> Option<RunAutomationDetails> {
    let category = match (&context.options.category, context.options.sarif_profile) {
        (Some(category), _) => category.trim_end_matches('/'),
        (None, SarifProfile::Github) => return None,
        (None, SarifProfile::Full) => env!("CARGO_PKG_NAME"),
    };
    let id = format!("{category}/");
    Some(RunAutomationDetails::builder().id(id).build())
}

/// The bases that primary locations outside the working directory are relative to.
fn bases(findings: &[&Finding], context: Context<'_>) -> BTreeMap<String, ArtifactLocation> {
    let mut seen: BTreeSet<FileId> = BTreeSet::new();
    let first_of_file = findings
        .iter()
        .filter(|finding| seen.insert(finding.place.file));
    let bases: BTreeSet<Base> = first_of_file
        .map(|finding| location::uri(&Spot::of(finding.place, context.sources)).base)
        .collect();
    bases
        .iter()
        .filter_map(|base| Some((base.id()?, base.definition())))
        .collect()
}
