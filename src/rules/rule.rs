//! A rule as its file says it: what it looks at, when it fails, and the prose around it.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::condition::Condition;
use super::data::Data;
use super::message::Template;
use super::read::read_prose;
use crate::evaluate::jsonpath::Query;
use crate::finding::Level;
use crate::syntax::expression::Text;

/// A rule, ready to judge.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id, `AKV101`. Never reused.
    pub id: Text,
    /// The bad pattern in kebab case.
    pub name: Text,
    /// What is wrong where it fails, in one sentence without an end stop.
    pub title: String,
    /// How bad that is, unless a case says otherwise.
    pub level: Level,
    /// GitHub's `security-severity`: a number from 0.1 to 10.0, as text.
    pub security_severity: String,
    /// How often a fail is a real one.
    pub precision: Precision,
    /// Words to filter by.
    pub tags: Vec<String>,
    /// Whether it runs without being selected.
    pub enabled: bool,
    /// Whether it also looks at resources that a template only refers to: `existing` ones, of which it knows the name and
    /// the API version.
    pub existing: bool,
    /// Where the demand comes from.
    pub sources: Vec<Source>,
    /// Controls of published benchmarks that it checks, `MCSB NS-2`.
    pub controls: Vec<String>,
    /// The resource types that it looks at.
    pub resources: Vec<TypePattern>,
    /// Rules that already say it: where one of them fails on the same resource, this one does not apply.
    pub unless: Vec<Text>,
    /// When it speaks of a resource at all; always where there is none.
    pub applies: Option<Condition>,
    /// What makes it fail. Of the cases with the same `for-each`, the first that holds decides.
    pub cases: Vec<Case>,
    /// What a configuration can tune, with the values that count.
    pub data: Data,
    /// Where it was read from.
    pub file: RuleFile,
    /// What surrounds the logic, read when it is asked for.
    pub(super) prose: OnceLock<Prose>,
}

/// A rule file.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// Its name for messages.
    pub name: String,
    /// Its text.
    pub text: Cow<'static, str>,
    /// Where it lies; `None` for a built-in one.
    pub path: Option<PathBuf>,
}

/// What surrounds the logic of a rule. A run without findings never needs it.
#[derive(Debug, Clone, Default)]
pub struct Prose {
    /// Why and what to do.
    pub docs: Docs,
    /// The same check elsewhere.
    pub equivalents: Vec<Equivalent>,
    /// Inputs with the verdict that they must get.
    pub examples: Vec<Example>,
}

impl Rule {
    /// The documentation, the equivalents and the examples.
    pub fn prose(&self) -> &Prose {
        self.prose.get_or_init(|| read_prose(&self.file))
    }

    /// Whether it looks at resources of this type, or at those that a template only refers to.
    pub fn speaks_of(&self, kind: &str, existing: bool) -> bool {
        (self.existing || !existing) && self.resources.iter().any(|pattern| pattern.matches(kind))
    }
}

/// One way to fail.
#[derive(Debug, Clone)]
pub struct Case {
    /// How bad it is.
    pub level: Level,
    /// What is judged one by one, as `@`; the whole resource where there is none.
    pub for_each: Option<Query>,
    /// When it fails.
    pub when: Condition,
    /// Where to point: the first of these that is there, else as near to the last as it gets.
    pub at: Vec<Query>,
    /// What to say of a fail.
    pub message: Template,
    /// What to say where it is undecided.
    pub open: Template,
    /// Words that `{suggestion}` chooses from.
    pub suggest: Vec<String>,
    /// More rules that already say it.
    pub unless: Vec<Text>,
    /// How to mend it: the first whose condition holds.
    pub fixes: Vec<FixTemplate>,
}

/// A way to mend a fail.
#[derive(Debug, Clone)]
pub struct FixTemplate {
    /// What it does, in the imperative.
    pub title: Template,
    /// Whether the author surely means it.
    pub safe: bool,
    /// When it can be applied.
    pub when: Option<Condition>,
    /// What it changes, in order.
    pub edits: Vec<EditTemplate>,
}

/// One change of a fix.
#[derive(Debug, Clone)]
pub struct EditTemplate {
    /// The property, or for [`Change::Insert`] the list.
    pub path: Query,
    /// What happens to it.
    pub change: Change<Json>,
}

/// What happens to a property.
#[derive(Debug, Clone, PartialEq)]
pub enum Change<T> {
    /// It gets this value; it is added, with the objects around it, where it is absent.
    Set(T),
    /// It is removed, with its name.
    Remove,
    /// This item is added at the end of the list.
    Insert(T),
}

/// A value of a fix, with placeholders in its texts.
#[derive(Debug, Clone)]
pub enum Json {
    /// Anything without a text.
    Plain(serde_json::Value),
    /// A text.
    Text(Template),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

/// How often a fail of a rule is a real one, in GitHub's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// Less often than not.
    Low,
    /// Mostly.
    Medium,
    /// Nearly always.
    High,
    /// By construction.
    VeryHigh,
}

impl Precision {
    /// Every precision by its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("low", Self::Low),
        ("medium", Self::Medium),
        ("high", Self::High),
        ("very-high", Self::VeryHigh),
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, precision)| *precision == self)
            .map_or("low", |(word, _)| word)
    }
}

/// A pattern of resource types: `Microsoft.KeyVault/vaults`, or `Microsoft.KeyVault/*` for all that begin so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypePattern(pub(super) Text);

impl TypePattern {
    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The one type that is meant, where it is no more than one.
    pub(super) fn only(&self) -> Option<&str> {
        (!self.0.ends_with('*')).then_some(&*self.0)
    }

    /// Whether a full resource type is meant; case does not matter.
    pub fn matches(&self, kind: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(start) => kind
                .get(..start.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(start)),
            None => kind.eq_ignore_ascii_case(&self.0),
        }
    }
}

/// Where the demand for a rule comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// CIS Microsoft Azure Foundations Benchmark: private endpoints for key vaults.
    CisPrivateEndpoints,
    /// Microsoft's advice to let trusted services bypass the firewall.
    TrustedServicesBypass,
    /// The walk-through of service endpoints and private link.
    ServiceEndpointsAndPrivateLink,
    /// Integrate Key Vault with Azure Private Link.
    PrivateLinkIntegration,
    /// The announcement of virtual network service endpoints and the firewall.
    FirewallAnnouncement,
    /// Threads in which operators lost hours or data.
    Operators,
    /// Checks that other tools have.
    OtherTools,
}

impl Source {
    /// Every source with its word and what it is.
    pub const ALL: &'static [(&'static str, Self, &'static str)] = &[
        (
            "cis-private-endpoints",
            Self::CisPrivateEndpoints,
            "CIS Microsoft Azure Foundations Benchmark, private endpoints for key vaults",
        ),
        (
            "trusted-services-bypass",
            Self::TrustedServicesBypass,
            "Allow trusted Microsoft services to bypass the firewall",
        ),
        (
            "service-endpoints-and-private-link",
            Self::ServiceEndpointsAndPrivateLink,
            "Key Vault with service endpoints and private link, step by step",
        ),
        (
            "private-link-integration",
            Self::PrivateLinkIntegration,
            "Integrate Key Vault with Azure Private Link",
        ),
        (
            "firewall-announcement",
            Self::FirewallAnnouncement,
            "Virtual network service endpoints and firewalls for Key Vault, announcement",
        ),
        ("operators", Self::Operators, "reports of operators"),
        (
            "other-tools",
            Self::OtherTools,
            "checks that other tools have",
        ),
    ];

    /// What it is, in a few words.
    pub fn title(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, source, _)| *source == self)
            .map_or("", |(.., title)| title)
    }
}

/// The prose of a rule, in Markdown.
#[derive(Debug, Clone, Default)]
pub struct Docs {
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub remedy: String,
    /// What a static look cannot see, and where it may be wrong.
    pub limits: String,
    /// Where to read on.
    pub links: Vec<String>,
}

/// The same check elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equivalent {
    /// The key in the rule file.
    pub key: &'static str,
    /// The name of the tool or catalogue.
    pub tool: &'static str,
    /// Its ids there.
    pub ids: Vec<String>,
}

/// The catalogues that equivalents can name: key in the rule file, name.
pub const CATALOGUES: &[(&str, &str)] = &[
    ("azure-policy", "Azure Policy"),
    ("cis", "CIS Azure Foundations"),
    ("mcsb", "Microsoft cloud security benchmark"),
    ("psrule", "PSRule for Azure"),
    ("checkov", "Checkov"),
    ("trivy", "Trivy"),
    ("kics", "KICS"),
    ("prancer", "Prancer"),
    ("terrascan", "Terrascan"),
    ("conformity", "Trend Cloud One Conformity"),
    ("cloudsploit", "CloudSploit"),
    ("prowler", "Prowler"),
    ("azqr", "Azure Quick Review"),
];

/// An input and the verdict that the rule must give.
#[derive(Debug, Clone)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The verdict.
    pub expect: crate::finding::Verdict,
    /// The input.
    pub input: ExampleInput,
    /// The level of its findings, where that matters.
    pub level: Option<Level>,
    /// The texts that the findings point at, in order; not compared where it is empty.
    pub at: Vec<String>,
    /// What the witness of the fail assumes: names and values.
    pub witness: Vec<(String, serde_json::Value)>,
    /// Whether everything that exists is in it.
    pub closed_world: bool,
    /// Data of the rule that it overrides.
    pub data: std::collections::BTreeMap<String, toml::Value>,
}

/// The input of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExampleInput {
    /// One resource of an ARM template, in JSON.
    Resource(String),
    /// An ARM template.
    Arm(String),
    /// A Bicep file.
    Bicep(String),
    /// An export.
    Export(String),
    /// A file, relative to the rule file.
    File(PathBuf),
}
