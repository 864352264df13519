//! What a file is, by its content.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]
use akvlint::discover::{Format, Kind, classify, export_items, may_be_input};
use akvlint::source::{Decoded, decode};
use akvlint::syntax::json::parse_sequence;
use akvlint::syntax::template::TargetScope;
use std::path::Path;

/// The kind of a text; the prefilter must not have refused one that is something.
fn kind(text: &str) -> Kind {
    let kind = classify(&parse_sequence(text).values);
    assert!(
        kind == Kind::Other || may_be_input(text.as_bytes()),
        "refused, but {kind:?}:\n{text}"
    );
    kind
}

fn items(text: &str) -> usize {
    export_items(&parse_sequence(text).values).len()
}

fn template(scope: TargetScope) -> Kind {
    Kind::Template {
        target: Some(scope),
    }
}

#[test]
fn schemas_of_templates_and_parameters() {
    let with_schema =
        |schema: &str| kind(&format!(r#"{{"resources": [], "$schema": "{schema}"}}"#));
    let azure = "https://schema.management.azure.com/schemas";
    for (name, scope) in [
        (
            "2019-04-01/deploymentTemplate.json#",
            TargetScope::ResourceGroup,
        ),
        (
            "2014-04-01-preview/deploymentTemplate.json",
            TargetScope::ResourceGroup,
        ),
        (
            "2018-05-01/subscriptionDeploymentTemplate.json#",
            TargetScope::Subscription,
        ),
        (
            "2019-08-01/managementGroupDeploymentTemplate.json#",
            TargetScope::ManagementGroup,
        ),
        (
            "2019-08-01/TENANTdeploymentTEMPLATE.json#/",
            TargetScope::Tenant,
        ),
    ] {
        assert_eq!(
            with_schema(&format!("{azure}/{name}")),
            template(scope),
            "{name}"
        );
    }
    assert_eq!(
        with_schema("http://example.com/deploymenttemplate.json?x=1"),
        template(TargetScope::ResourceGroup)
    );
    for name in [
        "2015-01-01/deploymentParameters.json#",
        "2018-05-01/subscriptionDeploymentParameters.json#",
    ] {
        assert_eq!(
            with_schema(&format!("{azure}/{name}")),
            Kind::Parameters { has_schema: true },
            "{name}"
        );
    }
    for name in [
        "0.1.2-preview/CreateUIDefinition.MultiVm.json#",
        "2016-06-01/workflowdefinition.json#",
    ] {
        assert_eq!(
            with_schema(&format!("{azure}/{name}")),
            Kind::Other,
            "{name}"
        );
    }
    assert_eq!(
        kind(r#"{"$Schema": "deploymentTemplate.json"}"#),
        template(TargetScope::ResourceGroup)
    );
}

#[test]
fn templates_and_parameters_without_a_schema() {
    let bare = Kind::Template { target: None };
    let vault = r#"{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "[parameters('n')]", "properties": {}}"#;
    assert_eq!(
        kind(&format!(
            r#"{{"contentVersion": "1.0.0.0", "resources": [{vault}]}}"#
        )),
        bare
    );
    assert_eq!(
        kind(&format!(
            r#"{{"Parameters": {{}}, "Resources": {{"kv": {vault}}}}}"#
        )),
        bare
    );
    assert_eq!(
        kind(&format!(
            r#"{{"$schema": "foo", "variables": {{}}, "resources": [{vault}]}}"#
        )),
        bare
    );
    assert_eq!(kind(&format!(r#"{{"resources": [{vault}]}}"#)), bare);
    assert_eq!(
        kind(r#"{"contentVersion": "1.0.0.0", "resources": []}"#),
        Kind::Other
    );
    assert_eq!(
        kind(r#"{"resources": [{"type": "cpu", "apiVersion": "v1"}], "parameters": {}}"#),
        Kind::Other
    );

    let parameters = Kind::Parameters { has_schema: false };
    for text in [
        "{\"parameters\": {\"name\": { // why\n /* and */ \"value\": \"kv\"}}}",
        r#"{"parameters": {"name": {"value": "kv"}, "key": {"reference": {"keyVault": {"id": "x"}, "secretName": "s"}}}}"#,
        r#"{"contentVersion": "1.0.0.0", "parameters": {"name": {"value": null}}}"#,
        r#"{"name": {"value": "kv"}, "tags": {"metadata": {}, "value": {}}}"#,
        "{\n  // bare\n  \"Name\": {\n    \"Value\": 1 } }",
    ] {
        assert_eq!(kind(text), parameters, "{text}");
    }
    for text in [
        "{}",
        r#"{"parameters": {"name": {"type": "string"}}}"#,
        r#"{"parameters": {}}"#,
        r#"{"parameters": {"api-version": "1", "parameters": {"value": 1}}, "responses": {}}"#,
        r#"{"title": {"value": "x", "comment": "y"}}"#,
        r#"{"a": {"reference": "b"}}"#,
        r#"{"a": {"metadata": {}}}"#,
    ] {
        assert_eq!(kind(text), Kind::Other, "{text}");
    }
}

#[test]
fn snapshots_and_blueprints() {
    assert_eq!(
        kind(r#"{"predictedResources": [], "diagnostics": []}"#),
        Kind::Snapshot
    );
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    assert_eq!(
        kind(&format!(
            r#"{{"kind": "Template", "properties": {{"template": {{"$schema": "{schema}"}}}}}}"#
        )),
        Kind::EnclosedTemplate
    );
    assert_eq!(
        kind(r#"{"kind": "roleAssignment", "properties": {}}"#),
        Kind::Other
    );
}

#[test]
fn template_specs_hold_a_template_that_need_not_say_so() {
    let spec = |place: &str| {
        format!(
            r#"{{"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Resources/templateSpecs/s/versions/1", "type": "Microsoft.Resources/templateSpecs/versions", {place}}}"#
        )
    };
    let template = r#""mainTemplate": {"resources": [{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv"}]}"#;
    for place in [
        template.to_owned(),
        format!(r#""properties": {{{template}}}"#),
    ] {
        assert_eq!(kind(&spec(&place)), Kind::EnclosedTemplate, "{place}");
    }
    // PowerShell prints it as text.
    let text = spec(r#""mainTemplate": "{\"resources\": [{\"apiVersion\": \"1\"}]}""#);
    assert_eq!(kind(&text), Kind::EnclosedTemplate);
}

/// What holds other resources as well is an export, which tells of the template in it.
#[test]
fn lists_of_what_holds_a_template() {
    let request = r#"{"properties": {"template": {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}}}"#;
    let other = r#"{"kind": "roleAssignment", "properties": {}}"#;
    let vault = r#"{"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv", "type": "Microsoft.KeyVault/vaults", "name": "kv"}"#;
    assert_eq!(kind(&format!("[{request}]")), Kind::EnclosedTemplate);
    assert_eq!(
        kind(&format!("[{other}, {request}]")),
        Kind::EnclosedTemplate
    );
    assert_eq!(kind(&format!("[{request}, {vault}]")), Kind::Export);
    assert_eq!(kind(&format!("[{other}]")), Kind::Other);
}

#[test]
fn answers_of_what_ifs_and_validations() {
    let id = "/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv";
    let change = format!(r#"{{"resourceId": "{id}", "changeType": "Create", "after": null}}"#);
    for text in [
        format!(r#"{{"changes": [null, {change}]}}"#),
        format!(r#"{{"changes": {change}}}"#),
        format!(r#"{{"properties": {{"changes": {{"first": {change}}}}}}}"#),
        format!(r#"[null, {{"potentialChanges": [{change}]}}]"#),
        format!(r#"{{"validatedResources": [null, {{"id": "{id}"}}]}}"#),
        r#"{"status": "Failed", "changes": [], "error": null}"#.to_owned(),
        r#"{"status": "Failed", "error": {"code": "InvalidTemplate", "message": "m"}}"#.to_owned(),
        r#"{"status": "Failed", "error": {"code": "DeploymentWhatIfResourceError"}}"#.to_owned(),
        r#"{"error": {"code": "InvalidTemplateDeployment", "details": []}}"#.to_owned(),
        r#"{"predictedResources": null}"#.to_owned(),
    ] {
        assert_eq!(kind(&text), Kind::Snapshot, "{text}");
    }
    for text in [
        r#"{"status": "Succeeded", "changes": []}"#,
        r#"{"status": "failed", "changes": ["vault"]}"#,
        r#"{"status": "failed", "changes": ["vault"], "error": "it did not build"}"#,
        r#"{"status": "failed", "changes": [], "error": null, "branch": "vault"}"#,
        r#"{"status": "Failed", "error": {"code": "Conflict", "message": "the vault"}}"#,
        r#"{"id": 1, "error": {"code": "InvalidTemplate", "message": "the vault"}}"#,
        r#"{"properties": {"validatedResources": null}, "name": "vault"}"#,
        r#"[{"resourceId": "kv", "changeType": "Update", "vault": 1}]"#,
        r#"{"changes": [{"id": "/vault", "changeType": "Update"}]}"#,
    ] {
        assert_eq!(kind(text), Kind::Other, "{text}");
    }
}

const VAULT: &str = r#"{"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv", "name": "kv", "type": "Microsoft.KeyVault/vaults", "properties": {}}"#;
const STORAGE: &str = r#"{"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/s", "name": "s", "type": "Microsoft.Storage/storageAccounts"}"#;

#[test]
fn exports_come_in_many_wrappings() {
    for (text, count) in [
        (VAULT.to_owned(), 1),
        (format!("[{VAULT}, {STORAGE}]"), 2),
        (format!(r#"{{"value": [{VAULT}], "nextLink": null}}"#), 1),
        (format!(r#"{{"value": [{VAULT}, {VAULT}], "Count": 2}}"#), 2),
        (
            format!(r#"{{"count": 1, "data": [{STORAGE}, {VAULT}], "skipToken": null}}"#),
            2,
        ),
        (
            format!(r#"[{{"value": [{VAULT}]}}, {{"value": [{VAULT}]}}]"#),
            2,
        ),
        (format!("{STORAGE}\n{VAULT}\n{VAULT}\n"), 3),
        (VAULT.to_uppercase(), 1),
    ] {
        assert_eq!(kind(&text), Kind::Export, "{text}");
        assert_eq!(items(&text), count, "{text}");
    }
}

#[test]
fn exports_in_the_shapes_of_other_tools() {
    for text in [
        r#"[{"ResourceId": "/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv", "VaultName": "kv"}]"#,
        r#"{"VaultName": "kv", "VaultUri": "https://kv.vault.azure.net/", "NetworkAcls": null, "ResourceId": null}"#,
        r#"[{"name": "kv", "type": "microsoft.keyvault/vaults", "properties": {"publicNetworkAccess": "Enabled"}}]"#,
        r#"{"bypass": "AzureServices", "defaultAction": "Deny", "ipRules": [], "virtualNetworkRules": []}"#,
        r#"{"DefaultAction": 1, "Bypass": 0, "IpAddressRanges": null}"#,
        r#"{"data": {"columns": [{"name": "name"}, {"name": "id"}], "rows": [["kv", "/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv"]]}}"#,
        r#"[{"name": "kv", "type": "microsoft.keyvault/vaults", "properties": "{\"publicNetworkAccess\": \"Enabled\"}"}]"#,
        r#"[{"name": "kv", "type": "microsoft.keyvault/vaults", "properties_networkAcls": null}]"#,
        r#"[{"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/pe", "etag": "x"}]"#,
        r#"[{"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/z/A/kv"}]"#,
        r#"{"value": [{"id": "/subscriptions/1/resourceGroups/g/providers/microsoft.network/virtualNetworks/v"}]}"#,
        r#"{"id": "/subscriptions/1/providers/Microsoft.Security/pricings/KeyVaults", "pricingTier": "Free"}"#,
        r#"[{"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Network/networkSecurityPerimeters/p"}]"#,
        r#"{"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Compute/diskEncryptionSets/d", "activeKey": {"keyUrl": "https://kv.vault.azure.net/keys/k"}}"#,
    ] {
        assert_eq!(kind(text), Kind::Export, "{text}");
    }
}

#[test]
fn what_does_not_concern_us_is_other() {
    for text in [
        "[]",
        "\"text\"",
        "",
        r#"{"name": "app", "version": "1.0.0", "dependencies": {}}"#,
        r#"{"apiVersion": "v1", "kind": "List", "items": []}"#,
        r#"{"properties": {"policyRule": {"if": {"field": "type", "equals": "Microsoft.KeyVault/vaults"}}, "mode": "All"}}"#,
        r#"{"id": "https://kv.vault.azure.net/secrets/s", "attributes": {"enabled": true}}"#,
        r#"{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "[parameters('n')]", "properties": {"a": 1}}"#,
        r#"{"ipRules": [], "virtualNetworkRules": []}"#,
        r#"{"data": {"columns": [{"name": "vault"}], "rows": [["kv"], {}, 1]}}"#,
    ] {
        assert_eq!(kind(text), Kind::Other, "{text}");
    }
}

#[test]
fn utf16_passes_the_prefilter() {
    let bytes: Vec<u8> = VAULT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(may_be_input(&bytes));
    let Decoded { text, .. } = decode(bytes).unwrap();
    assert_eq!(kind(&text), Kind::Export);
}

#[test]
fn formats_go_by_the_ending() {
    let format = |name: &str| Format::of(Path::new(name));
    assert_eq!(format("a/main.BICEP"), Some(Format::Bicep));
    assert_eq!(format("main.dev.bicepparam"), Some(Format::BicepParameters));
    assert_eq!(format("azuredeploy.jsonc"), Some(Format::Json));
    assert_eq!(format("main.bicep.bak"), None);
    assert_eq!(format("json"), None);
}
