//! Findings: what a rule concluded about a resource, and where to look.
//!
//! In: nothing; the rules make them. Out: plain data that suppressions filter and reports print. Places are spans;
//! lines and columns are computed by the reports. It refuses to know rules and resources.

mod fingerprint;
mod instance;
mod picture;

use std::sync::Arc;

pub use fingerprint::{LineHashes, fingerprint};
pub use instance::{Declared, Instance, is_graver};
pub use picture::{Drawn, Line, Picture, Role};

use crate::source::{FileId, Place};
use crate::syntax::expression::Text;

/// What was concluded of one rule on one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The rule's bad pattern is there.
    Fail,
    /// It cannot be decided offline; the finding has the causes.
    Open,
    /// The bad pattern is not there.
    Pass,
    /// The rule does not speak of this resource.
    NotApplicable,
}

impl Verdict {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Open => "open",
            Self::Pass => "pass",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// How bad a finding is, in SARIF's words. Ordered from the least.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Probably wrong.
    Warning,
    /// Wrong.
    Error,
}

impl Level {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One verdict of one rule on one resource at one place.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule's id, `AKV101`.
    pub rule: Text,
    /// What was concluded.
    pub verdict: Verdict,
    /// How bad it is where it fails.
    pub level: Level,
    /// One or two sentences, the first of which stands alone.
    pub message: String,
    /// The smallest assignment of undecided values under which it fails. Empty where it always does.
    pub witness: Vec<Assumption>,
    /// Why it is undecided. Empty unless the verdict is open.
    pub causes: Vec<Cause>,
    /// The first of the resources that it holds for.
    pub resource: ResourceName,
    /// How many resources have the name of that one, and were reached by the same way.
    pub count: usize,
    /// The resources that it holds for besides, by name and way.
    pub others: Vec<Instance>,
    /// The place to look at, the most specific one that can be edited.
    pub place: Place,
    /// The declaration of the resource, for suppressions.
    pub declared: Declared,
    /// Other places that explain it, in the order of the story.
    pub related: Vec<Related>,
    /// Stable identity: free of line numbers, loop indexes and parameter files.
    pub fingerprint: String,
    /// What it is about, which is what the baseline knows it by.
    pub identity: Identity,
    /// The property path that was judged: `properties.networkAcls.bypass`.
    pub property: String,
    /// Why it is not reported, where something silences it.
    pub suppression: Option<Suppression>,
    /// Whether it is in the baseline.
    pub baseline: Option<BaselineState>,
    /// How to mend it.
    pub fix: Option<Arc<Fix>>,
}

impl Finding {
    /// Whether it is neither suppressed nor in the baseline.
    pub fn is_reported(&self) -> bool {
        self.suppression.is_none() && self.baseline != Some(BaselineState::Unchanged)
    }
}

/// What a finding is about, in terms that outlive edits: no line, no loop index, no parameter file. With the rule it makes
/// the key of a baseline and the fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The file that declares the resource; for a module of the cache, the one that calls it.
    pub file: FileId,
    /// The resource as it is declared: its type, and its name as written; [`OF_MODULE`](Self::OF_MODULE) before it where
    /// a module of the cache declares it.
    pub resource: String,
    /// The property path that was judged, free of positions in lists; of an element of a list with its value.
    pub property: String,
}

impl Identity {
    /// What the name of a resource begins with that a module of the cache declares.
    pub const OF_MODULE: &str = "module: ";
}

/// One assumption of a witness: an undecided value and what it is taken to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumption {
    /// The name of a parameter, the path of a declared member of one, or the canonical form of anything else in brackets.
    pub name: String,
    /// What it is taken to be.
    pub value: Assumed,
    /// Where it is declared or written.
    pub place: Place,
}

/// What a witness assumes of an undecided value.
#[derive(Debug, Clone, PartialEq)]
pub enum Assumed {
    /// This value.
    Is(serde_json::Value),
    /// None of these values.
    Not(Vec<serde_json::Value>),
}

/// One cause of an open verdict, in the user's words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// What is not known and why.
    pub message: String,
    /// Where it is declared or written.
    pub place: Place,
}

/// A resource as a report names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceName {
    /// Its resource id, as `expand` prints it.
    pub id: String,
    /// Its full type.
    pub kind: String,
    /// Its full name, as `expand` prints it.
    pub name: String,
    /// The name as people are told it: what is not known of it in braces.
    pub label: String,
}

/// Whether a word names a rule: its id, the beginning of its id (`AKV1`), or its name. Case does not matter.
pub fn names_rule(word: &str, id: &str, name: &str) -> bool {
    let begins = id
        .get(..word.len())
        .is_some_and(|start| !word.is_empty() && start.eq_ignore_ascii_case(word));
    begins || name.eq_ignore_ascii_case(word)
}

/// A deployment as a report names it: an entry point and the parameter file that it was evaluated with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeploymentName {
    /// The entry point, relative to the working directory.
    pub file: String,
    /// The parameter file, relative to the working directory.
    pub parameters: Option<String>,
}

/// A place that helps to understand a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// What is there, as a sentence fragment: `default of parameter 'bypass'`.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Whether it is a step of the value's way (it goes into SARIF's `codeFlows` too) or the other end of a relation.
    pub step: bool,
}

/// Why a finding is not reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// In the source (a comment, metadata) or outside (configuration).
    pub in_source: bool,
    /// The reason given.
    pub reason: String,
    /// Where it is written.
    pub place: Option<Place>,
}

/// A finding beside the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaselineState {
    /// Not in the baseline.
    New,
    /// In the baseline.
    Unchanged,
}

/// What the baseline holds, and was not found any more where it was looked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Absent {
    /// The file that declared the resource, as printed.
    pub path: String,
    /// The resource as it was declared.
    pub resource: String,
    /// The rule's id.
    pub rule: String,
    /// The property path.
    pub property: String,
    /// What was concluded: a fail, or that it was open.
    pub verdict: Verdict,
    /// How many findings are gone.
    pub count: usize,
}

/// How to mend a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative: `Set bypass to AzureServices`.
    pub title: String,
    /// Whether the author surely means it.
    pub safe: bool,
    /// The edits, none of which overlap, in order of place.
    pub edits: Vec<Edit>,
}

/// A replacement of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; a point to insert.
    pub place: Place,
    /// The new text.
    pub text: String,
}

/// A file of the run and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileRecord {
    /// Relative to the working directory with `/`, or as it was given where it lies outside.
    pub path: String,
    /// What it is.
    pub kind: FileKind,
    /// What became of it.
    pub status: FileStatus,
    /// Why it was not analysed, or not in full: starts with one of the words of `docs/design.md` (Files).
    pub reason: Option<String>,
    /// Where the reason points, where it points somewhere.
    pub place: Option<Place>,
}

/// The kinds of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// An ARM template.
    Arm,
    /// A Bicep file.
    Bicep,
    /// A parameter file, JSON or `.bicepparam`.
    Parameters,
    /// Exported resources.
    Export,
    /// Output of `bicep snapshot` or of a what-if.
    Snapshot,
    /// A template in another document, such as a Blueprint artifact or a policy definition.
    Blueprint,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileStatus {
    /// Read and judged in full.
    Analysed,
    /// Judged, but a part of it could not be understood.
    Partial,
    /// Not judged, because it could not be read or understood.
    Failed,
    /// Not judged, because there was no need.
    Skipped,
}

/// What a run found: all that a report prints.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The inputs, by path.
    pub files: Vec<FileRecord>,
    /// JSON files that are none of the kinds.
    pub other_files: usize,
    /// How many deployments were evaluated, each export counting as one.
    pub deployments: usize,
    /// How many resources they hold that a rule looks at.
    pub resources: usize,
    /// The findings of every verdict that was asked for, in order of path, place and rule.
    pub findings: Vec<Finding>,
    /// The highest level of the fails that count, whether or not they are listed.
    pub worst: Option<Level>,
    /// What is gone from the baseline, in order of path, resource and rule.
    pub absent: Vec<Absent>,
    /// What stands around the vaults, where the report draws it.
    pub pictures: Vec<Picture>,
    /// Verdicts counted before the choice of what to list.
    pub verdicts: VerdictCounts,
    /// What went wrong beside the files: a path that is not there, a folder that cannot be read.
    pub problems: Vec<Problem>,
}

/// Findings counted by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct VerdictCounts {
    /// Fails that are reported.
    pub fail: usize,
    /// Undecided.
    pub open: usize,
    /// Passed.
    pub pass: usize,
    /// Fails and opens that a suppression silences.
    pub suppressed: usize,
    /// Fails and opens that the baseline holds.
    pub baselined: usize,
}

/// The type of what rules see of a suppression.
pub const SUPPRESSIONS: &str = "akvlint/suppressions";

/// A problem that belongs to no input file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The path that it is about, as printed.
    pub path: String,
    /// The line that it is about, counted from one; `None` where it is about the whole.
    pub line: Option<u32>,
    /// What is wrong and what to do, in one or two sentences.
    pub message: String,
    /// Whether the path was named on the command line, which makes the exit code 2.
    pub named: bool,
}
