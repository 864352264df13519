//! Fixes in rounds: what is found in the changed text decides whether a change stays.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use foldhash::HashSet;

use super::apply::{apply, choose};
use crate::finding::{FileStatus, Finding, Fix, Level, Report, Verdict};
use crate::source::{Encoding, Source, Sources};

/// After how many rounds nothing more is changed. Each leaves fewer fails than the one before it.
const MAXIMUM_ROUNDS: usize = 32;

/// A file with a text that is not on the disk yet.
#[derive(Debug, Clone)]
pub struct Changed {
    /// Its path as it was given.
    pub path: PathBuf,
    /// Its path with all links resolved.
    pub canonical: PathBuf,
    /// What it is called in reports.
    pub name: String,
    /// The text on the disk.
    pub before: String,
    /// The changed text.
    pub after: String,
    /// The encoding of the file.
    pub encoding: Encoding,
    /// Whether it starts with a byte order mark.
    pub had_bom: bool,
}

/// The changed files by path.
pub type Overlay = BTreeMap<PathBuf, Changed>;

/// What was found in the files, where those of an overlay have its text. The texts are held for as long as this is.
#[derive(Debug)]
pub struct Analysed {
    /// The fails and the open verdicts.
    pub report: Report,
    /// The files.
    pub sources: Arc<Sources>,
    /// The texts of the overlay.
    pub held: Vec<Arc<Source>>,
}

/// What came of fixing.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The files that change.
    pub changed: Overlay,
    /// How many fixes were applied.
    pub applied: usize,
    /// The fixes that would have made a verdict worse, or would not have mended anything: rule, file, title.
    pub refused: Vec<(String, String, String)>,
}

/// Applies fixes, the safe ones or all, until there are none left that may be applied. Nothing is written.
///
/// Fixes that overlap wait for the next round. What a round changes is analysed; where a verdict is worse than before, or
/// a finding is still there, half of the fixes are tried, and so on, until it is known which one to refuse.
///
/// # Errors
///
/// What `analyse` says.
pub fn fix<E>(
    with_unsafe: bool,
    analyse: &mut dyn FnMut(&Overlay) -> Result<Analysed, E>,
) -> Result<Fixed, E> {
    let mut fixed = Fixed::default();
    let mut refused: HashSet<Offer> = HashSet::default();
    let mut base = analyse(&fixed.changed)?;
    for _ in 0..MAXIMUM_ROUNDS {
        let mut offers = offers(&base, with_unsafe);
        offers.retain(|(offer, _)| !refused.contains(offer));
        let fixes: Vec<Arc<Fix>> = offers.iter().map(|(_, fix)| fix.clone()).collect();
        let (_, taken) = choose(&fixes);
        if taken.is_empty() {
            break;
        }
        let mut groups = vec![taken];
        let mut accepted: Vec<usize> = Vec::new();
        let mut state: Option<(Analysed, Overlay)> = None;
        while let Some(group) = groups.pop() {
            let together: Vec<usize> = accepted.iter().chain(&group).copied().collect();
            let overlay = overlay(&fixed.changed, &base.sources, &fixes, &together);
            let after = analyse(&overlay)?;
            let before = state.as_ref().map_or(&base, |(analysed, _)| analysed);
            let mended = group.iter().filter_map(|index| offers.get(*index));
            if is_better(before, &after, mended.map(|(offer, _)| offer)) {
                accepted = together;
                state = Some((after, overlay));
                continue;
            }
            match group.split_at(group.len() / 2) {
                ([], _) => {
                    for (offer, _) in group.iter().filter_map(|index| offers.get(*index)) {
                        refused.insert(offer.clone());
                        fixed.refused.push((
                            offer.rule.clone(),
                            offer.path.clone(),
                            offer.title.clone(),
                        ));
                    }
                }
                (first, second) => groups.extend([second.to_vec(), first.to_vec()]),
            }
        }
        fixed.applied += accepted.len();
        if let Some((analysed, overlay)) = state {
            base = analysed;
            fixed.changed = overlay;
        }
    }
    Ok(fixed)
}

/// A fix, as it is known from round to round.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Offer {
    rule: String,
    path: String,
    fingerprint: String,
    title: String,
}

impl Offer {
    fn of(finding: &Finding, fix: &Fix, sources: &Sources) -> Self {
        Self {
            rule: finding.rule.to_string(),
            path: path_of(finding, sources),
            fingerprint: finding.fingerprint.clone(),
            title: fix.title.clone(),
        }
    }
}

/// The fixes of what is reported, the safe ones or all.
fn offers(analysed: &Analysed, with_unsafe: bool) -> Vec<(Offer, Arc<Fix>)> {
    let fails = analysed.report.findings.iter();
    let fails = fails.filter(|finding| finding.verdict == Verdict::Fail && finding.is_reported());
    let offers = fails.filter_map(|finding| {
        let fix = finding.fix.clone().filter(|fix| fix.safe || with_unsafe)?;
        Some((Offer::of(finding, &fix, &analysed.sources), fix))
    });
    offers.collect()
}

fn path_of(finding: &Finding, sources: &Sources) -> String {
    let source = sources.get(finding.place.file);
    source.map_or_else(String::new, |source| source.name().to_owned())
}

/// The changed files after some fixes more.
fn overlay(known: &Overlay, sources: &Sources, fixes: &[Arc<Fix>], taken: &[usize]) -> Overlay {
    let mut taken = taken.to_vec();
    taken.sort_unstable();
    let fixes: Vec<Arc<Fix>> = taken
        .iter()
        .filter_map(|index| fixes.get(*index).cloned())
        .collect();
    let (chosen, _) = choose(&fixes);
    let mut changed = known.clone();
    for (file, edits) in &chosen.edits {
        let Some(source) = sources.get(*file) else {
            continue;
        };
        let after = apply(source.text(), edits);
        changed
            .entry(source.canonical().to_owned())
            .or_insert_with(|| Changed {
                path: source.path().to_owned(),
                canonical: source.canonical().to_owned(),
                name: source.name().to_owned(),
                before: source.text().to_owned(),
                after: String::new(),
                encoding: source.encoding(),
                had_bom: source.had_bom(),
            })
            .after = after;
    }
    changed
}

/// How bad the verdicts of one rule in one file are; none of the numbers may grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    fails_and_opens: usize,
    fails: usize,
    fails_always: usize,
    warnings: usize,
    errors: usize,
}

impl Tally {
    fn is_worse_than(&self, other: &Self) -> bool {
        self.fails_and_opens > other.fails_and_opens
            || self.fails > other.fails
            || self.fails_always > other.fails_always
            || self.warnings > other.warnings
            || self.errors > other.errors
    }
}

type Tallies = BTreeMap<(String, String), Tally>;

fn tallies(analysed: &Analysed) -> Tallies {
    let mut tallies = Tallies::new();
    for finding in &analysed.report.findings {
        let key = (
            finding.rule.to_string(),
            path_of(finding, &analysed.sources),
        );
        let tally = tallies.entry(key).or_default();
        let fails = finding.verdict == Verdict::Fail;
        tally.fails_and_opens += usize::from(fails || finding.verdict == Verdict::Open);
        tally.fails += usize::from(fails);
        tally.fails_always += usize::from(fails && finding.witness.is_empty());
        tally.warnings += usize::from(fails && finding.level >= Level::Warning);
        tally.errors += usize::from(fails && finding.level >= Level::Error);
    }
    tallies
}

/// Whether no verdict is worse, no file is understood less well, and what was to be mended is.
fn is_better<'o>(
    before: &Analysed,
    after: &Analysed,
    mut mended: impl Iterator<Item = &'o Offer>,
) -> bool {
    let broken = |analysed: &Analysed| {
        let files = analysed.report.files.iter();
        files
            .filter(|file| matches!(file.status, FileStatus::Partial | FileStatus::Failed))
            .count()
    };
    let (known, now) = (tallies(before), tallies(after));
    let none = Tally::default();
    let is_worse = now
        .iter()
        .any(|(key, tally)| tally.is_worse_than(known.get(key).unwrap_or(&none)));
    broken(after) <= broken(before)
        && !is_worse
        && mended.all(|offer| {
            let key = (offer.rule.clone(), offer.path.clone());
            let fails = |tallies: &Tallies| tallies.get(&key).unwrap_or(&none).fails;
            fails(&now) < fails(&known)
        })
}
