//! Findings as SARIF results (SARIF §3.27).

use std::collections::BTreeMap;

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, CodeFlow, Fix, Location, LogicalLocation, Message,
    Replacement, Result, ResultKind, ResultLevel, Suppression, ThreadFlow, ThreadFlowLocation,
};

use super::super::place::Spot;
use super::super::text::{ended, sentence};
use super::super::words;
use super::super::{Context, SarifProfile};
use super::location::{explaining, file, physical, region, uri};
use super::message::{link, message, plain};
use super::uri::Base;
use crate::finding::{
    self, Absent, BaselineState, Finding, Level, LineHashes, Verdict, fingerprint,
};
use crate::source::{FileId, Place};

/// More related locations are left out; GitHub shows as many.
const MOST_RELATED: usize = 100;
/// How many related locations the message links to.
const MOST_LINKS: usize = 10;

/// Makes results. Findings of one file should come one after the other, because the hashes of its lines are kept only
/// until the next file.
pub(super) struct Results<'a> {
    context: Context<'a>,
    hashes: Option<(FileId, LineHashes)>,
}

impl<'a> Results<'a> {
    pub(super) fn new(context: Context<'a>) -> Self {
        Self {
            context,
            hashes: None,
        }
    }

    /// The result of a finding.
    pub(super) fn result(&mut self, finding: &Finding) -> Result {
        let spot = Spot::of(finding.place, self.context.sources);
        let explained = Explanation::of(finding, self.context);
        let is_full = self.context.options.sarif_profile == SarifProfile::Full;
        let mut result = Result::builder()
            .rule_id(finding.rule.as_ref())
            .kind(kind(finding.verdict))
            .level(level(finding))
            .message(explained.message)
            .locations(vec![primary(finding, &spot)])
            .partial_fingerprints(self.fingerprints(finding, &spot))
            .build();
        let index = self.context.rules.index_of(&finding.rule);
        result.rule_index = index.and_then(|index| i64::try_from(index).ok());
        if finding.instances() > 1 {
            result.occurrence_count = i64::try_from(finding.instances()).ok();
        }
        result.related_locations = some(explained.related);
        result.code_flows = self.code_flow(finding, &spot).map(|flow| vec![flow]);
        result.fixes = self.fix(finding).map(|fix| vec![fix]);
        if is_full {
            // Either all results of a run have the property or none has (SARIF §3.27.23).
            let suppression = finding.suppression.as_ref();
            let suppression = suppression.map(|each| self.suppression(each));
            result.suppressions = Some(suppression.into_iter().collect());
            result.baseline_state = finding.baseline.map(|state| match state {
                BaselineState::New => json!("new"),
                BaselineState::Unchanged => json!("unchanged"),
            });
        }
        result
    }

    fn fingerprints(&mut self, finding: &Finding, spot: &Spot) -> BTreeMap<String, String> {
        let mut prints = BTreeMap::new();
        prints.insert("akvlint/v1".to_owned(), finding.fingerprint.clone());
        let Some(source) = &spot.source else {
            return prints;
        };
        let is_known = matches!(&self.hashes, Some((file, _)) if *file == source.id());
        if !is_known {
            let hashes = LineHashes::new(source.text(), source.had_bom());
            self.hashes = Some((source.id(), hashes));
        }
        let line = spot.range.start.line;
        let hash = self
            .hashes
            .as_ref()
            .and_then(|(_, hashes)| hashes.line(line));
        prints.extend(hash.map(|hash| ("primaryLocationLineHash".to_owned(), hash)));
        prints
    }

    /// The way of a value, from where it is written through each step to where it is used; `None` without steps.
    fn code_flow(&self, finding: &Finding, spot: &Spot) -> Option<CodeFlow> {
        let steps = finding.related.iter().filter(|related| related.step);
        let mut way: Vec<Location> = steps
            .filter_map(|step| {
                explaining(&Spot::of(step.place, self.context.sources), &step.message)
            })
            .collect();
        if way.is_empty() {
            return None;
        }
        way.insert(0, explaining(spot, "the value is written here")?);
        let locations: Vec<ThreadFlowLocation> = way
            .into_iter()
            .map(|location| ThreadFlowLocation::builder().location(location).build())
            .collect();
        let flow = ThreadFlow::builder().locations(locations).build();
        Some(CodeFlow::builder().thread_flows(vec![flow]).build())
    }

    /// The fix, if it is safe and all of it lies where the reader of the log can apply it.
    fn fix(&self, finding: &Finding) -> Option<Fix> {
        let fix = finding.fix.as_ref().filter(|fix| fix.safe)?;
        let mut changes: Vec<(Place, ArtifactChange)> = Vec::new();
        for edit in &fix.edits {
            let spot = Spot::of(edit.place, self.context.sources);
            if spot.source.is_none() || uri(&spot).base != Base::WorkingDirectory {
                return None;
            }
            let content = ArtifactContent::builder().text(edit.text.as_str()).build();
            let replacement = Replacement::builder()
                .deleted_region(region(spot.range))
                .inserted_content(content)
                .build();
            let same = |(place, _): &&mut (Place, _)| place.file == edit.place.file;
            if let Some((_, change)) = changes.iter_mut().find(same) {
                change.replacements.push(replacement);
            } else {
                let change = ArtifactChange::builder()
                    .artifact_location(uri(&spot).location())
                    .replacements(vec![replacement]);
                changes.push((edit.place, change.build()));
            }
        }
        let changes: Vec<ArtifactChange> = changes.into_iter().map(|(_, change)| change).collect();
        let fix = Fix::builder()
            .description(message(ended(&plain(&fix.title))))
            .artifact_changes(changes);
        Some(fix.build())
    }

    fn suppression(&self, suppression: &finding::Suppression) -> Suppression {
        let kind = if suppression.in_source {
            "inSource"
        } else {
            "external"
        };
        let mut result = Suppression::builder().kind(json!(kind)).build();
        let reason = plain(&suppression.reason);
        result.justification = Some(reason).filter(|reason| !reason.is_empty());
        let spot = suppression
            .place
            .map(|place| Spot::of(place, self.context.sources));
        result.location = spot.and_then(|spot| explaining(&spot, "suppressed here"));
        result
    }
}

/// The result of what is gone from the baseline (SARIF §3.27.24). Of its place the file is known.
pub(super) fn absent(absent: &Absent, context: Context<'_>) -> Result {
    let text = format!("No longer found: {}", plain(&words::of_absent(absent)));
    let rule = context.rules.get(&absent.rule);
    let level = match (absent.verdict, rule) {
        (Verdict::Fail, Some(rule)) => of_level(rule.level),
        (Verdict::Fail, None) => ResultLevel::Warning,
        _ => ResultLevel::None,
    };
    let print = fingerprint(
        &absent.rule,
        &absent.path,
        &absent.resource,
        &absent.property,
    );
    let mut result = Result::builder()
        .rule_id(absent.rule.as_str())
        .kind(kind(absent.verdict))
        .level(level)
        .message(message(ended(&text)))
        .partial_fingerprints(BTreeMap::from([("akvlint/v1".to_owned(), print)]))
        .build();
    let index = context.rules.index_of(&absent.rule);
    result.rule_index = index.and_then(|index| i64::try_from(index).ok());
    result.locations = file(&absent.path).map(|location| vec![location]);
    if absent.count > 1 {
        result.occurrence_count = i64::try_from(absent.count).ok();
    }
    result.suppressions = Some(Vec::new());
    result.baseline_state = Some(json!("absent"));
    result
}

/// The message of a finding, and the places that it links to.
struct Explanation {
    message: Message,
    related: Vec<Location>,
}

impl Explanation {
    fn of(finding: &Finding, context: Context<'_>) -> Self {
        let mut places = Places::default();
        let mut text = ended(&plain(&finding.message));
        let witness = words::witness_with(finding, |words, each| {
            let spot = Spot::of(each.place, context.sources);
            let line = match places.add(&spot, words) {
                Some(id) => link(&spot.line(), id),
                None => plain(&spot.line()),
            };
            format!("{} ({line})", plain(words))
        });
        text.extend(witness.map(|witness| format!(" {}", sentence(&witness))));
        let deployments = words::deployments(finding).map(|words| plain(&words));
        text.extend(deployments.map(|words| format!(" {}", sentence(&words))));
        let causes = finding
            .causes
            .iter()
            .map(|cause| (&cause.message, cause.place));
        let related = finding
            .related
            .iter()
            .map(|each| (&each.message, each.place));
        let mut links = Vec::new();
        for (words, place) in causes.chain(related) {
            let id = places.add(&Spot::of(place, context.sources), words);
            links.extend(id.map(|id| link(words, id)));
        }
        links.truncate(MOST_LINKS);
        if !links.is_empty() {
            text.push_str(&format!(" See {}.", links.join(", ")));
        }
        Self {
            message: message(text),
            related: places.locations,
        }
    }
}

/// Related locations, numbered from 1.
#[derive(Default)]
struct Places {
    locations: Vec<Location>,
}

impl Places {
    /// Adds a place and gives its number; `None` where it cannot be pointed to. The same place with the same words has one
    /// number.
    fn add(&mut self, spot: &Spot, text: &str) -> Option<i64> {
        let mut location = explaining(spot, text)?;
        let is_same = |other: &&Location| {
            other.physical_location == location.physical_location
                && other.message == location.message
        };
        if let Some(other) = self.locations.iter().find(is_same) {
            return other.id;
        }
        if self.locations.len() >= MOST_RELATED {
            return None;
        }
        location.id = i64::try_from(self.locations.len() + 1).ok();
        let id = location.id;
        self.locations.push(location);
        id
    }
}

/// The one location of a result, with the resource as its logical location.
fn primary(finding: &Finding, spot: &Spot) -> Location {
    let resource = LogicalLocation::builder()
        .name(plain(&finding.resource.name))
        .fully_qualified_name(plain(&finding.resource.id))
        .kind("resource")
        .build();
    Location::builder()
        .physical_location(physical(spot))
        .logical_locations(vec![resource])
        .build()
}

fn kind(verdict: Verdict) -> ResultKind {
    match verdict {
        Verdict::Fail => ResultKind::Fail,
        Verdict::Open => ResultKind::Open,
        Verdict::Pass => ResultKind::Pass,
        Verdict::NotApplicable => ResultKind::NotApplicable,
    }
}

/// `none` unless the kind is `fail` (SARIF §3.27.10).
fn level(finding: &Finding) -> ResultLevel {
    match (finding.verdict, finding.level) {
        (Verdict::Fail, level) => of_level(level),
        _ => ResultLevel::None,
    }
}

fn of_level(level: Level) -> ResultLevel {
    match level {
        Level::Error => ResultLevel::Error,
        Level::Warning => ResultLevel::Warning,
        Level::Note => ResultLevel::Note,
    }
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}
