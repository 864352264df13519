//! Whether a text can concern the rules of a run, told by its words before it is parsed.
//!
//! In: the resource types that the rules look at, and texts. Out: what a text mentions. A type is written in full where
//! a resource of it is declared, so that a text without it declares none; one with escaped letters may declare any. It
//! refuses to know what a mention means: a comment counts as much as a declaration.
use super::classify::Format;
use super::prefilter::{may_be_rule_set, may_relate};
use super::word::{Word, hides_letters, holds_any, word};
use crate::syntax::template::DEPLOYMENT_TYPE;
use memchr::memmem;
use regex::bytes::Regex;
use std::sync::LazyLock;

/// The words of the rules of a run.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Types that only rules of a team look at.
    others: Option<Regex>,
}

/// What a text mentions, in any letter case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mentions {
    /// A type that rules look at, or a key vault by its type, its address, or a property that names one.
    pub subjects: bool,
    /// Virtual networks or network interfaces: they matter to what refers to them by a known id.
    pub networks: bool,
    /// A scope to deploy to, which may make ids known; looked for only where nothing else matters already.
    pub scopes: bool,
    /// Something that may lead to another file: a module, an import, a deployment.
    pub leads: bool,
    /// What names another file: a module, an import, a link of a deployment. A deployment without it may still be given one.
    pub links: bool,
    /// A call or a link that may read a file which is no template: what it loads, or linked parameters.
    pub loads: bool,
}

impl Mentions {
    /// What two texts mention together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            subjects: self.subjects || other.subjects,
            networks: self.networks || other.networks,
            scopes: self.scopes || other.scopes,
            leads: self.leads || other.leads,
            links: self.links || other.links,
            loads: self.loads || other.loads,
        }
    }
}

impl Vocabulary {
    /// The words of rules that look at these types, which may end in `*`.
    pub fn of<'t>(types: impl IntoIterator<Item = &'t str>) -> Self {
        let mut others: Vec<String> = types
            .into_iter()
            // akvlint itself makes those of its own namespace. Deployments are judged where they lead to what was not read.
            .filter(|kind| !starts_with(kind, "akvlint/") && !starts_with(kind, DEPLOYMENT_TYPE))
            .filter(|kind| !is_built_in(kind.as_bytes()))
            .map(pattern)
            .collect();
        others.sort_unstable();
        others.dedup();
        let any = (!others.is_empty()).then(|| format!("(?i-u){}", others.join("|")));
        Self {
            // Where they are too many for one pattern, every text may mention one.
            others: any.and_then(|any| Regex::new(&any).or_else(|_| Regex::new("")).ok()),
        }
    }

    /// What a text of this format mentions.
    pub fn mentions(&self, text: &[u8], format: Format) -> Mentions {
        let hidden = hides_letters(text);
        let has_any = |words: &[&[u8]]| {
            let mut words = words.iter();
            words.any(|word| memmem::find(text, word).is_some())
        };
        // What is loaded may be any part of a resource.
        let loads = format != Format::Json && has_any(&[b"loadJsonContent", b"loadYamlContent"]);
        let subjects = hidden
            || loads
            || self.mentions_subjects(text)
            || (format == Format::Json && computes_resources(text));
        let keywords: &[&[u8]] = match format {
            Format::Bicep => &[b"module", b"import"],
            Format::BicepParameters => &[b"using", b"extends", b"import"],
            Format::Json => &[],
        };
        let names_files = hidden || has_any(keywords);
        let leads = names_files || holds_any(text, b'y', &DEPLOYMENT);
        let is_linked = leads && holds_any(text, b'l', &LINKS);
        let networks = !subjects
            && (holds_any(text, b'v', &VIRTUAL_NETWORK) || holds_any(text, b'k', &INTERFACE));
        Mentions {
            subjects,
            networks,
            scopes: !subjects && leads && holds_any(text, b'c', &SCOPES),
            leads,
            links: names_files || is_linked,
            loads: loads
                || hidden
                || is_linked
                || (format != Format::Json && has_any(&OTHER_LOADS)),
        }
    }

    /// Whether a text mentions what rules look at: see [`Mentions::subjects`].
    pub fn mentions_subjects(&self, text: &[u8]) -> bool {
        is_built_in(text) || self.mentions_others(text)
    }

    /// Whether a text mentions a type that only rules of a team look at.
    pub fn mentions_others(&self, text: &[u8]) -> bool {
        let others = self.others.as_ref();
        others.is_some_and(|others| others.is_match(text))
    }

    /// Whether an export with this text may show a resource that a rule looks at, or that a relation leads to.
    pub fn may_show(&self, text: &[u8]) -> bool {
        may_relate(text)
            || may_be_rule_set(text)
            || hides_letters(text)
            || self.mentions_others(text)
    }
}

/// The type of a resource, or all resources, by an expression, which may be any. Azure refuses such a type
/// (<https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions>), and it is told of.
static COMPUTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i-u)"(type|resources)"\s*:\s*"\[[^\[]"#).ok());

fn computes_resources(text: &[u8]) -> bool {
    COMPUTED.as_ref().is_none_or(|kind| kind.is_match(text))
}

fn starts_with(kind: &str, start: &str) -> bool {
    let begin = kind.as_bytes().get(..start.len());
    begin.is_some_and(|begin| begin.eq_ignore_ascii_case(start.as_bytes()))
}

/// What of a type is written in one piece: its namespace and its first part. Those of a child may be written as `type` of a
/// resource inside of another. JSON may write a slash as `\/`.
fn pattern(kind: &str) -> String {
    let kind = kind.trim_end_matches('*');
    let parts: Vec<String> = kind.split('/').take(2).map(regex::escape).collect();
    parts.join(r"\\?/")
}

fn is_built_in(text: &[u8]) -> bool {
    holds_any(text, b'v', &SUBJECTS_WITH_V) || holds_any(text, b'y', &SUBJECTS_WITH_Y)
}

/// What the built-in rules look at, and what a vault is known by: its type, its address `kv.vault.azure.net` (in every cloud
/// the word follows a dot), and `sourceVault`, under which machines and disks name one. `akvlint` is in suppressions.
const SUBJECTS_WITH_V: [Word; 6] = [
    word("ak", "vlint"),
    word("key", "vault"),
    word(".", "vault"),
    word("source", "vault"),
    // Not the property of a subnet, `privateEndpointNetworkPolicies`.
    word("pri", "vateendpoints"),
    word("pri", "vatednszone"),
];

const SUBJECTS_WITH_Y: [Word; 3] = [
    word("networksecurit", "yperimeter"),
    word("microsoft.securit", "y/pricings"),
    word("microsoft.securit", "y\\/pricings"),
];

const VIRTUAL_NETWORK: [Word; 1] = [word("", "virtualnetwork")];

const INTERFACE: [Word; 1] = [word("networ", "kinterface")];

/// `scope` in Bicep and JSON; `subscriptionId` of a nested deployment.
const SCOPES: [Word; 2] = [word("s", "cope"), word("subs", "criptionid")];

/// The properties of a deployment that name its template and its parameter file.
const LINKS: [Word; 2] = [word("template", "link"), word("parameters", "link")];

/// The functions of Bicep that read a file of which no part is a resource by itself.
const OTHER_LOADS: [&[u8]; 3] = [
    b"loadTextContent",
    b"loadFileAsBase64",
    b"loadDirectoryFileInfo",
];

/// What the type of a deployment ends with. It is the slash before it that some writers of JSON escape.
const DEPLOYMENT: [Word; 1] = [word("deplo", "yments")];

#[cfg(test)]
mod tests {
    use super::*;

    fn mentions(text: &str) -> Mentions {
        Vocabulary::default().mentions(text.as_bytes(), Format::Bicep)
    }

    #[test]
    fn a_vault_is_mentioned_by_its_type_its_address_or_a_property() {
        for text in [
            "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing",
            "\"type\": \"MICROSOFT.KEYVAULT/VAULTS\"",
            "https://kv.vault.azure.net/keys/k",
            "https://kv.vault.usgovcloudapi.net",
            "\"sourceVault\": { \"id\": \"x\" }",
            "environment().suffixes.keyvaultDns",
        ] {
            assert!(mentions(text).subjects, "{text}");
        }
        assert!(!mentions("Microsoft.RecoveryServices/vaults").subjects);
    }

    #[test]
    fn escaped_letters_may_be_any_word() {
        for text in [
            r#""type": "Microsoft.Key\u0056ault/vaults""#,
            r"'Microsoft.Key\u{56}ault/vaults@2023-07-01'",
            r#""type": "Microsoft.Sql\u002Fservers""#,
        ] {
            let told = mentions(text);
            assert!(told.subjects && told.leads, "{text}");
        }
        // What Windows PowerShell writes for `'`, `<`, `>` and `&`.
        assert!(!mentions(r"\u0027a\u0027 \u003c \u003e \u0026").subjects);
    }

    #[test]
    fn types_of_a_team_are_subjects_with_their_children() {
        let sql = Vocabulary::of([
            "Microsoft.KeyVault/vaults",
            "Microsoft.Sql/servers/firewallRules",
        ]);
        for text in [
            "'microsoft.sql/servers@2022-05-01'",
            r#""type": "Microsoft.Sql\/servers""#,
        ] {
            assert!(
                sql.mentions(text.as_bytes(), Format::Json).subjects,
                "{text}"
            );
            assert!(!mentions(text).subjects, "{text}");
        }
        let instances = b"Microsoft.Sql/managedInstances";
        assert!(!sql.mentions(instances, Format::Json).subjects);
        let namespace = Vocabulary::of(["Microsoft.Sql/*"]);
        assert!(namespace.mentions(instances, Format::Json).subjects);
        assert!(Vocabulary::of(["*"]).mentions(b"", Format::Json).subjects);
    }

    #[test]
    fn files_are_loaded_by_functions_and_by_links_to_parameters() {
        for (text, format, loads) in [
            ("var t = loadTextContent('a.txt')", Format::Bicep, true),
            ("var t = loadFileAsBase64('a.txt')", Format::Bicep, true),
            ("var t = loadDirectoryFileInfo('a')", Format::Bicep, true),
            (
                "param t = loadYamlContent('a.yaml')",
                Format::BicepParameters,
                true,
            ),
            ("var t = 'a workload'", Format::Bicep, false),
            (
                r#""type": "Microsoft.Resources/deployments", "ParametersLink": {}"#,
                Format::Json,
                true,
            ),
            (
                r#""type": "Microsoft.Resources/deployments", "template": {}"#,
                Format::Json,
                false,
            ),
        ] {
            let told = Vocabulary::default().mentions(text.as_bytes(), format);
            assert_eq!(told.loads, loads, "{text}");
        }
    }

    #[test]
    fn networks_count_with_the_scopes_that_lead_to_them() {
        let told = mentions("module net 'net.bicep' = { scope: resourceGroup('s', 'g') }");
        assert_eq!(
            (told.leads, told.scopes, told.networks),
            (true, true, false)
        );
        let told = mentions("resource v 'Microsoft.Network/virtualNetworks@2023-05-01'");
        assert_eq!((told.leads, told.networks), (false, true));
        for kind in [
            "Microsoft.Resources/deployments",
            r"Microsoft.Resources\/deployments",
        ] {
            assert!(
                mentions(&format!("{{\"type\": \"{kind}\"}}")).leads,
                "{kind}"
            );
        }
    }
}
