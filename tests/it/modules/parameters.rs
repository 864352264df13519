//! `.bicepparam` files.
use serde_json::json;

use super::{diagnostics, expand, expand_in, only, write};

#[test]
fn a_parameter_file_is_a_deployment_of_its_template() {
    let document = expand("parameters/prod.bicepparam");
    assert_eq!(diagnostics(&document), [""; 0]);
    let vault = only(&document);
    // Given by an imported function over a variable of the file.
    assert_eq!(vault["name"], "kv-prod");
    let properties = &vault["properties"];
    // Its own assignment wins over the one that it extends.
    assert_eq!(properties["networkAcls"]["defaultAction"], "Deny");
    let tags = json!({"owner": "platform", "name": "kv-prod"});
    assert_eq!(vault["tags"], tags);
    // `null` takes the assignment of the other file back, so that the default is used.
    assert_eq!(properties["sku"]["name"], "standard");
    assert_eq!(properties["secret"], "[parameters('secret')]");
}

#[test]
fn the_environment_of_the_process_is_never_read() {
    let document = expand("parameters/prod.bicepparam");
    let properties = &only(&document)["properties"];
    assert_eq!(properties["retention"], 90);
    let unknown = "[readEnvironmentVariable('PATH')]";
    assert_eq!(properties["fromEnvironment"], unknown);
}

#[test]
fn errors_stand_where_the_parameter_file_makes_them() {
    let document = expand("parameters/wrong.bicepparam");
    let said = diagnostics(&document);
    let expected = [
        "module wrong.bicepparam:2:9 testdata/modules/parameters/absent.bicepparam cannot be read: there is no such file or folder",
        "parameter wrong.bicepparam:4:14 parameter 'name' is of type string, but is given a value of type int",
        "parameter wrong.bicepparam:5:23 parameter 'defaultAction' is given a value that is not one of its allowed values",
        "parameter wrong.bicepparam:6:7 the template has no parameter 'unheardOf'",
    ];
    assert_eq!(said, expected);
    // The file that is not there may give the parameter a value, so its default says nothing.
    let retention = &only(&document)["properties"]["retention"];
    assert_eq!(*retention, json!("[parameters('retention')]"));
}

#[test]
fn a_file_that_extends_itself_is_read_once() {
    let document = expand("parameters/circle.bicepparam");
    assert_eq!(only(&document)["name"], "kv");
    assert_eq!(diagnostics(&document).len(), 1);
}

#[test]
fn a_template_that_is_not_there_is_a_diagnostic() {
    let document = expand("parameters/registry.bicepparam");
    assert_eq!(document["predictedResources"], json!([]));
    assert!(diagnostics(&document)[0].starts_with("module registry.bicepparam:1:7 'br:"));
}

#[test]
fn bases_of_bases_are_seen_through_base() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(
        root,
        "main.bicep",
        "param a string\nparam b string\nparam c string\noutput all array = [a, b, c]\n",
    );
    write(
        root,
        "one.bicepparam",
        "using none\nparam a = 'one'\nparam b = 'one'\n",
    );
    write(
        root,
        "two.bicepparam",
        "using none\nextends 'one.bicepparam'\nparam b = '${base.a}-two'\n",
    );
    write(
        root,
        "three.bicepparam",
        "using 'main.bicep'\nextends 'two.bicepparam'\nparam c = '${base.a}+${base.b}'\n",
    );
    let document = expand_in(root, &["three.bicepparam"]);
    let all = json!(["one", "one-two", "one+one-two"]);
    assert_eq!(document["outputs"]["all"], all, "{document}");
    // A value of the command line goes over those of the files.
    let document = expand_in(root, &["three.bicepparam", "-p", "a=given"]);
    assert_eq!(document["outputs"]["all"][0], "given");
}

#[test]
fn a_value_of_the_surroundings_is_one_of_those_that_the_parameter_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(
        root,
        "main.bicep",
        "param action 'Allow' | 'Deny' = 'Deny'\nparam name string = 'none'\n\
         output action string = action\noutput name string = name\n",
    );
    write(
        root,
        "x.bicepparam",
        "using 'main.bicep'\nparam action = readEnvironmentVariable('A')\n\
         param name = readEnvironmentVariable('B')\n",
    );
    let document = expand_in(root, &["x.bicepparam"]);
    let outputs = json!({
        "action": "[parameters('action')]",
        "name": "[readEnvironmentVariable('B')]",
    });
    assert_eq!(document["outputs"], outputs);
}
