//! Snapshots of Bicep: deployments, not exports.

use super::{at, text, vault_id};
use akvlint::discover::{Kind as FileKind, classify};
use akvlint::estate::export::place_by_id;
use akvlint::evaluate::canonical::to_json;
use akvlint::evaluate::{Diagnostic, Entry, Resource, Surroundings, Wanted, evaluate};
use akvlint::project::{Content, Project};
use akvlint::source::Sources;
use akvlint::syntax::json::parse_sequence;
use std::path::Path;
use std::sync::Arc;

#[test]
fn what_expand_prints_of_an_undecided_loop_is_read_as_a_loop() {
    let text = r#"{"predictedResources": [{"id": "[format('/x/{0}', parameters('names')[copyIndex('each')])]",
        "type": "Microsoft.KeyVault/vaults", "name": "[parameters('names')[copyIndex('each')]]", "apiVersion": "2023-07-01",
        "condition": "[parameters('on')]", "copy": "[length(parameters('names'))]", "properties": {}}]}"#;
    let sources = Arc::new(Sources::new(Path::new("/")));
    let source = sources.insert("snapshot.json", text.to_owned());
    let project = Project::new(sources);
    let (resources, diagnostics) = predicted(&project, &project.parsed(&source).content);
    assert_eq!(diagnostics, []);
    let [vault] = resources.as_slice() else {
        panic!("{resources:?}")
    };
    let copies = vault.copies.as_ref().map(to_json);
    assert_eq!(copies.unwrap(), "[length(parameters('names'))]");
    assert_eq!(to_json(&vault.condition), "[parameters('on')]");
    assert!(!format!("{vault:?}").contains("Failed"), "{vault:?}");
}

/// What the template of a snapshot deploys, and what goes wrong.
fn predicted(project: &Project, content: &Content) -> (Vec<Resource>, Vec<Diagnostic>) {
    let Content::Template(template) = content else {
        panic!("{content:?}")
    };
    let entry = Entry {
        template: template.clone(),
        parameters: Vec::new(),
        overrides: Vec::new(),
        surroundings: Surroundings::default(),
        number: 1,
    };
    let mut evaluation = evaluate(project, &entry, Wanted::RESOURCES);
    place_by_id(&mut evaluation.resources);
    (evaluation.resources, evaluation.diagnostics)
}

#[test]
fn a_snapshot_is_a_deployment_whose_resources_say_where_they_are() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/exports");
    let sources = Arc::new(Sources::new(&folder));
    let project = Project::new(sources);
    let parsed = project.file(&folder.join("snapshot.json")).unwrap();
    let sequence = parse_sequence(parsed.source.text());
    assert_eq!(classify(&sequence.values), FileKind::Snapshot);
    assert_eq!(parsed.errors, []);
    let (resources, diagnostics) = predicted(&project, &parsed.content);
    assert_eq!(diagnostics, []);
    let [vault, setting] = resources.as_slice() else {
        panic!("{resources:?}")
    };
    assert_eq!(vault.id.as_str(), Some(&*vault_id("kv-billing")));
    assert!(
        setting
            .id
            .as_str()
            .unwrap()
            .ends_with("/diagnosticSettings/audit")
    );
    assert_eq!(text(vault, "properties.networkAcls.bypass"), "None");
    let rules = at(vault, "properties.networkAcls.ipRules");
    assert_eq!(to_json(rules), "[parameters('addresses')]");
    let line = parsed
        .source
        .position(
            at(vault, "properties.networkAcls.bypass")
                .origin
                .place
                .span
                .start,
        )
        .line;
    assert_eq!(line, 17);
}
