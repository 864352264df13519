//! `import`.
use serde_json::json;

use super::{diagnostics, expand, expand_in, only, write};

#[test]
fn names_are_evaluated_in_the_file_that_they_come_from() {
    let document = expand("imports/main.bicep");
    assert_eq!(diagnostics(&document), [""; 0]);
    let vault = only(&document);
    // From one file through another, which imports from the first.
    assert_eq!(vault["name"], "kv-hub");
    let ranges = json!([{"value": "10.0.0.0/8"}, {"value": "kv-hub"}]);
    assert_eq!(vault["properties"]["networkAcls"]["ipRules"], ranges);
    // A function that calls another one, which is not exported, and reads a variable.
    let tags = json!({"name": "kv:vault", "numbers": [2, 4]});
    assert_eq!(vault["tags"], tags);
}

#[test]
fn compiled_json_exports_like_bicep() {
    let document = expand("imports/main.bicep");
    let vault = only(&document);
    assert_eq!(vault["location"], "eu-west");
    assert_eq!(vault["properties"]["region"], "westeurope");
    assert_eq!(vault["properties"]["publicNetworkAccess"], "Disabled");
}

#[test]
fn what_is_not_there_is_unknown_and_the_rest_is_not() {
    let document = expand("imports/missing.bicep");
    let vault = only(&document);
    assert_eq!(vault["name"], "[__bicep.nameOf('x')]");
    let properties = &vault["properties"];
    assert_eq!(properties["first"], "[variables('name')]");
    assert_eq!(properties["absent"], "[variables('absent.value')]");
    assert_eq!(properties["lock"], "[parameters('lock')]");
    // A type that is not known leaves a value as it is.
    assert_eq!(properties["other"], "None");
    let said = diagnostics(&document);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with(
        "module missing.bicep:1:40 'br/public:example/types:1.0.0' is not in the module cache"
    ));
    assert!(said[1].starts_with("module missing.bicep:3:25 "));
}

#[test]
fn circles_of_imports_end() {
    let document = expand("imports/circle-a.bicep");
    let said = diagnostics(&document).join("\n");
    assert!(said.contains("refers to itself"), "{said}");
    assert!(
        said.contains("'circle-a.bicep' declares nothing called 'c'"),
        "{said}"
    );
    assert_eq!(document["outputs"]["value"], "[variables('b')]");
}

#[test]
fn a_type_of_another_file_makes_a_decision() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "types.bicep",
        "type one = 'Allow'\n@export()\ntype action = one | 'Deny'\n",
    );
    write(
        folder.path(),
        "main.bicep",
        "import { action as act } from 'types.bicep'\nparam a act\noutput a string = a\n",
    );
    // A value that the type does not permit is told as for a type of the same file.
    let document = expand_in(folder.path(), &["main.bicep", "-p", "a=Never"]);
    assert_eq!(document["diagnostics"][0]["code"], "parameter");
    for value in ["Allow", "Deny"] {
        let given = format!("a={value}");
        let document = expand_in(folder.path(), &["main.bicep", "-p", &given]);
        assert_eq!(document["diagnostics"], json!([]));
        assert_eq!(document["outputs"]["a"], value);
    }
}

#[test]
fn what_is_imported_is_evaluated_in_the_scope_of_the_module_that_imports_it() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "names.bicep",
        "@export()\nfunc here() string => resourceGroup().name\n",
    );
    write(
        folder.path(),
        "module.bicep",
        "import { here } from 'names.bicep'\noutput group string = here()\n",
    );
    write(
        folder.path(),
        "main.bicep",
        "targetScope = 'subscription'\n\
         module one 'module.bicep' = {\n  scope: resourceGroup('one')\n}\n\
         module two 'module.bicep' = {\n  scope: resourceGroup('two')\n}\n\
         output groups array = [one.outputs.group, two.outputs.group]\n",
    );
    let document = expand_in(folder.path(), &["main.bicep"]);
    assert_eq!(document["outputs"]["groups"], json!(["one", "two"]));
}
