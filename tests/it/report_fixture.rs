//! One report with everything in it, and the sources that it speaks of. They are on no disk.
#![allow(clippy::expect_used, reason = "tests may panic")]

use std::path::Path;
use std::sync::Arc;

use akvlint::finding::{
    Absent, Assumed, Assumption, BaselineState, Cause, Declared, DeploymentName, Drawn, Edit,
    FileKind, FileRecord, FileStatus, Finding, Fix, Identity, Level, Line, Picture, Problem,
    Related, Report, ResourceName, Role, Suppression, Verdict, VerdictCounts, fingerprint,
};
use akvlint::report::{Format, Options, RuleCatalogue, RuleInfo, write};
use akvlint::source::{Place, Source, Sources, Span};

/// A template with a parameter, a variable, a vault and a module.
const MAIN: &str = "\
@allowed([ 'dev', 'prod' ])
param environment string
param location string = resourceGroup().location

// The firewall is closed in production only.
var acls = environment == 'prod' ? {
  defaultAction: 'Deny'
} : {
  defaultAction: 'Allow'
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-shop-${environment}'
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    networkAcls: acls
  }
}

module hub 'modules/hub vault.bicep' = {
  name: 'hub'
  params: { bypass: 'None' }
}
";

/// Tabs, CRLF, and characters that take two UTF-16 code units, in a file whose name needs escapes.
const HUB: &str = "\
param bypass string\r\n\
\r\n\
resource vaults 'Microsoft.KeyVault/vaults@2023-07-01' = [for i in range(0, 3): {\r\n\
\tname: 'kv-hub-${i}'\r\n\
\tproperties: {\r\n\
\t\t/* 🔑 кёй 鍵 */ networkAcls: {\tbypass: bypass\t}\r\n\
\t}\r\n\
}]\r\n";

/// What a hostile template may hold.
const HOSTILE: &str =
    "{\n  \"name\": \"kv\x1b]0;owned\x07\u{202e}txet\u{2066}\",\n  \"x\": \"\u{9b}31m\"\n}\n";

/// A template on one line of some 200 kB, whose finding is far to the right.
fn minified() -> String {
    let padding: Vec<String> = (0..4_000)
        .map(|index| format!("{{\"name\":\"pad{index}\",\"type\":\"Contoso/things\",\"x\":1}}"))
        .collect();
    let vault = r#"{"type":"Microsoft.KeyVault/vaults","name":"kv-mini","properties":{"networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"203.0.113.7/32"}],"virtualNetworkRules":[]}}}"#;
    let half = padding.join(",");
    format!("{{\"resources\":[{half},{vault},{half}]}}")
}

/// The sources of the report, by name.
pub(crate) struct Fixture {
    pub(crate) sources: Sources,
    pub(crate) report: Report,
    pub(crate) rules: RuleCatalogue,
    // The run holds its sources while it reports.
    main: Arc<Source>,
}

/// The place of the `nth` occurrence of a text, from 1.
pub(crate) fn nth(source: &Source, needle: &str, nth: usize) -> Place {
    let found = source.text().match_indices(needle).nth(nth - 1);
    let start = found.expect("the fixture holds it").0;
    Place::new(source.id(), Span::new(start, start + needle.len()))
}

/// The place of the first occurrence of a text.
pub(crate) fn at(source: &Source, needle: &str) -> Place {
    nth(source, needle, 1)
}

/// A finding of a rule at a place, and nothing else.
pub(crate) fn finding(rule: &str, level: Level, place: Place, message: &str) -> Finding {
    Finding {
        rule: rule.into(),
        verdict: Verdict::Fail,
        level,
        message: message.to_owned(),
        witness: Vec::new(),
        causes: Vec::new(),
        resource: ResourceName {
            id: "[resourceId('Microsoft.KeyVault/vaults', 'kv')]".to_owned(),
            kind: "Microsoft.KeyVault/vaults".to_owned(),
            name: "kv".to_owned(),
            label: "kv".to_owned(),
        },
        count: 1,
        others: Vec::new(),
        place,
        declared: Declared {
            place,
            route: Vec::new(),
            deployments: Vec::new(),
        },
        related: Vec::new(),
        fingerprint: fingerprint(rule, "file", "kv", message),
        identity: Identity {
            file: place.file,
            resource: "microsoft.keyvault/vaults 'kv'".to_owned(),
            property: String::new(),
        },
        property: String::new(),
        suppression: None,
        baseline: None,
        fix: None,
    }
}

fn named(name: &str) -> ResourceName {
    ResourceName {
        id: format!(
            "[format('/subscriptions/{{0}}/providers/Microsoft.KeyVault/vaults/{name}', subscription().subscriptionId)]"
        ),
        kind: "Microsoft.KeyVault/vaults".to_owned(),
        name: name.to_owned(),
        label: name.to_owned(),
    }
}

fn related(message: &str, place: Place, step: bool) -> Related {
    Related {
        message: message.to_owned(),
        place,
        step,
    }
}

fn deployment(parameters: &str) -> DeploymentName {
    DeploymentName {
        file: "infra/main.bicep".to_owned(),
        parameters: Some(parameters.to_owned()),
    }
}

fn file(path: &str, kind: FileKind, status: FileStatus, reason: Option<&str>) -> FileRecord {
    FileRecord {
        path: path.to_owned(),
        kind,
        status,
        reason: reason.map(str::to_owned),
        place: None,
    }
}

/// A rule with all metadata.
pub(crate) fn rule(id: &str, name: &str, level: Level, severity: &str) -> RuleInfo {
    RuleInfo {
        id: id.to_owned(),
        name: name.to_owned(),
        title: format!("Title of {name}"),
        level,
        security_severity: severity.to_owned(),
        precision: "very-high".to_owned(),
        tags: vec![
            "azure".to_owned(),
            "key-vault".to_owned(),
            "security".to_owned(),
        ],
        description: format!("Why {name} matters, in a paragraph."),
        help_text: "Why.\n\nRemedy.".to_owned(),
        help_markdown: "# Why\n\n**Remedy.**".to_owned(),
        help_uri: format!("https://example.com/rules/{id}"),
    }
}

/// A vault with all that can stand around it, one with nothing, and one with hostile names.
fn pictures() -> Vec<Picture> {
    let drawn = |role, label: &str, is_declared| Drawn {
        role,
        label: label.to_owned(),
        is_declared,
    };
    let line = |from, to, words: &str, is_sure| Line {
        from,
        to,
        words: words.to_owned(),
        is_sure,
    };
    let around = Picture {
        resource: named("kv-shop-dev"),
        nodes: vec![
            drawn(Role::Vault, "kv-shop-dev", true),
            drawn(Role::Endpoint, "pe-{environment}", true),
            drawn(Role::Subnet, "snet-endpoints", true),
            drawn(Role::Network, "vnet-hub", false),
            drawn(Role::Zone, "privatelink.vaultcore.azure.net", false),
            drawn(Role::Perimeter, "nsp", true),
            drawn(Role::Log, "audit", true),
        ],
        lines: vec![
            line(0, 1, "private link", true),
            line(1, 2, "in", true),
            line(2, 3, "of", true),
            line(1, 4, "DNS", false),
            line(4, 3, "linked to", true),
            line(0, 5, "in perimeter", true),
            line(0, 6, "logs", true),
        ],
        is_cut: true,
        deployments: vec![deployment("infra/dev.bicepparam")],
    };
    let alone = Picture {
        resource: named("kv-alone"),
        nodes: vec![drawn(Role::Vault, "kv-alone", true)],
        lines: Vec::new(),
        is_cut: false,
        deployments: Vec::new(),
    };
    let hostile = "a\"]); click v0 \"javascript:alert(1)\"\n```\n%%{init}%% <img src=x> #quot; end\u{202e} style x:#1;";
    let hostile = Picture {
        resource: named(hostile),
        nodes: vec![
            drawn(Role::Vault, hostile, true),
            drawn(Role::Endpoint, hostile, false),
        ],
        lines: vec![line(0, 1, "private link", true)],
        is_cut: false,
        deployments: Vec::new(),
    };
    vec![alone, hostile, around]
}

/// The report with everything.
pub(crate) fn everything() -> Fixture {
    let sources = Sources::new(Path::new("/work"));
    let main = sources.insert("infra/main.bicep", MAIN.to_owned());
    let hub = sources.insert("infra/modules/hub vault.bicep", HUB.to_owned());
    let hostile = sources.insert("exports/\x1b[2Jhostile.json", HOSTILE.to_owned());
    let mini = sources.insert("minified.json", minified());

    let mut public = finding(
        "AKV101",
        Level::Error,
        at(&main, "'Allow'"),
        "The vault accepts traffic from every network.",
    );
    public.property = "properties.networkAcls.defaultAction".to_owned();
    public.resource = named("kv-shop-dev");
    public.witness = vec![Assumption {
        name: "environment".to_owned(),
        value: Assumed::Is(serde_json::json!("dev")),
        place: at(&main, "environment"),
    }];
    public.related = vec![
        related("variable 'acls'", at(&main, "acls"), true),
        related(
            "property 'networkAcls'",
            at(&main, "networkAcls: acls"),
            true,
        ),
        related("the vault", at(&main, "vault"), false),
    ];
    public.declared.deployments = vec![
        deployment("infra/dev.bicepparam"),
        deployment("infra/test.bicepparam"),
    ];
    public.fix = Some(Arc::new(Fix {
        title: "Set defaultAction to Deny".to_owned(),
        safe: false,
        edits: vec![Edit {
            place: at(&main, "'Allow'"),
            text: "'Deny'".to_owned(),
        }],
    }));

    let mut trusted = finding(
        "AKV102",
        Level::Warning,
        at(&main, "'None'"),
        "Trusted Microsoft services cannot reach the vault.",
    );
    trusted.property = "properties.networkAcls.bypass".to_owned();
    trusted.resource = named("kv-hub-0");
    trusted.count = 3;
    trusted.related = vec![
        related(
            "argument 'bypass' of module 'hub'",
            at(&main, "bypass: 'None'"),
            true,
        ),
        related("property 'bypass'", at(&hub, "bypass: bypass"), true),
        related("the vaults", at(&hub, "vaults"), false),
    ];
    trusted.fix = Some(Arc::new(Fix {
        title: "Set bypass to AzureServices".to_owned(),
        safe: true,
        edits: vec![
            Edit {
                place: at(&main, "'None'"),
                text: "'AzureServices'".to_owned(),
            },
            Edit {
                place: at(&hub, "bypass: bypass"),
                text: "bypass: 'AzureServices'".to_owned(),
            },
        ],
    }));

    let mut endpoint = finding(
        "AKV401",
        Level::Warning,
        at(&main, "vault"),
        "No private endpoint is in this deployment; one may exist elsewhere.",
    );
    endpoint.verdict = Verdict::Open;
    endpoint.causes = vec![Cause {
        message: "the parameter 'environment' has no value".to_owned(),
        place: at(&main, "environment"),
    }];

    let mut wide = finding(
        "AKV102",
        Level::Warning,
        at(&hub, "networkAcls: {\tbypass: bypass\t}"),
        "Trusted services are blocked here too.",
    );
    wide.property = "properties.networkAcls".to_owned();
    wide.witness = vec![
        Assumption {
            name: "[empty(parameters('bypass'))]".to_owned(),
            value: Assumed::Is(serde_json::json!(false)),
            place: at(&hub, "bypass"),
        },
        Assumption {
            name: "bypass".to_owned(),
            value: Assumed::Not(vec![
                serde_json::json!("AzureServices"),
                serde_json::json!(null),
            ]),
            place: at(&hub, "bypass"),
        },
    ];

    let mut hostile_name = finding(
        "AKV999",
        Level::Error,
        at(&hostile, "kv\x1b]0;owned\x07\u{202e}txet\u{2066}"),
        "The name \x1b[31mkv\u{202e}\u{2066} [is](https://evil.example) not | allowed\n::error::owned ##vso[x]%0A.",
    );
    hostile_name.resource.name = "kv\x1b]0;owned\x07\u{202e}txet\u{2066}".to_owned();
    hostile_name.resource.label = hostile_name.resource.name.clone();
    hostile_name.related = vec![related("\x1b[2J", at(&hostile, "\u{9b}31m"), false)];

    let mut long = finding(
        "AKV202",
        Level::Note,
        at(&mini, "\"203.0.113.7/32\""),
        "A /32 range is one address; write the address.",
    );
    long.property = "properties.networkAcls.ipRules[0].value".to_owned();
    long.resource = named("kv-mini");
    long.related = vec![related("the vault", at(&mini, "\"kv-mini\""), false)];

    let mut suppressed = finding(
        "AKV105",
        Level::Note,
        at(&main, "networkAcls: acls"),
        "Public access is on.",
    );
    suppressed.suppression = Some(Suppression {
        in_source: true,
        reason: "closed by policy".to_owned(),
        place: Some(at(&main, "// The firewall")),
    });
    let mut known = finding(
        "AKV108",
        Level::Warning,
        at(&main, "'Deny'"),
        "The API version is old.",
    );
    known.baseline = Some(BaselineState::Unchanged);
    let mut passed = finding(
        "AKV104",
        Level::Error,
        at(&main, "'Deny'"),
        "The value is known.",
    );
    passed.verdict = Verdict::Pass;

    let mut partial = file(
        "infra/modules/hub vault.bicep",
        FileKind::Bicep,
        FileStatus::Partial,
        Some("syntax: expected '}'"),
    );
    partial.place = Some(at(&hub, "}]"));
    let mut findings = vec![
        hostile_name,
        passed,
        known,
        public,
        endpoint,
        suppressed,
        trusted,
        wide,
        long,
    ];
    for finding in &mut findings {
        // With a baseline each finding stands to it in some way.
        finding.baseline.get_or_insert(BaselineState::New);
    }
    let report = Report {
        worst: Some(Level::Error),
        files: vec![
            file(
                "exports/\x1b[2Jhostile.json",
                FileKind::Export,
                FileStatus::Analysed,
                None,
            ),
            file(
                "infra/dev.bicepparam",
                FileKind::Parameters,
                FileStatus::Analysed,
                None,
            ),
            file(
                "infra/latin1.json",
                FileKind::Arm,
                FileStatus::Failed,
                Some("encoding: bytes that are not UTF-8 at byte 5; save the file as UTF-8"),
            ),
            file(
                "infra/main.bicep",
                FileKind::Bicep,
                FileStatus::Analysed,
                None,
            ),
            file(
                "infra/main.json",
                FileKind::Arm,
                FileStatus::Skipped,
                Some("generated from infra/main.bicep"),
            ),
            partial,
            file(
                "infra/net.bicep",
                FileKind::Bicep,
                FileStatus::Skipped,
                Some("unrelated"),
            ),
            file(
                "infra/old.parameters.json",
                FileKind::Parameters,
                FileStatus::Skipped,
                Some("unpaired: no template beside it"),
            ),
            file(
                "infra/vm.bicep",
                FileKind::Bicep,
                FileStatus::Skipped,
                Some("unrelated"),
            ),
            file("minified.json", FileKind::Arm, FileStatus::Analysed, None),
        ],
        other_files: 7,
        deployments: 4,
        resources: 9,
        findings,
        absent: vec![
            Absent {
                path: "infra/main.bicep".to_owned(),
                resource: "microsoft.keyvault/vaults 'kv-\u{202e}old'".to_owned(),
                rule: "AKV202".to_owned(),
                property: "properties.networkAcls.ipRules[*].value=\"203.0.113.1/32\"".to_owned(),
                verdict: Verdict::Fail,
                count: 2,
            },
            Absent {
                path: "infra/gone file.bicep".to_owned(),
                resource: "microsoft.keyvault/vaults 'kv'".to_owned(),
                rule: "AKV401".to_owned(),
                property: String::new(),
                verdict: Verdict::Open,
                count: 1,
            },
        ],
        pictures: pictures(),
        verdicts: VerdictCounts {
            fail: 5,
            open: 1,
            pass: 1,
            suppressed: 1,
            baselined: 1,
        },
        problems: vec![Problem {
            path: "nosuch".to_owned(),
            message: "There is no such file or folder; check the spelling of the path.".to_owned(),
            line: None,
            named: true,
        }],
    };
    let rules = RuleCatalogue::new(vec![
        rule("AKV401", "no-private-endpoint", Level::Warning, "5.0"),
        rule("AKV101", "open-to-all-networks", Level::Error, "8.6"),
        rule("AKV102", "trusted-services-blocked", Level::Warning, "3.1"),
        rule("AKV104", "firewall-value-unknown", Level::Error, "7.0"),
        rule("AKV105", "public-access-enabled", Level::Note, "4.0"),
        rule(
            "AKV108",
            "firewall-not-in-api-version",
            Level::Warning,
            "5.5",
        ),
        rule("AKV202", "ip-rule-small-range", Level::Note, "0.1"),
        rule("AKV999", "made-up", Level::Error, "10.0"),
    ]);
    Fixture {
        sources,
        report,
        rules,
        main,
    }
}

impl Fixture {
    /// The same sources and rules with nothing found.
    pub(crate) fn clean() -> Self {
        let mut fixture = everything();
        let analysed = |file: &FileRecord| file.status == FileStatus::Analysed;
        fixture.report.files.retain(analysed);
        fixture.report.findings.clear();
        fixture.report.problems.clear();
        fixture.report.absent.clear();
        fixture.report.pictures.clear();
        fixture.report.other_files = 0;
        fixture.report.verdicts = VerdictCounts {
            pass: 12,
            ..VerdictCounts::default()
        };
        fixture
    }

    /// The same sources and rules with these findings instead.
    pub(crate) fn with(findings: Vec<Finding>) -> Self {
        let mut fixture = Self::clean();
        let count = |verdict| {
            findings
                .iter()
                .filter(|each| each.verdict == verdict)
                .count()
        };
        fixture.report.verdicts.fail = count(Verdict::Fail);
        fixture.report.verdicts.open = count(Verdict::Open);
        fixture.report.findings = findings;
        fixture
    }

    /// The template `infra/main.bicep`.
    pub(crate) fn main(&self) -> &Source {
        &self.main
    }

    /// The report in a format.
    pub(crate) fn write(&self, format: Format, options: &Options) -> String {
        let mut out = Vec::new();
        write(
            format,
            &self.report,
            &self.sources,
            &self.rules,
            options,
            &mut out,
        )
        .expect("a Vec takes all");
        String::from_utf8(out).expect("reports are UTF-8")
    }
}
