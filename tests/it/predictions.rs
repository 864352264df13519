//! What-ifs and validations: which files are some, and what is told of those that leave something out.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::fs;

use crate::program::akvlint;

const ID: &str = "/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-contoso";

const OPEN: &str = r#"{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv-contoso", "properties": {"networkAcls": {"defaultAction": "Allow"}}}"#;

/// The status and the reason of a file with this text, and the exit code of a run over it.
fn checked(text: &str) -> ((String, String), Option<i32>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("what-if.json"), text).unwrap();
    let arguments = ["check", ".", "-f", "json", "--select", "AKV101"];
    let (code, out, _) = akvlint(folder.path(), &arguments);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let file = &report["files"][0];
    let text = |key: &str| file[key].as_str().unwrap_or_default().to_owned();
    ((text("status"), text("reason")), code)
}

/// With `--result-format ResourceIdOnly` a what-if says what is made and not how.
#[test]
fn a_what_if_that_does_not_tell_what_it_makes_is_not_fully_analysed() {
    let id = "/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-untold";
    let change = |kind: &str, after: &str| {
        format!(r#"{{"resourceId": "{id}", "changeType": "{kind}", "after": {after}}}"#)
    };
    let vault = r#"{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv-told", "properties": {"networkAcls": {"defaultAction": "Allow"}}}"#;
    let (untold, told) = (change("Create", "null"), change("Create", vault));
    let ignored = change("Ignore", "null");
    for (changes, status) in [
        (format!(r#"{{"changes": [{untold}]}}"#), "partial"),
        (format!(r#"{{"changes": [{told}, null]}}"#), "partial"),
        (format!(r#"{{"changes": [{told}, {ignored}]}}"#), "analysed"),
        (
            format!(r#"{{"properties": {{"changes": [{told}]}}}}"#),
            "analysed",
        ),
        (
            format!(r#"{{"changes": [], "potentialChanges": [{told}]}}"#),
            "analysed",
        ),
        (
            format!(r#"[{{"status": "Succeeded", "changes": [{told}]}}, {{"changes": []}}]"#),
            "analysed",
        ),
        (
            format!(
                r#"{{"status": "Failed", "changes": null, "error": {{"code": "InvalidTemplate", "message": "{id}"}}}}"#
            ),
            "partial",
        ),
        (
            format!(
                r#"{{"error": null, "properties": {{"provisioningState": "Succeeded", "validatedResources": [{vault}]}}, "type": "Microsoft.Resources/deployments"}}"#
            ),
            "analysed",
        ),
        (
            format!(r#"{{"properties": {{"validatedResources": [{vault}, {{"id": "{id}"}}]}}}}"#),
            "partial",
        ),
        (
            format!(r#"{{"properties": {{"validatedResources": [{{"id": "{id}"}}]}}}}"#),
            "partial",
        ),
        (
            format!(r#"{{"status": "Failed", "changes": [{told}], "error": null}}"#),
            "partial",
        ),
        (
            format!(r#"{{"status": "Succeeded", "changes": {{"first": {told}}}}}"#),
            "partial",
        ),
        (format!(r#"{{"changes": {told}}}"#), "partial"),
        (
            format!(r#"{{"changes": [{told}], "potentialChanges": "kv"}}"#),
            "partial",
        ),
        (format!(r#"[null, {{"changes": [{told}]}}]"#), "partial"),
        (
            format!(r#"[{{"changes": [{told}]}}, {{"status": "Failed", "error": {{}}}}]"#),
            "partial",
        ),
        (
            format!(r#"[{{"changes": [{told}]}}, {{"name": "other"}}]"#),
            "partial",
        ),
        (
            r#"{"status": "Failed", "error": {"code": "DeploymentWhatIfResourceError"}}"#
                .to_owned(),
            "partial",
        ),
        (
            format!(
                r#"{{"changes": [{told}], "diagnostics": [{{"code": "NestedDeploymentShortCircuited", "level": "Warning"}}]}}"#
            ),
            "partial",
        ),
        (
            format!(
                r#"{{"status": "Succeeded", "changes": [{told}], "diagnostics": [], "error": null, "potentialChanges": null}}"#
            ),
            "analysed",
        ),
        (
            format!(r#"{{"predictedResources": [{vault}]}}"#),
            "analysed",
        ),
        (
            format!(r#"{{"predictedResources": [{vault}, null]}}"#),
            "partial",
        ),
        (r#"{"predictedResources": null}"#.to_owned(), "partial"),
    ] {
        let (told, code) = checked(&changes);
        assert_eq!(told.0, status, "{changes}");
        assert_eq!(
            code,
            Some(i32::from(changes.contains("kv-told"))),
            "{changes}"
        );
    }
}

/// What `Get-AzResourceGroupDeploymentWhatIfResult | ConvertTo-Json` prints: PowerShell 7 writes the words of an enum, Windows
/// PowerShell its numbers, and it loses what is in `After`.
#[test]
fn what_powershell_prints_of_a_what_if_is_judged_or_told() {
    let change = |kind: &str, after: &str| {
        format!(
            r#"{{"Scope": "/subscriptions/1/resourceGroups/g", "RelativeResourceId": "Microsoft.KeyVault/vaults/kv-contoso", "UnsupportedReason": null, "FullyQualifiedResourceId": "{ID}", "ChangeType": {kind}, "ApiVersion": "2023-07-01", "Before": null, "After": {after}, "Delta": null}}"#
        )
    };
    let result = |changes: &str| {
        format!(
            r#"{{"Status": "Succeeded", "Error": null, "Changes": {changes}, "PotentialChanges": null, "Diagnostics": []}}"#
        )
    };
    let name =
        "Microsoft.Azure.Commands.ResourceManager.Cmdlets.SdkModels.Deployments.PSWhatIfChange";
    let made = change("\"Create\"", OPEN);
    for (text, status, word, code) in [
        (result(&format!("[{made}]")), "analysed", "", 1),
        (
            result(&format!("[{}]", change("0", OPEN))),
            "analysed",
            "",
            1,
        ),
        (format!("[{made}]"), "analysed", "", 1),
        (made, "analysed", "", 1),
        // `Delete` and `Ignore`.
        (
            result(&format!("[{}, {}]", change("1", "null"), change("2", OPEN))),
            "analysed",
            "",
            0,
        ),
        (
            result(&format!("[{}]", change("0", "[[[]], [[]]]"))),
            "partial",
            "PowerShell 7",
            0,
        ),
        (result(&format!("[\"{name}\"]")), "partial", "-Depth", 0),
        (
            result(&format!("\"{name} {name}\"")),
            "partial",
            "must be an array",
            0,
        ),
    ] {
        let ((said, reason), ended) = checked(&text);
        assert_eq!((said.as_str(), ended), (status, Some(code)), "{text}");
        assert!(reason.contains(word), "{reason}");
    }
}

/// The what-if of a deployment stack has its changes deeper, and ids only on them.
#[test]
fn what_ifs_of_deployment_stacks_are_judged_or_told() {
    let answer = |state: &str, members: &str| {
        format!(
            r#"{{"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Resources/deploymentStacksWhatIfResults/w", "type": "Microsoft.Resources/deploymentStacksWhatIfResults", "name": "w", "properties": {{"deploymentStackResourceId": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Resources/deploymentStacks/s", "provisioningState": "{state}"{members}}}}}"#
        )
    };
    let changes = |changes: &str| {
        format!(r#", "changes": {{"resourceChanges": [{changes}], "denySettingsChange": {{}}}}"#)
    };
    let change = |kind: &str| {
        format!(
            r#"{{"id": "{ID}", "managementStatusChange": {{"before": "notManaged", "after": "managed"}}, "changeType": "{kind}", "changeCertainty": "definite", "resourceConfigurationChanges": {{"after": {OPEN}}}}}"#
        )
    };
    let of_extension = r#"{"extension": {"name": "MicrosoftGraph", "version": "1.0"}, "identifiers": {"uniqueName": "g"}, "changeType": "create", "changeCertainty": "definite"}"#;
    let untold = format!(r#"{{"resourceId": "{ID}", "changeType": "create"}}"#);
    for (text, status, word, code) in [
        (
            answer("succeeded", &changes(&change("create"))),
            "analysed",
            "",
            1,
        ),
        (
            answer("succeeded", &changes(&change("detach"))),
            "analysed",
            "",
            0,
        ),
        (
            answer("succeeded", &changes(of_extension)),
            "skipped",
            "unrelated",
            0,
        ),
        (
            answer("succeeded", &changes(&untold)),
            "partial",
            "`after`",
            0,
        ),
        (
            answer(
                "succeeded",
                r#", "changes": {"resourceChanges": "System.Object[]"}"#,
            ),
            "partial",
            "must be an array",
            0,
        ),
        (answer("succeeded", ""), "partial", "does not tell", 0),
        (
            answer("failed", r#", "error": {"code": "DeploymentFailed"}"#),
            "partial",
            "DeploymentFailed",
            0,
        ),
        (
            format!(
                r#"{{"deploymentStackResourceId": "/s"{}}}"#,
                changes(&change("modify"))
            ),
            "analysed",
            "",
            1,
        ),
    ] {
        let ((said, reason), ended) = checked(&text);
        assert_eq!((said.as_str(), ended), (status, Some(code)), "{text}");
        assert!(reason.contains(word), "{reason}");
    }
}

/// `as_dict()` of the Azure SDK for Python has names in snake case around the resources.
#[test]
fn a_what_if_in_snake_case_is_one() {
    let change = |kind: &str| {
        format!(r#"{{"resource_id": "{ID}", "change_type": "{kind}", "after": {OPEN}}}"#)
    };
    for (text, ended) in [
        (
            format!(
                r#"{{"status": "Succeeded", "changes": [{}]}}"#,
                change("Create")
            ),
            1,
        ),
        (
            format!(
                r#"{{"status": "Succeeded", "changes": [], "potential_changes": [{}]}}"#,
                change("Create")
            ),
            1,
        ),
        (format!("[{}]", change("Modify")), 1),
        (
            format!(
                r#"{{"status": "Succeeded", "changes": [{}]}}"#,
                change("Ignore")
            ),
            0,
        ),
        (
            format!(r#"{{"properties": {{"validated_resources": [{OPEN}]}}}}"#),
            1,
        ),
    ] {
        let ((status, reason), code) = checked(&text);
        assert_eq!(
            (&*status, &*reason, code),
            ("analysed", "", Some(ended)),
            "{text}"
        );
    }
}

/// A value that nests too deep for `-Depth` is written as the name of its class, or as its text.
#[test]
fn what_convertto_json_cut_off_within_a_resource_is_undecided() {
    let resource = |properties: &str| {
        format!(
            r#"{{"type": "Microsoft.KeyVault/vaults", "name": "kv-contoso", "properties": {properties}}}"#
        )
    };
    let told = |properties: &str| {
        checked(&format!(
            r#"{{"Status": "Succeeded", "Changes": [{{"FullyQualifiedResourceId": "{ID}", "ChangeType": 3, "After": {}}}]}}"#,
            resource(properties)
        ))
    };
    let ((status, _), ended) = told(r#"{"networkAcls": {"defaultAction": "Deny"}}"#);
    assert_eq!((status.as_str(), ended), ("analysed", Some(0)));
    for properties in [
        r#"{"networkAcls": "@{bypass=AzureServices; defaultAction=Deny}"}"#,
        r#"{"networkAcls": {"defaultAction": "Deny", "ipRules": "System.Object[]"}}"#,
        r#""System.Collections.Hashtable""#,
        r#"{"networkAcls": "{\r\n  \"defaultAction\": \"Deny\"\r\n}"}"#,
        r#"{"networkAcls": {"defaultAction": "Deny", "ipRules": "[]"}}"#,
    ] {
        let ((status, reason), ended) = told(properties);
        assert_eq!(
            (status.as_str(), ended),
            ("partial", Some(0)),
            "{properties}"
        );
        assert!(reason.contains("-Depth"), "{reason}");
    }
}

#[test]
fn what_convertto_json_cut_off_is_the_cause_of_what_is_undecided() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        r#"{{"Status": "Succeeded", "Changes": [{{"FullyQualifiedResourceId": "{ID}", "ChangeType": 3, "After": {{"type": "Microsoft.KeyVault/vaults", "name": "kv-contoso", "properties": {{"networkAcls": "System.Object"}}}}}}]}}"#
    );
    fs::write(folder.path().join("what-if.json"), text).unwrap();
    let arguments = ["check", ".", "-f", "compact", "--select", "AKV101"];
    let (_, out, _) = akvlint(folder.path(), &arguments);
    assert!(
        out.contains("an expression cannot be evaluated: `ConvertTo-Json` cut it off"),
        "{out}"
    );
}
