//! Baselines: the findings that are known already, so that only new ones are reported.
//!
//! In: the findings of a run, or a baseline file. Out: the findings marked as new or unchanged, what is gone, and the file.
//! A baseline knows a finding by its rule, file, resource as declared and property path, and counts: a second finding of
//! the same key is new. It refuses to know how findings came about and how they are printed; the files of an old revision
//! it copies ([`Checkout`]), and does not read.

mod file;
mod revision;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::finding::{Absent, BaselineState, Finding, Identity, Verdict, VerdictCounts};
use crate::source::{Sources, canonical, for_people};
use uuid::Uuid;

pub use file::{BaselineError, FILE_NAME};
pub use revision::{Checkout, RevisionError};

/// The findings that are known already.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    /// What the paths of the keys are relative to, with all links resolved.
    folder: PathBuf,
    entries: BTreeMap<Key, Counts>,
}

/// What a finding is known by. The order is that of the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// Relative to the folder of the baseline, with `/`.
    file: String,
    resource: String,
    rule: String,
    property: String,
}

/// How many findings have a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    fail: usize,
    open: usize,
}

impl Counts {
    fn of(&mut self, verdict: Verdict) -> Option<&mut usize> {
        match verdict {
            Verdict::Fail => Some(&mut self.fail),
            Verdict::Open => Some(&mut self.open),
            Verdict::Pass | Verdict::NotApplicable => None,
        }
    }

    /// Takes one of a verdict away, for an open one also a fail; whether there was one.
    fn take(&mut self, verdict: Verdict) -> bool {
        let count = match verdict {
            Verdict::Open if self.open == 0 => &mut self.fail,
            Verdict::Open => &mut self.open,
            Verdict::Fail => &mut self.fail,
            Verdict::Pass | Verdict::NotApplicable => return false,
        };
        let had_one = *count > 0;
        *count = count.saturating_sub(1);
        had_one
    }

    fn is_zero(self) -> bool {
        self == Self::default()
    }

    fn plus(self, other: Self) -> Self {
        Self {
            fail: self.fail.saturating_add(other.fail),
            open: self.open.saturating_add(other.open),
        }
    }
}

/// What a run knows of the files that it looked at, in the words of a baseline.
pub trait Judged {
    /// Whether all findings of a rule on what a file declares, by its printed name, would have been found; with
    /// `modules`, those on what modules of the cache that it calls declare.
    fn is_judged(&self, path: &str, rule: &str, modules: bool) -> bool;
}

/// What a baseline holds and the findings do not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Left {
    /// What is gone.
    pub absent: Vec<Absent>,
    /// What was not looked for, and may still be there.
    pub unseen: Baseline,
}

impl Baseline {
    /// The fails and open verdicts among findings that nothing suppresses, with paths relative to `folder`.
    pub fn of(findings: &[Finding], sources: &Sources, folder: &Path) -> Self {
        let mut baseline = Self::new(folder);
        for finding in findings.iter().filter(|each| each.suppression.is_none()) {
            let key = baseline.key(finding, sources);
            let counts = baseline.entries.entry(key).or_default();
            if let Some(count) = counts.of(finding.verdict) {
                *count += 1;
            }
        }
        baseline.entries.retain(|_, counts| !counts.is_zero());
        baseline
    }

    fn new(folder: &Path) -> Self {
        Self {
            folder: canonical(folder).unwrap_or_else(|_| folder.to_owned()),
            entries: BTreeMap::new(),
        }
    }

    /// The same of files at the same paths relative to another folder.
    #[must_use]
    pub fn moved_to(mut self, folder: &Path) -> Self {
        self.folder = canonical(folder).unwrap_or_else(|_| folder.to_owned());
        self
    }

    /// This and what another one of the same folder holds.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        for (key, counts) in other.entries {
            let known = self.entries.entry(key).or_default();
            *known = known.plus(counts);
        }
        self
    }

    /// How many findings it holds of each rule, by the id.
    pub fn by_rule(&self) -> BTreeMap<&str, usize> {
        let mut rules = BTreeMap::new();
        for (key, counts) in &self.entries {
            *rules.entry(key.rule.as_str()).or_default() += counts.fail + counts.open;
        }
        rules
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        let counts = self.entries.values();
        counts.map(|counts| counts.fail + counts.open).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many findings it holds that another one does not.
    pub fn more_than(&self, other: &Self) -> usize {
        let entries = self.entries.iter();
        entries
            .map(|(key, counts)| {
                let known = other.entries.get(key).copied().unwrap_or_default();
                let fail = counts.fail.saturating_sub(known.fail);
                fail + counts.open.saturating_sub(known.open)
            })
            .sum()
    }

    /// Marks what it holds as unchanged, and all that nothing marked before as new. What was open and now fails is new;
    /// what failed and is now open is not.
    ///
    /// Of several findings with one key, as many as it holds are unchanged, those that stand first. What is suppressed
    /// takes none of them.
    pub fn mark(&self, findings: &mut [Finding], sources: &Sources, judged: &dyn Judged) -> Left {
        let mut left = self.entries.clone();
        // Fails first: what is left of those that were known may then cover what can no longer be decided.
        for verdict in [Verdict::Fail, Verdict::Open] {
            let of_verdict = findings
                .iter_mut()
                .filter(|finding| finding.verdict == verdict && finding.suppression.is_none());
            for finding in of_verdict {
                let key = self.key(finding, sources);
                if left
                    .get_mut(&key)
                    .is_some_and(|counts| counts.take(verdict))
                {
                    finding.baseline = Some(BaselineState::Unchanged);
                }
            }
        }
        for finding in findings {
            finding.baseline.get_or_insert(BaselineState::New);
        }
        left.retain(|_, counts| !counts.is_zero());
        self.sorted_out(left, sources, judged)
    }

    /// What is left, told apart by whether it was looked for.
    fn sorted_out(
        &self,
        left: BTreeMap<Key, Counts>,
        sources: &Sources,
        judged: &dyn Judged,
    ) -> Left {
        let mut result = Left {
            absent: Vec::new(),
            unseen: Self {
                folder: self.folder.clone(),
                entries: BTreeMap::new(),
            },
        };
        for (key, counts) in left {
            let on_disk = self.folder.join(&key.file);
            let path = sources.name(&on_disk);
            let of_module = key.resource.starts_with(Identity::OF_MODULE);
            if on_disk.exists() && !judged.is_judged(&path, &key.rule, of_module) {
                result.unseen.entries.insert(key, counts);
                continue;
            }
            let by_verdict = [(Verdict::Fail, counts.fail), (Verdict::Open, counts.open)];
            for (verdict, count) in by_verdict.into_iter().filter(|(_, count)| *count > 0) {
                result.absent.push(Absent {
                    path: path.clone(),
                    resource: key.resource.clone(),
                    rule: key.rule.clone(),
                    property: key.property.clone(),
                    verdict,
                    count,
                });
            }
        }
        result.absent.sort();
        result
    }

    fn key(&self, finding: &Finding, sources: &Sources) -> Key {
        let identity = &finding.identity;
        let source = sources.get(identity.file);
        Key {
            file: source.map_or_else(String::new, |source| {
                relative(source.canonical(), &self.folder)
            }),
            resource: bounded(&identity.resource),
            rule: finding.rule.to_string(),
            property: bounded(&identity.property),
        }
    }
}

/// Corrects the counts of verdicts by what is marked as unchanged.
pub fn recount(findings: &[Finding], counts: &mut VerdictCounts) {
    let known = findings.iter().filter(|finding| {
        finding.baseline == Some(BaselineState::Unchanged) && finding.suppression.is_none()
    });
    for finding in known {
        let count = match finding.verdict {
            Verdict::Fail => &mut counts.fail,
            Verdict::Open => &mut counts.open,
            Verdict::Pass | Verdict::NotApplicable => continue,
        };
        *count = count.saturating_sub(1);
        counts.baselined += 1;
    }
}

/// A path relative to a folder, with `..` where it lies outside.
fn relative(path: &Path, folder: &Path) -> String {
    let is_same = |(one, other): &(Component<'_>, Component<'_>)| one == other;
    let pairs = path.components().zip(folder.components());
    let shared = pairs.take_while(is_same).count();
    if shared == 0 {
        return for_people(path);
    }
    let up = folder
        .components()
        .skip(shared)
        .map(|_| Component::ParentDir);
    let down = path.components().skip(shared);
    for_people(&up.chain(down).collect::<PathBuf>())
}

/// How many characters a part of a key has at most; names that are expressions, and elements of lists, have no limit.
const LONGEST_PART: usize = 240;

/// The text, the rest of which is a hash where it is very long.
fn bounded(text: &str) -> String {
    match text.char_indices().nth(LONGEST_PART) {
        None => text.to_owned(),
        Some((end, _)) => {
            let hash = Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes());
            format!("{}… {}", &text[..end], hash.simple())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_folder() {
        for (path, folder, expected) in [
            ("/r/a/main.bicep", "/r", "a/main.bicep"),
            ("/r/a/main.bicep", "/r/b/c", "../../a/main.bicep"),
            ("/r/main.bicep", "/r", "main.bicep"),
        ] {
            assert_eq!(relative(Path::new(path), Path::new(folder)), expected);
        }
    }

    #[test]
    fn a_long_part_ends_in_a_hash_of_all_of_it() {
        let long = "ä".repeat(1000);
        let other = format!("{long}b");
        assert_eq!(bounded("short"), "short");
        assert!(bounded(&long).chars().count() < 300);
        assert_ne!(bounded(&long), bounded(&other));
    }
}
