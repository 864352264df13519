//! The `load…` functions.
use std::path::Path;
use std::sync::Arc;

use akvlint::evaluate::origin::Step;
use akvlint::evaluate::value::Value;
use akvlint::evaluate::{Entry, Surroundings, Wanted, evaluate};
use akvlint::project::{Content, Project};
use akvlint::source::Sources;
use serde_json::json;

use super::{diagnostics, expand, expand_in, only, write};

#[test]
fn files_of_every_kind_are_values() {
    let document = expand("load/main.bicep");
    assert_eq!(diagnostics(&document), [""; 0]);
    let vault = only(&document);
    assert_eq!(vault["name"], "kv-ä-1");
    let acls = json!({
        "defaultAction": "Deny",
        "bypass": "AzureServices",
        "ipRules": [{"value": "1.2.3.0/24"}, {"value": "5.6.7.8"}],
    });
    let properties = &vault["properties"];
    assert_eq!(properties["networkAcls"], acls);
    // The byte order mark goes before what the call says.
    assert_eq!(properties["text"], "wide ✓");
    assert_eq!(properties["latin"], "café");
    assert_eq!(properties["bytes"], "AAEC/w==");
    let file = |name: &str, extension: &str| {
        let path = format!("listed/{name}");
        json!({"relativePath": path, "baseName": name, "extension": extension})
    };
    let files = json!([file("A.TXT", ".TXT"), file("b.txt", ".txt")]);
    assert_eq!(properties["files"], files);
    assert_eq!(properties["all"], json!(["A.TXT", "b.txt", "c.text", "d"]));
}

#[test]
fn a_call_that_cannot_be_answered_is_unknown_and_says_why() {
    let document = expand("load/wrong.bicep");
    let said = diagnostics(&document);
    let expected = [
        "module wrong.bicep:3:40 testdata/modules/load/data/absent.txt cannot be read: there is no such file",
        "module wrong.bicep:4:40 testdata/modules/load/data cannot be read: it is a folder",
        "'/etc/hostname' cannot be followed: it is an absolute path",
        "'data\\rules.json' cannot be followed: it has a `\\`",
        "evaluate wrong.bicep:8:42 'windows-1250' is no encoding",
        "evaluate wrong.bicep:9:26 loadTextContent: the arguments must be known",
        "'data/acl.yaml' is no JSON: text outside of a JSON value",
        "'data/bytes.bin' is no YAML",
        "'.nothing' selects nothing in 'data/rules.json'",
        "'.rules[x]' is no JSONPath",
    ];
    for expected in expected {
        assert!(
            said.iter().any(|said| said.contains(expected)),
            "{expected} is missing in {said:#?}"
        );
    }
    assert_eq!(
        document["outputs"]["absent"],
        "[loadTextContent('data/absent.txt')]"
    );
    assert_eq!(document["outputs"]["fine"], "kv-ä-1");
}

#[test]
fn values_point_into_the_file_that_they_come_from() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = Arc::new(Sources::new(root));
    let project = Project::new(sources.clone());
    let parsed = project
        .file(&root.join("testdata/modules/load/main.bicep"))
        .expect("a file");
    let Content::Template(template) = &parsed.content else {
        panic!("a template is expected")
    };
    let entry = Entry {
        template: template.clone(),
        parameters: Vec::new(),
        overrides: Vec::new(),
        surroundings: Surroundings::default(),
        number: 1,
    };
    let evaluation = evaluate(&project, &entry, Wanted::RESOURCES);
    let body = &evaluation.resources[0].body;
    let member = |value: &Value, name: &str| {
        let object = value.as_object().expect("an object");
        object.get(name).expect("a member").value.clone()
    };
    let written = |value: &Value| {
        let place = value.origin.place;
        let source = sources.get(place.file).expect("a source");
        (
            source.name().to_owned(),
            source.slice(place.span).to_owned(),
        )
    };
    let acls = member(&member(body, "properties"), "networkAcls");
    let rules = member(&acls, "ipRules");
    let second = member(&rules.as_array().expect("an array")[1], "value");
    let json = "testdata/modules/load/data/rules.json".to_owned();
    let yaml = "testdata/modules/load/data/acl.yaml".to_owned();
    assert_eq!(written(&second), (json.clone(), "\"5.6.7.8\"".to_owned()));
    assert!(
        second
            .origin
            .steps()
            .any(|used| { used.step == Step::File(json.as_str().into()) })
    );
    // Behind a character of two bytes.
    assert_eq!(
        written(&member(body, "name")),
        (json, "\"kv-ä-1\"".to_owned())
    );
    let (file, text) = written(&member(&acls, "defaultAction"));
    assert_eq!((file, text.trim_end()), (yaml, "Deny"));
    let loaded = evaluation
        .loaded
        .iter()
        .filter_map(|file| sources.get(*file));
    assert!(
        loaded
            .into_iter()
            .any(|source| source.name().ends_with("rules.json"))
    );
}

#[test]
fn only_what_is_inside_of_the_project_is_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(root, "secret.txt", "secret");
    write(root, "project/akvlint.toml", "");
    write(root, "project/shared.txt", "shared");
    write(
        root,
        "project/deep/main.bicep",
        "output inside string = loadTextContent('../shared.txt')\n\
         output outside string = loadTextContent('../../secret.txt')\n\
         output listed array = loadDirectoryFileInfo('../..')\n\
         output linked string = loadTextContent('link.txt')\n\
         output linkedFolder array = loadDirectoryFileInfo('folder')\n\
         output bytes string = loadFileAsBase64('../../secret.txt')\n",
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        let deep = root.join("project/deep");
        symlink(root.join("secret.txt"), deep.join("link.txt")).expect("a link");
        symlink(root, deep.join("folder")).expect("a link");
    }
    // Wherever it is started.
    for (start, file) in [
        ("", "project/deep/main.bicep"),
        ("project/deep", "main.bicep"),
    ] {
        let document = expand_in(&root.join(start), &[file]);
        assert_eq!(document["outputs"]["inside"], "shared");
        let text = document.to_string();
        assert!(
            !text.contains("c2VjcmV0") && !text.contains("\"secret"),
            "{text}"
        );
        let said = diagnostics(&document);
        let refused = said
            .iter()
            .filter(|said| said.contains("outside of the project"));
        assert_eq!(refused.count(), if cfg!(unix) { 5 } else { 3 }, "{said:#?}");
    }
}

#[test]
fn without_a_mark_the_project_is_the_working_directory() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(root, "shared.txt", "shared");
    write(
        root,
        "a/main.bicep",
        "output shared string = loadTextContent('../shared.txt')\n",
    );
    let document = expand_in(root, &["a/main.bicep"]);
    assert_eq!(document["outputs"]["shared"], "shared");
    let document = expand_in(&root.join("a"), &["main.bicep"]);
    assert_eq!(document["diagnostics"][0]["code"], "module");
}

#[test]
fn what_is_larger_than_the_compiler_reads_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(root, "text.txt", &"ä".repeat(131_072));
    write(root, "more.txt", &"a".repeat(131_073));
    write(root, "bytes.txt", &"a".repeat(98_305));
    write(
        root,
        "deep.json",
        &format!("{}{}", "[".repeat(300), "]".repeat(300)),
    );
    write(root, "many.json", &format!("[{}0]", "0,".repeat(300_000)));
    write(
        root,
        "main.bicep",
        "output length int = length(loadTextContent('text.txt'))\n\
         output more string = loadTextContent('more.txt')\n\
         output bytes string = loadFileAsBase64('bytes.txt')\n\
         output deep array = loadJsonContent('deep.json')\n\
         output many array = loadJsonContent('many.json')\n",
    );
    let document = expand_in(root, &["main.bicep"]);
    assert_eq!(document["outputs"]["length"], 131_072);
    for output in ["more", "bytes", "deep", "many"] {
        let printed = document["outputs"][output].as_str().unwrap_or_default();
        assert!(printed.starts_with("[load"), "{output}: {printed}");
    }
    assert_eq!(document["diagnostics"].as_array().map(Vec::len), Some(4));
}

#[test]
fn a_template_in_a_loaded_file_is_deployed() {
    let document = expand("computed/main.bicep");
    assert_eq!(diagnostics(&document), [""; 0]);
    let vault = only(&document);
    assert_eq!(vault["name"], "kv-loaded");
    let properties = json!({"publicNetworkAccess": "Enabled", "softDeleteRetentionInDays": 7});
    assert_eq!(vault["properties"], properties);
}
