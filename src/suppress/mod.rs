//! Suppressions: what silences findings, with the reason for it.
//!
//! In: the texts and templates of a run, the entries of a configuration, and findings. Out: the findings that are
//! suppressed marked as such, and of each suppression whether it is of use. It refuses to know what a rule says, which
//! rules run, and what is done with a finding that is suppressed. `docs/suppressing.md` is its user's view.

mod comment;
mod index;
mod metadata;
mod pattern;

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;

use crate::discover::Exclude;
use crate::finding::{Finding, ResourceName, Suppression, Verdict, names_rule};
use crate::source::{FileId, Place, Source, Sources};
use crate::syntax::expression::Text;
use index::Index;

pub use comment::{Dialect, of_text};
pub use metadata::{OfTemplate, of_template};
pub use pattern::Pattern;

/// A rule that a suppression can name: its id and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRule {
    /// `AKV101`
    pub id: Text,
    /// `open-to-all-networks`
    pub name: Text,
}

/// A suppression as it is written.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it silences.
    pub target: Target,
    /// Where it is written.
    pub place: Place,
    /// The rules that it names, each where it is written.
    pub words: Vec<Word>,
    /// Why; one without a reason silences nothing.
    pub reason: Option<String>,
    /// Why it is not understood, where it is not.
    pub problem: Option<String>,
}

/// A word that names rules: an id, a name, or the beginning of an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: Text,
    /// Where it is written.
    pub place: Place,
}

/// What a suppression silences.
#[derive(Debug, Clone)]
pub enum Target {
    /// What points at this line or is declared on it. A declaration that begins there is meant with all that is in it.
    Line {
        /// The line.
        line: Place,
        /// The declarations that begin on it.
        declarations: Vec<Place>,
    },
    /// What points into this file or is declared in it.
    File(FileId),
    /// What is declared in this text, or deployed from it, if its resource is called so.
    Declared {
        /// A template, or a resource.
        within: Place,
        /// The name of the resource.
        resource: Option<Pattern>,
    },
    /// What a configuration names.
    Configured {
        /// The files that findings point at or that resources are declared in; any where there is none.
        files: Option<Exclude>,
        /// Each of several patterns that these files are named by; of one there is no more to say than of the entry.
        paths: Vec<PathPattern>,
        /// The name of the resource.
        resource: Option<Pattern>,
    },
    /// Nothing: no code stands where it points.
    Nothing,
}

/// One of the patterns by which a configuration names files.
#[derive(Debug, Clone)]
pub struct PathPattern {
    /// As it is written, and where.
    pub word: Word,
    /// The files that it names.
    pub files: Exclude,
}

impl Entry {
    /// Whether it is written in a source rather than in a configuration.
    fn is_in_source(&self) -> bool {
        !matches!(self.target, Target::Configured { .. })
    }

    fn paths(&self) -> &[PathPattern] {
        match &self.target {
            Target::Configured { paths, .. } => paths,
            _ => &[],
        }
    }

    /// Whether it is for a resource of this name.
    fn is_for(&self, resource: &ResourceName) -> bool {
        self.resource()
            .is_none_or(|pattern| is_called(resource, pattern))
    }

    fn resource(&self) -> Option<&Pattern> {
        match &self.target {
            Target::Declared { resource, .. } | Target::Configured { resource, .. } => {
                resource.as_ref()
            }
            _ => None,
        }
    }
}

/// All suppressions of a run.
#[derive(Debug)]
pub struct Suppressions {
    entries: Vec<Entry>,
    /// The ids that each word of each entry names.
    named: Vec<Vec<BTreeSet<Text>>>,
    /// Whether each word of each entry has met a finding.
    used: Vec<Vec<bool>>,
    /// Whether a finding that an entry is for is in a file of each of its paths.
    met: Vec<Vec<bool>>,
    index: Index,
    /// Entries that can be anywhere.
    configured: Vec<usize>,
}

impl Suppressions {
    /// These entries, of which earlier ones go before later ones.
    pub fn new(entries: Vec<Entry>, rules: &[KnownRule]) -> Self {
        // The same few words are written again and again.
        let mut known: HashMap<Text, BTreeSet<Text>> = HashMap::default();
        let mut named = |word: &Word| {
            let ids = known.entry(word.text.clone()).or_insert_with(|| {
                let meant = |rule: &&KnownRule| names_rule(&word.text, &rule.id, &rule.name);
                let ids = rules.iter().filter(meant).map(|rule| rule.id.clone());
                ids.collect()
            });
            ids.clone()
        };
        let named = entries
            .iter()
            .map(|entry| entry.words.iter().map(&mut named).collect())
            .collect();
        let used = entries.iter().map(|entry| vec![false; entry.words.len()]);
        let is_configured = |number: &usize| {
            let entry = entries.get(*number);
            entry.is_some_and(|entry| !entry.is_in_source())
        };
        let met = entries.iter().map(|entry| vec![false; entry.paths().len()]);
        Self {
            used: used.collect(),
            met: met.collect(),
            index: Index::of(&entries),
            configured: (0..entries.len()).filter(is_configured).collect(),
            named,
            entries,
        }
    }

    /// Marks the fails and opens among the findings that an entry silences. Gives how many fails and how many opens.
    pub fn apply(&mut self, findings: &mut [Finding], sources: &Sources) -> (usize, usize) {
        let mut files = Files {
            sources,
            known: BTreeMap::new(),
        };
        let (mut fails, mut opens) = (0, 0);
        for finding in findings {
            if !matches!(finding.verdict, Verdict::Fail | Verdict::Open) {
                continue;
            }
            if let Some(suppression) = self.of(finding, &mut files) {
                match finding.verdict {
                    Verdict::Fail => fails += 1,
                    _ => opens += 1,
                }
                finding.suppression = Some(suppression);
            }
        }
        (fails, opens)
    }

    /// What silences a finding: for each of its resources the first entry with a reason at its place, at its declaration
    /// or in the configuration; else the first on the way to it. Where that is so for some of them only, the finding
    /// tells of the rest. All entries that would are noted as used.
    fn of(&mut self, finding: &mut Finding, files: &mut Files<'_>) -> Option<Suppression> {
        let mut here = self.index.at(finding);
        here.extend(self.configured.iter().filter(|number| {
            let entry = self.entries.get(**number);
            entry.is_some_and(|entry| files.meets(**number, entry, finding))
        }));
        let own = (&finding.resource, &finding.declared.route);
        let others = finding.others.iter();
        let all = std::iter::once(own).chain(others.map(|other| (&other.resource, &other.route)));
        let silenced: Vec<Option<usize>> = all
            .map(|(resource, route)| {
                self.note_paths(&here, finding, resource, files.sources);
                let direct = self.first(here.clone(), &finding.rule, resource);
                let on_the_way = self.first(self.index.on(route), &finding.rule, resource);
                direct.or(on_the_way)
            })
            .collect();
        if silenced.contains(&None) {
            let is_kept: Vec<bool> = silenced.iter().map(Option::is_none).collect();
            finding.keep(&is_kept);
            return None;
        }
        let entry = self.entries.get(silenced.first().copied()??)?;
        Some(Suppression {
            in_source: entry.is_in_source(),
            reason: entry.reason.clone()?,
            place: Some(entry.place),
        })
    }

    /// Notes by which of their paths those of these entries mean a finding that are for its rule and resource.
    fn note_paths(
        &mut self,
        candidates: &[usize],
        finding: &Finding,
        resource: &ResourceName,
        sources: &Sources,
    ) {
        for number in candidates {
            let (Some(entry), Some(named), Some(met)) = (
                self.entries.get(*number),
                self.named.get(*number),
                self.met.get_mut(*number),
            ) else {
                continue;
            };
            let is_meant =
                entry.is_for(resource) && named.iter().any(|ids| ids.contains(&finding.rule));
            if !is_meant || met.iter().all(|met| *met) {
                continue;
            }
            for (path, met) in entry.paths().iter().zip(met) {
                let mut files = files_of(finding).into_iter();
                *met = *met || files.any(|file| holds(&path.files, file, sources));
            }
        }
    }

    /// The first of these entries that silences a rule on a resource. All of that rule and resource are noted as used.
    fn first(
        &mut self,
        mut candidates: Vec<usize>,
        rule: &Text,
        resource: &ResourceName,
    ) -> Option<usize> {
        candidates.sort_unstable();
        candidates.dedup();
        let mut first = None;
        for number in candidates {
            let (Some(entry), Some(named), Some(used)) = (
                self.entries.get(number),
                self.named.get(number),
                self.used.get_mut(number),
            ) else {
                continue;
            };
            if !entry.is_for(resource) {
                continue;
            }
            for (ids, used) in named.iter().zip(used) {
                if ids.contains(rule) {
                    *used = true;
                    if entry.reason.is_some() && first.is_none() {
                        first = Some(number);
                    }
                }
            }
        }
        first
    }

    /// What there is to say of each entry and its words, in the order of the entries.
    pub fn remarks(&self) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let states = self.named.iter().zip(&self.used).zip(&self.met);
        for (entry, ((named, used), met)) in self.entries.iter().zip(states) {
            let mut remark = |words: &[Word], ids: &BTreeSet<Text>, what: What| {
                remarks.push(Remark {
                    place: entry.place,
                    in_source: entry.is_in_source(),
                    words: words.to_vec(),
                    ids: ids.clone(),
                    what,
                });
            };
            if let Some(problem) = &entry.problem {
                let what = What::NotUnderstood(problem.clone());
                remark(&entry.words, &BTreeSet::new(), what);
                continue;
            }
            // Where nothing is silenced, its words say so.
            if used.contains(&true) && entry.reason.is_some() {
                let all = named.iter().flatten().cloned().collect();
                for (path, _) in entry.paths().iter().zip(met).filter(|(_, met)| !**met) {
                    remark(std::slice::from_ref(&path.word), &all, What::Unused);
                }
            }
            let has_reason = entry.reason.is_some();
            if !has_reason {
                remark(&entry.words, &BTreeSet::new(), What::Reasonless);
            }
            for ((word, ids), used) in entry.words.iter().zip(named).zip(used) {
                let what = match (ids.is_empty(), used) {
                    (true, _) => What::Unknown,
                    (false, true) => What::Used,
                    (false, false) => What::Unused,
                };
                if has_reason || what == What::Unknown {
                    remark(std::slice::from_ref(word), ids, what);
                }
            }
        }
        remarks
    }
}

/// What there is to say of a suppression.
#[derive(Debug, Clone)]
pub struct Remark {
    /// Where the suppression is written.
    pub place: Place,
    /// Whether that is in a source rather than in a configuration.
    pub in_source: bool,
    /// The words that are meant, which name rules, or one of the paths of a configuration.
    pub words: Vec<Word>,
    /// The ids of the rules that they name, where it is about one that does; of a path those that the suppression names.
    pub ids: BTreeSet<Text>,
    /// What there is to say.
    pub what: What,
}

/// What there is to say of a suppression, or of a word in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It is not understood.
    NotUnderstood(String),
    /// It has no reason.
    Reasonless,
    /// The word names no rule.
    Unknown,
    /// It silences nothing.
    Unused,
    /// It silences something.
    Used,
}

fn is_called(resource: &ResourceName, pattern: &Pattern) -> bool {
    pattern.matches(&resource.label) || pattern.matches(&resource.name)
}

/// Which files the entries of a configuration mean, asked once for each.
struct Files<'s> {
    sources: &'s Sources,
    known: BTreeMap<(usize, FileId), bool>,
}

impl Files<'_> {
    fn meets(&mut self, number: usize, entry: &Entry, finding: &Finding) -> bool {
        let Target::Configured { files, .. } = &entry.target else {
            return false;
        };
        let Some(files) = files else {
            return true;
        };
        let sources = self.sources;
        files_of(finding).into_iter().any(|file| {
            let known = self.known.entry((number, file));
            *known.or_insert_with(|| holds(files, file, sources))
        })
    }
}

/// The files that a finding is in.
fn files_of(finding: &Finding) -> [FileId; 2] {
    [finding.place.file, finding.declared.place.file]
}

fn holds(files: &Exclude, file: FileId, sources: &Sources) -> bool {
    let source = sources.get(file);
    source.is_some_and(|source| files.holds(source.canonical(), false))
}

/// The word that all suppressions have, in comments and in metadata.
const KEYWORD: &str = "akvlint";

/// Whether a text may hold a suppression at all: a search for words, so that other texts cost nothing.
pub fn may_suppress(source: &Source, rules: &[KnownRule]) -> bool {
    let text = source.text();
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    // The first letter may be a capital, as at the start of a sentence, or all of them.
    let has_keyword = KEYWORD.get(1..).is_some_and(has) || has(&KEYWORD.to_ascii_uppercase());
    has_keyword || comment::disables_one_of(text, rules)
}
