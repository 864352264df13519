//! Lists of modules and of resources as values.

use serde_json::json;

use super::{diagnostics, expand_in, write};

const VAULT: &str = "param name string
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: 'westeurope'
}
output name string = kv.name
output id string = kv.id
";

const MAIN: &str = "var names = ['a', 'b']
module vaults 'vault.bicep' = [for name in names: {
  name: 'vault-${name}'
  params: { name: 'kv-${name}' }
}]
resource zones 'Microsoft.Network/privateDnsZones@2020-06-01' = [for name in names: {
  name: '${name}.internal'
  location: 'global'
}]
resource others 'Microsoft.Network/privateDnsZones@2020-06-01' existing = [for name in names: {
  name: '${name}.example'
}]
var byName = toObject(vaults, vault => vault.outputs.name, vault => vault.outputs.id)
output ofOne string = byName['kv-b']
output picked array = map(filter(vaults, vault => vault.outputs.name == 'kv-a'), vault => vault.outputs.id)
module one 'vault.bicep' = {
  name: 'one'
  params: { name: 'kv-c' }
}
output gathered array = map([one, ...vaults], vault => vault.outputs.id)
output zones array = map(zones, zone => zone.id)
output others array = map(others, zone => zone.id)
";

const CONTEXT: [&str; 5] = [
    "main.bicep",
    "--subscription-id",
    "00000000-0000-0000-0000-000000000000",
    "--resource-group",
    "rg",
];

#[test]
fn lambdas_go_through_modules_and_resources() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "vault.bicep", VAULT);
    write(folder.path(), "main.bicep", MAIN);
    let document = expand_in(folder.path(), &CONTEXT);
    assert_eq!(diagnostics(&document), [""; 0]);
    let id = |kind: &str| {
        format!(
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.{kind}"
        )
    };
    assert_eq!(
        document["outputs"],
        json!({
            "ofOne": id("KeyVault/vaults/kv-b"),
            "picked": [id("KeyVault/vaults/kv-a")],
            "gathered": [
                id("KeyVault/vaults/kv-c"),
                id("KeyVault/vaults/kv-a"),
                id("KeyVault/vaults/kv-b"),
            ],
            "zones": [
                id("Network/privateDnsZones/a.internal"),
                id("Network/privateDnsZones/b.internal"),
            ],
            "others": [
                id("Network/privateDnsZones/a.example"),
                id("Network/privateDnsZones/b.example"),
            ],
        })
    );
}

/// How the compiler reads what is left of `.outputs` by its type, in a file with the modules `vaults` and `one`.
fn read(declarations: &str) -> serde_json::Value {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "vault.bicep", VAULT);
    let main = format!("{MAIN}{declarations}");
    write(folder.path(), "main.bicep", &main);
    let document = expand_in(folder.path(), &CONTEXT);
    assert_eq!(diagnostics(&document), [""; 0], "{declarations}");
    document["outputs"]["read"].clone()
}

#[test]
fn what_is_a_module_by_its_type_is_read_as_one() {
    let (a, b, c) = ("kv-a", "kv-b", "kv-c");
    for (declarations, expected) in [
        (
            "output read array = map(flatten([vaults, [one]]), v => v.outputs.name)",
            json!([a, b, c]),
        ),
        (
            "output read string = reduce(vaults, one, (sum, v) => v).outputs.name",
            json!(b),
        ),
        (
            "output read array = reduce(vaults, [], (sum, v) => concat(sum, [v.outputs.name]))",
            json!([a, b]),
        ),
        (
            "var grouped = groupBy(vaults, v => v.outputs.name)
output read string = grouped['kv-b'][0].outputs.name",
            json!(b),
        ),
        (
            "var grouped = groupBy(vaults, v => v.outputs.name)
output read object = mapValues(grouped, list => list[0].outputs.name)",
            json!({ a: a, b: b }),
        ),
        (
            "var named = toObject(vaults, v => v.outputs.name)
output read object = mapValues(named, v => v.outputs.name)",
            json!({ a: a, b: b }),
        ),
        (
            "var named = toObject(vaults, v => v.outputs.name)
output read array = map(items(named), pair => pair.value.outputs.name)",
            json!([a, b]),
        ),
        (
            "output read array = map(map(vaults, v => v), v => v.outputs.name)",
            json!([a, b]),
        ),
        (
            "output read array = map(sys.map(vaults, v => v), v => v.outputs.name)",
            json!([a, b]),
        ),
        (
            "var v1 = vaults
var v2 = v1
var v3 = v2
var v4 = v3
var v5 = v4
var v6 = v5
output read array = map(v6, v => v.outputs.name)",
            json!([a, b]),
        ),
        (
            "var held = { inner: { one: one, all: vaults }, text: 'x' }
output read array = [held.inner.one.outputs.name, held.inner.all[1].outputs.name]",
            json!([c, b]),
        ),
        (
            "output read array = [for v in filter(vaults, v => true): v.outputs.name]",
            json!([a, b]),
        ),
        ("output read string = first(vaults)!.outputs.name", json!(a)),
        (
            "output read array = map(concat(vaults, [one]), v => v.outputs.name)",
            json!([a, b, c]),
        ),
        (
            "output read array = [any(one).outputs.name.value, (any(one)).outputs.name.value]",
            json!([c, c]),
        ),
        (
            "output read array = map([vaults], list => list[?0].outputs.name)",
            json!([a]),
        ),
        (
            "output read array = map([vaults], list => list[?5].?outputs.name ?? 'none')",
            json!(["none"]),
        ),
        // An output is no module, whatever it is called.
        (
            "output read array = map(map(vaults, v => { outputs: v.outputs.name }), v => v.outputs)",
            json!([a, b]),
        ),
        (
            "output read array = map(map(vaults, v => { outputs: { x: v.outputs.name } }), v => v.outputs.x)",
            json!([a, b]),
        ),
    ] {
        assert_eq!(read(declarations), expected, "{declarations}");
    }
}

#[test]
fn what_may_be_a_module_is_undecided() {
    for declarations in [
        "output read array = map(union(vaults, [one]), v => v.outputs.name)",
        "output read array = [first(vaults).outputs.name]",
        "param text array
output read array = map(concat(text, vaults), v => v.outputs.name)",
        "output read array = map([one, 'text'], v => v.outputs.name)",
        "output read array = [reduce(vaults, one, (sum, v) => sum).outputs.name]",
    ] {
        let found = read(declarations).to_string();
        assert!(!found.contains("value"), "{declarations}: {found}");
        assert!(!found.contains("kv-a"), "{declarations}: {found}");
        assert!(found.contains("outputs.name"), "{declarations}: {found}");
    }
}

/// A type that holds another one twice, which does so too, has more parts than anybody could compare.
#[test]
fn types_that_double_are_not_compared_to_the_end() {
    let mut declarations = String::new();
    for name in ["a", "b"] {
        declarations += &format!("var {name}0 = {{ x: one, y: one }}\n");
        for step in 1..60 {
            let last = step - 1;
            declarations += &format!("var {name}{step} = {{ x: {name}{last}, y: {name}{last} }}\n");
        }
    }
    declarations += "var both = [a59, b59]\noutput read array = map(both, held => 1)\n";
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "vault.bicep", VAULT);
    write(
        folder.path(),
        "main.bicep",
        &format!("{MAIN}{declarations}"),
    );
    let document = expand_in(folder.path(), &CONTEXT);
    // It ends, and says why the value is not known.
    let told = diagnostics(&document);
    assert!(
        told.iter()
            .any(|message| message.contains("consists of more than")),
        "{told:?}"
    );
}
