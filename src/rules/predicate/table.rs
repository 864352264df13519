//! The words of conditions, for the reader of rule files, for its suggestions and for the documentation.

/// One word.
#[derive(Debug, Clone, Copy)]
pub struct PredicateEntry {
    /// The key in a rule file.
    pub name: &'static str,
    /// What it takes.
    pub argument: &'static str,
    /// When it holds.
    pub description: &'static str,
    /// A use of it: the key and a value.
    pub example: &'static str,
}

const fn entry(
    name: &'static str,
    argument: &'static str,
    example: &'static str,
    description: &'static str,
) -> PredicateEntry {
    PredicateEntry {
        name,
        argument,
        description,
        example,
    }
}

/// The tests of a value. Where several stand together, all have to hold. In place of an argument may stand
/// `{ data = "name" }`, a datum of the rule.
pub const PREDICATES: &[PredicateEntry] = &[
    entry(
        "exists",
        "bool",
        "exists = true",
        "it is specified: there and not null",
    ),
    entry(
        "empty",
        "bool",
        "empty = true",
        "it is absent, null, `\"\"`, `[]` or `{}`",
    ),
    entry(
        "given",
        "bool",
        "given = true",
        "it is not empty, and neither is a text that only whoever deploys gives: a parameter without a default counts, unless it may be null or `\"\"` is one of its declared values",
    ),
    entry(
        "type",
        "string, integer, bool, array or object",
        "type = \"string\"",
        "it is of this type and not null",
    ),
    entry(
        "equals",
        "text, whole number or bool",
        "equals = \"Deny\"",
        "it is this; the case of text does not matter, and `\"true\"` is `true`",
    ),
    entry(
        "in",
        "list of texts, whole numbers or bools",
        "in = [\"Allow\", \"Deny\"]",
        "it is one of these, compared as by `equals`",
    ),
    entry(
        "trimmed-in",
        "list of texts",
        "trimmed-in = [\"Allow\", \"Deny\"]",
        "without the blanks around it, it is one of these",
    ),
    entry(
        "includes-all",
        "list of texts",
        "includes-all = [\"get\", \"list\"]",
        "it is a list with all of these among its items",
    ),
    entry(
        "matches",
        "regular expression",
        "matches = '^[a-z]+$'",
        "it is text that matches, anywhere unless the expression has anchors; case matters unless it has `(?i)`",
    ),
    entry(
        "literal",
        "bool",
        "literal = true",
        "it is text that is not empty and that the template spells out: in place, in a variable or as a default",
    ),
    entry(
        "plain-parameter",
        "bool",
        "plain-parameter = true",
        "it is the value of a parameter that is not secure, or a part of one; a default that is computed does not count",
    ),
    entry(
        "less-than",
        "number",
        "less-than = 7",
        "it is a number below this",
    ),
    entry(
        "more-than",
        "number",
        "more-than = 90",
        "it is a number above this",
    ),
    entry(
        "at-least",
        "number",
        "at-least = 7",
        "it is a number not below this",
    ),
    entry(
        "at-most",
        "number",
        "at-most = { path = \"$.properties.attributes.nbf\", plus = 86400 }",
        "it is a number not above this; a number may be `\"1/16\"`, or the number at a path plus `plus`",
    ),
    entry(
        "length",
        "table of number tests",
        "length = { at-least = 3, at-most = 24 }",
        "it is text of such a length, in UTF-16 code units",
    ),
    entry(
        "before",
        "API version or date",
        "before = \"2018-02-14-preview\"",
        "it is an API version or date earlier than this; a preview comes before the version of its date",
    ),
    entry(
        "since",
        "API version or date",
        "since = \"2026-02-01\"",
        "it is this API version or date, or a later one",
    ),
    entry(
        "ip",
        "bool",
        "ip = true",
        "it is an IPv4 address or CIDR range as Key Vault takes it",
    ),
    entry(
        "ip-prefix",
        "table of number tests",
        "ip-prefix = { at-least = 31 }",
        "it is a range whose prefix is such; a single address has none",
    ),
    entry(
        "ip-share",
        "table of number tests",
        "ip-share = { more-than = \"1/16\" }",
        "it is an address or range that is such a part of IPv4",
    ),
    entry(
        "ip-inside",
        "list of ranges and sets of ranges",
        "ip-inside = [\"private\"]",
        "it is an address or range inside one of these",
    ),
    entry(
        "ip-around",
        "list of ranges and sets of ranges",
        "ip-around = [\"private\", \"8.8.8.0/24\"]",
        "it is a range that contains one of these and is wider",
    ),
    entry(
        "ip-host-bits",
        "bool",
        "ip-host-bits = true",
        "it is a range with bits set beyond its prefix",
    ),
    entry(
        "ip-covered-by",
        "path",
        "ip-covered-by = \"$.properties.networkAcls.ipRules[*].value\"",
        "it lies inside another of these addresses and ranges, or equals an earlier one",
    ),
    entry(
        "resource-id",
        "resource type",
        "resource-id = \"Microsoft.Network/virtualNetworks/subnets\"",
        "it is the id of a resource of this type",
    ),
    entry(
        "repeats",
        "path",
        "repeats = \"$.properties.networkAcls.virtualNetworkRules[*].id\"",
        "it equals an earlier one of these; the case of text does not matter",
    ),
    entry(
        "among-judged",
        "path",
        "among-judged = \"$.properties.aRecords[*].ipv4Address\"",
        "it equals one of what this path of the judged resource selects, also where the condition is on a related \
         resource; the case of text does not matter",
    ),
    entry(
        "region-of-judged",
        "path",
        "region-of-judged = \"$.location\"",
        "it names the Azure region that this path of the judged resource names, also where the condition is on a \
         related resource; `West Europe` is `westeurope`",
    ),
];

/// What a condition can be about.
pub const SELECTORS: &[PredicateEntry] = &[
    entry("all", "list of conditions", "all = []", "all of them hold"),
    entry("any", "list of conditions", "any = []", "one of them holds"),
    entry(
        "not",
        "condition",
        "not = { source = \"export\" }",
        "it does not hold",
    ),
    entry(
        "path",
        "JSONPath of names and indexes",
        "path = \"$.properties.publicNetworkAccess\", default = \"Enabled\", equals = \"Enabled\"",
        "what it selects passes the tests; an absent or null property counts as `default`, of the type that it is compared with, or fails all but `exists = \
         false`, `empty = true`, `ip = false` and `ip-host-bits = false`",
    ),
    entry(
        "some",
        "JSONPath",
        "some = \"$.properties.networkAcls.ipRules[*].value\", ip-inside = [\"private\"]",
        "one of the nodes passes the tests",
    ),
    entry(
        "every",
        "JSONPath",
        "every = \"$.properties.networkAcls.ipRules[*].value\", ip = true",
        "all of the nodes pass the tests, also where there are none",
    ),
    entry(
        "none",
        "JSONPath",
        "none = \"$.properties.networkAcls.ipRules[*].value\", ip-inside = [\"private\"]",
        "none of the nodes passes the tests",
    ),
    entry(
        "count",
        "JSONPath",
        "count = \"$.properties.networkAcls.ipRules[*]\", more-than = 127",
        "the number of nodes passes the number tests",
    ),
    entry(
        "coverage",
        "JSONPath",
        "coverage = \"$.properties.networkAcls.ipRules[*].value\", ignoring = [\"private\"], more-than = \"1/16\"",
        "the union of the addresses and ranges is such a part of IPv4; those inside of `ignoring` do not count",
    ),
    entry(
        "data",
        "name of a datum of the rule",
        "data = \"bypass\", equals = \"required\"",
        "the datum passes the tests",
    ),
    entry(
        "exposure",
        "internet, networks, perimeter or private",
        "exposure = \"internet\"",
        "this is who can reach the vault: every network, those that its firewall lists, those that its perimeter \
         admits, or nothing but private endpoints",
    ),
    entry(
        "firewall",
        "closed or open",
        "firewall = \"closed\"",
        "the firewall is closed: it denies by default, or public network access is disabled",
    ),
    entry(
        "declared",
        "bool",
        "declared = true",
        "a file that was read declares the resource, or it is in an export: it is not only named as one that exists",
    ),
    entry(
        "recovered",
        "bool",
        "recovered = true",
        "`createMode` is `recover`, so that a deleted vault comes back with its old properties",
    ),
    entry(
        "source",
        "export or template",
        "source = \"export\"",
        "this is where the resource comes from",
    ),
    entry(
        "world",
        "closed or open",
        "world = \"closed\"",
        "closed: everything that exists was read, and what is not there does not exist",
    ),
    entry(
        "cloud",
        "AzureCloud, AzureUSGovernment, AzureChinaCloud, or a list of them",
        "cloud = \"AzureUSGovernment\"",
        "this is the cloud; AzureCloud where the user has not said which it is",
    ),
    entry(
        "cloud-given",
        "bool",
        "cloud-given = true",
        "the user has said which cloud it is",
    ),
    entry(
        "unread",
        "bool",
        "unread = true",
        "the resource is a module or nested deployment that could not be read, with its name in `$.reference` and why in \
         `$.reason`; always undecided then",
    ),
    entry(
        "related",
        "a relation, with some, every, none or count",
        "related = \"private-endpoints\", none = { path = \"$.location\", exists = true }",
        "so many of the related resources fulfil the condition, in which `$` is the related resource and `@` what \
         relates it; `of` is a path to the value that the relation starts at; `count` takes number tests and `where`; `among = \"read\"` leaves out what \
         may exist elsewhere",
    ),
];
